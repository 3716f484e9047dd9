package dev.countersign.reviews;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Hash;
import dev.countersign.model.JsonText;
import dev.countersign.model.Preview;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.reviews.ReviewView.State;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One review as the gateway keeps it. Everything that changes is guarded by the lock of [Reviews].
final class Review {
    final ReviewId id;
    final Action action;
    final List<Decision.RuleRef> because;

    /// Who decides, by the panels of the configuration in force.
    volatile Places places;

    /// Of the canonical action: the same again joins this review.
    final Hash fingerprint;

    /// Who asks, by the whole principal chain.
    final String asker;

    /// Who asks for what kind of thing: a rejection holds for all of it.
    final String kind;

    /// What it asks for means something only in its session: nobody else can join or use it.
    final boolean onlyHere;

    final Instant opened;
    final Instant expires;
    final Preview preview;

    final Deque<Wait> waiting = new ArrayDeque<>();
    final List<ReviewView.Vote> votes = new ArrayList<>();
    final List<Hash> rulings = new ArrayList<>();

    State state = State.PENDING;

    /// Until it is durable nobody is shown it.
    @Nullable Hash request;

    @Nullable Hash intent;

    @Nullable Instant goneSince;

    /// Somebody's word is being written: the review does not end meanwhile.
    boolean ruling;

    /// Whoever asked took it back meanwhile.
    boolean withdrawn;

    Review(
            ReviewId id,
            Action action,
            List<Decision.RuleRef> because,
            Places places,
            Keys keys,
            boolean onlyHere,
            Instant opened,
            Instant expires,
            Preview preview) {
        this.id = id;
        this.action = action;
        this.because = List.copyOf(because);
        this.places = places;
        this.fingerprint = keys.fingerprint();
        this.asker = keys.asker();
        this.kind = keys.kind();
        this.onlyHere = onlyHere;
        this.opened = opened;
        this.expires = expires;
        this.preview = preview;
    }

    /// By what an action is found again.
    record Keys(Hash fingerprint, String asker, String kind) {
        static Keys of(Action action) {
            var fingerprint = action.fingerprint();
            var who = new JsonText();
            var principal = action.session().who();
            principal.write(who);
            // the same names of other people are others
            var asker =
                    who
                            + "\n"
                            + principal.people().stream().map(List::toString).sorted().toList()
                            + "\n"
                            + principal.operator();
            // a statement without a shape is of its own kind
            var shape = action.shape().isEmpty() ? fingerprint.toString() : action.shape();
            return new Keys(
                    fingerprint,
                    asker,
                    asker
                            + "\n"
                            + action.session().where().name()
                            + "\n"
                            + action.resources()
                            + "\n"
                            + shape);
        }
    }

    boolean open() {
        return state == State.PENDING;
    }

    /// The people who said yes so far.
    List<Reviewer> yes() {
        return votes.stream()
                .filter(vote -> vote.ruling() == Ruling.APPROVED)
                .map(ReviewView.Vote::by)
                .toList();
    }

    /// @return null until it is durable
    @Nullable ReviewView view() {
        var request = this.request;
        var intent = this.intent;
        return request == null || intent == null
                ? null
                : new ReviewView(
                        id,
                        action,
                        because,
                        places.toString(),
                        places.count(),
                        places.signed(),
                        state,
                        opened,
                        expires,
                        votes,
                        waiting.size(),
                        Optional.ofNullable(goneSince),
                        preview,
                        request,
                        intent,
                        places.channels());
    }
}
