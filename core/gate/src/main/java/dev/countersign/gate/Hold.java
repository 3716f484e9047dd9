package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.ReviewId;
import dev.countersign.reviews.Wait;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// An action that stands still until people have decided. It costs no thread: its client is not
/// read, and its conversation keeps the connection awake. It ends in an [Answer], by a ruling or
/// because the client stops waiting.
public final class Hold {
    private final ActionId action;
    private final Duration most;
    private final Duration mostInTransaction;
    private final long since = System.nanoTime();
    private volatile Wait client;

    // guarded by this
    private Wait.@Nullable Leave left;

    private final CompletionStage<Answer> then;

    Hold(
            ActionId action,
            Wait client,
            Duration most,
            Duration mostInTransaction,
            CompletionStage<Answer> then) {
        this.action = action;
        this.client = client;
        this.most = most;
        this.mostInTransaction = mostInTransaction;
        this.then = then;
    }

    public ActionId action() {
        return action;
    }

    public ReviewId review() {
        return client.id();
    }

    /// Who is asked, for people's eyes: `dba (2)`.
    public String panels() {
        return client.panels();
    }

    /// Where they decide; empty where nothing listens for them.
    public String where() {
        return client.where();
    }

    /// When the review ends without an answer.
    public Instant expires() {
        return client.expires();
    }

    /// How long a client may be held at most.
    public Duration most() {
        return most;
    }

    /// How long it may be held inside of one transaction, all its holds together.
    public Duration mostInTransaction() {
        return mostInTransaction;
    }

    /// How long it has been held so far.
    public Duration lasted() {
        return Duration.ofNanos(System.nanoTime() - since);
    }

    /// The client has been held long enough; the review goes on.
    public void over() {
        leave(Wait.Leave.PENDING);
    }

    /// The client took it back: the review ends.
    public void withdraw() {
        leave(Wait.Leave.WITHDRAWN);
    }

    /// The client is gone; the review goes on without it.
    public void gone() {
        leave(Wait.Leave.GONE);
    }

    /// What comes of it. Completes once.
    public CompletionStage<Answer> then() {
        return then;
    }

    /// The review was used up by somebody else's wait: another one goes on with it.
    void goesOn(Wait next) {
        Wait.@Nullable Leave why;
        synchronized (this) {
            client = next;
            why = left;
        }
        if (why != null) {
            next.leave(why);
        }
    }

    private void leave(Wait.Leave why) {
        Wait from;
        synchronized (this) {
            left = why; // should the wait have been used up by another, the next one is left too
            from = client;
        }
        from.leave(why);
    }
}
