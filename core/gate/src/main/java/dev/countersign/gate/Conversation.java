package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Outcome;
import dev.countersign.model.Refusal;
import dev.countersign.model.Seen;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.time.Duration;
import java.util.List;

/// One conversation between a client and a target, as a pure machine: frames in, effects out. No
/// socket, no thread, no clock.
///
/// ```
///            fromClient ──▶ ┌──────────────┐ ──▶ ask ─────▶ gate ─▶ admitted │ held │ refused │ …
///  client                   │ conversation │ ──▶ toTarget                                      target
///            toClient  ◀─── └──────────────┘ ◀── fromTarget
///                              settle ─▶ evidence ─▶ toClientSettled
/// ```
///
/// The driver calls one method at a time, always on the session's own event loop.
public interface Conversation {
    Framing clientFraming();

    Framing targetFraming();

    /// Both logins are done: tell the client so.
    void begin(Effects out);

    /// Whether it takes frames of the client now. While it does not, the driver leaves them where
    /// they are and stops reading; it asks again after every other call.
    boolean listening();

    void fromClient(Frame frame, Effects out) throws MalformedFrame;

    /// No whole frame of the client is left in the buffer, or it is not listening any more: what
    /// was gathered is asked now.
    void drained(Effects out);

    void fromTarget(Frame frame, Effects out) throws MalformedFrame;

    /// The action may run. Answers come in the order in which they were asked.
    void admitted(ActionPermit permit, Effects out);

    /// The action must not run.
    void refused(ActionId action, Refusal refusal, Effects out);

    /// People are asked about the action: it stands still, and [#admitted] or [#refused] comes
    /// later. The conversation tells the client, keeps the connection awake, and ends the hold in
    /// time.
    void held(Hold hold, Effects out);

    /// People must be shown what the client sends behind the action: the conversation invites it
    /// to, holds that back, and asks again ([Asked#with], or [Asked#unspooled] where it cannot).
    /// Comes only where [Asked#spools].
    default void spool(ActionId action, Bytes invitation, Effects out) {
        throw new IllegalStateException("nothing was said to be held back");
    }

    /// An action before it in the batch was refused or must wait: this one was neither judged nor
    /// written down.
    void notReached(ActionId action, Effects out);

    /// The client asked, over another connection and with the right key, to cancel what runs.
    void cancel(Effects out);

    void due(Timer timer, Effects out);

    /// The client is gone: nothing more can be sent to it.
    void clientGone(Effects out);

    /// The target is gone.
    void targetGone(Effects out);

    /// A peer sent what its protocol does not allow: last words to the client, and the end.
    void malformed(Side side, String why, Effects out);

    /// The gateway wants to end this session; it says so to the client at the next point of rest.
    void shutdown(Effects out);

    /// Somebody ends this session at once: it tells the client, where that can still be told,
    /// cancels what runs, and hangs up with [Ending#reason()].
    void ended(Ending why, Effects out);

    enum Side {
        CLIENT,
        TARGET
    }

    /// One timer of a kind at a time; a second [Effects#wake] moves it.
    enum Timer {
        /// the principal's token ends
        EXPIRY,
        /// the end of what an open transaction is granted after that
        GRACE,
        /// keep-alive of a held action
        KEEP_ALIVE,
        END_OF_HOLD,
        IDLE
    }

    /// What a conversation may ask for. The driver carries it out in order; a test collects it in a
    /// list.
    interface Effects {
        /// All that was gathered, up to a barrier: analysed, judged and written down together.
        void ask(List<Asked> batch);

        /// Opens to a live permit only. What causes nothing by itself (Sync, Describe, Close,
        /// Terminate, the poison) goes under the session's own.
        void toTarget(Permit permit, Frame frame);

        /// Likewise; takes ownership of `bytes`.
        void toTarget(Permit permit, ByteBuf bytes);

        void toClient(Frame frame);

        /// Takes ownership of `bytes`.
        void toClient(ByteBuf bytes);

        /// Writes down what came of an action. It does not hold up what follows, except for
        /// [#toClientSettled].
        void settle(ActionPermit permit, Outcome outcome);

        /// The final frame of an answer: it, and all that follows it, leaves when every outcome
        /// settled so far is durable (I2).
        void toClientSettled(Frame frame);

        /// Keeps what the client saw, in the session's recording.
        void record(ActionId action, Seen seen);

        void wake(Timer timer, Duration after);

        /// Opens a connection of its own to the target and sends its cancel request.
        void cancelTarget();

        /// Ends the session: what was sent to the client leaves first.
        ///
        /// @param reason one word or two for the record: `client`, `expired`, `target-lost`,
        ///   `protocol`, `revoked`
        void hangUp(String reason);

        ByteBufAllocator allocator();
    }
}
