package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.masking.MaskSettings;
import dev.countersign.model.Facts;
import dev.countersign.model.Refusal;
import dev.countersign.sql.Statements;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Tables of SQL and what becomes of it on a target with labels, through the real grammar.
class ClearingTest {
    private static final Statements STATEMENTS = new Statements();

    private static final Catalogue CATALOGUE =
            new CatalogueBuilder(
                            Map.of(
                                    "public.people.ssn",
                                    new PostgresTarget.ColumnSettings(
                                            "pii.ssn", MaskSettings.REDACT, "none"),
                                    "public.people.card",
                                    new PostgresTarget.ColumnSettings(
                                            "pci.pan", MaskSettings.partial(0, 4), "none")))
                    .relation(1, "public", "people", 'r')
                    .column(1, 1, "id")
                    .column(1, 2, "ssn")
                    .column(1, 3, "card")
                    .column(1, 4, "name")
                    .relation(2, "public", "things", 'r')
                    .column(2, 1, "id")
                    .column(2, 2, "name")
                    .relation(3, "public", "contacts", 'v')
                    .column(3, 1, "reach")
                    .standsOn(3, 1)
                    .relation(4, "pg_catalog", "pg_class", 'r')
                    .column(4, 1, "relname")
                    .relation(5, "pg_catalog", "pg_stats", 'v')
                    .column(5, 1, "most_common_vals")
                    .relation(6, "pg_catalog", "pg_attribute", 'r')
                    .column(6, 1, "attname")
                    .column(6, 2, "attmissingval")
                    .build();

    @AfterAll
    static void close() {
        STATEMENTS.close();
    }

    private static Clearing read(String sql) {
        return read(sql, CATALOGUE, false);
    }

    private static Refusal refusal(Clearing clearing, String sql) {
        return Objects.requireNonNull(clearing.never(), sql);
    }

