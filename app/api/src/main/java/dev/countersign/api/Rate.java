package dev.countersign.api;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/// So many a minute for each name (an address, a principal), counted from the first of them. At
/// most [#MAX_NAMES] are told apart; the one that has been counted the longest is forgotten for a
/// new one.
final class Rate {
    static final int MAX_NAMES = 10_000;

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final int most;
    private final Clock clock;

    // guarded by itself
    private final Map<String, Count> counts = new LinkedHashMap<>();

    private record Count(int times, Instant since) {}

    /// @param most a minute
    Rate(int most, Clock clock) {
        this.most = most;
        this.clock = clock;
    }

    /// Counts one more, and says whether it is one too many.
    boolean exceeded(String name) {
        synchronized (counts) {
            var now = clock.instant();
            var before = counts.get(name);
            if (before == null || Duration.between(before.since(), now).compareTo(MINUTE) >= 0) {
                counts.remove(name);
                if (counts.size() >= MAX_NAMES) {
                    counts.remove(counts.keySet().iterator().next());
                }
                counts.put(name, new Count(1, now));
                return most < 1;
            }
            counts.put(name, new Count(Math.min(before.times() + 1, most + 1), before.since()));
            return before.times() + 1 > most;
        }
    }
}
