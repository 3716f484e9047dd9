package dev.countersign.wire;

import dev.countersign.gate.ActionPermit;
import dev.countersign.gate.Answer;
import dev.countersign.gate.Asked;
import dev.countersign.gate.CancelKey;
import dev.countersign.gate.Conversation;
import dev.countersign.gate.Ending;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framed;
import dev.countersign.gate.Hold;
import dev.countersign.gate.Leg;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Permit;
import dev.countersign.gate.Ready;
import dev.countersign.gate.Reception;
import dev.countersign.gate.SessionPermit;
import dev.countersign.gate.Wanted;
import dev.countersign.model.ActionId;
import dev.countersign.model.Outcome;
import dev.countersign.model.Seen;
import dev.countersign.model.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One running session: two channels on one event loop, a pure [Conversation] between them, and the
/// gate beside it. This is the only place that carries out what a conversation asks for.
///
/// ```
///  client ─▶ Cutter ─▶ fromClient ┐                       ┌ toTarget(permit) ─▶ target
///                                 ├─▶ Conversation ─▶ Effects ─ ask ─▶ Gate ─▶ admitted, refused …
///  target ─▶ Cutter ─▶ fromTarget ┘                       └ toClient ─▶ Outbox ─▶ client
/// ```
///
/// ## Order and durability
///
/// Effects are carried out in the order in which they are asked for. The [Outbox] holds what must
/// not leave yet: the answer of an action whose intent is not durable (I1), and the last frame of
/// an answer whose outcome is not (I2).
///
/// ## One call at a time
///
/// A conversation is never called while it is being called: answers of the gate that are there at
/// once are handed over by `pump`, after the call that asked.
///
/// ## Back-pressure
///
/// The client is not read while the conversation does not listen or the target does not take more;
/// the target is not read while the client does not. What has been received by then is at most one
/// receive buffer, because reading stops at the first that comes too early.
///
/// Longer than 400 lines, because the order of effects, durability and the end are one state.
final class Running implements Conversation.Effects {
    private static final Logger LOG = LoggerFactory.getLogger(Running.class);

    /// Actions of one session that may be on their way; then its client is not read any further.
    static final int MAX_LIVE = 4_096;

    private static final Duration FLUSH_RECORDING = Duration.ofSeconds(2);

    private final Listener listener;
    private final WireSettings settings;
    private final SessionPermit own;
    private final Reception.Arrival.Welcome welcome;
    private final Leg leg;
    private final Ready ready;
    private final Side client;
    private final Side target;
    private final EventLoop loop;
    private final CancelKey cancelKey;
    private final Conversation conversation;
    private final Outbox outbox;
    private final Sender toTarget;
    private final Map<ActionId, ActionPermit> live = new LinkedHashMap<>();
    private final Map<Conversation.Timer, ScheduledFuture<?>> timers =
            new EnumMap<>(Conversation.Timer.class);
    private final AtomicBoolean answersComing = new AtomicBoolean();

    private List<CompletionStage<Answer>> answers = List.of();
    private int answered;
    private CompletableFuture<?> settled = CompletableFuture.completedFuture(null);
    private @Nullable Hold hold;
    private boolean calling;
    private boolean clientDone;
    private boolean clientLost;
    private boolean targetLost;
    private boolean cancelling;
    private boolean ending;
    private boolean ended;
    private @Nullable ScheduledFuture<?> recording;
    private @Nullable ScheduledFuture<?> reads;
    private @Nullable ScheduledFuture<?> halfClosed;
    private @Nullable ScheduledFuture<?> farewell;

    /// One of the two channels.
    record Side(Channel channel, Pipe pipe, Cutter cutter) {}

