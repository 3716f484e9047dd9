package dev.countersign.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the value of an expression comes from.
///
/// Whatever holds nothing labelled is harmless, however it is built. With something labelled in it,
/// an expression is *exact* only if it is that column itself; it is *derived* if it is built of
/// what stands in this switch and in [Totals]; and anything else is refused, for whether it fails
/// would be an answer.
final class Expressions {
    private final Queries queries;

    Expressions(Queries queries) {
        this.queries = queries;
    }

    /// @param tree a wrapped node
    Value value(Tree tree, Scope scope) throws Uncleared {
        var kind = tree.kind();
        if (kind.isEmpty()) {
            return other(tree, scope, "an expression");
        }
        var inside = tree.inside();
        return switch (kind) {
            case "ColumnRef" -> scope.column(path(inside));
            case "A_Const", "ParamRef", "SetToDefault", "SQLValueFunction", "CurrentOfExpr" ->
                    Value.HARMLESS;
            case "TypeCast" -> cast(inside, scope);
            case "FuncCall" -> call(inside, scope);
            case "A_Expr" -> {
                var taken = taken(tree, scope);
                yield taken.isPresent() ? taken.get() : operator(inside, scope);
            }
            case "NullTest" -> {
                var of = of(inside, "arg", scope);
                yield total(of.exact(), Schema.Kind.PLAIN, List.of(of), "a test for NULL");
            }
            case "CaseExpr" -> choice(inside, scope);
            case "CoalesceExpr" -> {
                var values = all(inside.list("args"), scope);
                yield total(
                        plain(inside.list("args"), values) && converts(inside.list("args"), values),
                        kindOf(values),
                        values,
                        "COALESCE");
            }
            case "RowExpr" -> {
                var values = all(inside.list("args"), scope);
                yield total(
                        values.stream().allMatch(Totals::known),
                        Schema.Kind.FOREIGN,
                        values,
                        "ROW");
            }
            case "A_ArrayExpr" -> {
                var values = all(inside.list("elements"), scope);
                yield total(
                        converts(inside.list("elements"), values),
                        Schema.Kind.FOREIGN,
                        values,
                        "ARRAY");
            }
            case "A_Indirection" -> {
                var taken = taken(tree, scope);
                yield taken.isPresent() ? taken.get() : part(inside, scope);
            }
            case "SubLink" -> subquery(inside, scope);
            case "NamedArgExpr" -> of(inside, "arg", scope);
            case "SelectStmt" -> {
                var worst = queries.query(tree, scope).worst();
                if (!worst.harmless()) {
                    throw Uncleared.expression(worst, "a query inside of an expression");
                }
                yield Value.HARMLESS;
            }
            case "MultiAssignRef" -> of(inside, "source", scope);
            default -> other(inside, scope, "an expression of that kind");
        };
    }

    /// Whether these come to one type without a conversion that may fail: what is labelled is text,
    /// or stands beside plain literals only.
    private static boolean converts(List<Tree> trees, List<Value> values) {
        boolean text =
                values.stream().allMatch(one -> one.harmless() || one.kind() == Schema.Kind.TEXT);
        if (text) {
            return true;
        }
        for (int i = 0; i < trees.size(); i++) {
            boolean plain =
                    values.get(i).harmless()
                            ? trees.get(i).kind().equals("A_Const")
                            : values.get(i).exact() && values.get(i).kind() == Schema.Kind.PLAIN;
            if (!plain) {
                return false;
            }
        }
        return values.stream().filter(one -> !one.harmless()).map(Value::type).distinct().count()
                == 1;
    }

    /// It must hold nothing that is labelled.
    ///
    /// @param where in SQL's own word
    void harmless(@Nullable Object part, Scope scope, String where) throws Uncleared {
        switch (part) {
            case List<?> items -> {
                for (var item : items) {
                    harmless(item, scope, where);
                }
            }
            case Tree tree -> {
                if (expression(tree)) {
                    var value = valueIn(tree, scope, where);
                    if (!value.harmless()) {
                        throw Uncleared.control(value, where);
                    }
                } else {
                    var inside = tree.kind().isEmpty() ? tree : tree.inside();
                    for (var child : inside.fields().values()) {
                        harmless(child, scope, where);
                    }
                }
            }
            case null, default -> {
                // a word or a number
            }
        }
    }

    /// Where it stands says more than how it is built: the place is told.
    private Value valueIn(Tree tree, Scope scope, String where) throws Uncleared {
        try {
            return value(tree, scope);
        } catch (Uncleared e) {
            throw e.value.isPresent() ? Uncleared.control(e.value.get(), where) : e;
        }
    }

