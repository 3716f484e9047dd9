package dev.countersign.reviews;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.Preview;
import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.reviews.ReviewView.State;
import dev.countersign.reviews.Said.Heard;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Everything that waits for people.
///
/// ```
///  gate ── look ─▶ refused │ granted │ waits ─▶ … ─▶ approved │ refused │ again
///                                        ▲
///  people ── rule ─▶ may they? ─▶ evidence: ruling ─┘           pending ─▶ approved ─▶ used
///  time ──── expire                                                    └─▶ rejected │ expired │ withdrawn
/// ```
///
/// A client that waits costs a [Wait] and no thread. Whoever looks or leaves (event loops) is never
/// held up: the lock is held for a look at maps, never while something is written. People's words
/// are written down before they count, on the thread that brings them, which may wait.
///
/// One approval is used once: it goes to the client that has waited longest, or, where nobody
/// waits, to the next that asks for the identical action; the use is a record of its own, durable
/// before the action is forwarded (that is the gate's part).
public final class Reviews {
    /// In the place of a number of rows, and more than every other.
    public static final long UNCOUNTED = Long.MAX_VALUE;

    private final Board board;
    private final Rulings rulings;

    public Reviews(
            List<Panel> panels,
            ReviewSettings settings,
            EvidenceLog evidence,
            Clock clock,
            Bell bell) {
        this.board = new Board(panels, settings, evidence, clock, bell);
        this.rulings = new Rulings(board);
    }

    public ReviewSettings settings() {
        return board.settings;
    }

    /// Takes up a review of an earlier start: it can be shown and decided, and whoever asks for the
    /// identical action joins it, or uses it if it is approved. To be called before anybody asks,
    /// for one after the other in the order in which they were opened.
    ///
    /// @return why it cannot go on; empty where it does
    public Optional<String> takeUp(Rebuilt earlier) {
        board.lock.lock();
        try {
            var review = earlier.review(board.panels, board.clock.instant());
            board.all.put(review.id, review);
            if (review.state == State.REJECTED) {
                var said = review.votes.getLast();
                board.reject(review, said.by().toString(), said.reason());
                board.withdrawSiblings(review); // a crash may have come before that was written
            }
            return Optional.empty();
        } catch (Rebuilt.CannotGoOn e) {
            return Optional.of(String.valueOf(e.getMessage()));
        } finally {
            board.lock.unlock();
        }
    }

    /// From now on these people decide, also what is open already. A panel that is gone keeps its
    /// people for what it was asked; whether that still suffices, policy says when it is used.
    public void reconfigure(List<Panel> panels) {
        board.lock.lock();
        try {
            board.panels = Board.byName(panels);
            for (var review : board.all.values()) {
                var places = Places.of(review.places.needs(), board.panels);
                if (places != null && review.open()) {
                    review.places = places;
                }
            }
        } finally {
            board.lock.unlock();
        }
    }

    // ---- the gate's side: never blocks

    /// What there is for an action that policy wants approved, as long as nobody has to be asked
    /// anew; empty where somebody has.
    ///
    /// @param onlyHere what it means hangs on its session: it joins nothing, and leaves no approval
    ///   behind
    public Optional<Look> known(Action action, Decision.Require decision, boolean onlyHere) {
        board.lock.lock();
        try {
            return Optional.ofNullable(
                    known(action, places(decision), Review.Keys.of(action), onlyHere));
        } finally {
            board.lock.unlock();
        }
    }

    /// What there is for it, a new review at the last.
    ///
    /// @param preview what it would change
    public Look look(Action action, Decision.Require decision, boolean onlyHere, Preview preview) {
        var keys = Review.Keys.of(action);
        board.lock.lock();
        try {
            var places = places(decision);
            var known = known(action, places, keys, onlyHere);
            if (known != null || places == null) {
                return known == null ? new Look.Refused(Words.noPanel()) : known;
            }
            long seen = board.exceeded.getOrDefault(keys.fingerprint(), 0L);
            var shown =
                    seen == UNCOUNTED
                            ? Preview.unknown(
                                    "what it changed could not be counted, and was undone")
                            : preview.atLeast(seen);
            return open(action, decision, places, keys, onlyHere, shown);
        } finally {
            board.lock.unlock();
        }
    }