    Running(
            Listener listener,
            Reception.Arrival.Welcome welcome,
            Leg leg,
            Wanted wanted,
            Ready ready,
            Side client,
            Side target) {
        this.listener = listener;
        this.settings = listener.settings();
        this.own = welcome.session();
        this.welcome = welcome;
        this.leg = leg;
        this.ready = ready;
        this.client = client;
        this.target = target;
        this.loop = client.channel().eventLoop();
        this.outbox = new Outbox(client.channel(), this::released, this::notDurable);
        this.toTarget = new Sender(target.channel());
        this.cancelKey = listener.cancels().register(wanted.cancelKeyLength(), this::cancelled);
        this.conversation =
                listener.protocol()
                        .conversation(
                                new Framed.Opening(
                                        own, welcome.target(), wanted, ready, cancelKey));
    }

    void begin() {
        listener.add(this);
        own.home(loop);
        client.pipe().hand(new ClientEnd());
        target.pipe().hand(new TargetEnd());
        client.channel().config().setAutoRead(true);
        run(() -> conversation.begin(this));
        if (!target.channel().isActive()) {
            run(() -> lost(false));
        } else if (!client.channel().isActive()) {
            run(() -> lost(true));
        } else {
            run(this::fromTarget);
        }
        if (!listener.reception().stands(session())) {
            end(Ending.REVOKED);
        }
    }

    Session session() {
        return own.session();
    }

    Session now() {
        return own.now();
    }

    // ---- calling the conversation, one call at a time

    private interface Call {
        void run() throws MalformedFrame;
    }

    private void run(Call call) {
        if (ended) {
            return;
        }
        if (calling) {
            throw new IllegalStateException("a conversation is called while it is being called");
        }
        calling = true;
        try {
            call.run();
            pump();
        } catch (MalformedFrame e) {
            malformed(Conversation.Side.TARGET, e);
        } catch (RuntimeException e) {
            broken(e);
        } finally {
            calling = false;
        }
        flush();
        readAgain();
    }

    /// Hands over what is there: answers of the gate, then frames of the client while it listens.
    private void pump() {
        boolean more = true;
        while (more && !ending) {
            more = answers();
            more |= fromClient();
            if (!ending) {
                conversation.drained(this);
            }
            more |= !ending && answersReady();
        }
        if (clientDone && !ending && atRest()) {
            conversation.clientGone(this);
        }
    }

    /// Nothing is under way, and what is left of a client that ended is at most half a frame.
    private boolean atRest() {
        return hungry() && answered == answers.size() && live.isEmpty() && outbox.isEmpty();
    }

    private boolean hungry() {
        return live.size() < MAX_LIVE && conversation.listening();
    }

    private boolean fromClient() {
        boolean any = false;
        try {
            for (int cut = live.size();
                    !ending && cut < MAX_LIVE && conversation.listening();
                    cut++) {
                var frame = client.cutter().next(conversation.clientFraming());
                if (frame == null) {
                    break;
                }
                any = true;
                conversation.fromClient(frame, this);
            }
        } catch (MalformedFrame e) {
            malformed(Conversation.Side.CLIENT, e);
        }
        return any;
    }

    private void fromTarget() throws MalformedFrame {
        while (!ending) {
            var frame = target.cutter().next(conversation.targetFraming());
            if (frame == null) {
                break;
            }
            conversation.fromTarget(frame, this);
        }
        outbox.endRun();
    }

    private void malformed(Conversation.Side side, MalformedFrame why) {
        if (!ending) {
            LOG.atInfo()
                    .addKeyValue("session", own.session().id())
                    .addKeyValue("side", side)
                    .log("{}", why.getMessage());
            listener.malformed(side);
            conversation.malformed(side, String.valueOf(why.getMessage()), this);
            hangUp("malformed");
        }
    }

    private void broken(RuntimeException why) {
        LOG.atError()
                .addKeyValue("session", own.session().id())
                .setCause(why)
                .log("a conversation failed");
        var _ = own.alert("conversation-failed");
        outbox.discard();
        hangUp("internal");
    }

    // ---- answers of the gate

