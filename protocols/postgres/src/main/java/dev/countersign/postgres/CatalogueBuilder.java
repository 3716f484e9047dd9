package dev.countersign.postgres;

import dev.countersign.postgres.Catalogue.Code;
import dev.countersign.postgres.Catalogue.Label;
import dev.countersign.postgres.Catalogue.Relation;
import dev.countersign.postgres.Catalogue.Runs;
import dev.countersign.sql.Parsed;
import dev.countersign.sql.Schema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Gathers what a target says of itself, and finds how far its labels reach.
///
/// ```
///   label ─▶ parents, children and partitions, by the column's name
///         ─▶ columns generated from it; columns whose type is a row of its table
///         ─▶ columns that refer to it by a foreign key: they hold its values
///         ─▶ views and materialised views, column by column, by the lineage of their definition
/// ```
///
/// What cannot be followed is *not cleared*, and nobody may name it: a view whose definition calls
/// what is no built-in, or uses a labelled column otherwise than as an output; a table with a rule
/// over something labelled; a foreign table.
final class CatalogueBuilder {
    private final Map<String, PostgresTarget.ColumnSettings> configured;
    private final Map<Long, DraftRelation> found = new TreeMap<>();
    private final Map<String, DraftRelation> byName = new HashMap<>();
    private final Map<Long, Set<Long>> inherits = new HashMap<>();
    private final Map<Long, Set<Long>> standsOn = new HashMap<>();
    private final Set<Long> callsUnknown = new HashSet<>();
    private final Set<Long> secured = new HashSet<>();
    private final Map<Long, Parsed> definitions = new HashMap<>();
    private final Map<String, Set<Place>> keys = new HashMap<>();
    private final List<Reference> references = new ArrayList<>();
    private final Map<Long, Set<Long>> rows = new HashMap<>();
    private Code code = Code.NONE;

    private record Place(long relation, int number) {}

    private record Reference(Place from, Place to) {}

    CatalogueBuilder(Map<String, PostgresTarget.ColumnSettings> configured) {
        this.configured = configured;
    }

    CatalogueBuilder relation(long oid, String schema, String name, char kind) {
        var relation = new DraftRelation(oid, schema, name, kind);
        found.put(oid, relation);
        byName.put(schema + "." + name, relation);
        return this;
    }

    CatalogueBuilder column(long oid, int number, String name, long type, Schema.Kind kind) {
        var relation = found.get(oid);
        if (relation != null) {
            relation.columns.put(number, name);
            relation.types.put(number, type);
            relation.kinds.put(number, kind);
        }
        return this;
    }

    /// A text.
    CatalogueBuilder column(long oid, int number, String name) {
        return column(oid, number, name, 25, Schema.Kind.TEXT);
    }

    /// A column that is computed from another of its table.
    CatalogueBuilder generated(long oid, int number, int from) {
        var relation = found.get(oid);
        if (relation != null) {
            relation.generated.computeIfAbsent(number, _ -> new HashSet<>()).add(from);
        }
        return this;
    }

    /// A policy decides which of its rows are seen.
    CatalogueBuilder secured(long oid) {
        secured.add(oid);
        return this;
    }

    /// A column whose values are, or hold, rows of that relation.
    CatalogueBuilder rowsOf(long oid, int number, long relation) {
        rows.computeIfAbsent(relation, _ -> new HashSet<>()).add(oid << 16 | number);
        return this;
    }

    CatalogueBuilder inherits(long child, long parent) {
        inherits.computeIfAbsent(child, _ -> new HashSet<>()).add(parent);
        inherits.computeIfAbsent(parent, _ -> new HashSet<>()).add(child);
        return this;
    }

    /// A view's rule refers to that relation.
    CatalogueBuilder standsOn(long view, long relation) {
        standsOn.computeIfAbsent(view, _ -> new HashSet<>()).add(relation);
        return this;
    }

    /// A view's rule calls a function that is no built-in.
    CatalogueBuilder calls(long view) {
        callsUnknown.add(view);
        return this;
    }

    /// What a view selects.
    CatalogueBuilder defined(long view, Parsed query) {
        definitions.put(view, query);
        return this;
    }

