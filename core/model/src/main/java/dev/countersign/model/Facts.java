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
            boolean sensitive)
            implements Facts {
        public Sql {
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
