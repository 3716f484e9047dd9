package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.countersign.model.Json;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Spans of actions as a collector gets them.
class TracesTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String HELD = "5bf92f3577b34da6a3ce929d0e0e4737";
    private static final String UNSEEN = "6bf92f3577b34da6a3ce929d0e0e4738";
    private static final String PARENT = "00f067aa0ba902b7";

    @TempDir Path directory;

    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();

    private static String traced(String sql, String trace, String flags) {
        return sql + " /*traceparent='00-" + trace + "-" + PARENT + "-" + flags + "'*/";
    }

    private List<Json.Obj> spans(String trace) {
        return bodies.stream()
                .flatMap(body -> items(Json.parse(body), "resourceSpans"))
                .flatMap(one -> items(one, "scopeSpans"))
                .flatMap(one -> items(one, "spans"))
                .filter(span -> span.text("traceId").orElse("").equals(trace))
                .toList();
    }

    private static Stream<Json.Obj> items(Json in, String name) {
        return ((Json.Arr) ((Json.Obj) in).get(name).orElseThrow())
                .items().stream().map(Json.Obj.class::cast);
    }

    private static List<String> names(List<Json.Obj> spans) {
        return spans.stream().map(span -> span.text("name").orElse("")).toList();
    }

    @Test
    void an_agents_own_trace_shows_where_it_waited_and_never_what_it_said() throws Exception {
        var collector =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        collector.createContext(
                "/v1/traces",
                exchange -> {
                    try (exchange) {
                        bodies.add(
                                new String(
                                        exchange.getRequestBody().readAllBytes(),
                                        StandardCharsets.UTF_8));
                        exchange.sendResponseHeaders(200, -1);
                    }
                });
        collector.start();
        try (var house = new House(directory, HeldCases.POLICY)) {
            house.say(
                    "traces: {otlp: \"http://127.0.0.1:"
                            + collector.getAddress().getPort()
                            + "\"}");
            house.restart();
            try (var eve = house.connect("preferQueryMode", "simple")) {
                SpineTest.column(
                        eve, traced("SELECT 'zanzibar4711', ssn FROM customers", TRACE, "01"));
                SpineTest.column(eve, traced("SELECT 'zanzibar4711'", UNSEEN, "00"));
                var told =
                        HeldStatementsTest.meanwhile(() -> {
                            try (var statement = eve.createStatement()) {
                                return statement.executeUpdate(
                                        traced(
                                                "UPDATE orders SET note = 'zanzibar4711' WHERE id = 1",
                                                HELD,
                                                "01"));
                            }
                        });
                var dana = house.desk("dana", "dba");
                dana.approve(dana.waitsFor("zanzibar4711"));
                assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            }
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> {
                        assertThat(names(spans(TRACE)))
                                .containsExactlyInAnyOrder("sql read", "append", "forward");
                        assertThat(names(spans(HELD)))
                                .containsExactlyInAnyOrder(
                                        "sql write", "append", "review", "forward");
                    });
        } finally {
            collector.stop(0);
        }
        var read =
                spans(TRACE).stream()
                        .filter(span -> span.text("name").orElse("").equals("sql read"))
                        .findFirst()
                        .orElseThrow();
        assertThat(read.text("parentSpanId")).contains(PARENT);
        assertThat(spans(TRACE))
                .filteredOn(span -> !span.text("name").orElse("").equals("sql read"))
                .allMatch(span -> span.text("parentSpanId").equals(read.text("spanId")));
        assertThat(read.text())
                .contains(
                        "{\"key\":\"countersign.decision\",\"value\":{\"stringValue\":\"allow\"}}",
                        "{\"key\":\"countersign.status\",\"value\":{\"stringValue\":\"ok\"}}");
        assertThat(spans(UNSEEN)).as("its client wants no record").isEmpty();
        assertThat(String.join("\n", bodies))
                .doesNotContain("zanzibar4711", "SELECT", "UPDATE", "eve", "ann", House.CANARY_SSN);
    }
}
