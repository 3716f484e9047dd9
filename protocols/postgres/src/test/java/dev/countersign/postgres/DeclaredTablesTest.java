package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.Analyst;
import dev.countersign.gate.Asked;
import dev.countersign.gate.Toys;
import dev.countersign.model.ActionId;
import dev.countersign.model.Session;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Declared tables against a real server that has the same.
class DeclaredTablesTest {
    private static final String[] LABELLED = {"declared.people.ssn", "declared.people.card"};

    private static final Postgres POSTGRES = new Postgres(Clock.systemUTC());

    private static final Map<String, Map<String, String>> TABLES = tables();

    private static Map<String, Map<String, String>> tables() {
        var people = new LinkedHashMap<String, String>();
        people.put("id", "bigint");
        people.put("name", "varchar(40)");
        people.put("ssn", "text");
        people.put("card", "text");
        people.put("born", "date");
        people.put("meta", "jsonb");
        people.put("tags", "text[]");
        people.put("seen", "timestamp(3) with time zone");
        var things = new LinkedHashMap<String, String>();
        things.put("id", "int");
        things.put("owner", "bigint");
        things.put("price", "numeric(12, 2)");
        return Map.of("declared.people", people, "declared.things", things);
    }

    @BeforeAll
    static void make() throws SQLException {
        RealPostgres.get()
                .execute(
                        "CREATE SCHEMA declared",
                        "CREATE TABLE declared.people (id bigint, name varchar(40), ssn text, card"
                                + " text, born date, meta jsonb, tags text[], seen timestamp(3) with"
                                + " time zone)",
                        "CREATE TABLE declared.things (id int, owner bigint, price numeric(12, 2))");
    }

    @AfterAll
    static void drop() throws SQLException {
        POSTGRES.close();
        RealPostgres.get().execute("DROP SCHEMA declared CASCADE");
    }

    private static Analyst.Analysis analyse(Analyst analyst, String sql) {
        var toy = Toys.session();
        var session =
                new Session(
                        toy.id(),
                        toy.who(),
                        toy.where(),
                        toy.from(),
                        toy.work(),
                        false,
                        Map.of("search_path", "declared"));
        return analyst.analyse(
                        session, new Asked(ActionId.fresh(), Postgres.request(sql, List.of())))
                .toCompletableFuture()
                .join();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, name FROM people",
                "SELECT * FROM people",
                "SELECT p FROM people p",
                "SELECT p.name FROM people p JOIN things t ON t.owner = p.id WHERE t.price > 5",
                "SELECT ssn::varchar(3), lower(card) FROM people",
                "SELECT name FROM people WHERE ssn = '1'",
                "SELECT name FROM people ORDER BY card",
                "SELECT name FROM people UNION ALL SELECT ssn FROM people",
                "SELECT meta -> 'a', tags[1], born + 1, seen::date FROM people",
                "SELECT name FROM nosuch",
                "SELECT mine(name) FROM people",
                "SELECT now(), 1::int8, '{}'::jsonb, 'x'::nosuchtype",
                "SELECT name::regclass FROM people",
                "INSERT INTO things SELECT id, id, 1 FROM people",
                "INSERT INTO things (id) VALUES (1)",
                "UPDATE people SET name = ssn",
                "UPDATE things SET price = price * 2 WHERE id = 1 RETURNING *",
                "DELETE FROM things WHERE true",
                "WITH gone AS (DELETE FROM things RETURNING id) SELECT * FROM gone",
                "SELECT * INTO copied FROM things",
                "CREATE TABLE copied AS SELECT ssn FROM people",
                "COPY people TO STDOUT",
                "COPY things TO PROGRAM 'cat'",
                "TRUNCATE things",
                "ALTER TABLE people DROP COLUMN name",
                "GRANT SELECT ON things TO PUBLIC",
                "PREPARE p AS DELETE FROM things",
                "EXECUTE p",
                "SELECT 1; DROP TABLE things",
                "SELECT relname FROM pg_class WHERE relkind = 'r'",
                "SELECT c.relname, a.attname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid",
                "SELECT * FROM pg_stats",
                "SELECT table_name FROM information_schema.tables",
                "SELECT id FROM things FOR UPDATE",
                "SHOW search_path",
                "SET work_mem = '1GB'",
                "this is no SQL",
            })
    void what_is_judged_by_declared_tables_is_judged_so_by_a_server_that_has_them(String sql)
            throws Exception {
        for (var labelled : new String[][] {LABELLED, {}}) {
            var target = RealPostgres.get().target(labelled);
            var real =
                    analyse(POSTGRES.analystOnce(target, RealPostgres.PASSWORD::toCharArray), sql);
            var declared = analyse(POSTGRES.analystOffline(target, TABLES), sql);

            assertThat(declared.never()).isEqualTo(real.never());
            assertThat(declared.action().effects()).isEqualTo(real.action().effects());
            assertThat(declared.action().facts()).isEqualTo(real.action().facts());
        }
    }

    @Test
    void everything_wrong_in_a_declaration_is_told_at_once() {
        assertThatThrownBy(() ->
                        POSTGRES.analystOffline(
                                RealPostgres.get().target(),
                                Map.of(
                                        "people",
                                        Map.of("id", "int8"),
                                        "a.b",
                                        Map.of("x", "money2"))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("as schema.table, not `people`")
                .hasMessageContaining("PostgreSQL has no type `money2` of its own");
    }

    @Test
    void a_column_of_a_type_that_somebody_made_is_no_proven_read() {
        var analyst =
                POSTGRES.analystOffline(
                        RealPostgres.get().target(), Map.of("declared.t", Map.of("x", "other")));

        assertThat(analyse(analyst, "SELECT x FROM t").action().provenRead()).isFalse();
    }
}
