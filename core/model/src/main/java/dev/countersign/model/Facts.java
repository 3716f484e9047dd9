package dev.countersign.model;

import java.util.List;
import java.util.Map;

/// What analysis found, typed per kind of action, so that a rule cannot ask a shell command for its
/// WHERE clause.
public sealed interface Facts {

    /// The kind as rules spell it under `on:`.
    String kind();

    /// @param provenRead proven to have no effect: it may be forwarded while its intent is being
    ///   made durable
    /// @param prepare the text is only being prepared (Parse, PREPARE); a `require` waits for its
    ///   execution
    /// @param tables relations named, schema-qualified where the catalogue knows them
    /// @param columnsByValue labelled columns whose value comes out, as `schema.table.column`
    /// @param columnsByControl labelled columns used anywhere else
    /// @param functions called, by name
    /// @param hasWhere every UPDATE, DELETE and MERGE in it is restricted
    /// @param whereIsTautology any restriction is always true
    /// @param estimatedRows 0 where no rule asks
    /// @param sensitive it names something labelled, or something that could not be cleared: error
    ///   texts are neutralised
    /// @param outputs of each of its statements, where the columns of its result come from; empty
    ///   where nothing in it is labelled
    record Sql(
            boolean provenRead,
            boolean prepare,
            List<String> tables,
            List<String> columnsByValue,
            List<String> columnsByControl,
            List<String> functions,
            boolean hasWhere,
            boolean whereIsTautology,
            long estimatedRows,
            boolean sensitive,
            List<Outputs> outputs)
            implements Facts {

        /// Of something with no labels in it.
        public Sql(
                boolean provenRead,
                boolean prepare,
                List<String> tables,
                List<String> columnsByValue,
                List<String> columnsByControl,
                List<String> functions,
                boolean hasWhere,
                boolean whereIsTautology,
                long estimatedRows,
                boolean sensitive) {
            this(
                    provenRead,
                    prepare,
                    tables,
                    columnsByValue,
                    columnsByControl,
                    functions,
                    hasWhere,
                    whereIsTautology,
                    estimatedRows,
                    sensitive,
                    List.of());
        }

        public Sql {
            outputs = List.copyOf(outputs);
            tables = List.copyOf(tables);
            columnsByValue = List.copyOf(columnsByValue);
            columnsByControl = List.copyOf(columnsByControl);
            functions = List.copyOf(functions);
        }

        @Override
        public String kind() {
            return "sql";
        }
    }

    /// Where the columns of one result come from.
    ///
    /// @param columns in their order
    /// @param more there are further ones, nobody knows how many; all are harmless
    record Outputs(List<Origin> columns, boolean more) {
        /// Of what has no result, or one that nothing labelled can be in.
        public static final Outputs HARMLESS = new Outputs(List.of(), true);

        /// Nobody can tell.
        public static final Outputs UNKNOWN = new Outputs(List.of(), false);

        public Outputs {
            columns = List.copyOf(columns);
        }

        /// Whether a result of this many columns is the one that was meant.
        public boolean fits(int count) {
            return count == columns.size() || (more && count > columns.size());
        }

        /// Of the column at this place.
        public Origin at(int column) {
            return column < columns.size() ? columns.get(column) : Origin.HARMLESS;
        }
    }

    /// Where an output column comes from.
    enum Origin {
        /// Nothing labelled is in it.
        HARMLESS,
        /// It is exactly one labelled column.
        LABELLED,
        /// It is made of labelled columns, or may be.
        DERIVED
    }

    record Http(
            String method,
            String host,
            String route,
            String path,
            Map<String, String> query,
            Map<String, String> body,
            String contentType,
            String idempotencyKey)
            implements Facts {
        public Http {
            query = Map.copyOf(query);
            body = Map.copyOf(body);
        }

        @Override
        public String kind() {
            return "http";
        }
    }

    record Exec(
            List<String> programs,
            List<String> argv,
            List<String> paths,
            List<String> destinations,
            boolean readsStdin,
            boolean pty)
            implements Facts {
        public Exec {
            programs = List.copyOf(programs);
            argv = List.copyOf(argv);
            paths = List.copyOf(paths);
            destinations = List.copyOf(destinations);
        }

        @Override
        public String kind() {
            return "exec";
        }
    }
}
