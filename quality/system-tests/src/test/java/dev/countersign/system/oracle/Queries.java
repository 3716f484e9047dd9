package dev.countersign.system.oracle;

import dev.countersign.system.oracle.Expressions.Mood;
import dev.countersign.system.oracle.Schema.Column;
import dev.countersign.system.oracle.Schema.Kind;
import dev.countersign.system.oracle.Schema.Relation;
import dev.countersign.system.oracle.Schema.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Queries with outputs of given kinds.
final class Queries {
    private final Dice dice;
    private final Mood mood;
    private final Expressions expressions;
    private int names;

    Queries(Dice dice, Mood mood) {
        this.dice = dice;
        this.mood = mood;
        this.expressions = new Expressions(dice, mood, this);
    }

    Expressions expressions() {
        return expressions;
    }

    String name(String prefix) {
        names++;
        return prefix + names;
    }

    List<Kind> kinds() {
        return IntStream.range(0, dice.upTo(4))
                .mapToObj(_ -> dice.one(List.of(Kind.values())))
                .toList();
    }

    Relation relation() {
        int at = dice.below(Schema.RELATIONS.stream().mapToInt(Relation::weight).sum());
        for (var relation : Schema.RELATIONS) {
            at -= relation.weight();
            if (at < 0) {
                return relation;
            }
        }
        throw new IllegalStateException();
    }

    /// @param outer what a correlated one may name
    String query(List<Kind> kinds, List<Source> outer, int depth) {
        if (depth > 1 && dice.chance(10)) {
            return union(kinds, outer, depth - 1);
        }
        if (depth > 1 && dice.chance(10)) {
            return with(kinds, outer, depth - 1);
        }
        if (dice.chance(4)) {
            return "VALUES "
                    + IntStream.range(0, dice.upTo(3))
                            .mapToObj(_ -> "(" + list(kinds, outer, 1) + ")")
                            .collect(Collectors.joining(", "));
        }
        return select(kinds, outer, depth);
    }

    /// At most one row of one column.
    String scalar(Kind kind, List<Source> outer, int depth) {
        if (dice.chance(40)) {
            var from = new From(outer, depth);
            return "SELECT "
                    + aggregate(kind, from.scope, depth)
                    + from.text
                    + where(from.scope, depth);
        }
        return column(kind, outer, depth) + " LIMIT 1";
    }

    /// One column, without ORDER BY and LIMIT behind.
    String column(Kind kind, List<Source> outer, int depth) {
        var from = new From(outer, Math.min(depth, 1));
        return "SELECT "
                + expressions.of(kind, from.scope, depth)
                + from.text
                + where(from.scope, depth - 1);
    }

    private String union(List<Kind> kinds, List<Source> outer, int depth) {
        var how = dice.word("UNION ALL", "UNION ALL", "UNION", "INTERSECT", "EXCEPT", "EXCEPT ALL");
        return "("
                + select(kinds, outer, depth)
                + ") "
                + how
                + " ("
                + select(kinds, outer, depth)
                + ")"
                + (dice.chance(30) ? " ORDER BY 1" : "")
                + (dice.chance(20) ? " LIMIT 7" : "");
    }

    private String with(List<Kind> kinds, List<Source> outer, int depth) {
        var name = name("w");
        var inner = kinds();
        var columns = named(inner);
        var definition =
                name
                        + "("
                        + columns.stream().map(Column::name).collect(Collectors.joining(", "))
                        + ") AS "
                        + dice.word("", "MATERIALIZED ", "NOT MATERIALIZED ")
                        + "("
                        + query(inner, List.of(), depth)
                        + ")";
        var scope = new ArrayList<>(outer);
        scope.add(new Source(name, columns));
        return "WITH "
                + definition
                + " SELECT "
                + list(kinds, scope, depth)
                + " FROM "
                + name
                + where(scope, depth - 1)
                + (dice.chance(40) ? " ORDER BY 1" : "");
    }

