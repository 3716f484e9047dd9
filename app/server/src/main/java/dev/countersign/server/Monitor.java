package dev.countersign.server;

import dev.countersign.model.Json;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Where machines ask how the gateway is: `/healthz`, `/readyz`, `/metrics`. Plain HTTP at any
/// address, for nobody signs in and nothing that it says is secret: no statement, value, token,
/// person or agent stands in it, only names out of the configuration.
final class Monitor implements AutoCloseable {
    /// Connections at a time; more are refused.
    static final int MAX_CONNECTIONS = 64;

    /// How long a connection may say nothing.
    static final Duration IDLE = Duration.ofSeconds(30);

    /// Bytes of a request's body, which none of these has.
    private static final int MAX_BODY = 1 << 10;

    private final Readiness readiness;
    private final Metrics metrics;
    private final WebServer server;

    private Monitor(InetSocketAddress at, Readiness readiness, Metrics metrics) {
        this.readiness = readiness;
        this.metrics = metrics;
        this.server =
                WebServer.builder()
                        .address(at.getAddress())
                        .port(at.getPort())
                        .maxPayloadSize(MAX_BODY)
                        .maxTcpConnections(MAX_CONNECTIONS)
                        .idleConnectionTimeout(IDLE)
                        .connectionOptions(socket -> socket.readTimeout(IDLE))
                        .shutdownGracePeriod(Duration.ofSeconds(1))
                        .shutdownHook(false)
                        .routing(this::routes)
                        .build();
    }

    /// @throws IOException if the address cannot be had
    static Monitor start(InetSocketAddress at, Readiness readiness, Metrics metrics)
            throws IOException {
        if (at.isUnresolved()) {
            throw new IOException(
                    "`listen.monitor`: there is no address of the name " + at.getHostString());
        }
        var monitor = new Monitor(at, readiness, metrics);
        try {
            monitor.server.start();
        } catch (RuntimeException e) {
            throw new IOException(
                    "cannot listen on "
                            + at.getHostString()
                            + ":"
                            + at.getPort()
                            + " for `listen.monitor`: is the port taken?",
                    e);
        }
        return monitor;
    }

    int port() {
        return server.port();
    }

    private void routes(HttpRouting.Builder routing) {
        routing.get("/healthz", (_, response) -> text(response, "text/plain", "alive\n"))
                .get("/readyz", (_, response) -> ready(response))
                .get("/metrics", (_, response) -> text(response, Metrics.TYPE, metrics.text()));
    }

    private void ready(ServerResponse response) {
        var trouble = readiness.trouble();
        if (trouble.isEmpty()) {
            text(response, "application/json", "{\"ready\":true}");
            return;
        }
        var why = trouble.get();
        response.status(Status.SERVICE_UNAVAILABLE_503);
        text(
                response,
                "application/problem+json",
                Json.object()
                        .put("type", "urn:countersign:problem:" + why.code())
                        .put("title", why.code())
                        .put("status", Status.SERVICE_UNAVAILABLE_503.code())
                        .put("detail", why.detail())
                        .build()
                        .text());
    }

    private static void text(ServerResponse response, String type, String text) {
        response.header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(HeaderNames.CONTENT_TYPE, type)
                .send(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() {
        server.stop();
    }
}
