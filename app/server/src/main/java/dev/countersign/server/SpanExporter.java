package dev.countersign.server;

import dev.countersign.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends spans to a collector by OTLP/HTTP in JSON, on a thread of its own. Whoever hands them over
/// is never held up: what finds no place is dropped, and so is what the collector does not take.
final class SpanExporter implements AutoCloseable {
    /// Spans that wait.
    static final int MAX_WAITING = 4_096;

    /// Spans of one request.
    static final int MAX_BATCH = 512;

    /// How long one request may take.
    static final Duration LIMIT = Duration.ofSeconds(5);

    /// How long spans gather.
    private static final Duration GATHER = Duration.ofSeconds(1);

    /// A collector that is not there is told of once in that time.
    private static final Duration TOLD_EVERY = Duration.ofMinutes(1);

    private static final Logger LOG = LoggerFactory.getLogger(SpanExporter.class);

    private final URI to;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final BlockingQueue<Span> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final LongAdder dropped = new LongAdder();
    private final Thread thread =
            Thread.ofPlatform().name("span-exporter").daemon().unstarted(this::run);
    private volatile boolean closed;
    private long told = System.nanoTime() - TOLD_EVERY.toNanos();

    /// @param to the collector, such as `http://127.0.0.1:4318`; `/v1/traces` where it has no path
    SpanExporter(URI to) {
        this.to =
                to.getPath() == null || to.getPath().isEmpty() || to.getPath().equals("/")
                        ? to.resolve("/v1/traces")
                        : to;
        thread.start();
    }

    void add(Span span) {
        if (!waiting.offer(span)) {
            dropped.increment();
        }
    }

    /// Spans that nobody got.
    long dropped() {
        return dropped.sum();
    }

    private void run() {
        var batch = new ArrayList<Span>(MAX_BATCH);
        try {
            while (!closed || !waiting.isEmpty()) {
                var first = waiting.poll(GATHER.toMillis(), TimeUnit.MILLISECONDS);
                if (first != null) {
                    batch.add(first);
                    waiting.drainTo(batch, MAX_BATCH - 1);
                    send(batch);
                    batch.clear();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the gateway does not wait any longer
        }
    }

    private void send(List<Span> batch) throws InterruptedException {
        var request =
                HttpRequest.newBuilder(to)
                        .timeout(LIMIT)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body(batch)))
                        .build();
        try {
            int status = http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
            if (status / 100 != 2) {
                failed(batch, "it answers with status " + status);
            }
        } catch (IOException e) {
            failed(batch, e.getClass().getSimpleName());
        }
    }

    private void failed(List<Span> batch, String why) {
        dropped.add(batch.size());
        if (System.nanoTime() - told >= TOLD_EVERY.toNanos()) {
            told = System.nanoTime();
            LOG.atWarn()
                    .addKeyValue("code", "traces-dropped")
                    .log("the collector of traces at {} does not take them: {}", to, why);
        }
    }

    static String body(List<Span> batch) {
        var resource =
                Json.object()
                        .put(
                                "attributes",
                                Span.attributes(
                                        Map.of(
                                                "service.name",
                                                "countersign",
                                                "service.version",
                                                Build.version())))
                        .build();
        var scope =
                Json.object()
                        .put("scope", Json.object().put("name", "countersign").build())
                        .put("spans", Json.list(batch, Span::json))
                        .build();
        return Json.object()
                .put(
                        "resourceSpans",
                        Json.list(
                                List.of(scope),
                                one ->
                                        Json.object()
                                                .put("resource", resource)
                                                .put(
                                                        "scopeSpans",
                                                        Json.list(List.of(one), it -> it))
                                                .build()))
                .build()
                .text();
    }

    /// Sends what waits, for [#LIMIT] at most.
    @Override
    public void close() {
        closed = true;
        try {
            if (!thread.join(LIMIT)) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }
}