    /// Whether a node is a value; what is none (a window, a sort key, a type) may hold some.
    private static boolean expression(Tree tree) {
        return switch (tree.kind()) {
            case "",
                    "SortBy",
                    "WindowDef",
                    "GroupingSet",
                    "TypeName",
                    "CaseWhen",
                    "ResTarget",
                    "List",
                    "IndexElem",
                    "InferClause",
                    "String",
                    "Integer",
                    "Alias" ->
                    false;
            default -> true;
        };
    }

    List<Value> all(List<Tree> trees, Scope scope) throws Uncleared {
        var out = new ArrayList<Value>(trees.size());
        for (var tree : trees) {
            out.add(value(tree, scope));
        }
        return out;
    }

    private Value of(Tree inside, String key, Scope scope) throws Uncleared {
        var part = inside.node(key);
        return part.isEmpty() ? Value.HARMLESS : value(part.get(), scope);
    }

    /// A kind of node that nobody looks into: fine if nothing labelled is in it.
    private Value other(Tree inside, Scope scope, String what) throws Uncleared {
        for (var child : inside.fields().values()) {
            harmless(child, scope, what);
        }
        return Value.HARMLESS;
    }

    private static Value total(boolean total, Schema.Kind kind, List<Value> from, String how)
            throws Uncleared {
        var value = Value.derived(kind, from);
        if (!value.harmless() && !total) {
            throw Uncleared.expression(value, how);
        }
        return value;
    }

    private static Schema.Kind kindOf(List<Value> values) {
        return values.stream().allMatch(Value::textual) ? Schema.Kind.TEXT : Schema.Kind.PLAIN;
    }

    private Value cast(Tree cast, Scope scope) throws Uncleared {
        var from = of(cast, "arg", scope);
        var type = cast.node("typeName").orElse(cast);
        return total(
                from.exact() && Totals.cast(type, from),
                Schema.Kind.TEXT,
                List.of(from),
                "a cast to another type");
    }

    private Value call(Tree call, Scope scope) throws Uncleared {
        var name = Reach.last(call.list("funcname"));
        for (var part : List.of("agg_order", "agg_filter", "over")) {
            harmless(call.fields().get(part), scope, "an aggregate or a window");
        }
        var arguments = call.list("args");
        var values = all(arguments, scope);
        if (Builtins.sizes(name)) {
            for (var value : values) {
                if (!value.harmless()) {
                    throw Uncleared.expression(value, "the function " + name);
                }
            }
            return Value.SIZE;
        }
        if (name.equals("pg_size_pretty") && values.equals(List.of(Value.SIZE))) {
            return Value.SIZE;
        }
        boolean plain =
                List.of("agg_order", "agg_filter", "over", "agg_distinct", "agg_within_group")
                        .stream()
                        .noneMatch(call::has);
        return total(
                plain && Totals.function(name) && once(arguments, values),
                Totals.text(name) ? Schema.Kind.TEXT : Schema.Kind.PLAIN,
                values,
                "the function " + name);
    }

    /// One labelled text column itself, and literals or parameters beside it: made of what was made
    /// already, it could grow, or choose by its value what fails.
    private static boolean once(List<Tree> trees, List<Value> values) {
        return small(trees, values)
                && values.stream().filter(one -> !one.harmless()).count() == 1
                && values.stream()
                        .allMatch(one ->
                                one.harmless() || (one.exact() && one.kind() == Schema.Kind.TEXT));
    }

    /// What stands beside the labelled ones is a literal, a parameter or a column: whether it comes
    /// to that, nothing tells.
    private static boolean plain(List<Tree> trees, List<Value> values) {
        for (int i = 0; i < trees.size(); i++) {
            if (values.get(i).harmless()
                    && !literal(trees.get(i))
                    && !trees.get(i).kind().equals("ColumnRef")) {
                return false;
            }
        }
        return true;
    }

    /// What is given beside the labelled ones is a literal or a parameter.
    private static boolean small(List<Tree> trees, List<Value> values) {
        for (int i = 0; i < trees.size(); i++) {
            if (values.get(i).harmless() && !literal(trees.get(i))) {
                return false;
            }
        }
        return true;
    }

    /// A literal or a parameter, with or without a cast.
    static boolean literal(Tree tree) {
        return switch (tree.kind()) {
            case "A_Const", "ParamRef" -> true;
            case "TypeCast" -> tree.inside().node("arg").filter(Expressions::literal).isPresent();
            default -> false;
        };
    }

