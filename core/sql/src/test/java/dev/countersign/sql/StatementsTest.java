package dev.countersign.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Effect;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StatementsTest {
    private static final Statements STATEMENTS = new Statements();

    @AfterAll
    static void close() {
        STATEMENTS.close();
    }

    private static Analysis analyse(String sql) {
        try {
            return STATEMENTS.analyse(sql).toCompletableFuture().get(60, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static Statement only(String sql) {
        var statements = analyse(sql).statements();
        assertThat(statements).hasSize(1);
        return statements.getFirst();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SELECT 1+1                                                              | READ
                    SELECT lower(name) FROM customers WHERE id = 5                          | READ
                    SELECT f(1)                                                             | READ CALL
                    SELECT public.lower('x')                                                | READ CALL
                    SELECT pg_catalog.lower('x')                                            | READ
                    SELECT pg_sleep(1)                                                      | READ CALL
                    SELECT nextval('s')                                                     | READ CALL
                    SELECT query_to_xml('select 1', true, true, '')                         | READ CALL
                    SELECT * FROM t FOR UPDATE                                              | READ UPDATE
                    SELECT * INTO u FROM t                                                  | READ DDL
                    VALUES (1), (2)                                                         | READ
                    TABLE t                                                                 | READ
                    INSERT INTO t VALUES (1)                                                | READ INSERT
                    INSERT INTO t VALUES (1) ON CONFLICT (id) DO UPDATE SET a = 1           | READ INSERT UPDATE
                    UPDATE t SET a = 1 WHERE id = 2                                         | UPDATE
                    DELETE FROM t                                                           | DELETE
                    WITH d AS (DELETE FROM t RETURNING id) SELECT count(*) FROM d           | READ DELETE
                    MERGE INTO t USING s ON t.id = s.id WHEN MATCHED THEN DELETE            | MERGE DELETE
                    TRUNCATE t                                                              | DELETE
                    BEGIN                                                                   | SESSION
                    COMMIT                                                                  | SESSION
                    PREPARE TRANSACTION 'x'                                                 | PRIVILEGE
                    SET TimeZone = 'UTC'                                                    | SESSION
                    SHOW search_path                                                        | READ
                    EXPLAIN DELETE FROM t                                                   | READ
                    EXPLAIN ANALYZE DELETE FROM t                                           | DELETE
                    EXPLAIN (ANALYZE, VERBOSE) DELETE FROM t                                | DELETE
                    CREATE TABLE t (a int)                                                  | DDL
                    CREATE TABLE u AS SELECT * FROM t                                       | DDL READ
                    DROP TABLE t                                                            | DDL
                    GRANT SELECT ON t TO bob                                                | PRIVILEGE
                    LOCK TABLE t                                                            | PRIVILEGE
                    VACUUM t                                                                | PRIVILEGE
                    NOTIFY c                                                                | PRIVILEGE
                    NOTIFY c, 'x'                                                           | PRIVILEGE
                    LISTEN c                                                                | PRIVILEGE
                    UNLISTEN c                                                              | SESSION
                    UNLISTEN *                                                              | SESSION
                    COPY t TO STDOUT                                                        | READ
                    COPY t FROM STDIN                                                       | INSERT
                    COPY t TO '/tmp/x'                                                      | COPY_FILE
                    COPY t TO PROGRAM 'sh'                                                  | COPY_FILE
                    DO $$ BEGIN END $$                                                      | CALL
                    CALL p()                                                                | CALL
                    PREPARE x AS DELETE FROM t                                              | SESSION DELETE
                    EXECUTE x                                                               | SESSION
                    DECLARE c CURSOR FOR SELECT 1                                           | SESSION READ
                    DISCARD ALL                                                             | SESSION
                    this is no sql                                                          | UNKNOWN
                    """)
    void a_statement_has_the_effects_of_all_its_nodes(String sql, String effects) {
        assertThat(analyse(sql).effects())
                .isEqualTo(
                        Set.of(effects.split(" ")).stream()
                                .map(Effect::valueOf)
                                .collect(Collectors.toSet()));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "true",
                "1 = 1",
                "id = id",
                "'a' = 'a'",
                "NOT false",
                "id = 5 OR true",
                "name LIKE '%'",
                "1 < 2",
                "'t'::bool",
                "id IS NULL OR id IS NOT NULL",
                "EXISTS (SELECT 1)",
                "1 IS NOT NULL"
            })
    void a_condition_that_is_always_true_restricts_nothing(String condition) {
        assertThat(only("DELETE FROM t WHERE " + condition).tautology()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id = 5", "name LIKE 'a%'", "id = 1 AND true", "1 = 2", "id <> id"})
    void a_condition_that_may_be_false_restricts(String condition) {
        assertThat(only("DELETE FROM t WHERE " + condition).tautology()).isFalse();
    }

    @Test
    void a_channel_is_named_as_the_server_has_it() {
        assertThat(only("LISTEN OrDers").channel()).contains(new Statement.Channel("orders", true));
        assertThat(only("LISTEN \"Or\"\"ders\"").channel())
                .contains(new Statement.Channel("Or\"ders", true));
        assertThat(only("NOTIFY Ärger, 'x'").channel())
                .contains(new Statement.Channel("Ärger", false));
        assertThat(only("UNLISTEN c").channel()).isEmpty();
        assertThat(only("LISTEN U&\"c\"").notServed()).contains("channel");
    }

    @Test
    void a_verdict_that_hangs_on_a_literal_is_not_shared() {
        assertThat(only("DELETE FROM t WHERE 1 = 2").tautology()).isFalse();
        assertThat(only("DELETE FROM t WHERE 1 = 1").tautology()).isTrue();
    }

    @Test
    void texts_of_one_shape_share_a_verdict() {
        analyse("SELECT a FROM shaped WHERE id = 1");
        assertThat(STATEMENTS.known("select a from shaped where id = 987 -- other")).isPresent();
        assertThat(STATEMENTS.known("SELECT a FROM shaped WHERE id = 'x'")).isEmpty();
    }

    @Test
    void a_common_table_expression_hides_a_table_only_where_it_is_seen() {
        assertThat(
                        only("WITH customers AS (SELECT * FROM customers) SELECT * FROM customers")
                                .tables())
                .extracting(Statement.Table::name)
                .containsExactly("customers");
        assertThat(only("WITH a AS (SELECT 1) SELECT * FROM a").tables()).isEmpty();
    }

    @Test
    void a_column_is_mentioned_wherever_it_stands() {
        for (var sql :
                new String[] {
                    "SELECT ssn FROM c",
                    "SELECT ssn || '' FROM c",
                    "SELECT 1 FROM c WHERE ssn LIKE '1%'",
                    "SELECT x FROM (SELECT ssn AS x FROM c) t",
                    "SELECT note FROM p UNION ALL SELECT ssn FROM c",
                    "INSERT INTO p SELECT ssn FROM c RETURNING note",
                    "UPDATE c SET note = 'x' RETURNING ssn",
                    "SELECT max(ssn) FROM c",
                    "WITH a AS (SELECT ssn FROM c) SELECT count(*) FROM a",
                    "SELECT 1 FROM c JOIN d USING (ssn)",
                }) {
            assertThat(only(sql).mentions()).as(sql).contains(new Statement.Mention("", "ssn"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER ROLE CURRENT_USER PASSWORD 'x'",
                "CREATE USER u WITH PASSWORD 'x'",
                "CREATE USER MAPPING FOR u SERVER s OPTIONS (password 'x')",
                "ALTER ROLE u SET search_path = x",
                "ALTER SYSTEM SET work_mem = '1MB'",
                "UPDATE pg_settings SET setting = 'x'",
                "UPDATE pg_catalog.pg_settings SET setting = 'x'",
            })
    void some_statements_never_run(String sql) {
        assertThat(only(sql).never()).isNotEmpty();
    }

    @Test
    void what_the_grammar_cannot_hold_is_gravest_and_does_no_harm_to_the_next() {
        var sum = IntStream.range(0, 20_000).mapToObj(i -> "1").collect(Collectors.joining("+"));
        assertThat(analyse("SELECT " + sum).effects()).containsAnyOf(Effect.UNKNOWN, Effect.READ);
        assertThat(analyse("SELECT 'after the sum'").effects()).containsExactly(Effect.READ);
    }

    @Test
    void what_hurts_by_being_read_is_not_read() {
        assertThat(analyse("/*".repeat(20_000)).effects()).containsExactly(Effect.UNKNOWN);
        assertThat(analyse("SELECT " + "(".repeat(5_000) + "1" + ")".repeat(5_000)).effects())
                .containsExactly(Effect.UNKNOWN);
        assertThat(analyse("SELECT '" + "x".repeat(Lexer.MAX_LENGTH) + "'").problem())
                .contains("longer");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    SELECT 1                            | false
                    INSERT INTO t VALUES (1)            | false
                    BEGIN; SELECT 1; COMMIT             | false
                    SELECT 'create table'               | false
                    SELECT * INTO u FROM t              | true
                    CREATE TABLE t (a int)              | true
                    SET TimeZone = 'UTC'                | true
                    SELECT set_config('TimeZone','',false) | true
                    SELECT 1; PREPARE x AS SELECT 1     | true
                    DISCARD ALL                         | true
                    EXPLAIN ANALYZE SELECT 1            | true
                    """)
    void the_lexer_alone_says_whether_a_text_is_a_barrier(String sql, boolean barrier)
            throws UnreadableSql {
        assertThat(Text.read(sql).barrier()).isEqualTo(barrier);
    }
}
