package dev.countersign.gate;

import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Spooled;

/// Why something that needs an approval does not run, whatever people say.
final class NotApproved {
    private NotApproved() {}

    static final Refusal UNSEEN =
            new Refusal(
                    Refusal.Reason.NOT_SERVED,
                    "this needs an approval, and the rows that are sent behind it cannot be shown to"
                            + " anybody before: they were taken back, took longer than a minute, are more than "
                            + (Spooled.MAX_BYTES >> 20)
                            + " MiB, come in a pipeline or behind one of several statements, or"
                            + " too many sessions send theirs",
                    "Send fewer rows by a COPY of its own, or as an INSERT.");

    static Refusal drift(ReviewId review) {
        return new Refusal(
                Refusal.Reason.DRIFT,
                "what was approved in review "
                        + review
                        + " is no longer what would run; nothing was executed",
                "review=" + review + ";state=void",
                "Send the statement again: it is asked for anew.");
    }

    static Refusal stricter(ReviewId review) {
        return new Refusal(
                Refusal.Reason.DRIFT,
                "the rules ask for more than review " + review + " gave; nothing was executed",
                "review=" + review + ";state=void",
                "Send the statement again: it is asked for anew.");
    }
}
