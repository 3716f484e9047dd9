package dev.countersign.postgres;

import dev.countersign.masking.MaskSettings;
import dev.countersign.sql.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What is known of a target's relations, at one moment. Immutable. [CatalogueBuilder] says how far
/// labels reach; what the catalogue does not know is never cleared.
final class Catalogue implements Labels {
    /// Nothing is known, and nothing is labelled.
    static final Catalogue EMPTY =
            new Catalogue(Map.of(), false, List.of(), Code.NONE, Order.FREE, Stamps.NONE);

    private final Map<Long, Relation> byOid;
    private final Map<String, Relation> byName = new HashMap<>();
    private final Set<String> words = new HashSet<>();
    private final boolean labelled;
    private final List<String> missing;
    private final Code code;
    private final Order order;
    private final Stamps stamps;

    /// What the order of rows that nobody asked for an order of can tell of labelled columns.
    enum Order {
        /// Nothing.
        FREE,
        /// An index is of a labelled column: read instead of its table, it gives its order.
        COVERED,
        /// An index has a labelled column beside others, or holds some rows: any read by it gives
        /// its order.
        TOLD
    }

    /// Code that runs without being called by a name of its own. What belongs to an extension
    /// counts as the system's.
    ///
    /// @param ofRows functions that take a row: `x.f` may mean `f(x)`
    /// @param functions made by users; one may stand in for a built-in of its name
    /// @param operators made by users
    /// @param casts types that something is cast to by a user's function
    /// @param unnamedCasts some user's cast is done where nobody writes it
    /// @param types of the system's own, less those whose name somebody used again
    record Code(
            Set<String> ofRows,
            Set<String> functions,
            Set<String> operators,
            Set<String> casts,
            boolean unnamedCasts,
            Set<String> types) {
        static final Code NONE = new Code(Set.of(), Set.of(), Set.of(), Set.of(), false, Set.of());

        Code {
            ofRows = Set.copyOf(ofRows);
            functions = Set.copyOf(functions);
            operators = Set.copyOf(operators);
            casts = Set.copyOf(casts);
            types = Set.copyOf(types);
        }
    }

    /// @param columns in their order
    /// @param unclear why nobody can tell what comes out of it; empty where it is *cleared*:
    ///   nothing labelled can come out of it but by its labelled columns
    /// @param runs what happens when it is read
    /// @param over it has labels, or is a view over something that has
    record Relation(
            long oid,
            String schema,
            String name,
            char kind,
            List<Column> columns,
            String unclear,
            Runs runs,
            boolean over) {
        Relation {
            columns = List.copyOf(columns);
        }

        String qualified() {
            return schema + "." + name;
        }

        /// As lineage reads it.
        Schema.Relation inSchema() {
            return new Schema.Relation(
                    schema,
                    name,
                    columns.stream().map(Column::inSchema).toList(),
                    kind != 'v' && kind != 'm',
                    columns.stream()
                            .filter(Column::computed)
                            .map(Column::name)
                            .collect(Collectors.toSet()));
        }

        boolean cleared() {
            return unclear.isEmpty();
        }

        boolean labelled() {
            return columns.stream().anyMatch(column -> column.label() != null);
        }

        boolean has(String column) {
            return columns.stream().anyMatch(one -> one.name().equals(column));
        }

        @Nullable Column column(int number) {
            for (var column : columns) {
                if (column.number() == number) {
                    return column;
                }
            }
            return null;
        }
    }

    /// What happens when a relation is read.
    enum Runs {
        /// Nothing but functions of our list: the read has no effect.
        BUILT_INS,
        /// Perhaps something else: a policy for rows, a type that somebody made, another server.
        MORE,
        /// A view calls a function that is no built-in.
        CALLS
    }

    /// @param label null where nothing labels it
    /// @param exact it is its label's column, unchanged; otherwise it was made of labelled ones
    /// @param path of the column that its values come from, `schema.table.column`
    /// @param tested writing it tells whether a labelled value is there already
    /// @param computed by the server: a COPY of the whole table leaves it out
    record Column(
            int number,
            String name,
            long type,
            Schema.Kind kind,
            @Nullable Label label,
            boolean exact,
            String path,
            boolean tested,
            boolean computed) {
        Schema.Column inSchema() {
            var nature =
                    label == null
                            ? Schema.Nature.HARMLESS
                            : exact ? Schema.Nature.LABELLED : Schema.Nature.DERIVED;
            return new Schema.Column(
                    name,
                    path,
                    type,
                    kind,
                    nature,
                    label != null && label.filter(),
                    tested,
                    label == null
                            ? List.of()
                            : label.says().parts().stream()
                                    .map(part -> new Schema.Part(part.path().steps()))
                                    .toList());
        }
    }

