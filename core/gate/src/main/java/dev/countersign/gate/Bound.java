package dev.countersign.gate;

import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import dev.countersign.reviews.Reviews;
import java.util.function.LongConsumer;

/// What people allowed an action to change, and no more. Whoever runs it must be able to undo it
/// until that is known.
public final class Bound {
    private final ReviewId review;
    private final long rows;
    private final LongConsumer more;

    /// @param more told how many it changed, where that was more
    Bound(ReviewId review, long rows, LongConsumer more) {
        this.review = review;
        this.rows = rows;
        this.more = more;
    }

    /// Rows that it may change.
    public long rows() {
        return rows;
    }

    /// It changed more, and was undone: whoever is asked next is shown how many.
    ///
    /// @return what its client is told
    public Refusal exceeded(long changed) {
        more.accept(changed);
        return refusal(
                "it changed " + changed + " rows, and review " + review + " allowed " + rows,
                ";rows=" + rows + ";changed=" + changed,
                "with what it really changes");
    }

    /// Nobody can tell how many it changed, and it was undone: whoever is asked next is told that.
    public Refusal uncounted() {
        more.accept(Reviews.UNCOUNTED);
        return refusal(
                "the target does not count what is changed, so nobody can tell whether it is what review "
                        + review
                        + " allowed",
                ";rows=" + rows + ";changed=unknown",
                "and people are told that nobody can count it");
    }

    /// It did something beside that no counter of rows sees, such as a TRUNCATE by a trigger, and
    /// was undone: whoever is asked next is told that nobody knows the number.
    public Refusal beside() {
        more.accept(Reviews.UNCOUNTED);
        return refusal(
                "it changed the target's catalogue beside rows, as a trigger that empties or drops"
                        + " tables does, so nobody can tell whether it is what review "
                        + review
                        + " allowed",
                ";rows=" + rows + ";changed=unknown",
                "and people are told that nobody can count it");
    }

    private Refusal refusal(String what, String detail, String anew) {
        return new Refusal(
                Refusal.Reason.DRIFT,
                what + "; it was undone, and nothing is changed",
                "review=" + review + ";state=void" + detail,
                "Send the statement again: it is asked for anew, " + anew + ".");
    }
}