    private @Nullable Places places(Decision.Require decision) {
        return Places.of(approvals(decision), board.panels);
    }

    private @Nullable Look known(
            Action action, @Nullable Places places, Review.Keys keys, boolean onlyHere) {
        if (!action.session().who().answeredFor()) {
            return new Look.Refused(Words.nobodyAnswers());
        }
        if (places == null) {
            return new Look.Refused(Words.noPanel());
        }
        var rejected = board.rejected(keys);
        if (rejected != null) {
            return new Look.Refused(rejected);
        }
        if (action.request().size() > ReviewSettings.MAX_SHOWN) {
            return new Look.Refused(Words.tooLong());
        }
        var same = onlyHere ? null : board.same(keys, places);
        if (same != null && same.state == State.APPROVED) {
            same.state = State.USED;
            return new Look.Granted(same.id, same.rulings, same.preview.rows());
        }
        return same == null ? null : waits(same, action, false);
    }

    /// Why nobody will be asked about an action, as far as that can be said before it is understood
    /// anew; empty where they may be.
    public Optional<Refusal> refused(Action action) {
        var keys = Review.Keys.of(action);
        board.lock.lock();
        try {
            if (!action.session().who().answeredFor()) {
                return Optional.of(Words.nobodyAnswers());
            }
            var rejected = board.rejected(keys);
            if (rejected != null) {
                return Optional.of(rejected);
            }
            return board.openOf(keys.asker()) >= ReviewSettings.MAX_OPEN_OF_ONE
                            && !board.asksAgain(keys, action)
                    ? Optional.of(Words.tooMany())
                    : Optional.empty();
        } finally {
            board.lock.unlock();
        }
    }

    /// An approved action changed more than people were shown, and was undone: whoever is asked
    /// next about the same is shown that.
    ///
    /// @param rows that it changed; [#UNCOUNTED] where nobody can count what it did
    public void exceeded(Action action, long rows) {
        board.lock.lock();
        try {
            board.exceeded.merge(action.fingerprint(), rows, Math::max);
            if (board.exceeded.size() > ReviewSettings.MAX_OVER) {
                board.exceeded.remove(board.exceeded.keySet().iterator().next());
            }
        } finally {
            board.lock.unlock();
        }
    }

    private static List<Decision.Requirement.Approval> approvals(Decision.Require decision) {
        return decision.requirements().stream()
                .filter(Decision.Requirement.Approval.class::isInstance)
                .map(Decision.Requirement.Approval.class::cast)
                .toList();
    }

    private Look open(
            Action action,
            Decision.Require decision,
            Places places,
            Review.Keys keys,
            boolean onlyHere,
            Preview preview) {
        if (board.openOf(keys.asker()) >= ReviewSettings.MAX_OPEN_OF_ONE) {
            return new Look.Refused(Words.tooMany());
        }
        if (board.all.values().stream().filter(Review::open).count() >= ReviewSettings.MAX_OPEN) {
            return new Look.Refused(Words.full());
        }
        var now = board.clock.instant();
        var review =
                new Review(
                        ReviewId.fresh(),
                        action,
                        decision.because(),
                        places,
                        keys,
                        onlyHere,
                        now,
                        now.plus(places.within()),
                        preview);
        board.all.put(review.id, review);
        board.forgetOld();
        return waits(review, action, true);
    }

    private Look waits(Review review, Action action, boolean opens) {
        var wait = new Wait(this, review, action, opens);
        review.waiting.add(wait);
        review.goneSince = null;
        return new Look.Waits(wait);
    }

    void written(Wait wait, Hash intent, Hash request) {
        var review = wait.review;
        Evidence.@Nullable Ruled late = null;
        board.lock.lock();
        try {
            if (!wait.opens) {
                return;
            }
            review.intent = intent;
            review.request = request;
            if (review.state == State.WITHDRAWN) {
                late = Board.ended(review, request, Ruling.WITHDRAWN);
            }
        } finally {
            board.lock.unlock();
        }
        if (late != null) {
            board.write(late);
        }
        board.ring("opened", review);
    }

