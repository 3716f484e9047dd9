package dev.countersign.sql;

import dev.countersign.sql.Source.Outputs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/// Follows labelled columns through SELECT, VALUES and set operations, from FROM to the outputs.
final class Queries {
    /// Rounds until a recursive query's columns stay what they are.
    private static final int ROUNDS = 8;

    /// Of a query that comes later, nobody knows anything yet.
    private static final Outputs LATER =
            new Outputs(
                    List.of(
                            new Source.Column(
                                    "",
                                    Value.of(
                                            new Schema.Column(
                                                    "",
                                                    "(of a query that comes later)",
                                                    0,
                                                    Schema.Kind.FOREIGN,
                                                    Schema.Nature.DERIVED,
                                                    false,
                                                    false)))),
                    false);

    final Expressions expressions = new Expressions(this);
    final Schema schema;
    final Filters filters = new Filters(this);
    final FromClause from = new FromClause(this);
    private final Writes writes = new Writes(this);

    Queries(Schema schema) {
        this.schema = schema;
    }

    /// Columns that the server computes.
    ///
    /// @param relation a bare RangeVar
    Set<String> computed(Tree relation) {
        var out = new HashSet<String>();
        schema.find(relation.text("schemaname"), relation.text("relname"))
                .forEach(one -> out.addAll(one.computed()));
        return out;
    }

    /// @param wrapped a SELECT, INSERT, UPDATE, DELETE or MERGE
    Outputs query(Tree wrapped, Scope scope) throws Uncleared {
        var inside = wrapped.inside();
        return switch (wrapped.kind()) {
            case "SelectStmt" -> select(inside, scope);
            case "InsertStmt" -> writes.insert(inside, with(inside, scope));
            case "UpdateStmt" -> writes.update(inside, with(inside, scope));
            case "DeleteStmt" -> writes.delete(inside, with(inside, scope));
            case "MergeStmt" -> writes.merge(inside, with(inside, scope));
            default ->
                    throw new Uncleared(
                            "a kind of query in it is not known", "Send something simpler.");
        };
    }

    private Outputs select(Tree select, Scope around) throws Uncleared {
        var scope = with(select, around);
        var outputs =
                select.has("larg")
                        ? combined(select, scope)
                        : select.has("valuesLists") ? values(select, scope) : plain(select, scope);
        for (var part : List.of("limitOffset", "limitCount")) {
            expressions.harmless(select.fields().get(part), scope, "LIMIT");
        }
        if (select.has("intoClause") && !outputs.harmless()) {
            throw carried(outputs.worst());
        }
        return outputs;
    }

    static Uncleared carried(Value value) {
        return new Uncleared(
                "it would write the labelled column " + Uncleared.names(value) + " elsewhere",
                "What is copied would have no label there; ask your operator.");
    }

    private Outputs plain(Tree select, Scope around) throws Uncleared {
        var read = from.of(select.list("fromClause"), around);
        var scope = around.inner(read.sources(), read.star());
        filters.where(select.node("whereClause"), scope);
        var outputs = targets(select.list("targetList"), scope);
        expressions.harmless(select.fields().get("havingClause"), scope, "HAVING");
        expressions.harmless(select.fields().get("windowClause"), scope, "WINDOW");
        for (var item : select.list("groupClause")) {
            sorted(item, scope, outputs, true, "GROUP BY");
        }
        for (var item : select.list("sortClause")) {
            sorted(item, scope, outputs, false, "ORDER BY");
        }
        if (select.has("distinctClause")) {
            // of a plain DISTINCT the grammar gives one empty node
            var on =
                    select.list("distinctClause").stream()
                            .filter(item -> !item.kind().isEmpty())
                            .toList();
            for (var item : on) {
                sorted(item, scope, outputs, false, "DISTINCT");
            }
            if (on.isEmpty() && !outputs.harmless()) {
                throw Uncleared.control(outputs.worst(), "DISTINCT");
            }
        }
        return outputs;
    }

    /// A key of ORDER BY, GROUP BY or DISTINCT ON: a position, a name of an output or a column, or
    /// an expression. GROUP BY looks for a column first, the others for an output.
    private void sorted(Tree item, Scope scope, Outputs outputs, boolean columnFirst, String where)
            throws Uncleared {
        switch (item.kind()) {
            case "SortBy" -> {
                var node = item.inside().node("node");
                if (node.isPresent()) {
                    sorted(node.get(), scope, outputs, columnFirst, where);
                }
            }
            case "GroupingSet" -> {
                for (var part : item.inside().list("content")) {
                    sorted(part, scope, outputs, columnFirst, where);
                }
            }
            case "RowExpr" -> {
                for (var part : item.inside().list("args")) {
                    sorted(part, scope, outputs, columnFirst, where);
                }
            }
            case "A_Const" -> {
                var number = item.inside().node("ival").map(value -> value.number("ival"));
                if (number.isPresent()) {
                    position(number.get(), outputs, where);
                }
            }
            case "ColumnRef" -> {
                var path = Expressions.path(item.inside());
                if (path.size() == 1) {
                    named(path.getFirst(), scope, outputs, columnFirst, where);
                } else {
                    expressions.harmless(item, scope, where);
                }
            }
            default -> expressions.harmless(item, scope, where);
        }
    }

