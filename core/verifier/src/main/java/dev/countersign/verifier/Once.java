package dev.countersign.verifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/// Names that must not come twice.
///
/// A name may come again anywhere in a log, so none can be forgotten; but 16 bytes of its hash are
/// enough to know it by. They lie in a table that is at most two thirds full: 24 to 48 bytes a
/// name, and for a moment half as much again while it grows. The hash is keyed with random bits of
/// this run, so that nobody can choose names that crowd one place.
final class Once {
    private static final int PAIR = 2;
    private static final int FIRST = 1 << 10;

    private final byte[] key = new byte[16];
    private long[] table = new long[FIRST * PAIR];
    private int count;

    Once() {
        new SecureRandom().nextBytes(key);
    }

    /// Whether `name` is new.
    boolean add(String name) {
        var sha = Checkpoint.sha256();
        sha.update(key);
        var hash = ByteBuffer.wrap(sha.digest(name.getBytes(StandardCharsets.UTF_8)));
        long a = hash.getLong();
        long b = hash.getLong() | 1; // never the two zeros of a free place
        if ((count + 1L) * 3 > table.length / PAIR * 2L) {
            grow();
        }
        int at = place(table, a, b);
        if (table[at + 1] != 0) {
            return false;
        }
        table[at] = a;
        table[at + 1] = b;
        count++;
        return true;
    }

    /// Where it is, or would be.
    private static int place(long[] table, long a, long b) {
        int mask = table.length / PAIR - 1;
        int at = (int) a & mask;
        while (table[at * PAIR + 1] != 0 && (table[at * PAIR] != a || table[at * PAIR + 1] != b)) {
            at = (at + 1) & mask;
        }
        return at * PAIR;
    }

    private void grow() {
        var larger = new long[Math.multiplyExact(table.length, 2)];
        for (int i = 0; i < table.length; i += PAIR) {
            if (table[i + 1] != 0) {
                int at = place(larger, table[i], table[i + 1]);
                larger[at] = table[i];
                larger[at + 1] = table[i + 1];
            }
        }
        table = larger;
    }
}
