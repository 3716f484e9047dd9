package dev.countersign.model;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// The one book. Records go in at the end, in order, and nothing ever comes out or changes.
public interface EvidenceLog {

    /// Completes once all `records` are durable (fsynced), in this order, in one commit. If it
    /// fails, none of the actions they describe may happen: no evidence, no action.
    ///
    /// Never blocks the caller: a queue that is full, a disk without room or a log that failed
    /// complete exceptionally, then on the caller's thread.
    ///
    /// @param home where it completes: all that one commit made durable for one home is told there
    ///   in one task, so that a thread which serves many sessions is woken once
    CompletionStage<List<Receipt>> append(List<? extends Evidence> records, Executor home);

    /// The same for a caller who waits, or does not care: it completes on the writer's thread,
    /// which must not be kept.
    default CompletionStage<List<Receipt>> append(List<? extends Evidence> records) {
        return append(records, Runnable::run);
    }

    /// Completes once no older copy of the log could be put back in place of one with this record
    /// without being noticed at the next start: a signed checkpoint that covers it lies outside of
    /// the log's own directory, flushed. Fails if that takes longer than a few seconds.
    ///
    /// At once where nothing is kept outside: then what an earlier start left open is void at the
    /// next one, which says the same.
    ///
    /// @param of a durable record
    /// @param home where it completes
    default CompletionStage<?> guarded(Receipt of, Executor home) {
        return CompletableFuture.completedStage(of);
    }

    /// Every entry from the first, in order: how start-up recovers open reviews, grants and
    /// unfinished work.
    void replay(Consumer<Entry> each);

    /// Whether a new action's intent would be accepted now.
    boolean writable();

    /// Where a record came to stand.
    ///
    /// @param index from 0
    /// @param leaf SHA-256(0x00 ‖ the exact bytes stored), RFC 6962
    record Receipt(long index, Hash leaf) {}

    /// A record as it was written.
    record Entry(long index, Hash leaf, Json.Obj record) {}
}