    /// Columns `c1`, `c2`, … of these kinds. Whether they are labelled is what the mood lets them
    /// be: under [Mood#BARE] nobody says more of them than that they are output.
    private List<Column> named(List<Kind> kinds) {
        return IntStream.range(0, kinds.size())
                .mapToObj(i -> new Column("c" + (i + 1), kinds.get(i), mood != Mood.PLAIN))
                .toList();
    }

    private String select(List<Kind> kinds, List<Source> outer, int depth) {
        var from = new From(outer, depth);
        if (dice.chance(18)) {
            return grouped(kinds, from, depth);
        }
        var out = new StringBuilder("SELECT ");
        if (dice.chance(8)) {
            out.append("DISTINCT ");
        }
        out.append(list(kinds, from.scope, depth))
                .append(from.text)
                .append(where(from.scope, depth));
        if (dice.chance(30)) {
            out.append(" ORDER BY ")
                    .append(
                            dice.chance(50) || out.indexOf("DISTINCT ") == 7
                                    ? String.valueOf(dice.upTo(kinds.size()))
                                    : "0 + " + expressions.leaf(Kind.INT, from.scope))
                    .append(dice.word("", " DESC", " NULLS FIRST"));
        }
        if (from.sources > 1 ? dice.chance(70) : dice.chance(15)) {
            out.append(dice.word(" LIMIT 5", " LIMIT 9 OFFSET 2", " FETCH FIRST 3 ROWS ONLY"));
        }
        return out.toString();
    }

    private String grouped(List<Kind> kinds, From from, int depth) {
        int keys = dice.below(kinds.size() + 1);
        var groups = new ArrayList<String>();
        var outputs = new ArrayList<String>();
        for (int i = 0; i < kinds.size(); i++) {
            if (i < keys && kinds.get(i) != Kind.JSON) {
                var key = expressions.of(kinds.get(i), from.scope, 1);
                groups.add(String.valueOf(i + 1));
                outputs.add(key);
            } else {
                outputs.add(aggregate(kinds.get(i), from.scope, depth));
            }
        }
        var out =
                new StringBuilder(
                        "SELECT "
                                + String.join(", ", outputs)
                                + from.text
                                + where(from.scope, depth - 1));
        if (!groups.isEmpty()) {
            out.append(" GROUP BY ")
                    .append(
                            dice.word("%s", "%s", "ROLLUP (%s)", "CUBE (%s)")
                                    .formatted(String.join(", ", groups)));
        }
        if (dice.chance(20)) {
            out.append(" HAVING ")
                    .append(aggregate(Kind.INT, from.scope, 1))
                    .append(dice.word(" > 1", " < 9", " IS NOT NULL"));
        }
        return out + (dice.chance(40) ? " ORDER BY 1" : "");
    }

    /// Outputs of these kinds.
    private String list(List<Kind> kinds, List<Source> scope, int depth) {
        return kinds.stream()
                .map(kind -> output(kind, scope, depth))
                .collect(Collectors.joining(", "));
    }

    private String output(Kind kind, List<Source> scope, int depth) {
        if (dice.chance(mood == Mood.BARE ? 60 : 25)) {
            return expressions.output(kind, scope);
        }
        if (dice.chance(8)) {
            return window(kind, scope, depth);
        }
        return expressions.of(kind, scope, depth);
    }

    private String aggregate(Kind kind, List<Source> scope, int depth) {
        int next = Math.min(depth - 1, 1);
        var of = expressions.of(kind, scope, next);
        var filter =
                dice.chance(15) ? " FILTER (WHERE " + expressions.condition(scope, 1) + ")" : "";
        return switch (kind) {
            case INT ->
                    dice.word(
                                    "count(*)",
                                    "count(DISTINCT " + of + ")",
                                    "max(" + of + ")",
                                    "sum(" + of + ")::int")
                            .replace("(*)", "(*)" + filter);
            case TEXT ->
                    dice.word(
                            "min(" + of + ")",
                            "max(" + of + ")" + filter,
                            "string_agg(" + of + ", ',' ORDER BY " + of + ")",
                            "string_agg(" + of + ", ',')",
                            "any_value(" + of + ")",
                            "mode() WITHIN GROUP (ORDER BY " + of + ")");
            case NUM -> dice.word("sum(", "avg(", "max(") + of + ")" + filter;
            case DATE -> dice.word("min(", "max(") + of + ")" + filter;
            case BOOL -> dice.word("bool_and(", "bool_or(", "every(") + of + ")";
            case JSON ->
                    dice.word(
                            "jsonb_agg(" + of + ")",
                            "json_agg(" + expressions.wholeRow(scope) + ")::jsonb",
                            "jsonb_agg(" + of + ")" + filter);
            case TEXTS -> "array_agg(" + expressions.of(Kind.TEXT, scope, next) + ")";
        };
    }

