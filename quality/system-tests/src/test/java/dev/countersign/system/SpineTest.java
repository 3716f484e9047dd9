package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// One real statement from an unmodified driver through identity, policy, evidence and masks, over
/// TLS on both legs, and everything around it that an ordinary client does.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SpineTest {
    static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - {name: orders, on: [sql], when: "stmt.verb == 'write' && stmt.tables.all(t, t in ['public.orders', 'public.customers'])", allow: true}
            - {name: bounded, on: [sql], when: "stmt.effects.exists(e, e in ['update', 'delete']) && (!stmt.has_where || stmt.where_is_tautology)", deny: UPDATE and DELETE must be restricted.}
            - {name: scratch, on: [sql], when: "stmt.verb == 'define' && stmt.tables.all(t, t.contains('scratch'))", allow: true}
            - {name: few-orders, on: [sql], when: "stmt.tables.exists(t, t == 'public.orders')", limit: {rows-out: 600}}
            """;

    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void start() throws Exception {
        house = new House(directory, POLICY);
    }

    @AfterAll
    void stop() throws Exception {
        house.close();
    }

    static List<String> column(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            return column(rows, 1);
        }
    }

    static List<String> column(ResultSet rows, int index) throws SQLException {
        var out = new ArrayList<String>();
        while (rows.next()) {
            out.add(String.valueOf(rows.getString(index)));
        }
        return out;
    }

    @Test
    void labelled_columns_come_out_masked_in_text() throws Exception {
        try (var eve = house.connect("prepareThreshold", "0")) {
            assertThat(column(eve, "SELECT ssn FROM customers ORDER BY id"))
                    .doesNotContain(House.CANARY_SSN)
                    .hasSize(3)
                    .endsWith(
                            "null".repeat(0)
                                    + column(eve, "SELECT ssn FROM customers WHERE id = 3")
                                            .getFirst());
            assertThat(column(eve, "SELECT card FROM customers WHERE id = 1"))
                    .containsExactly("**** **** **** 9017");
            assertThat(column(eve, "SELECT name FROM customers ORDER BY id"))
                    .containsExactly("Ada", "Ben", "Cho");
        }
    }

    @Test
    void labelled_columns_come_out_masked_in_binary_and_on_later_pages() throws Exception {
        try (var eve = house.connect("prepareThreshold", "-1", "binaryTransfer", "true")) {
            eve.setAutoCommit(false);
            try (var statement =
                    eve.prepareStatement("SELECT dob, card, ssn FROM customers ORDER BY id")) {
                statement.setFetchSize(1);
                for (int again = 0; again < 3; again++) {
                    try (var rows = statement.executeQuery()) {
                        while (rows.next()) {
                            assertThat(String.valueOf(rows.getString(1)))
                                    .doesNotContain("1990", "1985");
                            assertThat(String.valueOf(rows.getString(2)))
                                    .doesNotContain("4000", "5105");
                            assertThat(String.valueOf(rows.getString(3)))
                                    .doesNotContain("536", "219");
                        }
                    }
                }
            }
            eve.rollback();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ssn || '' FROM customers",
                "SELECT ssn::varchar FROM customers",
                "SELECT ssn::int FROM customers",
                "SELECT note FROM orders UNION ALL SELECT ssn FROM customers",
                "SELECT c FROM customers c",
                "SELECT row_to_json(c) FROM customers c",
                "SELECT c::text FROM customers c",
                "SELECT reach FROM contacts",
                "SELECT count(*) FROM customers WHERE ssn LIKE '5%'",
                "SELECT name FROM customers ORDER BY ssn",
                "SELECT name FROM customers GROUP BY name, ssn",
                "SELECT DISTINCT ssn FROM customers",
                "SELECT (SELECT ssn FROM customers LIMIT 1)",
                "SELECT peek(1)",
                "SELECT o.id FROM orders o JOIN customers c ON c.ssn = o.note",
                "UPDATE orders SET note = c.ssn FROM customers c WHERE orders.id = 1 RETURNING note",
                "INSERT INTO orders SELECT 5000, 1, 1, ssn, ssn FROM customers RETURNING note",
                "CREATE TABLE scratch_copy AS SELECT ssn FROM customers",
                "SELECT ssn INTO scratch_copy FROM customers",
                "SELECT query_to_xml('select ssn from customers', true, true, '')",
                "SELECT most_common_vals FROM pg_stats",
                "DO $$ BEGIN RAISE NOTICE '%', (SELECT ssn FROM customers LIMIT 1); END $$",
                "SELECT set_config('application_name', ssn, false) FROM customers",
                "SELECT max(ssn) FROM customers",
                "WITH x AS (SELECT ssn AS s FROM customers) SELECT s || 'x' FROM x",
                "EXPLAIN (ANALYZE, VERBOSE) SELECT * FROM customers WHERE ssn = '536-90-4399'",
                "COPY customers TO STDOUT",
                "COPY (SELECT ssn FROM customers) TO STDOUT",
                "SELECT unnest(ARRAY[ssn]) FROM customers",
                "SELECT coalesce(ssn, 'x') FROM customers",
                "SELECT CASE WHEN ssn LIKE '5%' THEN 1 ELSE 0 END FROM customers",
                "SELECT name FROM customers WHERE left(card, 4) = '4000'",
                "MERGE INTO orders o USING customers c ON o.note = c.ssn WHEN MATCHED THEN UPDATE SET status = 'x'",
            })
    void no_way_round_the_mask_gives_anything(String sql) throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            String seen;
            try {
                var out = new StringBuilder();
                boolean rows = statement.execute(sql);
                if (rows) {
                    try (var result = statement.getResultSet()) {
                        while (result.next()) {
                            for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                                out.append(result.getString(i)).append('\n');
                            }
                        }
                    }
                }
                seen = out.toString();
            } catch (SQLException refused) {
                seen = refused.toString();
                assertThat(refused.getSQLState()).isIn("ZC010", "ZC012", "ZC013", "ZC014", "0A000");
            }
            assertThat(seen)
                    .doesNotContain(
                            "536-90", "536904399", "4000 1234", "219-09", "ada@", "1990-05");
        }
    }

    @Test
    void what_was_tried_to_be_copied_is_nowhere() throws Exception {
        try (var owner = house.direct()) {
            assertThat(column(owner, "SELECT count(*) FROM orders WHERE note LIKE '536%'"))
                    .containsExactly("0");
            assertThat(
                            column(
                                    owner,
                                    "SELECT count(*) FROM pg_class WHERE relname = 'scratch_copy'"))
                    .containsExactly("0");
        }
    }

    @Test
    void ordinary_work_is_pleasant() throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            assertThat(column(eve, "SELECT 1 + 1")).containsExactly("2");
            assertThat(
                            column(
                                    eve,
                                    "SELECT count(*) FROM orders o JOIN customers c ON c.id = o.customer_id"))
                    .containsExactly("1000");
            assertThat(statement.executeUpdate("UPDATE orders SET status = 'sent' WHERE id = 7"))
                    .isEqualTo(1);
            assertThat(column(eve, "SHOW server_version")).first().asString().startsWith("18");
            try (var tables =
                    eve.getMetaData().getTables(null, "public", "%", new String[] {"TABLE"})) {
                assertThat(column(tables, 3)).contains("customers", "orders");
            }
            try (var columns = eve.getMetaData().getColumns(null, "public", "customers", "%")) {
                assertThat(column(columns, 4)).contains("id", "ssn");
            }
            try (var keys = eve.getMetaData().getPrimaryKeys(null, "public", "orders")) {
                assertThat(column(keys, 4)).containsExactly("id");
            }
        }
    }

    @Test
    void a_refusal_is_a_real_error_inside_the_transaction() throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            eve.setAutoCommit(false);
            statement.executeUpdate("UPDATE orders SET note = 'kept' WHERE id = 11");
            var savepoint = eve.setSavepoint("before");

            var refused =
                    catchThrowableOfType(
                            SQLException.class,
                            () -> statement.executeUpdate("DELETE FROM orders"));

            assertThat(refused.getSQLState()).isEqualTo("ZC010");
            assertThat(refused.getMessage()).contains("must be restricted");
            assertThatThrownBy(() -> statement.executeQuery("SELECT 1"))
                    .as("the transaction is really aborted")
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("25P02");
            eve.rollback(savepoint);
            assertThat(column(eve, "SELECT note FROM orders WHERE id = 11"))
                    .containsExactly("kept");
            eve.commit();
        }
        try (var owner = house.direct()) {
            assertThat(column(owner, "SELECT note FROM orders WHERE id = 11"))
                    .containsExactly("kept");
            assertThat(column(owner, "SELECT count(*) FROM orders")).containsExactly("1000");
        }
    }

    @Test
    void a_pipeline_runs_up_to_the_refused_statement_and_is_undone() throws Exception {
        try (var eve = house.connect()) {
            eve.setAutoCommit(false);
            try (var batch = eve.createStatement()) {
                batch.addBatch("UPDATE orders SET note = 'first' WHERE id = 21");
                batch.addBatch("DELETE FROM orders WHERE 1 = 1");
                batch.addBatch("UPDATE orders SET note = 'third' WHERE id = 22");
                assertThatThrownBy(batch::executeBatch).hasMessageContaining("must be restricted");
            }
            eve.rollback();
        }
        try (var owner = house.direct()) {
            assertThat(column(owner, "SELECT note FROM orders WHERE id IN (21, 22) ORDER BY id"))
                    .containsExactly("note 21", "note 22");
        }
    }

    @Test
    void a_batch_of_inserts_is_written_and_recorded() throws Exception {
        try (var eve = house.connect();
                PreparedStatement insert =
                        eve.prepareStatement("INSERT INTO orders VALUES (?, 1, 9.99, 'new', ?)")) {
            for (int i = 0; i < 100; i++) {
                insert.setInt(1, 20_000 + i);
                insert.setString(2, "batch " + i);
                insert.addBatch();
            }
            assertThat(insert.executeBatch()).hasSize(100).containsOnly(1);
            try (var delete = eve.createStatement()) {
                assertThat(delete.executeUpdate("DELETE FROM orders WHERE id >= 20000"))
                        .isEqualTo(100);
            }
        }
    }

    @Test
    void a_limit_on_rows_ends_the_answer_with_its_own_code() throws Exception {
        try (var eve = house.connect()) {
            var limited =
                    catchThrowableOfType(
                            SQLException.class, () -> column(eve, "SELECT id FROM orders"));

            assertThat(limited.getSQLState()).isEqualTo("ZC013");
            assertThat(column(eve, "SELECT 1")).as("the session goes on").containsExactly("1");
        }
    }

    @Test
    void a_running_statement_can_be_cancelled() throws Exception {
        try (var eve = house.connect();
                Statement statement = eve.createStatement()) {
            var running =
                    CompletableFuture.supplyAsync(() ->
                            catchThrowableOfType(
                                    SQLException.class,
                                    () ->
                                            statement.executeQuery(
                                                    "SELECT count(*) FROM generate_series(1, 2000000000)")));
            await(() -> activeOnTarget("generate_series"));

            statement.cancel();

            assertThat(running.get(20, TimeUnit.SECONDS).getSQLState()).isEqualTo("57014");
            assertThat(column(eve, "SELECT 1")).containsExactly("1");
        }
    }

    private boolean activeOnTarget(String text) {
        try (var owner = house.direct()) {
            return !column(
                            owner,
                            "SELECT pid FROM pg_stat_activity WHERE usename = 'agent' AND state = 'active'"
                                    + " AND query LIKE '%"
                                    + text
                                    + "%'")
                    .isEmpty();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    static void await(java.util.function.BooleanSupplier condition) {
        org.awaitility.Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .until(condition::getAsBoolean);
    }

    @Test
    void pinned_settings_cannot_be_changed_by_any_door() throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            for (var sql :
                    List.of(
                            "SET standard_conforming_strings = off",
                            "SET search_path = pg_temp, public",
                            "SELECT set_config('search_path', 'x', false)",
                            "SET ROLE postgres",
                            "SET SESSION AUTHORIZATION postgres",
                            "SET client_encoding = 'SJIS'",
                            "SET app.tenant = '7'",
                            "ALTER ROLE CURRENT_USER PASSWORD 'x'",
                            "ALTER ROLE agent SET search_path = x",
                            "UPDATE pg_settings SET setting = 'off' WHERE name = 'standard_conforming_strings'")) {
                assertThatThrownBy(() -> statement.execute(sql))
                        .as(sql)
                        .extracting(e -> ((SQLException) e).getSQLState())
                        .isIn("ZC010", "ZC014", "ZC012");
            }
            statement.execute("SET TimeZone = 'Europe/Paris'");
            assertThat(column(eve, "SHOW TimeZone")).containsExactly("Europe/Paris");
        }
    }

    @Test
    void names_of_prepared_statements_mean_what_was_prepared() throws Exception {
        try (var eve = house.connect("preferQueryMode", "simple");
                var statement = eve.createStatement()) {
            statement.execute("PREPARE p AS SELECT name FROM customers WHERE id = $1");
            assertThat(column(eve, "EXECUTE p(2)")).containsExactly("Ben");
            assertThatThrownBy(() -> statement.execute("EXECUTE q(2)"))
                    .isInstanceOf(SQLException.class);
            statement.execute("DEALLOCATE p");
            assertThatThrownBy(() -> statement.execute("EXECUTE p(2)"))
                    .isInstanceOf(SQLException.class);
            statement.execute("BEGIN");
            statement.execute("DECLARE c CURSOR FOR SELECT ssn FROM customers ORDER BY id");
            assertThat(column(eve, "FETCH ALL FROM c")).hasSize(3).doesNotContain(House.CANARY_SSN);
            statement.execute("COMMIT");
        }
    }

    @Test
    void the_catalogue_follows_ddl() throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            statement.execute("CREATE TABLE scratch_one (id int, word text)");
            statement.execute("DROP TABLE scratch_one");
        }
        try (var owner = house.direct();
                var statement = owner.createStatement();
                var eve = house.connect()) {
            statement.execute(
                    "CREATE TABLE late (id int, ssn text); INSERT INTO late VALUES (1, '536-90-4399')");
            statement.execute("GRANT SELECT ON late TO agent");
            String seen;
            try {
                seen = column(eve, "SELECT * FROM late").toString();
            } catch (SQLException refused) {
                seen = refused.toString();
            }
            assertThat(seen)
                    .as("a table the catalogue does not know is sensitive")
                    .doesNotContain("536");
        }
    }
}
