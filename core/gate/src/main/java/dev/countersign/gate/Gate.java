package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Obligations;
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

    public Gate(Policy policy, EvidenceLog evidence, Reviews reviews, Clock clock) {
        this.policy = policy;
        this.evidence = evidence;
        this.clock = clock;
        this.approvals = new Approvals(this, policy, evidence, reviews);
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
            answers.add(new CompletableFuture<>());
            analyses.add(session.analyst().analyse(session.session(), asked).toCompletableFuture());
        }
        var _ =
                CompletableFuture.allOf(analyses.toArray(CompletableFuture[]::new))
                        .thenRun(() ->
                                judge(
                                        batch,
                                        analyses.stream().map(CompletableFuture::join).toList(),
                                        answers,
                                        session))
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

    private void judge(
            List<Asked> asked,
            List<Analyst.Analysis> batch,
            List<CompletableFuture<Answer>> answers,
            SessionPermit session) {
        var records = new ArrayList<Evidence>(batch.size() + 1);
        var judged = new ArrayList<Judged>(batch.size());
        boolean wrote = false;
        for (int i = 0; i < batch.size(); i++) {
            var action = batch.get(i).action();
            var decision = policy.decide(action);
            var one = judged(asked.get(i), batch.get(i), decision, session, wrote, records.size());
            wrote |= action.verb() != Verb.READ && !action.request().prepare();
            records.add(new Evidence.Intent(action, decision, one.refusal()));
            records.addAll(one.behind());
            judged.add(one);
            if (one.stops()) {
                break;
            }
        }
        var written = evidence.append(records, session.home()).toCompletableFuture();
        boolean failedAtOnce = written.isCompletedExceptionally();
        for (int i = 0; i < judged.size(); i++) {
            var one = judged.get(i);
            if (!one.stops()
                    && one.behind().isEmpty()
                    && one.action().provenRead()
                    && !failedAtOnce) {
                answers.get(i)
                        // its answer waits for `written`, the forward need not
                        .complete(admitted(one, written, session));
            }
        }
        var _ =
                written.whenComplete((receipts, failed) -> {
                    for (int i = 0; i < answers.size(); i++) {
                        var answer =
                                i >= judged.size()
                                        ? new Answer.NotReached(batch.get(i).action().id())
                                        : failed != null
                                                ? unwritten(judged.get(i))
                                                : answer(judged.get(i), receipts, written, session);
                        answers.get(i).complete(answer);
                    }
                });
    }

    private Judged judged(
            Asked asked,
            Analyst.Analysis analysis,
            Decision decision,
            SessionPermit session,
            boolean behindWrites,
            int at) {
        var action = analysis.action();
        var refusal = refusal(analysis, decision);
        if (refusal == null
                && decision instanceof Decision.Require require
                && !action.request().prepare()) {
            // a Parse is only prepared by this; what is required is asked for when it is executed
            return approvals.judge(asked, action, require, session, behindWrites, at);
        }
        return refusal == null
                ? Judged.admitted(asked, action, decision, at)
                : Judged.refused(asked, action, decision, refusal, at);
    }

    private Answer answer(
            Judged one,
            List<EvidenceLog.Receipt> receipts,
            CompletionStage<?> written,
            SessionPermit session) {
        if (one.client() != null) {
            return approvals.hold(one, receipts, session);
        }
        return one.refusal() == null
                ? admitted(one, written, session)
                : new Answer.Refused(one.action().id(), one.refusal());
    }

    private static Answer unwritten(Judged one) {
        if (one.client() != null) {
            one.client().failed();
        }
        return new Answer.Refused(one.action().id(), NO_EVIDENCE);
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
    private static final Refusal NOT_UNDERSTOOD =
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
