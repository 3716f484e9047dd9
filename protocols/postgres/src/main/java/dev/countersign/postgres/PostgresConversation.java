package dev.countersign.postgres;

import dev.countersign.gate.ActionPermit;
import dev.countersign.gate.Asked;
import dev.countersign.gate.Conversation;
import dev.countersign.gate.Ending;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.Gate;
import dev.countersign.gate.Hold;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.SessionPermit;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Refusal;
import dev.countersign.model.Seen;
import io.netty.buffer.Unpooled;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The client's half of a PostgreSQL session after login; [Replies] is the target's half.
///
/// ## The way of a message
///
/// ```
///  client ─▶ read ─▶ gathered ──ask──▶ line ──admitted──▶ target        owed ─▶ (Replies)
///              │                         │                  ▲              │
///              │                         └──refused──▶ poison ─────────────┘
///              └─▶ deferred: what can only be judged once something before it has run
/// ```
///
/// Messages are *gathered* as long as whole ones are in the buffer and then asked as one batch.
/// While the gate thinks, nothing is read from this client. Then the batch stands in the *line*:
/// admitted messages go out under their own permit, what causes nothing by itself (Describe, Close,
/// Flush, Sync) follows in its place under the session's.
///
/// ## A refusal is a real error
///
/// A refusal fakes nothing. In place of the refused message goes the *poison*, a statement that
/// must fail; the target's ErrorResponse gets our fields, and I/T/E, savepoints and the skipping up
/// to Sync stay the target's own. The poison has a statement name of its own, because a failing
/// Parse of the unnamed statement would take the client's away.
///
/// ## Barriers and doubt
///
/// Behind a statement that changes how later ones are read (DDL, PREPARE, SET, …), and behind a
/// name that is not certain yet ([Names]), nothing is judged before the target has answered all it
/// owes. The message is *deferred* and the client not read any further; where no Sync is under way,
/// the gateway's own Flush brings the answer.
///
/// ## Holds
///
/// Where people are asked first, the message stands at the head of the line until they have decided
/// ([Held]); nothing behind it overtakes, and what stands before it runs. A write that they allowed
/// for so many rows is run so that it can be undone ([Bounded]).
///
/// Longer than 400 lines, because the line, the batch and the point of rest are one state.
final class PostgresConversation implements Conversation {
    /// The longest time that a transaction left open by an expired principal keeps its locks beyond
    /// the grace.
    private static final Duration LAST_CALL = Duration.ofSeconds(30);

    /// Messages forwarded without a Sync after which the target is asked for what it has: a
    /// client's pipeline may be longer than what may be under way, and would wait for ever.
    private static final int LONG_PIPELINE = 256;

    private static final String POISON = "refused by countersign";
    static final String POISON_NAME = "countersign_poison";

    private final SessionPermit own;
    private final Replies replies;
    private final Framing clientFraming = PostgresFraming.client();
    private final Greeted greeted;
    private final Spools spools;

    private final Gathering gathering;
    private final Deque<Item> line = new ArrayDeque<>();
    private int asking;
    private boolean skipping;
    private boolean flushed;
    private int unsynced;
    private byte @Nullable [] deferred;

    /// The target is to say whether the client may send rows: until then the client is not read.
    private boolean awaitsCopy;

    private final Held held = new Held();

    /// A write that may have to be undone: nothing behind it is forwarded.
    private @Nullable Bounded bounded;

    /// Rows of a COPY that are being held back.
    private @Nullable Spool spool;

    /// To send them, which waits for what stands before it.
    private @Nullable Bytes invitation;

    /// Messages were forwarded that no Sync ends yet.
    private boolean pipeline;

    private boolean expired;
    private boolean graceOver;
    private boolean closing;
    private boolean over;

    /// @param spools of all sessions
    /// @param greeted writes the client's side of a finished login
    PostgresConversation(
            SessionPermit own, SqlTexts texts, Replies replies, Spools spools, Greeted greeted) {
        this.spools = spools;
        this.own = own;
        this.gathering = new Gathering(texts, replies);
        this.replies = replies;
        this.greeted = greeted;
    }

    /// Tells the client that it is logged in.
    interface Greeted {
        void tell(Effects out);

        /// Until the principal's token ends.
        Duration validFor();
    }

    @Override
    public Framing clientFraming() {
        return clientFraming;
    }

    @Override
    public Framing targetFraming() {
        return replies.framing();
    }

    @Override
    public void begin(Effects out) {
        greeted.tell(out);
        out.wake(Timer.EXPIRY, greeted.validFor());
    }

