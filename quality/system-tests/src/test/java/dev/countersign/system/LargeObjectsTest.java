package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.evidence.PayloadReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.largeobject.LargeObject;
import org.postgresql.largeobject.LargeObjectManager;

/// Large objects with real drivers, which call functions by their numbers.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeObjectsTest {
    private static final String LISTED =
            "lo_open, lo_close, loread, lowrite, lo_lseek, lo_lseek64, lo_tell, lo_tell64, lo_creat,"
                    + " lo_truncate, lo_truncate64";

    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void open() throws Exception {
        house =
                new House(
                        directory,
                        """
                        - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
                        - {name: objects, on: [sql], when: "stmt.effects == ['call'] && size(stmt.functions) > 0 && stmt.functions.all(f, f in ['lo_open', 'lo_close', 'loread', 'lowrite', 'lo_lseek', 'lo_lseek64', 'lo_tell', 'lo_tell64', 'lo_creat'])", allow: true}
                        """);
        house.set("function-calls: [" + LISTED + "]");
        house.restart();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private static LargeObjectManager objects(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getLargeObjectAPI();
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended"})
    void pgjdbc_writes_reads_and_seeks(String mode) throws Exception {
        try (var eve = house.connect("preferQueryMode", mode)) {
            eve.setAutoCommit(false);
            var text = "what is written is read ".repeat(10_000).getBytes(StandardCharsets.UTF_8);
            long oid = objects(eve).createLO(LargeObjectManager.READWRITE);
            try (var object = objects(eve).open(oid, LargeObjectManager.READWRITE)) {
                object.write(text);
                assertThat(object.tell64()).isEqualTo(text.length);
                object.seek64(8, LargeObject.SEEK_SET);
                assertThat(object.read(7))
                        .isEqualTo("written".substring(0, 7).getBytes(StandardCharsets.UTF_8));
                object.seek(0);
                assertThat(object.read(text.length)).isEqualTo(text);
            }
            eve.commit();
            try (var statement = eve.createStatement();
                    var rows = statement.executeQuery("SELECT 1")) {
                assertThat(rows.next()).isTrue();
            }
            eve.rollback();
        }
    }

    @Test
    void what_is_not_listed_is_not_served_and_what_no_rule_allows_is_denied() throws Exception {
        try (var eve = house.connect()) {
            eve.setAutoCommit(false);
            long oid = objects(eve).createLO();
            try (var object = objects(eve).open(oid)) {
                assertThatThrownBy(() -> object.truncate(1))
                        .isInstanceOfSatisfying(
                                SQLException.class,
                                refused -> assertThat(refused.getSQLState()).isEqualTo("ZC010"));
            } catch (SQLException aborted) {
                // a refusal is a real error: the transaction is over
            }
            eve.rollback();
            assertThatThrownBy(() -> objects(eve).unlink(oid))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> {
                                assertThat(refused.getSQLState()).isEqualTo("0A000");
                                assertThat(refused.getMessage()).contains("`function-calls`");
                            });
            eve.rollback();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {764, 765, 767, 2624, 3826, 2168, 2626, 0, -1, 952_000})
    void a_number_that_no_listed_function_has_is_refused(int oid) throws Exception {
        try (var wire = new WireClient(house)) {
            assertThat(wire.call(oid, "/etc/passwd"))
                    .contains("0A000", "`function-calls`")
                    .doesNotContain("root:");
            assertThat(wire.query("SELECT 1")).contains("SELECT 1");
        }
    }

    @Test
    void psql_imports_and_exports() throws Exception {
        var in = Files.writeString(directory.resolve("in.txt"), "from psql\n".repeat(5_000));
        var out = directory.resolve("out.txt");

        var said =
                house.psql(
                        house.token(),
                        "\\lo_import '"
                                + in
                                + "'\n\\lo_export :LASTOID '"
                                + out
                                + "'\nSELECT 'still here' AS note;\n");

        assertThat(said).contains("lo_import", "lo_export", "still here").doesNotContain("ERROR");
        assertThat(out).hasSameTextualContentAs(in);
    }

    @Test
    void each_call_is_an_action_in_the_log() throws Exception {
        try (var eve = house.connect()) {
            eve.setAutoCommit(false);
            long oid = objects(eve).createLO();
            try (var object = objects(eve).open(oid, LargeObjectManager.READWRITE)) {
                object.write("a secret of 4711".getBytes(StandardCharsets.UTF_8));
                object.seek(0);
                object.read(16);
            }
            eve.commit();
        }
        house.stop();
        try {
            var payloads = PayloadReader.open(house.data(), house.data().resolve("keys/payload"));
            var intents =
                    Records.of(house.data(), "intent").stream()
                            .filter(one -> one.toString().contains("lowrite(?, ?)"))
                            .toList();
            assertThat(intents).isNotEmpty();
            assertThat(intents.getLast().toString())
                    .contains("Str[value=call]", "pg_catalog.lowrite", "objects")
                    .doesNotContain("a secret");
            assertThat(payloads.read(intents.getLast()).text().orElse(""))
                    .contains("\"kind\":\"sql\"", "a secret of 4711");
            assertThat(Records.of(house.data(), "intent"))
                    .hasSameSizeAs(Records.outcomes(house.data()));
            var recorded = new StringBuilder();
            for (var chunk : Records.of(house.data(), "rec.chunk")) {
                recorded.append(payloads.read(chunk).text().orElse(""));
            }
            assertThat(recorded.toString()).contains("a secret of 4711");
            assertThat(Records.everything(house.data())).doesNotContain("a secret of 4711");
        } finally {
            house.start();
        }
    }
}
