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
            for (int i = 0; i < Math.min(width, target.columns().size()); i++) {
                written(target.columns().get(i).name(), target, rows);
            }
        }
        for (var column : columns) {
            written(column.inside().text("name"), target, rows);
        }
        var place = scope.inner(List.of(target), Outputs.NONE);
        queries.expressions.harmless(columns, place, "INSERT");
        var conflict = insert.node("onConflictClause");
        if (conflict.isPresent()) {
            conflict(conflict.get(), target, scope, rows);
        }
        return returning(insert, target, List.of(target), scope);
    }

    private void conflict(Tree conflict, Source target, Scope scope, long rows) throws Uncleared {
        var inside = scope.inner(List.of(target, proposed(target)), Outputs.NONE);
        var infer = conflict.node("infer");
        if (infer.isPresent()) {
            for (var element : infer.get().list("indexElems")) {
                var name = element.inside().text("name");
                for (var value : name.isEmpty() ? List.<Value>of() : target.named(name)) {
                    tested(value, rows, "ON CONFLICT");
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
        return new Source("", "excluded", columns, target.unknown(), target.open(), true);
    }

    Outputs update(Tree update, Scope scope) throws Uncleared {
        var target = target(update);
        var sources = with(target, queries.from.of(update.list("fromClause"), scope));
        var inside = scope.inner(sources, star(sources));
        assigned(update.list("targetList"), target, inside, Integer.MAX_VALUE);
        queries.filters.where(update.node("whereClause"), inside);
        return returning(update, target, sources, scope);
    }

    Outputs delete(Tree delete, Scope scope) throws Uncleared {
        var target = target(delete);
        var sources = with(target, queries.from.of(delete.list("usingClause"), scope));
        queries.filters.where(delete.node("whereClause"), scope.inner(sources, star(sources)));
        return returning(delete, target, sources, scope);
    }

    Outputs merge(Tree merge, Scope scope) throws Uncleared {
        var target = target(merge);
        var sources =
                new ArrayList<>(
                        queries.from
                                .of(merge.node("sourceRelation").stream().toList(), scope)
                                .sources());
        sources.add(target); // `*` begins with the source
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
                for (int i = 0; i < Math.min(values.size(), target.columns().size()); i++) {
                    written(target.columns().get(i).name(), target, Integer.MAX_VALUE);
                }
            }
        }
        return returning(merge, target, sources, scope);
    }

    private Source target(Tree statement) throws Uncleared {
        var relation = statement.node("relation");
        if (relation.isEmpty()) {
            return Source.unknown("");
        }
        return queries.from
                .relation(relation.get().text("schemaname"), relation.get().text("relname"))
                .as(FromClause.alias(relation.get()));
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

    private void assigned(List<Tree> targets, Source target, Scope scope, long rows)
            throws Uncleared {
        for (var assignment : targets) {
            var result = assignment.inside();
            written(result.text("name"), target, rows);
            queries.expressions.harmless(result.fields().get("indirection"), scope, "SET");
            var value = result.node("val");
            if (value.isPresent()) {
                kept(queries.expressions.value(value.get(), scope));
            }
        }
    }

    private static void kept(Value value) throws Uncleared {
        if (!value.harmless()) {
            throw Queries.carried(value);
        }
    }

    private void written(String column, Source target, long rows) throws Uncleared {
        for (var value : target.named(column)) {
            for (var labelled : value.columns()) {
                if (labelled.tested()) {
                    tested(
                            value,
                            rows,
                            "a write that would tell whether the value is there already");
                }
            }
        }
    }

    /// It tells of each row whether somebody has that value, as a comparison in WHERE would.
    private void tested(Value value, long rows, String how) throws Uncleared {
        if (value.harmless()) {
            return;
        }
        boolean allowed = value.columns().stream().allMatch(Schema.Column::filter);
        if (!allowed || rows == Integer.MAX_VALUE) {
            throw new Uncleared(
                    "the labelled column " + Uncleared.names(value) + " is used in " + how,
                    "`filter: equality` on its label, in the target's `columns`, would allow it for"
                            + " VALUES.");
        }
        queries.filters.columns.addAll(value.columns());
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
