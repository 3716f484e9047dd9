package dev.countersign.reviews;

import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.reviews.ReviewView.State;
import dev.countersign.reviews.Said.Heard;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What people are shown and what they say. Their words are written down before they count, on the
/// thread that brings them, which may wait.
final class Rulings {
    private static final Logger LOG = LoggerFactory.getLogger(Rulings.class);

    private final Board board;

    Rulings(Board board) {
        this.board = board;
    }

    /// Reviews that can be shown, the oldest first.
    List<ReviewView> views() {
        board.lock.lock();
        try {
            var out = new ArrayList<ReviewView>();
            for (var review : board.all.values()) {
                var view = review.view();
                if (view != null) {
                    out.add(view);
                }
            }
            return out;
        } finally {
            board.lock.unlock();
        }
    }

    Optional<ReviewView> view(ReviewId id) {
        board.lock.lock();
        try {
            var review = board.all.get(id);
            return Optional.ofNullable(review == null ? null : review.view());
        } finally {
            board.lock.unlock();
        }
    }

    /// Earlier reviews of the same kind of thing by the same principal, the latest first, that
    /// people ruled on.
    List<ReviewView> earlier(ReviewId id) {
        board.lock.lock();
        try {
            var review = board.all.get(id);
            var out = new ArrayList<ReviewView>();
            for (var other : board.all.values()) {
                var view = other.view();
                if (review != null
                        && other != review
                        && view != null
                        && other.kind.equals(review.kind)
                        && !other.votes.isEmpty()) {
                    out.addFirst(view);
                }
            }
            return out;
        } finally {
            board.lock.unlock();
        }
    }

    /// Whether a person sits in a panel that is asked, and is not part of what asks.
    boolean mayDecide(ReviewId id, Reviewer somebody) {
        board.lock.lock();
        try {
            var review = board.all.get(id);
            return review != null
                    && review.places.mayDecide(somebody)
                    && !review.action.session().who().includes(somebody);
        } finally {
            board.lock.unlock();
        }
    }

    /// A person was shown the exact words of a review (which is already written down).
    void opened(ReviewId id, Reviewer by) {
        board.lock.lock();
        try {
            if (board.all.containsKey(id)) {
                board.exact.computeIfAbsent(id, _ -> new HashSet<>()).add(by.person());
            }
        } finally {
            board.lock.unlock();
        }
    }

    /// Whether they were.
    boolean hasOpened(ReviewId id, Reviewer by) {
        board.lock.lock();
        try {
            return board.exact.getOrDefault(id, Set.of()).contains(by.person());
        } finally {
            board.lock.unlock();
        }
    }

