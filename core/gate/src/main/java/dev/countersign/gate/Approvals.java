package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.EvidenceLog.Receipt;
import dev.countersign.model.Hash;
import dev.countersign.model.Obligations;
import dev.countersign.model.Preview;
import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import dev.countersign.reviews.Look;
import dev.countersign.reviews.Reviews;
import dev.countersign.reviews.Wait;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// The part of the gate where people are asked.
///
/// ```
///  require ─▶ understood anew ─▶ previewed ─▶ look
///        ├─▶ refused
///        ├─▶ granted: intent and consume in one commit ─▶ admitted
///        └─▶ waits: intent and request in one commit ─▶ held
///                                                        │ approved
///                                                        ▼
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

    /// Understands it anew, so that people are shown what there is now; then asks them, or uses
    /// what they said before.
    ///
    /// @param action as it was understood first, which needs the approval
    /// @param behindWrites something before it in its batch changes something
    CompletionStage<Answer> ask(
            Asked asked,
            Action action,
            Decision decision,
            SessionPermit session,
            boolean behindWrites) {
        var early = reviews.refused(action);
        if (early.isPresent()) {
            return refused(action, decision, early.get(), session);
        }
        return session.analyst()
                .again(session.session(), asked)
                .thenApply(found -> reaching(found, session))
                .thenCompose(found -> judge(asked, found, session, behindWrites));
    }

    private CompletionStage<Answer> judge(
            Asked asked, Analyst.Analysis found, SessionPermit session, boolean behindWrites) {
        var action = found.action();
        var decision = policy.decide(action);
        var refusal = gate.refusal(found, decision);
        if (refusal != null) {
            return refused(action, decision, refusal, session);
        }
        if (!(decision instanceof Decision.Require require)) {
            var written =
                    evidence.append(
                            List.of(new Evidence.Intent(action, decision, null)), session.home());
            return admitted(action, Gate.obligations(decision), written, session, null);
        }
        var invitation = session.analyst().invitation(action);
        if (invitation.length() > 0 && action.request().stream() == null) {
            return asked.spools()
                    ? CompletableFuture.completedStage(new Answer.Spool(action.id(), invitation))
                    : refused(action, decision, NotApproved.UNSEEN, session);
        }
        var own = behindWrites ? action.behindWrites() : action;
        boolean onlyHere = onlyHere(own, session);
        var known = reviews.known(action, require, onlyHere);
        return known.isPresent()
                ? answer(asked, action, require, known.get(), session)
                : session.analyst()
                        .preview(own)
                        .thenCompose(preview ->
                                answer(
                                        asked,
                                        action,
                                        require,
                                        reviews.look(action, require, onlyHere, preview),
                                        session));
    }

    private CompletionStage<Answer> answer(
            Asked asked,
            Action action,
            Decision.Require require,
            Look look,
            SessionPermit session) {
        return switch (look) {
            case Look.Refused(var why) -> refused(action, require, why, session);
            case Look.Granted(var review, var rulings, var rows) -> {
                var written =
                        evidence.append(
                                List.of(
                                        new Evidence.Intent(action, require, null),
                                        new Evidence.ApprovalConsumed(action, review, rulings)),
                                session.home());
                yield used(
                        action,
                        Gate.obligations(require),
                        written,
                        session,
                        bound(action, review, rows));
            }
            case Look.Waits(var client) -> wait(asked, action, require, client, session);
        };
    }

    private @Nullable Bound bound(Action action, ReviewId review, OptionalLong rows) {
        return rows.isEmpty()
                ? null
                : new Bound(review, rows.getAsLong(), changed -> reviews.exceeded(action, changed));
    }

    private static CompletionStage<Answer> admitted(
            Action action,
            Obligations obligations,
            CompletionStage<?> written,
            SessionPermit session,
            @Nullable Bound bound) {
        return written.handle((_, failed) ->
                failed == null
                        ? new Answer.Admitted(
                                new ActionPermit(action, obligations, written, session, bound))
                        : new Answer.Refused(action.id(), Gate.NO_EVIDENCE));
    }

    /// The use is durable, and then no old copy of the log can bring it back: only then it runs.
    private CompletionStage<Answer> used(
            Action action,
            Obligations obligations,
            CompletionStage<List<Receipt>> written,
            SessionPermit session,
            @Nullable Bound bound) {
        var refused = new Answer.Refused(action.id(), Gate.NO_EVIDENCE);
        return written.thenCompose(receipts -> guarded(receipts, session))
                .thenCompose(covered ->
                        covered
                                ? admitted(action, obligations, written, session, bound)
                                : evidence.append(
                                                List.of(Gate.ended(action, Gate.NO_EVIDENCE)),
                                                session.home())
                                        .<Answer>handle((_, _) -> refused))
                .exceptionally(_ -> refused);
    }

    /// Whether the use that was written last cannot be taken back by an old copy of the log.
    private CompletionStage<Boolean> guarded(List<Receipt> receipts, SessionPermit session) {
        return evidence.guarded(receipts.getLast(), session.home())
                .handle((_, failed) -> failed == null);
    }

    private CompletionStage<Answer> refused(
            Action action, Decision decision, Refusal why, SessionPermit session) {
        return evidence.append(
                        List.of(
                                new Evidence.Intent(action, decision, why),
                                Gate.ended(action, why)),
                        session.home())
                .handle((_, failed) ->
                        new Answer.Refused(action.id(), failed == null ? why : Gate.NO_EVIDENCE));
    }

    /// Its intent and the request for a review are written in one commit; then it is held.
    private CompletionStage<Answer> wait(
            Asked asked,
            Action action,
            Decision.Require decision,
            Wait client,
            SessionPermit session) {
        var records = new ArrayList<Evidence>();
        records.add(new Evidence.Intent(action, decision, null));
        client.record().ifPresent(records::add);
        return evidence.append(records, session.home())
                .handle((receipts, failed) -> {
                    if (failed != null) {
                        client.failed();
                        return new Answer.Refused(action.id(), Gate.NO_EVIDENCE);
                    }
                    var intent = receipts.getFirst();
                    client.written(intent, receipts.getLast());
                    var terms = reviews.settings();
                    var then = new CompletableFuture<Answer>();
                    var hold =
                            new Hold(
                                    action.id(),
                                    client,
                                    terms.hold(),
                                    terms.holdInTransaction(),
                                    then);
                    goOn(
                            new Held(
                                    asked,
                                    action,
                                    decision,
                                    session,
                                    hold,
                                    intent,
                                    client.onlyHere(),
                                    client.preview()),
                            client,
                            then);
                    return new Answer.Held(hold);
                });
    }

    private static boolean onlyHere(Action action, SessionPermit session) {
        var request = action.request();
        return request.temporaryObjects()
                || request.ownWrites()
                || session.analyst().onlyHere(action);
    }

    private record Held(
            Asked asked,
            Action action,
            Decision.Require decision,
            SessionPermit session,
            Hold hold,
            Receipt intent,
            boolean onlyHere,
            Preview preview) {}

    private void goOn(Held held, Wait client, CompletableFuture<Answer> then) {
        var _ =
                client.ended()
                        .thenCompose(end ->
                                switch (end) {
                                    case Wait.End.Approved(var review, var rulings, var rows) ->
                                            use(held, review, rulings, rows);
                                    case Wait.End.Refused(var why) -> refused(held, why);
                                    case Wait.End.Again _ -> again(held);
                                })
                        // an analyst or a policy broke its promise: closed
                        .exceptionallyCompose(_ -> refused(held, Gate.NOT_UNDERSTOOD))
                        .thenAccept(then::complete);
    }

    /// The approval is used: the action is understood and judged once more, and must be what people
    /// saw.
    private CompletionStage<Answer> use(
            Held held, ReviewId review, List<Hash> rulings, OptionalLong rows) {
        return held.session()
                .analyst()
                .again(held.session().session(), held.asked())
                .thenApply(found -> reaching(found, held.session()))
                .thenCompose(now -> {
                    var decision = policy.decide(now.action());
                    var refusal = gate.refusal(now, decision);
                    if (!now.action().fingerprint().equals(held.action().fingerprint())) {
                        refusal = NotApproved.drift(review);
                    } else if (refusal == null
                            && decision instanceof Decision.Require require
                            && !require.requirements().equals(held.decision().requirements())) {
                        refusal = NotApproved.stricter(review);
                    }
                    if (refusal != null) {
                        return spent(held, review, rulings, refusal);
                    }
                    return consume(held, now.action(), decision, review, rulings, rows);
                });
    }

    private static Analyst.Analysis reaching(Analyst.Analysis found, SessionPermit session) {
        var action = found.action();
        return new Analyst.Analysis(
                action.reaching(session.analyst().reached(action)), found.never());
    }

    private CompletionStage<Answer> consume(
            Held held,
            Action action,
            Decision decision,
            ReviewId review,
            List<Hash> rulings,
            OptionalLong rows) {
        var written =
                evidence.append(
                        List.of(new Evidence.ApprovalConsumed(action, review, rulings)),
                        held.session().home());
        var obligations = Gate.obligations(decision).and(held.decision().obligations());
        return written.thenCompose(receipts -> guarded(receipts, held.session()))
                .exceptionally(_ -> false)
                .thenCompose(durable ->
                        durable
                                ? CompletableFuture.completedStage(
                                        new Answer.Admitted(
                                                new ActionPermit(
                                                        action,
                                                        obligations,
                                                        written,
                                                        held.session(),
                                                        bound(action, review, rows))))
                                : refused(held, Gate.NO_EVIDENCE));
    }

    /// The approval is used up, and what it was for does not run.
    private CompletionStage<Answer> spent(
            Held held, ReviewId review, List<Hash> rulings, Refusal why) {
        return evidence.append(
                        List.of(
                                new Evidence.ApprovalConsumed(held.action(), review, rulings),
                                Gate.ended(held.action(), why)),
                        held.session().home())
                .handle((_, failed) -> failed == null)
                .thenCompose(durable ->
                        durable
                                ? CompletableFuture.completedStage(
                                        new Answer.Refused(held.action().id(), why))
                                : refused(held, Gate.NO_EVIDENCE));
    }

    private CompletionStage<Answer> refused(Held held, Refusal why) {
        return evidence.append(List.of(Gate.ended(held.action(), why)), held.session().home())
                .handle((_, failed) ->
                        new Answer.Refused(
                                held.action().id(), failed == null ? why : Gate.NO_EVIDENCE));
    }

    /// Somebody else's identical action used the approval: this one asks for itself.
    private CompletionStage<Answer> again(Held held) {
        return switch (reviews.look(
                held.action(), held.decision(), held.onlyHere(), held.preview())) {
            case Look.Refused(var why) -> refused(held, why);
            case Look.Granted(var review, var rulings, var rows) ->
                    use(held, review, rulings, rows);
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
}
