package dev.countersign.wire;

import dev.countersign.gate.CancelKey;
import dev.countersign.gate.Claim;
import dev.countersign.gate.Conversation;
import dev.countersign.gate.Framed;
import dev.countersign.gate.Greeting;
import dev.countersign.gate.Leg;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Ready;
import dev.countersign.gate.Reception;
import dev.countersign.gate.Verifier;
import dev.countersign.gate.Wanted;
import dev.countersign.model.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// One client from its first byte until its session begins: runs the protocol's [Greeting], asks
/// the [Reception], lets a [Dial] log in to the target, and hands both channels over to a [Running]
/// session. All of it has one deadline. Lives on the channel's event loop.
///
/// ```
///  greeting ─▶ identify ─▶ reception (virtual thread) ─▶ Welcome ─▶ dial ─▶ ready ─▶ session
///      │                        │                                    │
///      └─ malformed, cancel     └─ turned away ◀─────────────────────┘ failed
/// ```
final class Login implements Pipe.Receiver, Greeting.Effects {
    private static final Logger LOG = LoggerFactory.getLogger(Login.class);
    private static final String SHUTTING_DOWN = "the gateway is shutting down";

    private final Listener listener;
    private final Framed protocol;
    private final Channel channel;
    private final Pipe pipe;
    private final @Nullable SslContext tls;
    private final Greeting greeting;
    private final Cutter cutter;
    private final ScheduledFuture<?> deadline;
    private final Runnable left;

    private String tlsVersion = "";
    private boolean asking;
    private boolean securing;
    private boolean over;
    private @Nullable Dial dial;
    private Reception.Arrival.@Nullable Welcome welcome;
    private @Nullable Wanted wanted;

    /// Why it ends, where the driver knows better than the greeting that hangs up.
    private String because = "";

    /// @param left told once, when this client is no longer logging in
    Login(Listener listener, Channel channel, @Nullable SslContext tls, Runnable left) {
        this.listener = listener;
        this.protocol = listener.protocol();
        this.channel = channel;
        this.tls = tls;
        this.left = left;
        this.greeting = protocol.greeter();
        this.cutter = new Cutter(channel.alloc(), Unpooled.EMPTY_BUFFER);
        this.pipe = new Pipe(this);
        this.deadline =
                channel.eventLoop()
                        .schedule(
                                this::tooLate,
                                listener.settings().login().toMillis(),
                                TimeUnit.MILLISECONDS);
    }

    Pipe pipe() {
        return pipe;
    }

    private void tooLate() {
        if (!over) {
            if (asking) {
                because = "login-timeout";
                turnAway(Reception.Why.UNREACHABLE, "logging in took too long");
            } else {
                greeting.malformed(
                        "logging in took longer than "
                                + listener.settings().login().toSeconds()
                                + " s",
                        this);
            }
            end("login-timeout");
        }
    }

    // ---- the client's channel

    @Override
    public void received(ByteBuf in) {
        if (over) {
            in.release();
            return;
        }
        cutter.add(in);
        if (asking && cutter.bytes() > listener.settings().high()) {
            channel.config().setAutoRead(false); // the session reads it, when it has begun
        }
        cut();
    }

    private void cut() {
        try {
            while (!over && !asking && !securing) {
                var frame = cutter.next(greeting.framing());
                if (frame == null) {
                    return;
                }
                greeting.fromClient(frame, this);
            }
        } catch (MalformedFrame e) {
            listener.malformed(Conversation.Side.CLIENT);
            greeting.malformed(String.valueOf(e.getMessage()), this);
            end("malformed");
        }
    }

    @Override
    public void receivedAll() {
        channel.flush();
    }

    @Override
    public void writable() {
        // a login sends little
    }

    @Override
    public void halfClosed() {
        end("client-gone");
    }

    @Override
    public void closed() {
        end("client-gone");
    }

    @Override
    public void broken(Throwable why) {
        LOG.atDebug()
                .addKeyValue("protocol", protocol.id())
                .addKeyValue("why", why.getClass().getSimpleName())
                .log("a client's connection broke while it logged in");
        end("client-gone");
    }

    // ---- what the greeting asks for

    @Override
    public void toClient(ByteBuf bytes) {
        var _ = channel.write(bytes, channel.voidPromise());
    }

    @Override
    public void startTls(ByteBuf answer) {
        var context = tls;
        if (context == null || cutter.bytes() > 0 || securing || !tlsVersion.isEmpty()) {
            answer.release();
            end("unprotected-bytes");
            return;
        }
        securing = true;
        var _ = channel.writeAndFlush(answer, channel.voidPromise());
        var handler = new SslHandler(context.newEngine(channel.alloc()));
        handler.setHandshakeTimeoutMillis(listener.settings().login().toMillis());
        channel.pipeline().addFirst(handler);
        var _ =
                handler.handshakeFuture()
                        .addListener(done -> {
                            securing = false;
                            if (!done.isSuccess()) {
                                end("tls");
                            } else if (!over) {
                                tlsVersion = handler.engine().getSession().getProtocol();
                                greeting.secured(tlsVersion, this);
                                cut();
                                channel.flush();
                            }
                        });
    }

