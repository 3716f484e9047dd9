package dev.countersign.wire;

import dev.countersign.gate.Framed;
import dev.countersign.gate.Gate;
import dev.countersign.gate.Reception;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.DefaultSelectStrategyFactory;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.ServerChannel;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The I/O driver: event loops, TLS, and listeners for framed protocols. It names no protocol.
public final class Wire implements AutoCloseable {
    private static final int BACKLOG = 1_024;
    private static final Duration STOP = Duration.ofSeconds(5);

    /// Sockets that an event loop serves before it goes on with what became durable meanwhile. With
    /// more of them all sessions fall into step: all ask, then all wait for the disk.
    private static final int EVENTS = 8;

    /// A peer that vanished is noticed after 60 s of silence and three probes, or 10 minutes after
    /// something was sent to it. Not sooner: to the kernel, a peer that lives but does not read for
    /// a while (a paused client, a target that waits for a lock) looks the same.
    private static final int KEEP_IDLE = 60;

    private static final int KEEP_INTERVAL = 10;
    private static final int KEEP_PROBES = 3;
    private static final int USER_TIMEOUT = 600_000;

    private final WireSettings settings;
    private final EventLoopGroup loops;
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final Tls tls = new Tls();
    private final boolean epoll = Epoll.isAvailable();

    private Wire(WireSettings settings) {
        this.settings = settings;
        IoHandlerFactory io =
                epoll
                        ? EpollIoHandler.newFactory(EVENTS, DefaultSelectStrategyFactory.INSTANCE)
                        : NioIoHandler.newFactory();
        this.loops =
                new MultiThreadIoEventLoopGroup(
                        Math.max(1, Runtime.getRuntime().availableProcessors() / 2), io);
    }

    /// Half as many event loops as there are processors: the log, the grammar and what else runs on
    /// the machine want the others, and a loop that serves more sessions is woken less often.
    public static Wire start(WireSettings settings) {
        return new Wire(settings);
    }

    /// Opens a listener.
    ///
    /// @throws IOException if the address or the certificate cannot be had, or plain text was asked
    ///   for on an address that is not loopback
    public Listener listen(
            Framed protocol,
            InetSocketAddress at,
            ListenerSecurity security,
            Reception reception,
            Gate gate)
            throws IOException {
        var listener = new Listener(this, protocol, reception, gate, context(at, security));
        var bound =
                new ServerBootstrap()
                        .group(loops)
                        .channel(serverClass())
                        .option(ChannelOption.SO_BACKLOG, BACKLOG)
                        .option(ChannelOption.SO_REUSEADDR, true)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childOption(ChannelOption.SO_KEEPALIVE, true)
                        .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                        .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, waterMark())
                        .childHandler(
                                new ChannelInitializer<Channel>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        keepAlive(channel);
                                        listener.accept(channel);
                                    }
                                })
                        .bind(at)
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            throw new IOException(
                    "cannot listen on " + text(at) + ": is the port taken?", bound.cause());
        }
        listener.listensAt(bound.channel());
        return listener;
    }

    private static @Nullable SslContext context(InetSocketAddress at, ListenerSecurity security)
            throws IOException {
        return switch (security) {
            case ListenerSecurity.Tls(var certificate, var key) -> Tls.server(certificate, key);
            case ListenerSecurity.PlainLoopback() -> {
                if (at.isUnresolved() || !at.getAddress().isLoopbackAddress()) {
                    throw new IOException(
                            text(at) + " is not loopback: tokens are never taken in clear there");
                }
                yield null;
            }
        };
    }

    void keepAlive(Channel channel) {
        if (epoll) {
            channel.config().setOption(EpollChannelOption.TCP_KEEPIDLE, KEEP_IDLE);
            channel.config().setOption(EpollChannelOption.TCP_KEEPINTVL, KEEP_INTERVAL);
            channel.config().setOption(EpollChannelOption.TCP_KEEPCNT, KEEP_PROBES);
            channel.config().setOption(EpollChannelOption.TCP_USER_TIMEOUT, USER_TIMEOUT);
        }
    }

    Class<? extends Channel> channelClass() {
        return epoll ? EpollSocketChannel.class : NioSocketChannel.class;
    }

    private Class<? extends ServerChannel> serverClass() {
        return epoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
    }

    WriteBufferWaterMark waterMark() {
        return new WriteBufferWaterMark(settings.low(), settings.high());
    }

    int connectMillis() {
        return (int) settings.connect().toMillis();
    }

    ExecutorService blocking() {
        return blocking;
    }

    Tls tls() {
        return tls;
    }

    WireSettings settings() {
        return settings;
    }

    /// `127.0.0.1:6432`
    static String text(SocketAddress address) {
        return address instanceof InetSocketAddress at
                ? at.getHostString() + ":" + at.getPort()
                : "unknown";
    }

    /// Bytes outside of the heap that connections use, or may use without asking for more.
    public long directMemory() {
        return ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider told
                ? told.metric().usedDirectMemory()
                : 0;
    }

    /// Closes what is still open and ends the event loops.
    @Override
    public void close() {
        var _ =
                loops.shutdownGracefully(0, STOP.toMillis(), TimeUnit.MILLISECONDS)
                        .awaitUninterruptibly(STOP.toMillis() * 2);
        blocking.shutdownNow();
    }
}
