package dev.countersign.gate;

import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Hash;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;

/// A log in memory that can hold back what it is told to, or fail.
public final class MemoryEvidence implements EvidenceLog {
    // guarded by this
    private final List<Evidence> written = new ArrayList<>();
    private final List<Held> held = new ArrayList<>();
    private Predicate<Evidence> holds = _ -> false;
    private Predicate<Evidence> fails = _ -> false;

    private Function<Receipt, CompletionStage<?>> guards = CompletableFuture::completedStage;

    private record Held(
            List<Evidence> records, CompletableFuture<List<Receipt>> done, Executor home) {}

    @Override
    public synchronized CompletionStage<List<Receipt>> append(
            List<? extends Evidence> records, Executor home) {
        var done = new CompletableFuture<List<Receipt>>();
        if (records.stream().anyMatch(fails)) {
            done.completeExceptionally(new IllegalStateException("the disk is full"));
        } else if (!held.isEmpty() || records.stream().anyMatch(holds)) {
            held.add(new Held(List.copyOf(records), done, home));
        } else {
            write(records, done, home);
        }
        return done;
    }

    private void write(
            List<? extends Evidence> records,
            CompletableFuture<List<Receipt>> done,
            Executor home) {
        var receipts = new ArrayList<Receipt>();
        for (var record : records) {
            receipts.add(new Receipt(written.size(), new Hash(0, 0, 0, written.size())));
            written.add(record);
        }
        home.execute(() -> done.complete(receipts));
    }

    /// Records like this, and all behind them, are not durable before [#release].
    public synchronized void hold(Predicate<Evidence> which) {
        holds = which;
    }

    public synchronized void fail(Predicate<Evidence> which) {
        fails = which;
    }

    /// What becomes of the guard file behind a record.
    public synchronized void guards(Function<Receipt, CompletionStage<?>> how) {
        guards = how;
    }

    @Override
    public synchronized CompletionStage<?> guarded(Receipt of, Executor home) {
        return guards.apply(of);
    }

    public synchronized boolean holding() {
        return !held.isEmpty();
    }

    /// What is held fails instead of becoming durable.
    public void failHeld() {
        List<Held> now;
        synchronized (this) {
            holds = _ -> false;
            now = List.copyOf(held);
            held.clear();
        }
        for (var one : now) {
            one.done().completeExceptionally(new IllegalStateException("the disk is full"));
        }
    }

    public void release() {
        List<Held> now;
        synchronized (this) {
            holds = _ -> false;
            now = List.copyOf(held);
            held.clear();
        }
        for (var one : now) {
            synchronized (this) {
                write(one.records(), one.done(), one.home());
            }
        }
    }

    public synchronized List<Evidence> written() {
        return List.copyOf(written);
    }

    public <E extends Evidence> List<E> written(Class<E> kind) {
        return written().stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    @Override
    public void replay(Consumer<Entry> each) {
        // nothing of another boot is in memory
    }

    @Override
    public boolean writable() {
        return true;
    }
}
