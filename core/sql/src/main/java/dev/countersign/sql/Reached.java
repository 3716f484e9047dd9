package dev.countersign.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Gathers a statement's [Reach] while it is walked.
final class Reached {
    private final Map<String, Set<String>> sources = new HashMap<>();
    private final Set<String> rows = new HashSet<>();
    private final Set<String> fields = new HashSet<>();
    private final Set<String> operators = new HashSet<>();
    private final Set<String> types = new HashSet<>();

    Reach all() {
        return new Reach(sources, rows, fields, operators, types);
    }

    void add(Reached other) {
        other.sources.forEach(this::source);
        rows.addAll(other.rows);
        fields.addAll(other.fields);
        operators.addAll(other.operators);
        types.addAll(other.types);
    }

    /// Two of one name have for certain only what both have.
    void source(String name, Set<String> columns) {
        sources.merge(
                name,
                columns,
                (a, b) -> {
                    var both = new HashSet<>(a);
                    both.retainAll(b);
                    return both;
                });
    }

    void row(String name) {
        rows.add(name);
    }

    /// A type is named, in whatever place: a cast, a column definition, RETURNING.
    ///
    /// @param type a bare TypeName
    void type(Tree type) {
        types.add(Reach.last(type.list("names")));
    }

    /// What a node says of its own, whatever its children say.
    void node(String kind, Tree inside) {
        switch (kind) {
            case "A_Expr" -> {
                operators.add(Reach.last(inside.list("name")));
                if (inside.text("kind").contains("BETWEEN")) {
                    operators.addAll(List.of(">=", "<=", "<", ">"));
                }
            }
            case "SubLink" -> {
                var name = Reach.last(inside.list("operName"));
                operators.add(name.isEmpty() ? "=" : name);
            }
            case "SortBy" -> operators.add(Reach.last(inside.list("useOp")));
            case "CaseExpr" -> {
                if (inside.has("arg")) {
                    operators.add("=");
                }
            }
            case "JoinExpr" -> {
                operators.add("=");
                inside.node("alias").ifPresent(alias -> row(alias.text("aliasname")));
                inside.node("join_using_alias").ifPresent(alias -> row(alias.text("aliasname")));
            }
            case "TypeCast" ->
                    inside.node("typeName")
                            .ifPresent(type -> types.add(Reach.last(type.list("names"))));
            case "A_Indirection" ->
                    inside.list("indirection").stream()
                            .filter(part -> part.kind().equals("String"))
                            .forEach(part -> fields.add(part.inside().text("sval")));
            case "RangeSubselect" -> {
                var columns = inside.node("subquery").map(Reached::outputs).orElseGet(Set::of);
                alias(inside, columns);
            }
            case "RangeFunction" -> function(inside);
            case "RangeTableFunc", "JsonTable", "RangeTableSample" -> alias(inside, Set.of());
            default -> {
                // says nothing of its own
            }
        }
    }

    private void alias(Tree range, Set<String> columns) {
        range.node("alias")
                .ifPresent(alias -> source(alias.text("aliasname"), renamed(alias, columns)));
    }

    private void function(Tree range) {
        var alias = range.node("alias");
        if (alias.isPresent()) {
            var name = alias.get().text("aliasname");
            // a single column of a scalar has the alias' name; of a row nobody knows the columns
            source(name, renamed(alias.get(), Set.of()));
            return;
        }
        for (var call : calls(range)) {
            source(Reach.last(call.list("funcname")), Set.of());
        }
    }

    private static List<Tree> calls(Tree value) {
        var out = new ArrayList<Tree>();
        gather(value.fields().get("functions"), out);
        return out;
    }

    private static void gather(@Nullable Object value, List<Tree> out) {
        switch (value) {
            case List<?> items -> items.forEach(item -> gather(item, out));
            case Tree tree -> {
                if (tree.kind().equals("FuncCall")) {
                    out.add(tree.inside());
                } else {
                    tree.fields().values().forEach(inner -> gather(inner, out));
                }
            }
            case null, default -> {
                // no call
            }
        }
    }

    private static Set<String> renamed(Tree alias, Set<String> columns) {
        var names = alias.list("colnames");
        if (names.isEmpty()) {
            return columns;
        }
        var out = new HashSet<String>();
        names.forEach(name -> out.add(name.inside().text("sval")));
        return out;
    }

    /// Columns that a common table expression has for certain.
    static Set<String> columns(Tree commonTable) {
        var names = commonTable.list("aliascolnames");
        if (!names.isEmpty()) {
            var out = new HashSet<String>();
            names.forEach(name -> out.add(name.inside().text("sval")));
            return out;
        }
        return commonTable.node("ctequery").map(Reached::outputs).orElseGet(Set::of);
    }

    /// Names of outputs that a query has for certain.
    private static Set<String> outputs(Tree wrapped) {
        var query = wrapped.kind().isEmpty() ? wrapped : wrapped.inside();
        while (query.node("larg").isPresent()) {
            query = query.node("larg").get();
        }
        var targets = new ArrayList<>(query.list("targetList"));
        if (!wrapped.kind().equals("SelectStmt")) {
            targets.clear();
            targets.addAll(query.list("returningList"));
            query.node("returningClause").ifPresent(clause -> targets.addAll(clause.list("exprs")));
        }
        var out = new HashSet<String>();
        for (var target : targets) {
            var result = target.inside();
            var name = result.text("name");
            if (!name.isEmpty()) {
                out.add(name);
            } else {
                result.node("val").flatMap(Reached::implied).ifPresent(out::add);
            }
        }
        return out;
    }

    private static Optional<String> implied(Tree value) {
        return switch (value.kind()) {
            case "ColumnRef" ->
                    Optional.of(Reach.last(value.inside().list("fields")))
                            .filter(name -> !name.isEmpty());
            case "FuncCall" -> Optional.of(Reach.last(value.inside().list("funcname")));
            default -> Optional.empty();
        };
    }
}