    /// What a ruling says, exactly: its SHA-256 over the canonical form (RFC 8785) is what a
    /// person's issuer signs.
    Json.Obj statement(ReviewView review, boolean yes, String nonce) {
        return Json.object()
                .put("expires", review.expires().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("intent", review.intent().toString())
                .put("nonce", nonce)
                .put("origin", board.settings.origin())
                .put("request", review.request().toString())
                .put("review", review.id().value())
                .put(
                        "rows",
                        review.rows().isPresent()
                                ? Long.toString(review.rows().getAsLong())
                                : "unknown")
                .put("ruling", (yes ? Ruling.APPROVED : Ruling.REJECTED).word())
                .put("v", "cs.ruling/1")
                .build();
    }

    /// Takes what a person says. It counts once it is durable; that is waited for.
    Heard rule(ReviewId id, Said said) {
        Review review;
        Evidence.Ruled record;
        board.lock.lock();
        try {
            review = board.all.get(id);
            var view = review == null ? null : review.view();
            if (review == null || view == null) {
                return refuse(id, said, "no-such-review", "there is no review of that name");
            }
            var before = review.votes.stream().filter(vote -> of(vote, said.by())).findFirst();
            if (before.isPresent() && before.get().ruling() == said.ruling()) {
                return new Heard.Counted(view); // said again: nothing changes
            }
            var refused = mayNot(review, said, before.isPresent());
            if (refused != null) {
                return refuse(id, said, refused.code(), refused.message());
            }
            review.ruling = true;
            record =
                    new Evidence.Ruled(
                            id,
                            view.request(),
                            said.ruling(),
                            said.by(),
                            said.assurance(),
                            statement(view, said.yes(), said.nonce()),
                            said.reason(),
                            said.proof());
        } finally {
            board.lock.unlock();
        }
        return counted(review, said, record);
    }

    private static boolean of(ReviewView.Vote vote, Reviewer by) {
        return vote.by().person().equals(by.person());
    }

    private Heard.@Nullable Refused mayNot(Review review, Said said, boolean before) {
        if (before) {
            return new Heard.Refused(
                    "already-ruled", "you have ruled on this review, and a ruling stands");
        }
        if (!review.open() || !review.expires.isAfter(board.clock.instant())) {
            return new Heard.Refused(
                    "over",
                    "review "
                            + review.id
                            + " is over: "
                            + (review.open() ? State.EXPIRED : review.state).word());
        }
        if (review.action.session().who().includes(said.by())) {
            return new Heard.Refused(
                    "requester",
                    "you asked for this, act in it, or answer for the agent: others decide");
        }
        if (!review.places.mayDecide(said.by())) {
            return new Heard.Refused(
                    "not-in-panel", "people of " + review.places + " decide this, in their groups");
        }
        if (review.places.signed() && said.assurance() != Ruling.Assurance.SIGNED) {
            return new Heard.Refused(
                    "not-signed",
                    "the rule wants a sign-in for this one ruling; a stored one does not do");
        }
        if (said.yes() && !said.wholeShown()) {
            return new Heard.Refused(
                    "not-all-shown",
                    "parts of it are masked; open the exact words before you approve");
        }
        if (review.ruling) {
            return new Heard.Refused("busy", "somebody else rules at this moment; try again");
        }
        return null;
    }

    /// Writes down an attempt that came to nothing before it could be heard.
    void attempt(ReviewId id, @Nullable Reviewer by, Session.Source from, String code) {
        board.write(new Evidence.RulingRefused(id, by, from, code));
    }

    /// Every attempt that is refused is recorded. (The caller holds the lock; this does not wait.)
    private Heard.Refused refuse(ReviewId id, Said said, String code, String message) {
        board.write(new Evidence.RulingRefused(id, said.by(), said.from(), code));
        return new Heard.Refused(code, message);
    }

    private Heard counted(Review review, Said said, Evidence.Ruled record) {
        Hash leaf;
        try {
            var receipt =
                    board.evidence.append(List.of(record)).toCompletableFuture().join().getFirst();
            leaf = receipt.leaf();
            untilGuarded(review, receipt);
        } catch (CompletionException e) {
            Evidence.@Nullable Ruled late;
            var left = new ArrayList<Wait>();
            board.lock.lock();
            try {
                review.ruling = false;
                late = review.withdrawn ? board.withdraw(review) : null;
                if (review.withdrawn) {
                    left.addAll(review.waiting);
                    review.waiting.clear();
                }
            } finally {
                board.lock.unlock();
            }
            if (late != null) {
                board.write(late);
            }
            left.forEach(wait ->
                    wait.end(
                            new Wait.End.Refused(
                                    board.words.withdrawn(review, "whoever asked cancelled it"))));
            LOG.atError().addKeyValue("review", review.id).log("a ruling could not be written");
            return new Heard.Refused(
                    "no-evidence", "the evidence log cannot be written, so no ruling counts");
        }
        var told = new LinkedHashMap<Wait, Wait.End>();
        ReviewView view;
        Evidence.@Nullable Ruled late = null;
        board.lock.lock();
        try {
            review.ruling = false;
            review.votes.add(
                    new ReviewView.Vote(
                            said.by(),
                            said.ruling(),
                            said.assurance(),
                            said.reason(),
                            board.clock.instant()));
            if (review.withdrawn) {
                late = board.withdraw(review);
                var end =
                        new Wait.End.Refused(
                                board.words.withdrawn(review, "whoever asked cancelled it"));
                review.waiting.forEach(wait -> told.put(wait, end));
                review.waiting.clear();
            } else if (review.open()) {
                apply(review, said, leaf, told);
            }
            view = review.view();
        } finally {
            board.lock.unlock();
        }
        if (late != null) {
            board.write(late);
        }
        told.forEach(Wait::end);
        board.ring(review.open() ? "voted" : "ended", review);
        return view == null
                ? new Heard.Refused("no-such-review", "there is no review of that name")
                : new Heard.Counted(view);
    }

    /// A ruling outlives a crash once the guard file covers it; until then it is not told to be
    /// counted. Where that takes too long it counts nevertheless, as long as this gateway runs.
    private void untilGuarded(Review review, EvidenceLog.Receipt receipt) {
        try {
            var _ = board.evidence.guarded(receipt, Runnable::run).toCompletableFuture().join();
        } catch (CompletionException e) {
            LOG.atWarn()
                    .setCause(e)
                    .addKeyValue("review", review.id)
                    .log("the guard file does not cover a ruling yet: it would end with a crash");
        }
    }

    private void apply(Review review, Said said, Hash leaf, Map<Wait, Wait.End> told) {
        if (!said.yes()) {
            review.state = State.REJECTED;
            var end =
                    new Wait.End.Refused(board.reject(review, said.by().toString(), said.reason()));
            for (var other : board.all.values()) {
                if (other == review || Board.sibling(other, review)) {
                    other.waiting.forEach(wait -> told.put(wait, end));
                    other.waiting.clear();
                }
            }
            board.withdrawSiblings(review);
            return;
        }
        review.rulings.add(leaf);
        if (review.places.filled(review.yes()) < review.places.count()) {
            return;
        }
        var first = review.waiting.poll();
        review.state = first == null ? State.APPROVED : State.USED;
        if (first != null) {
            told.put(
                    first, new Wait.End.Approved(review.id, review.rulings, review.preview.rows()));
        }
        review.waiting.forEach(wait -> told.put(wait, new Wait.End.Again()));
        review.waiting.clear();
    }
}
