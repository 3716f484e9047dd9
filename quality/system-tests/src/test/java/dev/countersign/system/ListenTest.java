package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.evidence.PayloadReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/// LISTEN and NOTIFY with real clients, on a target that lists two channels and has detectors.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ListenTest {
    private static final String POLICY =
            SpineTest.POLICY
                    + """
                    - {name: channels, on: [sql], when: "stmt.effects.all(e, e == 'privilege') && action.resources.all(r, r in ['channel:jobs', 'channel:Mixed'])", allow: true}
                    - {name: calls, on: [sql], when: "stmt.functions == ['pg_notify'] || stmt.functions == ['overhear']", allow: true}
                    """;

    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, POLICY);
        owner(
                "CREATE FUNCTION publish() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN PERFORM pg_notify(''jobs'', row_to_json(new)::text); RETURN new; END'",
                "CREATE TABLE jobs (id int, mail text)",
                "CREATE TRIGGER publish AFTER INSERT ON jobs FOR EACH ROW EXECUTE FUNCTION publish()",
                "CREATE FUNCTION overhear() RETURNS void LANGUAGE plpgsql AS"
                        + " 'BEGIN EXECUTE ''LISTEN secrets''; END'");
        house.detect();
        house.set("listen-channels: [jobs, Mixed]");
        house.withoutLabels();
        house.restart();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private void owner(String... sql) throws SQLException {
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            for (var one : sql) {
                statement.execute(one);
            }
        }
    }

    private static PGNotification next(Connection connection) throws SQLException {
        var came = connection.unwrap(PGConnection.class).getNotifications(20_000);
        assertThat(came).hasSize(1);
        return came[0];
    }

    private static void run(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "simple, LISTEN jobs",
        "extended, LISTEN JOBS",
        "extendedForPrepared, LISTEN \"jobs\""
    })
    void pgjdbc_hears_what_was_listed_while_it_does_nothing(String mode, String listen)
            throws Exception {
        try (var eve = house.connect("preferQueryMode", mode)) {
            run(eve, listen);

            owner("INSERT INTO jobs VALUES (7, 'ada@letters.org')");

            var heard = next(eve);
            assertThat(heard.getName()).isEqualTo("jobs");
            assertThat(heard.getParameter()).isEqualTo("{\"id\":7,\"mail\":\"[EMAIL]\"}");
            assertThat(heard.getPID()).isZero();
            assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void a_client_knows_its_own_notifications() throws Exception {
        try (var eve = house.connect()) {
            run(eve, "LISTEN \"Mixed\"");

            run(eve, "NOTIFY \"Mixed\", 'pay 4111 1111 1111 1111'");

            var heard = next(eve);
            assertThat(heard.getPID()).isEqualTo(eve.unwrap(PGConnection.class).getBackendPID());
            assertThat(heard.getPID()).isNotZero();
            assertThat(heard.getParameter()).isEqualTo("pay [CREDIT_CARD]");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "LISTEN secrets | 0A000",
                "LISTEN \"JOBS\" | 0A000",
                "LISTEN jobs; LISTEN secrets | 0A000",
                "LISTEN jobs; CREATE ROLE mallory | ZC010",
                "NOTIFY secrets | ZC010",
                "SELECT pg_notify('jobs', ssn) FROM customers | ZC012",
                "SELECT pg_notify('jobs', concat(ssn, '')) FROM customers | ZC012",
                "SELECT overhear() | ZC012"
            })
    void what_is_not_listed_is_refused_and_the_session_goes_on(String sql, String code)
            throws Exception {
        try (var eve = house.connect()) {
            assertThatThrownBy(() -> run(eve, sql))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo(code));
            run(eve, "UNLISTEN secrets");
            run(eve, "UNLISTEN *");
        }
    }

    @Test
    void psql_and_psycopg_listen_too() throws Exception {
        var out =
                house.psql(
                        house.token(),
                        """
                        \\set VERBOSITY verbose
                        LISTEN jobs;
                        NOTIFY jobs, 'for ada@letters.org';
                        LISTEN secrets;
                        SELECT 'still here' AS note;
                        """);
        assertThat(out)
                .contains("\"jobs\" with payload \"for [EMAIL]\" received from server process")
                .contains("0A000", "listen-channels", "still here");
        var script = directory.resolve("listen.py");
        Files.writeString(
                script,
                """
                import os, psycopg
                with psycopg.connect(os.environ["DSN"], autocommit=True) as conn:
                    conn.execute("LISTEN jobs")
                    with psycopg.connect(os.environ["DSN"], autocommit=True) as other:
                        other.execute("NOTIFY jobs, 'from another, ada@letters.org'")
                    for heard in conn.notifies(timeout=20, stop_after=1):
                        print(heard.channel, heard.payload, heard.pid)
                    conn.execute("UNLISTEN *")
                    print(conn.execute("SELECT 'done'").fetchone())
                """);
        var printed = house.python(script);
        Assumptions.assumeFalse(printed.contains("No module named"), "psycopg is not here");
        assertThat(printed).contains("jobs from another, [EMAIL] 0", "done");
    }

    @Test
    void a_session_that_a_function_made_listen_ends_with_the_first_notification() throws Exception {
        try (var eve = house.connectTo("plain", house.token())) {
            run(eve, "SELECT overhear()");
            assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");

            owner("NOTIFY secrets, 'the secret'");

            assertThatThrownBy(
                            () -> {
                                for (int again = 0; again < 50; again++) {
                                    SpineTest.column(eve, "SELECT 1");
                                }
                            })
                    .isInstanceOf(SQLException.class)
                    .hasMessageNotContaining("the secret");
        }
        house.stop();
        try {
            assertThat(Records.of(house.data(), "session.close").toString())
                    .contains("target-protocol");
            assertThat(Records.of(house.data(), "alert").toString()).contains("unheard-channel");
        } finally {
            house.start();
        }
    }

    @Test
    void the_recording_holds_what_was_heard() throws Exception {
        try (var eve = house.connect()) {
            run(eve, "LISTEN jobs");
            owner("NOTIFY jobs, 'recorded 4711 for ada@letters.org'");
            next(eve);
        }
        house.stop();
        try {
            var payloads = PayloadReader.open(house.data(), house.data().resolve("keys/payload"));
            var recorded = new StringBuilder();
            for (var chunk : Records.of(house.data(), "rec.chunk")) {
                recorded.append(payloads.read(chunk).text().orElse(""));
            }
            assertThat(recorded.toString())
                    .contains("\"text\":\"jobs: recorded 4711 for [EMAIL]\"")
                    .doesNotContain("ada@letters.org");
        } finally {
            house.start();
        }
    }
}
