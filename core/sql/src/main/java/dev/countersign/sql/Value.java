package dev.countersign.sql;

import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What is known of an expression's value: where it comes from, and its type as far as it matters.
///
/// @param type oid of the column that it is; 0 where it is none
record Value(Flow flow, Schema.Kind kind, long type) {

    /// Where it comes from.
    sealed interface Flow {
        /// From nothing that is labelled.
        ///
        /// @param path of the column that it is, unchanged; empty where it is none
        record Harmless(String path) implements Flow {}

        /// It is one labelled column, unchanged.
        record Exact(Schema.Column column) implements Flow {}

        /// Labelled columns went into it.
        record Derived(Set<Schema.Column> columns) implements Flow {
            public Derived {
                columns = Set.copyOf(columns);
            }
        }
    }

    static final Value HARMLESS = new Value(new Flow.Harmless(""), Schema.Kind.PLAIN, 0);

    /// How much something is that labelled values are kept in.
    static final Value SIZE =
            new Value(
                    new Flow.Derived(
                            Set.of(
                                    new Schema.Column(
                                            "",
                                            "(the size of what holds labelled columns)",
                                            0,
                                            Schema.Kind.PLAIN,
                                            Schema.Nature.DERIVED,
                                            false,
                                            false))),
                    Schema.Kind.PLAIN,
                    0);

    static Value of(Schema.Column column) {
        return switch (column.nature()) {
            case HARMLESS ->
                    new Value(new Flow.Harmless(column.path()), column.kind(), column.type());
            case LABELLED -> new Value(new Flow.Exact(column), column.kind(), column.type());
            case DERIVED ->
                    new Value(new Flow.Derived(Set.of(column)), column.kind(), column.type());
        };
    }

    boolean harmless() {
        return flow instanceof Flow.Harmless;
    }

    /// It is one labelled column itself.
    boolean exact() {
        return flow instanceof Flow.Exact;
    }

    /// A text, a constant, or something else that is not labelled: what is harmless is of no
    /// interest.
    boolean textual() {
        return harmless() || kind == Schema.Kind.TEXT;
    }

    Set<Schema.Column> columns() {
        return switch (flow) {
            case Flow.Harmless _ -> Set.of();
            case Flow.Exact(var column) -> Set.of(column);
            case Flow.Derived(var columns) -> columns;
        };
    }

    /// Made of these: harmless only if all are.
    static Value derived(Schema.Kind kind, List<Value> from) {
        var columns = new LinkedHashSet<Schema.Column>();
        from.forEach(value -> columns.addAll(value.columns()));
        return columns.isEmpty() ? HARMLESS : new Value(new Flow.Derived(columns), kind, 0);
    }

    static Value derived(Schema.Kind kind, Value... from) {
        return derived(kind, Arrays.asList(from));
    }

    /// The same without the claim that it is exactly one column.
    Value blurred() {
        return flow instanceof Flow.Exact(var column)
                ? new Value(new Flow.Derived(Set.of(column)), kind, type)
                : this;
    }
}
