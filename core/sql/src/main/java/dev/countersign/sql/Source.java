package dev.countersign.sql;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Something in FROM that columns are taken from.
///
/// @param schema of a relation that is called by its own name; empty otherwise
/// @param name that it is called by here; empty where it has none
/// @param unknown what else a name may mean in it
/// @param open nobody knows how many columns it has; all others are harmless then
/// @param table it is a relation, and has system columns
/// @param apart its columns are found behind its name only (`excluded`, `old`, `new`)
record Source(
        String schema,
        String name,
        List<Column> columns,
        Unknown unknown,
        boolean open,
        boolean table,
        boolean apart) {

    /// @param name empty where nobody can tell how the server calls it
    record Column(String name, Value value) {}

    enum Unknown {
        /// There are no others.
        NONE,
        /// There may be others, which are harmless.
        HARMLESS,
        /// There may be others, which are not.
        SENSITIVE
    }

    Source {
        columns = List.copyOf(columns);
    }

    static Source of(Schema.Relation relation, String name) {
        return new Source(
                "",
                name,
                relation.columns().stream()
                        .map(column -> new Column(column.name(), Value.of(column)))
                        .toList(),
                Unknown.NONE,
                false,
                true,
                false);
    }

    /// A function's result, or a relation that nothing is known of: harmless.
    static Source unknown(String name) {
        return new Source("", name, List.of(), Unknown.HARMLESS, true, false, false);
    }

    /// What a query's outputs are as a table.
    static Source of(String name, Outputs outputs) {
        var unknown = outputs.open() ? Unknown.HARMLESS : Unknown.NONE;
        for (var column : outputs.columns()) {
            if (column.name().isEmpty() && !column.value().harmless()) {
                unknown = Unknown.SENSITIVE;
            } else if (column.name().isEmpty() && unknown == Unknown.NONE) {
                unknown = Unknown.HARMLESS;
            }
        }
        return new Source("", name, outputs.columns(), unknown, outputs.open(), false, false);
    }

    Source inSchema(String schema) {
        return new Source(schema, name, columns, unknown, open, table, apart);
    }

    /// The same row under another name, found behind that only.
    Source apart(String name) {
        return new Source("", name, columns, unknown, open, table, true);
    }

    /// With an alias, which may rename columns from the first on.
    Source as(@Nullable Tree alias) {
        if (alias == null) {
            return this;
        }
        var names = alias.list("colnames");
        var renamed = new ArrayList<Column>();
        for (int i = 0; i < columns.size(); i++) {
            var column = columns.get(i);
            renamed.add(
                    i < names.size()
                            ? new Column(names.get(i).inside().text("sval"), column.value())
                            : column);
        }
        for (int i = columns.size(); i < names.size() && unknown == Unknown.HARMLESS; i++) {
            renamed.add(new Column(names.get(i).inside().text("sval"), Value.HARMLESS));
        }
        return new Source("", alias.text("aliasname"), renamed, unknown, open, table, apart);
    }

    /// All that may be meant by this column's name.
    List<Value> named(String column) {
        return columns.stream()
                .filter(one -> one.name().equals(column))
                .map(Column::value)
                .toList();
    }

    boolean harmless() {
        return unknown != Unknown.SENSITIVE
                && columns.stream().allMatch(column -> column.value().harmless());
    }

    /// Its whole row as one value.
    Value row() {
        var values = columns.stream().map(Column::value).toList();
        boolean foreign = values.stream().anyMatch(value -> value.kind() == Schema.Kind.FOREIGN);
        return Value.derived(foreign ? Schema.Kind.FOREIGN : Schema.Kind.COMPOUND, values);
    }

    /// The outputs of a query.
    ///
    /// @param open there are more of them, and nobody knows how many; all of them are harmless then
    record Outputs(List<Column> columns, boolean open) {
        static final Outputs NONE = new Outputs(List.of(), false);

        Outputs {
            columns = List.copyOf(columns);
        }

        boolean harmless() {
            return columns.stream().allMatch(column -> column.value().harmless());
        }

        /// The first that is not harmless; harmless where all are.
        Value worst() {
            return columns.stream()
                    .map(Column::value)
                    .filter(value -> !value.harmless())
                    .findFirst()
                    .orElse(Value.HARMLESS);
        }
    }
}
