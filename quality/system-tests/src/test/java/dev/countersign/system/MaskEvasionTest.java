package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Ways round the mask in SQL, under a policy that allows everything: what policy lets through must
/// still not carry one value of a labelled column out, nor one bit of it by condition or order.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MaskEvasionTest {
    static final String EVERYTHING =
            "- {name: everything, on: [sql], when: \"true\", allow: true}\n";

    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void start() throws Exception {
        house = new House(directory, EVERYTHING);
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute("ALTER TABLE customers OWNER TO agent");
        }
    }

    @AfterAll
    void stop() throws Exception {
        house.close();
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
                "SELECT customers FROM customers",
                "SELECT \"customers\" FROM public.customers",
                "SELECT c FROM customers AS c",
                "SELECT ROW(c.*) FROM customers c",
                "SELECT c::text FROM customers c",
                "SELECT s FROM (TABLE customers) s",
                "SELECT s.ssn FROM (TABLE customers) s",
                "SELECT upper(\"ssn\") FROM customers",
                "SELECT upper(U&\"\\0073sn\") FROM customers",
                "SELECT upper(U&\"!0073sn\" UESCAPE '!') FROM customers",
                "SELECT upper(SSN) FROM CUSTOMERS",
                "SELECT upper(public.customers.ssn) FROM public.customers",
                "SELECT upper(/* x */ c /**/ . -- y\n ssn) FROM customers c",
                "SELECT s || '' FROM customers AS c(i, n, e, k, s, d)",
                "SELECT upper(x) FROM customers AS c(i, n, e, k, x)",
                "SELECT ssn COLLATE \"C\" FROM customers",
                "SELECT ssn::varchar FROM customers",
                "SELECT CAST(dob AS text) FROM customers",
                "SELECT ssn IS NULL FROM customers",
                "SELECT GREATEST(ssn, 'a') FROM customers",
                "SELECT NULLIF(ssn, 'a') FROM customers",
                "SELECT ARRAY[ssn] FROM customers",
                "SELECT ARRAY(SELECT ssn FROM customers)",
                "SELECT (SELECT c.ssn) FROM customers c",
                "SELECT o.id FROM orders o NATURAL JOIN customers c",
                "VALUES ((SELECT ssn FROM customers LIMIT 1))",
                "WITH c AS (TABLE customers) SELECT * FROM c",
                "WITH c AS MATERIALIZED (SELECT ssn AS s FROM customers) SELECT s FROM c",
                "WITH d AS (DELETE FROM customers WHERE id = 99 RETURNING *) TABLE d",
                "TABLE contacts",
                "SELECT 1; SELECT upper(ssn) FROM customers",
                "BEGIN; DECLARE c CURSOR FOR SELECT upper(ssn) FROM customers",
                "PREPARE q AS SELECT upper(ssn) FROM customers"
            })
    void gives_nothing(String sql) throws Exception {
        tried(sql).harmless();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // the whole row, by every name that it has
                "SELECT (c).ssn FROM customers c",
                "SELECT (c.*).ssn FROM customers c",
                "SELECT c || '' FROM customers c",
                "SELECT to_jsonb(customers) FROM customers",
                "SELECT array_agg(c) FROM customers c",
                "SELECT json_agg(c) -> 0 ->> 'ssn' FROM customers c",
                "SELECT count(DISTINCT c) FROM customers c",
                "SELECT id FROM customers c WHERE c IS NOT NULL",
                "SELECT id FROM customers c ORDER BY c",
                "SELECT x.* FROM customers c, jsonb_to_record(to_jsonb(c)) AS x(ssn text)",
                "SELECT x.* FROM customers c, JSON_TABLE(to_jsonb(c), '$' COLUMNS (ssn text PATH '$.ssn')) x",
                "SELECT x.* FROM customers, XMLTABLE('/a' PASSING xmlforest(customers) COLUMNS a text) x",
                // other spellings of a name
                // expressions
                "SELECT +ssn FROM customers",
                "SELECT EXISTS (SELECT 1 FROM customers WHERE ssn LIKE '5%')",
                "SELECT json_object('a': ssn) FROM customers",
                "SELECT JSON_ARRAY(SELECT ssn FROM customers)",
                "SELECT xmlforest(ssn) FROM customers",
                "SELECT xmlelement(name a, xmlattributes(ssn AS b)) FROM customers",
                "SELECT count(ssn) FILTER (WHERE id = 1) FROM customers",
                "SELECT string_agg(name, ',' ORDER BY ssn) FROM customers",
                "SELECT percentile_disc(0.5) WITHIN GROUP (ORDER BY ssn) FROM customers",
                "SELECT first_value(ssn) OVER () FROM customers",
                "SELECT row_number() OVER (ORDER BY ssn) FROM customers",
                "SELECT rank() OVER w FROM customers WINDOW w AS (PARTITION BY ssn)",
                "SELECT generate_series(1, ascii(ssn)) FROM customers",
                "SELECT format('%s', ssn) FROM customers",
                "SELECT 1 / (ascii(ssn) - 53) FROM customers",
                "SELECT ssn::int FROM customers",
                // order, groups and joins that tell
                "SELECT name FROM customers ORDER BY ssn",
                "SELECT ssn FROM customers ORDER BY 1",
                "SELECT ssn AS s FROM customers ORDER BY s",
                "SELECT ssn AS \"S\" FROM customers ORDER BY \"S\" USING <",
                "TABLE customers ORDER BY 5",
                "SELECT * FROM customers ORDER BY 5",
                "(SELECT ssn FROM customers) ORDER BY 1",
                "SELECT ssn, count(*) FROM customers GROUP BY 1",
                "SELECT ssn AS s, count(*) FROM customers GROUP BY s",
                "SELECT DISTINCT ssn FROM customers",
                "SELECT DISTINCT ON (s) ssn AS s FROM customers",
                "SELECT 1 FROM customers HAVING max(ssn) > '5'",
                "SELECT o.id FROM orders o JOIN customers c ON c.ssn = o.note",
                "SELECT 1 FROM customers a JOIN customers b USING (ssn)",
                "SELECT id FROM customers LIMIT (SELECT ascii(ssn) FROM customers LIMIT 1)",
                "SELECT id FROM customers TABLESAMPLE SYSTEM (ascii(ssn))",
                "SELECT ssn FROM customers INTERSECT VALUES ('536-90-4399')",
                "SELECT ssn FROM customers EXCEPT VALUES ('536-90-4399')",
                "WITH RECURSIVE c AS (SELECT ssn FROM customers UNION SELECT ssn FROM c) TABLE c",
                // writing it somewhere else
                "INSERT INTO orders (id, note) SELECT 5000 + id, ssn FROM customers",
                "INSERT INTO orders (id, note) VALUES (5001, (SELECT ssn FROM customers LIMIT 1))",
                "UPDATE orders SET note = c.ssn FROM customers c WHERE orders.id = 1 RETURNING note",
                "UPDATE orders SET (note, status) = (SELECT ssn, ssn FROM customers LIMIT 1) WHERE id = 1",
                "UPDATE customers SET name = ssn WHERE id = 1 RETURNING name",
                "UPDATE customers SET name = upper(email) WHERE id = 1",
                "DELETE FROM orders USING customers c WHERE orders.note = c.ssn",
                "MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN UPDATE SET note = c.ssn",
                "MERGE INTO orders o USING customers c ON o.id = -c.id WHEN NOT MATCHED THEN INSERT (id, note) VALUES (-c.id, c.ssn)",
                "INSERT INTO customers (id, name, email) VALUES (90, 'x', 'ada@' || 'example.com')",
                "INSERT INTO customers VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = customers.email",
                "INSERT INTO customers (id, name) VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET name = customers.email RETURNING name",
                "SELECT ssn INTO copy FROM customers",
                "CREATE TABLE copy AS SELECT ssn FROM customers",
                "CREATE TABLE copy AS TABLE customers",
                "CREATE VIEW copy AS SELECT ssn AS s FROM customers",
                "CREATE MATERIALIZED VIEW copy AS SELECT ssn AS s FROM customers",
                "ALTER TABLE customers ADD COLUMN copy text GENERATED ALWAYS AS (ssn::text) STORED",
                "ALTER TABLE customers ALTER COLUMN name TYPE text USING ssn",
                "ALTER TABLE customers ADD CHECK (ssn > '5')",
                "CREATE INDEX ON customers (ssn)",
                "CREATE INDEX ON customers (id) WHERE ssn LIKE '5%'",
                "CREATE POLICY p ON customers USING (ssn LIKE '5%')",
                "CREATE PUBLICATION p FOR TABLE customers WHERE (ssn > '5')",
                // what reads by itself
                "SELECT peek(1)",
                "SELECT id FROM orders WHERE note = peek(1)",
                "SELECT query_to_xml('table customers', true, true, '')",
                "SELECT table_to_xml('customers', true, true, '')",
                "SELECT schema_to_xml('public', true, true, '')",
                "SELECT database_to_xml(true, true, '')",
                "SELECT cursor_to_xml('c', 1, true, true, '')",
                "SELECT ts_stat('select to_tsvector(ssn::text) from customers')",
                "SELECT ts_rewrite('a'::tsquery, 'select ssn::text::tsquery, ssn::text::tsquery from customers')",
                "SELECT pg_read_file('postgresql.conf')",
                "SELECT lo_import('/etc/passwd')",
                "SELECT lo_get(1)",
                "SELECT set_config('application_name', ssn, false) FROM customers",
                "SELECT pg_notify('x', ssn) FROM customers",
                "DO $$ BEGIN RAISE '%', (SELECT ssn FROM customers LIMIT 1); END $$",
                "CALL nothing()",
                "COPY customers TO STDOUT",
                "COPY (SELECT ssn FROM customers) TO STDOUT",
                "COPY (SELECT ssn FROM customers) TO PROGRAM 'cat'",
                "COPY customers TO '/tmp/x'",
                "EXPLAIN (ANALYZE, VERBOSE) SELECT id FROM customers WHERE ssn = '536-90-4399'",
                "EXPLAIN SELECT ssn FROM customers",
                "TABLE pg_stats",
                "TABLE pg_statistic",
                "TABLE pg_stats_ext",
                "TABLE pg_statistic_ext_data",
                "TABLE pg_stat_activity",
                "TABLE pg_prepared_statements",
                "TABLE pg_cursors",
                "TABLE pg_largeobject",
                "TABLE pg_authid",
                "TABLE pg_shadow",
                "TABLE pg_user_mappings",
                "TABLE information_schema.user_mapping_options",
                "SELECT attmissingval::text FROM pg_attribute",
                "SELECT * FROM pg_toast.pg_toast_1",
                "SELECT * FROM shop.public.customers",
                "SELECT * FROM pg_temp.customers",
                // how a text is read
                "SET standard_conforming_strings = off",
                "SET search_path = x",
                "SET client_encoding = 'LATIN1'",
                "SET ROLE postgres",
                "SET SESSION AUTHORIZATION DEFAULT",
                "SELECT E'a' --\n'\\' , ' || upper(email) || ' --'\n FROM customers",
                "SELECT 1; COPY customers TO STDOUT",
                "CREATE TABLE younger () INHERITS (customers)",
                "EXECUTE nothing",
                "FETCH ALL FROM nothing"
            })
    void is_refused_before_anything_is_forwarded(String sql) throws Exception {
        tried(sql).refused();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT ssn FROM customers",
                "TABLE customers",
                "SELECT c.* FROM customers c",
                "SELECT ssn AS x, ssn, card AS name FROM customers",
                "SELECT (c.ssn) FROM customers c",
                "SELECT x.ssn FROM customers x FULL JOIN orders o USING (id)",
                "SELECT * FROM customers FULL JOIN (SELECT 1 AS id, 'a' AS ssn) z USING (id)",
                "WITH x AS (SELECT 1) (SELECT ssn FROM customers)",
                "SELECT c.ssn FROM ROWS FROM (generate_series(1, 2)) g, customers c",
                "UPDATE customers SET name = name WHERE id = 1 RETURNING *",
                "UPDATE customers SET name = name WHERE id = 1 RETURNING old.ssn, new.email",
                "UPDATE orders SET note = note FROM customers c WHERE orders.id = c.id RETURNING c.ssn, c.card",
                "MERGE INTO orders o USING customers c ON o.id = c.id WHEN MATCHED THEN UPDATE SET note = note RETURNING c.ssn",
                "PREPARE q AS SELECT ssn, dob FROM customers; EXECUTE q",
                "BEGIN; DECLARE c CURSOR FOR SELECT ssn FROM customers; FETCH ALL FROM c; COMMIT",
                "DECLARE h CURSOR WITH HOLD FOR SELECT ssn FROM customers; FETCH 2 FROM h; CLOSE h"
            })
    void runs_and_comes_out_masked(String sql) throws Exception {
        tried(sql.split("; ", -1)).ran();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ALTER ROLE agent PASSWORD 'x'",
                "ALTER USER CURRENT_USER ENCRYPTED PASSWORD 'x'",
                "CREATE ROLE other PASSWORD 'x'",
                "UPDATE pg_authid SET rolpassword = 'x' WHERE rolname = 'agent'",
                "WITH x AS (UPDATE pg_catalog.pg_authid SET rolpassword = 'x' RETURNING 1) TABLE x",
                "CREATE USER MAPPING FOR PUBLIC SERVER s",
                "ALTER USER MAPPING FOR PUBLIC SERVER s OPTIONS (SET password 'x')",
                "DROP USER MAPPING FOR PUBLIC SERVER s",
                "ALTER ROLE agent SET search_path = x",
                "ALTER DATABASE shop SET search_path = x",
                "ALTER SYSTEM SET log_statement = 'all'",
                "UPDATE pg_settings SET setting = 'off' WHERE name = 'row_security'"
            })
    void is_never_allowed_whatever_policy_says(String sql) throws Exception {
        assertThat(tried(sql).refused().code()).isIn("ZC010", "ZC014");
    }
}
