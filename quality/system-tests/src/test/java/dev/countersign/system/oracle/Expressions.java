package dev.countersign.system.oracle;

import dev.countersign.system.oracle.Schema.Column;
import dev.countersign.system.oracle.Schema.Kind;
import dev.countersign.system.oracle.Schema.Source;
import java.util.ArrayList;
import java.util.List;

/// Expressions of a kind over what stands in FROM.
final class Expressions {
    /// What may be said of labelled columns.
    enum Mood {
        /// Nothing.
        PLAIN,

        /// Only that they are output as they are.
        BARE,

        /// Anything.
        ANY
    }

    private final Dice dice;
    private final Mood mood;
    private final Queries queries;
    private final Conditions conditions;

    Expressions(Dice dice, Mood mood, Queries queries) {
        this.dice = dice;
        this.mood = mood;
        this.queries = queries;
        this.conditions = new Conditions(dice, this, queries);
    }

    /// @param depth how deep it may still go
    String of(Kind kind, List<Source> scope, int depth) {
        if (depth <= 0 || dice.chance(30)) {
            return leaf(kind, scope);
        }
        if (dice.chance(12)) {
            return anyKind(kind, scope, depth);
        }
        return switch (kind) {
            case INT -> number(scope, depth);
            case TEXT -> text(scope, depth);
            case NUM -> numeric(scope, depth);
            case DATE -> date(scope, depth);
            case BOOL -> condition(scope, depth);
            case JSON -> json(scope, depth);
            case TEXTS -> texts(scope, depth);
        };
    }

    /// A column, or a literal if there is none of this kind.
    String leaf(Kind kind, List<Source> scope) {
        var columns = columns(kind, scope, mood == Mood.ANY);
        return columns.isEmpty() || dice.chance(10) ? literal(kind) : dice.one(columns);
    }

    /// Columns by which a query may output something as it is.
    String output(Kind kind, List<Source> scope) {
        var columns = columns(kind, scope, mood != Mood.PLAIN);
        return columns.isEmpty() ? literal(kind) : dice.one(columns);
    }

    private static List<String> columns(Kind kind, List<Source> scope, boolean labelled) {
        var out = new ArrayList<String>();
        for (var source : scope) {
            for (Column column : source.columns()) {
                if (column.kind() == kind && (labelled || !column.labelled())) {
                    out.add(source.alias() + "." + column.name());
                }
            }
        }
        return out;
    }

    String literal(Kind kind) {
        return switch (kind) {
            case INT -> String.valueOf(dice.below(30));
            case TEXT ->
                    "'"
                            + dice.word(
                                    "a", "note c", "paid", "Ben B", "5", "mk4", "x-y", "%e%", "")
                            + "'::text";
            case NUM -> dice.below(900) + "." + dice.below(10);
            case DATE ->
                    "date '"
                            + (1935 + dice.below(95))
                            + "-0"
                            + dice.upTo(9)
                            + "-0"
                            + dice.upTo(9)
                            + "'";
            case BOOL -> dice.word("true", "false", "NULL::boolean");
            case JSON -> dice.word("'{\"a\": 1}'::jsonb", "'[1, 2]'::jsonb", "'null'::jsonb");
            case TEXTS -> dice.word("ARRAY['a', 'b']", "'{}'::text[]", "ARRAY[NULL, 'x']::text[]");
        };
    }

    private String anyKind(Kind kind, List<Source> scope, int depth) {
        int next = depth - 1;
        return dice.of(
                () -> "coalesce(" + of(kind, scope, next) + ", " + of(kind, scope, next) + ")",
                () ->
                        "CASE WHEN "
                                + condition(scope, next)
                                + " THEN "
                                + of(kind, scope, next)
                                + " ELSE "
                                + of(kind, scope, next)
                                + " END",
                () -> "(" + queries.scalar(kind, scope, next) + ")",
                () -> "(" + queries.scalar(kind, scope, next) + ")",
                () -> "nullif(" + of(kind, scope, next) + ", " + leaf(kind, scope) + ")",
                () ->
                        kind == Kind.JSON
                                ? leaf(kind, scope)
                                : dice.word("greatest(", "least(")
                                        + of(kind, scope, next)
                                        + ", "
                                        + leaf(kind, scope)
                                        + ")",
                () ->
                        "(ARRAY["
                                + leaf(kind, scope)
                                + ", "
                                + leaf(kind, scope)
                                + "])["
                                + dice.upTo(2)
                                + "]"
                                + (kind == Kind.TEXTS ? "[1:1]" : ""));
    }

