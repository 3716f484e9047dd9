package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.gate.Claim;
import dev.countersign.gate.Framed;
import dev.countersign.gate.FramedToy;
import dev.countersign.gate.Gate;
import dev.countersign.gate.Leg;
import dev.countersign.gate.MemoryEvidence;
import dev.countersign.gate.Reception;
import dev.countersign.gate.SessionPermit;
import dev.countersign.gate.ToyTarget;
import dev.countersign.gate.Toys;
import dev.countersign.gate.Wanted;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Work;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/// The driver with a toy on each side of it: a listener, a gate that writes into memory, and a
/// target.
final class Rig implements AutoCloseable {
    static final String TOKEN = "good";

    final MemoryEvidence evidence = new MemoryEvidence();
    final Gate gate = Toys.gate(evidence);
    final ToyTarget target;
    final Wire wire;
    final Listener listener;

    /// Where clients came from, as the reception was told.
    final List<Session.Source> sources = new CopyOnWriteArrayList<>();

    /// Whether what sessions are opened by still counts.
    volatile boolean stands = true;

    private final Plan plan;
    private final List<WeakReference<SessionPermit>> permits = new CopyOnWriteArrayList<>();
    private final List<ToyClient> clients = new CopyOnWriteArrayList<>();

    /// How a rig is built.
    ///
    /// @param targetTls null for a target that speaks in clear
    /// @param elsewhere null for the way to the rig's own target
    /// @param trust what clients believe in; null where they speak in clear
    record Plan(
            WireSettings settings,
            ListenerSecurity security,
            @Nullable TargetTls targetTls,
            @Nullable Leg elsewhere,
            @Nullable SSLContext trust,
            String secret,
            boolean own) {
        static final Plan PLAIN =
                new Plan(
                        WireSettings.DEFAULT,
                        new ListenerSecurity.PlainLoopback(),
                        null,
                        null,
                        null,
                        ToyTarget.SECRET,
                        false);

        /// In TLS on both legs.
        static Plan secured(Certificates by) throws IOException {
            return PLAIN.secured(by.listener(), by.trust())
                    .to(new TargetTls(by.target(), by.ca.toString(), "localhost"));
        }

        Plan with(WireSettings other) {
            return new Plan(other, security, targetTls, elsewhere, trust, secret, own);
        }

        Plan secured(ListenerSecurity.Tls by, SSLContext trusted) {
            return new Plan(settings, by, targetTls, elsewhere, trusted, secret, own);
        }

        Plan to(TargetTls target) {
            return new Plan(settings, security, target, elsewhere, trust, secret, own);
        }

        Plan to(Leg other) {
            return new Plan(settings, security, targetTls, other, trust, secret, own);
        }

        Plan withSecret(String other) {
            return new Plan(settings, security, targetTls, elsewhere, trust, other, own);
        }

        /// Welcomes with a route that this driver does not go.
        Plan withOwnRoute() {
            return new Plan(settings, security, targetTls, elsewhere, trust, secret, true);
        }
    }

    /// @param ca whom the gateway believes
    /// @param serverName the name that it expects
    record TargetTls(SSLContext target, String ca, String serverName) {
        Leg leg(ToyTarget to) {
            return to.leg(ca, serverName);
        }
    }

    Rig() throws IOException {
        this(Plan.PLAIN);
    }

    Rig(Plan plan) throws IOException {
        this.plan = plan;
        var tls = plan.targetTls();
        target = new ToyTarget(tls == null ? null : tls.target());
        wire = Wire.start(plan.settings());
        var leg = plan.elsewhere();
        if (leg == null) {
            leg = tls == null ? target.leg() : tls.leg(target);
        }
        var way = leg;
        var toy = new FramedToy(way);
        listener =
                wire.listen(
                        toy,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        plan.security(),
                        new Reception() {
                            @Override
                            public CompletionStage<Arrival> receive(
                                    Claim claim, Wanted wanted, Session.Source from) {
                                return Rig.this.receive(toy, way, claim, wanted, from);
                            }

                            @Override
                            public boolean stands(Session session) {
                                return stands;
                            }
                        },
                        gate);
    }