    @Override
    public boolean listening() {
        if (spool != null) {
            return !over && asking == 0 && invitation == null;
        }
        return !over
                && asking == 0
                && bounded == null
                && deferred == null
                && !awaitsCopy
                && !gathering.full();
    }

    @Override
    public void fromClient(Frame frame, Effects out) throws MalformedFrame {
        read(frame, out);
    }

    @Override
    public void drained(Effects out) {
        if (over || asking > 0 || bounded != null || spool != null) {
            return;
        }
        if (!gathering.isEmpty()) {
            ask(out);
        } else if (deferred != null) {
            resume(out);
        }
    }

    // ---- reading

    private void read(Frame frame, Effects out) throws MalformedFrame {
        if (spool != null) {
            spool.take(frame);
            spooled(out);
            return;
        }
        if ((skipping || replies.discarding())
                && !gathering.synced()
                && "QPBEFDCH".indexOf(frame.tag()) >= 0) {
            return; // as the target does until the Sync
        }
        if (replies.copyingIn()) {
            copyIn(frame, out);
            return;
        }
        switch (frame.tag()) {
            case 'Q', 'P', 'B', 'E', 'F' -> {
                if (!ended(out)) {
                    gatherOrDefer(frame);
                }
            }
            case 'D', 'C', 'H', 'S' -> gathering.pass(frame);
            case 'X' -> {
                if (!gathering.isEmpty() || !replies.atRest()) {
                    deferred = frame.copy(); // what was asked before it still runs
                    return;
                }
                over = true;
                out.toTarget(own, frame);
                out.hangUp("client");
            }
            case 'd', 'c', 'f' -> {
                // the tail of a failed copy, which a server ignores too
            }
            default ->
                    throw new MalformedFrame(
                            "no such client message: " + Integer.toHexString(frame.tag()));
        }
    }

    /// While rows are sent, a server passes over Flush and Sync, and everything else ends the copy.
    private void copyIn(Frame frame, Effects out) throws MalformedFrame {
        switch (frame.tag()) {
            case 'd', 'c', 'f' -> {
                replies.copyIn(frame, out);
                awaitsCopy = !replies.copyingIn() && replies.mayCopyAgain();
            }
            case 'H', 'S' -> {
                // as a server does
            }
            case 'X' -> {
                over = true;
                out.toTarget(own, frame);
                out.hangUp("client");
            }
            default -> throw Copies.stray(frame);
        }
    }

    private void gatherOrDefer(Frame frame) throws MalformedFrame {
        if (gathering.mustWait(frame)) {
            deferred = frame.copy();
        } else {
            gathering.asks(frame);
        }
    }

    /// At the end of the token nothing new is admitted outside a transaction.
    private boolean ended(Effects out) {
        boolean resting = gathering.isEmpty() && replies.atRest() && replies.idle();
        if ((expired || closing) && resting) {
            end(out);
        }
        return over;
    }

    // ---- asking: one batch, one commit

    private void ask(Effects out) {
        awaitsCopy |= gathering.copies();
        line.addAll(gathering.take());
        gathering
                .comments()
                .forEach(one -> out.record(one.action(), new Seen.Text("comment", one.text())));
        var batch = new ArrayList<Asked>();
        for (var item : line) {
            if (item instanceof Item.Asks asks) {
                var asked = asks.asked();
                batch.add(replies.wrote() ? asked.behindWrites() : asked);
            }
        }
        asking = batch.size();
        advance(out);
        if (!batch.isEmpty()) {
            out.ask(batch);
        }
    }

    @Override
    public void held(Hold hold, Effects out) {
        held.begin(hold, replies.keepsLocks(), replies.midFrame(), out);
        if (closing || over) {
            held.over();
        }
    }

    @Override
    public void admitted(ActionPermit permit, Effects out) {
        asking--;
        held.end(permit.action().id(), "approved", out);
        if (!over
                && line.peek() instanceof Item.Asks item
                && item.id().equals(permit.action().id())) {
            line.remove();
            if (replies.discarding()) {
                replies.passedOver(permit, out);
            } else {
                forward(item, permit, out);
                if (held.cancelled()) {
                    out.cancelTarget();
                }
            }
            advance(out);
        }
        proceed(out);
    }

    @Override
    public void refused(ActionId action, Refusal refusal, Effects out) {
        asking--;
        held.end(action, refusal.reason().word(), out);
        if (!over && line.peek() instanceof Item.Asks item && item.id().equals(action)) {
            line.remove();
            if (replies.discarding()) {
                skipping = true;
            } else {
                poison(item, refusal, out);
            }
            advance(out);
        }
        proceed(out);
    }

