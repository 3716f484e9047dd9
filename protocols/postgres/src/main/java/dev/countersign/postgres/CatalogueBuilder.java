package dev.countersign.postgres;

import dev.countersign.postgres.Catalogue.Code;
import dev.countersign.postgres.Catalogue.Label;
import dev.countersign.postgres.Catalogue.Relation;
import dev.countersign.sql.Parsed;
import dev.countersign.sql.Schema;
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
    /// json and jsonb
    private static final Set<Long> DOCUMENTS = Set.of(114L, 3802L);

    private static final String PARTS =
            "it is partitioned by a labelled column, so where a row lies tells its value"
                    + " (`row-order: shown` on the target would allow that)";

    private final Map<String, PostgresTarget.ColumnSettings> configured;
    private final Map<Long, DraftRelation> found = new TreeMap<>();
    private final Map<String, DraftRelation> byName = new HashMap<>();
    private final Map<Long, Set<Long>> inherits = new HashMap<>();
    private final Map<Long, Set<Long>> standsOn = new HashMap<>();
    private final Map<Long, String> stamps = new HashMap<>();
    private final Map<String, String> functionStamps = new HashMap<>();
    private final Set<Long> callsUnknown = new HashSet<>();
    private final Set<Long> secured = new HashSet<>();
    private final Map<Long, Parsed> definitions = new HashMap<>();
    private final Map<String, Set<Place>> keys = new HashMap<>();

    /// By the relation that is referred to.
    private final Map<Long, List<Reference>> references = new HashMap<>();

    private final Map<Long, Set<Long>> rows = new HashMap<>();
    private final Set<Place> partitioned = new HashSet<>();

    /// Columns of indexes: whether there is one of more than that column.
    private final Map<Place, Boolean> ordered = new HashMap<>();

    private Code code = Code.NONE;

    /// A column.
    record Place(long relation, int number) {}

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

    /// A column that the server computes: a COPY of the whole table leaves it out.
    CatalogueBuilder computed(long oid, int number) {
        var relation = found.get(oid);
        if (relation != null) {
            relation.computed.add(number);
        }
        return this;
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

    /// A view's rule refers to that relation. By what a change of a relation, or of a user's
    /// functions of one name, is noticed.
    CatalogueBuilder stamp(long relation, String stamp) {
        stamps.put(relation, stamp);
        return this;
    }

    CatalogueBuilder stamp(String function, String stamp) {
        functionStamps.put(function, stamp);
        return this;
    }

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
        references
                .computeIfAbsent(to, _ -> new ArrayList<>())
                .add(new Reference(new Place(from, number), new Place(to, itsNumber)));
        return this;
    }

    /// An index keeps rows in the order of this column.
    ///
    /// @param alone and of no other, with all rows in it
    CatalogueBuilder ordered(long relation, int number, boolean alone) {
        ordered.merge(new Place(relation, number), !alone, Boolean::logicalOr);
        return this;
    }

    /// This column decides where a row is kept.
    CatalogueBuilder partitioned(long relation, int number) {
        partitioned.add(new Place(relation, number));
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
            partitioned.stream().filter(this::labelled).forEach(place -> apart(place.relation()));
            new Cleared(found, byName, standsOn, callsUnknown, definitions).judge();
            new Tested(found, inherits, keys).find();
        }
        var byOid = new HashMap<Long, Relation>();
        var reads = new Reads(found, inherits, standsOn, callsUnknown, secured);
        found.values().forEach(one -> byOid.put(one.oid, relation(one, reads)));
        return new Catalogue(
                byOid, any, missing, code, order(), new Stamps(stamps, standsOn, functionStamps));
    }

    /// Where a row lies tells a labelled value: of the whole tree of partitions.
    private void apart(long oid) {
        var relation = found.get(oid);
        if (relation != null && !relation.unclear.equals(PARTS)) {
            relation.unclear = PARTS;
            inherits.getOrDefault(oid, Set.of()).forEach(this::apart);
        }
    }

    private Catalogue.Order order() {
        var out = Catalogue.Order.FREE;
        for (var one : ordered.entrySet()) {
            if (labelled(one.getKey())) {
                if (one.getValue()) {
                    return Catalogue.Order.TOLD;
                }
                out = Catalogue.Order.COVERED;
            }
        }
        return out;
    }

    private static Relation relation(DraftRelation one, Reads reads) {
        return new Relation(
                one.oid,
                one.schema,
                one.name,
                one.kind,
                one.columns(),
                one.unclear,
                reads.of(one.oid),
                reads.labelled(one.oid));
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

    private void label(String written, PostgresTarget.ColumnSettings says, List<String> missing) {
        var place = PostgresTarget.Place.parse(written);
        var label = label(place, says);
        var relation = byName.get(place.relation());
        if (relation != null) {
            for (var column : relation.columns.entrySet()) {
                if (column.getValue().equals(place.column())) {
                    boolean fits =
                            place.path().isEmpty()
                                    || DOCUMENTS.contains(
                                            relation.types.getOrDefault(column.getKey(), 0L));
                    if (!fits) {
                        // no document: nobody knows what is meant
                        missing.add(written);
                    }
                    relation.label(column.getKey(), fits ? label : label.redacted(), true);
                    return;
                }
            }
            // the table is there and the column is not: nobody knows which one is meant
            relation.columns
                    .keySet()
                    .forEach(number -> relation.label(number, label.redacted(), true));
        }
        missing.add(written);
    }

    private static Label label(PostgresTarget.Place place, PostgresTarget.ColumnSettings says) {
        var whole = new Labels.Label(says.label(), says.mask());
        return new Label(
                place.path()
                        .map(path ->
                                Labels.Label.of(
                                        List.of(new Labels.Part(path, says.label(), says.mask()))))
                        .orElse(whole),
                says.filter().equals("equality"));
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
        for (var reference : references.getOrDefault(from.oid, List.of())) {
            var label = from.labels.get(reference.to().number());
            var holder = found.get(reference.from().relation());
            more |=
                    label != null
                            && holder != null
                            && holder.label(reference.from().number(), label, true);
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

    private boolean labelled(Place place) {
        var holder = found.get(place.relation());
        return holder != null && holder.labels.containsKey(place.number());
    }
}
