package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.EvidenceLog.Receipt;
import dev.countersign.model.Hash;
import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import dev.countersign.reviews.Look;
import dev.countersign.reviews.Reviews;
import dev.countersign.reviews.Wait;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// The part of the gate where people are asked.
///
/// ```
///  require ─▶ look ─┬─▶ granted: intent and consume in one commit ─▶ admitted
///                   ├─▶ waits: intent and request in one commit ─▶ held ─▶ … ─▶ approved
///                   └─▶ refused                                                   │
///                                                                                 ▼
///       admitted ◀─ consume durable ◀─ policy asked again ◀─ understood again, and still the same?
/// ```
///
/// An approval is used before anything is forwarded, and the log decides: whatever dies in between
/// has used it up.
final class Approvals {
    private final Gate gate;
    private final Gate.Policy policy;
    private final EvidenceLog evidence;
    private final Reviews reviews;

    Approvals(Gate gate, Gate.Policy policy, EvidenceLog evidence, Reviews reviews) {
        this.gate = gate;
        this.policy = policy;
        this.evidence = evidence;
        this.reviews = reviews;
    }

    Judged judge(
            Asked asked,
            Action action,
            Decision.Require decision,
            SessionPermit session,
            boolean behindWrites,
            int at) {
        return switch (look(action, decision, session, behindWrites)) {
            case Look.Refused(var why) -> Judged.refused(asked, action, decision, why, at);
            case Look.Granted(var review, var rulings) ->
                    new Judged(
                            asked,
                            action,
                            decision,
                            null,
                            null,
                            List.of(new Evidence.ApprovalConsumed(action, review, rulings)),
                            at);
            case Look.Waits(var client) ->
                    new Judged(
                            asked,
                            action,
                            decision,
                            null,
                            client,
                            client.record().map(List::of).orElse(List.of()),
                            at);
        };
    }

    /// @param behindWrites something before it in its batch changes something
    private Look look(
            Action action, Decision.Require decision, SessionPermit session, boolean behindWrites) {
        var request = action.request();
        if (session.analyst().streams(action)) {
            return new Look.Refused(UNSEEN);
        }
        boolean onlyHere =
                behindWrites
                        || request.temporaryObjects()
                        || request.ownWrites()
                        || session.analyst().onlyHere(action);
        return reviews.look(action, decision, onlyHere, OptionalLong.empty());
    }

    /// Its intent, and the request for a review, are durable.
    Answer hold(Judged one, List<Receipt> receipts, SessionPermit session) {
        var client = one.client();
        if (client == null || !(one.decision() instanceof Decision.Require require)) {
            throw new IllegalStateException("nobody is asked about " + one.action().id());
        }
        var intent = receipts.get(one.at());
        client.written(intent, receipts.get(one.at() + one.behind().size()));
        var terms = reviews.settings();
        var then = new CompletableFuture<Answer>();
        var hold =
                new Hold(one.action().id(), client, terms.hold(), terms.holdInTransaction(), then);
        var held =
                new Held(
                        one.asked(),
                        one.action(),
                        require,
                        session,
                        hold,
                        intent,
                        client.onlyHere());
        goOn(held, client, then);
        return new Answer.Held(hold);
    }

    private record Held(
            Asked asked,
            Action action,
            Decision.Require decision,
            SessionPermit session,
            Hold hold,
            Receipt intent,
            boolean onlyHere) {}

    private void goOn(Held held, Wait client, CompletableFuture<Answer> then) {
        var _ =
                client.ended()
                        .thenCompose(end ->
                                switch (end) {
                                    case Wait.End.Approved(var review, var rulings) ->
                                            use(held, review, rulings);
                                    case Wait.End.Refused(var why) -> refused(held, why);
                                    case Wait.End.Again _ -> again(held);
                                })
                        .whenComplete((answer, failed) -> {
                            // an analyst or a policy broke its promise: closed
                            var _ =
                                    failed == null
                                            ? then.complete(answer)
                                            : then.complete(unknown(held));
                        });
    }

    private static Answer unknown(Held held) {
        return new Answer.Refused(held.action().id(), Gate.NO_EVIDENCE);
    }

