package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Request;
import dev.countersign.sql.Statements;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Which texts are proven to have no effect, by the catalogue of a real server.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ProvenReadsTest {
    private static final RealPostgres REAL = RealPostgres.get();
    private final Statements statements = new Statements();
    private Catalogue catalogue = Catalogue.EMPTY;

    @BeforeAll
    void schema() throws SQLException {
        REAL.execute(
                "DROP SCHEMA IF EXISTS p CASCADE",
                "CREATE SCHEMA p",
                "CREATE TYPE p.odd AS (a int)",
                "CREATE TYPE p.mood AS ENUM ('good', 'bad')",
                "CREATE DOMAIN p.short AS text CHECK (length(VALUE) < 9)",
                "CREATE TABLE p.things (id int, name text, mood p.mood, tags text[], day date)",
                "CREATE TABLE p.rows (id int, o p.odd)",
                "CREATE TABLE p.secured (id int)",
                "ALTER TABLE p.secured ENABLE ROW LEVEL SECURITY",
                "CREATE FUNCTION p.volatile() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 1; END'",
                "CREATE FUNCTION p.upper(int) RETURNS text LANGUAGE sql AS 'SELECT 1::text'",
                "CREATE FUNCTION p.of(p.things) RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE FUNCTION p.join(int, int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
                "CREATE OPERATOR p.### (FUNCTION = p.join, LEFTARG = int, RIGHTARG = int)",
                "CREATE VIEW p.plain AS SELECT id, lower(name) AS n FROM p.things",
                "CREATE VIEW p.calls AS SELECT p.volatile() AS n",
                "CREATE VIEW p.deep AS SELECT n FROM p.calls",
                "CREATE VIEW p.behind AS SELECT id FROM p.secured",
                "CREATE MATERIALIZED VIEW p.kept AS SELECT id FROM p.things");
        var target = REAL.target();
        catalogue = RealPostgres.reader(target, statements).read();
    }

    @AfterAll
    void end() throws SQLException {
        statements.close();
        REAL.execute("DROP SCHEMA p CASCADE");
    }

    private Clearing read(String sql, Catalogue by) {
        var clearing = new Clearing(by, List.of("p"), false);
        clearing.read(statements.analyse(sql).toCompletableFuture().join());
        return clearing;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT 1",
                "VALUES (1), (2)",
                "TABLE things",
                "SHOW server_version",
                "SELECT id, lower(name), mood, tags[1] FROM things WHERE id = $1 ORDER BY name LIMIT 3",
                "SELECT count(*), max(day) FROM p.things GROUP BY mood HAVING count(*) > 1",
                "SELECT x.id::text, CAST(name AS varchar(3)) FROM things x JOIN kept k USING (id)",
                "WITH w AS (SELECT id FROM plain) SELECT * FROM w UNION SELECT 1",
                "SELECT oid, relname FROM pg_class WHERE relkind = 'r'",
                "SELECT (SELECT now()), EXISTS (SELECT FROM things)",
                "SELECT 1; SELECT 2"
            })
    void has_no_effect(String sql) {
        assertThat(read(sql, catalogue).proven()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT volatile()",
                "SELECT p.volatile()",
                "SELECT upper(name) FROM things", // somebody made another `upper`
                "SELECT t.of FROM things t",
                "SELECT 1 ### 2",
                "SELECT 1 OPERATOR(p.###) 2",
                "SELECT name::short FROM things",
                "SELECT 'x'::p.mood",
                "TABLE rows",
                "TABLE secured",
                "TABLE behind",
                "TABLE calls",
                "SELECT n FROM deep",
                "TABLE nowhere",
                "TABLE pg_stat_activity",
                "SELECT id FROM things FOR UPDATE",
                "SELECT id INTO other FROM things",
                "WITH d AS (DELETE FROM things RETURNING id) SELECT * FROM d",
                "INSERT INTO things VALUES (1)",
                "SELECT set_config('application_name', 'x', false)",
                "SELECT pg_notify('a', 'b')",
                "EXPLAIN ANALYZE SELECT 1",
                "EXPLAIN DELETE FROM things",
                "BEGIN",
                "FETCH ALL FROM c",
                "EXECUTE q",
                "CREATE TABLE other ()",
                "SELECT 1; DELETE FROM things",
                "no sql"
            })
    void may_have_one(String sql) {
        assertThat(read(sql, catalogue).proven()).isFalse();
    }

    @Test
    void nothing_is_proven_while_nothing_is_known_of_the_target() {
        assertThat(read("SELECT 1", Catalogue.EMPTY).proven()).isFalse();
    }

    @Test
    void a_view_that_calls_something_is_a_call() {
        assertThat(read("TABLE deep", catalogue).calling()).isTrue();
        assertThat(read("TABLE plain", catalogue).calling()).isFalse();
    }

    @Test
    void a_parameter_of_a_type_that_somebody_made_runs_its_input_function() {
        assertThat(ProvenReads.plainParameters(List.of(new Request.Parameter(23, 0, null))))
                .isTrue();
        assertThat(ProvenReads.plainParameters(List.of(new Request.Parameter(16_400, 0, null))))
                .isFalse();
    }
}