    @Override
    public void ask(List<Asked> batch) {
        if (ending) {
            return; // nothing begins any more
        }
        if (answered < answers.size()) {
            throw new IllegalStateException("a batch was asked while one is being asked");
        }
        answers = listener.gate().ask(own, batch);
        answered = 0;
        if (!answersReady()) {
            answers.forEach(this::wakeFor);
        }
    }

    private void wakeFor(CompletionStage<Answer> answer) {
        var _ = answer.whenComplete((_, _) -> answersCame());
    }

    private void answersCame() {
        if (!answersComing.getAndSet(true)) {
            loop.execute(() -> {
                answersComing.set(false);
                run(() -> {});
            });
        }
    }

    private boolean answersReady() {
        return answered < answers.size() && answers.get(answered).toCompletableFuture().isDone();
    }

    private boolean answers() {
        boolean any = false;
        while (!ending && answersReady()) {
            any = true;
            switch (answers.get(answered++).toCompletableFuture().join()) {
                case Answer.Held(var held) -> {
                    hold = held;
                    answers = new ArrayList<>(answers);
                    answers.set(--answered, held.then());
                    wakeFor(held.then());
                    conversation.held(held, this);
                    if (clientDone) {
                        lost(true); // nobody would hear what people say
                    }
                    continue;
                }
                case Answer.Admitted(var permit) -> {
                    live.put(permit.action().id(), permit);
                    outbox.barrier(permit.written());
                    conversation.admitted(permit, this);
                }
                case Answer.Refused(var action, var refusal) ->
                        conversation.refused(action, refusal, this);
                case Answer.NotReached(var action) -> conversation.notReached(action, this);
                case Answer.Spool(var action, var invitation) ->
                        conversation.spool(action, invitation, this);
            }
            hold = null;
        }
        return any;
    }

    // ---- what a conversation asks for

    @Override
    public void toTarget(Permit permit, Frame frame) {
        if (opens(permit)) {
            toTarget.add(frame.buffer().retainedSlice(frame.start(), frame.size()));
        }
    }

    @Override
    public void toTarget(Permit permit, ByteBuf bytes) {
        if (opens(permit)) {
            toTarget.add(bytes);
        } else {
            bytes.release();
        }
    }

    /// The way to the target opens to nothing but a live permit.
    private boolean opens(Permit permit) {
        if (ended) {
            return false;
        }
        if (!permit.live()) {
            LOG.atError()
                    .addKeyValue("session", own.session().id())
                    .log("something was to be sent under a permit that is over");
            var _ = own.alert("dead-permit");
            hangUp("dead-permit");
            return false;
        }
        return !targetLost;
    }

    @Override
    public void toClient(Frame frame) {
        if (!clientLost) {
            outbox.add(frame.buffer(), frame.start(), frame.end());
        }
    }

    @Override
    public void toClient(ByteBuf bytes) {
        if (clientLost) {
            bytes.release();
        } else {
            outbox.add(bytes);
        }
    }

    @Override
    public void settle(ActionPermit permit, Outcome outcome) {
        live.remove(permit.action().id());
        var durable = permit.settle(outcome).toCompletableFuture();
        if (permit.action().provenRead() && !durable.isCompletedExceptionally()) {
            settleReadsLater();
            // its last frame need not wait; should the record fail, nothing behind it leaves
            var _ =
                    durable.whenComplete((_, failed) -> {
                        if (failed != null) {
                            settled = durable;
                        }
                    });
            return;
        }
        settled =
                settled.isDone() && !settled.isCompletedExceptionally()
                        ? durable
                        : CompletableFuture.allOf(settled, durable);
    }