    void failed(Wait wait) {
        var review = wait.review;
        var joined = new ArrayList<Wait>();
        board.lock.lock();
        try {
            review.waiting.remove(wait);
            if (wait.opens) {
                board.all.remove(review.id);
                review.state = State.WITHDRAWN;
                joined.addAll(review.waiting);
                review.waiting.clear();
            }
        } finally {
            board.lock.unlock();
        }
        joined.forEach(one -> one.end(new Wait.End.Again()));
    }

    void leave(Wait wait, Wait.Leave why) {
        var review = wait.review;
        var told = new ArrayList<Wait>();
        Evidence.@Nullable Ruled record = null;
        boolean over;
        board.lock.lock();
        try {
            if (!review.waiting.remove(wait)) {
                return; // it has ended already
            }
            told.add(wait);
            over = why == Wait.Leave.WITHDRAWN || (review.onlyHere && review.waiting.isEmpty());
            if (over) {
                told.addAll(review.waiting);
                review.waiting.clear();
                if (review.ruling) {
                    review.withdrawn = true; // behind the word that is being written
                } else {
                    record = board.withdraw(review);
                }
            } else if (review.waiting.isEmpty()) {
                review.goneSince = board.clock.instant();
            }
        } finally {
            board.lock.unlock();
        }
        if (record != null) {
            board.write(record);
        }
        for (var one : told) {
            one.end(
                    new Wait.End.Refused(
                            !over
                                    ? board.words.pending(review, one.lasted())
                                    : board.words.withdrawn(
                                            review,
                                            why == Wait.Leave.WITHDRAWN
                                                    ? "whoever asked cancelled it"
                                                    : "its wait ended, and what it asks for means"
                                                            + " something in its own session"
                                                            + " only")));
        }
        board.ring(over ? "ended" : "left", review);
    }

    // ---- time

    /// Ends what nobody answered in time. To be called every second.
    public void expire() {
        var now = board.clock.instant();
        for (var review : board.snapshot()) {
            var told = new ArrayList<Wait>();
            Evidence.@Nullable Ruled record = null;
            board.lock.lock();
            try {
                var request = review.request;
                if (Board.done(review)
                        || review.ruling
                        || request == null
                        || review.expires.isAfter(now)) {
                    continue;
                }
                told.addAll(review.waiting);
                review.waiting.clear();
                review.state = State.EXPIRED;
                record = Board.ended(review, request, Ruling.EXPIRED);
            } finally {
                board.lock.unlock();
            }
            board.write(record);
            told.forEach(wait -> wait.end(new Wait.End.Refused(board.words.expired(review))));
            board.ring("ended", review);
        }
    }

    // ---- people's side: may wait for the disk

    /// Reviews that can be shown, the oldest first.
    public List<ReviewView> views() {
        return rulings.views();
    }

    public Optional<ReviewView> view(ReviewId id) {
        return rulings.view(id);
    }

    /// Earlier reviews of the same kind of thing by the same principal, the latest first, that
    /// people ruled on.
    public List<ReviewView> earlier(ReviewId id) {
        return rulings.earlier(id);
    }

    /// Whether a person sits in a panel that is asked, and is not part of what asks.
    public boolean mayDecide(ReviewId id, Reviewer somebody) {
        return rulings.mayDecide(id, somebody);
    }

    /// A person was shown the exact words of a review (which is already written down).
    public void opened(ReviewId id, Reviewer by) {
        rulings.opened(id, by);
    }

    /// Whether they were.
    public boolean hasOpened(ReviewId id, Reviewer by) {
        return rulings.hasOpened(id, by);
    }

    /// What a ruling says, exactly: its SHA-256 over the canonical form (RFC 8785) is what a
    /// person's issuer signs.
    public Json.Obj statement(ReviewView review, boolean yes, String nonce) {
        return rulings.statement(review, yes, nonce);
    }

    /// Takes what a person says. It counts once it is durable; that is waited for.
    public Heard rule(ReviewId id, Said said) {
        return rulings.rule(id, said);
    }

    /// Writes down an attempt that came to nothing before it could be heard.
    public void attempt(ReviewId id, @Nullable Reviewer by, Session.Source from, String code) {
        rulings.attempt(id, by, from, code);
    }
}
