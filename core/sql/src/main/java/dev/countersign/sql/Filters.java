package dev.countersign.sql;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// The one thing that a labelled column may be asked for in WHERE: whether it is equal to a literal
/// or a parameter, where its label says `filter: equality`. Counts each value that is asked for.
final class Filters {
    private final Queries queries;

    /// Columns that are compared.
    final Set<Schema.Column> columns = new LinkedHashSet<>();

    /// Values that are asked for, as far as the text tells.
    long values;

    /// Numbers of parameters that are arrays of such values.
    final List<Integer> arrays = new ArrayList<>();

    Filters(Queries queries) {
        this.queries = queries;
    }

    void where(Optional<Tree> condition, Scope scope) throws Uncleared {
        if (condition.isPresent()) {
            condition(condition.get(), scope);
        }
    }

    private void condition(Tree tree, Scope scope) throws Uncleared {
        var inside = tree.kind().isEmpty() ? tree : tree.inside();
        switch (tree.kind()) {
            case "BoolExpr" -> {
                for (var part : inside.list("args")) {
                    condition(part, scope);
                }
            }
            case "NullTest" -> {
                var of = inside.node("arg");
                if (of.isEmpty() || !filtered(of.get(), scope)) {
                    queries.expressions.harmless(tree, scope, "WHERE");
                } else {
                    values++;
                }
            }
            case "A_Expr" -> {
                if (!equality(inside, scope)) {
                    queries.expressions.harmless(tree, scope, "WHERE");
                }
            }
            default -> queries.expressions.harmless(tree, scope, "WHERE");
        }
    }

    private boolean equality(Tree expression, Scope scope) throws Uncleared {
        var left = expression.node("lexpr");
        var right = expression.node("rexpr");
        if (left.isEmpty()
                || right.isEmpty()
                || !Reach.last(expression.list("name")).equals("=")
                || expression.list("name").size() != 1) {
            return false;
        }
        return switch (expression.text("kind")) {
            case "AEXPR_OP" ->
                    single(left.get(), right.get(), scope)
                            || single(right.get(), left.get(), scope);
            case "AEXPR_IN" -> {
                var items =
                        right.get().kind().equals("List")
                                ? right.get().inside().list("items")
                                : List.<Tree>of();
                boolean fits =
                        !items.isEmpty()
                                && items.stream().allMatch(Expressions::literal)
                                && filtered(left.get(), scope);
                values += fits ? items.size() : 0;
                yield fits;
            }
            case "AEXPR_OP_ANY" -> any(left.get(), right.get(), scope);
            default -> false;
        };
    }

    private boolean single(Tree column, Tree value, Scope scope) throws Uncleared {
        boolean fits = Expressions.literal(value) && filtered(column, scope);
        values += fits ? 1 : 0;
        return fits;
    }

    /// `= ANY ($1)`, `= ANY (ARRAY['a', 'b'])`
    private boolean any(Tree column, Tree value, Scope scope) throws Uncleared {
        if (value.kind().equals("A_ArrayExpr")) {
            var items = value.inside().list("elements");
            boolean fits =
                    items.stream().allMatch(item -> item.kind().equals("A_Const"))
                            && filtered(column, scope);
            values += fits ? items.size() : 0;
            return fits;
        }
        var parameter = value;
        while (parameter.kind().equals("TypeCast")) {
            parameter = parameter.inside().node("arg").orElse(parameter.inside());
        }
        if (!parameter.kind().equals("ParamRef") || !filtered(column, scope)) {
            return false;
        }
        arrays.add((int) parameter.inside().number("number"));
        return true;
    }

    /// Whether it is a labelled column that may be compared.
    private boolean filtered(Tree tree, Scope scope) throws Uncleared {
        if (!tree.kind().equals("ColumnRef")) {
            return false;
        }
        var value = scope.column(Expressions.path(tree.inside()));
        if (value.flow() instanceof Value.Flow.Exact(var column) && column.filter()) {
            columns.add(column);
            return true;
        }
        return false;
    }
}
