package dev.countersign.sql;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What names mean at one place in a statement: the sources of this query, and behind them those of
/// the queries around it. Resolves as the server does (`colNameToVar`, `refnameNamespaceItem`): a
/// column of the nearest query that has it, then a whole row. Where the server could find something
/// that this cannot see, the graver of both is meant.
final class Scope {
    private static final Set<String> SYSTEM_COLUMNS =
            Set.of("tableoid", "ctid", "xmin", "xmax", "cmin", "cmax");

    static final Scope EMPTY = new Scope(null, List.of(), Source.Outputs.NONE, Map.of());

    private final @Nullable Scope around;
    private final List<Source> sources;
    private final Source.Outputs star;
    private final Map<String, Source.Outputs> common;

    private Scope(
            @Nullable Scope around,
            List<Source> sources,
            Source.Outputs star,
            Map<String, Source.Outputs> common) {
        this.around = around;
        this.sources = List.copyOf(sources);
        this.star = star;
        this.common = Map.copyOf(common);
    }

    /// A query inside of this place.
    ///
    /// @param star what `*` stands for in it
    Scope inner(List<Source> of, Source.Outputs star) {
        return new Scope(this, of, star, common);
    }

    /// The same place, with common table expressions.
    Scope with(Map<String, Source.Outputs> more) {
        var all = new HashMap<>(common);
        all.putAll(more);
        return new Scope(around, sources, star, all);
    }

    Optional<Source.Outputs> commonTable(String name) {
        return Optional.ofNullable(common.get(name));
    }

    /// What a column reference means, `*` behind a qualifier included.
    Value column(List<String> path) throws Uncleared {
        return switch (path.size()) {
            case 1 -> plain(path.getFirst());
            case 2 -> qualified(source("", path.getFirst()), path);
            case 3 -> qualified(source(path.getFirst(), path.get(1)), path);
            default -> throw Uncleared.unresolved(String.join(".", path));
        };
    }

    private Value plain(String name) throws Uncleared {
        boolean open = false;
        for (var at = this; at != null; at = at.around) {
            var found = new ArrayList<Value>();
            for (var source : at.sources) {
                found.addAll(source.apart() ? List.of() : source.named(name));
            }
            if (!found.isEmpty()) {
                // the server refuses what is ambiguous, unless a join merged them
                return found.size() == 1 ? found.getFirst() : merged(found);
            }
            for (var source : at.sources) {
                if (source.unknown() == Source.Unknown.SENSITIVE) {
                    throw Uncleared.unresolved(name);
                }
                open |= source.unknown() == Source.Unknown.HARMLESS;
                if (source.table() && SYSTEM_COLUMNS.contains(name)) {
                    return system(source, name);
                }
            }
        }
        var row = source("", name);
        if (row.isPresent()) {
            return row.get().row();
        }
        if (open && harmless()) {
            return Value.HARMLESS;
        }
        throw Uncleared.unresolved(name);
    }

    /// Nothing labelled is near.
    private boolean harmless() {
        for (var at = this; at != null; at = at.around) {
            if (!at.sources.stream().allMatch(Source::harmless)) {
                return false;
            }
        }
        return true;
    }

    /// Where a row lies tells how long those before it are.
    private static Value system(Source source, String name) {
        return name.equals("ctid")
                ? Value.derived(Schema.Kind.FOREIGN, source.row())
                : Value.HARMLESS;
    }

    private static Value merged(List<Value> found) {
        return Value.derived(Schema.Kind.FOREIGN, found);
    }

    private Optional<Source> source(String schema, String name) {
        for (var at = this; at != null; at = at.around) {
            for (var source : at.sources) {
                if (source.name().equals(name)
                        && (schema.isEmpty() || source.schema().equals(schema))) {
                    return Optional.of(source);
                }
            }
        }
        return Optional.empty();
    }

    private static Value qualified(Optional<Source> found, List<String> path) throws Uncleared {
        var name = path.getLast();
        if (found.isEmpty()) {
            throw Uncleared.unresolved(String.join(".", path));
        }
        var source = found.get();
        if (name.equals("*")) {
            return source.row();
        }
        var values = source.named(name);
        if (values.size() == 1) {
            return values.getFirst();
        }
        if (!values.isEmpty()) {
            return merged(values);
        }
        if (source.unknown() == Source.Unknown.SENSITIVE) {
            throw Uncleared.unresolved(String.join(".", path));
        }
        if (source.table() && SYSTEM_COLUMNS.contains(name)) {
            return system(source, name);
        }
        if (source.harmless()) {
            return Value.HARMLESS;
        }
        // `t.f` may be `f(t)`: a function on the whole row
        throw Uncleared.expression(source.row(), "a function on its whole row");
    }

    /// Everything that `*` stands for, or `q.*`.
    Source.Outputs star(List<String> path) throws Uncleared {
        if (path.size() == 1) {
            return star;
        }
        var of =
                path.size() == 2
                        ? source("", path.getFirst())
                        : source(path.getFirst(), path.get(1));
        if (of.isEmpty()) {
            throw Uncleared.unresolved(String.join(".", path));
        }
        return new Source.Outputs(of.get().columns(), of.get().open());
    }

    List<Source> sources() {
        return sources;
    }
}
