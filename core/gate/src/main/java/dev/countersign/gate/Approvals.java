package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.EvidenceLog.Receipt;
import dev.countersign.model.Hash;
import dev.countersign.model.Obligations;
import dev.countersign.model.Opinion;
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
///  require ─▶ understood anew ─▶ second opinion ─▶ previewed ─▶ look
///        ├─▶ refused
///        ├─▶ granted: intent and consume in one commit ─▶ admitted
///        └─▶ waits: intent and request in one commit ─▶ held
///                                                        │ approved
///                                                        ▼
///       admitted ◀─ consume durable ◀─ policy asked again ◀─ understood again, and still the same?
/// ```
///
/// A second opinion is asked for at both, and where one was heard at the use, the action is
/// understood once more behind it: hearing it takes time, in which the target may change.
///
/// An approval is used before anything is forwarded, and the log decides: whatever dies in between
/// has used it up.
final class Approvals {
    private final Gate gate;
    private final Outside outside;
    private final EvidenceLog evidence;
    private final Reviews reviews;

    Approvals(Gate gate, Outside outside, EvidenceLog evidence, Reviews reviews) {
        this.gate = gate;
        this.outside = outside;
        this.evidence = evidence;
        this.reviews = reviews;
    }

    /// Understands it anew, so that people are shown what there is now; then asks them, or uses
    /// what they said before.
    ///
    /// @param first as it was understood first, which needs the approval
    /// @param behindWrites something before it in its batch changes something
    CompletionStage<Answer> ask(
            Asked asked, Gate.Judged first, SessionPermit session, boolean behindWrites) {
        var early = reviews.refused(first.action());
        if (early.isPresent()) {
            return refused(first, early.get(), session);
        }
        return session.analyst()
                .again(session.session(), asked)
                .thenApply(found -> reaching(found, session))
                .thenCompose(found -> judge(asked, found, null, session, behindWrites));
    }

    /// @param heard null as long as nobody outside was asked
    private CompletionStage<Answer> judge(
            Asked asked,
            Analyst.Analysis found,
            @Nullable Opinion heard,
            SessionPermit session,
            boolean behindWrites) {
        var action = found.action();
        var judged = gate.judged(found, heard);
        var refusal = judged.refusal();
        if (refusal != null) {
            return refused(judged, refusal, session);
        }
        var invitation = judged.people() ? session.analyst().invitation(action) : Bytes.EMPTY;
        if (invitation.length() > 0 && action.request().stream() == null) {
            return asked.spools()
                    ? CompletableFuture.completedStage(new Answer.Spool(action.id(), invitation))
                    : refused(judged, NotApproved.UNSEEN, session);
        }
        if (heard == null && outside.wanted(action)) {
            return outside.ask(action, judged.decision())
                    .thenCompose(says -> judge(asked, found, says, session, behindWrites));
        }
        if (!(judged.decision() instanceof Decision.Require require)) {
            var written = evidence.append(List.of(judged.intent()), session.home());
            return admitted(action, Gate.obligations(judged.decision()), written, session, null);
        }
        var own = behindWrites ? action.behindWrites() : action;
        boolean onlyHere = onlyHere(own, session);
        var known = reviews.known(action, require, onlyHere);
        return known.isPresent()
                ? answer(asked, judged, require, known.get(), session)
                : session.analyst()
                        .preview(own)
                        .thenCompose(preview ->
                                answer(
                                        asked,
                                        judged,
                                        require,
                                        reviews.look(action, require, onlyHere, preview),
                                        session));
    }

    private CompletionStage<Answer> answer(
            Asked asked,
            Gate.Judged judged,
            Decision.Require require,
            Look look,
            SessionPermit session) {
        var action = judged.action();
        return switch (look) {
            case Look.Refused(var why) -> refused(judged, why, session);
            case Look.Granted(var review, var rulings, var rows) -> {
                var written =
                        evidence.append(
                                List.of(
                                        judged.intent(),
                                        new Evidence.ApprovalConsumed(action, review, rulings)),
                                session.home());
                yield used(
                        action,
                        Gate.obligations(require),
                        written,
                        session,
                        bound(action, review, rows));
            }
            case Look.Waits(var client) -> wait(asked, judged, require, client, session);
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
            Gate.Judged judged, Refusal why, SessionPermit session) {
        var action = judged.action();
        return evidence.append(
                        List.of(judged.refusedFor(why).intent(), Gate.ended(action, why)),
                        session.home())
                .handle((_, failed) ->
                        new Answer.Refused(action.id(), failed == null ? why : Gate.NO_EVIDENCE));
    }

    /// Its intent and the request for a review are written in one commit; then it is held.
    private CompletionStage<Answer> wait(
            Asked asked,
            Gate.Judged judged,
            Decision.Require decision,
            Wait client,
            SessionPermit session) {
        var action = judged.action();
        var records = new ArrayList<Evidence>();
        records.add(judged.intent());
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
                                            use(held, review, rulings, rows, null);
                                    case Wait.End.Refused(var why) -> refused(held, why);
                                    case Wait.End.Again _ -> again(held);
                                })
                        // an analyst or a policy broke its promise: closed
                        .exceptionallyCompose(_ -> refused(held, Gate.NOT_UNDERSTOOD))
                        .thenAccept(then::complete);
    }

    /// The approval is used: the action is understood and judged once more, and must be what people
    /// saw.
    ///
    /// @param heard null as long as nobody outside was asked at this use
    private CompletionStage<Answer> use(
            Held held,
            ReviewId review,
            List<Hash> rulings,
            OptionalLong rows,
            @Nullable Opinion heard) {
        return held.session()
                .analyst()
                .again(held.session().session(), held.asked())
                .thenApply(found -> reaching(found, held.session()))
                .thenCompose(now -> {
                    var judged = gate.judged(now, heard);
                    var refusal = judged.refusal();
                    if (!now.action().fingerprint().equals(held.action().fingerprint())) {
                        refusal = NotApproved.drift(review);
                    } else if (refusal == null
                            && judged.decision() instanceof Decision.Require require
                            && !require.requirements().equals(held.decision().requirements())) {
                        refusal = NotApproved.stricter(review);
                    }
                    if (refusal != null) {
                        return spent(held, review, rulings, heard, refusal);
                    }
                    if (heard == null && outside.wanted(now.action())) {
                        return outside.ask(now.action(), judged.decision())
                                .thenCompose(says -> use(held, review, rulings, rows, says));
                    }
                    return consume(held, judged, review, rulings, rows);
                });
    }

    private static Analyst.Analysis reaching(Analyst.Analysis found, SessionPermit session) {
        var action = found.action();
        return new Analyst.Analysis(
                action.reaching(session.analyst().reached(action)), found.never());
    }

    private CompletionStage<Answer> consume(
            Held held, Gate.Judged judged, ReviewId review, List<Hash> rulings, OptionalLong rows) {
        var action = judged.action();
        var written =
                evidence.append(
                        List.of(
                                new Evidence.ApprovalConsumed(
                                        action, review, rulings, judged.opinion())),
                        held.session().home());
        var obligations = Gate.obligations(judged.decision()).and(held.decision().obligations());
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
            Held held, ReviewId review, List<Hash> rulings, @Nullable Opinion heard, Refusal why) {
        return evidence.append(
                        List.of(
                                new Evidence.ApprovalConsumed(
                                        held.action(), review, rulings, heard),
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
                    use(held, review, rulings, rows, null);
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
