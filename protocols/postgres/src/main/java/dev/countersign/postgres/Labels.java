package dev.countersign.postgres;

import dev.countersign.masking.JsonPath;
import dev.countersign.masking.MaskSettings;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the catalogue knows of the columns that results come from. One immutable snapshot.
interface Labels {
    /// Whether the target labels anything, or the catalogue cannot say: rows must be looked at.
    boolean any();

    /// How far the order of rows must be hidden.
    Catalogue.Order order();

    /// @param table oid of the relation as RowDescription tells it, 0 where the origin is lost
    /// @param attribute number of the column there: 0 for a whole row, negative for a system column
    Origin origin(long table, int attribute);

    /// A labelled column by its name.
    ///
    /// @param path `schema.table.column`
    @Nullable Named named(String path);

    /// @param type its oid
    record Named(long type, Label label) {}

    /// What a column is called for rules, and how it looks.
    ///
    /// @param name of several parts, all of their names
    /// @param mask of the whole value
    /// @param parts of a document that alone are masked; the whole value where there are none
    record Label(String name, MaskSettings mask, List<Part> parts) {
        public Label {
            parts = List.copyOf(parts);
        }

        Label(String name, MaskSettings mask) {
            this(name, mask, List.of());
        }

        /// Of parts alone: in what cannot be looked into, all is masked.
        static Label of(List<Part> parts) {
            return new Label(
                    parts.stream()
                            .map(Part::label)
                            .distinct()
                            .sorted()
                            .collect(Collectors.joining(",")),
                    MaskSettings.REDACT,
                    parts);
        }

        /// As a configuration writes it.
        String written() {
            return parts.isEmpty()
                    ? mask.written()
                    : parts.stream()
                            .map(part -> part.path() + " " + part.mask().written())
                            .collect(Collectors.joining(", "));
        }

        /// Whether equal values can be told from others by how they look.
        boolean comparable() {
            return mask.comparable() || parts.stream().anyMatch(part -> part.mask().comparable());
        }
    }

    /// A place inside of a JSON document.
    record Part(JsonPath path, String label, MaskSettings mask) {}

    sealed interface Origin {
        /// A column that nothing labels.
        record Harmless() implements Origin {}

        /// Exactly one labelled column of a base table, or a column that takes its values from it
        /// unchanged.
        record Labelled(Label label) implements Origin {}

        /// Nobody can tell: the origin is lost, or the catalogue does not know the relation or the
        /// column.
        record Unproven() implements Origin {}
    }
}
