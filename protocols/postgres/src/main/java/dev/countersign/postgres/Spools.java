package dev.countersign.postgres;

import dev.countersign.model.Principal;
import java.time.Duration;
import java.util.Collections;
import java.util.Set;
import java.util.WeakHashMap;
import org.jspecify.annotations.Nullable;

/// How much is held back at once, over all sessions of a gateway: what clients send before anybody
/// has been asked costs memory, and no review counts it.
final class Spools {
    /// Sessions that hold rows back, of a mebibyte at most each.
    static final int MAX_AT_ONCE = 64;

    /// Of them those of one actor.
    static final int MAX_OF_ONE = 8;

    /// What a client may take to send its rows.
    static final Duration LIMIT = Duration.ofSeconds(60);

    // guarded by itself; one whose session has ended goes with it
    private final Set<Spool> open = Collections.newSetFromMap(new WeakHashMap<>());

    /// Null where too many are there already.
    @Nullable Spool begin(Item.Query item, Principal.Party actor) {
        synchronized (open) {
            long own = open.stream().filter(spool -> spool.actor().equals(actor)).count();
            if (open.size() >= MAX_AT_ONCE || own >= MAX_OF_ONE) {
                return null;
            }
            var spool = new Spool(item, actor);
            open.add(spool);
            return spool;
        }
    }

    void ended(Spool spool) {
        synchronized (open) {
            open.remove(spool);
        }
    }
}
