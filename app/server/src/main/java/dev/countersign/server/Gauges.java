package dev.countersign.server;

import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.model.Session;
import dev.countersign.reviews.ReviewView;
import dev.countersign.wire.Listener;
import io.prometheus.metrics.core.metrics.CounterWithCallback;
import io.prometheus.metrics.core.metrics.GaugeWithCallback;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.instrumentation.jvm.JvmBufferPoolMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmThreadsMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// What is looked at when somebody asks for the metrics, and costs nothing before.
final class Gauges {
    private final PrometheusRegistry registry;

    private Gauges(PrometheusRegistry registry) {
        this.registry = registry;
    }

    /// What there is to look at once the gateway is built.
    ///
    /// @param targets all names of the configuration in force
    /// @param sessions that run
    /// @param reviews that can be shown
    /// @param listeners by protocol
    /// @param certificates when the one of each listener ends
    /// @param evidence where the log lies
    /// @param direct bytes of memory outside of the heap that connections use
    record Sources(
            Supplier<Set<String>> targets,
            Supplier<List<Session>> sessions,
            Supplier<List<ReviewView>> reviews,
            Map<String, Listener> listeners,
            Map<String, Instant> certificates,
            Path evidence,
            LongSupplier direct) {}

    /// What is known of every process: its build, its memory, whether it is ready.
    static void ofProcess(PrometheusRegistry registry, Readiness readiness) {
        Info.builder()
                .name("countersign_build_info")
                .help("Which build runs.")
                .labelNames("version", "java")
                .register(registry)
                .addLabelValues(Build.version(), Integer.toString(Runtime.version().feature()));
        new Gauges(registry)
                .gauge(
                        "countersign_ready",
                        "1 while /readyz says so.",
                        () -> readiness.trouble().isEmpty() ? 1 : 0);
        JvmMemoryMetrics.builder().register(registry);
        JvmBufferPoolMetrics.builder().register(registry);
        JvmThreadsMetrics.builder().register(registry);
        JvmGarbageCollectorMetrics.builder().register(registry);
        ProcessMetrics.builder().register(registry);
    }

    static void ofGateway(
            PrometheusRegistry registry,
            Supplier<Optional<EvidenceFailure.Code>> trouble,
            Sources sources,
            Clock clock) {
        var gauges = new Gauges(registry);
        gauges.sessions(sources);
        gauges.gauge(
                "countersign_evidence_writable",
                "1 while the evidence log takes what begins something new.",
                () -> trouble.get().isEmpty() ? 1 : 0);
        gauges.gauge(
                "countersign_evidence_free_bytes",
                "Room on the disk of the evidence log; -1 where nobody can tell.",
                () -> free(sources.evidence()));
        gauges.gauge(
                "countersign_reviews_open",
                "Reviews that wait for people.",
                () -> pending(sources).size());
        gauges.gauge(
                "countersign_review_oldest_seconds",
                "How long the oldest open review has waited; 0 where there is none.",
                () -> oldest(pending(sources), clock.instant()));
        gauges.gauge(
                "countersign_direct_memory_bytes",
                "Memory outside of the heap that connections use.",
                () -> (double) sources.direct().getAsLong());
        gauges.malformed(sources.listeners());
        gauges.certificates(sources.certificates());
    }

    private interface Look {
        double now();
    }

    private void gauge(String name, String help, Look look) {
        GaugeWithCallback.builder()
                .name(name)
                .help(help)
                .callback(out -> out.call(look.now()))
                .register(registry);
    }

    private void sessions(Sources sources) {
        GaugeWithCallback.builder()
                .name("countersign_sessions")
                .help("Sessions that run.")
                .labelNames("target")
                .callback(out -> {
                    var running =
                            sources.sessions().get().stream()
                                    .collect(
                                            Collectors.groupingBy(
                                                    session -> session.where().name(),
                                                    Collectors.counting()));
                    sources.targets().get().forEach(name -> running.putIfAbsent(name, 0L));
                    running.forEach((target, many) -> out.call((double) many, target));
                })
                .register(registry);
    }

    private void malformed(Map<String, Listener> listeners) {
        CounterWithCallback.builder()
                .name("countersign_denied_malformed_total")
                .help("Connections that ended because of bytes that their protocol does not allow.")
                .labelNames("protocol", "side")
                .callback(out ->
                        listeners.forEach((protocol, listener) -> {
                            out.call((double) listener.malformedByClients(), protocol, "client");
                            out.call((double) listener.malformedByTargets(), protocol, "target");
                        }))
                .register(registry);
    }

    private void certificates(Map<String, Instant> ends) {
        GaugeWithCallback.builder()
                .name("countersign_certificate_expiry_timestamp_seconds")
                .help("When the certificate that a listener began with ends, in Unix time.")
                .labelNames("listener")
                .callback(out ->
                        ends.forEach((listener, end) ->
                                out.call((double) end.getEpochSecond(), listener)))
                .register(registry);
    }

    private static List<ReviewView> pending(Sources sources) {
        return sources.reviews().get().stream()
                .filter(review -> review.state() == ReviewView.State.PENDING)
                .toList();
    }

    private static double oldest(List<ReviewView> pending, Instant now) {
        return pending.stream()
                .mapToDouble(review -> Duration.between(review.opened(), now).toMillis() / 1000.0)
                .max()
                .orElse(0);
    }

    private static double free(Path folder) {
        try {
            return Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            return -1; // told as what it is: nobody can tell
        }
    }
}