    private String window(Kind kind, List<Source> scope, int depth) {
        var of = expressions.of(kind, scope, Math.min(depth - 1, 1));
        var over =
                " OVER ("
                        + (dice.chance(40)
                                ? "PARTITION BY " + expressions.leaf(Kind.INT, scope)
                                : "")
                        + " ORDER BY "
                        + expressions.leaf(dice.one(List.of(Kind.INT, Kind.TEXT)), scope)
                        + ")";
        return kind == Kind.INT
                ? dice.word("row_number()", "rank()", "count(*)", "ntile(3)")
                        + over
                        + (dice.chance(99) ? "::int" : "")
                : dice.word("first_value(", "lag(", "last_value(") + of + ")" + over;
    }

    private String where(List<Source> scope, int depth) {
        return dice.chance(60) ? " WHERE " + expressions.condition(scope, Math.min(depth, 2)) : "";
    }

    /// A FROM clause, and what can be named behind it.
    private final class From {
        final List<Source> scope;
        final String text;
        final int sources;

        From(List<Source> outer, int depth) {
            scope = new ArrayList<>(outer);
            sources = depth > 1 && dice.chance(40) ? 2 : 1;
            var out = new StringBuilder(" FROM ").append(item(depth));
            for (int i = 1; i < sources; i++) {
                out.append(joined(depth));
            }
            text = out.toString();
        }

        private String joined(int depth) {
            if (dice.chance(15)) {
                return ", " + item(depth);
            }
            if (dice.chance(15)) {
                var lateral = query(List.of(Kind.TEXT, Kind.INT), scope, Math.min(1, depth - 1));
                return " CROSS JOIN LATERAL ("
                        + lateral
                        + ") AS "
                        + added(List.of(Kind.TEXT, Kind.INT));
            }
            var join = dice.word(" JOIN ", " LEFT JOIN ", " JOIN ", " RIGHT JOIN ", " FULL JOIN ");
            var before = List.copyOf(scope);
            var item = item(depth);
            var added = List.of(scope.getLast());
            var equal =
                    expressions.leaf(Kind.INT, before) + " = " + expressions.leaf(Kind.INT, added);
            return join
                    + item
                    + " ON "
                    + (join.contains("FULL") || dice.chance(75)
                            ? equal
                            : expressions.condition(scope, 1));
        }

        private String item(int depth) {
            if (depth > 1 && dice.chance(15)) {
                var kinds = kinds();
                return "(" + query(kinds, List.of(), depth - 1) + ") AS " + added(kinds);
            }
            if (dice.chance(4)) {
                var alias = name("g");
                scope.add(new Source(alias, List.of(new Column("n", Kind.INT, false))));
                return "generate_series(1, " + dice.upTo(4) + ") AS " + alias + "(n)";
            }
            var relation = relation();
            if (mood == Mood.PLAIN && dice.chance(60)) {
                relation = dice.one(List.of(Schema.PUBLIC, Schema.ORDERS));
            }
            var alias = dice.chance(80) ? name("t") : relation.name();
            if (scope.stream().anyMatch(source -> source.alias().equals(alias))) {
                return item(depth);
            }
            scope.add(new Source(alias, relation.columns()));
            return relation.name() + (alias.equals(relation.name()) ? "" : " AS " + alias);
        }

        private String added(List<Kind> kinds) {
            var alias = name("s");
            var columns = named(kinds);
            scope.add(new Source(alias, columns));
            return alias
                    + "("
                    + columns.stream().map(Column::name).collect(Collectors.joining(", "))
                    + ")";
        }
    }
}
