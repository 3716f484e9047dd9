package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// SIGTERM at a gateway that is a process of its own: what runs finishes and is written down, who
/// waits is told, nobody new is let in, and it ends well.
class DrainTest {
    private static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - {name: writes, on: [sql], when: "stmt.verb == 'write'", allow: true}
            - name: held
              on: [sql]
              when: "stmt.verb == 'write' && 'public.papers' in stmt.tables"
              require: {approval: {panel: dba, within: 15m}}
            """;

    @TempDir Path directory;

    private static boolean sleeps(House house) throws SQLException {
        try (var owner = house.direct()) {
            return !SpineTest.column(
                            owner,
                            "SELECT pid FROM pg_stat_activity WHERE usename = 'agent'"
                                    + " AND wait_event = 'PgSleep'")
                    .isEmpty();
        }
    }

    private static String refused(CompletableFuture<?> statement) throws Exception {
        try {
            return "it ran: " + statement.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            return e.getCause() instanceof SQLException told ? told.getSQLState() : e.toString();
        }
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void a_gateway_told_to_stop_finishes_what_runs_and_ends_well() throws Exception {
        try (var house = new House(directory, POLICY)) {
            house.stop();
            var probe = new Probe(house.monitor());
            var process = Gateway.launch(house);
            try (var running = house.connect();
                    var held = house.connect();
                    var idle = new WireClient(house)) {
                assertThat(idle.query("SELECT 1")).contains("SELECT 1");
                var waits =
                        HeldStatementsTest.meanwhile(() ->
                                held.createStatement()
                                        .executeUpdate(
                                                "UPDATE papers SET raw = NULL WHERE id = 1"));
                var review = house.desk("dana", "dba").waitsFor("UPDATE papers");
                var runs =
                        HeldStatementsTest.meanwhile(() ->
                                running.createStatement()
                                        .executeUpdate(
                                                "UPDATE orders SET note = 'drained' WHERE id = 1"
                                                        + " AND pg_sleep(4) IS NOT NULL"));
                await().atMost(Duration.ofSeconds(20)).until(() -> sleeps(house));

                process.destroy(); // SIGTERM

                await().atMost(Duration.ofSeconds(3))
                        .pollInterval(Duration.ofMillis(50))
                        .until(() -> probe.status("/readyz"), status -> status == 503);
                assertThat(probe.get("/readyz").body()).contains("\"title\":\"draining\"");
                assertThat(probe.status("/healthz")).isEqualTo(200);
                assertThatThrownBy(house::connect).isInstanceOf(SQLException.class);
                assertThat(idle.read()).as("who was idle").contains("C57P01");
                assertThat(refused(waits)).as("who was held").isEqualTo("ZC001");
                assertThat(runs.get(20, TimeUnit.SECONDS)).as("what ran").isEqualTo(1);

                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                assertThat(process.exitValue()).isZero();
                assertThat(review).isNotEmpty();
            } finally {
                process.destroyForcibly().waitFor();
            }

            try (var owner = house.direct()) {
                assertThat(SpineTest.column(owner, "SELECT note FROM orders WHERE id = 1"))
                        .containsExactly("drained");
            }
            assertThat(
                            Records.outcomes(house.data()).stream()
                                    .filter(one -> one.text("status").orElse("").equals("ok"))
                                    .filter(one -> one.get("rows").isPresent()))
                    .as("its outcome is in the log")
                    .isNotEmpty();
            assertThat(Records.of(house.data(), "session.close"))
                    .extracting(DrainTest::reason)
                    .contains("shutdown");
            var verify =
                    new CommandLine(house, directory)
                            .start("evidence", "verify", house.data().toString());
            var said = new String(verify.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(verify.waitFor()).as(said).isZero();
        }
    }

    private static String reason(Json.Obj record) {
        return record.object("x").orElseThrow().text("reason").orElse("");
    }
}
