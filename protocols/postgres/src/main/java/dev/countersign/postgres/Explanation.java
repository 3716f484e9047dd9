package dev.countersign.postgres;

import dev.countersign.model.Effect;
import dev.countersign.model.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What becomes of a text on one target, by the catalogue and the text alone: what the gateway
/// knows before policy, parameters and the session's state have their say, all of which can only
/// forbid or mask more.
///
/// @param statements of the text, each as if those before it had run
/// @param missing configured columns that the target does not have
public record Explanation(List<Told> statements, List<String> missing) {
    public Explanation {
        statements = List.copyOf(statements);
        missing = List.copyOf(missing);
    }

    /// Whether the gateway would refuse it: a text runs as a whole or not at all.
    public boolean refused() {
        return statements.stream().anyMatch(statement -> statement.refused().isPresent());
    }

    /// One statement.
    ///
    /// @param text as it was given
    /// @param provenRead it is proven to have no effect
    /// @param tables it names
    /// @param compared paths of labelled columns that it compares, as their labels allow
    /// @param refused why it must not run; it has no columns then
    /// @param columns of its result, in their order
    /// @param more its result may have others behind them, with nothing labelled in them
    public record Told(
            String text,
            Set<Effect> effects,
            boolean provenRead,
            List<String> tables,
            List<String> compared,
            Optional<Refused> refused,
            List<Column> columns,
            boolean more) {
        public Told {
            effects = Set.copyOf(effects);
            tables = List.copyOf(tables);
            compared = List.copyOf(compared);
            columns = List.copyOf(columns);
        }
    }

    /// @param code that the client gets: an SQLSTATE
    public record Refused(String code, Refusal refusal) {}

    /// A column of a result.
    ///
    /// @param name empty where it is not certain
    public record Column(String name, Happens happens) {}

    /// What happens to each of its values.
    public sealed interface Happens {
        /// @param path of the column that it is, unchanged; empty where it is none
        record AsItIs(String path) implements Happens {}

        /// It is exactly one labelled column.
        ///
        /// @param mask as a configuration writes it
        record Masked(String path, String label, String mask) implements Happens {}

        /// One constant in every row: labelled columns went into it.
        record Constant(List<Labelled> from) implements Happens {
            public Constant {
                from = List.copyOf(from);
            }
        }
    }

    /// @param label empty where nobody can tell
    public record Labelled(String path, String label) {}
}
