package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.Json;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways round the mask that were found open: in SQL, by names that mean one thing to the gateway
/// and another to the target, and by changing the catalogue under it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class WaysRoundTheMaskTest {
    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void start() throws Exception {
        house = new House(directory, MaskEvasionTest.EVERYTHING);
        owner(
                "ALTER TABLE customers OWNER TO agent",
                "ALTER TABLE orders OWNER TO agent",
                "CREATE FUNCTION ssn_of(customers) RETURNS text LANGUAGE sql STABLE AS 'SELECT $1.ssn::text'",
                "CREATE FUNCTION who(orders) RETURNS text LANGUAGE sql STABLE AS 'SELECT email FROM customers WHERE id = $1.customer_id'",
                "CREATE FUNCTION remove(orders) RETURNS bool LANGUAGE plpgsql AS 'BEGIN DELETE FROM orders WHERE id = $1.id; RETURN true; END'",
                "CREATE SCHEMA hidden CREATE TABLE customers (id int, name text, email text, ssn text)",
                "CREATE VIEW samples AS SELECT stavalues1::text AS a, stavalues2::text AS b, stavalues3::text AS c FROM pg_statistic WHERE starelid = (SELECT max(oid) FROM pg_class WHERE relname = 'customers' AND relkind = 'r' AND reltuples = 3)",
                "CREATE VIEW as_xml AS SELECT query_to_xml('TABLE customers', true, true, '')::text AS x",
                "GRANT SELECT ON samples, as_xml TO agent",
                "ANALYZE");
        house.restart();
    }

    @AfterAll
    void stop() throws Exception {
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

    private Tried tried(String... statements) throws SQLException {
        try (var eve = house.connect("preferQueryMode", "simple")) {
            return Tried.all(eve, statements);
        }
    }

    /// It is refused, or every row of it is the same, whatever the labelled values are.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT nextval('counted')",
                "SELECT pg_catalog.setval('counted', 5)",
                "SELECT pg_try_advisory_lock(7), pg_advisory_unlock(7)",
                "SELECT txid_current() > 0",
            })
    void what_acts_and_shows_no_data_is_a_call_and_runs(String sql) throws Exception {
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute(
                    "CREATE SEQUENCE IF NOT EXISTS counted; GRANT ALL ON counted TO agent");
        }
        try (var eve = house.connect()) {
            assertThat(SpineTest.column(eve, sql)).hasSize(1);
        }
        assertThat(lastEffects()).contains("call");
    }

    private String lastEffects() throws Exception {
        house.restart(); // what was written is published then
        return Records.of(house.data(), "intent")
                .getLast()
                .object("x")
                .orElseThrow()
                .get("effects")
                .map(Json::text)
                .orElse("");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ctid FROM customers WHERE id = 1",
                "SELECT c.ctid FROM customers c WHERE id = 1",
                "SELECT pg_total_relation_size('customers')",
                "SELECT pg_size_pretty(pg_catalog.pg_table_size(oid)) FROM pg_class WHERE relname = 'orders'",
                "SELECT pg_database_size(current_database())"
            })
    void how_long_values_are_together_is_a_constant(String sql) throws Exception {
        try (var eve = house.connect()) {
            assertThat(SpineTest.column(eve, sql)).containsExactly("null");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM customers WHERE ctid = '(0,1)'",
                "SELECT count(*) FROM customers TABLESAMPLE SYSTEM (50)",
                "SELECT pg_relation_size('customers') > 8192",
                "SELECT 1 WHERE pg_relation_size('customers') > 8192",
                "SELECT oid FROM pg_class ORDER BY relpages",
                "CLUSTER customers USING customers_email_key",
                "CLUSTER",
                "SELECT setval('counted', pg_table_size('customers'))",
                "EXPLAIN SELECT id FROM names"
            })
    void what_would_tell_how_long_they_are_is_refused(String sql) throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            assertThatThrownBy(() -> statement.execute(sql))
                    .isInstanceOf(SQLException.class)
                    .extracting("SQLState")
                    .isEqualTo("ZC012");
        }
    }

    @Test
    void a_whole_row_of_a_table_without_labels_is_as_it_is() throws Exception {
        try (var eve = house.connect()) {
            assertThat(SpineTest.column(eve, "SELECT o FROM orders o WHERE id = 7"))
                    .containsExactly("(7,2,10.50,paid,\"note 7\")");
            assertThat(SpineTest.column(eve, "SELECT c FROM customers c WHERE id = 1"))
                    .containsExactly("null");
        }
    }

    private String shown(String setting) {
        try (var eve = house.connect()) {
            return SpineTest.column(eve, "SHOW " + setting).getFirst();
        } catch (Exception e) {
            return e.toString();
        }
    }

    /// `customers.email` is unique: its index, read instead of the table, would give its order.
    @Test
    void rows_do_not_come_in_the_order_of_a_labelled_columns_index() throws Exception {
        // sessions that begin before the catalogue is known are held more strictly
        SpineTest.await(() -> "on".equals(shown("enable_indexscan")));
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            assertThat(SpineTest.column(eve, "SHOW enable_indexonlyscan")).containsExactly("off");
            for (var sql :
                    List.of(
                            "SET enable_indexonlyscan = on",
                            "SELECT set_config('enable_indexonlyscan', 'on', false)")) {
                assertThatThrownBy(() -> statement.execute(sql)).isInstanceOf(SQLException.class);
            }
            statement.execute("RESET ALL");
            assertThat(SpineTest.column(eve, "SHOW enable_indexonlyscan")).containsExactly("off");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT j FROM (customers c CROSS JOIN (VALUES (1)) v) j",
                "SELECT upper(j.email) FROM (customers c CROSS JOIN (VALUES (1)) v) j",
                "UPDATE customers SET name = name WHERE id = 1 RETURNING old.ssn || '', new.email || ''",
                "DELETE FROM customers WHERE id = 77 RETURNING upper(old.email)",
                "INSERT INTO customers (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = 'Ada' RETURNING upper(old.email)",
                "MERGE INTO customers c USING (VALUES (1)) v(i) ON c.id = v.i WHEN MATCHED THEN UPDATE SET name = name RETURNING upper(old.email)"
            })
    void gives_nothing(String sql) throws Exception {
        tried(sql).harmless();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // x.f is f(x) where x has no column f
                "SELECT c.row_to_json FROM customers c",
                "SELECT customers.to_jsonb FROM customers",
                "SELECT public.customers.quote_literal FROM public.customers",
                "SELECT id FROM customers c WHERE c.to_jsonb ->> 'ssn' LIKE '5%'",
                "SELECT c.ssn_of FROM customers c",
                "SELECT o.who FROM orders o WHERE id < 9",
                "SELECT (o).who FROM orders o WHERE id < 9",
                // the alias of a join is a table too
                "SELECT count(*) FROM (customers c CROSS JOIN (VALUES (1)) v) AS j WHERE j.ssn LIKE '5%'",
                // old and new are the table
                "UPDATE customers SET name = name WHERE id = 1 RETURNING old.row_to_json",
                // groups and their order by an output's name or position
                "SELECT ssn, min(id) FROM customers GROUP BY ROLLUP (1)",
                "SELECT ssn AS s, min(id) FROM customers GROUP BY CUBE (s)",
                "SELECT ssn AS s, min(id) FROM customers GROUP BY GROUPING SETS ((s), ())",
                // views over what the system pins and so does not depend upon
                "TABLE samples",
                "TABLE as_xml",
                // the name of the database itself
                "CREATE TABLE copy_of AS TABLE shop.public.customers"
            })
    void is_refused(String sql) throws Exception {
        tried(sql).refused();
    }

    @Test
    void the_escape_character_of_a_name_is_part_of_its_shape() throws Exception {
        tried("SELECT ascii(U&\"!0073sn\" UESCAPE '#') FROM customers");

        tried("SELECT ascii(U&\"!0073sn\" UESCAPE '!') FROM customers").refused();
    }

    @Test
    void a_schema_that_the_target_may_not_use_shadows_nothing() throws Exception {
        try (var eve =
                house.connect(
                        "preferQueryMode", "simple", "options", "-c search_path=hidden,public")) {
            Tried.all(eve, "SELECT upper(email) FROM customers").harmless();
        }
    }

    @Test
    void what_is_executed_into_a_table_is_no_plain_output() throws Exception {
        tried("PREPARE q AS SELECT ssn FROM customers", "CREATE TABLE copy_of AS EXECUTE q")
                .refused();
    }

    @Test
    void a_function_in_the_form_of_a_column_is_no_read() throws Exception {
        try (var eve = house.connect();
                var owner = house.direct()) {
            Tried.all(eve, "SELECT o.remove FROM orders o WHERE id = 77");

            assertThat(SpineTest.column(owner, "SELECT count(*) FROM orders WHERE id = 77"))
                    .containsExactly("1");
        }
    }

    private static boolean deletes(Json.Obj intent) {
        return intent.object("x")
                .flatMap(body -> body.get("effects"))
                .map(effects -> effects.equals(Json.strings(List.of("delete"))))
                .orElse(false);
    }

    /// Until the catalogue has been loaded anew; longer than it needs.
    private static void settle() throws InterruptedException {
        Thread.sleep(1_500);
    }

    // ---- names

    @Test
    void a_prepare_of_a_unicode_name_is_not_the_unnamed_statement() throws Exception {
        try (var wire = new WireClient(house)) {
            wire.parse("", "SELECT ssn, email FROM customers").sync();
            wire.parse("s", "PREPARE U&\"x\" AS SELECT 1").bind("p", "s").execute("p").sync();

            assertThat(wire.bind("", "").execute("").sync()).doesNotContain(Tried.CANARIES);
        }
    }

    @Test
    void a_name_is_as_long_as_the_server_cuts_it() throws Exception {
        var cut = "a".repeat(63);
        try (var wire = new WireClient(house)) {
            wire.parse(cut, "SELECT 'x'::char(11)").sync();
            wire.query("DEALLOCATE " + cut + "a");
            wire.query("PREPARE " + cut + "a AS SELECT ssn FROM customers");

            assertThat(wire.bind("", cut).execute("").sync()).doesNotContain(Tried.CANARIES);
        }
    }

    @Test
    void a_cursor_may_not_take_the_name_of_a_portal() throws Exception {
        try (var wire = new WireClient(house)) {
            wire.query("BEGIN");
            wire.parse("s", "SELECT 'x'::char(11)").bind("p", "s").sync();
            wire.query("CLOSE p");
            wire.query("DECLARE p CURSOR FOR SELECT ssn FROM customers");

            assertThat(wire.execute("p").sync()).doesNotContain(Tried.CANARIES);
        }
    }

    @Test
    void a_portal_ends_with_its_savepoint() throws Exception {
        try (var wire = new WireClient(house)) {
            wire.query("BEGIN");
            wire.query("SAVEPOINT a");
            wire.parse("s", "SELECT 'x'::char(11)").bind("p", "s").sync();
            wire.query("ROLLBACK TO a");
            wire.query("DECLARE p CURSOR FOR SELECT ssn FROM customers");

            assertThat(wire.execute("p").sync()).doesNotContain(Tried.CANARIES);
        }
    }

    @Test
    void what_a_bound_execute_runs_is_judged_when_it_runs() throws Exception {
        try (var wire = new WireClient(house)) {
            wire.query("BEGIN");
            wire.query("PREPARE q AS SELECT 'x'::char(11)");
            wire.parse("s", "EXECUTE q").bind("p", "s").sync();
            wire.query("DEALLOCATE q");
            wire.query("PREPARE q AS SELECT ssn FROM customers");

            assertThat(wire.execute("p").sync()).doesNotContain(Tried.CANARIES);
        }
    }

    @Test
    void what_a_bound_fetch_reads_is_judged_when_it_runs() throws Exception {
        try (var wire = new WireClient(house)) {
            wire.query("BEGIN");
            wire.query("DECLARE c CURSOR FOR SELECT 'x'::char(11)");
            wire.parse("s", "FETCH 2 FROM c").bind("p", "s").sync();
            wire.query("CLOSE c");
            wire.query("DECLARE c CURSOR FOR SELECT ssn FROM customers");

            assertThat(wire.execute("p").sync()).doesNotContain(Tried.CANARIES);
        }
    }

    @Test
    void what_is_written_down_is_what_ran() throws Exception {
        house.restart();
        int before =
                (int)
                        Records.of(house.data(), "intent").stream()
                                .filter(WaysRoundTheMaskTest::deletes)
                                .count();
        try (var wire = new WireClient(house)) {
            wire.parse("", "DELETE FROM orders WHERE id = 78").sync();
            wire.parse("s", "PREPARE U&\"x\" AS SELECT 1").bind("p", "s").execute("p").sync();
            wire.bind("", "").execute("").sync();
        }
        house.restart();

        // one of the Parse, and one of the Bind that ran it
        assertThat(Records.of(house.data(), "intent"))
                .filteredOn(WaysRoundTheMaskTest::deletes)
                .hasSizeGreaterThanOrEqualTo(before + 2);
    }

    // ---- the catalogue, changed under it

    @AfterEach
    void restore() throws SQLException {
        owner(
                "DROP RULE IF EXISTS copies ON customers",
                "DROP TRIGGER IF EXISTS copies ON orders",
                "DROP TABLE IF EXISTS guesses, copy_of",
                "DROP OPERATOR IF EXISTS @@@ (NONE, int)",
                "DROP FUNCTION IF EXISTS pick(int), lower(int)",
                "DELETE FROM customers",
                "INSERT INTO customers VALUES (1, 'Ada', 'ada@example.com', '"
                        + House.CANARY_CARD
                        + "', '"
                        + House.CANARY_SSN
                        + "', '1990-05-17'), (3, 'Cho', 'cho@example.com', NULL, '219-09-9999', NULL)");
    }

    @Test
    void a_labelled_table_does_not_lose_its_labels_with_its_name() throws Exception {
        try {
            tried("ALTER TABLE customers RENAME TO other");
            settle();

            tried("SELECT upper(email) FROM other").harmless();
        } finally {
            owner("ALTER TABLE IF EXISTS other RENAME TO customers");
            house.restart();
        }
    }

    @Test
    void names_that_change_places_in_a_transaction_are_not_taken_for_each_other() throws Exception {
        tried(
                        "BEGIN",
                        "ALTER TABLE orders RENAME TO other",
                        "ALTER TABLE customers RENAME TO orders",
                        "SELECT upper(email) FROM orders")
                .harmless();
    }

    @Test
    void a_labelled_column_does_not_lose_its_label_to_a_new_one() throws Exception {
        try {
            tried(
                    "ALTER TABLE customers RENAME COLUMN ssn TO other",
                    "ALTER TABLE customers ADD COLUMN ssn text");
            settle();

            tried("SELECT upper(other) FROM customers").harmless();
        } finally {
            owner(
                    """
                    DO $$ BEGIN
                        IF EXISTS (SELECT 1 FROM pg_attribute WHERE attrelid = 'customers'::regclass AND attname = 'other') THEN
                            ALTER TABLE customers DROP COLUMN IF EXISTS ssn;
                            ALTER TABLE customers RENAME COLUMN other TO ssn;
                        END IF;
                    END $$
                    """);
            house.restart();
        }
    }

    @Test
    void a_rule_does_not_copy_what_a_statement_may_not() throws Exception {
        tried(
                "CREATE RULE copies AS ON UPDATE TO customers DO ALSO UPDATE orders SET note = old.ssn WHERE id = 5",
                "UPDATE customers SET name = name WHERE id = 1");

        settle();
        tried("SELECT note FROM orders WHERE id = 5").harmless();
    }

    @Test
    void an_operator_is_a_function_of_which_nobody_knows_what_it_reads() throws Exception {
        tried(
                "CREATE FUNCTION pick(int) RETURNS text LANGUAGE sql AS 'SELECT ssn::text FROM customers WHERE id = $1'");
        settle();
        tried("CREATE OPERATOR @@@ (RIGHTARG = int, FUNCTION = pick)");

        settle();
        tried("SELECT @@@ 1").harmless();
    }

    @Test
    void an_overload_of_a_built_in_is_none() throws Exception {
        tried(
                "CREATE FUNCTION lower(int) RETURNS text LANGUAGE sql AS 'SELECT ssn::text FROM customers WHERE id = $1'");

        settle();
        tried("SELECT lower(1)").harmless();
    }

    @Test
    void a_foreign_key_is_a_question_about_a_labelled_column() throws Exception {
        tried(
                        "CREATE TABLE guesses (g text)",
                        "ALTER TABLE guesses ADD FOREIGN KEY (g) REFERENCES customers (email)")
                .refused();
    }

    @Test
    void a_table_that_was_just_made_is_known_at_once() throws Exception {
        for (int i = 0; i < 5; i++) {
            tried("CREATE TABLE copy_of (a int)", "SELECT * FROM copy_of", "DROP TABLE copy_of")
                    .ran();
        }
    }

    @Test
    void the_alias_in_for_update_is_no_relation_of_its_own() throws Exception {
        tried("SELECT o.id FROM orders o WHERE o.id = 3 FOR UPDATE OF o").ran();
    }
}
