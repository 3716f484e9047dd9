package dev.countersign.masking;

/// How far bytes of a kind go on, eight bytes at a time: how long a run of digits or letters is
/// cannot be foreseen, so that a loop over single bytes costs most where it ends.
final class Runs {
    private static final long LOW = 0x0101_0101_0101_0101L;
    private static final long HIGH = 0x8080_8080_8080_8080L;

    private Runs() {}

    /// Behind the digits that stand at `from`.
    static int digits(byte[] b, int from, int to) {
        int i = from;
        for (; i + 8 <= to; i += 8) {
            long none = ~digits(Eight.at(b, i)) & HIGH;
            if (none != 0) {
                return i + (Long.numberOfTrailingZeros(none) >>> 3);
            }
        }
        while (i < to && Checks.digit(b[i])) {
            i++;
        }
        return i;
    }

    /// Behind the hexadecimal digits that stand at `from`.
    static int hexes(byte[] b, int from, int to) {
        int i = from;
        for (; i + 8 <= to; i += 8) {
            long none = ~hexes(Eight.at(b, i)) & HIGH;
            if (none != 0) {
                return i + (Long.numberOfTrailingZeros(none) >>> 3);
            }
        }
        while (i < to && Checks.hex(b[i])) {
            i++;
        }
        return i;
    }

    /// Behind the letters and digits that stand at `from`.
    static int alnums(byte[] b, int from, int to) {
        int i = from;
        for (; i + 8 <= to; i += 8) {
            long none = ~alnums(Eight.at(b, i)) & HIGH;
            if (none != 0) {
                return i + (Long.numberOfTrailingZeros(none) >>> 3);
            }
        }
        while (i < to && Checks.alnum(b[i])) {
            i++;
        }
        return i;
    }

    /// Where the letters and digits that end before `to` begin.
    static int alnumsBefore(byte[] b, int from, int to) {
        int i = to;
        for (; i - 8 >= from; i -= 8) {
            long none = ~alnums(Eight.at(b, i - 8)) & HIGH;
            if (none != 0) {
                return i - (Long.numberOfLeadingZeros(none) >>> 3);
            }
        }
        while (i > from && Checks.alnum(b[i - 1])) {
            i--;
        }
        return i;
    }

    /// How many of eight bytes stand before the first that is no small letter.
    static int small(long eight) {
        return Long.numberOfTrailingZeros(~smalls(eight) & HIGH) >>> 3;
    }

    /// The highest bit of each byte that is a digit; the other bits mean nothing.
    private static long digits(long eight) {
        long low = eight & ~HIGH;
        return (low + LOW * (0x80 - '0')) & ~(low + LOW * (0x7F - '9')) & ~eight;
    }

    /// The same of hexadecimal digits.
    private static long hexes(long eight) {
        long low = (eight & ~HIGH) | LOW * 0x20;
        long letters = (low + LOW * (0x80 - 'a')) & ~(low + LOW * (0x7F - 'f')) & ~eight;
        return letters | digits(eight);
    }

    /// The same of letters and digits.
    private static long alnums(long eight) {
        return smalls(eight | LOW * 0x20) | digits(eight);
    }

    /// The same of small letters. No sum reaches beyond its byte.
    private static long smalls(long eight) {
        long low = eight & ~HIGH;
        return (low + LOW * (0x80 - 'a')) & ~(low + LOW * (0x7F - 'z')) & ~eight;
    }
}
