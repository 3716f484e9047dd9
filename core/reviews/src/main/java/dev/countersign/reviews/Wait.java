package dev.countersign.reviews;

import dev.countersign.model.Action;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog.Receipt;
import dev.countersign.model.Hash;
import dev.countersign.model.Preview;
import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// One client that stands still for a review. It ends exactly once: by a ruling, by the end of the
/// review, or because the client stops waiting.
public final class Wait {
    private final Reviews reviews;
    final Review review;
    final Action action;

    /// Whether the review begins with this one.
    final boolean opens;

    private final CompletableFuture<End> ended = new CompletableFuture<>();
    private final long since = System.nanoTime();

    Wait(Reviews reviews, Review review, Action action, boolean opens) {
        this.reviews = reviews;
        this.review = review;
        this.action = action;
        this.opens = opens;
    }

    /// How a wait ends.
    public sealed interface End {
        /// It may run, once, and only this.
        ///
        /// @param rows that it may change; empty where nobody knew
        record Approved(ReviewId review, List<Hash> rulings, OptionalLong rows) implements End {
            public Approved {
                rulings = List.copyOf(rulings);
            }
        }

        record Refused(Refusal why) implements End {}

        /// Somebody else used the approval for the same action: ask anew.
        record Again() implements End {}
    }

    /// Why a client stops waiting.
    public enum Leave {
        /// its hold is over; the review goes on
        PENDING,
        /// the client cancelled: the review is over
        WITHDRAWN,
        /// the client is gone; the review goes on
        GONE
    }

    public ReviewId id() {
        return review.id;
    }

    public Instant expires() {
        return review.expires;
    }

    /// For people's eyes: `dba (2)`.
    public String panels() {
        return review.places.toString();
    }

    /// What it asks for means something in its session only.
    public boolean onlyHere() {
        return review.onlyHere;
    }

    /// What they are shown of its effect.
    public Preview preview() {
        return review.preview;
    }

    /// Where people decide; empty where nothing listens.
    public String where() {
        return reviews.settings().where();
    }

    /// How long the client has stood still so far.
    public Duration lasted() {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /// What must be written behind the action's intent, before anybody is told.
    public Optional<Evidence> record() {
        return opens
                ? Optional.of(
                        new Evidence.ReviewRequested(
                                action,
                                review.id,
                                review.places.needs(),
                                review.expires,
                                review.preview.rows(),
                                !review.onlyHere && review.action.request().stream() == null,
                                review.places.count()))
                : Optional.empty();
    }

    /// The records are durable: from now on people can see it.
    ///
    /// @param request of [#record()], or of the intent again where there was none
    public void written(Receipt intent, Receipt request) {
        reviews.written(this, intent.leaf(), request.leaf());
    }

    /// They could not be written: nobody was asked.
    public void failed() {
        reviews.failed(this);
    }

    /// Completes once, on any thread.
    public CompletionStage<End> ended() {
        return ended;
    }

    /// The client stops waiting. Does nothing once it has ended.
    public void leave(Leave why) {
        reviews.leave(this, why);
    }

    void end(End how) {
        ended.complete(how);
    }

    boolean over() {
        return ended.isDone();
    }
}
