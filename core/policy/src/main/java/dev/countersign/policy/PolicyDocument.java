package dev.countersign.policy;

import dev.countersign.settings.Default;
import dev.countersign.settings.Key;
import java.time.Duration;
import java.util.ArrayList;
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
///
/// @param name of the policy; records name a rule by both
/// @param rules their order means nothing
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
    /// @param name unique in its policy
    /// @param on the kinds of action it speaks of: sql, http, exec, any
    /// @param when a condition in CEL; always where none is given
    /// @param allow without an allow, everything is denied
    /// @param deny what the agent is told; denies if it is given
    /// @param require what must be there before it may run; it does not allow by itself
    /// @param mask masks more strictly than the columns say
    /// @param limit how much may come back
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

    /// What must be there before it may run; all of it.
    ///
    /// @param approval people have said yes to exactly that
    /// @param stepUp a fresh sign-in; not served yet, so a rule with it denies
    /// @param justification a reason given; likewise
    /// @param ticket the form of a ticket number; likewise
    public record RequireSettings(
            Optional<ApprovalSettings> approval,
            Optional<StepUpSettings> stepUp,
            Optional<JustificationSettings> justification,
            @Default("") String ticket) {}

    /// @param panel who decides
    /// @param panels in its place: several, each of which must
    /// @param within how long a review waits for an answer
    /// @param count how many people of a panel; its own quorum may be more, never less
    /// @param scope `statement`: once, exactly what was asked
    /// @param preview what the reviewer is shown of its effect: `explain`, `affected-rows`
    /// @param distinctPeople always so: one person fills one place
    /// @param method `session` takes a stored sign-in, `signed` asks for one of its own for each
    ///   ruling
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
            if (count < 1 || count > MAX_COUNT) {
                throw new IllegalArgumentException(
                        "`count` of an approval is from 1 to " + MAX_COUNT);
            }
            if (!within.isPositive() || within.compareTo(LONGEST) > 0) {
                throw new IllegalArgumentException(
                        "`within` of an approval is longer than 0s and at most 24h");
            }
            if (!List.of("session", "signed", "passkey").contains(method)) {
                throw new IllegalArgumentException(
                        "`method` of an approval knows session, signed and passkey");
            }
            if (!List.of("explain", "affected-rows").containsAll(preview)) {
                throw new IllegalArgumentException(
                        "`preview` of an approval knows explain and affected-rows");
            }
        }

        /// People of one panel.
        static final int MAX_COUNT = 16;

        /// Nobody is waited for any longer.
        static final Duration LONGEST = Duration.ofHours(24);

        boolean signed() {
            return !method.equals("session");
        }

        /// All panels that are asked.
        public List<String> all() {
            return panel.isEmpty() ? panels : List.of(panel);
        }

        List<String> unserved() {
            var out = new ArrayList<String>();
            if (!scope.equals("statement")) {
                out.add("require.approval.scope");
            }
            if (method.equals("passkey")) {
                out.add("require.approval.method: passkey");
            }
            return out;
        }
    }

    /// @param method `passkey`
    /// @param maxAge how old the sign-in may be
    public record StepUpSettings(String method, @Default("5m") Duration maxAge) {}

    /// @param min characters
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
    /// @param rowsOut rows of one answer
    /// @param bytesOut bytes of one answer
    /// @param rowsChanged not served yet, so a rule with it denies
    /// @param onExceed what happens to what was changed
    /// @param session likewise
    public record LimitSettings(
            @Default("0") long rowsOut,
            @Default("0") long bytesOut,
            @Default("0") long rowsChanged,
            @Default("rollback") String onExceed,
            @Default("0s") Duration session) {}

    /// @param panel who looks at it afterwards
    /// @param within how soon
    public record ReviewAfterSettings(String panel, @Default("24h") Duration within) {}
}
