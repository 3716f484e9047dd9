package dev.countersign.reviews;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Hash;
import dev.countersign.model.Preview;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/// A review as it stands at one moment.
///
/// @param because the rules that ask
/// @param panels who is asked, for people's eyes: `dba (2)`
/// @param needed how many people must say yes
/// @param votes who said what so far, in order
/// @param waiting how many clients stand still for it
/// @param goneSince since when nobody waits any more, where it is open; empty while somebody does
/// @param preview what it would change, as far as the gateway could tell without doing it
/// @param request leaf hash of its `approval.request`
/// @param intent leaf hash of the action's intent
/// @param channels who is told of it, by the names that its panels give
public record ReviewView(
        ReviewId id,
        Action action,
        List<Decision.RuleRef> because,
        String panels,
        int needed,
        boolean signed,
        State state,
        Instant opened,
        Instant expires,
        List<Vote> votes,
        int waiting,
        Optional<Instant> goneSince,
        Preview preview,
        Hash request,
        Hash intent,
        List<String> channels) {

    /// Rows that it would change, and no more; empty where nobody knows.
    public OptionalLong rows() {
        return preview.rows();
    }

    /// Where a review is.
    public enum State {
        /// people are asked
        PENDING,
        /// they said yes, and nobody has used that yet
        APPROVED,
        /// the approval was used
        USED,
        REJECTED,
        EXPIRED,
        WITHDRAWN;

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /// What one person said.
    public record Vote(
            Reviewer by, Ruling ruling, Ruling.Assurance assurance, String reason, Instant at) {}

    public ReviewView {
        because = List.copyOf(because);
        votes = List.copyOf(votes);
        channels = List.copyOf(channels);
    }
}