    private void settleReadsLater() {
        if (reads == null && !ending && own.hasReadsToSettle()) {
            reads =
                    loop.schedule(
                            () -> {
                                reads = null;
                                own.settleReads();
                            },
                            SessionPermit.SHARED_OUTCOMES.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void toClientSettled(Frame frame) {
        outbox.barrier(settled);
        toClient(frame);
    }

    @Override
    public void record(ActionId action, Seen seen) {
        own.record(action, seen);
        if (recording == null && !ending) {
            recording =
                    loop.schedule(
                            () -> {
                                recording = null;
                                own.flush();
                            },
                            FLUSH_RECORDING.toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public void wake(Conversation.Timer timer, Duration after) {
        if (ending) {
            return;
        }
        // a token may outlive every timer; a century is as good
        long millis = Math.clamp(after.toMillis(), 0, TimeUnit.DAYS.toMillis(36_500));
        var before =
                timers.put(
                        timer,
                        loop.schedule(
                                () -> run(() -> conversation.due(timer, this)),
                                millis,
                                TimeUnit.MILLISECONDS));
        if (before != null) {
            before.cancel(false);
        }
    }

    @Override
    public void cancelTarget() {
        if (cancelling) {
            return; // the one on its way cancels what runs when it gets there
        }
        cancelling = true;
        var canceller = listener.protocol().canceller(welcome.target(), ready);
        var _ =
                Dial.begin(
                        listener.wire(),
                        client.channel(),
                        leg,
                        canceller,
                        new Dial.Told() {
                            @Override
                            public void ready(Ready ready, Channel to, Pipe pipe, Cutter cutter) {
                                cancelling = false;
                                cutter.release();
                                var _ =
                                        to.writeAndFlush(Unpooled.EMPTY_BUFFER)
                                                .addListener(ChannelFutureListener.CLOSE);
                            }

                            @Override
                            public void failed(String message) {
                                cancelling = false;
                                LOG.atWarn()
                                        .addKeyValue("session", own.session().id())
                                        .log("a cancel request did not get through: {}", message);
                            }
                        });
    }

    @Override
    public ByteBufAllocator allocator() {
        return client.channel().alloc();
    }

    /// What was sent leaves first: then both channels close, and the end is written down.
    @Override
    public void hangUp(String reason) {
        if (ending) {
            return;
        }
        ending = true;
        listener.cancels().forget(cancelKey);
        timers.values().forEach(timer -> timer.cancel(false));
        if (recording != null) {
            recording.cancel(false);
        }
        if (reads != null) {
            reads.cancel(false);
        }
        if (halfClosed != null) {
            halfClosed.cancel(false);
        }
        live.values()
                .forEach(permit -> {
                    if (permit.live()) {
                        var _ = permit.settle(Outcome.unknown(reason));
                    }
                });
        live.clear();
        if (hold != null) {
            hold.gone(); // its review goes on without it
        }
        var abandoned =
                answers.subList(answered, answers.size()).stream()
                        .map(answer ->
                                answer.thenCompose(Running::letGo)
                                        .thenAcceptAsync(a -> abandon(a, reason), loop)
                                        .toCompletableFuture())
                        .toArray(CompletableFuture[]::new);
        answered = answers.size();
        // what is still being asked ends before its session does
        var _ =
                CompletableFuture.allOf(abandoned)
                        .handle((_, _) -> reason) // whatever becomes of it
                        .thenCompose(own::close)
                        .whenComplete((_, _) -> loop.execute(this::farewell));
        farewell = loop.schedule(this::cut, settings.farewell().toMillis(), TimeUnit.MILLISECONDS);
    }

    /// People are asked about an action whose session has ended: it does not wait for them.
    private static CompletionStage<Answer> letGo(Answer answer) {
        if (answer instanceof Answer.Held(var held)) {
            held.gone();
            return held.then();
        }
        return CompletableFuture.completedStage(answer);
    }

    /// An action that was admitted after its session had ended did not run.
    private static void abandon(Answer answer, String reason) {
        if (answer instanceof Answer.Admitted(var permit)) {
            var _ =
                    permit.settle(
                            new Outcome(
                                    Outcome.Status.ERROR,
                                    "not-forwarded: " + reason,
                                    0,
                                    0,
                                    null,
                                    Map.of(),
                                    Duration.ZERO));
        }
    }

    private void farewell() {
        flush();
        if (!ended && outbox.isEmpty()) {
            var _ = client.channel().writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> cut());
        }
    }

    private void cut() {
        if (ended) {
            return;
        }
        ended = true;
        if (farewell != null) {
            farewell.cancel(false);
        }
        outbox.discard();
        client.cutter().release();
        target.cutter().release();
        var _ = client.channel().close();
        toTarget.flush();
        var _ =
                target.channel()
                        .writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
        listener.remove(this);
    }

    // ---- what happens outside

    private void released() {
        if (ending) {
            farewell();
        } else {
            run(() -> {});
        }
    }

    private void notDurable() {
        LOG.atError()
                .addKeyValue("session", own.session().id())
                .log("what was to be sent is not in the evidence log: the session ends");
        hangUp("no-evidence");
        cut();
    }

    private void cancelled() {
        loop.execute(() -> run(() -> conversation.cancel(this)));
    }

    void shutdown() {
        loop.execute(() -> run(() -> conversation.shutdown(this)));
    }

    /// At once, whatever it is doing.
    void end(Ending why) {
        loop.execute(() ->
                run(() -> {
                    if (!ending) {
                        conversation.ended(why, this);
                        hangUp(why.reason());
                    }
                }));
    }

    void force() {
        loop.execute(() -> {
            hangUp("shutdown");
            flush();
        });
    }

    private void lost(boolean ofClient) {
        if (ofClient) {
            clientLost = true;
            outbox.discard();
            if (!ending) {
                conversation.clientGone(this);
                hangUp("client-gone");
            }
        } else {
            targetLost = true;
            if (!ending) {
                conversation.targetGone(this);
                hangUp("target-lost");
            }
        }
    }

    private void flush() {
        outbox.flush();
        toTarget.flush();
    }

    private void readAgain() {
        if (ended) {
            return;
        }
        boolean clientReads =
                ending
                        || (target.channel().isWritable()
                                && (hungry() || client.cutter().bytes() == 0));
        boolean targetReads =
                ending
                        || (client.channel().isWritable()
                                && outbox.waitingBytes() < settings.high());
        if (client.channel().config().isAutoRead() != clientReads) {
            client.channel().config().setAutoRead(clientReads);
        }
        if (target.channel().config().isAutoRead() != targetReads) {
            target.channel().config().setAutoRead(targetReads);
        }
    }

    private final class ClientEnd implements Pipe.Receiver {
        @Override
        public void received(ByteBuf in) {
            if (ending) {
                in.release();
            } else {
                client.cutter().add(in);
            }
        }

        @Override
        public void receivedAll() {
            run(() -> {});
        }

        @Override
        public void writable() {
            readAgain();
        }

        @Override
        public void halfClosed() {
            if (ending) {
                return; // it said goodbye first; a timer would hold the session for nothing
            }
            clientDone = true;
            if (hold != null) {
                run(() -> lost(true)); // it went while it was held
                return;
            }
            halfClosed =
                    loop.schedule(
                            () -> run(() -> lost(true)),
                            settings.halfClosed().toMillis(),
                            TimeUnit.MILLISECONDS);
            run(() -> {});
        }

        @Override
        public void closed() {
            run(() -> lost(true));
        }

        @Override
        public void broken(Throwable why) {
            run(() -> lost(true));
            var _ = client.channel().close();
        }
    }

    private final class TargetEnd implements Pipe.Receiver {
        @Override
        public void received(ByteBuf in) {
            if (ending) {
                in.release();
            } else {
                target.cutter().add(in);
                run(Running.this::fromTarget);
            }
        }

        @Override
        public void receivedAll() {
            // handled as it came
        }

        @Override
        public void writable() {
            run(() -> {});
        }

        @Override
        public void halfClosed() {
            run(() -> lost(false));
        }

        @Override
        public void closed() {
            run(() -> lost(false));
        }

        @Override
        public void broken(Throwable why) {
            run(() -> lost(false));
            var _ = target.channel().close();
        }
    }
}
