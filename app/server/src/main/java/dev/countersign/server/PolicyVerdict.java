package dev.countersign.server;

import dev.countersign.gate.Analyst;
import dev.countersign.gate.Asked;
import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Decision;
import dev.countersign.model.Obligations;
import dev.countersign.model.Principal;
import dev.countersign.model.Refusal;
import dev.countersign.model.Request;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import dev.countersign.policy.RuleBook;
import dev.countersign.policy.Trace;
import dev.countersign.server.PolicyTests.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// What would become of a statement: the same analysis and the same rules as on its real way, and
/// how that came to be. Nothing is run, asked of people or written down.
///
/// @param action as the analyst understood it
/// @param never why the gateway refuses it, whatever the rules say; null where they decide
public record PolicyVerdict(Action action, @Nullable Refusal never, Trace trace) {
    /// How long an analysis may take.
    private static final long LIMIT_SECONDS = 30;

    /// @throws IllegalStateException if the analyst does not answer in time
    static PolicyVerdict of(
            RuleBook rules,
            Analyst analyst,
            Target target,
            PolicyTests.ActorGiven actor,
            Request request,
            Work work,
            Instant now) {
        var who = principal(actor);
        var session =
                new Session(
                        SessionId.fresh(),
                        who,
                        target,
                        new Session.Source("127.0.0.1:0", target.protocol() + " 127.0.0.1:0", ""),
                        work,
                        rules.onlyReads(who, target), // as at a login
                        Map.of());
        try {
            var analysis =
                    analyst.analyse(session, new Asked(ActionId.fresh(), request))
                            .toCompletableFuture()
                            .get(LIMIT_SECONDS, TimeUnit.SECONDS);
            return new PolicyVerdict(
                    analysis.action(), analysis.never(), rules.trace(analysis.action(), now));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a statement was analysed", e);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(
                    "a statement could not be analysed within " + LIMIT_SECONDS + " s", e);
        }
    }

    private static Principal principal(PolicyTests.ActorGiven actor) {
        return new Principal(
                actor.isAgent() ? Principal.Kind.AGENT : Principal.Kind.HUMAN,
                new Principal.Party(actor.issuer(), actor.agent()),
                actor.human().isEmpty() ? null : new Principal.Party(actor.issuer(), actor.human()),
                List.of(),
                "",
                Set.copyOf(actor.groups()),
                Instant.MAX,
                Set.of(),
                List.of());
    }

    /// As the gate has it: what must never run is refused before the rules have their say.
    public Outcome outcome() {
        return never != null
                ? Outcome.DENY
                : switch (trace.decision()) {
                    case Decision.Allow _ -> Outcome.ALLOW;
                    case Decision.Require _ -> Outcome.REQUIRE;
                    case Decision.Deny _ -> Outcome.DENY;
                };
    }

    /// What the client is told where it is denied.
    public Optional<String> told() {
        return never != null
                ? Optional.of(never.message())
                : trace.decision() instanceof Decision.Deny(_, var words)
                        ? Optional.of(words)
                        : Optional.empty();
    }

    /// Who decided: `rules`, or `gateway` where it must not run whatever they say.
    public String by() {
        return never == null ? "rules" : "gateway";
    }

    /// The rules that gave the decision; none where the gateway refuses.
    public List<Decision.RuleRef> rules() {
        return never == null ? trace.decision().because() : List.of();
    }

    /// Everything that must be there before it may run.
    public List<Decision.Requirement> requirements() {
        return never == null && trace.decision() instanceof Decision.Require(_, var requirements, _)
                ? requirements
                : List.of();
    }

    /// The panels whose people are asked.
    public List<String> panels() {
        return requirements().stream()
                .filter(Decision.Requirement.Approval.class::isInstance)
                .map(one -> ((Decision.Requirement.Approval) one).panel())
                .distinct()
                .sorted()
                .toList();
    }

    /// What it must put up with where it runs.
    public Obligations obligations() {
        return never != null
                ? Obligations.NONE
                : switch (trace.decision()) {
                    case Decision.Allow(_, var obligations) -> obligations;
                    case Decision.Require(_, _, var obligations) -> obligations;
                    case Decision.Deny _ -> Obligations.NONE;
                };
    }
}
