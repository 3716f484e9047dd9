package dev.countersign.sql;

import dev.countersign.model.Facts.Origin;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Where the outputs of one statement come from, column by column, and whether it may run at all on
/// what has labels.
///
/// ```
///   FROM ─▶ sources with columns ─▶ outputs:  harmless
///             │                               exactly one labelled column
///             │                               derived (an expression of total built-ins over one)
///             └─▶ WHERE, JOIN, ORDER BY, GROUP BY, …: nothing labelled, or it is refused
/// ```
///
/// It follows the grammar's tree as the server resolves names ([Scope]), through subqueries, common
/// table expressions, set operations and joins ([Queries], [FromClause]), expressions
/// ([Expressions]) and writes ([Writes]). Whatever it cannot follow and is near something labelled
/// is refused.
///
/// @param outputs of the statement's result, in their order
/// @param more the result has further columns, nobody knows how many; all are harmless then
/// @param byControl paths of labelled columns that are compared, as their labels allow
/// @param compared values that they are compared with, as far as the text tells
/// @param comparedArrays numbers of the parameters that hold further such values
/// @param problem why it must not run; empty where it may
/// @param hint what to do then
public record Lineage(
        List<Output> outputs,
        boolean more,
        Set<String> byControl,
        long compared,
        List<Integer> comparedArrays,
        String problem,
        String hint) {

    public Lineage {
        outputs = List.copyOf(outputs);
        byControl = Set.copyOf(byControl);
        comparedArrays = List.copyOf(comparedArrays);
    }

    /// @param name that the server gives it; empty where that is not certain
    /// @param origin what of it is labelled
    /// @param path of the column that it is, unchanged, labelled or not; empty where it is none
    /// @param columns paths of the labelled columns in it; exactly one where it is that column
    public record Output(String name, Origin origin, String path, Set<String> columns) {
        public Output {
            columns = Set.copyOf(columns);
        }
    }

    /// Paths of all labelled columns whose value comes out, changed or not.
    public Set<String> byValue() {
        var out = new LinkedHashSet<String>();
        outputs.forEach(output -> out.addAll(output.columns()));
        return out;
    }

    /// Follows a statement; of one that is no query, what it holds: PREPARE, DECLARE, COPY, CREATE
    /// TABLE AS. Empty where there is nothing to follow in it.
    public static Optional<Lineage> of(Parsed statement, Schema schema) {
        var tree = statement.tree();
        var kind = tree.kind();
        var inside = kind.isEmpty() ? tree : tree.inside();
        return switch (kind) {
            case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt" ->
                    Optional.of(query(tree, schema, Use.SHOWN));
            case "PrepareStmt", "DeclareCursorStmt" ->
                    inside.node("query").map(query -> query(query, schema, Use.SHOWN));
            case "CopyStmt" -> copy(inside, schema);
            case "CreateTableAsStmt" ->
                    inside.node("query").map(query -> query(query, schema, Use.KEPT));
            default -> Optional.empty();
        };
    }

    /// What becomes of the result.
    private enum Use {
        SHOWN,
        KEPT
    }

    private static Lineage query(Tree wrapped, Schema schema, Use use) {
        var queries = new Queries(schema);
        try {
            var outputs = queries.query(wrapped, Scope.EMPTY);
            if (use == Use.KEPT && !outputs.harmless()) {
                throw Queries.carried(outputs.worst());
            }
            return cleared(queries, outputs);
        } catch (Uncleared e) {
            return refused(String.valueOf(e.getMessage()), e.hint);
        } catch (StackOverflowError e) {
            return refused("it is nested too deeply to be followed", "Send something simpler.");
        }
    }

    private static Optional<Lineage> copy(Tree copy, Schema schema) {
        var query = copy.node("query");
        if (query.isPresent()) {
            return Optional.of(query(query.get(), schema, Use.SHOWN));
        }
        var relation = copy.node("relation");
        if (relation.isEmpty()) {
            return Optional.empty();
        }
        var queries = new Queries(schema);
        try {
            var source =
                    queries.from.relation(
                            relation.get().text("schemaname"), relation.get().text("relname"));
            var place = Scope.EMPTY.inner(List.of(source), Source.Outputs.NONE);
            queries.filters.where(copy.node("whereClause"), place);
            if (copy.flag("is_from")) {
                new Writes(queries).copied(relation.get(), copy.list("attlist"));
                return Optional.of(cleared(queries, Source.Outputs.NONE));
            }
            var columns = new ArrayList<Source.Column>();
            for (var name : copy.list("attlist")) {
                var column = name.inside().text("sval");
                columns.add(new Source.Column(column, place.column(List.of(column))));
            }
            if (columns.isEmpty()) {
                var computed = queries.computed(relation.get());
                source.columns().stream()
                        .filter(column -> !computed.contains(column.name()))
                        .forEach(columns::add);
            }
            return Optional.of(cleared(queries, new Source.Outputs(columns, source.open())));
        } catch (Uncleared e) {
            return Optional.of(refused(String.valueOf(e.getMessage()), e.hint));
        }
    }

    private static Lineage cleared(Queries queries, Source.Outputs outputs) {
        var compared = new LinkedHashSet<String>();
        queries.filters.columns.forEach(column -> compared.add(column.path()));
        return new Lineage(
                outputs.columns().stream().map(Lineage::output).toList(),
                outputs.open(),
                compared,
                queries.filters.values,
                queries.filters.arrays,
                "",
                "");
    }

    private static Output output(Source.Column column) {
        var value = column.value();
        var paths = new LinkedHashSet<String>();
        value.columns().forEach(one -> paths.add(one.path()));
        return switch (value.flow()) {
            case Value.Flow.Harmless(var path) ->
                    new Output(column.name(), Origin.HARMLESS, path, paths);
            case Value.Flow.Exact(var exact) ->
                    new Output(column.name(), Origin.LABELLED, exact.path(), paths);
            case Value.Flow.Derived _ -> new Output(column.name(), Origin.DERIVED, "", paths);
        };
    }

    private static Lineage refused(String problem, String hint) {
        return new Lineage(List.of(), false, Set.of(), 0, List.of(), problem, hint);
    }
}
