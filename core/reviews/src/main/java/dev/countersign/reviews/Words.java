package dev.countersign.reviews;

import dev.countersign.model.Refusal;
import dev.countersign.model.Refusal.Reason;
import java.time.Duration;
import java.time.temporal.ChronoUnit;

/// What a client is told, in words that tell an agent what to do and what not to. Five answers that
/// are never confused: the wait ended, rejected, expired, withdrawn, and (without words) approved.
final class Words {
    private static final String NO_OTHER_WAY = "Do not look for another way; ask your operator.";

    private final ReviewSettings settings;

    Words(ReviewSettings settings) {
        this.settings = settings;
    }

    /// Its wait ended, the review did not.
    Refusal pending(Review review, Duration waited) {
        return new Refusal(
                Reason.PENDING,
                "nobody of "
                        + review.places
                        + " has answered review "
                        + review.id
                        + " within "
                        + told(waited)
                        + "; this wait is over, the review is not, and nothing was executed",
                detail(review, "pending"),
                "Send the identical statement again later: it joins this review, or runs if it was"
                        + " approved by then. Do not look for another way.");
    }

    Refusal rejected(Review review, String by, String reason) {
        return new Refusal(
                Reason.REJECTED,
                by
                        + " rejected review "
                        + review.id
                        + (reason.isEmpty() ? " and gave no reason" : ": " + reason)
                        + "; nothing was executed",
                detail(review, "rejected") + ";by=" + by,
                "This is a decision of a person. Do not try a variant of it; ask your operator.");
    }

    Refusal expired(Review review) {
        return new Refusal(
                Reason.UNANSWERED,
                "nobody of "
                        + review.places
                        + " answered review "
                        + review.id
                        + " in time; nobody said no, and nothing was executed",
                detail(review, "expired"),
                "Send the statement again when somebody is there to answer. " + NO_OTHER_WAY);
    }

    Refusal withdrawn(Review review, String why) {
        return new Refusal(
                Reason.WITHDRAWN,
                "review " + review.id + " was withdrawn: " + why + "; nothing was executed",
                detail(review, "withdrawn"),
                "Send the statement again if it is still wanted: that asks anew.");
    }

    static Refusal tooMany() {
        return new Refusal(
                Reason.TOO_MANY_REVIEWS,
                ReviewSettings.MAX_OPEN_OF_ONE
                        + " reviews of this principal are open already; nobody was asked",
                "open=" + ReviewSettings.MAX_OPEN_OF_ONE,
                "Wait until one of them has been decided. " + NO_OTHER_WAY);
    }

    static Refusal full() {
        return new Refusal(
                Reason.TOO_MANY_REVIEWS,
                "this gateway has as many open reviews as it takes; nobody was asked",
                "open=" + ReviewSettings.MAX_OPEN,
                "Try again later. " + NO_OTHER_WAY);
    }

    static Refusal tooLong() {
        return new Refusal(
                Reason.LIMIT,
                "this needs an approval and is longer than people can be shown: at most "
                        + ReviewSettings.MAX_SHOWN
                        + " bytes of text and values",
                "Send less at a time.");
    }

    static Refusal nobodyAnswers() {
        return new Refusal(
                Reason.UNSERVED_REQUIREMENT,
                "policy requires an approval, and this agent acts for no human and has no operator"
                        + " of record",
                "Ask your operator to name one under `operators` of the issuer.");
    }

    static Refusal noPanel() {
        return new Refusal(
                Reason.UNSERVED_REQUIREMENT,
                "policy requires an approval of a panel that is not configured",
                "Ask your operator.");
    }

    private String detail(Review review, String state) {
        return "review="
                + review.id
                + ";state="
                + state
                + ";expires="
                + review.expires.truncatedTo(ChronoUnit.SECONDS)
                + (settings.where().isEmpty() ? "" : ";where=" + settings.where());
    }

    private static String told(Duration duration) {
        long seconds = Math.max(1, duration.toSeconds());
        return seconds < 120 ? seconds + " s" : seconds / 60 + " min";
    }
}
