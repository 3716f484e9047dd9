package dev.countersign.policy;

import dev.countersign.settings.Default;
import dev.countersign.settings.Key;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// One `kind: Policy` document.
///
/// ```yaml
/// kind: Policy
/// name: baseline
/// rules:
///   - name: reads
///     on: [sql]
///     when: stmt.effects.all(e, e in ["read", "session"])
///     allow: true
/// ```
public record PolicyDocument(String name, List<RuleSettings> rules) {
    /// Rules of one document.
    static final int MAX_RULES = 1_000;

    public PolicyDocument {
        if (rules.size() > MAX_RULES) {
            throw new IllegalArgumentException("a policy has at most " + MAX_RULES + " rules");
        }
    }

    /// One rule. The order of rules means nothing.
    ///
    /// @param on the kinds of action it speaks of: sql, http, exec, any
    /// @param when a condition in CEL; always where none is given
    /// @param allow without an allow, everything is denied
    /// @param deny what the agent is told; denies if it is given
    /// @param require what must be there before it may run; it does not allow by itself
    /// @param mask masks more strictly than the columns say
    /// @param told who is told; not served yet, so a rule that asks for it denies
    /// @param reviewAfter likewise
    public record RuleSettings(
            String name,
            List<String> on,
            @Default("true") String when,
            @Default("false") boolean allow,
            @Default("") String deny,
            Optional<RequireSettings> require,
            Optional<MaskSettings> mask,
            Optional<LimitSettings> limit,
            @Key("notify") List<String> told,
            Optional<ReviewAfterSettings> reviewAfter) {
        /// Characters of a condition.
        static final int MAX_CONDITION = 4_096;

        public RuleSettings {
            if (on.isEmpty()) {
                throw new IllegalArgumentException(
                        "`on` of rule `" + name + "` must say sql, http, exec or any");
            }
            for (var kind : on) {
                if (!List.of("sql", "http", "exec", "any").contains(kind)) {
                    throw new IllegalArgumentException(
                            "`on` of rule `" + name + "` knows sql, http, exec and any");
                }
            }
            if (when.length() > MAX_CONDITION) {
                throw new IllegalArgumentException(
                        "`when` of rule `"
                                + name
                                + "` has at most "
                                + MAX_CONDITION
                                + " characters");
            }
            if (!allow
                    && deny.isEmpty()
                    && require.isEmpty()
                    && mask.isEmpty()
                    && limit.isEmpty()) {
                throw new IllegalArgumentException(
                        "rule `" + name + "` says nothing: allow, deny, require, mask or limit");
            }
        }
    }

    public record RequireSettings(
            Optional<ApprovalSettings> approval,
            Optional<StepUpSettings> stepUp,
            Optional<JustificationSettings> justification,
            @Default("") String ticket) {}

    public record ApprovalSettings(
            @Default("") String panel,
            List<String> panels,
            @Default("15m") Duration within,
            @Default("1") int count,
            @Default("statement") String scope,
            List<String> preview,
            @Default("false") boolean distinctPeople,
            @Default("session") String method) {
        public ApprovalSettings {
            if (panel.isEmpty() == panels.isEmpty()) {
                throw new IllegalArgumentException("an approval names `panel` or `panels`");
            }
        }
    }

    public record StepUpSettings(String method, @Default("5m") Duration maxAge) {}

    public record JustificationSettings(@Default("1") int min) {}

    /// @param labels `pii.*`
    /// @param mode `strict` is all there is
    /// @param with an operator that ignores the value: `redact` or `null`; empty for the column's
    ///   own
    public record MaskSettings(
            List<String> labels, @Default("strict") String mode, @Default("") String with) {
        public MaskSettings {
            if (labels.isEmpty()) {
                throw new IllegalArgumentException("`mask` names no labels");
            }
            if (!mode.equals("strict") || !List.of("", "redact", "null").contains(with)) {
                throw new IllegalArgumentException(
                        "`mask` knows mode strict, and redact or null where it says with what");
            }
        }
    }

    /// 0 is no limit.
    ///
    /// @param rowsChanged not served yet, so a rule with it denies
    /// @param session likewise
    public record LimitSettings(
            @Default("0") long rowsOut,
            @Default("0") long bytesOut,
            @Default("0") long rowsChanged,
            @Default("rollback") String onExceed,
            @Default("0s") Duration session) {}

    public record ReviewAfterSettings(String panel, @Default("24h") Duration within) {}
}