    private static Clearing read(String sql, Catalogue catalogue, boolean readOnly) {
        var analysis = STATEMENTS.analyse(sql).toCompletableFuture().join();
        var clearing = new Clearing(catalogue, List.of("public"), readOnly);
        clearing.read(analysis);
        return clearing;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT ssn FROM people | public.people.ssn",
                "SELECT id, ssn, card FROM people | public.people.ssn public.people.card",
                "SELECT * FROM people | public.people.ssn public.people.card",
                "SELECT p.* FROM people p | public.people.ssn public.people.card",
                "SELECT p.ssn FROM public.people AS p WHERE p.id = 7 | public.people.ssn",
                "SELECT ssn AS s FROM people ORDER BY id | public.people.ssn",
                "SELECT p.ssn, t.name FROM people p JOIN things t ON t.id = p.id | public.people.ssn",
                "DELETE FROM things WHERE id = 1 RETURNING name |",
                "DELETE FROM people WHERE id = 1 RETURNING ssn | public.people.ssn",
                "WITH x AS (SELECT ssn FROM people) SELECT ssn FROM x | public.people.ssn",
                "SELECT y FROM (SELECT ssn AS y FROM people) z | public.people.ssn",
                "SELECT b FROM people AS p(a, b, c, d) | public.people.ssn",
                "SELECT f.v FROM people, LATERAL (SELECT ssn AS v) f | public.people.ssn",
                "SELECT * FROM people NATURAL JOIN things | public.people.ssn public.people.card",
                "SELECT * FROM (people JOIN things ON true) AS j(a, b, c, d, e, f) | public.people.ssn public.people.card",
                "INSERT INTO people VALUES (1, 'x', 'y', 'z') |",
                "INSERT INTO people (id, ssn) VALUES (1, 'x') |",
                "UPDATE people SET ssn = 'x' WHERE id = 1 |",
                "SELECT id, name FROM people WHERE name = 'Ada' |",
                "SELECT count(*) FROM people |",
                "SELECT name FROM things WHERE upper(name) LIKE 'A%' |",
                "SELECT relname FROM pg_class |",
                "SELECT 1 |",
                "BEGIN |",
                "SHOW server_version |"
            })
    void cleared(String sql, String byValue) {
        var clearing = read(sql);

        assertThat(clearing.never()).as(sql).isNull();
        assertThat(clearing.byValue())
                .containsExactlyInAnyOrder(
                        byValue == null ? new String[0] : byValue.split(" ", -1));
        assertThat(clearing.byControl()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT lower(ssn) FROM people",
                "SELECT ssn || '' FROM people",
                "SELECT ssn::varchar FROM people",
                "SELECT coalesce(ssn) FROM people",
                "SELECT (SELECT ssn FROM people LIMIT 1)",
                "SELECT 'x' UNION ALL SELECT ssn FROM people",
                "SELECT people FROM people",
                "SELECT p FROM people p",
                "VALUES ((SELECT ssn FROM people LIMIT 1))"
            })
    void what_is_made_of_a_labelled_column_by_what_cannot_fail_is_one_constant(String sql) {
        var analysis = STATEMENTS.analyse(sql).toCompletableFuture().join();
        var clearing = new Clearing(CATALOGUE, List.of("public"), false);

        var outputs = clearing.read(analysis);

        assertThat(clearing.never()).as(sql).isNull();
        assertThat(clearing.byValue()).contains("public.people.ssn");
        assertThat(outputs.getFirst().columns()).containsExactly(Facts.Output.DERIVED);
    }

    private static Clearing listening(String sql) {
        var analysis = STATEMENTS.analyse(sql).toCompletableFuture().join();
        var clearing =
                new Clearing(
                        CATALOGUE,
                        List.of("public"),
                        false,
                        new Served(false, java.util.Set.of("orders", "Mixed \" Case")));
        clearing.read(analysis);
        return clearing;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "LISTEN orders | channel:orders",
                "listen ORDERS | channel:orders",
                "LISTEN \"orders\" | channel:orders",
                "LISTEN /* a */ orders; LISTEN \"Mixed \"\" Case\" | channel:orders channel:Mixed \" Case",
                "NOTIFY orders | channel:orders",
                "NOTIFY orders, 'paid' | channel:orders",
                "NOTIFY \"536-90-4399\", 'x' | channel:?",
                "UNLISTEN orders |",
                "UNLISTEN anything |",
                "UNLISTEN * |"
            })
    void a_listed_channel_may_be_listened_to(String sql, String resources) {
        var clearing = listening(sql);

        assertThat(clearing.never()).as(sql).isNull();
        assertThat(clearing.resources().stream().map(Object::toString).toList())
                .isEqualTo(
                        resources == null
                                ? List.of()
                                : List.of(resources.split(" (?=channel:)", -1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LISTEN secrets",
                "LISTEN \"ORDERS\"",
                "LISTEN \"Orders\"",
                "LISTEN \"orders \"",
                "LISTEN orders; LISTEN secrets",
                "SELECT 1; LISTEN \"536-90-4399\"",
                "LISTEN U&\"orders\"",
                "LISTEN U&\"\\006frders\"",
                "LISTEN a23456789012345678901234567890123456789012345678901234567890123456789"
            })
    void any_other_is_not_and_its_name_is_not_told(String sql) {
        var clearing = listening(sql);

        var refusal = refusal(clearing, sql);
        assertThat(refusal.reason()).as(sql).isEqualTo(Refusal.Reason.NOT_SERVED);
        assertThat(refusal.message()).doesNotContain("536-90-4399");
        assertThat(clearing.resources().toString()).doesNotContain("secrets", "536-90-4399");
    }

    @Test
    void a_refused_listen_names_the_setting() {
        assertThat(refusal(listening("LISTEN secrets"), "").message())
                .contains("`listen-channels`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LISTEN orders; CREATE ROLE eve SUPERUSER",
                "CREATE ROLE eve SUPERUSER; NOTIFY orders",
                "LISTEN orders; GRANT admin TO eve",
                "LISTEN orders; VACUUM",
                "LISTEN orders; LOCK TABLE things"
            })
    void a_rule_that_allows_channels_sees_what_stands_beside_them(String sql) {
        assertThat(listening(sql).resources().stream().map(Object::toString))
                .anyMatch(resource -> !resource.startsWith("channel:"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT pg_notify('orders', ssn) FROM people",
                "SELECT pg_notify(ssn, '') FROM people",
                "SELECT pg_catalog.pg_notify('orders', (SELECT max(ssn) FROM people))",
                "SELECT pg_notify('orders', p::text) FROM people p",
                "SELECT id FROM people WHERE pg_notify('orders', ssn) IS NULL",
                "INSERT INTO things SELECT 1, pg_notify('orders', ssn)::text FROM people",
                "WITH x AS (SELECT ssn FROM people) SELECT pg_notify('orders', x.ssn) FROM x",
                "SELECT pg_notify('orders', 'a literal')"
            })
    void nothing_is_notified_by_a_function_where_anything_is_labelled(String sql) {
        assertThat(refusal(listening(sql), sql).reason()).isEqualTo(Refusal.Reason.UNMASKABLE);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "EXPLAIN SELECT id FROM people",
                "SELECT people.* IS NULL FROM people",
                "SELECT row_to_json(people) FROM people",
                "SELECT (p.*)::text FROM people p",
                "EXPLAIN (ANALYZE, COSTS OFF) SELECT id FROM people",
                "CREATE POLICY p ON people USING (ssn > '5')",
                "SELECT CASE WHEN ssn LIKE '5%' THEN 1 ELSE 0 END FROM people",
                "SELECT nullif(substr(ssn, 1, 1), '0') FROM people",
                "SELECT ssn FROM people UNION SELECT 'x'",
                "SELECT DISTINCT ssn FROM people",
                "SELECT DISTINCT ON (ssn) id FROM people",
                "SELECT id FROM people WHERE ssn = '536-90-4399'",
                "SELECT id FROM people WHERE ssn LIKE '5%'",
                "SELECT id FROM people p WHERE p.ssn IS NOT NULL",
                "SELECT id FROM people ORDER BY ssn",
                "SELECT ssn FROM people ORDER BY 1",
                "SELECT ssn AS s FROM people ORDER BY s",
                "SELECT * FROM people ORDER BY 2",
                "SELECT ssn FROM people GROUP BY ssn",
                "SELECT count(*) FROM people GROUP BY ssn",
                "SELECT count(ssn) FROM people",
                "SELECT max(ssn) FROM people",
                "SELECT string_agg(ssn, ',') FROM people",
                "SELECT row_number() OVER (ORDER BY ssn) FROM people",
                "SELECT (p).ssn FROM people p",
                "SELECT to_jsonb(p) FROM people p",
                "SELECT id FROM things WHERE EXISTS (SELECT 1 FROM people WHERE ssn = '1')",
                "SELECT id FROM things JOIN people USING (ssn)",
                "SELECT ssn, ssn, card FROM people p NATURAL FULL JOIN people q",
                "INSERT INTO things SELECT id, ssn FROM people",
                "UPDATE things SET name = (SELECT ssn FROM people LIMIT 1)",
                "UPDATE people SET name = ssn",
                "DELETE FROM people WHERE ssn = 'x'",
                "MERGE INTO things t USING people p ON p.ssn = t.name WHEN MATCHED THEN DELETE",
                "CREATE TABLE x AS SELECT ssn FROM people",
                "SELECT ssn INTO x FROM people",
                "CREATE VIEW x AS SELECT ssn AS a FROM people",
                "CREATE INDEX ON people (ssn)",
                "TABLE people UNION TABLE people",
                "SELECT id FROM people LIMIT (SELECT length(ssn) FROM people LIMIT 1)"
            })
    void a_labelled_column_that_is_more_than_an_output_is_refused(String sql) {
        var clearing = read(sql);

        assertThat(refusal(clearing, sql).reason()).as(sql).isEqualTo(Refusal.Reason.UNMASKABLE);
        assertThat(clearing.sensitive()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT reach FROM contacts",
                "SELECT * FROM nobody_knows",
                "SELECT most_common_vals FROM pg_stats",
                "SELECT * FROM pg_catalog.pg_stats",
                "SELECT x FROM elsewhere.people",
                "SELECT attmissingval FROM pg_attribute WHERE attmissingval IS NOT NULL",
                "SELECT peek(1)",
                "SELECT public.lower('x')",
                "SELECT query_to_xml('select ssn from people', true, false, '')",
                "SELECT table_to_xml('people', true, false, '')",
                "SELECT pg_read_file('/etc/passwd')",
                "SELECT lo_get(1)",
                "SELECT * FROM dblink('x', 'y') AS t(a text)",
                "SELECT ts_stat('select ssn from people')",
                "DO $$ BEGIN RAISE NOTICE 'x'; END $$",
                "CALL f()",
                "COPY things TO '/tmp/x'",
                "this is no sql at all",
                "SELECT 1 FROM things WHERE name = '; DROP"
            })
    void what_nobody_can_see_through_is_refused(String sql) {
        var clearing = read(sql);

        assertThat(clearing.never()).as(sql).isNotNull();
        assertThat(clearing.sensitive()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SET search_path = evil | SETTING",
                "SET ROLE postgres | SETTING",
                "SET SESSION AUTHORIZATION postgres | SETTING",
                "SET standard_conforming_strings = off | SETTING",
                "SET client_encoding = 'SJIS' | SETTING",
                "SET app.tenant = '7' | SETTING",
                "SET enable_seqscan = off | SETTING",
                "RESET ROLE | SETTING",
                "SELECT set_config('search_path', 'evil', false) | SETTING",
                "ALTER ROLE agent PASSWORD 'x' | NEVER",
                "ALTER ROLE CURRENT_USER PASSWORD 'x' | NEVER",
                "UPDATE pg_class SET relname = 'x' | NEVER",
                "COPY things TO '/tmp/x' | NOT_SERVED",
                "COPY things FROM PROGRAM 'id' | NOT_SERVED",
                "COPY things TO STDOUT (ENCODING 'LATIN1') | SETTING",
                "COPY people TO STDOUT (DELIMITER 'x') | UNMASKABLE",
                "EXPLAIN EXECUTE q | UNMASKABLE",
                "DROP TABLE people | UNMASKABLE",
                "DROP VIEW IF EXISTS x, public.people | UNMASKABLE",
                "DROP SCHEMA public CASCADE | UNMASKABLE",
                "DROP POLICY p ON people | UNMASKABLE",
                "CREATE POLICY p ON things USING (EXISTS (SELECT FROM people AS t(a, b, c, d) WHERE d > 'x')) | UNMASKABLE"
            })
    void refused_for_another_reason(String sql, Refusal.Reason reason) {
        assertThat(refusal(read(sql), sql).reason()).as(sql).isEqualTo(reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET DateStyle = ISO",
                "SET TIME ZONE 'UTC'",
                "SET statement_timeout = '5s'",
                "SET standard_conforming_strings = on",
                "SET client_encoding = 'UTF8'",
                "SET application_name = 'x'"
            })
    void settings_of_the_closed_list_may_be_changed(String sql) {
        assertThat(read(sql).never()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET default_transaction_read_only = off",
                "SET transaction_read_only = off",
                "BEGIN READ WRITE",
                "SET TRANSACTION READ WRITE",
                "START TRANSACTION READ WRITE",
                "SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE",
                "SELECT set_config('transaction_read_only', 'off', true)",
                "RESET default_transaction_read_only"
            })
    void nothing_lets_a_read_only_session_out(String sql) {
        var never = read(sql, CATALOGUE, true).never();

        if (!sql.startsWith("RESET")) {
            assertThat(never).as(sql).isNotNull();
        }
    }

    @Test
    void without_labels_nothing_is_unmaskable() {
        for (var sql :
                List.of("SELECT lower(ssn) FROM people", "SELECT peek(1)", "SELECT * FROM x")) {
            var clearing = read(sql, Catalogue.EMPTY, false);

            assertThat(clearing.never()).as(sql).isNull();
            assertThat(clearing.sensitive()).isFalse();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT lower(ssn) FROM shop.public.people",
                "SELECT * FROM shop.public.people",
                "CREATE TABLE copy AS TABLE shop.public.people",
                "INSERT INTO shop.public.things VALUES (1)",
                "UPDATE shop.pg_catalog.pg_settings SET setting = 'x'",
                "DELETE FROM shop.public.things",
                "TRUNCATE shop.public.things",
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM shop.public.things)"
            })
    void a_name_of_three_parts_never_passes_by_what_is_known_of_two(String sql) {
        // somebody made a schema that is called as the database and the schema are
        var odd =
                new CatalogueBuilder(
                                Map.of(
                                        "public.people.ssn",
                                        new PostgresTarget.ColumnSettings(
                                                "pii.ssn", MaskSettings.REDACT, "none")))
                        .relation(1, "public", "people", 'r')
                        .column(1, 1, "ssn")
                        .relation(9, "shop.public", "people", 'r')
                        .column(9, 1, "ssn")
                        .build();

        for (var catalogue : List.of(odd, Catalogue.EMPTY)) {
            assertThat(refusal(read(sql, catalogue, false), sql).reason())
                    .isEqualTo(Refusal.Reason.NEVER);
        }
    }

    @Test
    void a_refusal_never_quotes_the_text() {
        var never = refusal(read("SELECT id FROM people WHERE ssn = '536-90-4399'"), "");

        assertThat(never.message() + never.hint())
                .contains("public.people.ssn")
                .doesNotContain("536-90");
    }

    @Test
    void a_name_that_nobody_knows_is_no_tables_name_in_the_record() {
        var clearing = read("SELECT * FROM \"536-90-4399\"");

        assertThat(clearing.resources()).singleElement().matches(one -> one.name().equals("?"));
    }

    @Test
    void all_statements_of_a_text_are_looked_at() {
        assertThat(read("SELECT 1; SELECT id FROM things; SELECT max(ssn) FROM people").never())
                .isNotNull();
    }
}
