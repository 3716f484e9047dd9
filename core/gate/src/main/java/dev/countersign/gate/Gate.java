package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Obligations;
import dev.countersign.model.Opinion;
import dev.countersign.model.Outcome;
import dev.countersign.model.Principal;
import dev.countersign.model.Refusal;
import dev.countersign.model.Session;
import dev.countersign.model.Target;
import dev.countersign.model.Verb;
import dev.countersign.reviews.Reviews;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The only door. Understand, judge, write down, and hand out a permit, in that order, for every
/// protocol.
///
/// It takes batches: everything of one batch is judged together and written down in one commit. The
/// first action that is refused, or that people are asked about, ends the batch; what stands behind
/// it is not reached and may be asked again. Nothing here blocks.
public final class Gate {
    /// How long an open transaction may go on, and commit, after its principal's token has ended.
    public static final Duration GRACE = Duration.ofSeconds(30);

    private final Policy policy;
    private final EvidenceLog evidence;
    private final Clock clock;
    private final Approvals approvals;
    private final Outside outside;

    /// Nobody but the policy is asked.
    public Gate(Policy policy, EvidenceLog evidence, Reviews reviews, Clock clock) {
        this(policy, SecondOpinion.NONE, evidence, reviews, clock);
    }

    /// @param second who is asked beside the policy, where that does not deny
    public Gate(
            Policy policy,
            SecondOpinion second,
            EvidenceLog evidence,
            Reviews reviews,
            Clock clock) {
        this.policy = policy;
        this.evidence = evidence;
        this.clock = clock;
        this.outside = new Outside(second);
        this.approvals = new Approvals(this, outside, evidence, reviews);
    }

    /// Whoever judges. Pure, and fast enough for an event loop.
    public interface Policy {
        /// Never throws: what goes wrong is a denial.
        Decision decide(Action action);

        /// Whether nothing but reads can ever be allowed to this principal at this target (I1).
        boolean onlyReads(Principal who, Target where);
    }

    /// Whether nothing but reads can ever be allowed, so that the target is told to hold the
    /// session read-only.
    public boolean onlyReads(Principal who, Target where) {
        return policy.onlyReads(who, where);
    }

    /// Writes down that somebody proved who they are and begins a session; nothing of it reaches a
    /// target before.
    ///
    /// @param method how they proved it: `token`, `minted`
    /// @param token what the issuer signed, without the signature
    public CompletionStage<SessionPermit> open(
            Session session, String method, Bytes token, Analyst analyst) {
        return evidence.append(
                        List.of(
                                new Evidence.LoggedIn(session, method, token),
                                new Evidence.SessionOpened(session)))
                .thenApply(_ -> new SessionPermit(session, analyst, evidence));
    }

    /// One answer for each thing asked, in order. No stage completes exceptionally: evidence that
    /// cannot be written is a refusal.
    public List<CompletionStage<Answer>> ask(SessionPermit session, List<Asked> batch) {
        var answers = new ArrayList<CompletableFuture<Answer>>(batch.size());
        var analyses = new ArrayList<CompletableFuture<Analyst.Analysis>>(batch.size());
        for (var asked : batch) {
            session.says(asked.request().said());
            answers.add(new CompletableFuture<>());
            analyses.add(session.analyst().analyse(session.session(), asked).toCompletableFuture());
        }
        var _ =
                CompletableFuture.allOf(analyses.toArray(CompletableFuture[]::new))
                        .thenApply(_ -> analyses.stream().map(CompletableFuture::join).toList())
                        .thenCompose(found -> decide(found, 0, new ArrayList<>(found.size())))
                        .thenAccept(judged -> answer(batch, judged, answers, session))
                        .exceptionally(_ -> {
                            refuseAll(
                                    batch,
                                    answers,
                                    NOT_UNDERSTOOD); // an analyst or a policy broke its promise:
                            // closed
                            return null;
                        });
        return List.copyOf(answers);
    }

    /// An action and everything that was said to it.
    ///
    /// @param opinion null where nobody outside was asked
    record Judged(
            Action action,
            Decision decision,
            @Nullable Refusal refusal,
            @Nullable Opinion opinion) {
        boolean people() {
            return refusal == null && asksPeople(action, decision);
        }

        /// What stands behind it is not reached.
        boolean stops() {
            return refusal != null || people();
        }

        /// The same, which will not run, for a reason that was found later.
        Judged refusedFor(Refusal why) {
            return new Judged(action, decision, why, opinion);
        }

        Evidence.Intent intent() {
            return new Evidence.Intent(action, decision, refusal, opinion, true);
        }
    }

    /// By the policy that is in force now.
    Judged judged(Analyst.Analysis found, @Nullable Opinion opinion) {
        var decision = policy.decide(found.action());
        var refusal = refusal(found, decision);
        if (refusal == null && opinion != null) {
            refusal = Outside.refusal(opinion);
        }
        return new Judged(found.action(), decision, refusal, opinion);
    }

