package dev.countersign.postgres;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The catalogue of one target, kept up to date: loaded at the start, anew after every statement of
/// any session that may have changed it, and when it is [#FRESH] old. It is loaded over a
/// connection of the gateway's own, on a virtual thread.
///
/// While it is being loaded because something changed, nothing is judged; while it is only being
/// refreshed for its age, the one before serves.
final class Catalogues {
    /// How old a catalogue grows before it is loaded again.
    static final Duration FRESH = Duration.ofSeconds(60);

    /// How old it may be at all.
    static final Duration LIMIT = Duration.ofMinutes(5);

    /// How long one load may take.
    static final Duration LOAD = Duration.ofSeconds(15);

    /// The least time between two loads that failed.
    static final Duration AGAIN = Duration.ofSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(Catalogues.class);

    private final PostgresTarget target;
    private final Supplier<Catalogue> reader;
    private final Executor blocking;

    private volatile Catalogue current = Catalogue.EMPTY;
    private volatile long loadedAt;
    private volatile boolean loaded;

    // guarded by this
    private @Nullable CompletableFuture<Catalogue> loading;

    /// Which change the load under way has seen for certain.
    private long loadingFor;

    /// How many changes there were, and how many of them `current` has seen for certain.
    private long changes = 1;

    private long seen;
    private long failedAt = Long.MIN_VALUE;

    Catalogues(PostgresTarget target, CatalogueReader reader, Executor blocking) {
        this(target, reader::read, blocking);
    }

    /// @param reader throws if the target does not tell it
    Catalogues(PostgresTarget target, Supplier<Catalogue> reader, Executor blocking) {
        this.target = target;
        this.reader = reader;
        this.blocking = blocking;
    }

    /// The one that answers are masked by, if a reload has not brought another meanwhile.
    Labels labels() {
        return loaded || target.columns().isEmpty() ? current : NOTHING_IS_KNOWN;
    }

    private static final Labels NOTHING_IS_KNOWN =
            new Labels() {
                @Override
                public boolean any() {
                    return true;
                }

                @Override
                public Catalogue.Order order() {
                    return Catalogue.Order.TOLD;
                }

                @Override
                public Origin origin(long table, int attribute) {
                    return new Origin.Unproven();
                }

                @Override
                public @Nullable Named named(String path) {
                    return null;
                }
            };

    /// The catalogue to judge by, at once where it is fresh. Completes exceptionally where it
    /// cannot be loaded.
    CompletionStage<Catalogue> toJudgeBy() {
        long age = System.nanoTime() - loadedAt;
        synchronized (this) {
            if (loaded && seen == changes && age < LIMIT.toNanos()) {
                if (age > FRESH.toNanos()) {
                    var _ = load();
                }
                return CompletableFuture.completedStage(current);
            }
            return load();
        }
    }

    /// The one that was read last; nothing is in it before the first.
    Catalogue known() {
        return current;
    }

    /// The fresh one, or null where it has to be waited for: the fast way of [#toJudgeBy].
    @Nullable Catalogue fresh() {
        if (!loaded || System.nanoTime() - loadedAt > FRESH.toNanos()) {
            return null;
        }
        synchronized (this) {
            return seen == changes ? current : null;
        }
    }

    /// One that was read after this was called. Completes exceptionally where it cannot be.
    synchronized CompletionStage<Catalogue> readAgain() {
        changes++;
        return load();
    }

    /// Something ran that may have changed it.
    synchronized void changed() {
        changes++;
        if (loading == null) {
            var _ = load();
        }
    }

    private synchronized CompletableFuture<Catalogue> load() {
        var running = loading;
        if (running != null && loadingFor == changes) {
            return running;
        }
        if (running != null) {
            // what is being loaded may be from before the change: once more behind it
            return running.handle((_, _) -> "").thenCompose(_ -> load());
        }
        if (failedAt != Long.MIN_VALUE && System.nanoTime() - failedAt < AGAIN.toNanos()) {
            return CompletableFuture.failedFuture(
                    new IOException("the catalogue could not be loaded a moment ago"));
        }
        // completed behind `done`, so that whoever waits for it finds what it changed
        var told = new CompletableFuture<Catalogue>();
        loading = told;
        loadingFor = changes;
        var _ =
                CompletableFuture.supplyAsync(reader, blocking)
                        .orTimeout(LOAD.toMillis() * 2, TimeUnit.MILLISECONDS)
                        .whenComplete((read, failure) -> {
                            done(read, failure);
                            if (read == null) {
                                told.completeExceptionally(
                                        failure == null
                                                ? new IOException("no catalogue")
                                                : failure);
                            } else {
                                told.complete(current);
                            }
                        });
        return told;
    }

    private synchronized void done(@Nullable Catalogue read, @Nullable Throwable failure) {
        loading = null;
        if (read == null) {
            failedAt = System.nanoTime();
            LOG.atWarn()
                    .addKeyValue("target", target.name())
                    .log("the catalogue cannot be loaded: {}", reason(failure));
            return;
        }
        failedAt = Long.MIN_VALUE;
        if (!loaded || !read.missing().equals(current.missing())) {
            read.missing()
                    .forEach(column ->
                            LOG.atWarn()
                                    .addKeyValue("target", target.name())
                                    .log("the labelled column {} does not exist there", column));
        }
        if (!loaded || !read.same(current)) {
            current = read; // the same stays the same object, and what was judged by it holds
        }
        seen = loadingFor;
        loadedAt = System.nanoTime();
        loaded = true;
    }

    private static String reason(@Nullable Throwable failure) {
        var at = failure;
        while (at != null && at.getCause() != null) {
            at = at.getCause();
        }
        return at == null ? "" : String.valueOf(at.getMessage());
    }
}
