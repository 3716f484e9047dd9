package dev.countersign.reviews;

import dev.countersign.model.Action;
import dev.countersign.model.Decision.Requirement.Approval;
import dev.countersign.model.Decision.RuleRef;
import dev.countersign.model.Hash;
import dev.countersign.model.Preview;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Ruling;
import dev.countersign.reviews.ReviewView.State;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// A review of an earlier start of the gateway, as the log tells it and today's configuration reads
/// it.
///
/// @param needs whom its rules asked
/// @param people how many had to say yes when they were asked
/// @param rows as the reviewers were shown them
/// @param intent leaf hash of the action's intent
/// @param request leaf hash of its `approval.request`
/// @param votes what people said, in order
public record Rebuilt(
        ReviewId id,
        Action action,
        List<RuleRef> because,
        List<Approval> needs,
        int people,
        Instant opened,
        Instant expires,
        OptionalLong rows,
        Hash intent,
        Hash request,
        List<Vote> votes) {

    /// @param leaf of the ruling's record
    public record Vote(ReviewView.Vote said, Hash leaf) {}

    /// It cannot go on.
    static final class CannotGoOn extends Exception {
        private static final long serialVersionUID = 1L;

        /// @param why for whoever reads the log
        CannotGoOn(String why) {
            super(why);
        }
    }

    public Rebuilt {
        because = List.copyOf(because);
        needs = List.copyOf(needs);
        votes = List.copyOf(votes);
    }

    /// As the gateway keeps it. Everybody who ruled is looked at anew: a panel that somebody left
    /// is not filled by them.
    ///
    /// @throws CannotGoOn if it would not be what people were asked
    Review review(Map<String, Panel> panels, Instant now) throws CannotGoOn {
        var places = Places.of(needs, panels);
        if (places == null) {
            throw new CannotGoOn("a panel that it asks is not configured any more");
        }
        if (places.count() < people) {
            throw new CannotGoOn("its panels want fewer people now than when it was asked");
        }
        var who = action.session().who();
        if (votes.stream().anyMatch(vote -> who.includes(vote.said().by()))) {
            throw new CannotGoOn("somebody who ruled on it counts among those who ask now");
        }
        var review =
                new Review(
                        id,
                        action,
                        because,
                        places,
                        Review.Keys.of(action),
                        false,
                        opened,
                        expires,
                        preview());
        review.intent = intent;
        review.request = request;
        review.goneSince = now;
        for (var vote : votes) {
            review.votes.add(vote.said());
            if (vote.said().ruling() == Ruling.APPROVED) {
                review.rulings.add(vote.leaf());
            }
        }
        review.state = state(review);
        return review;
    }

    private Preview preview() {
        return rows.isPresent()
                ? Preview.of(rows.getAsLong(), OptionalLong.empty())
                : Preview.unknown("it was asked before the gateway was started anew");
    }

    private State state(Review review) {
        if (votes.stream().anyMatch(vote -> vote.said().ruling() == Ruling.REJECTED)) {
            return State.REJECTED;
        }
        return review.places.filled(review.yes()) < review.places.count()
                ? State.PENDING
                : State.APPROVED;
    }
}