    /// Something taken out of a document with labels: harmless beside them, and one constant where
    /// it may hold something of them.
    private Optional<Value> taken(Tree wrapped, Scope scope) throws Uncleared {
        var taken = Documents.of(wrapped);
        if (taken.isEmpty() || path(taken.get().column()).getLast().equals("*")) {
            return Optional.empty();
        }
        var of = scope.column(path(taken.get().column()));
        if (!(of.flow() instanceof Value.Flow.Exact(var column))
                || column.type() != Documents.JSONB) {
            return Optional.empty();
        }
        return Optional.of(
                taken.get().beside(column)
                        ? Value.HARMLESS
                        : Value.derived(Schema.Kind.FOREIGN, of));
    }

    private Value operator(Tree expression, Scope scope) throws Uncleared {
        var operands = new ArrayList<Tree>();
        expression.node("lexpr").ifPresent(operands::add);
        expression.node("rexpr").ifPresent(operands::add);
        var values = new ArrayList<Value>();
        for (var operand : operands) {
            // the list of IN
            values.addAll(
                    operand.kind().equals("List")
                            ? all(operand.inside().list("items"), scope)
                            : List.of(value(operand, scope)));
        }
        var name = Reach.last(expression.list("name"));
        boolean total =
                expression.text("kind").equals("AEXPR_OP")
                        && operands.size() == 2
                        && name.equals("||")
                        && once(operands, values);
        return total(total, Schema.Kind.TEXT, values, "an expression with the operator " + name);
    }

    /// What CASE decides by must be harmless; what it gives need not be.
    private Value choice(Tree choice, Scope scope) throws Uncleared {
        harmless(choice.fields().get("arg"), scope, "CASE");
        var results = new ArrayList<Tree>();
        for (var when : choice.list("args")) {
            harmless(when.inside().fields().get("expr"), scope, "CASE");
            when.inside().node("result").ifPresent(results::add);
        }
        choice.node("defresult").ifPresent(results::add);
        var values = all(results, scope);
        return total(converts(results, values), kindOf(values), values, "CASE");
    }

    /// `(x).f`, `x[1]`.
    private Value part(Tree indirection, Scope scope) throws Uncleared {
        var of = of(indirection, "arg", scope);
        boolean total = of.exact() && of.kind() == Schema.Kind.COMPOUND;
        for (var part : indirection.list("indirection")) {
            if (part.kind().equals("A_Indices")) {
                other(part.inside(), scope, "a subscript");
                total &=
                        !part.inside().flag("is_slice")
                                && part.inside()
                                        .node("uidx")
                                        .filter(Expressions::literal)
                                        .isPresent();
            } else if (!of.harmless()) {
                throw Uncleared.expression(of, "a part of a row");
            }
        }
        return total(total, Schema.Kind.FOREIGN, List.of(of), "a subscript");
    }

    private Value subquery(Tree link, Scope scope) throws Uncleared {
        harmless(link.fields().get("testexpr"), scope, "a comparison with a subquery");
        var query = link.node("subselect");
        if (query.isEmpty()) {
            return Value.HARMLESS;
        }
        var outputs = queries.query(query.get(), scope);
        var worst = outputs.worst();
        return switch (link.text("subLinkType")) {
            case "EXISTS_SUBLINK" -> Value.HARMLESS;
            case "EXPR_SUBLINK" -> worst.harmless() ? worst : Value.derived(worst.kind(), worst);
            case "ARRAY_SUBLINK" ->
                    total(
                            worst.kind() == Schema.Kind.TEXT || worst.kind() == Schema.Kind.PLAIN,
                            Schema.Kind.FOREIGN,
                            List.of(worst),
                            "ARRAY");
            default -> {
                if (!worst.harmless()) {
                    throw Uncleared.control(worst, "a comparison with a subquery");
                }
                yield Value.HARMLESS;
            }
        };
    }

    static List<String> path(Tree columnRef) {
        return columnRef.list("fields").stream()
                .map(field ->
                        field.kind().equals("A_Star") || field.fields().containsKey("A_Star")
                                ? "*"
                                : field.inside().text("sval"))
                .toList();
    }

    /// What the server calls an output without a name (`FigureColname`); empty where that is not
    /// certain: it looks through casts, choices and subqueries, and this does not.
    static Optional<String> called(Tree value) {
        return switch (value.kind()) {
            case "ColumnRef" -> Optional.of(path(value.inside()).getLast());
            case "FuncCall" -> Optional.of(Reach.last(value.inside().list("funcname")));
            case "CoalesceExpr" -> Optional.of("coalesce");
            default -> Optional.empty();
        };
    }
}
