package dev.countersign.postgres;

import dev.countersign.gate.Conversation.Effects;
import dev.countersign.model.Seen;

/// What a client is told where policy limits an answer.
final class Limits {
    private Limits() {}

    /// Whether this would be more than policy allows; then the rest of the answer is not passed on.
    static boolean cutsOff(Tally tally, long length, Effects out) {
        boolean cuts = exceeded(tally, length);
        if (cuts) {
            tally.cut = true;
            out.cancelTarget();
        }
        return cuts;
    }

    /// Whether this would be more than policy allows.
    static boolean exceeded(Tally tally, long length) {
        var limits = tally.permit.obligations();
        return tally.rows() >= limits.maxRows() || tally.bytes() + length > limits.maxBytes();
    }

    /// In the place of the rest of an answer.
    static void error(Tally tally, Effects out) {
        var limits = tally.permit.obligations();
        var what =
                tally.rows() >= limits.maxRows()
                        ? limits.maxRows() + " rows"
                        : limits.maxBytes() + " bytes";
        out.record(tally.permit.action().id(), new Seen.Text("error", SqlState.LIMIT));
        out.toClient(
                Messages.error(
                        out.allocator(),
                        "ERROR",
                        SqlState.LIMIT,
                        "policy lets this answer have at most " + what,
                        "",
                        "Ask for less."));
    }

    /// Where the client cannot be told any more what ran and what did not.
    static void end(Effects out) {
        out.toClient(
                Messages.error(
                        out.allocator(),
                        "FATAL",
                        SqlState.LIMIT,
                        "a limit on rows or bytes was reached",
                        "",
                        "The session is closed."));
        out.hangUp("limit");
    }
}
