package dev.countersign.postgres;

import dev.countersign.gate.Conversation.Effects;
import dev.countersign.gate.Conversation.Timer;
import dev.countersign.gate.Hold;
import dev.countersign.model.ActionId;
import io.netty.buffer.ByteBuf;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/// The statement that stands still while people decide, as its client sees it: one NoticeResponse
/// that says who is asked and where, and a ParameterStatus every [#KEEP_ALIVE], which drivers read
/// past in silence and which keeps sockets and proxies awake.
///
/// A client that keeps no locks is held as long as the gate lets it: outside of a transaction, and
/// where nothing but a BEGIN and what is only prepared was forwarded. Where it may keep locks, all
/// holds of one transaction together have the shorter time; past it the next refusal is the last
/// thing the session hears.
final class Held {
    /// How often a client that is held hears something.
    static final Duration KEEP_ALIVE = Duration.ofSeconds(5);

    /// What drivers can read of it.
    static final String PARAMETER = "countersign.approval";

    private @Nullable Hold hold;
    private boolean keepsLocks;

    /// What must wait until a row of the target is whole.
    private boolean untold;

    /// Of the transaction that may be open.
    private Duration spent = Duration.ZERO;

    private boolean exhausted;
    private boolean cancelled;

    void begin(Hold hold, boolean keepsLocks, boolean midFrame, Effects out) {
        this.hold = hold;
        cancelled = false;
        this.keepsLocks = keepsLocks;
        untold = true;
        tell(midFrame, out);
        var left = keepsLocks ? hold.mostInTransaction().minus(spent) : hold.most();
        if (!left.isPositive()) {
            exhausted = true;
            hold.over();
            return;
        }
        out.wake(Timer.KEEP_ALIVE, KEEP_ALIVE);
        out.wake(Timer.END_OF_HOLD, left);
    }

    /// Tells the client that it is held, unless a row is under way.
    void tell(boolean midFrame, Effects out) {
        var hold = this.hold;
        if (hold == null || !untold || midFrame) {
            return;
        }
        untold = false;
        var where = hold.where().isEmpty() ? "" : " at " + hold.where();
        out.toClient(
                Messages.notice(
                        out.allocator(),
                        "NOTICE",
                        SqlState.SUCCESSFUL,
                        "countersign holds this statement: review "
                                + hold.review()
                                + " waits for "
                                + hold.panels()
                                + where
                                + ", until "
                                + hold.expires().truncatedTo(ChronoUnit.SECONDS)));
        out.toClient(pending(hold, out));
    }

    void keepAwake(boolean midFrame, Effects out) {
        var hold = this.hold;
        if (hold != null) {
            if (!midFrame) {
                out.toClient(pending(hold, out));
            }
            out.wake(Timer.KEEP_ALIVE, KEEP_ALIVE);
        }
    }

    private static ByteBuf pending(Hold hold, Effects out) {
        return Messages.parameterStatus(
                out.allocator(),
                PARAMETER,
                "pending;id="
                        + hold.review()
                        + ";expires="
                        + hold.expires().truncatedTo(ChronoUnit.SECONDS));
    }

    boolean holds() {
        return hold != null;
    }

    /// Ends the hold; the review goes on.
    void over() {
        if (hold != null) {
            hold.over();
        }
    }

    /// The client took it back. Should it be approved already, what runs is cancelled.
    void withdraw() {
        if (hold != null) {
            cancelled = true;
            hold.withdraw();
        }
    }

    /// Whether the action that was admitted just now was taken back before; told once.
    boolean cancelled() {
        boolean was = cancelled;
        cancelled = false;
        return was;
    }

    /// What became of it: from now on the client's connection goes on.
    void end(ActionId action, String state, Effects out) {
        var ended = hold;
        if (ended == null || !ended.action().equals(action)) {
            return;
        }
        hold = null;
        if (keepsLocks) {
            spent = spent.plus(ended.lasted());
        }
        out.toClient(
                Messages.parameterStatus(
                        out.allocator(), PARAMETER, state + ";id=" + ended.review()));
    }

    /// No transaction is open any more.
    void rest() {
        spent = Duration.ZERO;
    }

    /// A transaction was held for longer than it may be.
    boolean exhausted() {
        return exhausted;
    }
}
