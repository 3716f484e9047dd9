package dev.countersign.postgres;

import dev.countersign.masking.MaskSettings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is known of a target's relations, at one moment. Immutable.
///
/// A label on a column reaches further than its table: through inheritance and partitions in both
/// directions by the column's name, and to every generated column of the table. A view,
/// materialised view or foreign table is not looked into: on a target with labels it is *not
/// cleared* unless all it stands on is known to be without labels. Nor is a table with a rule that
/// reads something labelled: what the rule selects is the answer to an INSERT. What the catalogue
/// does not know is never cleared.
final class Catalogue implements Labels {
    /// Nothing is known, and nothing is labelled.
    static final Catalogue EMPTY = new Catalogue(Map.of(), Map.of(), false, List.of(), Code.NONE);

    private final Map<Long, Relation> byOid;
    private final Map<String, Relation> byName;
    private final Set<String> words;
    private final boolean labelled;
    private final List<String> missing;
    private final Code code;

    /// Code that runs without being called by a name of its own. What belongs to an extension
    /// counts as the system's.
    ///
    /// @param ofRows functions that take a row: `x.f` may mean `f(x)`
    /// @param functions made by users; one may stand in for a built-in of its name
    /// @param operators made by users
    /// @param casts types that something is cast to by a user's function
    record Code(
            Set<String> ofRows, Set<String> functions, Set<String> operators, Set<String> casts) {
        static final Code NONE = new Code(Set.of(), Set.of(), Set.of(), Set.of());

        Code {
            ofRows = Set.copyOf(ofRows);
            functions = Set.copyOf(functions);
            operators = Set.copyOf(operators);
            casts = Set.copyOf(casts);
        }
    }

    /// @param columns by number
    /// @param labels by column number
    /// @param cleared nothing labelled can come out of it but by its labelled columns
    record Relation(
            long oid,
            String schema,
            String name,
            char kind,
            Map<Integer, String> columns,
            Map<Integer, Label> labels,
            boolean cleared) {
        String qualified() {
            return schema + "." + name;
        }

        boolean system() {
            return schema.equals("pg_catalog") || schema.equals("information_schema");
        }
    }

    record Label(String name, MaskSettings mask) {
        /// Of a column of the system's own that holds data.
        static final Label HIDDEN = new Label("system.hidden", MaskSettings.REDACT);

        boolean hidden() {
            return equals(HIDDEN);
        }
    }

    /// @param missing configured columns that do not exist
    private Catalogue(
            Map<Long, Relation> byOid,
            Map<String, Relation> byName,
            boolean labelled,
            List<String> missing,
            Code code) {
        this.byOid = byOid;
        this.byName = byName;
        this.labelled = labelled;
        this.missing = List.copyOf(missing);
        this.code = code;
        this.words = new HashSet<>();
        byOid.values()
                .forEach(relation -> {
                    words.add(relation.schema());
                    words.add(relation.name());
                    words.addAll(relation.columns().values());
                });
    }

    @Override
    public boolean any() {
        return labelled;
    }

    @Override
    public Origin origin(long table, int attribute) {
        if (table == 0) {
            return new Origin.Unproven();
        }
        var relation = byOid.get(table);
        if (relation == null || !relation.cleared()) {
            return new Origin.Unproven();
        }
        var label = relation.labels().get(attribute);
        if (label != null) {
            return new Origin.Labelled(label.name(), label.mask());
        }
        if (relation.labels().isEmpty() || relation.columns().containsKey(attribute)) {
            return new Origin.Harmless();
        }
        return attribute < 0 ? new Origin.Harmless() : new Origin.Unproven();
    }

    /// Every relation that a name may mean: which one it does depends on the schemas that the role
    /// may look into.
    ///
    /// @param schema empty where none was written
    /// @param path schemas that are looked through behind `pg_catalog`
    List<Relation> find(String schema, String name, List<String> path) {
        if (!schema.isEmpty()) {
            var relation = byName.get(schema + "." + name);
            return relation == null ? List.of() : List.of(relation);
        }
        var system = byName.get("pg_catalog." + name);
        if (system != null) {
            return List.of(system);
        }
        var out = new ArrayList<Relation>();
        for (var at : path) {
            var relation = byName.get(at + "." + name);
            if (relation != null) {
                out.add(relation);
            }
        }
        return out;
    }

    Code code() {
        return code;
    }

    /// Whether a word is a name that stands in the catalogue, so that it may be shown.
    boolean knows(String word) {
        return words.contains(word);
    }

    List<String> missing() {
        return missing;
    }

    /// Gathers what a target says of itself.
    static final class Builder {
        private final Map<String, PostgresTarget.ColumnSettings> configured;
        private final Map<Long, Found> found = new HashMap<>();
        private final Map<Long, Set<Long>> inherits = new HashMap<>();
        private final Map<Long, Set<Long>> standsOn = new HashMap<>();
        private final Set<Long> callsUnknown = new HashSet<>();
        private Code code = Code.NONE;

        private static final class Found {
            final long oid;
            final String schema;
            final String name;
            final char kind;
            final Map<Integer, String> columns = new TreeMap<>();
            final Set<Integer> generated = new HashSet<>();
            final Map<Integer, Label> labels = new HashMap<>();

