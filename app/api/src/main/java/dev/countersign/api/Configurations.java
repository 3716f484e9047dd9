package dev.countersign.api;

import dev.countersign.model.Json;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Session;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/// The configuration in force, and the way to another.
public interface Configurations {
    /// One document as it is in force.
    ///
    /// @param kind empty for the gateway's own
    /// @param values each scalar by its path: `rules.0.when`. Secrets are references in all of them
    record Part(String kind, String name, Map<String, String> values) {
        public Part {
            values = Map.copyOf(values);
        }
    }

    /// @param digest over all documents, as the log has it
    /// @param policy over the policies alone
    /// @param since when it came into force
    /// @param by who applied it; empty for the start
    record InForce(String digest, String policy, Instant since, String by, List<Part> parts) {
        public InForce {
            parts = List.copyOf(parts);
        }
    }

    /// What an apply did.
    ///
    /// @param changed documents: `Target shop`
    /// @param earlier live sessions whose target's settings are those of before; they were ended
    ///   where that was asked for
    record Applied(String digest, List<String> changed, int earlier) {
        public Applied {
            changed = List.copyOf(changed);
        }

        Json.Obj json() {
            return Json.object()
                    .put("digest", digest)
                    .put("changed", Json.strings(changed))
                    .put("earlier_sessions", earlier)
                    .build();
        }
    }

    /// Nothing was changed.
    final class NotApplied extends Exception {
        private static final long serialVersionUID = 1;

        private final Why why;
        private final transient List<String> problems;

        public enum Why {
            /// The files say something else than whoever applies has seen.
            OTHER_FILES,
            /// The files are wrong.
            PROBLEMS,
            /// It changes what is settled at the start.
            RESTART
        }

        /// @param problems a line each, with file, line and column where there is one
        public NotApplied(Why why, List<String> problems) {
            super(String.join("; ", problems), null, false, false);
            this.why = why;
            this.problems = List.copyOf(problems);
        }

        Why why() {
            return why;
        }

        List<String> problems() {
            return problems;
        }
    }

    InForce inForce();

    /// Reads the gateway's own files anew and puts them in force as a whole, or changes nothing.
    /// The change is in the log before it counts.
    ///
    /// @param digest that the files must have; empty takes them as they are
    /// @param endEarlier ends the live sessions of targets whose settings changed, which otherwise
    ///   go on as they began. Policies, panels, issuers count for all sessions at once
    /// @throws dev.countersign.evidence.EvidenceFailure if the change cannot be written down
    Applied apply(String digest, boolean endEarlier, Reviewer by, Session.Source from)
            throws NotApplied;
}
