package dev.countersign.system.oracle;

import dev.countersign.system.oracle.Expressions.Mood;
import dev.countersign.system.oracle.Schema.Kind;
import dev.countersign.system.oracle.Schema.Source;
import java.util.List;

/// Statements out of PostgreSQL's grammar over the fixture. A seed always makes the same one.
final class Sentences {
    private static final int DEPTH = 3;

    private final long seed;
    private final Dice dice;
    private final Mood mood;
    private final Queries queries;
    private final Expressions expressions;

    private Sentences(long seed) {
        this.seed = seed;
        this.dice = new Dice(seed * 0x9E3779B97F4A7C15L);
        this.mood = dice.one(List.of(Mood.PLAIN, Mood.BARE, Mood.ANY, Mood.ANY));
        this.queries = new Queries(dice, mood);
        this.expressions = queries.expressions();
    }

    static Trial of(long seed) {
        return new Sentences(seed).trial();
    }

    private Trial trial() {
        int at = dice.below(100);
        if (at < 66) {
            return new Trial(seed, wayOfQuery(), query());
        }
        if (at < 80) {
            return new Trial(seed, wayOfWrite(), write());
        }
        if (at < 85) {
            return new Trial(seed, wayOfWrite(), explain());
        }
        if (at < 90) {
            return new Trial(seed, Way.SIMPLE, copy());
        }
        if (at < 94) {
            return new Trial(seed, wayOfQuery(), system());
        }
        return at < 97
                ? new Trial(seed, wayOfWrite(), setting())
                : new Trial(seed, dice.one(List.of(Way.values())), query());
    }

    private Way wayOfQuery() {
        return dice.one(
                List.of(
                        Way.SIMPLE,
                        Way.SIMPLE,
                        Way.SIMPLE,
                        Way.EXTENDED,
                        Way.BINARY,
                        Way.BINARY,
                        Way.UNDESCRIBED,
                        Way.LIMITED,
                        Way.CURSOR,
                        Way.PREPARED,
                        Way.BOUND));
    }

    private Way wayOfWrite() {
        return dice.one(List.of(Way.SIMPLE, Way.SIMPLE, Way.EXTENDED, Way.BINARY, Way.UNDESCRIBED));
    }

    private String query() {
        if (dice.chance(12)) {
            return stars();
        }
        return queries.query(queries.kinds(), List.of(), dice.upTo(DEPTH));
    }

    /// Outputs of which the text does not say how many there are.
    private String stars() {
        var relation = queries.relation();
        var name = relation.name();
        var scope = List.of(new Source("a", relation.columns()));
        var where = dice.chance(50) ? " WHERE " + expressions.condition(scope, 1) : "";
        return dice.of(
                () -> "TABLE " + name,
                () -> "SELECT * FROM " + name + " AS a" + where,
                () ->
                        "SELECT a.*, "
                                + expressions.of(Kind.TEXT, scope, 1)
                                + " FROM "
                                + name
                                + " AS a"
                                + where,
                () ->
                        "SELECT * FROM "
                                + name
                                + " AS a JOIN "
                                + queries.relation().name()
                                + " AS b USING (id)"
                                + (dice.chance(50) ? " LIMIT 6" : ""),
                () -> "SELECT x.* FROM (SELECT * FROM " + name + " AS a" + where + ") AS x",
                () -> "WITH x AS (TABLE " + name + ") SELECT * FROM x",
                () -> "SELECT a FROM " + name + " AS a" + where,
                () -> "SELECT (a).* FROM " + name + " AS a" + where,
                () ->
                        "SELECT "
                                + dice.word(
                                        "row_to_json(a)",
                                        "to_jsonb(a)",
                                        "a::text",
                                        "ROW(a.*)",
                                        "count(a)",
                                        "array_agg(a)",
                                        "json_agg(a)",
                                        "max(a)::text")
                                + " FROM "
                                + name
                                + " AS a"
                                + where,
                () -> "SELECT ctid, tableoid::regclass, * FROM " + name);
    }

