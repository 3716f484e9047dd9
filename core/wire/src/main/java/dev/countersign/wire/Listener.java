package dev.countersign.wire;

import dev.countersign.gate.Conversation;
import dev.countersign.gate.Ending;
import dev.countersign.gate.Framed;
import dev.countersign.gate.Gate;
import dev.countersign.gate.Reception;
import dev.countersign.model.Session;
import io.netty.channel.Channel;
import io.netty.handler.ssl.SslContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// One protocol at one address.
public final class Listener implements AutoCloseable {
    private final Wire wire;
    private final Framed protocol;
    private final Reception reception;
    private final Gate gate;
    private final @Nullable SslContext tls;
    private final Cancels cancels;
    private final Set<Running> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger sessions = new AtomicInteger();
    private final LongAdder malformedByClients = new LongAdder();
    private final LongAdder malformedByTargets = new LongAdder();

    private volatile boolean draining;
    private @Nullable Channel server;

    // guarded by itself
    private final Map<InetAddress, Integer> logins = new HashMap<>();
    private int loggingIn;

    Listener(Wire wire, Framed protocol, Reception reception, Gate gate, @Nullable SslContext tls) {
        this.wire = wire;
        this.protocol = protocol;
        this.reception = reception;
        this.gate = gate;
        this.tls = tls;
        this.cancels = new Cancels(wire.settings().maxWrongCancels());
    }

    void listensAt(Channel channel) {
        server = channel;
    }

    /// A client connected; closed at once where too many are logging in.
    void accept(Channel channel) {
        var from = ((InetSocketAddress) channel.remoteAddress()).getAddress();
        if (draining || !beginLogin(from)) {
            var _ = channel.close();
            return;
        }
        var login = new Login(this, channel, tls, () -> endLogin(from));
        channel.pipeline().addLast(login.pipe());
    }

    private boolean beginLogin(InetAddress from) {
        synchronized (logins) {
            int ofAddress = logins.getOrDefault(from, 0);
            if (loggingIn >= settings().maxLogins()
                    || ofAddress >= settings().maxLoginsOfAddress()) {
                return false;
            }
            loggingIn++;
            logins.put(from, ofAddress + 1);
            return true;
        }
    }

    private void endLogin(InetAddress from) {
        synchronized (logins) {
            loggingIn--;
            logins.computeIfPresent(from, (_, many) -> many == 1 ? null : many - 1);
        }
    }

    /// A place for one more session, to be left again.
    boolean enter() {
        if (sessions.incrementAndGet() > settings().maxSessions()) {
            sessions.decrementAndGet();
            return false;
        }
        return true;
    }

    void leave() {
        sessions.decrementAndGet();
    }

    void add(Running session) {
        running.add(session);
        if (draining) {
            session.shutdown();
        }
    }

    void remove(Running session) {
        if (running.remove(session)) {
            leave();
        }
    }

    /// Where it listens.
    public InetSocketAddress address() {
        var channel = server;
        if (channel == null) {
            throw new IllegalStateException("it does not listen yet");
        }
        return (InetSocketAddress) channel.localAddress();
    }

    /// Sessions that are running.
    public int sessions() {
        return running.size();
    }

    /// Somebody sent what the protocol does not allow, and the connection ends.
    void malformed(Conversation.Side by) {
        (by == Conversation.Side.CLIENT ? malformedByClients : malformedByTargets).increment();
    }

    /// Connections that ended because of what a client sent, since this listener began.
    public long malformedByClients() {
        return malformedByClients.sum();
    }

    /// Sessions that ended because of what a target sent.
    public long malformedByTargets() {
        return malformedByTargets.sum();
    }

    /// Those sessions as they stand now; in no order.
    public List<Session> live() {
        return running.stream().map(Running::now).toList();
    }

    /// Ends those sessions at once: the client is told, what runs on the target is cancelled, both
    /// connections close. Whoever is still logging in is met when its session begins, by
    /// [Reception#stands]. Does not wait; a session that is ending already is not ended again.
    ///
    /// @return how many there were
    public int end(Predicate<Session> which, Ending why) {
        int found = 0;
        for (var session : running) {
            if (which.test(session.session())) {
                session.end(why);
                found++;
            }
        }
        return found;
    }

    /// Takes nobody new, tells the sessions to come to rest, and ends those that have not after
    /// `grace`. Returns when all have ended.
    public void drain(Duration grace) {
        draining = true;
        var channel = server;
        if (channel != null) {
            var _ = channel.close().awaitUninterruptibly();
        }
        running.forEach(Running::shutdown);
        await(grace);
        running.forEach(Running::force);
        await(settings().farewell().plusSeconds(1));
    }

    private void await(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        synchronized (running) {
            try {
                while (!running.isEmpty() && System.nanoTime() < end) {
                    TimeUnit.MILLISECONDS.timedWait(running, 10);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        drain(Duration.ZERO);
    }

    boolean draining() {
        return draining;
    }

    Wire wire() {
        return wire;
    }

    WireSettings settings() {
        return wire.settings();
    }

    Framed protocol() {
        return protocol;
    }

    Reception reception() {
        return reception;
    }

    Gate gate() {
        return gate;
    }

    Cancels cancels() {
        return cancels;
    }
}
