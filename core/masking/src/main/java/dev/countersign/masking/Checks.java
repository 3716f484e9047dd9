package dev.countersign.masking;

/// The arithmetic of check digits, over digits `0`–`9` that stand one in a byte.
final class Checks {
    private static final int[][] DIHEDRAL = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
        {1, 2, 3, 4, 0, 6, 7, 8, 9, 5},
        {2, 3, 4, 0, 1, 7, 8, 9, 5, 6},
        {3, 4, 0, 1, 2, 8, 9, 5, 6, 7},
        {4, 0, 1, 2, 3, 9, 5, 6, 7, 8},
        {5, 9, 8, 7, 6, 0, 4, 3, 2, 1},
        {6, 5, 9, 8, 7, 1, 0, 4, 3, 2},
        {7, 6, 5, 9, 8, 2, 1, 0, 4, 3},
        {8, 7, 6, 5, 9, 3, 2, 1, 0, 4},
        {9, 8, 7, 6, 5, 4, 3, 2, 1, 0}
    };
    private static final int[][] PERMUTED = {
        {0, 1, 2, 3, 4, 5, 6, 7, 8, 9},
        {1, 5, 7, 6, 2, 8, 3, 0, 9, 4},
        {5, 8, 0, 3, 7, 9, 6, 1, 4, 2},
        {8, 9, 1, 6, 0, 4, 3, 5, 2, 7},
        {9, 4, 5, 3, 1, 2, 6, 8, 7, 0},
        {4, 2, 8, 6, 5, 7, 3, 9, 0, 1},
        {2, 7, 9, 3, 8, 0, 6, 4, 1, 5},
        {7, 0, 4, 6, 9, 1, 3, 2, 5, 8}
    };

    /// By byte: one look instead of several comparisons, of which one is always unforeseen.
    private static final byte[] VALUE36 = values36();

    private static final byte[] CAPITAL = capitals();

    private static final int[] DAYS = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    private Checks() {}

    private static byte[] values36() {
        var out = new byte[256];
        for (int c = 0; c < 256; c++) {
            out[c] = (byte) (digit(c) ? c - '0' : letter(c) ? (c | 0x20) - 'a' + 10 : -1);
        }
        return out;
    }

    private static byte[] capitals() {
        var out = new byte[256];
        for (int c = 0; c < 256; c++) {
            out[c] = (byte) (letter(c) ? c & ~0x20 : c);
        }
        return out;
    }

    /// ISO/IEC 7812-1, the last digit being the check.
    static boolean luhn(byte[] d, int from, int to) {
        int sum = 0;
        boolean twice = false;
        for (int i = to - 1; i >= from; i--) {
            int x = d[i];
            if (twice) {
                x += x;
                x = x > 9 ? x - 9 : x;
            }
            sum += x;
            twice = !twice;
        }
        return sum % 10 == 0;
    }

    static boolean verhoeff(byte[] d, int n) {
        int c = 0;
        for (int i = 0; i < n; i++) {
            c = DIHEDRAL[c][PERMUTED[i & 7][d[n - 1 - i]]];
        }
        return c == 0;
    }

    /// The sum of digits times weights.
    static int weighted(byte[] d, int[] weights) {
        int sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += d[i] * weights[i];
        }
        return sum;
    }

    static long number(byte[] d, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = 10 * value + d[i];
        }
        return value;
    }

    static int two(byte[] d, int at) {
        return 10 * d[at] + d[at + 1];
    }

    static boolean equal(byte[] d, int n) {
        for (int i = 1; i < n; i++) {
            if (d[i] != d[0]) {
                return false;
            }
        }
        return true;
    }

    /// A day that can be; the 29th of February always can.
    static boolean day(int month, int day) {
        return month >= 1 && month <= 12 && day >= 1 && day <= DAYS[month - 1];
    }

    /// `YYYYMMDD` between 1900 and 2099.
    static boolean date(byte[] d, int at) {
        int year = 100 * two(d, at) + two(d, at + 2);
        return year >= 1900 && year <= 2099 && day(two(d, at + 4), two(d, at + 6));
    }

    /// ISO/IEC 7064 MOD 11,10.
    static boolean mod1110(byte[] d, int n) {
        int product = 10;
        for (int i = 0; i < n - 1; i++) {
            int sum = (d[i] + product) % 10;
            product = 2 * (sum == 0 ? 10 : sum) % 11;
        }
        return (11 - product) % 10 == d[n - 1];
    }

    static boolean digit(int b) {
        return b >= '0' && b <= '9';
    }

    static boolean upper(int b) {
        return b >= 'A' && b <= 'Z';
    }

    static boolean letter(int b) {
        return (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
    }

    /// The capital of a letter; anything else as it is.
    static byte capital(int b) {
        return CAPITAL[b & 0xFF];
    }

    static boolean alnum(int b) {
        return VALUE36[b & 0xFF] >= 0;
    }

    static boolean hex(int b) {
        return (VALUE36[b & 0xFF] & 0xFF) < 16;
    }

    /// 0 to 35; -1 for anything else.
    static int value36(int b) {
        return VALUE36[b & 0xFF];
    }
}
