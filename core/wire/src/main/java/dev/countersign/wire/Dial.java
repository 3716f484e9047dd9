package dev.countersign.wire;

import dev.countersign.gate.Dialer;
import dev.countersign.gate.Leg;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Ready;
import dev.countersign.model.Bytes;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// One login to a target, on the event loop of the client it is for: runs the protocol's [Dialer].
/// Names are resolved, certificates loaded and keys derived on virtual threads. It may take as long
/// as a login.
final class Dial implements Pipe.Receiver, Dialer.Effects {
    private final Wire wire;
    private final EventLoop loop;
    private final Leg leg;
    private final Dialer dialer;
    private final Told told;
    private final Pipe pipe = new Pipe(this);

    private @Nullable Channel channel;
    private @Nullable Cutter cutter;
    private @Nullable SslContext tls;
    private @Nullable ScheduledFuture<?> deadline;
    private boolean busy;
    private boolean over;

    /// What came of it: one of the two, on the loop.
    interface Told {
        /// @param targetCutter has what the target sent behind its login
        void ready(Ready ready, Channel target, Pipe targetPipe, Cutter targetCutter);

        /// @param message for the operator
        void failed(String message);
    }

    private Dial(Wire wire, EventLoop loop, Leg leg, Dialer dialer, Told told) {
        this.wire = wire;
        this.loop = loop;
        this.leg = leg;
        this.dialer = dialer;
        this.told = told;
    }

    static Dial begin(Wire wire, Channel client, Leg leg, Dialer dialer, Told told) {
        var dial = new Dial(wire, client.eventLoop(), leg, dialer, told);
        dial.deadline =
                dial.loop.schedule(
                        () -> dial.fail("it took too long"),
                        wire.settings().login().toMillis(),
                        TimeUnit.MILLISECONDS);
        var _ =
                CompletableFuture.supplyAsync(dial::prepare, wire.blocking())
                        .whenComplete((address, failure) ->
                                dial.loop.execute(() -> dial.connect(address, failure)));
        return dial;
    }

    private InetSocketAddress prepare() {
        try {
            if (leg.tls() == Leg.Tls.VERIFY_FULL) {
                tls = wire.tls().client(leg);
            }
            return new InetSocketAddress(InetAddress.getByName(leg.host()), leg.port());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void connect(@Nullable InetSocketAddress address, @Nullable Throwable failure) {
        if (over) {
            return;
        }
        if (address == null) {
            fail("its address or its authorities cannot be found: " + reason(failure));
            return;
        }
        var _ =
                new Bootstrap()
                        .group(loop)
                        .channel(wire.channelClass())
                        .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, wire.connectMillis())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .option(ChannelOption.SO_KEEPALIVE, true)
                        .option(ChannelOption.WRITE_BUFFER_WATER_MARK, wire.waterMark())
                        .handler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel to) {
                                        wire.keepAlive(to);
                                        to.pipeline().addLast(pipe);
                                    }
                                })
                        .connect(address)
                        .addListener((ChannelFuture done) -> connected(done));
    }

    private static String reason(@Nullable Throwable failure) {
        for (var at = failure; at != null; at = at.getCause()) {
            if (at.getCause() == null) {
                return at.getClass().getSimpleName();
            }
        }
        return "unknown";
    }

    private void connected(ChannelFuture done) {
        if (!done.isSuccess()) {
            fail("no connection: " + reason(done.cause()));
        } else if (over) {
            var _ = done.channel().close();
        } else {
            channel = done.channel();
            cutter = new Cutter(done.channel().alloc(), Unpooled.EMPTY_BUFFER);
            dialer.begin(this);
            done.channel().flush();
        }
    }

    /// Whoever asked does not want it any more.
    void giveUp() {
        end();
        close();
    }

    private void end() {
        over = true;
        var timer = deadline;
        if (timer != null) {
            timer.cancel(false);
        }
    }

    private void close() {
        var held = cutter;
        if (held != null) {
            cutter = null;
            held.release();
        }
        var open = channel;
        if (open != null) {
            var _ = open.close();
        }
    }

    private void fail(String message) {
        if (!over) {
            end();
            close();
            told.failed(message);
        }
    }

    // ---- the target's channel

    @Override
    public void received(ByteBuf in) {
        var held = cutter;
        if (over || held == null) {
            in.release();
            return;
        }
        held.add(in);
        cut();
    }

    private void cut() {
        try {
            while (!over && !busy) {
                var held = cutter;
                var frame = held == null ? null : held.next(dialer.framing());
                if (frame == null) {
                    return;
                }
                dialer.fromTarget(frame, this);
            }
        } catch (MalformedFrame e) {
            fail("it broke the protocol: " + e.getMessage());
        }
    }

    @Override
    public void receivedAll() {
        flush();
    }

    private void flush() {
        var open = channel;
        if (open != null) {
            open.flush();
        }
    }

    @Override
    public void writable() {
        // a login sends little
    }

    @Override
    public void halfClosed() {
        fail("it closed the connection");
    }

    @Override
    public void closed() {
        fail("it closed the connection");
    }

    @Override
    public void broken(Throwable why) {
        fail("the connection broke: " + reason(why));
    }

    // ---- what the dialer asks for

    @Override
    public void toTarget(ByteBuf bytes) {
        var open = channel;
        if (open == null || over) {
            bytes.release();
        } else {
            var _ = open.write(bytes, open.voidPromise());
        }
    }

    @Override
    public void startTls() {
        var open = channel;
        var held = cutter;
        var context = tls;
        if (open == null || held == null || context == null || held.bytes() > 0) {
            fail("it sent bytes in clear behind its agreement to TLS");
            return;
        }
        busy = true;
        var handler = new SslHandler(context.newEngine(open.alloc(), leg.serverName(), leg.port()));
        handler.setHandshakeTimeoutMillis(wire.connectMillis());
        open.pipeline().addFirst(handler);
        var _ =
                handler.handshakeFuture()
                        .addListener(done -> {
                            busy = false;
                            if (!done.isSuccess()) {
                                fail(
                                        "its certificate or TLS is not accepted: "
                                                + reason(done.cause()));
                            } else if (!over) {
                                dialer.secured(this);
                                cut();
                                flush();
                            }
                        });
    }

    @Override
    public void derive(Supplier<Bytes> work) {
        busy = true;
        var _ =
                CompletableFuture.supplyAsync(work, wire.blocking())
                        .whenComplete((key, failure) -> loop.execute(() -> derived(key, failure)));
    }

    private void derived(@Nullable Bytes key, @Nullable Throwable failure) {
        busy = false;
        if (over) {
            return;
        }
        if (key == null) {
            fail("the credential could not be read or used: " + reason(failure));
            return;
        }
        try {
            dialer.derived(key, this);
            cut();
            flush();
        } catch (MalformedFrame e) {
            fail("it broke the protocol: " + e.getMessage());
        }
    }

    @Override
    public void ready(Ready ready) {
        var open = channel;
        var held = cutter;
        if (!over && open != null && held != null) {
            end();
            told.ready(ready, open, pipe, held);
        }
    }

    @Override
    public void failed(String message) {
        fail(message);
    }

    @Override
    public ByteBufAllocator allocator() {
        var open = channel;
        return open == null ? ByteBufAllocator.DEFAULT : open.alloc();
    }
}
