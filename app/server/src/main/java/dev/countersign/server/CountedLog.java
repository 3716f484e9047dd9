package dev.countersign.server;

import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A log that counts what was written into it, once that is durable, and how long it took: all that
/// happens passes through here, so nothing that counts is anywhere else on the data path.
final class CountedLog implements EvidenceLog {
    private final EvidenceLog log;
    private final Metrics metrics;
    private final @Nullable Traces traces;

    /// @param traces null where nobody collects them
    CountedLog(EvidenceLog log, Metrics metrics, @Nullable Traces traces) {
        this.log = log;
        this.metrics = metrics;
        this.traces = traces;
    }

    @Override
    public CompletionStage<List<Receipt>> append(List<? extends Evidence> records, Executor home) {
        long begun = System.nanoTime();
        var written = log.append(records, home);
        var _ =
                written.whenComplete((_, failure) -> {
                    if (failure == null) {
                        long took = System.nanoTime() - begun;
                        metrics.appended(records, took);
                        if (traces != null) {
                            var now = Instant.now();
                            traces.appended(records, now.minusNanos(took), now);
                        }
                    } else {
                        metrics.notAppended();
                    }
                });
        return written;
    }

    @Override
    public CompletionStage<?> guarded(Receipt of, Executor home) {
        return log.guarded(of, home);
    }

    @Override
    public void replay(Consumer<Entry> each) {
        log.replay(each);
    }

    @Override
    public boolean writable() {
        return log.writable();
    }
}
