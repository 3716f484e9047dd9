package dev.countersign.postgres;

import dev.countersign.masking.MaskSettings;
import org.jspecify.annotations.Nullable;

/// What the catalogue knows of the columns that results come from. One immutable snapshot.
interface Labels {
    /// Whether the target labels anything, or the catalogue cannot say: rows must be looked at.
    boolean any();

    /// @param table oid of the relation as RowDescription tells it, 0 where the origin is lost
    /// @param attribute number of the column there: 0 for a whole row, negative for a system column
    Origin origin(long table, int attribute);

    /// A labelled column by its name.
    ///
    /// @param path `schema.table.column`
    @Nullable Named named(String path);

    /// @param type its oid
    record Named(long type, String label, MaskSettings mask) {}

    sealed interface Origin {
        /// A column that nothing labels.
        record Harmless() implements Origin {}

        /// Exactly one labelled column of a base table, or a column that takes its values from it
        /// unchanged.
        record Labelled(String label, MaskSettings mask) implements Origin {}

        /// Nobody can tell: the origin is lost, or the catalogue does not know the relation or the
        /// column.
        record Unproven() implements Origin {}
    }
}
