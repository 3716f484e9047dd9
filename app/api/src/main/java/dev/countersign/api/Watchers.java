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

    private final Set<Watcher> all = ConcurrentHashMap.newKeySet();

    /// One connection.
    static final class Watcher {
        final List<String> person;
        final BlockingQueue<Ring> rings = new ArrayBlockingQueue<>(MAX_BEHIND);
        volatile boolean lost;

        Watcher(List<String> person) {
            this.person = person;
        }
    }

    /// @throws Problem if there are too many
    Watcher join(List<String> person) {
        long own = all.stream().filter(watcher -> watcher.person.equals(person)).count();
        if (all.size() >= MAX || own >= MAX_OF_ONE) {
            throw new Problem(
                    503,
                    "too-many-watchers",
                    MAX_OF_ONE + " connections of one person may watch, " + MAX + " in all");
        }
        var watcher = new Watcher(person);
        all.add(watcher);
        return watcher;
    }

    void leave(Watcher watcher) {
        all.remove(watcher);
    }

    @Override
    public void ring(Ring what) {
        all.removeIf(watcher -> {
            watcher.lost = !watcher.rings.offer(what);
            return watcher.lost;
        });
    }
}