    @Override
    public void spool(ActionId action, Bytes invitation, Effects out) {
        asking--;
        if (!over && line.peek() instanceof Item.Query item && item.id().equals(action)) {
            // in a pipeline an error before it would be one of the COPY too
            spool = pipeline ? null : spools.begin(item, own.session().who().actor());
            if (spool == null) {
                askAgain(item.asked().unspooled(), out);
                return;
            }
            this.invitation = invitation;
            invite(out);
        }
    }

    /// The client is told to send its rows once it has heard all that stands before them.
    private void invite(Effects out) {
        var told = invitation;
        if (told != null && replies.atRest()) {
            invitation = null;
            out.wake(Timer.IDLE, Spools.LIMIT);
            out.toClient(Unpooled.wrappedBuffer(told.view()));
        }
    }

    /// Once the client has sent all, people can be asked.
    private void spooled(Effects out) {
        var spool = this.spool;
        if (spool != null && spool.ended()) {
            this.spool = null;
            spools.ended(spool);
            var asked = spool.item().asked();
            askAgain(spool.whole() ? asked.with(spool.spooled()) : asked.unspooled(), out);
        }
    }

    private void askAgain(Asked asked, Effects out) {
        asking = 1;
        out.ask(List.of(replies.wrote() ? asked.behindWrites() : asked));
    }

    @Override
    public void notReached(ActionId action, Effects out) {
        asking--;
        proceed(out);
    }

    /// All answers of a batch are in: what the refused one left over is asked anew.
    private void proceed(Effects out) {
        if (asking > 0 || over || bounded != null || spool != null) {
            return;
        }
        if (!line.isEmpty()) {
            ask(out); // nothing was gathered meanwhile: the client is not read while a batch is
            // asked
        } else {
            resume(out);
        }
    }

    /// Forwards what needs no answer, up to the next message that does.
    private void advance(Effects out) {
        while (!line.isEmpty() && bounded == null) {
            var item = line.peek();
            if ((skipping || (replies.discarding() && !(item instanceof Item.Asks)))
                    && !(item instanceof Item.Pass(_, _, var kind, _, _)
                            && kind == Item.Pass.Kind.SYNC)) {
                line.remove();
                continue;
            }
            switch (item) {
                case Item.Asks _ -> {
                    return;
                }
                case Item.Run run -> run(run, out);
                case Item.Pass pass -> pass(pass, out);
            }
            line.remove();
        }
    }

    private void pass(Item.Pass pass, Effects out) {
        switch (pass.kind()) {
            case DESCRIBE_STATEMENT -> replies.owe(new Expected.DescribeStatement());
            case DESCRIBE_PORTAL -> replies.owe(new Expected.DescribePortal(pass.portal(), false));
            case CLOSE_STATEMENT -> replies.owe(new Expected.Close(true, pass.name()));
            case CLOSE_PORTAL -> replies.owe(new Expected.Close(false, pass.name()));
            case SYNC -> {
                replies.owe(new Expected.Sync(pass.group()));
                skipping = false;
                unsynced = 0;
            }
            case FLUSH -> {}
        }
        pipeline =
                pass.kind() != Item.Pass.Kind.SYNC
                        && (pipeline || pass.kind() != Item.Pass.Kind.FLUSH);
        out.toTarget(own, Unpooled.wrappedBuffer(pass.bytes().view()));
    }

    private void run(Item.Run run, Effects out) {
        var tally = run.portal().tally;
        if (tally == null) {
            throw new IllegalStateException("an Execute came before its Bind was admitted");
        }
        execute(run, run.portal(), tally, out);
    }

    private void execute(Item item, Portal portal, Tally tally, Effects out) {
        pipeline = true;
        Runnable forward =
                () -> {
                    replies.owe(new Expected.Execute(tally, portal));
                    out.toTarget(tally.permit, Unpooled.wrappedBuffer(item.bytes().view()));
                };
        var bound = tally.permit.bound();
        if (bound == null) {
            forward.run();
            flushLongPipeline(out);
        } else {
            bounds(new Bounded(own, replies, tally, bound, -1, forward), out);
        }
    }

    private void query(Item.Query query, Tally tally, Effects out) {
        Runnable forward =
                () -> {
                    replies.owe(
                            new Expected.Query(query.group(), tally, query.sql(), query.barrier()));
                    out.toTarget(tally.permit, Unpooled.wrappedBuffer(query.bytes().view()));
                };
        var bound = tally.permit.bound();
        if (bound == null) {
            pipeline = false;
            forward.run();
        } else if (pipeline) {
            pipeline = false;
            replies.passedOver(tally, out);
            poison(query.id(), true, query.group(), Bounded.IN_A_PIPELINE, out);
        } else {
            bounds(new Bounded(own, replies, tally, bound, query.group(), forward), out);
        }
    }

