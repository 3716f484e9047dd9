package dev.countersign.postgres;

import dev.countersign.gate.Analyst;
import dev.countersign.gate.Asked;
import dev.countersign.model.Action;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Refusal;
import dev.countersign.model.Resource;
import dev.countersign.model.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Judges FunctionCalls (the "fast path", by which drivers read and write large objects): a
/// function by its number, with no text.
///
/// None is served but those that the target's settings name, of a closed list of the system's own.
/// Which number is whose the gateway asks the target over a connection of its own, and takes from
/// no client.
final class FunctionCalls {
    /// What a target's settings may name. None of them opens a file of the target.
    static final Set<String> SERVABLE =
            Set.of(
                    "lo_open",
                    "lo_close",
                    "loread",
                    "lowrite",
                    "lo_lseek",
                    "lo_lseek64",
                    "lo_tell",
                    "lo_tell64",
                    "lo_creat",
                    "lo_create",
                    "lo_unlink",
                    "lo_truncate",
                    "lo_truncate64");

    /// Numbers below this come with the server.
    private static final String NUMBERS =
            """
            SELECT p.oid, p.proname FROM pg_catalog.pg_proc p
            WHERE p.oid < 16384 AND p.pronamespace = 'pg_catalog'::pg_catalog.regnamespace
              AND p.proname IN (\
            """;

    private static final Refusal UNREAD =
            new Refusal(
                    Refusal.Reason.NOT_SERVED,
                    "the target does not tell which function has this number, so the FunctionCall"
                            + " cannot be judged",
                    "Try again; if it stays, tell your operator.");

    private final List<String> listed;
    private final Supplier<PostgresQueries> connect;
    private final Executor blocking;

    // guarded by this
    private @Nullable CompletableFuture<Map<Long, String>> numbers;
    private long askedAt;

    /// @param listed in the target's settings
    /// @param connect opens a connection; throws [UncheckedIOException] if it cannot
    FunctionCalls(List<String> listed, Supplier<PostgresQueries> connect, Executor blocking) {
        this.listed = List.copyOf(listed);
        this.connect = connect;
        this.blocking = blocking;
    }

    CompletionStage<Analyst.Analysis> analyse(Session session, Asked asked) {
        if (listed.isEmpty()) {
            return CompletableFuture.completedStage(
                    refused(
                            session,
                            asked,
                            new Refusal(
                                    Refusal.Reason.NOT_SERVED,
                                    "the FunctionCall message is not served: `function-calls` of this"
                                            + " target names no function",
                                    "Call the function in a SELECT.")));
        }
        return numbers().handle((known, _) -> judged(session, asked, known));
    }

    private Analyst.Analysis judged(
            Session session, Asked asked, @Nullable Map<Long, String> known) {
        if (known == null) {
            return refused(session, asked, UNREAD);
        }
        var number =
                asked.request()
                        .command()
                        .text()
                        .orElse("")
                        .substring(SqlTexts.FUNCTION_CALL.length());
        var name = known.get(Long.parseLong(number));
        if (name == null) {
            return refused(
                    session,
                    asked,
                    new Refusal(
                            Refusal.Reason.NOT_SERVED,
                            "a FunctionCall of a function that `function-calls` of this target does"
                                    + " not name is not served",
                            "Call it in a SELECT, or ask your operator to list it there."));
        }
        var slots =
                String.join(", ", Collections.nCopies(asked.request().parameters().size(), "?"));
        return new Analyst.Analysis(
                action(
                        session,
                        asked,
                        Effect.CALL,
                        List.of(new Resource("function", "pg_catalog." + name, number)),
                        List.of(name),
                        name + "(" + slots + ")"),
                null);
    }

    private static Analyst.Analysis refused(Session session, Asked asked, Refusal why) {
        return new Analyst.Analysis(
                action(session, asked, Effect.UNKNOWN, List.of(), List.of(), "(unknown)"), why);
    }

    /// It names no table, and what it gives comes from none.
    private static Action action(
            Session session,
            Asked asked,
            Effect effect,
            List<Resource> resources,
            List<String> functions,
            String shape) {
        var facts =
                new Facts.Sql(
                        false,
                        false,
                        List.of(),
                        List.of(),
                        List.of(),
                        functions,
                        effect == Effect.CALL,
                        effect != Effect.CALL,
                        0,
                        false);
        return new Action(
                asked.id(), session, asked.request(), Set.of(effect), resources, facts, shape);
    }

    /// Names of the listed functions by their numbers, as old as a catalogue may be; and asked for
    /// again as seldom as it, where the target does not tell.
    private synchronized CompletableFuture<Map<Long, String>> numbers() {
        var asked = numbers;
        var serves =
                asked != null && asked.isCompletedExceptionally()
                        ? Catalogues.AGAIN
                        : Catalogues.FRESH;
        if (asked == null || System.nanoTime() - askedAt > serves.toNanos()) {
            asked = CompletableFuture.supplyAsync(this::ask, blocking);
            numbers = asked;
            askedAt = System.nanoTime();
        }
        return asked;
    }

    private Map<Long, String> ask() {
        var names = listed.stream().map(name -> "'" + name + "'").collect(Collectors.joining(", "));
        try (var queries = connect.get()) {
            queries.rows("SET search_path = pg_catalog, pg_temp");
            var out = new HashMap<Long, String>();
            for (var row : queries.rows(NUMBERS + names + ")")) {
                var number = row.get(0);
                var name = row.get(1);
                if (number != null && name != null) {
                    out.put(Long.parseLong(number), name);
                }
            }
            return Map.copyOf(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (QueryFailed e) {
            throw new IllegalStateException(e);
        }
    }
}