    private static void position(long number, Outputs outputs, String where) throws Uncleared {
        if (outputs.open() || number < 1 || number > outputs.columns().size()) {
            if (!outputs.harmless()) {
                throw Uncleared.control(outputs.worst(), where);
            }
            return;
        }
        var value = outputs.columns().get((int) number - 1).value();
        if (!value.harmless()) {
            throw Uncleared.control(value, where);
        }
    }

    private static void named(
            String name, Scope scope, Outputs outputs, boolean columnFirst, String where)
            throws Uncleared {
        var of = outputs.columns().stream().filter(one -> one.name().equals(name)).toList();
        for (var one : outputs.columns()) {
            if (one.name().isEmpty() && !one.value().harmless()) {
                throw Uncleared.control(one.value(), where); // it may be called so
            }
        }
        var value = Value.HARMLESS;
        if (of.isEmpty() || (columnFirst && scope.sources().stream().anyMatch(has(name)))) {
            value = scope.column(List.of(name));
        } else {
            for (var one : of) {
                value = value.harmless() ? one.value() : value;
            }
        }
        if (!value.harmless()) {
            throw Uncleared.control(value, where);
        }
    }

    private static Predicate<Source> has(String name) {
        return source -> !source.named(name).isEmpty();
    }

    /// The outputs of a target list or of RETURNING.
    Outputs targets(List<Tree> targets, Scope scope) throws Uncleared {
        var columns = new ArrayList<Source.Column>();
        boolean open = false;
        for (var target : targets) {
            var result = target.inside();
            var value = result.node("val");
            if (value.isEmpty()) {
                continue;
            }
            var expression = value.get();
            if (expression.kind().equals("ColumnRef")
                    && Expressions.path(expression.inside()).getLast().equals("*")) {
                var star = scope.star(Expressions.path(expression.inside()));
                columns.addAll(star.columns());
                open |= star.open();
                continue;
            }
            open |= expression.kind().equals("A_Indirection") && fields(expression.inside());
            var name = result.text("name");
            columns.add(
                    new Source.Column(
                            name.isEmpty() ? Expressions.called(expression).orElse("") : name,
                            expressions.value(expression, scope)));
        }
        var outputs = new Outputs(columns, open);
        if (open && !outputs.harmless()) {
            throw new Uncleared(
                    "nobody can tell which of its columns would be "
                            + Uncleared.names(outputs.worst()),
                    "Name each column instead of `*`.");
        }
        return outputs;
    }

    /// `(x).*`
    private static boolean fields(Tree indirection) {
        return indirection.list("indirection").stream()
                .anyMatch(part -> part.kind().equals("A_Star"));
    }

    private Outputs values(Tree select, Scope scope) throws Uncleared {
        var rows = select.list("valuesLists");
        var columns = new ArrayList<Value>();
        for (var row : rows) {
            var items = row.inside().list("items");
            for (int i = 0; i < items.size(); i++) {
                var value = expressions.value(items.get(i), scope);
                if (i == columns.size()) {
                    columns.add(value);
                } else {
                    columns.set(i, Value.derived(value.kind(), columns.get(i), value));
                }
            }
        }
        var named = new ArrayList<Source.Column>();
        for (int i = 0; i < columns.size(); i++) {
            var value = columns.get(i);
            if (!value.harmless() && rows.size() > 1) {
                throw Uncleared.expression(value, "VALUES of more than one row");
            }
            named.add(new Source.Column("column" + (i + 1), value.blurred()));
        }
        var outputs = new Outputs(named, false);
        for (var item : select.list("sortClause")) {
            sorted(item, scope, outputs, false, "ORDER BY");
        }
        return outputs;
    }

