package dev.countersign.identity;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The keys of one issuer, in memory. At most one fetch is under way, on a thread of its own, and
/// nobody waits for it longer than [#WAIT].
///
/// ```
///            fetched              FRESH                   LIMIT
///   none ───────────▶ fresh ──────────────▶ stale ──────────────────▶ none
///    │                  ▲                     │
///    │ a caller waits   └─────────────────────┘ a caller does not wait: it takes the stale
///    ▼ for the fetch            fetched         ones, and starts a fetch behind it
/// ```
///
/// A fetch that fails changes nothing but the time of the next: not before [#RETRY]. A token that
/// names a key which is not there may make a fetch too, as keys rotate, but only one in
/// [#UNKNOWN_KEY_PAUSE], because anybody can write any name into a token, and none while the keys
/// are younger than [#RETRY], so that one login does not wait for two fetches.
///
/// Keys serve through an issuer's outage up to their hard limit. It is short: a token lives an hour
/// at most by default, so longer would help nobody but the owner of a key that the issuer has
/// withdrawn.
final class KeyCache {
    static final Duration FRESH = Duration.ofMinutes(10);
    static final Duration LIMIT = Duration.ofHours(2);
    static final Duration RETRY = Duration.ofSeconds(10);
    static final Duration UNKNOWN_KEY_PAUSE = Duration.ofMinutes(1);

    /// Two documents and a little; below the ten seconds that a client has to log in.
    static final Duration WAIT = Fetch.DOCUMENT_DEADLINE.multipliedBy(2).plusSeconds(1);

    private static final Logger LOG = LoggerFactory.getLogger(KeyCache.class);

    /// Where keys come from; a test may count.
    interface Source {
        KeySet fetch() throws IssuerFailure;
    }

    /// Told before keys are used for the first time. If it throws, they are not.
    interface Recorder {
        void inUse(KeySet keys);
    }

    private final String issuer;
    private final Source source;
    private final Recorder recorder;
    private final Clock clock;

    // Guarded by `this`:
    private @Nullable KeySet keys;
    private Instant fetchedAt = Instant.MIN;
    private Instant failedAt = Instant.MIN;
    private Instant unknownKeyAt = Instant.MIN;
    private IssuerFailure failure =
            new IssuerFailure(IssuerFailure.UNREACHABLE, "its keys were never fetched");
    private @Nullable CompletableFuture<@Nullable Void> running;

    KeyCache(String issuer, Source source, Recorder recorder, Clock clock) {
        this.issuer = issuer;
        this.source = source;
        this.recorder = recorder;
        this.clock = clock;
    }

    /// The keys to verify with, fetched first if there are none.
    ///
    /// @throws IssuerFailure if there are none to be had
    KeySet keys() throws IssuerFailure {
        CompletableFuture<@Nullable Void> fetch;
        synchronized (this) {
            var present = keys;
            if (present != null && younger(fetchedAt, FRESH)) {
                return present;
            }
            fetch = running;
            if (fetch == null && !younger(failedAt, RETRY)) {
                fetch = start();
            }
            if (present != null && younger(fetchedAt, LIMIT)) {
                return present;
            }
            if (fetch == null) {
                throw failure;
            }
        }
        await(fetch);
        synchronized (this) {
            var present = keys;
            if (present != null && younger(fetchedAt, LIMIT)) {
                return present;
            }
            throw failure;
        }
    }

    /// What there is after a fetch that a token with an unknown key may ask for; `known` itself if
    /// it may not, or if the fetch brings nothing.
    KeySet keysBeyond(KeySet known) throws IssuerFailure {
        CompletableFuture<@Nullable Void> fetch;
        synchronized (this) {
            var present = keys;
            if (present != null && present != known) {
                return present;
            }
            fetch = running;
            if (fetch == null
                    && !younger(fetchedAt, RETRY)
                    && !younger(unknownKeyAt, UNKNOWN_KEY_PAUSE)) {
                unknownKeyAt = clock.instant();
                fetch = start();
            }
        }
        if (fetch == null) {
            return known;
        }
        await(fetch);
        synchronized (this) {
            var present = keys;
            return present == null ? known : present;
        }
    }

    /// Not so where the clock went backwards.
    private boolean younger(Instant then, Duration than) {
        var now = clock.instant();
        return !then.isAfter(now) && then.isAfter(now.minus(than));
    }

    private CompletableFuture<@Nullable Void> start() {
        var fetch = new CompletableFuture<@Nullable Void>();
        running = fetch;
        Thread.ofVirtual().name("issuer-keys").start(() -> fetch(fetch));
        return fetch;
    }

    private void fetch(CompletableFuture<@Nullable Void> fetch) {
        var wrong = new IssuerFailure(IssuerFailure.UNREACHABLE, "the fetch broke off");
        try {
            var found = source.fetch();
            wrong = record(found);
            if (wrong == null) {
                synchronized (this) {
                    keys = found;
                    fetchedAt = clock.instant();
                }
            }
        } catch (IssuerFailure e) {
            wrong = e;
        } catch (RuntimeException e) { // its message may hold what the issuer sent
            wrong =
                    new IssuerFailure(
                            IssuerFailure.UNTRUSTED,
                            "what it sent cannot be read (" + e.getClass().getSimpleName() + ")");
        } finally {
            synchronized (this) {
                running = null;
                if (wrong != null) {
                    failure = wrong;
                    failedAt = clock.instant();
                }
            }
            if (wrong != null) {
                LOG.atWarn()
                        .addKeyValue("issuer", issuer)
                        .addKeyValue("code", wrong.code())
                        .log("the keys of {} are not to be had: {}", issuer, wrong.told());
            }
            fetch.complete(null);
        }
    }

    private @Nullable IssuerFailure record(KeySet found) {
        synchronized (this) {
            if (keys != null && keys.json().equals(found.json())) {
                return null;
            }
        }
        try {
            recorder.inUse(found);
            return null;
        } catch (RuntimeException e) {
            return new IssuerFailure(
                    IssuerFailure.UNRECORDED,
                    "they could not be written down (" + e.getClass().getSimpleName() + ")");
        }
    }

    private static void await(CompletableFuture<@Nullable Void> fetch) throws IssuerFailure {
        try {
            fetch.get(WAIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new IssuerFailure(
                    IssuerFailure.UNREACHABLE, "not within " + WAIT.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw new IllegalStateException("a fetch never completes so", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IssuerFailure(IssuerFailure.UNREACHABLE, "the gateway stops");
        }
    }
}
