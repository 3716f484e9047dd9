package dev.countersign.server;

import dev.countersign.model.Json;
import java.time.Instant;
import java.util.Map;

/// A stretch of time that belongs to one action, as OpenTelemetry has it. No statement and no value
/// ever stands in it.
///
/// @param trace 32 hexadecimal digits
/// @param id 16 of them
/// @param parent likewise; empty where it is the first of its trace
/// @param attributes words of ours and names out of the configuration
/// @param failed whether what it stands for did not come to its end
record Span(
        String trace,
        String id,
        String parent,
        String name,
        Instant from,
        Instant to,
        Map<String, String> attributes,
        boolean failed) {
    /// OTLP's number for the side that answers.
    private static final int SERVER = 2;

    /// Of what happens inside.
    private static final int INTERNAL = 1;

    private static final int ERROR = 2;

    Span {
        attributes = Map.copyOf(attributes);
    }

    /// As OTLP/HTTP has it in JSON.
    Json.Obj json() {
        return Json.object()
                .put("traceId", trace)
                .put("spanId", id)
                .putIfAny("parentSpanId", parent)
                .put("name", name)
                .put("kind", attributes.isEmpty() ? INTERNAL : SERVER)
                .put("startTimeUnixNano", nanos(from))
                .put("endTimeUnixNano", nanos(to))
                .put("attributes", attributes(attributes))
                .put("status", Json.object().put("code", failed ? ERROR : 0).build())
                .build();
    }

    static Json attributes(Map<String, String> all) {
        return Json.list(
                all.entrySet(),
                one ->
                        Json.object()
                                .put("key", one.getKey())
                                .put(
                                        "value",
                                        Json.object().put("stringValue", one.getValue()).build())
                                .build());
    }

    /// A 64 bit number is a string in OTLP's JSON.
    private static String nanos(Instant at) {
        return at.getEpochSecond() + "%09d".formatted(at.getNano());
    }
}
