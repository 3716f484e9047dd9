package dev.countersign.system.oracle;

import dev.countersign.system.oracle.Schema.Kind;
import dev.countersign.system.oracle.Schema.Source;
import java.util.List;

/// Conditions over what stands in FROM.
final class Conditions {
    private final Dice dice;
    private final Expressions expressions;
    private final Queries queries;

    Conditions(Dice dice, Expressions expressions, Queries queries) {
        this.dice = dice;
        this.expressions = expressions;
        this.queries = queries;
    }

    String of(List<Source> scope, int depth) {
        int next = depth - 1;
        if (depth <= 0) {
            return comparison(scope, 0);
        }
        return dice.of(
                () -> comparison(scope, next),
                () -> comparison(scope, next),
                () -> "(" + of(scope, next) + dice.word(" AND ", " OR ") + of(scope, next) + ")",
                () -> "NOT (" + of(scope, next) + ")",
                () ->
                        expressions.of(Kind.TEXT, scope, next)
                                + dice.word(
                                        " LIKE '5%'",
                                        " LIKE '%e%'",
                                        " ~ '^[2-5]'",
                                        " ILIKE 'm%'",
                                        " SIMILAR TO '%[0-9]'"),
                () ->
                        "("
                                + expressions.of(dice.one(List.of(Kind.values())), scope, next)
                                + ") IS "
                                + dice.word("NULL", "NOT NULL"),
                () -> "EXISTS (" + queries.query(List.of(Kind.INT), scope, next) + ")",
                () ->
                        expressions.of(Kind.INT, scope, next)
                                + dice.word(" IN (", " NOT IN (", " = ANY (", " > ALL (")
                                + queries.column(Kind.INT, scope, next)
                                + ")",
                () ->
                        expressions.of(Kind.TEXT, scope, next)
                                + " IN ("
                                + expressions.literal(Kind.TEXT)
                                + ", "
                                + expressions.leaf(Kind.TEXT, scope)
                                + ")",
                () ->
                        expressions.of(Kind.TEXT, scope, next)
                                + " = ANY ("
                                + expressions.of(Kind.TEXTS, scope, next)
                                + ")",
                () ->
                        "("
                                + expressions.of(Kind.INT, scope, next)
                                + ", "
                                + expressions.of(Kind.TEXT, scope, next)
                                + ")"
                                + dice.word(" < ", " = ", " >= ")
                                + "("
                                + expressions.leaf(Kind.INT, scope)
                                + ", "
                                + expressions.leaf(Kind.TEXT, scope)
                                + ")",
                () ->
                        expressions.of(Kind.NUM, scope, next)
                                + " BETWEEN "
                                + expressions.leaf(Kind.NUM, scope)
                                + " AND "
                                + expressions.leaf(Kind.NUM, scope),
                () ->
                        expressions.of(Kind.JSON, scope, next)
                                + " @> "
                                + expressions.leaf(Kind.JSON, scope),
                () ->
                        expressions.of(Kind.TEXTS, scope, next)
                                + dice.word(" && ", " @> ")
                                + expressions.leaf(Kind.TEXTS, scope));
    }

    private String comparison(List<Source> scope, int depth) {
        var kind = dice.one(List.of(Kind.INT, Kind.INT, Kind.TEXT, Kind.TEXT, Kind.NUM, Kind.DATE));
        return expressions.of(kind, scope, depth)
                + dice.word(" = ", " < ", " >= ", " <> ", " IS DISTINCT FROM ")
                + expressions.leaf(kind, scope);
    }
}
