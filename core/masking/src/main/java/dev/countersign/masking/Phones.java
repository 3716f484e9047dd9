package dev.countersign.masking;

/// Numbering plans: calling codes, lengths of national numbers, and how they may begin.
final class Phones {
    private static final int LONGEST = 15;

    /// By calling code and length, a hundred bits: which two digits may come first.
    private static final long[][] PLANS = plans();

    private Phones() {}

    private static long[][] plans() {
        var out = new long[1000][];
        for (var line : Tables.lines("phones.txt")) {
            var parts = line.split(" ", -1);
            var plan = new long[2 * (LONGEST + 1)];
            for (int i = 1; i < parts.length; i++) {
                int colon = parts[i].indexOf(':');
                int length = Integer.parseInt(parts[i], 0, colon, 10);
                for (var range : parts[i].substring(colon + 1).split(",", -1)) {
                    int low = Integer.parseInt(range, 0, 2, 10);
                    int high = Integer.parseInt(range, range.length() - 2, range.length(), 10);
                    for (int two = low; two <= high; two++) {
                        plan[2 * length + two / 64] |= 1L << (two % 64);
                    }
                }
            }
            out[Integer.parseInt(parts[0])] = plan;
        }
        return out;
    }

    /// @param d an international number without its `+`
    static boolean international(byte[] d, int n) {
        if (n < 8 || n > LONGEST) {
            return false;
        }
        int code = 0;
        for (int i = 0; i < 3; i++) {
            code = 10 * code + d[i];
            if (PLANS[code] != null) {
                return code == 1
                        ? n == 11 && american(d, 1)
                        : national(code, d, i + 1, n) || trunk(code, d, i + 1, n);
            }
        }
        return false;
    }

    /// `+44 (0)20 …`: the zero that is dialled at home, written all the same.
    private static boolean trunk(int code, byte[] d, int from, int n) {
        return from < n && d[from] == 0 && national(code, d, from + 1, n);
    }

    private static boolean national(int code, byte[] d, int from, int n) {
        var plan = PLANS[code];
        int length = n - from;
        if (plan == null || length < 4 || length > LONGEST) {
            return false;
        }
        int two = Checks.two(d, from);
        return (plan[2 * length + two / 64] & 1L << (two % 64)) != 0;
    }

    /// Ten digits of the North American plan.
    static boolean american(byte[] d, int at) {
        boolean areas = d[at] >= 2 && !(d[at + 1] == 1 && d[at + 2] == 1) && d[at + 1] != 9;
        boolean exchange = d[at + 3] >= 2 && !(d[at + 4] == 1 && d[at + 5] == 1);
        return areas && exchange;
    }

    /// A number as it is dialled at home, in any country: what only words can tell.
    static boolean local(byte[] d, int n) {
        return (n == 10 && american(d, 0))
                || (n == 11 && d[0] == 1 && american(d, 1))
                || (n >= 9 && n <= 12 && d[0] == 0 && d[1] != 0)
                || (n >= 8 && n <= 11 && d[0] != 0)
                || (n >= 10 && n <= LONGEST && d[0] == 0 && d[1] == 0);
    }
}
