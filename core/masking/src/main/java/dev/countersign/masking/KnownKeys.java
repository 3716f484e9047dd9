package dev.countersign.masking;

import java.util.Arrays;

/// What the keys of a document say. Keys come over and over; the last ones are known.
final class KnownKeys {
    private static final int BITS = 8;

    /// A longer key is looked at each time.
    private static final int LONGEST = 32;

    /// Where a key stands that is not kept.
    private static final int OTHER = 1 << BITS;

    private static final long PRIME = 0x9E37_79B9_7F4A_7C15L;

    private final byte[] keys = new byte[(1 << BITS) * LONGEST];
    private final int[] lengths = new int[OTHER + 1];
    private final long[] saids = new long[OTHER + 1];
    private final boolean[] plain = new boolean[OTHER + 1];

    /// Where what is known about the key stands until the next is asked for.
    int slot(byte[] b, int from, int to) {
        int n = to - from;
        int slot = n == 0 || n > LONGEST ? OTHER : (int) (hash(b, from, to) >>> (64 - BITS));
        int at = slot * LONGEST;
        if (slot == OTHER || lengths[slot] != n || !Arrays.equals(keys, at, at + n, b, from, to)) {
            lengths[slot] = n;
            saids[slot] = AssignedFinder.name(b, from, to);
            plain[slot] = plain(b, from, to);
            if (slot != OTHER) {
                System.arraycopy(b, from, keys, at, n);
            }
        }
        return slot;
    }

    long said(int slot) {
        return saids[slot];
    }

    /// Whether it is a name and nothing else, and no value could be in it.
    boolean plain(int slot) {
        return plain[slot];
    }

    private static long hash(byte[] b, int from, int to) {
        long hash = (long) to - from;
        if (to - from >= 8) {
            hash = (hash + Eight.at(b, from)) * PRIME;
            hash = (hash ^ (hash >>> 32)) + Eight.at(b, to - 8);
        } else {
            for (int i = from; i < to; i++) {
                hash = hash << 8 | (b[i] & 0xFF);
            }
        }
        return hash * PRIME;
    }

    private static boolean plain(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            int c = b[i];
            if (!Checks.letter(c) && c != '_' && c != '-' && c != '.') {
                return false;
            }
        }
        return true;
    }
}
