package dev.countersign.server;

import dev.countersign.api.Api;
import dev.countersign.api.ConfigurationRoutes;
import dev.countersign.api.CredentialRoutes;
import dev.countersign.api.EvidenceRoutes;
import dev.countersign.api.Oversight;
import dev.countersign.api.ReviewRoutes;
import dev.countersign.api.SessionHistory;
import dev.countersign.api.SessionRoutes;
import dev.countersign.decisionhttp.HttpDecisions;
import dev.countersign.evidence.EvidenceSettings;
import dev.countersign.evidence.FileEvidenceLog;
import dev.countersign.evidence.PayloadReader;
import dev.countersign.evidence.PublishedLog;
import dev.countersign.gate.Framed;
import dev.countersign.gate.Gate;
import dev.countersign.gate.SecondOpinion;
import dev.countersign.identity.Credentials;
import dev.countersign.identity.Issuers;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.postgres.Postgres;
import dev.countersign.reviews.ReviewSettings;
import dev.countersign.reviews.Reviews;
import dev.countersign.wire.Listener;
import dev.countersign.wire.ListenerSecurity;
import dev.countersign.wire.Wire;
import dev.countersign.wire.WireSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateway, wired by hand: the one place that knows every room below it.
///
/// ```
///  configuration ─▶ evidence ─▶ issuers ─▶ gate ─▶ protocols ─▶ targets ─▶ listeners
/// ```
///
/// It starts in that order and stops in the other, so that whatever happens can still be written
/// down.
public final class Server implements AutoCloseable {
    /// How long running sessions are given when the gateway stops.
    public static final Duration GRACE = Duration.ofSeconds(10);

