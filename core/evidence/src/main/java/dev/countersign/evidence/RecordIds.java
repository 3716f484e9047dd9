package dev.countersign.evidence;

import dev.countersign.model.Ids;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;

/// Names for records: UUIDs of version 7 (RFC 9562, method 1: a counter in the random part). They
/// are unique, not secret, so a counter from a random start is enough and costs no system call.
final class RecordIds {
    private final Clock clock;
    private final long high;
    private final AtomicLong counter;

    RecordIds(Clock clock) {
        this(clock, new SecureRandom().nextLong(), new SecureRandom().nextLong());
    }

    RecordIds(Clock clock, long high, long start) {
        this.clock = clock;
        this.high = high;
        this.counter = new AtomicLong(start);
    }

    String next() {
        return Ids.text(
                (clock.millis() << 16) | 0x7000 | (high & 0x0FFF),
                0x8000_0000_0000_0000L | (counter.incrementAndGet() & 0x3FFF_FFFF_FFFF_FFFFL));
    }
}