    private String number(List<Source> scope, int depth) {
        int next = depth - 1;
        return dice.of(
                () ->
                        "("
                                + of(Kind.INT, scope, next)
                                + dice.word(" + ", " - ", " * ")
                                + of(Kind.INT, scope, next)
                                + ")",
                () -> "(" + of(Kind.INT, scope, next) + " % " + dice.upTo(9) + ")",
                () -> "length(" + of(Kind.TEXT, scope, next) + ")",
                () ->
                        dice.word("ascii(", "octet_length(", "hashtext(", "char_length(")
                                + of(Kind.TEXT, scope, next)
                                + ")",
                () -> "strpos(" + of(Kind.TEXT, scope, next) + ", " + leaf(Kind.TEXT, scope) + ")",
                () -> "cardinality(" + of(Kind.TEXTS, scope, next) + ")",
                () ->
                        "extract("
                                + dice.word("year", "month", "doy")
                                + " FROM "
                                + of(Kind.DATE, scope, next)
                                + ")::int",
                () -> "abs(" + of(Kind.INT, scope, next) + ")",
                () -> "(" + of(Kind.DATE, scope, next) + " - " + leaf(Kind.DATE, scope) + ")",
                () -> "round(" + of(Kind.NUM, scope, next) + ")::int",
                () -> "width_bucket(" + of(Kind.NUM, scope, next) + ", 0, 1000000, 9)",
                () ->
                        "("
                                + of(Kind.INT, scope, next)
                                + " / nullif("
                                + of(Kind.INT, scope, next)
                                + ", 0))",
                () ->
                        dice.chance(15)
                                ? "("
                                        + of(Kind.INT, scope, next)
                                        + " / ("
                                        + of(Kind.INT, scope, next)
                                        + "))"
                                : leaf(Kind.INT, scope),
                () ->
                        dice.chance(15)
                                ? of(Kind.TEXT, scope, next) + "::int"
                                : leaf(Kind.INT, scope),
                () -> "pg_column_size(" + of(Kind.TEXT, scope, next) + ")");
    }

    private String text(List<Source> scope, int depth) {
        int next = depth - 1;
        return dice.of(
                () ->
                        "("
                                + of(Kind.JSON, scope, next)
                                + dice.word(
                                        " ->> 'city'",
                                        " ->> 'ssn'",
                                        " -> 'deep' ->> 'k'",
                                        " #>> '{deep,0,k}'",
                                        " #>> '{deep,0,other}'",
                                        " -> 'deep' -> 0 ->> 'other'")
                                + ")",
                () -> "(" + of(Kind.TEXT, scope, next) + " || " + of(Kind.TEXT, scope, next) + ")",
                () ->
                        dice.word(
                                        "lower(",
                                        "upper(",
                                        "reverse(",
                                        "md5(",
                                        "initcap(",
                                        "btrim(",
                                        "quote_literal(",
                                        "quote_ident(")
                                + of(Kind.TEXT, scope, next)
                                + ")",
                () ->
                        dice.word("left(", "right(", "repeat(")
                                + of(Kind.TEXT, scope, next)
                                + ", "
                                + dice.upTo(6)
                                + ")",
                () ->
                        "substr("
                                + of(Kind.TEXT, scope, next)
                                + ", "
                                + dice.upTo(6)
                                + ", "
                                + dice.upTo(7)
                                + ")",
                () ->
                        "replace("
                                + of(Kind.TEXT, scope, next)
                                + ", "
                                + literal(Kind.TEXT)
                                + ", 'z')",
                () -> "translate(" + of(Kind.TEXT, scope, next) + ", '-@. ', 'abc')",
                () ->
                        "split_part("
                                + of(Kind.TEXT, scope, next)
                                + ", "
                                + dice.word("'-'", "'@'", "' '")
                                + ", "
                                + dice.upTo(3)
                                + ")",
                () -> "lpad(" + of(Kind.TEXT, scope, next) + ", 9, '.')",
                () ->
                        dice.word("concat(", "concat_ws('+', ", "format('%s/%s', ")
                                + of(Kind.TEXT, scope, next)
                                + ", "
                                + of(Kind.INT, scope, next)
                                + ")",
                () -> "(" + of(dice.one(List.of(Kind.values())), scope, next) + ")::text",
                () ->
                        "CAST("
                                + of(Kind.TEXT, scope, next)
                                + " AS "
                                + dice.word("varchar(20)", "name", "char(9)", "text")
                                + ")::text",
                () -> "to_char(" + of(Kind.DATE, scope, next) + ", 'YYYY-MM')",
                () ->
                        "("
                                + of(Kind.JSON, scope, next)
                                + " ->> "
                                + dice.word("'ssn'", "'city'", "'a'", "0")
                                + ")",
                () -> "(" + of(Kind.TEXTS, scope, next) + ")[1]",
                () -> "array_to_string(" + of(Kind.TEXTS, scope, next) + ", ',')",
                () ->
                        "encode(convert_to("
                                + of(Kind.TEXT, scope, next)
                                + ", 'UTF8'), "
                                + dice.word("'hex'", "'base64'")
                                + ")",
                () ->
                        "regexp_replace("
                                + of(Kind.TEXT, scope, next)
                                + ", '[0-9]', '#'"
                                + dice.word("", ", 'g'")
                                + ")",
                () -> "to_hex(" + of(Kind.INT, scope, next) + ")",
                () -> "(" + of(Kind.TEXT, scope, next) + " COLLATE \"C\")",
                () -> "(" + wholeRow(scope) + ")::text");
    }

