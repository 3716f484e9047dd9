package dev.countersign.sql;

import dev.countersign.sql.Source.Outputs;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What a query reads from: relations, subqueries, functions and joins, and what joins compare.
final class FromClause {
    private final Queries queries;

    FromClause(Queries queries) {
        this.queries = queries;
    }

    From join(Tree join, Scope scope, List<Source> beside) throws Uncleared {
        var left = part(join, "larg", scope, beside);
        var seen = new ArrayList<>(beside);
        seen.addAll(left.sources());
        var right = part(join, "rarg", scope, seen);
        var both = new ArrayList<>(left.sources());
        both.addAll(right.sources());
        var merged = merged(join, left.star(), right.star());
        queries.expressions.harmless(
                join.fields().get("quals"), scope.inner(both, Outputs.NONE), "JOIN");
        var star = star(merged, left.star(), right.star());
        var alias = alias(join);
        if (alias != null) {
            return From.of(Source.of("", star).as(alias));
        }
        join.node("join_using_alias")
                .ifPresent(using -> {
                    var columns =
                            merged.stream()
                                    .map(name -> new Source.Column(name, Value.HARMLESS))
                                    .toList();
                    both.add(
                            new Source(
                                    "",
                                    using.text("aliasname"),
                                    columns,
                                    Source.Unknown.NONE,
                                    false,
                                    false,
                                    true));
                });
        return new From(both, star);
    }

    /// The columns that USING or NATURAL compares: none of them may be labelled.
    private static Set<String> merged(Tree join, Outputs left, Outputs right) throws Uncleared {
        var names = new LinkedHashSet<String>();
        join.list("usingClause").forEach(name -> names.add(name.inside().text("sval")));
        if (join.flag("isNatural")) {
            if ((left.open() || right.open()) && !(left.harmless() && right.harmless())) {
                throw new Uncleared(
                        "nobody can tell which columns its NATURAL JOIN compares",
                        "Write the columns in ON.");
            }
            left.columns().forEach(column -> names.add(column.name()));
            names.retainAll(right.columns().stream().map(Source.Column::name).toList());
        }
        for (var side : List.of(left, right)) {
            for (var column : side.columns()) {
                boolean compared =
                        names.contains(column.name())
                                || (column.name().isEmpty()
                                        && (!names.isEmpty() || join.flag("isNatural")));
                if (compared && !column.value().harmless()) {
                    throw Uncleared.control(column.value(), "JOIN");
                }
            }
        }
        return names;
    }

    /// First what was merged, then the rest of either side.
    private static Outputs star(Set<String> merged, Outputs left, Outputs right) {
        var columns = new ArrayList<Source.Column>();
        merged.forEach(name -> columns.add(new Source.Column(name, Value.HARMLESS)));
        for (var side : List.of(left, right)) {
            for (var column : side.columns()) {
                if (!merged.contains(column.name())) {
                    columns.add(column);
                }
            }
        }
        return new Outputs(columns, left.open() || right.open());
    }

    /// @param star what `*` stands for
    record From(List<Source> sources, Outputs star) {
        static From of(Source source) {
            return new From(List.of(source), new Outputs(source.columns(), source.open()));
        }
    }

    From of(List<Tree> items, Scope scope) throws Uncleared {
        var sources = new ArrayList<Source>();
        var columns = new ArrayList<Source.Column>();
        boolean open = false;
        for (var item : items) {
            var one = item(item, scope, sources);
            sources.addAll(one.sources());
            columns.addAll(one.star().columns());
            open |= one.star().open();
        }
        return new From(sources, new Outputs(columns, open));
    }

    /// @param beside what stands before it, for LATERAL and functions
    private From item(Tree item, Scope scope, List<Source> beside) throws Uncleared {
        var inside = item.inside();
        var lateral = scope.inner(beside, Outputs.NONE);
        return switch (item.kind()) {
            case "RangeVar" -> From.of(relation(inside, scope));
            case "RangeSubselect" -> {
                var query = inside.node("subquery");
                var outputs =
                        query.isEmpty()
                                ? Outputs.NONE
                                : queries.query(
                                        query.get(), inside.flag("lateral") ? lateral : scope);
                yield From.of(Source.of("", outputs).as(alias(inside)));
            }
            case "RangeFunction", "RangeTableFunc", "JsonTable" -> {
                for (var entry : inside.fields().entrySet()) {
                    if (!entry.getKey().equals("alias")) {
                        queries.expressions.harmless(
                                entry.getValue(), lateral, "an argument of a function in FROM");
                    }
                }
                yield From.of(function(inside));
            }
            case "RangeTableSample" -> {
                queries.expressions.harmless(inside.fields().get("args"), scope, "TABLESAMPLE");
                queries.expressions.harmless(
                        inside.fields().get("repeatable"), scope, "TABLESAMPLE");
                var relation = inside.node("relation");
                var sampled =
                        relation.isEmpty()
                                ? From.of(Source.unknown(""))
                                : item(relation.get(), scope, beside);
                for (var source : sampled.sources()) {
                    if (!source.harmless()) {
                        // whole pages are chosen: how many rows those hold
                        throw Uncleared.control(source.row(), "TABLESAMPLE");
                    }
                }
                yield sampled;
            }
            case "JoinExpr" -> join(inside, scope, beside);
            default ->
                    throw new Uncleared(
                            "something in FROM is not known", "Send something simpler.");
        };
    }

    From part(Tree join, String key, Scope scope, List<Source> beside) throws Uncleared {
        var part = join.node(key);
        return part.isEmpty() ? From.of(Source.unknown("")) : item(part.get(), scope, beside);
    }

    static @Nullable Tree alias(Tree range) {
        return range.node("alias").orElse(null);
    }

    /// What its result has for columns nobody knows, but none of it is labelled.
    private static Source function(Tree range) {
        var alias = alias(range);
        if (alias != null) {
            return Source.unknown("").as(alias);
        }
        var names = new HashSet<String>();
        for (var function : range.list("functions")) {
            for (var part : function.inside().list("items")) {
                if (part.kind().equals("FuncCall")) {
                    names.add(Reach.last(part.inside().list("funcname")));
                }
            }
        }
        return Source.unknown(names.size() == 1 ? names.iterator().next() : "");
    }

    private Source relation(Tree range, Scope scope) throws Uncleared {
        var name = range.text("relname");
        var schemaName = range.text("schemaname");
        Optional<Outputs> common =
                schemaName.isEmpty() ? scope.commonTable(name) : Optional.empty();
        if (common.isPresent()) {
            return Source.of(name, common.get()).as(alias(range));
        }
        return relation(schemaName, name).as(alias(range));
    }

    /// A relation by its own name.
    Source relation(String schemaName, String name) throws Uncleared {
        var found = queries.schema.find(schemaName, name);
        if (found.isEmpty()) {
            throw new Uncleared(
                    "a relation it names is not known, and labelled columns are near",
                    "Check the name. A relation that was just made is known within a minute.");
        }
        if (found.size() == 1) {
            return Source.of(found.getFirst(), name).inSchema(found.getFirst().schema());
        }
        var sources = found.stream().map(relation -> Source.of(relation, name)).toList();
        if (sources.stream().allMatch(Source::harmless)) {
            return Source.unknown(name);
        }
        throw new Uncleared(
                "the name " + name + " may mean relations of several schemas",
                "Write it with its schema in front.");
    }
}