            Found(long oid, String schema, String name, char kind) {
                this.oid = oid;
                this.schema = schema;
                this.name = name;
                this.kind = kind;
            }
        }

        Builder(Map<String, PostgresTarget.ColumnSettings> configured) {
            this.configured = configured;
        }

        Builder relation(long oid, String schema, String name, char kind) {
            found.put(oid, new Found(oid, schema, name, kind));
            return this;
        }

        Builder column(long oid, int number, String name, boolean generated) {
            var relation = found.get(oid);
            if (relation != null) {
                relation.columns.put(number, name);
                if (generated) {
                    relation.generated.add(number);
                }
            }
            return this;
        }

        Builder inherits(long child, long parent) {
            inherits.computeIfAbsent(child, _ -> new HashSet<>()).add(parent);
            inherits.computeIfAbsent(parent, _ -> new HashSet<>()).add(child);
            return this;
        }

        /// A view's rule refers to that relation.
        Builder standsOn(long view, long relation) {
            standsOn.computeIfAbsent(view, _ -> new HashSet<>()).add(relation);
            return this;
        }

        /// A view's rule calls a function that is no built-in.
        Builder calls(long view) {
            callsUnknown.add(view);
            return this;
        }

        Builder code(Code made) {
            code = made;
            return this;
        }

        Catalogue build() {
            var missing = new ArrayList<String>();
            var masked = new HashSet<Long>();
            configured.forEach((path, says) -> label(path, says, missing));
            found.values().forEach(this::spread);
            found.values().forEach(Builder::generated);
            boolean any = !configured.isEmpty();
            if (any) {
                found.values().forEach(Builder::hidden);
            }
            found.values().stream()
                    .filter(relation -> !relation.labels.isEmpty())
                    .forEach(relation -> masked.add(relation.oid));
            var byOid = new HashMap<Long, Relation>();
            var byName = new HashMap<String, Relation>();
            for (var one : found.values()) {
                var relation =
                        new Relation(
                                one.oid,
                                one.schema,
                                one.name,
                                one.kind,
                                Map.copyOf(one.columns),
                                Map.copyOf(one.labels),
                                !any || cleared(one, masked, new HashSet<>()));
                byOid.put(one.oid, relation);
                byName.put(relation.qualified(), relation);
            }
            return new Catalogue(byOid, byName, any, missing, code);
        }

        private void label(String path, PostgresTarget.ColumnSettings says, List<String> missing) {
            var parts = path.split("\\.", -1);
            for (var relation : found.values()) {
                if (relation.schema.equals(parts[0]) && relation.name.equals(parts[1])) {
                    for (var column : relation.columns.entrySet()) {
                        if (column.getValue().equals(parts[2])) {
                            relation.labels.put(
                                    column.getKey(), new Label(says.label(), says.mask()));
                            return;
                        }
                    }
                    // the table is there and the column is not: nobody knows which one is meant
                    relation.columns
                            .keySet()
                            .forEach(number ->
                                    relation.labels.putIfAbsent(
                                            number, new Label(says.label(), MaskSettings.REDACT)));
                }
            }
            missing.add(path);
        }

        /// To parents and children, by the column's name.
        private void spread(Found from) {
            if (from.labels.isEmpty()) {
                return;
            }
            var seen = new HashSet<>(Set.of(from.oid));
            var todo = new ArrayDeque<>(seen);
            while (!todo.isEmpty()) {
                for (var next : inherits.getOrDefault(todo.remove(), Set.of())) {
                    if (seen.add(next)) {
                        todo.add(next);
                        copy(from, found.get(next));
                    }
                }
            }
        }

        private static void copy(Found from, @Nullable Found to) {
            if (to == null) {
                return;
            }
            from.labels.forEach((number, label) -> {
                var name = from.columns.get(number);
                to.columns.forEach((its, called) -> {
                    if (called.equals(name)) {
                        to.labels.putIfAbsent(its, label);
                    }
                });
            });
        }

        private static void generated(Found relation) {
            if (!relation.labels.isEmpty()) {
                var label = relation.labels.values().iterator().next();
                relation.generated.forEach(number ->
                        relation.labels.putIfAbsent(
                                number, new Label(label.name(), MaskSettings.REDACT)));
            }
        }

        private static void hidden(Found relation) {
            if (relation.schema.equals("pg_catalog")) {
                relation.columns.forEach((number, name) -> {
                    if (SystemRelations.hidden(relation.name, name)) {
                        relation.labels.put(number, Label.HIDDEN);
                    }
                });
            }
        }

        private boolean cleared(Found relation, Set<Long> masked, Set<Long> seen) {
            if (relation.schema.equals("pg_catalog")
                    || relation.schema.equals("information_schema")) {
                return SystemRelations.cleared(relation.schema, relation.name);
            }
            return switch (relation.kind) {
                case 'S' -> true;
                case 'r', 'p', 'v', 'm' -> {
                    if (callsUnknown.contains(relation.oid) || !seen.add(relation.oid)) {
                        yield false;
                    }
                    for (var oid : standsOn.getOrDefault(relation.oid, Set.of())) {
                        var under = found.get(oid);
                        if (under == null
                                || masked.contains(oid)
                                || !cleared(under, masked, seen)) {
                            yield false;
                        }
                        seen.remove(oid);
                    }
                    yield true;
                }
                default -> false;
            };
        }
    }
}