    private void bounds(Bounded run, Effects out) {
        bounded = run;
        bound(out);
    }

    /// Takes the write that may have to be undone as far as it goes.
    private void bound(Effects out) {
        var run = bounded;
        if (run == null) {
            return;
        }
        switch (run.step(out)) {
            case WAIT -> {}
            case GO_ON -> bounded = null;
            case POISON -> {
                bounded = null;
                poison(run.action(), run.query(), run.group(), run.refusal(), out);
            }
            case LOST ->
                    malformed(
                            Side.TARGET,
                            "a transaction of the gateway's own did not begin or end as it must",
                            out);
        }
    }

    private void flushLongPipeline(Effects out) {
        if (++unsynced == LONG_PIPELINE) {
            unsynced = 0;
            out.toTarget(own, Messages.flush(out.allocator()));
        }
    }

    private void forward(Item.Asks item, ActionPermit permit, Effects out) {
        var tally = replies.tally(permit);
        switch (item) {
            case Item.Query query -> {
                query(query, tally, out);
                return;
            }
            case Item.Parse parse -> replies.owe(new Expected.Parse(tally, parse.statement()));
            case Item.Bind bind -> {
                bind.portal().tally = tally;
                replies.owe(new Expected.Bind(tally, bind.portal()));
            }
            case Item.Execute execute -> {
                var portal = execute.portal();
                if (portal == null) {
                    throw new IllegalStateException("an Execute of an unknown portal was admitted");
                }
                execute(execute, portal, tally, out);
                return;
            }
            case Item.Call call -> replies.owe(new Expected.Call(call.group(), tally));
        }
        pipeline = !(item instanceof Item.Call);
        out.toTarget(permit, Unpooled.wrappedBuffer(item.bytes().view()));
        if (item instanceof Item.Bind bind && replies.mustKnowShape(permit)) {
            replies.owe(new Expected.DescribePortal(bind.portal(), true));
            out.toTarget(own, Messages.describePortal(out.allocator(), bind.portal().name));
        }
        if (!(item instanceof Item.Call)) {
            flushLongPipeline(out);
        }
    }

    private void poison(Item.Asks item, Refusal refusal, Effects out) {
        boolean query = item instanceof Item.Query || item instanceof Item.Call;
        poison(item.id(), query, item.group(), refusal, out);
    }

    private void poison(ActionId action, boolean query, long group, Refusal refusal, Effects out) {
        own.byGateway(action, "poison");
        pipeline = !query;
        replies.owe(new Expected.Poison(refusal, query, group));
        skipping = !query;
        out.toTarget(
                own,
                query
                        ? Messages.query(out.allocator(), POISON)
                        : Messages.parse(out.allocator(), POISON_NAME, POISON, List.of()));
    }

    // ---- the target's half

    @Override
    public void fromTarget(Frame frame, Effects out) throws MalformedFrame {
        if (!over) {
            if (expired
                    && frame.tag() == 'A'
                    && bounded == null
                    && replies.atRest()
                    && replies.idle()) {
                end(out); // who only listens asks for nothing that would end the session
                return;
            }
            replies.from(frame, out);
            held.tell(replies.midFrame(), out);
            awaitsCopy &= !replies.copyingIn() && !replies.atRest();
            if (replies.lost()) {
                over = true;
                return;
            }
            invite(out);
            if (bounded == null) {
                resume(out);
                return;
            }
            bound(out);
            if (bounded == null) {
                advance(out);
                proceed(out);
            }
        }
    }

    /// Once the target owes nothing, all is certain again, and what was deferred is read.
    private void resume(Effects out) {
        if (asking > 0 || over || bounded != null || spool != null) {
            return;
        }
        if (!replies.atRest()) {
            if (deferred != null && !replies.readyIsComing() && !flushed) {
                flushed = true;
                out.toTarget(own, Messages.flush(out.allocator()));
            }
            return;
        }
        if (!gathering.isEmpty()) {
            return; // asked when the buffer is drained
        }
        flushed = false;
        gathering.certain();
        if (held.exhausted()) {
            end(
                    out,
                    "its holds have used up the time that one transaction is held",
                    "Connect again, and ask for one approval in a transaction of its own.",
                    "held-too-long");
            return;
        }
        if (replies.idle()) {
            held.rest();
        }
        if ((graceOver && replies.refusedForExpiry())
                || (closing && deferred == null && replies.idle())) {
            end(out);
            return;
        }
        var waiting = deferred;
        if (waiting != null) {
            deferred = null;
            var in = Unpooled.wrappedBuffer(waiting);
            try {
                read(Frame.whole(waiting[0], in), out);
            } catch (MalformedFrame e) {
                malformed(Side.CLIENT, String.valueOf(e.getMessage()), out);
            }
        }
    }

