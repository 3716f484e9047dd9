package dev.countersign.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// A few things that are kept for a while, by a name that nobody guesses. Full means full: what
/// waits is not pushed out by newcomers.
final class Expiring<T> {
    private final int most;
    private final Duration life;
    private final Clock clock;

    /// Guarded by this, in the order in which they end.
    private final Map<String, Kept<T>> kept = new LinkedHashMap<>();

    private record Kept<T>(T value, Instant ends) {}

    /// @param most how many at once
    /// @param life of each
    Expiring(int most, Duration life, Clock clock) {
        this.most = most;
        this.life = life;
        this.clock = clock;
    }

    /// @throws IssuerError if there are too many
    synchronized void put(String name, T value) throws IssuerError {
        sweep();
        if (kept.size() >= most) {
            throw IssuerError.full();
        }
        kept.put(name, new Kept<>(value, clock.instant().plus(life)));
    }

    synchronized Optional<T> get(String name) {
        sweep();
        return Optional.ofNullable(kept.get(name)).map(Kept::value);
    }

    synchronized Optional<T> find(Predicate<T> which) {
        sweep();
        return kept.values().stream().map(Kept::value).filter(which).findFirst();
    }

    /// It is there no more afterwards: whoever comes first has it.
    synchronized Optional<T> take(String name) {
        sweep();
        return Optional.ofNullable(kept.remove(name)).map(Kept::value);
    }

    private void sweep() {
        var now = clock.instant();
        for (Iterator<Kept<T>> each = kept.values().iterator(); each.hasNext(); ) {
            if (each.next().ends().isAfter(now)) {
                return;
            }
            each.remove();
        }
    }
}
