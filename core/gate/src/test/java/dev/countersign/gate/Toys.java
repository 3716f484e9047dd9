package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Obligations;
import dev.countersign.model.Principal;
import dev.countersign.model.Refusal;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import dev.countersign.reviews.Panel;
import dev.countersign.reviews.ReviewSettings;
import dev.countersign.reviews.Reviews;
import dev.countersign.reviews.Said;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/// What both toy protocols share: a principal, a policy that denies what begins with `bad`, and an
/// analyst for whom `read …` is a proven read and `broken …` never runs.
public final class Toys {
    public static final Principal EVE =
            new Principal(
                    Principal.Kind.AGENT,
                    new Principal.Party("https://idp", "eve"),
                    null,
                    List.of(),
                    "",
                    Set.of(),
                    Instant.MAX,
                    Set.of(),
                    List.of());
    public static final Target TARGET =
            new Target("toy", "toy", "127.0.0.1:1", "", "role", Map.of());

    public static final Gate.Policy POLICY =
            new Gate.Policy() {
                @Override
                public Decision decide(Action action) {
                    var because = List.of(new Decision.RuleRef("toy", "rule"));
                    return action.request().command().text().orElse("").startsWith("bad")
                            ? new Decision.Deny(because, "bad is denied")
                            : new Decision.Allow(because, Obligations.NONE);
                }

                @Override
                public boolean onlyReads(Principal who, Target where) {
                    return false;
                }
            };

    public static final Analyst ANALYST =
            (session, asked) -> {
                var text = asked.request().command().text().orElse("");
                boolean proven = text.startsWith("read");
                var action =
                        new Action(
                                asked.id(),
                                session,
                                asked.request(),
                                Set.of(proven ? Effect.READ : Effect.UPDATE),
                                List.of(),
                                new Facts.Sql(
                                        proven, false, List.of(), List.of(), List.of(), List.of(),
                                        true, false, 0, false),
                                "toy");
                return CompletableFuture.completedStage(
                        new Analyst.Analysis(
                                action,
                                text.startsWith("broken")
                                        ? new Refusal(Refusal.Reason.NEVER, "never", "")
                                        : null));
            };

    private Toys() {}

    public static Gate gate(MemoryEvidence evidence) {
        return new Gate(POLICY, evidence, Toys.reviews(evidence), Clock.systemUTC());
    }

    /// What a reviewer of that panel says, who signed in and was shown everything.
    public static Said says(String name, boolean yes, String reason) {
        return new Said(
                new Reviewer(
                        new Principal.Party("https://idp", name),
                        List.of(name),
                        Set.of("reviewers"),
                        "cli",
                        Instant.EPOCH,
                        Instant.MAX),
                new Session.Source("127.0.0.1:9", "api", ""),
                yes,
                reason,
                "nonce",
                Ruling.Assurance.SESSION,
                "",
                true);
    }

    /// One panel, named panel, of the group reviewers.
    public static Reviews reviews(MemoryEvidence evidence) {
        return new Reviews(
                List.of(new Panel("panel", List.of("reviewers"), 1, List.of())),
                new ReviewSettings(
                        ReviewSettings.HOLD, ReviewSettings.HOLD_IN_TRANSACTION, "", "toy"),
                evidence,
                Clock.systemUTC(),
                _ -> {});
    }

    public static Session session() {
        return session(EVE);
    }

    public static Session session(Principal who) {
        return new Session(
                SessionId.fresh(),
                who,
                TARGET,
                new Session.Source("127.0.0.1:1", "toy 127.0.0.1:2", ""),
                Work.NONE,
                false,
                Map.of());
    }

    public static SessionPermit open(Gate gate, Session session) {
        return gate.open(session, "token", Bytes.EMPTY, ANALYST).toCompletableFuture().join();
    }
}
