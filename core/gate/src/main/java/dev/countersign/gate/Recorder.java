package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Seen;
import dev.countersign.model.Session;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.List;

/// Gathers what a client saw into chunks of the session's recording: one line of JSON for each
/// thing seen (`docs/evidence-format.md`). A chunk ends at [#MAX_CHUNK] bytes or when it is
/// [#MAX_AGE] old, so that a crash loses at most that much of the recording; the outcome of an
/// action holds a digest of all of it anyway.
final class Recorder {
    /// Bytes of a chunk; one longer line is a chunk of its own.
    static final int MAX_CHUNK = 64 * 1024;

    /// How old the first line of a chunk may grow.
    static final Duration MAX_AGE = Duration.ofSeconds(2);

    private final Session session;
    private final EvidenceLog evidence;
    private final long began = System.nanoTime();
    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private Duration from = Duration.ZERO;
    private long chunk;

    Recorder(Session session, EvidenceLog evidence) {
        this.session = session;
        this.evidence = evidence;
    }

    void add(ActionId action, Seen seen) {
        var at = Duration.ofNanos(System.nanoTime() - began);
        var line = seen.line(action, at.toMillis());
        if (lines.size() > 0
                && (lines.size() + line.length >= MAX_CHUNK
                        || at.minus(from).compareTo(MAX_AGE) > 0)) {
            flush();
        }
        if (lines.size() == 0) {
            from = at;
        }
        lines.writeBytes(line);
        lines.write('\n');
    }

    void flush() {
        if (lines.size() > 0) {
            var bytes = Bytes.owned(lines.toByteArray());
            lines.reset();
            // A log that cannot take this takes no intent either: the session's next action is
            // refused there.
            evidence.append(List.of(new Evidence.Recorded(session, chunk++, from, bytes)));
        }
    }
}
