package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Outcome;
import dev.countersign.model.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/// What came of a session's proven reads, gathered so that it shares a record. Their answers need
/// not wait for it: a read changes nothing, and its intent is durable before its answer leaves.
/// Lost in a crash, the next start writes down that nobody knows.
final class ReadOutcomes {
    /// Bytes of a record's body that are filled at most, reckoned from above.
    static final int MAX_BYTES = 48 * 1024;

    /// An outcome without its counts of masked cells: two ids, two digests, numbers and names.
    private static final int BYTES_OF_ONE = 512;

    /// A count of masked cells: its number and what JSON puts around it.
    private static final int BYTES_OF_A_COUNT = 24;

    /// A character of a label at worst: six as JSON escapes it.
    private static final int BYTES_OF_A_CHARACTER = 6;

    private final Session session;
    private final EvidenceLog evidence;
    private List<Evidence.Ended> gathered = new ArrayList<>();
    private CompletableFuture<Object> written = new CompletableFuture<>();
    private int bytes;

    ReadOutcomes(Session session, EvidenceLog evidence) {
        this.session = session;
        this.evidence = evidence;
    }

    boolean isEmpty() {
        return gathered.isEmpty();
    }

    /// @return completes when it is durable, at `home`
    CompletionStage<?> add(ActionId action, Outcome outcome, Executor home) {
        int more = BYTES_OF_ONE;
        for (var label : outcome.masked().keySet()) {
            more += BYTES_OF_A_COUNT + BYTES_OF_A_CHARACTER * label.length();
        }
        if (bytes + more > MAX_BYTES) {
            flush(home);
        }
        bytes += more;
        gathered.add(new Evidence.Ended(action, outcome));
        return written;
    }

    void flush(Executor home) {
        if (gathered.isEmpty()) {
            return;
        }
        var told = written;
        var record = new Evidence.Settled(session, gathered);
        written = new CompletableFuture<>();
        gathered = new ArrayList<>();
        bytes = 0;
        var _ =
                evidence.append(List.of(record), home)
                        .whenComplete((_, failed) -> {
                            if (failed == null) {
                                told.complete(record);
                            } else {
                                told.completeExceptionally(failed);
                            }
                        });
    }
}
