package dev.countersign.evidence;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/// Those who go on only when the guard file covers a record: the use of an approval, which an old
/// copy of the directory would give back.
final class GuardWaits {
    /// Who may wait at once; each is one action that people approved.
    static final int MAX_WAITING = 1_024;

    private final Duration limit;

    // guarded by this
    private final List<One> waiting = new ArrayList<>();
    private long covered;
    private boolean ended;

    private record One(long index, CompletableFuture<Long> done) {}

    /// @param covered records that the guard file covers
    /// @param limit how long one waits
    GuardWaits(long covered, Duration limit) {
        this.covered = covered;
        this.limit = limit;
    }

    /// Completes at `home` once the guard file covers the record of this index, and exceptionally
    /// if that takes longer than the limit.
    CompletionStage<Long> until(long index, Executor home) {
        var done = new CompletableFuture<Long>();
        synchronized (this) {
            waiting.removeIf(one -> one.done().isDone());
            if (index < covered) {
                done.complete(index);
            } else if (ended || waiting.size() >= MAX_WAITING) {
                done.completeExceptionally(late("the guard file is not written now"));
            } else {
                waiting.add(new One(index, done));
            }
        }
        return done.orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .whenCompleteAsync((_, _) -> {}, home);
    }

    /// The guard file covers so many records.
    void covered(long size) {
        var told = new ArrayList<One>();
        synchronized (this) {
            covered = Math.max(covered, size);
            waiting.removeIf(one -> one.index() < covered && told.add(one));
        }
        told.forEach(one -> one.done().complete(one.index()));
    }

    /// The guard file is not written any more.
    void end() {
        List<One> told;
        synchronized (this) {
            ended = true;
            told = List.copyOf(waiting);
            waiting.clear();
        }
        told.forEach(one -> one.done().completeExceptionally(late("the evidence log is closed")));
    }

    private static EvidenceFailure late(String why) {
        return new EvidenceFailure(EvidenceFailure.Code.CLOSED, why);
    }
}
