package dev.countersign.server;

import dev.countersign.model.Work;
import dev.countersign.postgres.PostgresTarget;
import dev.countersign.settings.Default;
import dev.countersign.settings.Shorthand;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// One `kind: PolicyTests` document: statements, and what the rules are to say to them.
///
/// ```yaml
/// kind: PolicyTests
/// include: [read-only-analyst.yaml]
/// target: {name: shop, labels: {env: prod}, tables: {public.orders: {id: int8, status: text}}}
/// actor: {agent: eve, human: ann}
/// cases:
///   - name: a read is allowed
///     given: {sql: "SELECT id FROM orders"}
///     expect: {decision: allow, rules: [reads]}
/// ```
///
/// @param targets that cases may name
/// @param actor of every case that says none
/// @param target of every case that says none
/// @param cases at most [#MAX_CASES]
public record PolicyTests(
        List<TargetGiven> targets,
        Optional<ActorGiven> actor,
        Optional<TargetGiven> target,
        List<Case> cases) {
    /// Cases of one document.
    static final int MAX_CASES = 10_000;

    public PolicyTests {
        if (cases.isEmpty() || cases.size() > MAX_CASES) {
            throw new IllegalArgumentException("`cases` has from 1 to " + MAX_CASES + " of them");
        }
    }

    /// @param name what is shown of it
    public record Case(String name, Given given, Expected expect) {}

    /// Somebody asks something somewhere.
    ///
    /// @param sql as a client sends it; several statements may be in it
    /// @param parameters values in text form, in order
    /// @param plan that the client says it carries out
    /// @param step of the plan
    /// @param time that rules see: `2026-11-02T09:30:00Z`; a Monday at noon where none is given
    public record Given(
            Optional<ActorGiven> actor,
            Optional<TargetGiven> target,
            String sql,
            List<String> parameters,
            @Default("") String plan,
            @Default("") String step,
            @Default("2026-01-05T12:00:00Z") String time) {
        /// Characters of a statement.
        static final int MAX_SQL = 1 << 20;

        public Given {
            if (sql.length() > MAX_SQL) {
                throw new IllegalArgumentException("`sql` has at most " + MAX_SQL + " characters");
            }
            if (plan.length() > Work.MAX_LENGTH || step.length() > Work.MAX_LENGTH) {
                throw new IllegalArgumentException(
                        "`plan` and `step` have at most " + Work.MAX_LENGTH + " characters each");
            }
            try {
                var _ = Instant.parse(time);
            } catch (DateTimeParseException e) {
                throw new IllegalArgumentException(
                        "`time` is an instant such as 2026-11-02T09:30:00Z, not `" + time + "`", e);
            }
        }

        Instant now() {
            return Instant.parse(time);
        }

        Work work() {
            return plan.isEmpty() && step.isEmpty()
                    ? Work.NONE
                    : new Work(plan, step, "", "", Work.Assurance.B1);
        }
    }

    /// Who asks, as an issuer's token would say it.
    ///
    /// @param agent who acts; where `is-agent` is false, the person
    /// @param human for whom an agent acts; nobody where it is empty
    /// @param groups of the human, or of the actor where there is none
    /// @param issuer of all names
    /// @param isAgent what the rules take it for
    @Shorthand("agent")
    public record ActorGiven(
            String agent,
            @Default("") String human,
            List<String> groups,
            @Default("https://issuer.example") String issuer,
            @Default("true") boolean isAgent) {
        public ActorGiven {
            if (!isAgent && !human.isEmpty()) {
                throw new IllegalArgumentException(
                        "a person acts for itself: `human` is for agents");
            }
        }
    }

    /// Where it is asked. A name alone is a target of `targets` or of the configuration.
    ///
    /// @param labels for rules
    /// @param columns what is sensitive, as in a target's own document
    /// @param tables columns and their types by `schema.table`: all that there is
    @Shorthand("name")
    public record TargetGiven(
            String name,
            Map<String, String> labels,
            Map<String, PostgresTarget.ColumnSettings> columns,
            Map<String, Map<String, String>> tables) {
        boolean onlyNamed() {
            return labels.isEmpty() && columns.isEmpty() && tables.isEmpty();
        }
    }

    /// What is to come of it. What is not said is not looked at.
    ///
    /// @param decision what the client would get
    /// @param by `rules`, or `gateway` where it is refused whatever the rules say
    /// @param rules exactly those that gave the decision, as `rule` or `policy/rule`
    /// @param panels exactly those that are asked
    /// @param masks exactly the patterns of labels that rules mask more strictly
    /// @param limit how much may come back
    /// @param told a part of what the client is told where it is denied
    public record Expected(
            Outcome decision,
            Optional<String> by,
            Optional<List<String>> rules,
            Optional<List<String>> panels,
            Optional<List<String>> masks,
            Optional<LimitExpected> limit,
            Optional<String> told) {
        public Expected {
            if (by.isPresent() && !List.of("rules", "gateway").contains(by.get())) {
                throw new IllegalArgumentException("`by` is rules or gateway");
            }
        }
    }

    /// 0 is no limit.
    public record LimitExpected(@Default("0") long rowsOut, @Default("0") long bytesOut) {}

    /// What becomes of a statement.
    public enum Outcome {
        /// It runs.
        ALLOW,
        /// It runs when everything that is required is there.
        REQUIRE,
        /// It does not run.
        DENY;

        /// As files write it: `allow`.
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