    /// How often credentials that have ended are forgotten.
    private static final Duration FORGET = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Server.class);

    private final List<AutoCloseable> parts = new ArrayList<>();
    private final Map<String, Listener> listeners = new ConcurrentHashMap<>();
    private final Readiness readiness = new Readiness();
    private @Nullable Api api;
    private @Nullable Monitor monitor;
    private boolean closed;
    private boolean well = true;

    private Server() {}

    /// Reads the configuration and starts everything in it.
    ///
    /// @throws dev.countersign.settings.ConfigurationProblems with all that is wrong in the files
    /// @throws dev.countersign.evidence.EvidenceFailure if the log cannot be opened
    public static Server start(Path config) {
        var server = new Server();
        try {
            server.open(config, Clock.systemUTC());
            return server;
        } catch (IOException e) {
            server.close();
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private void open(Path file, Clock clock) throws IOException {
        var postgres = keep(new Postgres(clock));
        var protocols = Map.<String, Framed>of(postgres.id(), postgres);
        var current = keep(new CurrentConfiguration(file, protocols, clock));
        var configuration = current.now();
        configuration.notServed().forEach(LOG::warn);

        var metrics = new Metrics(clock);
        configuration.targets().keySet().forEach(metrics::target);
        monitor = monitor(configuration.server(), metrics);
        var blocking = keep(Executors.newVirtualThreadPerTaskExecutor());
        var book = keep(FileEvidenceLog.open(evidenceSettings(configuration, clock)));
        var evidence = new CountedLog(book, metrics, traces(configuration.server()));
        readiness.evidence(book::trouble);
        append(
                evidence,
                new Evidence.Configured(
                        configuration.digest(),
                        configuration.rules().digest(),
                        configuration.summary()));
        var issuers =
                keep(
                        Issuers.of(
                                configuration.server().issuers(),
                                keys -> append(evidence, keys),
                                clock));
        blocking.execute(() -> issuers.prefetch().forEach(LOG::warn));
        var live = new Api.Live();
        var settings = reviewSettings(configuration.server());
        var reviews =
                new Reviews(
                        configuration.panels(),
                        settings,
                        evidence,
                        clock,
                        ring -> {
                            live.ring(ring);
                            current.ring(ring);
                            metrics.ring(ring);
                        });
        new EarlierReviews(
                        issuers,
                        current::target,
                        reviews,
                        record -> append(evidence, record),
                        clock)
                .takeUp(book.openReviews());
        every(Duration.ofSeconds(1), reviews::expire);
        var gate = new Gate(current, secondOpinion(configuration), evidence, reviews, clock);
        var failed = new FailedLogins(evidence, clock);
        every(FailedLogins.COUNTED_EVERY, failed::flush);
        keep(failed::close);

        var credentials = new Credentials(evidence, clock);
        every(FORGET, credentials::sweep);
        var sessions = new LiveSessions(listeners.values());
        credentials.onRevoke(sessions::revoked);
        var doors = new ConcurrentHashMap<String, CredentialRoutes.Door>();

        var wire = keep(Wire.start(WireSettings.DEFAULT));
        Gauges.ofGateway(
                metrics.registry(),
                book::trouble,
                new Gauges.Sources(
                        () -> current.now().targets().keySet(),
                        sessions::live,
                        reviews::views,
                        listeners,
                        CertificateEnds.of(configuration),
                        evidenceSettings(configuration, clock).directory(),
                        wire::directMemory),
                clock);
        for (var entry : configuration.server().listen().entrySet()) {
            var protocol = protocols.get(entry.getKey());
            if (protocol != null) {
                var desk =
                        new FrontDesk(
                                protocol,
                                name -> current.destination(protocol.id(), name),
                                issuers,
                                credentials,
                                gate,
                                evidence,
                                failed,
                                blocking);
                var at = entry.getValue();
                var listener =
                        wire.listen(
                                protocol,
                                new InetSocketAddress(at.host(), at.port()),
                                security(configuration, at),
                                desk,
                                gate);
                listeners.put(protocol.id(), listener);
                doors.put(
                        protocol.id(),
                        new CredentialRoutes.Door(
                                protocol.id(), listener.address().getPort(), at.tls().isPresent()));
            }
        }
        var at = configuration.server().listen().get(ServerSettings.API);
        if (at != null) {
            var oversight = new Oversight(current::administrators);
            var log = evidenceSettings(configuration, clock);
            var payloads = PayloadReader.open(log.directory(), log.payloadKey());
            var history =
                    new SessionHistory(
                            PublishedLog.of(log.directory()), payloads::read, oversight, clock);
            var routes =
                    List.of(
                            new ReviewRoutes(reviews, live, clock),
                            new CredentialRoutes(
                                    credentials,
                                    issuers,
                                    target ->
                                            current.target(target)
                                                    .map(found -> doors.get(found.protocol())),
                                    oversight,
                                    clock),
                            new ConfigurationRoutes(
                                    new ConfigurationChanges(
                                            current, issuers, reviews, evidence, sessions,
                                            blocking),
                                    oversight),
                            new SessionRoutes(sessions, history, oversight, evidence),
                            history,
                            new EvidenceRoutes(log.directory(), payloads::reveal, oversight));
            var parts =
                    new Api.Parts(
                            new Reviewers(issuers),
                            evidence,
                            (routing, all) -> routes.forEach(one -> one.add(routing, all)),
                            failed::add);
            api =
                    keep(
                            Api.start(
                                    new InetSocketAddress(at.host(), at.port()),
                                    certificate(configuration, at),
                                    parts));
        }
        readiness.opened();
    }

    private @Nullable Monitor monitor(ServerSettings settings, Metrics metrics) throws IOException {
        Gauges.ofProcess(metrics.registry(), readiness);
        var at = settings.listen().get(ServerSettings.MONITOR);
        return at == null
                ? null
                : keep(
                        Monitor.start(
                                new InetSocketAddress(at.host(), at.port()), readiness, metrics));
    }

    private @Nullable Traces traces(ServerSettings settings) {
        return settings.traces()
                .map(to -> new Traces(keep(new SpanExporter(URI.create(to.otlp())))::add))
                .orElse(null);
    }

    private SecondOpinion secondOpinion(Configuration configuration) {
        return configuration
                .server()
                .decisions()
                .<SecondOpinion>map(settings ->
                        keep(
                                new HttpDecisions(
                                        settings,
                                        Optional.of(settings.secret())
                                                .filter(reference -> !reference.isEmpty())
                                                .map(configuration::secret))))
                .orElse(SecondOpinion.NONE);
    }

    private static Optional<Api.Certificate> certificate(
            Configuration configuration, ServerSettings.ListenSettings at) {
        return at.tls()
                .map(tls ->
                        new Api.Certificate(
                                file(configuration, tls.certificate()),
                                file(configuration, tls.key())));
    }

    static EvidenceSettings evidenceSettings(Configuration configuration, Clock clock) {
        var settings = configuration.server();
        var keys = settings.keys();
        var data = settings.dataDir();
        return EvidenceSettings.of(
                data,
                settings.origin(),
                keys.map(set -> file(configuration, set.log())).orElse(data.resolve("keys/log")),
                keys.map(set -> file(configuration, set.payload()))
                        .orElse(data.resolve("keys/payload")),
                settings.guardFile(),
                clock);
    }

    static ReviewSettings reviewSettings(ServerSettings settings) {
        var holds = settings.reviews().orElse(ServerSettings.HoldSettings.STANDARD);
        var at = settings.listen().get(ServerSettings.API);
        var where =
                !holds.where().isEmpty() || at == null
                        ? holds.where()
                        : (at.tls().isPresent() ? "https://" : "http://")
                                + (at.host().equals("127.0.0.1") ? "localhost" : at.host())
                                + ":"
                                + at.port();
        return new ReviewSettings(
                holds.hold(), holds.holdInTransaction(), where, settings.origin());
    }

    /// `file:gw.crt`, or the bare path.
    static Path file(Configuration configuration, String reference) {
        var path = reference.startsWith("file:") ? reference.substring(5) : reference;
        return configuration.folder().resolve(path).normalize();
    }

    private static ListenerSecurity security(
            Configuration configuration, ServerSettings.ListenSettings at) {
        return at.tls()
                .<ListenerSecurity>map(tls ->
                        new ListenerSecurity.Tls(
                                file(configuration, tls.certificate()),
                                file(configuration, tls.key())))
                .orElseGet(ListenerSecurity.PlainLoopback::new);
    }

    /// Durable before it returns: nothing is judged by a configuration, or decided on a review of
    /// before, that is not in the log.
    private static void append(EvidenceLog evidence, Evidence record) {
        try {
            evidence.append(List.of(record)).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new IllegalStateException(
                    "the evidence log cannot be written, so nothing may start", e.getCause());
        }
    }

    private void every(Duration period, Runnable work) {
        ScheduledExecutorService timer =
                Executors.newSingleThreadScheduledExecutor(
                        task -> Thread.ofPlatform().name("server-timer").daemon().unstarted(task));
        var _ =
                timer.scheduleWithFixedDelay(
                        work, period.toMillis(), period.toMillis(), TimeUnit.MILLISECONDS);
        keep((AutoCloseable) timer::shutdownNow);
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.add(part);
        return part;
    }

    private ExecutorService keep(ExecutorService threads) {
        parts.add(threads);
        return threads;
    }

    /// Where clients are taken in, by protocol: `postgres` → `127.0.0.1:6432`.
    public Map<String, InetSocketAddress> listeners() {
        var out = new HashMap<String, InetSocketAddress>();
        listeners.forEach((protocol, listener) -> out.put(protocol, listener.address()));
        return out;
    }

    /// Where people decide; empty where nothing listens for them.
    public Optional<InetSocketAddress> api() {
        return Optional.ofNullable(api)
                .map(one -> new InetSocketAddress(InetAddress.getLoopbackAddress(), one.port()));
    }

    /// Where machines ask how the gateway is; empty where nothing listens for them.
    public OptionalInt monitorPort() {
        var running = monitor;
        return running == null ? OptionalInt.empty() : OptionalInt.of(running.port());
    }

    /// Admits nobody new, lets running sessions come to rest for [#GRACE], writes the end down.
    @Override
    public void close() {
        var _ = stop();
    }

    /// The same.
    ///
    /// @return whether every part stopped as it should, the log's last checkpoint included
    public synchronized boolean stop() {
        if (closed) {
            return well;
        }
        closed = true;
        readiness.drains();
        listeners.values().forEach(listener -> listener.drain(GRACE));
        for (var part : parts.reversed()) {
            try {
                part.close();
            } catch (Exception e) {
                LOG.atError().setCause(e).log("a part of the gateway did not stop as it should");
                well = false;
            }
        }
        return well;
    }
}