    private CompletionStage<Reception.Arrival> receive(
            FramedToy toy, Leg leg, Claim claim, Wanted wanted, Session.Source from) {
        sources.add(from);
        if (!(claim instanceof Claim.Shown(var token)) || !token.reveal().equals(TOKEN)) {
            return evidence.append(List.of(new Evidence.LoginFailed(from, "token-invalid", 1)))
                    .thenApply(_ ->
                            new Reception.Arrival.TurnedAway(
                                    Reception.Why.IDENTITY, "not with this token"));
        }
        var session =
                new Session(
                        SessionId.fresh(), Toys.EVE, Toys.TARGET, from, Work.NONE, false, Map.of());
        var terms = new Framed.Terms("toy", false, wanted.settings());
        return CompletableFuture.supplyAsync(
                        () -> gate.open(session, "token", Bytes.EMPTY, Toys.ANALYST),
                        wire.blocking())
                .thenCompose(opening -> opening)
                .thenApply(permit -> {
                    permits.add(new WeakReference<>(permit));
                    return permit;
                })
                .handle((permit, failure) ->
                        failure != null
                                ? new Reception.Arrival.TurnedAway(
                                        Reception.Why.NO_EVIDENCE, "it cannot be written down")
                                : new Reception.Arrival.Welcome(
                                        permit,
                                        toy.target(),
                                        plan.own()
                                                ? new Reception.Route.Own()
                                                : new Reception.Route.Dialled(
                                                        leg,
                                                        toy.dialer(
                                                                toy.target(),
                                                                () -> plan.secret().toCharArray(),
                                                                terms))));
    }

    /// Connected, in TLS where the listener wants it, and silent so far.
    ToyClient connect() throws IOException {
        var client = new ToyClient(listener.address());
        clients.add(client);
        var trust = plan.trust();
        if (trust != null) {
            client.secure(trust);
        }
        return client;
    }

    /// Logged in.
    ToyClient enter() throws IOException {
        return connect().hello();
    }

    /// Waits for it, with a deadline.
    static void until(Callable<Boolean> so) {
        await().atMost(ToyClient.PATIENCE).pollInterval(Duration.ofMillis(10)).until(so);
    }

    void untilReceived(String line) {
        until(() -> target.received.contains(line));
    }

    List<String> reasons() {
        return evidence.written(Evidence.SessionClosed.class).stream()
                .map(Evidence.SessionClosed::reason)
                .toList();
    }

    List<Evidence.Ended> outcomes() {
        return evidence.written(Evidence.Settled.class).stream()
                .flatMap(settled -> settled.all().stream())
                .toList();
    }

    void clientsGo() throws IOException {
        for (var client : clients) {
            client.close();
        }
    }

    /// Clients go; every session comes to its end, and then nothing is open any more and the books
    /// are right.
    void everythingEnds() throws IOException {
        clientsGo();
        until(() -> listener.sessions() == 0 && target.connections() == 0);
        until(() -> reasons().size() == evidence.written(Evidence.SessionOpened.class).size());
        until(() -> outcomes().size() >= evidence.written(Evidence.Intent.class).size());
        booksAreRight();
    }

    /// No timer, table or channel holds a session that is over, with all that was recorded of it.
    void nothingIsHeld() {
        until(() -> {
            System.gc();
            return permits.stream().allMatch(permit -> permit.refersTo(null));
        });
    }

    /// One outcome for each intent and one end for each session, behind what it asked.
    void booksAreRight() {
        var closed = new HashSet<SessionId>();
        var intents = new HashSet<ActionId>();
        var settled = new HashSet<ActionId>();
        for (var record : evidence.written()) {
            switch (record) {
                case Evidence.SessionClosed(var session, _) ->
                        assertThat(closed.add(session.id())).as("closed once").isTrue();
                case Evidence.Intent(var action, _, _, _, _) -> {
                    assertThat(closed)
                            .as("nothing is asked in a session that is closed")
                            .doesNotContain(action.session().id());
                    intents.add(action.id());
                }
                case Evidence.Settled(var session, var all) -> {
                    assertThat(closed)
                            .as("nothing is settled in a session that is closed")
                            .doesNotContain(session.id());
                    all.forEach(one ->
                            assertThat(settled.add(one.action())).as("settled once").isTrue());
                }
                default -> {}
            }
        }
        assertThat(settled).as("every intent has its outcome").isEqualTo(intents);
    }

    @Override
    public void close() throws IOException {
        evidence.release();
        listener.close();
        wire.close();
        target.close();
    }
}
