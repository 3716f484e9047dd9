package dev.countersign.sql;

import dev.countersign.sql.Source.Outputs;
import java.util.ArrayList;
import java.util.List;

/// Follows labelled columns through INSERT, UPDATE, DELETE and MERGE: nothing labelled is written
/// anywhere, and writing a labelled column must not tell whether somebody else has that value.
final class Writes {
    private final Queries queries;

    Writes(Queries queries) {
        this.queries = queries;
    }

    Outputs insert(Tree insert, Scope scope) throws Uncleared {
        var target = target(insert);
        var source = insert.node("selectStmt");
        long rows = 1;
        int width = 0;
        if (source.isPresent()) {
            var outputs = queries.query(source.get(), scope);
            kept(outputs.worst());
            width = outputs.open() ? Integer.MAX_VALUE : outputs.columns().size();
            rows = Math.max(1, source.get().inside().list("valuesLists").size());
            if (!source.get().inside().has("valuesLists")) {
                rows = Integer.MAX_VALUE;
            }
        }
        var columns = insert.list("cols");
        if (columns.isEmpty()) {
            for (int i = 0; i < Math.min(width, target.relation().columns().size()); i++) {
                written(target.relation().columns().get(i).name(), target, rows);
            }
        }
        for (var column : columns) {
            written(column.inside().text("name"), target, rows);
        }
        var place = scope.inner(List.of(target.source()), Outputs.NONE);
        queries.expressions.harmless(columns, place, "INSERT");
        var conflict = insert.node("onConflictClause");
        if (conflict.isPresent()) {
            conflict(conflict.get(), target, scope, rows);
        }
        return returning(insert, target.source(), List.of(target.source()), scope);
    }

    private void conflict(Tree conflict, Target target, Scope scope, long rows) throws Uncleared {
        var inside = scope.inner(List.of(target.source(), proposed(target.source())), Outputs.NONE);
        var infer = conflict.node("infer");
        if (infer.isPresent()) {
            for (var element : infer.get().list("indexElems")) {
                var name = element.inside().text("name");
                for (var column : target.relation().columns()) {
                    if (column.name().equals(name)
                            && (column.tested() || !Value.of(column).harmless())) {
                        tested(column, rows, "ON CONFLICT");
                    }
                }
            }
            for (var element : infer.get().list("indexElems")) {
                queries.expressions.harmless(
                        element.inside().fields().get("expr"), inside, "ON CONFLICT");
            }
            queries.expressions.harmless(
                    infer.get().fields().get("whereClause"), inside, "ON CONFLICT");
        }
        assigned(conflict.list("targetList"), target, inside, rows);
        queries.filters.where(conflict.node("whereClause"), inside);
    }

    /// `excluded`: what the client itself wanted to write.
    private static Source proposed(Source target) {
        var columns =
                target.columns().stream()
                        .map(column -> new Source.Column(column.name(), Value.HARMLESS))
                        .toList();
        return new Source("", "excluded", columns, target.unknown(), target.open(), false, true);
    }

    Outputs update(Tree update, Scope scope) throws Uncleared {
        var target = target(update);
        var sources = with(target.source(), queries.from.of(update.list("fromClause"), scope));
        var inside = scope.inner(sources, star(sources));
        assigned(update.list("targetList"), target, inside, Integer.MAX_VALUE);
        queries.filters.where(update.node("whereClause"), inside);
        return returning(update, target.source(), sources, scope);
    }

    Outputs delete(Tree delete, Scope scope) throws Uncleared {
        var target = target(delete);
        var sources = with(target.source(), queries.from.of(delete.list("usingClause"), scope));
        queries.filters.where(delete.node("whereClause"), scope.inner(sources, star(sources)));
        return returning(delete, target.source(), sources, scope);
    }

    Outputs merge(Tree merge, Scope scope) throws Uncleared {
        var target = target(merge);
        var sources =
                new ArrayList<>(
                        queries.from
                                .of(merge.node("sourceRelation").stream().toList(), scope)
                                .sources());
        sources.add(target.source()); // `*` begins with the source
        var inside = scope.inner(sources, star(sources));
        queries.expressions.harmless(merge.fields().get("joinCondition"), inside, "MERGE ON");
        for (var clause : merge.list("mergeWhenClauses")) {
            var when = clause.inside();
            queries.expressions.harmless(when.fields().get("condition"), inside, "MERGE WHEN");
            assigned(when.list("targetList"), target, inside, Integer.MAX_VALUE);
            var values = when.list("values");
            for (var value : values) {
                kept(queries.expressions.value(value, inside));
            }
            if (when.list("targetList").isEmpty()) {
                for (int i = 0;
                        i < Math.min(values.size(), target.relation().columns().size());
                        i++) {
                    written(target.relation().columns().get(i).name(), target, Integer.MAX_VALUE);
                }
            }
        }
        return returning(merge, target.source(), sources, scope);
    }