    /// The approval is used: the action is understood and judged once more, and must be what people
    /// saw.
    private CompletionStage<Answer> use(Held held, ReviewId review, List<Hash> rulings) {
        return held.session()
                .analyst()
                .analyse(held.session().session(), held.asked())
                .thenCompose(now -> {
                    var decision = policy.decide(now.action());
                    var refusal = gate.refusal(now, decision);
                    if (!now.action().fingerprint().equals(held.action().fingerprint())) {
                        refusal = drift(review);
                    } else if (refusal == null
                            && decision instanceof Decision.Require require
                            && !require.requirements().equals(held.decision().requirements())) {
                        refusal = stricter(review);
                    }
                    if (refusal != null) {
                        return spent(held, review, rulings, refusal);
                    }
                    return consume(held, now.action(), decision, review, rulings);
                });
    }

    private CompletionStage<Answer> consume(
            Held held, Action action, Decision decision, ReviewId review, List<Hash> rulings) {
        var written =
                evidence.append(
                        List.of(new Evidence.ApprovalConsumed(action, review, rulings)),
                        held.session().home());
        var obligations = Gate.obligations(decision).and(held.decision().obligations());
        return written.handle((_, failed) -> failed == null)
                .thenCompose(durable ->
                        durable
                                ? CompletableFuture.completedStage(
                                        new Answer.Admitted(
                                                new ActionPermit(
                                                        action,
                                                        obligations,
                                                        written,
                                                        held.session())))
                                : refused(held, Gate.NO_EVIDENCE));
    }

    /// The approval is used up, and what it was for does not run.
    private CompletionStage<Answer> spent(
            Held held, ReviewId review, List<Hash> rulings, Refusal why) {
        return evidence.append(
                        List.of(
                                new Evidence.ApprovalConsumed(held.action(), review, rulings),
                                Judged.ended(held.action(), why)),
                        held.session().home())
                .handle((_, failed) -> failed == null)
                .thenCompose(durable ->
                        durable
                                ? CompletableFuture.completedStage(
                                        new Answer.Refused(held.action().id(), why))
                                : refused(held, Gate.NO_EVIDENCE));
    }

    private CompletionStage<Answer> refused(Held held, Refusal why) {
        return evidence.append(List.of(Judged.ended(held.action(), why)), held.session().home())
                .handle((_, failed) ->
                        new Answer.Refused(
                                held.action().id(), failed == null ? why : Gate.NO_EVIDENCE));
    }

    /// Somebody else's identical action used the approval: this one asks for itself.
    private CompletionStage<Answer> again(Held held) {
        return switch (look(held.action(), held.decision(), held.session(), held.onlyHere())) {
            case Look.Refused(var why) -> refused(held, why);
            case Look.Granted(var review, var rulings) -> use(held, review, rulings);
            case Look.Waits(var client) -> {
                held.hold().goesOn(client);
                var then = new CompletableFuture<Answer>();
                var record = client.record().map(List::of).orElse(List.of());
                var _ =
                        evidence.append(record, held.session().home())
                                .whenComplete((receipts, failed) -> {
                                    if (failed != null) {
                                        client.failed();
                                        var _ =
                                                refused(held, Gate.NO_EVIDENCE)
                                                        .thenAccept(then::complete);
                                        return;
                                    }
                                    client.written(
                                            held.intent(),
                                            receipts.isEmpty()
                                                    ? held.intent()
                                                    : receipts.getFirst());
                                    goOn(held, client, then);
                                });
                yield then;
            }
        };
    }

    private static final Refusal UNSEEN =
            new Refusal(
                    Refusal.Reason.NOT_SERVED,
                    "this needs an approval, and the rows that would be sent behind it cannot be"
                            + " shown to anybody before",
                    "Send the rows as an INSERT, whose values can be shown.");

    private static Refusal drift(ReviewId review) {
        return new Refusal(
                Refusal.Reason.DRIFT,
                "what was approved in review "
                        + review
                        + " is no longer what would run; nothing was executed",
                "review=" + review + ";state=void",
                "Send the statement again: it is asked for anew.");
    }

    private static Refusal stricter(ReviewId review) {
        return new Refusal(
                Refusal.Reason.DRIFT,
                "the rules ask for more than review " + review + " gave; nothing was executed",
                "review=" + review + ";state=void",
                "Send the statement again: it is asked for anew.");
    }
}
