package dev.countersign.api;

import dev.countersign.reviews.Bell;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;

/// Those who watch reviews live. Each has a queue; who does not keep up is let go, and must ask for
/// the list again.
final class Watchers implements Bell {
    /// Connections that may watch at once.
    static final int MAX = 100;

    /// And of one person.
    static final int MAX_OF_ONE = 10;

    /// Rings that one of them may be behind.
    static final int MAX_BEHIND = 256;

    private final Seats seats = new Seats("too-many-watchers", "watch reviews", MAX, MAX_OF_ONE);
    private final Set<Watcher> all = ConcurrentHashMap.newKeySet();

    /// One connection.
    static final class Watcher {
        private final Seats.Seat seat;
        final BlockingQueue<Ring> rings = new ArrayBlockingQueue<>(MAX_BEHIND);
        volatile boolean lost;

        Watcher(Seats.Seat seat) {
            this.seat = seat;
        }
    }

    /// @throws Problem if there are too many
    Watcher join(List<String> person) {
        var watcher = new Watcher(seats.take(person));
        all.add(watcher);
        return watcher;
    }

    void leave(Watcher watcher) {
        all.remove(watcher);
        watcher.seat.close();
    }

    @Override
    public void ring(Ring what) {
        all.removeIf(watcher -> {
            watcher.lost = !watcher.rings.offer(what);
            return watcher.lost;
        });
    }
}
