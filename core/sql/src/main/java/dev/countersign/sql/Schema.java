package dev.countersign.sql;

import java.util.List;
import java.util.Set;

/// What [Lineage] has to know of the relations that a statement names.
public interface Schema {
    /// Every relation that this name may mean.
    ///
    /// @param schema empty where none was written
    List<Relation> find(String schema, String name);

    /// @param schema and
    /// @param name as the target calls it
    /// @param columns in the order of `*`
    /// @param table it is no view
    /// @param computed names of columns that a COPY of the whole table leaves out
    record Relation(
            String schema, String name, List<Column> columns, boolean table, Set<String> computed) {
        public Relation {
            computed = Set.copyOf(computed);
            columns = List.copyOf(columns);
        }
    }

    /// @param name in its relation
    /// @param path of the column that its values come from, `schema.table.column`: its own, or of a
    ///   view's column that below it
    /// @param type its oid; 0 where it is not known
    /// @param filter it may be compared with a literal or parameter in WHERE
    /// @param tested writing it tells whether a labelled value is equal: a unique or foreign key,
    ///   or an operator that shows equal values as equal
    /// @param parts of a document that are labelled; all of the value where there are none
    record Column(
            String name,
            String path,
            long type,
            Kind kind,
            Nature nature,
            boolean filter,
            boolean tested,
            List<Part> parts) {
        public Column {
            parts = List.copyOf(parts);
        }

        public Column(
                String name,
                String path,
                long type,
                Kind kind,
                Nature nature,
                boolean filter,
                boolean tested) {
            this(name, path, type, kind, nature, filter, tested, List.of());
        }
    }

    /// A place inside of a JSON document, in the lax mode of SQL/JSON paths.
    ///
    /// @param steps names of members, and [#EACH]
    record Part(List<String> steps) {
        /// Every element of an array.
        public static final String EACH = "[*]";

        public Part {
            steps = List.copyOf(steps);
        }
    }

    enum Kind {
        /// `text` and its like, or a domain over one.
        TEXT,
        /// A scalar of the system's own, or an enum.
        PLAIN,
        /// An array, a row, a range or a document, made of the system's own types.
        COMPOUND,
        /// Of a type that somebody made, whose output may be anything.
        FOREIGN
    }

    enum Nature {
        HARMLESS,
        /// It is exactly one labelled column.
        LABELLED,
        /// It was made of labelled columns, and nobody knows how.
        DERIVED
    }
}