    private String write() {
        var customers = List.of(new Source("customers", Schema.CUSTOMERS.columns()));
        var orders = List.of(new Source("orders", Schema.ORDERS.columns()));
        var both = List.of(orders.getFirst(), customers.getFirst());
        return dice.of(
                () ->
                        "INSERT INTO public_t SELECT 500 + row_number() OVER (), q.v FROM ("
                                + queries.query(List.of(Kind.TEXT), List.of(), 2)
                                + ") AS q(v)"
                                + returning("public_t"),
                () ->
                        "INSERT INTO public_t VALUES ("
                                + (500 + dice.below(90))
                                + ", "
                                + expressions.of(Kind.TEXT, List.of(), 2)
                                + ")"
                                + returning("public_t"),
                () ->
                        "INSERT INTO public_t VALUES ("
                                + dice.upTo(14)
                                + ", 'x') ON CONFLICT (id) DO "
                                + dice.word(
                                        "NOTHING",
                                        "UPDATE SET note = excluded.note || public_t.note")
                                + returning("public_t"),
                () ->
                        "UPDATE orders SET note = "
                                + expressions.of(Kind.TEXT, orders, 2)
                                + " WHERE "
                                + expressions.condition(orders, 1)
                                + returning("orders"),
                () ->
                        "UPDATE orders SET note = "
                                + expressions.of(Kind.TEXT, both, 2)
                                + " FROM customers WHERE customers.id = orders.customer_id AND "
                                + expressions.condition(both, 1)
                                + returning("orders"),
                () ->
                        "UPDATE orders SET (note, status) = (SELECT q.a, q.b FROM ("
                                + queries.query(List.of(Kind.TEXT, Kind.TEXT), List.of(), 1)
                                + ") AS q(a, b) LIMIT 1)"
                                + returning("orders"),
                () ->
                        "UPDATE customers SET name = "
                                + expressions.of(Kind.TEXT, customers, 1)
                                + " WHERE id < "
                                + dice.upTo(25)
                                + returning("customers"),
                () ->
                        "UPDATE customers SET "
                                + dice.word(
                                        "email = 'guess'",
                                        "ssn = name",
                                        "salary = 5",
                                        "dob = NULL",
                                        "tags = '{}'",
                                        "meta = '{}'")
                                + " WHERE id = "
                                + dice.upTo(24)
                                + returning("customers"),
                () ->
                        "DELETE FROM orders WHERE "
                                + expressions.condition(orders, 2)
                                + returning("orders"),
                () ->
                        "DELETE FROM orders USING customers WHERE "
                                + expressions.condition(both, 1)
                                + returning("orders"),
                () ->
                        "MERGE INTO public_t USING orders ON public_t.id = orders.id WHEN MATCHED AND "
                                + expressions.condition(orders, 1)
                                + " THEN UPDATE SET note = "
                                + expressions.of(Kind.TEXT, orders, 1)
                                + " WHEN NOT MATCHED THEN DO NOTHING RETURNING merge_action(), public_t.id",
                () ->
                        "MERGE INTO public_t USING customers ON public_t.id = customers.id WHEN MATCHED THEN UPDATE SET note = "
                                + expressions.of(Kind.TEXT, customers, 1)
                                + " RETURNING public_t.*",
                () ->
                        "WITH w AS (UPDATE public_t SET note = 'w' WHERE id < 4 RETURNING *) SELECT * FROM w JOIN customers ON customers.id = w.id WHERE "
                                + expressions.condition(customers, 1),
                () ->
                        "WITH w AS (INSERT INTO public_t SELECT 600 + id, "
                                + expressions.of(Kind.TEXT, customers, 1)
                                + " FROM customers RETURNING *) SELECT note FROM w");
    }

    private String returning(String table) {
        var labelled = table.equals("customers");
        return dice.chance(25) || (labelled && mood == Mood.PLAIN)
                ? ""
                : " RETURNING "
                        + dice.word(
                                "*",
                                table + ".*",
                                table + ".id",
                                labelled ? "ssn, email" : "note",
                                "old.*, new.*",
                                mood == Mood.ANY ? table : table + ".id");
    }

    private String explain() {
        var options =
                dice.word(
                        "",
                        "(VERBOSE) ",
                        "(ANALYZE, TIMING OFF, SUMMARY OFF, BUFFERS OFF) ",
                        "(FORMAT JSON, VERBOSE) ",
                        "(COSTS OFF) ",
                        "(SETTINGS, FORMAT YAML) ");
        return "EXPLAIN " + options + (dice.chance(75) ? query() : write());
    }

    private String copy() {
        var options =
                dice.word(
                        "",
                        " (FORMAT csv)",
                        " (FORMAT binary)",
                        " (FORMAT csv, HEADER, DELIMITER ';')",
                        " (NULL 'none')");
        var relation = queries.relation();
        return dice.chance(70)
                ? "COPY (" + query() + ") TO STDOUT" + options
                : "COPY "
                        + relation.name()
                        + (dice.chance(50)
                                ? " (" + dice.one(relation.columns()).name() + ", id)"
                                : "")
                        + " TO STDOUT"
                        + options;
    }

    private String system() {
        var relation = dice.one(List.copyOf(Schema.SYSTEM.keySet().stream().sorted().toList()));
        var columns = Schema.SYSTEM.getOrDefault(relation, "*");
        var column = dice.one(List.of(columns.split(", (?![^(]*\\))", -1)));
        return dice.of(
                () -> "SELECT " + columns + " FROM " + relation + " ORDER BY 1, 2 LIMIT 40",
                () -> "SELECT " + column + " FROM " + relation + " ORDER BY 1 LIMIT 40",
                () -> "SELECT count(*), max((" + column + ")::text) FROM " + relation,
                () ->
                        "SELECT q.* FROM (SELECT "
                                + columns
                                + " FROM "
                                + relation
                                + ") AS q ORDER BY 1, 2 LIMIT 9");
    }

    private String setting() {
        var name =
                dice.word(
                        "application_name",
                        "TimeZone",
                        "DateStyle",
                        "app.x",
                        "search_path",
                        "work_mem",
                        "bytea_output",
                        "client_min_messages");
        return dice.of(
                () ->
                        "SHOW "
                                + dice.word(
                                        "server_version",
                                        "TimeZone",
                                        "DateStyle",
                                        "work_mem",
                                        "search_path"),
                () ->
                        "SET LOCAL "
                                + name
                                + " = "
                                + dice.word("'UTC'", "'x'", "DEFAULT", "'escape'"),
                () ->
                        "SELECT set_config('"
                                + name
                                + "', "
                                + expressions.of(Kind.TEXT, List.of(), 2)
                                + ", true)",
                () ->
                        "SELECT set_config('"
                                + name
                                + "', email, true) FROM customers WHERE id = "
                                + dice.upTo(9),
                () ->
                        "SELECT current_setting('"
                                + dice.word("server_version", "TimeZone", "work_mem")
                                + "')");
    }
}
