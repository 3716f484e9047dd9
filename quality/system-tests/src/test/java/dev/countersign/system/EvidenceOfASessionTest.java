package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.verifier.Verifier;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is left of a session in the log, and what is not.
class EvidenceOfASessionTest {
    @TempDir Path directory;

    @Test
    void everything_that_happened_is_in_the_log_and_nothing_that_must_not_be() throws Exception {
        String token;
        String secret;
        try (var house = new House(directory, SpineTest.POLICY)) {
            token = house.token();
            secret = java.nio.file.Files.readString(directory.resolve("shop.secret"));
            try (var eve =
                    house.connectAs(
                            token,
                            "options",
                            "-c countersign.plan=refunds -c countersign.step=one")) {
                SpineTest.column(
                        eve, "SELECT name, ssn FROM customers WHERE name = 'a literal 4711'");
                SpineTest.column(eve, "SELECT card, ssn FROM customers ORDER BY id");
                var _ =
                        catchThrowableOfType(
                                SQLException.class,
                                () -> SpineTest.column(eve, "DELETE FROM orders"));
                var _ =
                        catchThrowableOfType(
                                SQLException.class,
                                () -> SpineTest.column(eve, "SELECT ssn::int FROM customers"));
            }
            var _ =
                    catchThrowableOfType(
                            SQLException.class, () -> house.connectAs("no.token.atall"));
            var _ =
                    catchThrowableOfType(
                            SQLException.class,
                            () ->
                                    house.connectAs(
                                            house.token(
                                                    "eve", "elsewhere", Duration.ofMinutes(5))));
        }

        assertThat(Verifier.verify(directory.resolve("data"), Verifier.Options.DEFAULT).exitCode())
                .isZero();
        var data = directory.resolve("data");
        assertThat(Records.of(data, "auth.ok")).hasSize(1);
        assertThat(Records.of(data, "auth.fail")).hasSize(2);
        assertThat(Records.of(data, "config.change")).hasSize(1);
        assertThat(Records.of(data, "session.open")).hasSize(1);
        assertThat(Records.of(data, "session.close")).hasSize(1);
        assertThat(Records.of(data, "rec.chunk")).isNotEmpty();
        var intents = Records.of(data, "intent");
        assertThat(intents).hasSameSizeAs(Records.outcomes(data));
        assertThat(intents.toString()).contains("bounded").contains("public.customers");
        assertThat(Records.of(data, "intent").getFirst().object("actor").orElseThrow().text("sub"))
                .contains("eve");

        var disk = Records.everything(data);
        assertThat(disk)
                .as("no value, no secret, no token lies on disk in clear")
                .doesNotContain(House.CANARY_SSN)
                .doesNotContain("4000 1234")
                .doesNotContain("a literal 4711")
                .doesNotContain(token)
                .doesNotContain(token.substring(token.lastIndexOf('.') + 1))
                .doesNotContain(secret);
    }

    @Test
    void a_principal_that_may_only_read_is_held_read_only_by_the_target_itself() throws Exception {
        try (var house =
                        new House(
                                directory,
                                """
                                - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
                                """);
                var eve = house.connect();
                var statement = eve.createStatement()) {
            assertThat(SpineTest.column(eve, "SHOW transaction_read_only")).containsExactly("on");
            for (var sql :
                    new String[] {
                        "SET default_transaction_read_only = off",
                        "SET TRANSACTION READ WRITE",
                        "BEGIN READ WRITE",
                        "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
                        "SELECT set_config('transaction_read_only', 'off', false)",
                        "RESET ALL",
                        "DISCARD ALL"
                    }) {
                try {
                    statement.execute(sql);
                } catch (SQLException refused) {
                    assertThat(refused.getSQLState()).isIn("ZC010", "ZC014");
                }
                assertThat(SpineTest.column(eve, "SHOW transaction_read_only"))
                        .as("after " + sql)
                        .containsExactly("on");
            }
        }
    }
}
