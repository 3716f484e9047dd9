package dev.countersign.model;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What came of an action. "Unknown" is an honest outcome.
///
/// @param code the protocol's own: SQLSTATE, HTTP status, exit code; empty where all went well
/// @param rows that the client was sent, or that the target says it changed
/// @param bytes of the answer as the client was sent it
/// @param response SHA-256 over the answer's content as the client was sent it; null where there
///   was none
/// @param stream SHA-256 over the content that the client sent behind the command, as the target
///   was sent it; null where there was none
/// @param masked cells masked, by rule or label
/// @param took from the forward to the last frame
public record Outcome(
        Status status,
        String code,
        long rows,
        long bytes,
        @Nullable Hash response,
        @Nullable Hash stream,
        Map<String, Long> masked,
        Duration took) {

    public enum Status {
        OK,
        ERROR,
        REFUSED,
        TIMEOUT,
        UNKNOWN;

        private final String word = name().toLowerCase(Locale.ROOT);

        public String word() {
            return word;
        }
    }

    /// Of what had no stream behind it.
    public Outcome(
            Status status,
            String code,
            long rows,
            long bytes,
            @Nullable Hash response,
            Map<String, Long> masked,
            Duration took) {
        this(status, code, rows, bytes, response, null, masked, took);
    }

    public Outcome {
        masked = Map.copyOf(masked);
    }

    /// Nobody knows what came of it.
    public static Outcome unknown(String code) {
        return new Outcome(Status.UNKNOWN, code, 0, 0, null, Map.of(), Duration.ZERO);
    }

    /// It did not run.
    public static Outcome refused(Refusal why) {
        return new Outcome(
                Status.REFUSED, why.reason().word(), 0, 0, null, Map.of(), Duration.ZERO);
    }
}
