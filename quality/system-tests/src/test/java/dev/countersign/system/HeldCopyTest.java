package dev.countersign.system;

import static dev.countersign.system.HeldStatementsTest.meanwhile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.Json;
import dev.countersign.model.Spooled;
import dev.countersign.verifier.Verifier;
import java.io.StringReader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/// A COPY that needs an approval: its rows are held back, shown with it, and sent once it was
/// given.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeldCopyTest {
    @TempDir static Path directory;

    private House house;
    private Desk dana;

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, HeldStatementsTest.POLICY);
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE refunds (id int PRIMARY KEY, note text)");
            statement.execute("GRANT ALL ON refunds TO agent");
        }
        house.restart();
        dana = house.desk("dana", "dba");
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private CompletableFuture<String> psql(String script) {
        return meanwhile(() -> house.psql(house.token(), script, "-v", "VERBOSITY=verbose"));
    }

    private static <T> T told(CompletableFuture<T> client) throws Exception {
        return client.get(60, TimeUnit.SECONDS);
    }

    private String notes(String where) throws SQLException {
        try (var owner = house.direct();
                var statement = owner.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT string_agg(note, ',' ORDER BY id) FROM refunds WHERE "
                                        + where)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    @Test
    void its_rows_are_shown_and_nothing_of_it_runs_before_a_person_said_yes() throws Exception {
        var psql =
                psql(
                        "COPY refunds (id, note) FROM STDIN;\n1\tone\n2\ttwo\n\\.\nSELECT 'goes on';\n");
        var review = dana.waitsFor("COPY refunds");
        var shown = dana.get("/v1/reviews/" + review).body();

        assertThat(shown.object("sends").orElseThrow().text("text").orElse(""))
                .startsWith("1\tone\n2\ttwo\n");
        assertThat(notes("id < 10")).isEqualTo("null");
        assertThat(dana.approve(review).status()).isEqualTo(200);

        assertThat(told(psql)).contains("COPY 2", "goes on").doesNotContain("ERROR");
        assertThat(notes("id < 10")).isEqualTo("one,two");
    }

    @Test
    void rejected_none_of_it_is_there_and_the_session_goes_on() throws Exception {
        var psql =
                psql(
                        "COPY refunds (id, note) FROM STDIN (FORMAT text);\n11\tno\n\\.\nSELECT 'goes on';\n");
        dana.reject(dana.waitsFor("COPY refunds"), "not today");

        assertThat(told(psql)).contains("ZC002", "not today", "goes on");
        assertThat(notes("id = 11")).isEqualTo("null");
    }

    @Test
    void rows_in_which_something_is_masked_must_be_opened_first() throws Exception {
        var psql = psql("COPY refunds (note, id) FROM STDIN;\nann@example.org\t21\n\\.\n");
        var review = dana.waitsFor("COPY refunds");
        var shown = dana.get("/v1/reviews/" + review).body();

        assertThat(shown.object("sends").orElseThrow().text()).doesNotContain("ann@example.org");
        assertThat(dana.approve(review).status()).isNotEqualTo(200);
        var opened = dana.post("/v1/reviews/" + review + "/exact", Json.object().build());
        assertThat(opened.body().object("sends").orElseThrow().text()).contains("ann@example.org");
        assertThat(dana.approve(review).status()).isEqualTo(200);

        assertThat(told(psql)).contains("COPY 1");
    }

    @Test
    void other_rows_are_another_question() throws Exception {
        house.say("reviews: {hold: 1s}");
        house.restart();
        dana = house.desk("dana", "dba");
        var first = "COPY refunds FROM STDIN;\n31\tx\n\\.\n";
        assertThat(told(psql(first))).contains("ZC001");
        dana.approve(dana.waitsFor("COPY refunds"));

        assertThat(told(psql("COPY refunds FROM STDIN;\n32\tx\n\\.\n"))).contains("ZC001");
        assertThat(told(psql(first))).contains("COPY 1");
        assertThat(notes("id IN (31, 32)")).isEqualTo("x");
        dana.reject(dana.waitsFor("COPY refunds"), "");
    }

    @Test
    void drivers_send_theirs_too() throws Exception {
        try (var connection = house.connect()) {
            var copied =
                    meanwhile(() ->
                            connection
                                    .unwrap(PGConnection.class)
                                    .getCopyAPI()
                                    .copyIn(
                                            "COPY refunds FROM STDIN WITH (FORMAT csv)",
                                            new StringReader("41,\"a, b\"\n42,c\n")));
            dana.approve(dana.waitsFor("COPY refunds"));

            assertThat(told(copied)).isEqualTo(2);
        }
        assertThat(notes("id IN (41, 42)")).isEqualTo("a, b,c");
    }

    @Test
    void more_than_anybody_reads_is_refused() throws Exception {
        try (var connection = house.connect()) {
            var long_ = "51," + "x".repeat(Spooled.MAX_BYTES) + "\n";

            assertThatThrownBy(() ->
                            connection
                                    .unwrap(PGConnection.class)
                                    .getCopyAPI()
                                    .copyIn(
                                            "COPY refunds FROM STDIN WITH (FORMAT csv)",
                                            new StringReader(long_)))
                    .hasMessageContaining("1 MiB");
            try (var statement = connection.createStatement();
                    var rows =
                            statement.executeQuery("SELECT count(*) FROM refunds WHERE id = 51")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
        }
    }

    @Test
    void one_of_several_statements_is_refused() throws Exception {
        assertThat(told(psql("BEGIN \\; COPY refunds FROM STDIN;\n61\tx\n\\.\n")))
                .contains("cannot be shown");
    }

    @Test
    void a_client_that_takes_its_rows_back_is_told_that_nothing_runs() throws Exception {
        try (var connection = house.connect()) {
            var copy =
                    connection
                            .unwrap(PGConnection.class)
                            .getCopyAPI()
                            .copyIn("COPY refunds (id) FROM STDIN");
            copy.writeToCopy(new byte[] {'7', '1', '\n'}, 0, 3);
            copy.cancelCopy();
            try (var statement = connection.createStatement();
                    var rows =
                            statement.executeQuery("SELECT count(*) FROM refunds WHERE id = 71")) {
                rows.next();
                assertThat(rows.getInt(1)).isZero();
            }
        }
    }

    @Test
    void the_log_verifies() throws Exception {
        house.stop();
        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
        assertThat(report.exitCode()).as(report.findings().toString()).isZero();
        house.start();
        dana = house.desk("dana", "dba");
    }
}