    /// One after the other until one stops the rest, so that nobody outside is asked about what is
    /// not reached. About what people decide they are asked with it ([Approvals]).
    private CompletionStage<List<Judged>> decide(
            List<Analyst.Analysis> found, int from, List<Judged> out) {
        for (int at = from; at < found.size(); at++) {
            var one = found.get(at);
            var judged = judged(one, null);
            if (!judged.stops() && outside.wanted(one.action())) {
                int next = at + 1;
                return outside.ask(one.action(), judged.decision())
                        .thenCompose(opinion -> {
                            var heard = judged(one, opinion);
                            out.add(heard);
                            return heard.stops()
                                    ? CompletableFuture.completedStage(out)
                                    : decide(found, next, out);
                        });
            }
            out.add(judged);
            if (judged.stops()) {
                break;
            }
        }
        return CompletableFuture.completedStage(out);
    }

    private void answer(
            List<Asked> batch,
            List<Judged> reached,
            List<CompletableFuture<Answer>> answers,
            SessionPermit session) {
        // what people decide is understood anew, and written down by itself
        var people = reached.getLast().people() ? reached.getLast() : null;
        var judged = people == null ? reached : reached.subList(0, reached.size() - 1);
        var records = new ArrayList<Evidence>(judged.size() + 1);
        boolean wrote = false;
        for (var one : judged) {
            records.add(one.intent());
            wrote |= one.action().verb() != Verb.READ && !one.action().request().prepare();
            var refusal = one.refusal();
            if (refusal != null) {
                records.add(ended(one.action(), refusal));
            }
        }
        var written = evidence.append(records, session.home()).toCompletableFuture();
        boolean failedAtOnce = written.isCompletedExceptionally();
        for (int i = 0; i < judged.size(); i++) {
            var one = judged.get(i);
            if (one.refusal() == null && one.action().provenRead() && !failedAtOnce) {
                answers.get(i)
                        // its answer waits for `written`, the forward need not
                        .complete(admitted(one, written, session));
            }
        }
        boolean behindWrites = wrote;
        var _ =
                written.whenComplete((_, failed) -> {
                    for (int i = 0; i < answers.size(); i++) {
                        if (i == judged.size() && people != null && failed == null) {
                            ask(batch.get(i), people, session, behindWrites, answers.get(i));
                            continue;
                        }
                        answers.get(i)
                                .complete(
                                        i >= judged.size()
                                                ? new Answer.NotReached(batch.get(i).id())
                                                : failed != null
                                                        ? new Answer.Refused(
                                                                judged.get(i).action().id(),
                                                                NO_EVIDENCE)
                                                        : answer(judged.get(i), written, session));
                    }
                });
    }

    /// A Parse is only prepared by this; what is required is asked for when it is executed.
    static boolean asksPeople(Action action, Decision decision) {
        return decision instanceof Decision.Require && !action.request().prepare();
    }

    private void ask(
            Asked asked,
            Judged people,
            SessionPermit session,
            boolean behindWrites,
            CompletableFuture<Answer> answer) {
        var _ =
                approvals
                        .ask(asked, people, session, behindWrites)
                        .exceptionally(_ -> new Answer.Refused(asked.id(), NOT_UNDERSTOOD))
                        .thenAccept(answer::complete);
    }

    static Evidence ended(Action action, Refusal why) {
        return new Evidence.Settled(action.session(), action.id(), Outcome.refused(why));
    }

    private static Answer answer(Judged one, CompletionStage<?> written, SessionPermit session) {
        return one.refusal() == null
                ? admitted(one, written, session)
                : new Answer.Refused(one.action().id(), one.refusal());
    }

    private static Answer admitted(Judged one, CompletionStage<?> written, SessionPermit session) {
        return new Answer.Admitted(
                new ActionPermit(one.action(), obligations(one.decision()), written, session));
    }

    private static void refuseAll(
            List<Asked> batch, List<CompletableFuture<Answer>> answers, Refusal why) {
        for (int i = 0; i < batch.size(); i++) {
            answers.get(i).complete(new Answer.Refused(batch.get(i).id(), why));
        }
    }

    /// Why it must not run, whatever people say; null where there is no reason.
    @Nullable Refusal refusal(Analyst.Analysis analysis, Decision decision) {
        if (expired(analysis.action())) {
            return EXPIRED;
        }
        if (analysis.never() != null) {
            return analysis.never();
        }
        return switch (decision) {
            case Decision.Allow _, Decision.Require _ -> null;
            case Decision.Deny(_, var toTheAgent) ->
                    new Refusal(
                            Refusal.Reason.POLICY,
                            toTheAgent,
                            "Do not look for another way; ask your operator.");
        };
    }

    private boolean expired(Action action) {
        var now = clock.instant();
        return action.session()
                .who()
                .expires()
                .isBefore(action.request().inTransaction() ? now.minus(GRACE) : now);
    }

    static Obligations obligations(Decision decision) {
        return switch (decision) {
            case Decision.Allow(_, var obligations) -> obligations;
            case Decision.Require(_, _, var obligations) -> obligations;
            case Decision.Deny _ -> Obligations.NONE;
        };
    }

    static final Refusal NO_EVIDENCE =
            new Refusal(
                    Refusal.Reason.NO_EVIDENCE,
                    "the evidence log cannot be written, so nothing may run",
                    "Wait for the operator; nothing of this was executed.");
    static final Refusal NOT_UNDERSTOOD =
            new Refusal(
                    Refusal.Reason.NEVER,
                    "the gateway failed while reading this statement",
                    "Ask your operator.");
    private static final Refusal EXPIRED =
            new Refusal(
                    Refusal.Reason.EXPIRED,
                    "the access token has expired",
                    "Connect again with a fresh token.");
}
