package dev.countersign.masking;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks for bytes eight bytes at a time.
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
        for (; i < to; i++) {
            if (b[i] == one || b[i] == other) {
                return i;
            }
        }
        return -1;
    }

    /// The highest bit of the lowest byte that is zero; bits above it may be set without reason.
    private static long zeros(long eight) {
        return eight - LOW & ~eight & HIGH;
    }

    /// The eight bytes at `i`.
    static long at(byte[] b, int i) {
        return (long) LONG.get(b, i);
    }
}