    @Override
    public boolean tlsOffered() {
        return tls != null;
    }

    @Override
    public boolean plainAllowed() {
        return tls == null;
    }

    @Override
    public void cancel(CancelKey key) {
        listener.cancels().cancel(key, ((InetSocketAddress) channel.remoteAddress()).getAddress());
        end("cancel");
    }

    @Override
    public void hangUp(String why) {
        end(why);
    }

    @Override
    public ByteBufAllocator allocator() {
        return channel.alloc();
    }

    @Override
    public Optional<Verifier> verifier(String user) {
        return listener.reception().verifier(user);
    }

    @Override
    public void identify(Claim claim, Wanted wanted) {
        asking = true;
        this.wanted = wanted;
        if (tls != null && tlsVersion.isEmpty()) {
            turnAway(Reception.Why.IDENTITY, "this listener lets clients in over TLS only");
            return;
        }
        if (listener.draining()) {
            turnAway(Reception.Why.SHUTDOWN, SHUTTING_DOWN);
            return;
        }
        if (!listener.enter()) {
            turnAway(Reception.Why.BUSY, "the gateway serves as many sessions as it may");
            return;
        }
        var from =
                new Session.Source(
                        Wire.text(channel.remoteAddress()),
                        protocol.id() + " " + Wire.text(channel.localAddress()),
                        tlsVersion);
        var _ =
                listener.reception()
                        .receive(claim, wanted, from)
                        .whenComplete((arrival, failure) ->
                                channel.eventLoop().execute(() -> arrived(arrival, failure)));
    }

    private void arrived(Reception.@Nullable Arrival arrival, @Nullable Throwable failure) {
        switch (arrival) {
            case Reception.Arrival.Welcome entered when over -> {
                var _ = entered.session().close("client-gone");
                listener.leave();
            }
            case null, default -> {
                if (over) {
                    listener.leave();
                } else {
                    enter(arrival, failure);
                }
            }
        }
    }

    private void enter(Reception.@Nullable Arrival arrival, @Nullable Throwable failure) {
        switch (arrival) {
            case Reception.Arrival.Welcome entered -> {
                welcome = entered;
                if (listener.draining()) {
                    because = "shutdown";
                    turnAway(Reception.Why.SHUTDOWN, SHUTTING_DOWN);
                    return;
                }
                switch (entered.route()) {
                    case Reception.Route.Dialled(var leg, var dialer) ->
                            dial = Dial.begin(listener.wire(), channel, leg, dialer, dialled(leg));
                    case Reception.Route.Own() -> {
                        turnAway(Reception.Why.TARGET, "this target is not reached like this");
                    }
                }
            }
            case Reception.Arrival.TurnedAway(var why, var message) -> {
                turnAway(why, message);
                listener.leave();
            }
            case null -> {
                LOG.atError().setCause(failure).log("the reception broke its promise");
                turnAway(Reception.Why.UNREACHABLE, "the gateway failed; ask your operator");
                listener.leave();
            }
        }
    }

    private Dial.Told dialled(Leg leg) {
        return new Dial.Told() {
            @Override
            public void ready(Ready ready, Channel target, Pipe targetPipe, Cutter targetCutter) {
                begin(leg, ready, target, targetPipe, targetCutter);
            }

            @Override
            public void failed(String message) {
                if (!over) {
                    LOG.atWarn()
                            .addKeyValue("target", wanted == null ? "" : leg.host())
                            .log("a target could not be had: {}", message);
                    because = "target-unreachable";
                    turnAway(
                            Reception.Why.UNREACHABLE,
                            "the target cannot be reached, or does not let the gateway in");
                }
            }
        };
    }

    private void begin(Leg leg, Ready ready, Channel target, Pipe targetPipe, Cutter targetCutter) {
        var entered = welcome;
        var asked = wanted;
        if (over || entered == null || asked == null) {
            targetCutter.release();
            var _ = target.close();
            return;
        }
        over = true;
        deadline.cancel(false);
        left.run();
        new Running(
                        listener,
                        entered,
                        leg,
                        asked,
                        ready,
                        new Running.Side(channel, pipe, cutter),
                        new Running.Side(target, targetPipe, targetCutter))
                .begin();
    }

    private void turnAway(Reception.Why why, String message) {
        greeting.turnedAway(why, message, this);
        channel.flush();
        end("turned-away");
    }

    /// The connection ends; what was sent leaves first.
    private void end(String why) {
        if (over) {
            return;
        }
        over = true;
        deadline.cancel(false);
        left.run();
        cutter.release();
        var dialing = dial;
        if (dialing != null) {
            dialing.giveUp();
        }
        var entered = welcome;
        if (entered != null) {
            var _ = entered.session().close(because.isEmpty() ? why : because);
            listener.leave();
        }
        var _ =
                channel.writeAndFlush(Unpooled.EMPTY_BUFFER)
                        .addListener(ChannelFutureListener.CLOSE);
    }
}