    /// UNION ALL makes what is labelled in either arm derived; the others compare.
    private Outputs combined(Tree select, Scope scope) throws Uncleared {
        var left = arm(select, "larg", scope);
        var right = arm(select, "rarg", scope);
        boolean appends = select.text("op").equals("SETOP_UNION") && select.flag("all");
        if (!appends || left.open() || right.open()) {
            for (var arm : List.of(left, right)) {
                if (!arm.harmless()) {
                    throw Uncleared.control(arm.worst(), "a set operation other than UNION ALL");
                }
            }
        }
        var outputs = appended(left, right);
        for (var item : select.list("sortClause")) {
            sorted(item, scope, outputs, false, "ORDER BY");
        }
        return outputs;
    }

    private Outputs arm(Tree select, String key, Scope scope) throws Uncleared {
        var arm = select.node(key);
        return arm.isEmpty() ? Outputs.NONE : select(arm.get(), scope);
    }

    private static Outputs appended(Outputs left, Outputs right) throws Uncleared {
        var columns = new ArrayList<Source.Column>();
        for (int i = 0; i < left.columns().size(); i++) {
            var column = left.columns().get(i);
            var one = column.value();
            var other =
                    i < right.columns().size() ? right.columns().get(i).value() : Value.HARMLESS;
            // a conversion to a common type may fail for a value
            boolean converted = !one.textual() || !other.textual();
            boolean same = one.type() != 0 && one.type() == other.type();
            var both = Value.derived(one.harmless() ? other.kind() : one.kind(), one, other);
            if (converted && !same) {
                throw Uncleared.expression(both, "UNION ALL with another type");
            }
            columns.add(new Source.Column(column.name(), both));
        }
        return new Outputs(columns, left.open() || right.open());
    }

    // ---- common table expressions

    Scope with(Tree statement, Scope outer) throws Uncleared {
        var clause = statement.node("withClause");
        if (clause.isEmpty()) {
            return outer;
        }
        var scope = outer;
        var queries = clause.get().list("ctes");
        if (clause.get().flag("recursive")) {
            // each may name those behind it, which nobody knows yet
            for (var query : queries) {
                scope = scope.with(Map.of(query.inside().text("ctename"), LATER));
            }
        }
        for (var query : queries) {
            var common = query.inside();
            var name = common.text("ctename");
            scope =
                    scope.with(
                            Map.of(
                                    name,
                                    clause.get().flag("recursive")
                                            ? recursive(common, name, scope)
                                            : common(common, scope)));
        }
        return scope;
    }

    private Outputs common(Tree common, Scope scope) throws Uncleared {
        var query = common.node("ctequery");
        if (query.isEmpty()) {
            return Outputs.NONE;
        }
        return marked(common, renamed(query(query.get(), scope), common.list("aliascolnames")));
    }

    /// The columns that SEARCH and CYCLE add: they are made of the others.
    private static Outputs marked(Tree common, Outputs outputs) throws Uncleared {
        var added = new ArrayList<String>();
        common.node("search_clause")
                .ifPresent(clause -> added.add(clause.text("search_seq_column")));
        common.node("cycle_clause")
                .ifPresent(clause -> {
                    added.add(clause.text("cycle_mark_column"));
                    added.add(clause.text("cycle_path_column"));
                });
        if (added.isEmpty()) {
            return outputs;
        }
        if (!outputs.harmless()) {
            throw Uncleared.control(outputs.worst(), "a query with SEARCH or CYCLE");
        }
        var columns = new ArrayList<>(outputs.columns());
        added.forEach(name -> columns.add(new Source.Column(name, Value.HARMLESS)));
        return new Outputs(columns, outputs.open());
    }

    private static Outputs renamed(Outputs outputs, List<Tree> names) {
        var columns = new ArrayList<Source.Column>();
        for (int i = 0; i < outputs.columns().size(); i++) {
            var column = outputs.columns().get(i);
            columns.add(
                    i < names.size()
                            ? new Source.Column(names.get(i).inside().text("sval"), column.value())
                            : column);
        }
        return new Outputs(columns, outputs.open());
    }

    /// The columns of a query that reads itself: what its first arm gives, then again and again
    /// with what both give, until that stays.
    private Outputs recursive(Tree common, String name, Scope scope) throws Uncleared {
        var query = common.node("ctequery").filter(one -> one.kind().equals("SelectStmt"));
        var select = query.map(Tree::inside).orElse(common);
        if (query.isEmpty() || !select.has("larg")) {
            return common(common, scope);
        }
        var names = common.list("aliascolnames");
        var before = marked(common, renamed(arm(select, "larg", with(select, scope)), names));
        for (int round = 0; round < ROUNDS; round++) {
            var now = common(common, scope.with(Map.of(name, before)));
            if (now.equals(before)) {
                return now;
            }
            before = now;
        }
        throw new Uncleared(
                "nobody can tell what its recursive query reads", "Send something simpler.");
    }
}