    /// A source as one value, if it may be named so.
    String wholeRow(List<Source> scope) {
        var may =
                scope.stream()
                        .filter(source ->
                                mood == Mood.ANY
                                        || source.columns().stream().noneMatch(Column::labelled))
                        .map(Source::alias)
                        .toList();
        return may.isEmpty() ? "ROW(1)" : dice.one(may);
    }

    private String numeric(List<Source> scope, int depth) {
        int next = depth - 1;
        return dice.of(
                () ->
                        "("
                                + of(Kind.NUM, scope, next)
                                + dice.word(" + ", " - ", " * ")
                                + of(Kind.NUM, scope, next)
                                + ")",
                () -> dice.word("round(", "trunc(") + of(Kind.NUM, scope, next) + "::numeric, 1)",
                () -> dice.word("abs(", "sign(", "ceil(", "- (") + of(Kind.NUM, scope, next) + ")",
                () -> of(Kind.INT, scope, next) + "::numeric",
                () ->
                        "("
                                + of(Kind.NUM, scope, next)
                                + " / nullif("
                                + of(Kind.INT, scope, next)
                                + ", 0))",
                () -> "sqrt(abs(" + of(Kind.NUM, scope, next) + "))::numeric(20, 4)");
    }

    private String date(List<Source> scope, int depth) {
        int next = depth - 1;
        return dice.of(
                () -> "(" + of(Kind.DATE, scope, next) + " + " + dice.below(40) + ")",
                () ->
                        "date_trunc("
                                + dice.word("'month'", "'year'")
                                + ", "
                                + of(Kind.DATE, scope, next)
                                + ")::date",
                () -> "(" + of(Kind.DATE, scope, next) + " - interval '1 day')::date");
    }

    private String json(List<Source> scope, int depth) {
        int next = depth - 1;
        return dice.of(
                () -> "to_jsonb(" + of(dice.one(List.of(Kind.values())), scope, next) + ")",
                () ->
                        "jsonb_build_object('k', "
                                + of(Kind.TEXT, scope, next)
                                + ", 'n', "
                                + of(Kind.INT, scope, next)
                                + ")",
                () -> "jsonb_build_array(" + of(Kind.TEXT, scope, next) + ")",
                () ->
                        "("
                                + of(Kind.JSON, scope, next)
                                + " -> "
                                + dice.word("'ssn'", "'deep'", "'city'", "'deep' -> 0", "0")
                                + ")",
                () -> leaf(Kind.JSON, scope) + " #> '{deep,0,x}'",
                () -> "(jsonb_build_object('n', 1) || " + of(Kind.JSON, scope, next) + ")",
                () -> "to_jsonb(" + wholeRow(scope) + ")",
                () -> "row_to_json(" + wholeRow(scope) + ")::jsonb",
                () -> "jsonb_path_query_array(" + of(Kind.JSON, scope, next) + ", '$.*')");
    }

    private String texts(List<Source> scope, int depth) {
        int next = depth - 1;
        return dice.of(
                () ->
                        "ARRAY["
                                + of(Kind.TEXT, scope, next)
                                + ", "
                                + of(Kind.TEXT, scope, next)
                                + "]",
                () -> "string_to_array(" + of(Kind.TEXT, scope, next) + ", '-')",
                () ->
                        "array_append("
                                + of(Kind.TEXTS, scope, next)
                                + ", "
                                + leaf(Kind.TEXT, scope)
                                + ")",
                () -> "ARRAY(" + queries.column(Kind.TEXT, scope, next) + ")",
                () -> "(" + of(Kind.TEXTS, scope, next) + ")[1:2]");
    }

    String condition(List<Source> scope, int depth) {
        return conditions.of(scope, depth);
    }
}
