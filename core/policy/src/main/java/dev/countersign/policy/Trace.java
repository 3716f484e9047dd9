package dev.countersign.policy;

import dev.countersign.model.Decision;
import dev.countersign.model.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// How a decision came to be, for people who write rules. Made by [RuleBook#trace], never on the
/// way of a statement.
///
/// @param decision exactly what [RuleBook#decide] says to the same action at the same time
/// @param rules each rule that speaks of the action's kind, in the order of the files
/// @param facts every fact that a rule for this kind can name, with its value, in the order of the
///   reference page
public record Trace(Decision decision, List<Said> rules, Map<String, Json> facts) {
    public Trace {
        rules = List.copyOf(rules);
        facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
    }

    /// What a condition came to.
    public enum Match {
        MATCHED,
        NOT_MATCHED,
        /// it could not be evaluated: counts as matched where the rule denies or requires, and as
        /// not matched where it only allows
        FAILED
    }

    /// What became of one rule.
    ///
    /// @param when the condition as it is written
    /// @param counts whether what the rule says is part of the decision
    /// @param says what it says to what it matches: `allow`, `deny`, `require`, `mask`, `limit`
    /// @param because of a rule that did not match, the first operand that is false in each
    ///   alternative; of one that failed, the first that cannot be evaluated; of one that matched,
    ///   nothing
    public record Said(
            Decision.RuleRef rule,
            Match match,
            boolean counts,
            String when,
            List<String> says,
            List<Part> because) {
        public Said {
            says = List.copyOf(says);
            because = List.copyOf(because);
        }
    }

    /// A part of a condition: an operand of its outermost `&&` and `||`.
    ///
    /// @param text as it is written
    /// @param value `false`, or `failed: ` and why
    /// @param facts that it names, with their values
    public record Part(String text, String value, Map<String, Json> facts) {
        public Part {
            facts = Collections.unmodifiableMap(new LinkedHashMap<>(facts));
        }
    }

    /// The rules whose word counts.
    public List<Decision.RuleRef> counted() {
        return rules.stream().filter(Said::counts).map(Said::rule).toList();
    }
}
