package dev.countersign.masking;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks for bytes eight bytes at a time. What is left at the end is looked at as the last eight
/// bytes once more where there are as many: where a loop over single bytes ends cannot be foreseen.
final class Eight {
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOW = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;

    private Eight() {}

    /// Where `c` stands first; -1 where it does not.
    static int first(byte[] b, int from, int to, char c) {
        long all = LOW * c;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            long found = zeros((long) LONG.get(b, i) ^ all);
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        if (i < to && to - from >= 8) {
            long found = zeros((long) LONG.get(b, to - 8) ^ all);
            return found == 0 ? -1 : to - 8 + (Long.numberOfTrailingZeros(found) >>> 3);
        }
        for (; i < to; i++) {
            if (b[i] == c) {
                return i;
            }
        }
        return -1;
    }

    /// Where either stands first; -1 where neither does.
    static int first(byte[] b, int from, int to, char one, char other) {
        long ones = LOW * one;
        long others = LOW * other;
        int i = from;
        for (; i + 8 <= to; i += 8) {
            long eight = (long) LONG.get(b, i);
            long found = zeros(eight ^ ones) | zeros(eight ^ others);
            if (found != 0) {
                return i + (Long.numberOfTrailingZeros(found) >>> 3);
            }
        }
        if (i < to && to - from >= 8) {
            long eight = (long) LONG.get(b, to - 8);
            long found = zeros(eight ^ ones) | zeros(eight ^ others);
            return found == 0 ? -1 : to - 8 + (Long.numberOfTrailingZeros(found) >>> 3);
        }
        for (; i < to; i++) {
            if (b[i] == one || b[i] == other) {
                return i;
            }
        }
        return -1;
    }

    /// Whether any of the four stands there.
    static boolean any(byte[] b, int from, int to, char one, char two, char three, char four) {
        long found = 0;
        int i = from;
        for (; i + 8 <= to && found == 0; i += 8) {
            found = any((long) LONG.get(b, i), one, two, three, four);
        }
        if (found == 0 && i < to && to - from >= 8) {
            return any((long) LONG.get(b, to - 8), one, two, three, four) != 0;
        }
        for (; i < to && found == 0; i++) {
            found = b[i] == one || b[i] == two || b[i] == three || b[i] == four ? 1 : 0;
        }
        return found != 0;
    }

    private static long any(long eight, char one, char two, char three, char four) {
        return zeros(eight ^ LOW * one)
                | zeros(eight ^ LOW * two)
                | zeros(eight ^ LOW * three)
                | zeros(eight ^ LOW * four);
    }

    /// Whether no byte is beyond ASCII.
    static boolean ascii(byte[] b, int from, int to) {
        int i = from;
        long all = 0;
        for (; i + 8 <= to; i += 8) {
            all |= (long) LONG.get(b, i);
        }
        for (; i < to; i++) {
            all |= b[i];
        }
        return (all & HIGH) == 0;
    }

    /// The highest bit of the lowest byte that is zero; bits above it may be set without reason.
    private static long zeros(long eight) {
        return eight - LOW & ~eight & HIGH;
    }

    /// How many of eight bytes stand before the first that may read otherwise ([Readings]).
    static int plain(long eight) {
        long found =
                zeros(eight ^ LOW * '\\') | zeros(eight ^ LOW * '%') | zeros(eight ^ LOW * '&');
        return Long.numberOfTrailingZeros(found | (eight & HIGH)) >>> 3;
    }

    /// Whether no byte may read otherwise.
    static boolean plain(byte[] b, int from, int to) {
        int i = from;
        for (; i + 8 <= to; i += 8) {
            if (plain((long) LONG.get(b, i)) < 8) {
                return false;
            }
        }
        if (i < to && to - from >= 8) {
            return plain((long) LONG.get(b, to - 8)) == 8;
        }
        while (i < to && !Readings.otherwise(b[i])) {
            i++;
        }
        return i == to;
    }

    static void put(byte[] b, int i, long eight) {
        LONG.set(b, i, eight);
    }

    /// The eight bytes at `i`.
    static long at(byte[] b, int i) {
        return (long) LONG.get(b, i);
    }
}