    /// A column is part of a constraint or unique index.
    ///
    /// @param id its own
    CatalogueBuilder key(String id, long relation, int number) {
        keys.computeIfAbsent(id, _ -> new HashSet<>()).add(new Place(relation, number));
        return this;
    }

    CatalogueBuilder references(long from, int number, long to, int itsNumber) {
        references.add(new Reference(new Place(from, number), new Place(to, itsNumber)));
        return this;
    }

    CatalogueBuilder code(Code made) {
        code = made;
        return this;
    }

    /// Views whose definition has to be known: those above something labelled, however deep. Their
    /// labels are not final before [#build].
    Collection<Long> viewsToRead() {
        if (configured.isEmpty()) {
            return List.of();
        }
        label(new ArrayList<>());
        found.values().forEach(CatalogueBuilder::hidden);
        var out = new HashSet<Long>();
        boolean more = true;
        while (more) {
            more = false;
            for (var one : found.values()) {
                boolean view = (one.kind == 'v' || one.kind == 'm') && !one.system();
                if (view
                        && !out.contains(one.oid)
                        && standsOn.getOrDefault(one.oid, Set.of()).stream()
                                .anyMatch(under -> out.contains(under) || sensitive(under))) {
                    more = out.add(one.oid);
                }
            }
        }
        return out;
    }

    private boolean sensitive(long oid) {
        var under = found.get(oid);
        return under == null || !under.labels.isEmpty();
    }

    /// Walks trees: call it where the stack is deep.
    Catalogue build() {
        var missing = new ArrayList<String>();
        boolean any = !configured.isEmpty();
        label(missing);
        if (any) {
            found.values().forEach(CatalogueBuilder::hidden);
            new Cleared(found, byName, standsOn, callsUnknown, definitions).judge();
            found.values().forEach(this::tested);
            found.values().forEach(this::testedAbove);
        }
        var byOid = new HashMap<Long, Relation>();
        found.values().forEach(one -> byOid.put(one.oid, relation(one)));
        return new Catalogue(byOid, any, missing, code);
    }

    private Relation relation(DraftRelation one) {
        return new Relation(
                one.oid,
                one.schema,
                one.name,
                one.kind,
                one.columns(),
                one.unclear,
                runs(one, new HashSet<>()));
    }

    private Runs runs(@Nullable DraftRelation relation, Set<Long> above) {
        if (relation == null || !above.add(relation.oid)) {
            return Runs.CALLS;
        }
        boolean foreign = relation.kinds.containsValue(Schema.Kind.FOREIGN);
        var worst = secured.contains(relation.oid) || foreign ? Runs.MORE : Runs.BUILT_INS;
        switch (relation.kind) {
            case 'r', 'p' -> worst = outside(relation) ? Runs.MORE : worst;
            case 'm', 'S' -> {
                // what is stored is read
            }
            case 'v' -> {
                if (relation.system()) {
                    worst = Runs.MORE;
                } else if (callsUnknown.contains(relation.oid)) {
                    worst = Runs.CALLS;
                }
                for (var under : standsOn.getOrDefault(relation.oid, Set.of())) {
                    var its =
                            relation.system()
                                    ? worst
                                    : runs(found.get(under), new HashSet<>(above));
                    worst = its.compareTo(worst) > 0 ? its : worst;
                }
            }
            default -> worst = Runs.MORE;
        }
        return worst;
    }

    /// Whether a child of it, however deep, lies on another server.
    private boolean outside(DraftRelation relation) {
        var seen = new HashSet<>(Set.of(relation.oid));
        var todo = new ArrayDeque<>(seen);
        while (!todo.isEmpty()) {
            for (var next : inherits.getOrDefault(todo.remove(), Set.of())) {
                var one = found.get(next);
                if (one == null || one.kind == 'f') {
                    return true;
                }
                if (seen.add(next)) {
                    todo.add(next);
                }
            }
        }
        return false;
    }

    // ---- labels

    private void label(List<String> missing) {
        configured.forEach((path, says) -> label(path, says, missing));
        boolean more = !configured.isEmpty();
        while (more) {
            more = false;
            for (var one : found.values()) {
                more |= !one.labels.isEmpty() && spread(one);
            }
        }
    }

