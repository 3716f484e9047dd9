package dev.countersign.postgres;

import dev.countersign.sql.Builtins;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
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

    private static final String RELATIONS =
            """
            SELECT c.oid, n.nspname, c.relname, c.relkind
            FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
              AND n.nspname NOT LIKE 'pg\\_temp%' AND n.nspname NOT LIKE 'pg\\_toast%'\
            """;

    private static final String COLUMNS =
            """
            SELECT a.attrelid, a.attnum, a.attname, a.attgenerated <> ''
            FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
            WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')\
            """;

    private static final String INHERITS = "SELECT inhrelid, inhparent FROM pg_catalog.pg_inherits";

    /// What rules stand on, and which of them call functions or operators that are no built-ins.
    private static final String RULES =
            """
            SELECT DISTINCT r.ev_class, d.refclassid <> 'pg_catalog.pg_class'::pg_catalog.regclass, d.refobjid
            FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_depend d
              ON d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass AND d.objid = r.oid
            WHERE d.refobjid <> r.ev_class
              AND d.refclassid IN ('pg_catalog.pg_class'::pg_catalog.regclass, 'pg_catalog.pg_proc'::pg_catalog.regclass,
                'pg_catalog.pg_operator'::pg_catalog.regclass)\
            """;

    /// The same for what is the system's own, on which the server keeps no dependencies: relations,
    /// and names of functions, that stand in the rules themselves. Functions of built-in casts are
    /// left out.
    private static final String PINNED =
            """
            SELECT DISTINCT r.ev_class, m[1] = 'relid', m[2], COALESCE(p.proname, '')
            FROM (SELECT r.ev_class, pg_catalog.regexp_matches(r.ev_action::pg_catalog.text,
                    ':(relid|funcid|aggfnoid|winfnoid) ([0-9]+)', 'g') AS m
                  FROM pg_catalog.pg_rewrite r JOIN pg_catalog.pg_class c ON c.oid = r.ev_class
                    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname NOT IN ('pg_catalog', 'information_schema')) r
              LEFT JOIN pg_catalog.pg_proc p ON m[1] <> 'relid' AND p.oid = m[2]::pg_catalog.oid
            WHERE m[2] <> '0' AND m[2]::pg_catalog.int8 < 16384
              AND NOT EXISTS (SELECT FROM pg_catalog.pg_cast k WHERE k.castfunc = p.oid AND k.oid < 16384)\
            """;

    /// Names of functions: whether they take a row, and whether a user made them.
    private static final String FUNCTIONS =
            """
            SELECT p.proname, pg_catalog.bool_or(COALESCE(t.typtype IN ('c', 'd')
                OR t.typname IN ('record', 'any', 'anyelement', 'anynonarray', 'anycompatible',
                  'anycompatiblenonarray'), false)),
              pg_catalog.bool_or(p.oid >= 16384 AND e.objid IS NULL)
            FROM pg_catalog.pg_proc p
              LEFT JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0]
              LEFT JOIN pg_catalog.pg_depend e ON e.objid = p.oid AND e.deptype = 'e'
                AND e.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass
            GROUP BY p.proname\
            """;

    private static final String OPERATORS =
            """
            SELECT DISTINCT o.oprname FROM pg_catalog.pg_operator o
            WHERE o.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
              WHERE e.objid = o.oid AND e.deptype = 'e'
                AND e.classid = 'pg_catalog.pg_operator'::pg_catalog.regclass)\
            """;

    private static final String CASTS =
            """
            SELECT DISTINCT t.typname
            FROM pg_catalog.pg_cast c JOIN pg_catalog.pg_type t ON t.oid = c.casttarget
            WHERE c.oid >= 16384 AND c.castmethod = 'f' AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend e
              WHERE e.objid = c.oid AND e.deptype = 'e'
                AND e.classid = 'pg_catalog.pg_cast'::pg_catalog.regclass)\
            """;

    private final PostgresTarget target;
    private final Supplier<PostgresQueries> connect;
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

    /// @param connect opens a connection; throws [java.io.UncheckedIOException] if it cannot
    Catalogues(PostgresTarget target, Supplier<PostgresQueries> connect, Executor blocking) {
        this.target = target;
        this.connect = connect;
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
                public Origin origin(long table, int attribute) {
                    return new Origin.Unproven();
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

    /// The fresh one, or null where it has to be waited for: the fast way of [#toJudgeBy].
    @Nullable Catalogue fresh() {
        if (!loaded || System.nanoTime() - loadedAt > FRESH.toNanos()) {
            return null;
        }
        synchronized (this) {
            return seen == changes ? current : null;
        }
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
                CompletableFuture.supplyAsync(this::read, blocking)
                        .orTimeout(LOAD.toMillis() * 2, TimeUnit.MILLISECONDS)
                        .whenComplete((read, failure) -> {
                            done(read, failure);
                            if (read == null) {
                                told.completeExceptionally(
                                        failure == null
                                                ? new IOException("no catalogue")
                                                : failure);
                            } else {
                                told.complete(read);
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
        current = read;
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

    private Catalogue read() {
        try (var queries = connect.get()) {
            var builder = new Catalogue.Builder(target.columns());
            for (var row : queries.rows(RELATIONS)) {
                builder.relation(
                        number(row, 0), text(row, 1), text(row, 2), text(row, 3).charAt(0));
            }
            for (var row : queries.rows(COLUMNS)) {
                builder.column(
                        number(row, 0),
                        (int) number(row, 1),
                        text(row, 2),
                        text(row, 3).equals("t"));
            }
            for (var row : queries.rows(INHERITS)) {
                builder.inherits(number(row, 0), number(row, 1));
            }
            for (var row : queries.rows(RULES)) {
                if (text(row, 1).equals("t")) {
                    builder.calls(number(row, 0));
                } else {
                    builder.standsOn(number(row, 0), number(row, 2));
                }
            }
            for (var row : queries.rows(PINNED)) {
                if (text(row, 1).equals("t")) {
                    builder.standsOn(number(row, 0), number(row, 2));
                } else if (!Builtins.contains(text(row, 3))) {
                    builder.calls(number(row, 0));
                }
            }
            return builder.code(code(queries)).build();
        } catch (IOException | QueryFailed e) {
            throw new IllegalStateException(String.valueOf(e.getMessage()), e);
        }
    }

    private static Catalogue.Code code(PostgresQueries queries) throws IOException, QueryFailed {
        var ofRows = new HashSet<String>();
        var functions = new HashSet<String>();
        for (var row : queries.rows(FUNCTIONS)) {
            if (text(row, 1).equals("t")) {
                ofRows.add(text(row, 0));
            }
            if (text(row, 2).equals("t")) {
                functions.add(text(row, 0));
            }
        }
        return new Catalogue.Code(
                ofRows, functions, names(queries, OPERATORS), names(queries, CASTS));
    }

    private static Set<String> names(PostgresQueries queries, String sql)
            throws IOException, QueryFailed {
        var out = new HashSet<String>();
        for (var row : queries.rows(sql)) {
            out.add(text(row, 0));
        }
        return out;
    }

    private static String text(List<@Nullable String> row, int index) {
        var value = row.get(index);
        if (value == null) {
            throw new IllegalStateException("the target's catalogue has a NULL where none can be");
        }
        return value;
    }

    private static long number(List<@Nullable String> row, int index) {
        return Long.parseLong(text(row, index));
    }
}
