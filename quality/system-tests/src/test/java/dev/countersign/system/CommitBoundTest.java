package dev.countersign.system;

import static dev.countersign.system.HeldStatementsTest.meanwhile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What people are shown of a write's effect, on a real server, and that no more than that is ever
/// committed: whatever changes rows beside the statement's own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CommitBoundTest {
    @TempDir static Path directory;

    private House house;
    private Desk dana;

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, HeldStatementsTest.POLICY);
        owner(
                "CREATE TABLE bills (id int PRIMARY KEY, state text, sum int)",
                "INSERT INTO bills SELECT i, CASE WHEN i <= 3 THEN 'open' ELSE 'paid' END, i FROM generate_series(1, 20) i",
                "CREATE TABLE parts (bill int REFERENCES bills ON DELETE CASCADE DEFERRABLE, n int)",
                "INSERT INTO parts SELECT 11, n FROM generate_series(1, 5) n",
                "CREATE TABLE logged (id int PRIMARY KEY, n int)",
                "INSERT INTO logged VALUES (1, 0)",
                "CREATE TABLE log (id int, n int)",
                "CREATE FUNCTION log_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
                        + " INSERT INTO log VALUES (NEW.id, 1), (NEW.id, 2); RETURN NEW; END $$",
                "CREATE TRIGGER t AFTER UPDATE ON logged FOR EACH ROW EXECUTE FUNCTION log_it()",
                "CREATE TABLE later (id int PRIMARY KEY, n int)",
                "INSERT INTO later VALUES (1, 0)",
                "CREATE CONSTRAINT TRIGGER t AFTER UPDATE ON later DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION log_it()",
                "CREATE TABLE emptying (id int PRIMARY KEY, n int)",
                "INSERT INTO emptying VALUES (1, 0)",
                "CREATE TABLE emptied AS SELECT n FROM generate_series(1, 50) n",
                "CREATE FUNCTION empty_it() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$"
                        + " BEGIN TRUNCATE emptied; RETURN NEW; END $$",
                "CREATE TRIGGER t AFTER UPDATE ON emptying FOR EACH ROW EXECUTE FUNCTION empty_it()",
                "CREATE TABLE long_texts (id int PRIMARY KEY, words text)",
                "INSERT INTO long_texts VALUES (1, '')",
                "GRANT ALL ON bills, parts, logged, log, later, emptying, long_texts TO agent");
        house.restart();
        dana = house.desk("dana", "dba");
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private void owner(String... statements) throws SQLException {
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private long count(String from) throws SQLException {
        try (var owner = house.direct();
                var statement = owner.createStatement();
                var rows = statement.executeQuery("SELECT count(*) FROM " + from)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    private CompletableFuture<String> psql(String script) {
        return meanwhile(() -> house.psql(house.token(), script, "-v", "VERBOSITY=verbose"));
    }

    private static <T> T told(CompletableFuture<T> client) throws Exception {
        return client.get(60, TimeUnit.SECONDS);
    }

    private Json.Obj shown(String review) throws Exception {
        return dana.get("/v1/reviews/" + review).body();
    }

    /// The review of what is asked next with these words, shown as it must be, and approved.
    private void approve(String words, String rows) throws Exception {
        var review = dana.waitsFor(words);
        var shown = shown(review);
        assertThat(shown.text("rows")).as(shown.text()).hasValue(rows);
        assertThat(dana.approve(review).status()).isEqualTo(200);
    }

    @Test
    void people_see_how_many_rows_it_would_change_and_it_changes_them() throws Exception {
        var psql = psql("UPDATE bills SET sum = 0 WHERE state = 'open' RETURNING id;");
        var review = dana.waitsFor("sum = 0");

        assertThat(shown(review).text("rows")).hasValue("3");
        assertThat(shown(review).text("estimate")).isPresent();
        dana.approve(review);

        assertThat(told(psql)).contains("UPDATE 3").doesNotContain("ERROR");
        assertThat(count("bills WHERE sum = 0")).isEqualTo(3);
    }

    @Test
    void what_changes_more_by_then_is_undone_and_asked_anew_with_what_it_really_changes()
            throws Exception {
        var sql = "UPDATE bills SET state = 'late' WHERE id BETWEEN 101 AND 110;";
        owner("INSERT INTO bills VALUES (101, 'new', 1)");
        var psql = psql(sql);
        var review = dana.waitsFor("'late'");
        assertThat(shown(review).text("rows")).hasValue("1");
        owner("INSERT INTO bills VALUES (102, 'new', 1)");
        dana.approve(review);

        assertThat(told(psql))
                .contains("ZC011", "it changed 2 rows", "allowed 1", "rows=1;changed=2")
                .doesNotContain("UPDATE");
        assertThat(count("bills WHERE state = 'late'")).isZero();

        psql = psql(sql + "SELECT 'goes on';");
        approve("'late'", "2");
        assertThat(told(psql)).contains("UPDATE 2", "goes on");
    }

    @Test
    void what_a_trigger_changes_beside_it_counts() throws Exception {
        var psql = psql("UPDATE logged SET n = n + 1 WHERE id = 1;");
        approve("n + 1", "1");

        assertThat(told(psql)).contains("ZC011", "it changed 3 rows");
        assertThat(count("log WHERE id = 1")).isZero();

        psql = psql("UPDATE logged SET n = n + 1 WHERE id = 1;");
        approve("n + 1", "3");
        assertThat(told(psql)).contains("UPDATE 1");
        assertThat(count("log WHERE id = 1")).isEqualTo(2);
    }

    @Test
    void what_a_deferred_trigger_changes_counts_too() throws Exception {
        var psql = psql("UPDATE later SET n = 7 WHERE id = 1;");
        approve("n = 7", "1");

        assertThat(told(psql)).contains("ZC011", "it changed 3 rows");
    }

    @Test
    void what_a_foreign_key_deletes_counts() throws Exception {
        var psql = psql("DELETE FROM bills WHERE id = 11;");
        approve("id = 11", "1");

        assertThat(told(psql)).contains("ZC011", "it changed 6 rows");
        assertThat(count("parts")).isEqualTo(5);
    }

    @Test
    void what_a_trigger_empties_is_not_a_number_and_people_are_told_so() throws Exception {
        var psql = psql("UPDATE emptying SET n = 8 WHERE id = 1;");
        approve("n = 8", "1");

        assertThat(told(psql)).contains("ZC011", "catalogue");
        assertThat(count("emptied")).isEqualTo(50);

        psql = psql("UPDATE emptying SET n = 8 WHERE id = 1;");
        approve("n = 8", "unknown");
        assertThat(told(psql)).contains("UPDATE 1");
        assertThat(count("emptied")).isZero();
    }

    @Test
    void values_that_are_stored_out_of_line_are_no_more_rows() throws Exception {
        var psql = psql("UPDATE long_texts SET words = '" + noise() + "' WHERE id = 1;");
        approve("long_texts", "1");

        assertThat(told(psql)).contains("UPDATE 1").doesNotContain("ZC011");
    }

    private static String noise() {
        var out = new StringBuilder();
        var random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            out.append(Long.toHexString(random.nextLong()));
        }
        return out.toString();
    }

    @Test
    void a_list_of_values_is_counted_as_it_stands() throws Exception {
        var psql = psql("INSERT INTO bills VALUES (201, 'x', 1), (202, 'x', 1);");
        approve("201", "2");

        assertThat(told(psql)).contains("INSERT 0 2");
    }

    @Test
    void of_what_nobody_can_count_people_are_told_so_and_why() throws Exception {
        var psql =
                psql(
                        "WITH gone AS (DELETE FROM bills WHERE id = 12 RETURNING id)"
                                + " UPDATE bills SET sum = 9 WHERE id IN (SELECT id + 1 FROM gone);");
        var review = dana.waitsFor("gone AS");

        assertThat(shown(review).text("rows")).hasValue("unknown");
        assertThat(shown(review).text("rows_unknown_because").orElse(""))
                .contains("might do something");
        dana.approve(review);
        assertThat(told(psql)).contains("UPDATE 1");
    }

    @Test
    void an_error_of_the_write_is_its_own_and_the_session_goes_on() throws Exception {
        var psql = psql("INSERT INTO bills VALUES (1, 'again', 1);\nSELECT 'goes on';");
        approve("'again'", "1");

        assertThat(told(psql)).contains("23505", "goes on").doesNotContain("25P02", "ZC011");
    }

    @Test
    void in_the_clients_own_transaction_more_fails_that_transaction() throws Exception {
        owner("INSERT INTO bills VALUES (301, 'tx', 1)");
        var psql =
                psql(
                        """
                        BEGIN;
                        UPDATE logged SET n = 50 WHERE id = 1;
                        SELECT 'behind';
                        ROLLBACK;
                        SELECT 'after';
                        """);
        approve("n = 50", "1");

        assertThat(told(psql))
                .contains("ZC011", "25P02", "ROLLBACK", "after")
                .doesNotContain("UPDATE 1");
        assertThat(count("logged WHERE n = 50")).isZero();
    }

    @Test
    void drivers_that_bind_are_counted_and_undone_alike() throws Exception {
        try (var connection = house.connect()) {
            var kept =
                    meanwhile(() ->
                            update(connection, "UPDATE bills SET sum = ? WHERE id = ?", 77, 5));
            approve("WHERE id = $2", "1");
            assertThat(told(kept)).isEqualTo(1);

            var undone =
                    meanwhile(() ->
                            update(connection, "UPDATE logged SET n = ? WHERE id = ?", 78, 1));
            approve("UPDATE logged", "1");
            assertThatThrownBy(() -> told(undone)).hasStackTraceContaining("it changed 3 rows");

            try (var statement = connection.createStatement();
                    var rows = statement.executeQuery("SELECT sum FROM bills WHERE id = 5")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(77);
            }
        }
        assertThat(count("logged WHERE n = 78")).isZero();
    }

    @Test
    void what_a_deferred_trigger_would_change_at_a_drivers_sync_counts_too() throws Exception {
        try (var connection = house.connect()) {
            var undone =
                    meanwhile(
                            () -> update(connection, "UPDATE later SET n = ? WHERE id = ?", 79, 1));
            approve("UPDATE later", "1");
            assertThatThrownBy(() -> told(undone)).hasStackTraceContaining("it changed 3 rows");

            var known =
                    meanwhile(
                            () -> update(connection, "UPDATE later SET n = ? WHERE id = ?", 79, 1));
            approve("UPDATE later", "3");
            assertThat(told(known)).isEqualTo(1);
            assertThat((Object) connection.getWarnings()).isNull();
        }
        assertThat(count("later WHERE n = 79")).isEqualTo(1);
    }

    private static int update(Connection connection, String sql, int... values)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setInt(i + 1, values[i]);
            }
            return statement.executeUpdate();
        }
    }

    @Test
    void in_a_pipeline_that_is_undone_nothing_of_it_is_committed() throws Exception {
        try (var connection = house.connect()) {
            var batch =
                    meanwhile(() -> {
                        try (var statement =
                                connection.prepareStatement(
                                        "UPDATE logged SET n = ? WHERE id = 1")) {
                            for (int n = 401; n <= 403; n++) {
                                statement.setInt(1, n);
                                statement.addBatch();
                            }
                            return statement.executeBatch();
                        }
                    });
            approve("UPDATE logged SET n = $1", "1");

            assertThatThrownBy(() -> told(batch)).hasStackTraceContaining("it changed 3 rows");
        }
        assertThat(count("logged WHERE n BETWEEN 401 AND 403")).isZero();
    }

    @Test
    void the_log_holds_what_people_were_shown_and_verifies() throws Exception {
        var psql = psql("UPDATE bills SET sum = 5 WHERE id = 19;");
        approve("sum = 5", "1");
        told(psql);
        house.stop();

        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
        assertThat(report.exitCode()).as(report.findings().toString()).isZero();
        assertThat(Records.of(house.data(), "approval.request"))
                .anySatisfy(record -> assertThat(record.text()).contains("\"rows\":\"1\""));
        house.start();
    }
}