    private void label(String path, PostgresTarget.ColumnSettings says, List<String> missing) {
        var parts = path.split("\\.", -1);
        var label = new Label(says.label(), says.mask(), says.filter().equals("equality"));
        var relation = byName.get(parts[0] + "." + parts[1]);
        if (relation != null) {
            for (var column : relation.columns.entrySet()) {
                if (column.getValue().equals(parts[2])) {
                    relation.labels.put(column.getKey(), label);
                    return;
                }
            }
            // the table is there and the column is not: nobody knows which one is meant
            relation.columns
                    .keySet()
                    .forEach(number -> relation.label(number, label.redacted(), true));
        }
        missing.add(path);
    }

    /// One step further from a relation with labels; whether anything was new.
    private boolean spread(DraftRelation from) {
        boolean more = false;
        for (var oid : inherits.getOrDefault(from.oid, Set.of())) {
            more |= copy(from, found.get(oid));
        }
        for (var generated : from.generated.entrySet()) {
            for (var source : generated.getValue()) {
                var label = from.labels.get(source);
                if (label != null) {
                    more |= from.label(generated.getKey(), label.redacted(), true);
                }
            }
        }
        var any = from.labels.values().iterator().next();
        for (var place : rows.getOrDefault(from.oid, Set.of())) {
            var holder = found.get(place >> 16);
            more |= holder != null && holder.label((int) (place & 0xFFFF), any.redacted(), true);
        }
        for (var reference : references) {
            if (reference.to().relation() == from.oid) {
                var label = from.labels.get(reference.to().number());
                var holder = found.get(reference.from().relation());
                more |=
                        label != null
                                && holder != null
                                && holder.label(reference.from().number(), label, true);
            }
        }
        return more;
    }

    private static boolean copy(DraftRelation from, @Nullable DraftRelation to) {
        boolean more = false;
        for (var labelled : from.labels.entrySet()) {
            var name = from.columns.getOrDefault(labelled.getKey(), "");
            if (to != null && !name.isEmpty()) {
                for (var its : to.columns.entrySet()) {
                    more |=
                            its.getValue().equals(name)
                                    && to.label(its.getKey(), labelled.getValue(), true);
                }
            }
        }
        return more;
    }

    private static void hidden(DraftRelation relation) {
        if (relation.schema.equals("pg_catalog")) {
            relation.columns.forEach((number, name) -> {
                if (SystemRelations.hidden(relation.name, name)) {
                    relation.labels.put(number, Label.HIDDEN);
                }
            });
        }
    }

    /// A constraint over a labelled column is a question that a write asks. A condition on that
    /// column alone is none: the client knows what it writes.
    private void tested(DraftRelation relation) {
        for (var key : keys.entrySet()) {
            boolean alone = key.getKey().startsWith("c") && key.getValue().size() == 1;
            boolean labelled =
                    key.getValue().stream()
                            .anyMatch(place -> {
                                var holder = found.get(place.relation());
                                return holder != null && holder.labels.containsKey(place.number());
                            });
            if (labelled && !alone) {
                key.getValue().stream()
                        .filter(place -> place.relation() == relation.oid)
                        .forEach(place -> relation.tested.add(place.number()));
            }
        }
        // what is computed of a labelled column and of another may fail by both
        relation.generated.values().stream()
                .filter(from -> from.size() > 1)
                .filter(from -> from.stream().anyMatch(relation.labels::containsKey))
                .forEach(relation.tested::addAll);
        relation.labels.forEach((number, label) -> {
            if (label.mask().comparable()) {
                relation.tested.add(number);
            }
        });
    }

    /// A row that is written to a parent may be kept in a child, with its keys.
    private void testedAbove(DraftRelation child) {
        for (int number : List.copyOf(child.tested)) {
            var name = child.columns.getOrDefault(number, "");
            var seen = new HashSet<>(Set.of(child.oid));
            var todo = new ArrayDeque<>(seen);
            while (!todo.isEmpty()) {
                for (var next : inherits.getOrDefault(todo.remove(), Set.of())) {
                    var one = found.get(next);
                    if (one != null && seen.add(next)) {
                        todo.add(next);
                        one.columns.forEach((its, called) -> {
                            if (called.equals(name)) {
                                one.tested.add(its);
                            }
                        });
                    }
                }
            }
        }
    }
}