    /// What is written to: as it is read, and as it is.
    private record Target(Source source, Schema.Relation relation) {}

    private Target target(Tree statement) throws Uncleared {
        var range = statement.node("relation").orElse(statement);
        var source =
                queries.from
                        .relation(range.text("schemaname"), range.text("relname"))
                        .as(FromClause.alias(range));
        var relation =
                queries.schema.find(range.text("schemaname"), range.text("relname")).getFirst();
        if (!relation.table() && !source.harmless()) {
            throw new Uncleared(
                    "it would write through a view with labelled columns",
                    "Write to the table below it.");
        }
        return new Target(source, relation);
    }

    /// Rows of a COPY, of which nobody knows how many there are.
    ///
    /// @param relation a bare RangeVar
    void copied(Tree relation, List<Tree> columns) throws Uncleared {
        var target = target(relation);
        if (columns.isEmpty()) {
            for (var column : target.relation().columns()) {
                written(column.name(), target, Integer.MAX_VALUE);
            }
        }
        for (var column : columns) {
            written(column.inside().text("sval"), target, Integer.MAX_VALUE);
        }
    }

    private static List<Source> with(Source target, FromClause.From from) {
        var all = new ArrayList<Source>();
        all.add(target);
        all.addAll(from.sources());
        return all;
    }

    private static Outputs star(List<Source> sources) {
        var columns = new ArrayList<Source.Column>();
        boolean open = false;
        for (var source : sources) {
            columns.addAll(source.columns());
            open |= source.open();
        }
        return new Outputs(columns, open);
    }

    private void assigned(List<Tree> targets, Target target, Scope scope, long rows)
            throws Uncleared {
        for (var assignment : targets) {
            var result = assignment.inside();
            written(result.text("name"), target, rows);
            queries.expressions.harmless(result.fields().get("indirection"), scope, "SET");
            if (result.has("indirection") && labelled(result.text("name"), target)) {
                throw new Uncleared(
                        "it would change a part of a labelled column, which may fail by its value",
                        "Write the whole column.");
            }
            var value = result.node("val");
            if (value.isPresent()) {
                kept(queries.expressions.value(value.get(), scope));
            }
        }
    }

    private static boolean labelled(String name, Target target) {
        return target.relation().columns().stream()
                .anyMatch(column -> column.name().equals(name) && !Value.of(column).harmless());
    }

    private static void kept(Value value) throws Uncleared {
        if (!value.harmless()) {
            throw Queries.carried(value);
        }
    }

    private void written(String name, Target target, long rows) throws Uncleared {
        for (var column : target.relation().columns()) {
            if (column.name().equals(name) && column.tested()) {
                tested(column, rows, "a write that would tell whether the value is there already");
            }
        }
    }

    /// It tells of each row whether somebody has that value, as a comparison in WHERE would.
    private void tested(Schema.Column column, long rows, String how) throws Uncleared {
        if (!column.filter() || rows == Integer.MAX_VALUE) {
            throw new Uncleared(
                    "the column " + column.path() + " is used in " + how,
                    "`filter: equality` on its label, in the target's `columns`, would allow it for"
                            + " VALUES.");
        }
        queries.filters.columns.add(column);
        queries.filters.values += rows;
    }

    private Outputs returning(Tree statement, Source target, List<Source> sources, Scope scope)
            throws Uncleared {
        var clause = statement.node("returningClause");
        var targets = new ArrayList<>(statement.list("returningList"));
        clause.ifPresent(of -> targets.addAll(of.list("exprs")));
        if (targets.isEmpty()) {
            return Outputs.NONE;
        }
        var all = new ArrayList<>(sources);
        for (var name : List.of("old", "new")) {
            all.add(target.apart(name));
        }
        for (var option : clause.map(of -> of.list("options")).orElse(List.of())) {
            all.add(target.apart(option.inside().text("value")));
        }
        return queries.targets(targets, scope.inner(all, star(sources)));
    }
}
