package dev.countersign.masking;

/// Keccak-256 as Ethereum has it (the padding before it became SHA-3), of one short block.
final class Keccak {
    private static final int RATE = 136;
    private static final int[] ROTATIONS = {
        1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44
    };
    private static final int[] LANES = {
        10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1
    };
    private static final long[] ROUNDS = rounds();

    private Keccak() {}

    private static long[] rounds() {
        var out = new long[24];
        int lfsr = 1;
        for (int round = 0; round < 24; round++) {
            for (int j = 0; j < 7; j++) {
                if ((lfsr & 1) != 0) {
                    out[round] ^= 1L << ((1 << j) - 1);
                }
                lfsr = (lfsr << 1) ^ ((lfsr & 0x80) == 0 ? 0 : 0x171);
            }
        }
        return out;
    }

    /// @param message shorter than [#RATE] bytes
    static byte[] hash(byte[] message) {
        var state = new long[25];
        for (int i = 0; i < message.length; i++) {
            state[i / 8] ^= (message[i] & 0xFFL) << (8 * (i % 8));
        }
        state[message.length / 8] ^= 1L << (8 * (message.length % 8));
        state[RATE / 8 - 1] ^= 1L << 63;
        permute(state);
        var out = new byte[32];
        for (int i = 0; i < 32; i++) {
            out[i] = (byte) (state[i / 8] >>> (8 * (i % 8)));
        }
        return out;
    }

    private static void permute(long[] a) {
        var c = new long[5];
        for (long constant : ROUNDS) {
            for (int x = 0; x < 5; x++) {
                c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
            }
            for (int x = 0; x < 5; x++) {
                long d = c[(x + 4) % 5] ^ Long.rotateLeft(c[(x + 1) % 5], 1);
                for (int y = 0; y < 25; y += 5) {
                    a[y + x] ^= d;
                }
            }
            long moved = a[1];
            for (int i = 0; i < 24; i++) {
                long kept = a[LANES[i]];
                a[LANES[i]] = Long.rotateLeft(moved, ROTATIONS[i]);
                moved = kept;
            }
            for (int y = 0; y < 25; y += 5) {
                System.arraycopy(a, y, c, 0, 5);
                for (int x = 0; x < 5; x++) {
                    a[y + x] = c[x] ^ (~c[(x + 1) % 5] & c[(x + 2) % 5]);
                }
            }
            a[0] ^= constant;
        }
    }
}
