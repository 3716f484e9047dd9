package dev.countersign.sql;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/// Whether a condition is always true: `true`, `1 = 1`, `id = id`, `name LIKE '%'`, and what AND,
/// OR and NOT make of them. What it does not recognise counts as restricting; a policy that must be
/// sure asks for an approval instead.
final class Tautology {
    /// The verdict hangs on what a literal says.
    boolean valueDependent;

    boolean holds(Tree condition) {
        return value(condition).orElse(false);
    }

    private Optional<Boolean> value(Tree node) {
        var inside = node.kind().isEmpty() ? node : node.inside();
        return switch (node.kind()) {
            case "A_Const" -> {
                valueDependent = true;
                yield inside.node("boolval").map(truth -> truth.flag("boolval"));
            }
            case "TypeCast" ->
                    inside.node("arg")
                            .filter(arg -> arg.kind().equals("A_Const"))
                            .flatMap(arg -> {
                                valueDependent = true;
                                return truth(Walker.literal(arg));
                            });
            case "BoolExpr" -> connective(inside);
            case "A_Expr" -> comparison(inside);
            case "SubLink" ->
                    inside.text("subLinkType").equals("EXISTS_SUBLINK") && unconditional(inside)
                            ? Optional.of(true)
                            : Optional.empty();
            case "BooleanTest" ->
                    inside.node("arg")
                            .flatMap(this::value)
                            .flatMap(truth ->
                                    switch (inside.text("booltesttype")) {
                                        case "IS_TRUE", "IS_NOT_FALSE" -> Optional.of(truth);
                                        case "IS_FALSE", "IS_NOT_TRUE" -> Optional.of(!truth);
                                        case "IS_NOT_UNKNOWN" -> Optional.of(true);
                                        default -> Optional.<Boolean>empty();
                                    });
            case "NullTest" ->
                    inside.node("arg")
                            .filter(arg -> arg.kind().equals("A_Const"))
                            .map(arg -> {
                                valueDependent = true;
                                return arg.inside().flag("isnull")
                                        == inside.text("nulltesttype").equals("IS_NULL");
                            });
            default -> Optional.empty();
        };
    }

    private static boolean unconditional(Tree sublink) {
        return sublink.node("subselect")
                .filter(select -> select.kind().equals("SelectStmt"))
                .map(Tree::inside)
                .filter(select ->
                        !select.has("fromClause")
                                && !select.has("whereClause")
                                && !select.has("havingClause")
                                && !select.has("limitCount")
                                && !select.has("limitOffset"))
                .isPresent();
    }

    private static Optional<Boolean> truth(String word) {
        return switch (word.trim().toLowerCase(Locale.ROOT)) {
            case "t", "tr", "tru", "true", "y", "ye", "yes", "on", "1" -> Optional.of(true);
            case "f", "fa", "fal", "fals", "false", "n", "no", "of", "off", "0" ->
                    Optional.of(false);
            default -> Optional.empty();
        };
    }

    private Optional<Boolean> connective(Tree expression) {
        var parts = expression.list("args");
        var values = parts.stream().map(this::value).toList();
        return switch (expression.text("boolop")) {
            case "NOT_EXPR" -> values.getFirst().map(truth -> !truth);
            case "AND_EXPR" ->
                    values.stream().anyMatch(value -> value.equals(Optional.of(false)))
                            ? Optional.of(false)
                            : values.stream().allMatch(value -> value.equals(Optional.of(true)))
                                    ? Optional.of(true)
                                    : Optional.empty();
            case "OR_EXPR" ->
                    values.stream().anyMatch(value -> value.equals(Optional.of(true)))
                                    || excludesNothing(parts)
                            ? Optional.of(true)
                            : values.stream().allMatch(value -> value.equals(Optional.of(false)))
                                    ? Optional.of(false)
                                    : Optional.empty();
            default -> Optional.empty();
        };
    }

    /// `x IS NULL OR x IS NOT NULL`
    private static boolean excludesNothing(List<Tree> parts) {
        for (var one : parts) {
            for (var other : parts) {
                if (one.kind().equals("NullTest")
                        && other.kind().equals("NullTest")
                        && !one.inside()
                                .text("nulltesttype")
                                .equals(other.inside().text("nulltesttype"))
                        && same(one.inside().node("arg"), other.inside().node("arg"))) {
                    return true;
                }
            }
        }
        return false;
    }

    private Optional<Boolean> comparison(Tree expression) {
        var left = expression.node("lexpr");
        var right = expression.node("rexpr");
        if (left.isEmpty() || right.isEmpty()) {
            return Optional.empty();
        }
        var operator =
                expression.list("name").isEmpty()
                        ? ""
                        : expression.list("name").getLast().inside().text("sval");
        if (column(left.get()) && same(left, right)) {
            return switch (operator) {
                case "=", "<=", ">=" -> Optional.of(true);
                case "<>", "<", ">" -> Optional.of(false);
                default -> Optional.empty();
            };
        }
        if (constant(right.get()) && (operator.equals("~~") || operator.equals("~~*"))) {
            valueDependent = true;
            var pattern = Walker.literal(right.get());
            return !pattern.isEmpty() && pattern.chars().allMatch(c -> c == '%')
                    ? Optional.of(true)
                    : Optional.empty();
        }
        if (!constant(left.get()) || !constant(right.get())) {
            return Optional.empty();
        }
        valueDependent = true;
        int order = compare(Walker.literal(left.get()), Walker.literal(right.get()));
        return switch (operator) {
            case "=" -> Optional.of(order == 0);
            case "<>" -> Optional.of(order != 0);
            case "<" -> Optional.of(order < 0);
            case ">" -> Optional.of(order > 0);
            case "<=" -> Optional.of(order <= 0);
            case ">=" -> Optional.of(order >= 0);
            default -> Optional.empty();
        };
    }

    private static int compare(String left, String right) {
        if (left.matches("-?\\d{1,15}") && right.matches("-?\\d{1,15}")) {
            return Long.compare(Long.parseLong(left), Long.parseLong(right));
        }
        return left.compareTo(right);
    }

    private static boolean constant(Tree node) {
        return node.kind().equals("A_Const")
                || (node.kind().equals("TypeCast")
                        && node.inside().node("arg").filter(Tautology::constant).isPresent());
    }

    private static boolean column(Tree node) {
        return node.kind().equals("ColumnRef");
    }

    private static boolean same(Optional<Tree> left, Optional<Tree> right) {
        return left.isPresent()
                && right.isPresent()
                && left.get().kind().equals("ColumnRef")
                && right.get().kind().equals("ColumnRef")
                && left.get().inside().list("fields").equals(right.get().inside().list("fields"));
    }
}
