package dev.countersign.sql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.sql.Schema.Column;
import dev.countersign.sql.Schema.Kind;
import dev.countersign.sql.Schema.Nature;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// `customers(id, name, email, ssn, card, salary, tags, odd)` with labels on `email` (filter:
/// equality, unique), `ssn`, `card`, `salary`, `tags` and `odd` (of a type that somebody made),
/// `orders(id, customer_id, note, email)` without, and a view `reach(id, ssn, mixed)` of customers.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LineageTest {
    private static final long TEXT = 25;
    private static final long NUMERIC = 1700;

    private final Map<String, Schema.Relation> relations =
            Map.of(
                    "customers",
                    relation(
                            "customers",
                            column("customers", "id", 23, Kind.PLAIN, Nature.HARMLESS),
                            column("customers", "name", TEXT, Kind.TEXT, Nature.HARMLESS),
                            new Column(
                                    "email",
                                    "public.customers.email",
                                    TEXT,
                                    Kind.TEXT,
                                    Nature.LABELLED,
                                    true,
                                    true),
                            column("customers", "ssn", TEXT, Kind.TEXT, Nature.LABELLED),
                            new Column(
                                    "card",
                                    "public.customers.card",
                                    TEXT,
                                    Kind.TEXT,
                                    Nature.LABELLED,
                                    false,
                                    true),
                            column("customers", "salary", NUMERIC, Kind.PLAIN, Nature.LABELLED),
                            column("customers", "tags", 1009, Kind.COMPOUND, Nature.LABELLED),
                            column("customers", "odd", 70_000, Kind.FOREIGN, Nature.LABELLED)),
                    "orders",
                    relation(
                            "orders",
                            column("orders", "id", 23, Kind.PLAIN, Nature.HARMLESS),
                            column("orders", "customer_id", 23, Kind.PLAIN, Nature.HARMLESS),
                            column("orders", "note", TEXT, Kind.TEXT, Nature.HARMLESS),
                            column("orders", "email", TEXT, Kind.TEXT, Nature.HARMLESS)),
                    "people",
                    relation(
                            "people",
                            column("people", "id", 23, Kind.PLAIN, Nature.HARMLESS),
                            document("doc", 3802),
                            document("written", 114)),
                    "reach",
                    relation(
                            "reach",
                            column("reach", "id", 23, Kind.PLAIN, Nature.HARMLESS),
                            new Column(
                                    "what",
                                    "public.customers.ssn",
                                    TEXT,
                                    Kind.TEXT,
                                    Nature.LABELLED,
                                    false,
                                    false),
                            column("reach", "mixed", TEXT, Kind.TEXT, Nature.DERIVED)));

    private final Statements statements = new Statements();

    private static Column column(
            String relation, String name, long type, Kind kind, Nature nature) {
        return new Column(
                name, "public." + relation + "." + name, type, kind, nature, false, false);
    }

    private static Schema.Relation relation(String name, Column... columns) {
        return new Schema.Relation(
                "public", name, List.of(columns), !name.equals("reach"), Set.of());
    }

    private List<Schema.Relation> find(String schema, String name) {
        var found = relations.get(name);
        return found == null || !(schema.isEmpty() || schema.equals("public"))
                ? List.of()
                : List.of(found);
    }

    @BeforeAll
    void begin() {
        statements.warmUp();
    }

    @AfterAll
    void end() {
        statements.close();
    }

    /// Labelled at `$.ssn`, `$.home.zip` and `$.cards[*].number`.
    private static Column document(String name, long type) {
        return new Column(
                name,
                "public.people." + name,
                type,
                Kind.COMPOUND,
                Nature.LABELLED,
                false,
                false,
                List.of(
                        new Schema.Part(List.of("ssn")),
                        new Schema.Part(List.of("home", "zip")),
                        new Schema.Part(List.of("cards", Schema.Part.EACH, "number"))));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            value = {
                "SELECT doc FROM people § doc",
                "SELECT doc -> 'city', doc ->> 'city', doc #> '{home,city}', doc #>> '{a,b,c}' FROM people § - - - -",
                "SELECT doc['city'], doc['home']['city'], p.doc ->> 'city' FROM people p § - - -",
                "SELECT d ->> 'city' FROM (SELECT doc AS d FROM people) s WHERE d ->> 'city' = 'x' ORDER BY d ->> 'city' § -",
                "SELECT doc -> 'cards' -> 0 ->> 'kind', doc #>> '{cards,0,kind}', doc['cards'][0]['kind'] FROM people § - - -",
                "SELECT count(*), doc ->> 'city'::text FROM people GROUP BY doc ->> 'city'::text § - -",
                "SELECT doc ->> 'ssn', doc -> 'home', doc -> 'home' ->> 'zip' FROM people § *doc *doc *doc",
                "SELECT doc -> 'cards' -> 0, doc #> '{cards,0,number}', doc['cards'] FROM people § *doc *doc *doc",
                "SELECT doc -> 0 ->> 'ssn', doc #> '{0,home,0,zip}' FROM people § *doc *doc",
                "SELECT doc['ssnx'::varchar(3)] FROM people § *doc",
                "SELECT doc #>> '{0000000000,ssn}', doc #>> '{cards,-0000000001,number}' FROM people § *doc *doc",
                "SELECT doc['cards'][' 0']['number'], doc['cards']['+0']['number'] FROM people § *doc *doc",
                "SELECT doc #>> '{home,city}'::text[], doc -> 'city'::pg_catalog.text FROM people § - -",
                "SELECT doc -> 'cards' -> 'number' FROM people § *doc",
                "SELECT CASE WHEN doc ->> 'city' = 'x' THEN 1 END FROM people § -",
            })
    void what_is_taken_out_of_a_document_beside_its_labels_is_harmless(
            String sql, String expected) {
        assertThat(outputs(sql)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT doc ->> $1 FROM people",
                // casts that make another key of it
                "SELECT doc ->> 'ssnx'::varchar(3) FROM people",
                "SELECT doc ->> 'ssnx'::char(3) FROM people",
                "SELECT doc ->> 'ssnx'::name FROM people",
                "SELECT doc ->> 'ssnx'::text::varchar(3) FROM people",
                "SELECT doc ->> 'ssnx'::public.text FROM people",
                "SELECT doc #>> '{ssnx}'::varchar(3)[] FROM people",
                "SELECT doc #>> '{ssnx}'::text FROM people",
                "SELECT doc -> ' 0'::int ->> 'ssn' FROM people",
                "SELECT doc -> 'true'::bool::int -> 'x' FROM people",
                "SELECT doc ->> id::text FROM people",
                "SELECT doc ->> lower('SSN') FROM people",
                "SELECT id FROM people WHERE doc ->> 'ssn' = '1'",
                "SELECT id FROM people WHERE doc -> 'home' IS NULL",
                "SELECT id FROM people ORDER BY doc -> 'cards'",
                "SELECT written ->> 'city' FROM people",
                "SELECT doc #>> '{ss\n}' FROM people",
                "SELECT doc #>> '{\"ssn\"}' FROM people",
                "SELECT doc #>> '{ ssn}' FROM people",
                "SELECT doc #>> ARRAY['ssn'] FROM people",
                "SELECT doc ? 'ssn', doc @> '{}' FROM people",
                "SELECT doc OPERATOR(public.->>) 'city' FROM people",
                "SELECT jsonb_path_query(doc, '$.city') FROM people",
                "SELECT (doc -> 'ssn') || '1' FROM people",
                "SELECT doc - 'city' FROM people",
                "SELECT doc['city':'x'] FROM people",
                "SELECT (doc ->> 'ssn')::int FROM people",
                "SELECT upper(doc ->> 'ssn') FROM people",
                "UPDATE people SET doc = doc - 'city'",
                "UPDATE people SET doc['city'] = '1'",
            })
    void what_may_reach_a_label_inside_of_a_document_is_refused(String sql) {
        assertThat(outputs(sql)).startsWith("refused: ");
    }

    private Lineage follow(String sql) {
        var analysis = statements.analyse(sql).toCompletableFuture().join();
        assertThat(analysis.problem()).as(analysis.syntaxError()).isEmpty();
        var parsed = analysis.statements().getFirst().parsed().orElseThrow();
        return Lineage.of(parsed, this::find).orElseThrow();
    }

    /// `-` harmless, the column's name where it is exactly that, `*name` where it is derived.
    private String outputs(String sql) {
        var lineage = follow(sql);
        if (!lineage.problem().isEmpty()) {
            return "refused: " + lineage.problem();
        }
        var out = new ArrayList<String>();
        for (var output : lineage.outputs()) {
            var names =
                    output.columns().stream()
                            .map(path -> path.substring(path.lastIndexOf('.') + 1))
                            .sorted()
                            .collect(Collectors.joining("+"));
            out.add(
                    switch (output.origin()) {
                        case HARMLESS -> "-";
                        case LABELLED -> names;
                        case DERIVED -> "*" + names;
                    });
        }
        return String.join(" ", out) + (lineage.more() ? " …" : "");
    }

    private String called(String sql) {
        return follow(sql).outputs().stream()
                .map(output -> output.name() + "=" + output.path().replace("public.", ""))
                .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT id, ssn, lower(ssn), id + 1 FROM customers"
                        + " | id=customers.id ssn=customers.ssn lower= =",
                "SELECT c.ssn AS a, o.* FROM customers c, orders o"
                        + " | a=customers.ssn id=orders.id customer_id=orders.customer_id"
                        + " note=orders.note email=orders.email",
                "SELECT what, coalesce(id, 1), id::text FROM reach"
                        + " | what=customers.ssn coalesce= =",
                "WITH w (a, b) AS (SELECT id, ssn FROM customers) SELECT b, a FROM w"
                        + " | b=customers.ssn a=customers.id",
                "SELECT id FROM customers UNION ALL SELECT id FROM orders | id=",
                "SELECT id FROM customers JOIN orders USING (id) | id=",
                "VALUES (1, 'a') | column1= column2=",
                "INSERT INTO orders VALUES (1) RETURNING id, note AS n"
                        + " | id=orders.id n=orders.note",
            })
    void an_output_has_the_name_that_is_certain_and_the_column_that_it_is(
            String sql, String expected) {
        assertThat(called(sql)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                // as they stand
                "SELECT id, ssn AS harmless, name FROM customers § - ssn -",
                "SELECT * FROM customers § - - email ssn card salary tags odd",
                "SELECT c.*, o.note FROM customers c JOIN orders o ON o.customer_id = c.id § - - email ssn card salary tags odd -",
                "SELECT public.customers.ssn FROM public.customers § ssn",
                "TABLE orders § - - - -",
                "SELECT x.s FROM (SELECT ssn AS s FROM customers WHERE id = 1) x § ssn",
                "SELECT s FROM (SELECT id, ssn FROM customers) x (i, s) § ssn",
                "WITH w AS (SELECT ssn AS s, id FROM customers) SELECT s, id FROM w § ssn -",
                "WITH w (a, b) AS MATERIALIZED (SELECT id, ssn FROM customers) SELECT * FROM w § - ssn",
                "SELECT l.ssn FROM orders o, LATERAL (SELECT ssn FROM customers c WHERE c.id = o.customer_id) l § ssn",
                "SELECT what, mixed FROM reach § ssn *mixed",
                "SELECT email FROM customers JOIN orders USING (id) § *email",
                "SELECT c.id, max(o.id) FROM customers c JOIN orders o ON o.customer_id = c.id GROUP BY c.id § - -",
                "SELECT id, ssn FROM customers ORDER BY id LIMIT 5 § - ssn",
                "SELECT id, ssn FROM customers GROUP BY id § - ssn",
                "SELECT id AS ssn FROM customers ORDER BY ssn § -",
                "SELECT count(*), max(id) FROM customers § - -",
                "SELECT j.ssn FROM (customers c JOIN orders o ON true) j § ssn",
                "SELECT * FROM customers NATURAL JOIN (SELECT id FROM orders) x § - - email ssn card salary tags odd",
                "SELECT ctid, xmin, ssn FROM customers § *card+email+odd+salary+ssn+tags - ssn",
                // lost on the way
                "SELECT note FROM orders UNION ALL SELECT ssn FROM customers § *ssn",
                "SELECT ssn, name FROM customers UNION ALL SELECT name, ssn FROM customers § *ssn *ssn",
                "SELECT ssn::text, ssn || 'x', lower(ssn), coalesce(ssn, '?') FROM customers § *ssn *ssn *ssn *ssn",
                "SELECT (SELECT ssn FROM customers WHERE id = 1), EXISTS (SELECT ssn FROM customers) § *ssn -",
                "SELECT CASE WHEN id = 1 THEN ssn END, ssn IS NULL, coalesce(salary, 0) FROM customers § *ssn *ssn *salary",
                "SELECT ARRAY[ssn, card], ROW(ssn, id), ARRAY(SELECT ssn FROM customers) FROM customers § *card+ssn *ssn *ssn",
                "SELECT tags[1], salary::text, coalesce(ssn, card, name) FROM customers § *tags *salary *card+ssn",
                "SELECT s FROM (SELECT md5(ssn) AS s FROM customers) x § *ssn",
                "SELECT (VALUES ((SELECT ssn FROM customers LIMIT 1))) § *ssn",
                "SELECT concat('a', ssn), left(ssn, 3), ssn::varchar(20) FROM customers § *ssn *ssn *ssn",
                "WITH RECURSIVE r AS (SELECT id, ssn FROM customers UNION ALL SELECT id, ssn FROM r WHERE id < 3) SELECT * FROM r § - *ssn",
                "WITH RECURSIVE r AS (SELECT id, name AS a, ssn AS b FROM customers UNION ALL SELECT id, b, a FROM r) SELECT * FROM r § - *ssn *ssn",
                // compared as its label allows
                "SELECT id FROM customers WHERE email = 'a@b.c' § -",
                "SELECT ssn FROM customers WHERE email IN ('a', 'b') AND id > 3 OR email IS NULL § ssn",
                "SELECT ssn FROM customers WHERE $1 = email AND email = ANY ($2) § ssn",
                // written
                "INSERT INTO customers (id, ssn) VALUES (1, 'x') RETURNING ssn, id, old.ssn, new.* § ssn - ssn - - email ssn card salary tags odd",
                "UPDATE customers SET ssn = 'x', name = 'y' WHERE id = 1 RETURNING ssn § ssn",
                "DELETE FROM customers USING orders o WHERE o.customer_id = customers.id RETURNING ssn, o.note § ssn -",
                "INSERT INTO customers (id, email) VALUES (1, 'a'), (2, 'b') ON CONFLICT (email) DO UPDATE SET name = excluded.email § ''",
                "MERGE INTO customers c USING orders o ON c.id = o.customer_id WHEN MATCHED THEN UPDATE SET ssn = o.note RETURNING o.id, c.ssn § - ssn",
                "PREPARE p AS SELECT ssn FROM customers § ssn",
                "DECLARE c CURSOR FOR SELECT ssn FROM customers § ssn",
                "COPY customers (id, ssn) TO STDOUT § - ssn",
                "COPY (SELECT name, ssn FROM customers) TO STDOUT § - ssn",
                "CREATE TABLE t AS SELECT id FROM customers § -",
                "SELECT g, ssn FROM customers, generate_series(1, 3) g § - ssn",
                "SELECT c.xmin, o.ctid FROM customers c, orders o § - -",
            })
    void outputs_are_followed_to_their_columns(String sql, String expected) {
        assertThat(outputs(sql)).isEqualTo(expected.equals("''") ? "" : expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM customers WHERE ssn = '1'",
                "SELECT id FROM customers WHERE ssn LIKE '1%'",
                "SELECT id FROM customers WHERE email LIKE '1%'",
                "SELECT id FROM customers WHERE email > 'a'",
                "SELECT id FROM customers WHERE email = name",
                "SELECT id FROM customers WHERE email = (SELECT note FROM orders)",
                "SELECT id FROM customers WHERE (email = 'a') = (id = 1)",
                "SELECT id FROM customers c JOIN orders o ON o.note = c.ssn",
                "SELECT id FROM customers c JOIN orders o ON c.email = 'a'",
                "SELECT o.id FROM customers c JOIN orders o USING (email)",
                "SELECT 1 FROM customers NATURAL JOIN orders",
                "SELECT id FROM customers ORDER BY ssn",
                "SELECT id, ssn FROM customers ORDER BY 2",
                "SELECT id, ssn AS s FROM customers ORDER BY s",
                "SELECT lower(name) AS ssn FROM customers GROUP BY ssn",
                "SELECT count(*) FROM customers GROUP BY ssn",
                "SELECT count(*) FROM customers GROUP BY ROLLUP (id, ssn)",
                "SELECT max(id) FROM customers HAVING max(ssn) > '1'",
                "SELECT DISTINCT id, ssn FROM customers",
                "SELECT DISTINCT ON (ssn) id FROM customers",
                "SELECT count(ssn) FROM customers",
                "SELECT count(DISTINCT ssn) FROM customers",
                "SELECT string_agg(ssn, ',') FROM customers",
                "SELECT count(*) FILTER (WHERE ssn > '5') FROM customers",
                "SELECT max(id) OVER (PARTITION BY ssn) FROM customers",
                "SELECT rank() OVER w FROM customers WINDOW w AS (ORDER BY ssn)",
                "SELECT lag(ssn) OVER (ORDER BY id) FROM customers",
                "SELECT CASE WHEN ssn > '5' THEN 1 END FROM customers",
                "SELECT CASE ssn WHEN '5' THEN 1 END FROM customers",
                "SELECT ssn FROM customers LIMIT (SELECT length(ssn) FROM customers LIMIT 1)",
                "SELECT g FROM customers c, generate_series(1, substr(c.ssn, 1, 1)::int) g",
                "SELECT ssn FROM customers UNION SELECT note FROM orders",
                "SELECT ssn FROM customers INTERSECT ALL SELECT note FROM orders",
                "SELECT note FROM orders EXCEPT SELECT ssn FROM customers",
                "SELECT salary FROM customers UNION ALL SELECT note FROM orders",
                "SELECT ssn FROM customers UNION ALL SELECT ssn FROM customers ORDER BY 1",
                "SELECT ssn::int FROM customers",
                "SELECT salary + 0 FROM customers",
                "SELECT ssn LIKE 'x%' FROM customers",
                "SELECT repeat(ssn, 3) FROM customers",
                "SELECT ssn || note FROM customers, orders",
                "SELECT substr(ssn, 1, id) FROM customers",
                "SELECT array_fill(0, ARRAY[ascii(ssn) - 48]) FROM customers",
                "SELECT 1 / (ascii(ssn) - 53) FROM customers",
                "SELECT encode(ssn::bytea, 'hex') FROM customers",
                "SELECT odd::text FROM customers",
                "SELECT row_to_json(c) FROM customers c",
                "SELECT c::text FROM customers c",
                "SELECT (c).tags FROM customers c",
                "SELECT c.upper FROM customers c",
                "SELECT unnest(ARRAY[ssn]) FROM customers",
                "SELECT json_build_object('a', ssn) FROM customers",
                "SELECT xmlelement(name a, ssn) FROM customers",
                "SELECT 1 WHERE 'x' IN (SELECT ssn FROM customers)",
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM customers WHERE ssn > '5')",
                "SELECT o.id FROM orders o WHERE o.note = (SELECT ssn FROM customers WHERE id = 1)",
                "SELECT what FROM reach WHERE what = '1'",
                "SELECT mixed FROM reach ORDER BY mixed",
                "SELECT (VALUES ((SELECT ssn FROM customers)), ('x'))",
                "SELECT nowhere FROM customers",
                "SELECT q.ssn FROM customers",
                "SELECT ssn INTO other FROM customers",
                "CREATE TABLE t AS SELECT ssn FROM customers",
                "INSERT INTO orders (id, note) SELECT id, ssn FROM customers RETURNING note",
                "UPDATE orders SET note = c.ssn FROM customers c RETURNING note",
                "UPDATE orders SET (id, note) = (SELECT id, ssn FROM customers)",
                "UPDATE customers SET name = ssn",
                "INSERT INTO customers (id, card) VALUES (1, 'guess')",
                "INSERT INTO customers VALUES (1, 'n', 'e', 's', 'guess')",
                "INSERT INTO customers (id, email) SELECT id, note FROM orders",
                "INSERT INTO customers (id) VALUES (1) ON CONFLICT (card) DO NOTHING",
                "INSERT INTO customers (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET name = 'x' WHERE customers.ssn = 'y'",
                "UPDATE customers SET email = 'guess' WHERE id = 1",
                "DELETE FROM customers WHERE ssn = '1'",
                "MERGE INTO customers c USING orders o ON c.ssn = o.note WHEN MATCHED THEN DELETE",
                "MERGE INTO customers c USING orders o ON c.id = o.id WHEN MATCHED AND c.ssn > '5' THEN DELETE",
                "WITH RECURSIVE r AS (SELECT ssn FROM customers UNION SELECT ssn FROM r) SELECT * FROM r",
                "SELECT * FROM orders o, LATERAL (WITH RECURSIVE a AS (SELECT note FROM b), b AS (SELECT ssn AS note FROM customers) SELECT * FROM a) x",
                "SELECT (f).*, ssn FROM customers, aclexplode(NULL) f",
                // what short-circuits, grows, or chooses by the value
                "SELECT COALESCE(nullif(left(ssn, 1), '1'), (1 / (id - id))::text) FROM customers",
                "SELECT COALESCE(ssn, (1 / (id - id))::text) FROM customers",
                "SELECT COALESCE(salary, 'pg_class'::regclass) FROM customers",
                "SELECT (ssn = '1') AND (1 / (id - id) > 0) FROM customers",
                "SELECT ssn = '1', nullif(ssn, ''), greatest(ssn, card) FROM customers",
                "SELECT lower(left(ssn, 1)) FROM customers",
                "SELECT lower(x) FROM (SELECT left(ssn, 1) AS x FROM customers) s",
                "SELECT concat(ssn, card) FROM customers",
                "SELECT ssn::char(1000000) FROM customers",
                "SELECT ssn::public.text FROM customers",
                "SELECT ssn COLLATE \"C\" FROM customers",
                "SELECT tags[id] FROM customers",
                "SELECT id FROM customers WHERE ctid = '(0,1)'",
                "SELECT ctid::text FROM customers",
                "SELECT id FROM customers c ORDER BY c.ctid",
                "SELECT count(*) FROM customers TABLESAMPLE SYSTEM (10)",
                "SELECT pg_relation_size(ssn) FROM customers",
                "SELECT pg_relation_size('customers') / 2 FROM customers",
                "SELECT id FROM customers WHERE pg_table_size('customers') > 5",
                "SELECT c.* IS NULL FROM customers c",
                // names that are not what they look like
                "SELECT text FROM (SELECT ssn::varchar FROM customers) s, generate_series(1, 1) g",
                "SELECT (SELECT text FROM (SELECT ssn::varchar FROM customers) s) FROM (SELECT 'x' AS text) o",
                "SELECT b.g FROM (SELECT ssn || '' FROM customers) a NATURAL JOIN (SELECT x AS g FROM generate_series(0, 9) x) b",
                "SELECT id, ssn || '' FROM customers, (SELECT 1 AS x) z ORDER BY x",
                "SELECT whatever FROM customers, generate_series(1, 1) g",
                // columns that a clause makes of others
                "WITH RECURSIVE t(id, v) AS (SELECT id, ssn FROM customers UNION ALL SELECT id, v FROM t WHERE false) CYCLE v SET c USING p SELECT p FROM t",
                "WITH RECURSIVE t(id, v) AS (SELECT id, ssn FROM customers UNION ALL SELECT id, v FROM t WHERE false) CYCLE v SET c USING xmin SELECT t.xmin FROM t",
                "WITH RECURSIVE t(id, v) AS (SELECT id, ssn FROM customers UNION ALL SELECT id, v FROM t WHERE false) SEARCH BREADTH FIRST BY v SET o SELECT id FROM t ORDER BY o",
                "SELECT xmin FROM (SELECT ssn AS a FROM customers) s",
                // counted wrongly, or written through
                "SELECT id FROM customers WHERE email = ANY (ARRAY['{a,b}'::text[]])",
                "SELECT id FROM customers WHERE email = ANY (ARRAY[$1])",
                "INSERT INTO reach (id) VALUES (1)",
                "UPDATE customers SET tags[1] = 'x' WHERE id = 1",
            })
    void what_would_tell_of_a_labelled_column_is_refused(String sql) {
        assertThat(outputs(sql)).startsWith("refused: ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM customers WHERE ssn = '1'",
                "SELECT id FROM customers WHERE ssn IN ('1', '2')",
                "SELECT id FROM customers WHERE upper(ssn) LIKE 'A%'",
                "UPDATE customers SET name = 'x' WHERE id = 1 AND ssn = '1'"
            })
    void the_refusal_says_where_and_names_the_setting_that_would_allow_it(String sql) {
        assertThat(follow(sql).problem())
                .isEqualTo("the labelled column public.customers.ssn is used in WHERE");
        assertThat(follow(sql).hint()).contains("`filter: equality`");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '§',
            quoteCharacter = '`',
            value = {
                "SELECT id FROM customers WHERE email = 'a' § 1",
                "SELECT id FROM customers WHERE email IN ('a', 'b', $1) OR email IS NOT NULL § 4",
                "SELECT id FROM customers WHERE email = ANY (ARRAY['a', 'b']) § 2",
                "INSERT INTO customers (id, email) VALUES (1, 'a'), (2, 'b') § 2",
            })
    void each_value_that_is_compared_is_counted(String sql, long values) {
        assertThat(follow(sql).compared()).isEqualTo(values);
        assertThat(follow(sql).byControl()).containsExactly("public.customers.email");
    }
}
