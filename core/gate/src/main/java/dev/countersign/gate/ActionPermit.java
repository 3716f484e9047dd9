package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Obligations;
import dev.countersign.model.Outcome;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Proof that one action was judged and its intent written down. It is settled exactly once; left
/// unsettled, the gate writes down that nobody knows. Lives on its session's thread: no lock.
public final class ActionPermit implements Permit {
    private final Action action;
    private final Obligations obligations;
    private final CompletionStage<?> written;
    private final SessionPermit session;
    private final long since = System.nanoTime();
    private final @Nullable Bound bound;
    private boolean settled;

    /// Of what nobody was asked about.
    ActionPermit(
            Action action,
            Obligations obligations,
            CompletionStage<?> written,
            SessionPermit session) {
        this(action, obligations, written, session, null);
    }

    /// @param bound what people allowed it to change; null where they allowed it whatever it does
    ActionPermit(
            Action action,
            Obligations obligations,
            CompletionStage<?> written,
            SessionPermit session,
            @Nullable Bound bound) {
        this.bound = bound;
        this.action = action;
        this.obligations = obligations;
        this.written = written;
        this.session = session;
    }

    public Action action() {
        return action;
    }

    public Obligations obligations() {
        return obligations;
    }

    /// What people allowed it to change, where they were shown that: it must be run so that more
    /// can be undone.
    public @Nullable Bound bound() {
        return bound;
    }

    @Override
    public CompletionStage<?> written() {
        return written;
    }

    @Override
    public boolean live() {
        return !settled;
    }

    /// Writes down what came of it; completes when that is durable. The time it took is measured
    /// here.
    ///
    /// @throws IllegalStateException if it was settled before
    public CompletionStage<?> settle(Outcome outcome) {
        if (settled) {
            throw new IllegalStateException("settled twice: " + action.id());
        }
        settled = true;
        var timed =
                new Outcome(
                        outcome.status(),
                        outcome.code(),
                        outcome.rows(),
                        outcome.bytes(),
                        outcome.response(),
                        outcome.stream(),
                        outcome.masked(),
                        Duration.ofNanos(System.nanoTime() - since));
        return session.settled(action, timed);
    }
}
