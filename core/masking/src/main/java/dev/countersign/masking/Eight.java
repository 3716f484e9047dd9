package dev.countersign.masking;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// Looks for a byte eight bytes at a time.
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
            long zero = (long) LONG.get(b, i) ^ all;
            long found = zero - LOW & ~zero & HIGH;
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
}