    // ---- from outside

    @Override
    public void cancel(Effects out) {
        if (spool != null && invitation == null) {
            spool.giveUp();
            spooled(out);
        } else if (held.holds()) {
            held.withdraw(); // what runs is what stands before it, and goes on
        } else if (replies.running()) {
            out.cancelTarget();
        }
    }

    @Override
    public void due(Timer timer, Effects out) {
        switch (timer) {
            case EXPIRY -> {
                expired = true;
                out.wake(Timer.GRACE, Gate.GRACE);
            }
            case GRACE -> {
                if (graceOver && replies.atRest() && asking == 0 && bounded == null) {
                    end(out);
                } else {
                    graceOver = true;
                    out.wake(Timer.GRACE, LAST_CALL);
                }
            }
            case KEEP_ALIVE -> held.keepAwake(replies.midFrame(), out);
            case END_OF_HOLD -> held.over();
            case IDLE -> {
                if (spool != null && invitation == null) {
                    spool.giveUp(); // it takes too long to send its rows
                    spooled(out);
                }
            }
        }
    }

    @Override
    public void clientGone(Effects out) {
        if (!over) {
            over = true;
            if (replies.running()) {
                out.cancelTarget();
            }
            out.toTarget(own, Messages.terminate(out.allocator()));
            out.hangUp("client-gone");
        }
    }

    @Override
    public void targetGone(Effects out) {
        if (!over) {
            over = true;
            if (!replies.midFrame()) {
                out.toClient(
                        Messages.error(
                                out.allocator(),
                                "FATAL",
                                SqlState.CONNECTION_FAILURE,
                                "the target closed the connection",
                                "",
                                ""));
            }
            out.hangUp("target-lost");
        }
    }

    @Override
    public void malformed(Side side, String why, Effects out) {
        if (!over) {
            over = true;
            if (!replies.midFrame()) {
                boolean unmaskable = replies.unmaskable();
                boolean told = side == Side.CLIENT || unmaskable || replies.unheard();
                out.toClient(
                        Messages.error(
                                out.allocator(),
                                "FATAL",
                                unmaskable ? SqlState.UNMASKABLE : SqlState.PROTOCOL_VIOLATION,
                                told ? why : "the target broke the protocol",
                                "",
                                replies.unheard()
                                        ? "The session is closed. LISTEN to a channel that"
                                                + " `listen-channels` of the target names; a"
                                                + " function must not do it."
                                        : "The session is closed."));
            }
            if (replies.unheard()) {
                var _ = own.alert("unheard-channel");
            }
            out.hangUp(side == Side.CLIENT ? "client-protocol" : "target-protocol");
        }
    }

    @Override
    public void shutdown(Effects out) {
        closing = true;
        held.over();
        if (!over
                && bounded == null
                && replies.atRest()
                && replies.idle()
                && gathering.isEmpty()
                && asking == 0) {
            end(out);
        }
    }

    @Override
    public void ended(Ending why, Effects out) {
        if (!over) {
            over = true;
            if (replies.running()) {
                out.cancelTarget();
            }
            out.toTarget(own, Messages.terminate(out.allocator()));
            if (!replies.midFrame()) {
                out.toClient(
                        Messages.error(
                                out.allocator(),
                                "FATAL",
                                SqlState.ADMIN_SHUTDOWN,
                                why.message(),
                                "",
                                "What was running was cancelled. Connect again only if you still"
                                        + " may."));
            }
            out.hangUp(why.reason());
        }
    }

    /// Last words, at a point of rest.
    private void end(Effects out) {
        if (expired && own.session().credential() != null) {
            end(
                    out,
                    "the credential of this session has expired",
                    "Mint another one and connect again.",
                    "expired");
        } else if (expired) {
            end(
                    out,
                    "the access token has expired",
                    "Connect again with a fresh token.",
                    "expired");
        } else {
            end(out, "the gateway is shutting down", "Connect again in a moment.", "shutdown");
        }
    }

    private void end(Effects out, String message, String hint, String reason) {
        over = true;
        out.toTarget(own, Messages.terminate(out.allocator()));
        out.toClient(
                Messages.error(
                        out.allocator(), "FATAL", SqlState.ADMIN_SHUTDOWN, message, "", hint));
        out.hangUp(reason);
    }
}