    /// @param filter it may be compared in WHERE
    record Label(Labels.Label says, boolean filter) {
        /// Of a column of the system's own that holds data.
        static final Label HIDDEN =
                new Label(new Labels.Label("system.hidden", MaskSettings.REDACT), false);

        /// The same, where only something made of it is left.
        Label redacted() {
            return new Label(new Labels.Label(says.name(), MaskSettings.REDACT), false);
        }

        /// All that both mask: the whole value where one of them does.
        Label and(Label other) {
            if (says.parts().isEmpty() || other.says().parts().isEmpty()) {
                return says.parts().isEmpty() ? this : other;
            }
            var all = new LinkedHashSet<>(says.parts());
            all.addAll(other.says().parts());
            return new Label(Labels.Label.of(List.copyOf(all)), false);
        }

        String name() {
            return says.name();
        }
    }

    /// @param missing configured columns that do not exist
    Catalogue(
            Map<Long, Relation> byOid,
            boolean labelled,
            List<String> missing,
            Code code,
            Order order,
            Stamps stamps) {
        this.order = order;
        this.stamps = stamps;
        this.byOid = Map.copyOf(byOid);
        this.labelled = labelled;
        this.missing = List.copyOf(missing);
        this.code = code;
        byOid.values()
                .forEach(relation -> {
                    byName.put(relation.qualified(), relation);
                    words.add(relation.schema());
                    words.add(relation.name());
                    relation.columns().forEach(column -> words.add(column.name()));
                });
    }

    @Override
    public boolean any() {
        return labelled;
    }

    @Override
    public Origin origin(long table, int attribute) {
        var relation = byOid.get(table);
        if (table == 0 || relation == null || !relation.cleared()) {
            return new Origin.Unproven();
        }
        var column = relation.column(attribute);
        if (column == null) {
            // a whole row is as its columns are
            boolean harmless = attribute < 0 || (attribute == 0 && !relation.labelled());
            return harmless ? new Origin.Harmless() : new Origin.Unproven();
        }
        var label = column.label();
        if (label == null) {
            return new Origin.Harmless();
        }
        return column.exact() ? new Origin.Labelled(label.says()) : new Origin.Unproven();
    }

    @Override
    public @Nullable Named named(String path) {
        int dot = path.lastIndexOf('.');
        var relation = dot < 0 ? null : byName.get(path.substring(0, dot));
        if (relation == null) {
            return null;
        }
        for (var column : relation.columns()) {
            var label = column.label();
            if (column.name().equals(path.substring(dot + 1)) && label != null && column.exact()) {
                return new Named(column.type(), label.says());
            }
        }
        return null;
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

    /// As lineage reads it.
    Schema schema(List<String> path) {
        return (schema, name) -> find(schema, name, path).stream().map(Relation::inSchema).toList();
    }

    /// The label of the column of this path, or of what takes its values from it; null where
    /// nothing labels it.
    @Nullable Label label(String path) {
        Label made = null;
        for (var relation : byOid.values()) {
            for (var column : relation.columns()) {
                if (column.label() != null && column.path().equals(path)) {
                    if (column.exact()) {
                        return column.label();
                    }
                    made = column.label();
                }
            }
        }
        return made;
    }

    @Override
    public Order order() {
        return order;
    }

    /// How many columns a relation has; 0 where nobody knows it.
    int columns(long oid) {
        var relation = byOid.get(oid);
        return relation == null ? 0 : relation.columns().size();
    }

    Code code() {
        return code;
    }

    Stamps stamps() {
        return stamps;
    }

    /// Whether a word is a name that stands in the catalogue, so that it may be shown.
    boolean knows(String word) {
        return words.contains(word);
    }

    List<String> missing() {
        return missing;
    }

    /// Whether another says the same, so that what was judged by it still holds.
    boolean same(Catalogue other) {
        return labelled == other.labelled
                && missing.equals(other.missing)
                && code.equals(other.code)
                && order == other.order
                && stamps.equals(other.stamps)
                && byOid.equals(other.byOid);
    }
}
