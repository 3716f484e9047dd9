package dev.countersign.postgres;

import dev.countersign.model.Preview;
import dev.countersign.model.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts the rows that a SELECT finds, over a connection of the gateway's own for each: in the
/// role of all sessions of the target, with the settings that the client connected with, in a
/// transaction that cannot write, and with little time. Only what is proven to have no effect may
/// be counted.
final class RowPreview {
    /// Rows that are counted; of more nobody knows.
    static final long MAX_ROWS = 1_000_000;

    /// How many are counted at once; of one more nobody knows.
    static final int MAX_AT_ONCE = 4;

    /// What the target may take for each question.
    private static final Duration STATEMENT = Duration.ofSeconds(2);

    /// What connecting may take, and each question with its way.
    static final Duration STEP = Duration.ofSeconds(3);

    /// What all of it may take.
    static final Duration LIMIT = Duration.ofSeconds(8);

    private static final Pattern ESTIMATE = Pattern.compile("\\brows=(\\d{1,18})\\b");

    private static final Logger LOG = LoggerFactory.getLogger(RowPreview.class);

    private final Function<Map<String, String>, PostgresQueries> connect;
    private final Executor blocking;
    private final Semaphore free = new Semaphore(MAX_AT_ONCE);

    /// @param connect to the target, with settings that a client asked for
    RowPreview(Function<Map<String, String>, PostgresQueries> connect, Executor blocking) {
        this.connect = connect;
        this.blocking = blocking;
    }

    /// @param select a proven read
    /// @param startup the settings that the client connected with
    CompletionStage<Preview> count(
            String select, List<Request.Parameter> parameters, Map<String, String> startup) {
        if (!free.tryAcquire()) {
            return CompletableFuture.completedStage(
                    Preview.unknown("too many statements are being counted"));
        }
        try {
            return CompletableFuture.supplyAsync(() -> read(select, parameters, startup), blocking)
                    .whenComplete((_, _) -> free.release())
                    .completeOnTimeout(
                            Preview.unknown("counting its rows took longer than " + LIMIT),
                            LIMIT.toMillis(),
                            TimeUnit.MILLISECONDS)
                    .exceptionally(RowPreview::failed);
        } catch (RejectedExecutionException e) {
            free.release();
            return CompletableFuture.completedStage(failed(e));
        }
    }

    private static Preview failed(Throwable why) {
        // its message may quote what the target answered
        LOG.atWarn().log("the rows of a statement could not be counted: {}", kind(why));
        return Preview.unknown("the target did not count its rows");
    }

    private static String kind(Throwable why) {
        var cause = why.getCause();
        return (cause == null ? why : cause).getClass().getSimpleName();
    }

    private Preview read(
            String select, List<Request.Parameter> parameters, Map<String, String> startup) {
        try (var queries = connect.apply(startup)) {
            queries.rows("BEGIN TRANSACTION READ ONLY");
            queries.rows("SET LOCAL statement_timeout = " + STATEMENT.toMillis());
            queries.rows("SET LOCAL lock_timeout = 500");
            var plan = queries.rows("EXPLAIN " + select, parameters);
            var counted =
                    queries.rows(
                            "SELECT pg_catalog.count(*) FROM ("
                                    + select
                                    + " LIMIT "
                                    + (MAX_ROWS + 1)
                                    + ") AS countersign_count",
                            parameters);
            long rows = Long.parseLong(String.valueOf(counted.getFirst().getFirst()));
            var estimate = estimate(plan);
            return rows > MAX_ROWS
                    ? new Preview(
                            OptionalLong.empty(),
                            estimate,
                            "it would change more than " + MAX_ROWS + " rows")
                    : Preview.of(rows, estimate);
        } catch (QueryFailed e) {
            return Preview.unknown(
                    "the target answered the question for its rows with " + e.sqlState());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static OptionalLong estimate(List<List<@Nullable String>> plan) {
        var found = ESTIMATE.matcher(String.valueOf(plan.getFirst().getFirst()));
        return found.find()
                ? OptionalLong.of(Long.parseLong(found.group(1)))
                : OptionalLong.empty();
    }
}
