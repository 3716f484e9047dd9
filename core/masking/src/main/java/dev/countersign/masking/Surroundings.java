package dev.countersign.masking;

/// The words around a number, and which of them are its own.
///
/// A key that stands directly before it decides alone (`ssn=…`, `"order": …`, `<phone>…`). Else the
/// words of the [#REACH] bytes before it count, then those behind it; never those of another value.
final class Surroundings {
    static final int REACH = 64;
    private static final int BEHIND = 32;

    private Surroundings() {}

    /// What the words say about `[s, e)`; 0 where they say nothing.
    ///
    /// @param lo where the value, or what may be read of it, begins
    /// @param hi where it ends
    static long of(byte[] b, int lo, int s, int e, int hi) {
        int p = s;
        while (p > lo && s - p < 4 && opens(b[p - 1])) {
            p--;
        }
        if (p > lo && sign(b[p - 1])) {
            int end = p - 1;
            if (b[end] == '>' && end > lo && (b[end - 1] == '=' || b[end - 1] == '-')) {
                end--;
            }
            long key = key(b, lo, end);
            if (key != UNKNOWN) {
                return key;
            }
        }
        int floor = Math.max(lo, s - REACH);
        if (floor > lo) {
            while (floor < s && Checks.alnum(b[floor - 1]) && Checks.alnum(b[floor])) {
                floor++;
            }
        }
        for (int i = s - 1; i >= floor; i--) {
            if (parts(b[i]) || (b[i] == ',' && i + 1 < s && b[i + 1] != ' ' && b[i + 1] != '"')) {
                floor = i + 1;
            }
        }
        long before = Words.of(b, floor, s);
        return before != 0 ? before : behind(b, e, hi);
    }

    /// No key was found, or one that says nothing by itself (`value`, `number`).
    private static final long UNKNOWN = -1;

    /// @param end behind the key, where its `:` or `=` stands
    private static long key(byte[] b, int lo, int end) {
        // `key = value` may have blanks in its key, `key=value` may not
        boolean equals = b[end] == '=' && (end == lo || b[end - 1] != ' ');
        int to = end;
        while (to > lo
                && (b[to - 1] == ' '
                        || b[to - 1] == '"'
                        || b[to - 1] == '\''
                        || b[to - 1] == '`')) {
            to--;
        }
        int from = to;
        int floor = Math.max(lo, to - REACH);
        int digits = 0;
        while (from > floor) {
            int c = b[from - 1];
            if (parts(c) || c == ',' || c == '&' || c == '?' || (equals && c == ' ')) {
                break;
            }
            digits = Checks.digit(c) ? digits + 1 : 0;
            if (digits > 4 || (c == '.' && from < to && b[from] == ' ')) {
                break;
            }
            from--;
        }
        if (from == to) {
            return UNKNOWN;
        }
        long said = Words.of(b, from, to);
        if (said == 0 && identifier(b, from, to)) {
            return Words.NONE;
        }
        return said == 0 && general(b, from, to) ? UNKNOWN : said;
    }

    /// `value`, `number`, `no`, `#`: names that could be anybody's.
    static boolean general(byte[] b, int from, int to) {
        int length = to - from;
        return switch (b[from] | 0x20) {
            case 'v' -> length <= 5;
            case 'n' -> length <= 6;
            case 't' -> length == 4;
            case 'd' -> length == 4;
            case 'i' -> length == 2 && (b[from + 1] | 0x20) == 's';
            default -> false;
        };
    }

    private static long behind(byte[] b, int e, int hi) {
        int end = Math.min(hi, e + BEHIND);
        for (int i = e; i < end; i++) {
            int c = b[i];
            if (c == ':' || c == '=') {
                return 0;
            }
            if (parts(c) || c == ',' || c == '.' || c == '"' || Checks.digit(c)) {
                end = i;
            }
        }
        long said = Words.of(b, e, end);
        return said == Words.NONE ? 0 : said;
    }

    /// `customer_id`, `deviceId`, `account_ref`: names of numbers that somebody made up.
    static boolean identifier(byte[] b, int from, int end) {
        int to = end;
        while (to > from && b[to - 1] >= 0 && !Checks.letter(b[to - 1])) {
            to--;
        }
        int n =
                AssignedFinder.ends(b, from, to, "id")
                        ? 2
                        : AssignedFinder.ends(b, from, to, "ref") ? 3 : 0;
        if (n == 0) {
            return false;
        }
        int start = to - n;
        return start == from
                || !Checks.letter(b[start - 1])
                || (Checks.upper(b[start]) && b[start - 1] >= 'a');
    }

    private static boolean opens(int c) {
        return c == ' ' || c == '"' || c == '\'' || c == '(' || c == '[' || c == '#' || c == '`'
                || c == '\\' || c == '+' || c == '*';
    }

    /// What stands between a name and its value.
    private static boolean sign(int c) {
        return c == ':' || c == '=' || c == '>' || c == '|' || c == '\t';
    }

    private static boolean parts(int c) {
        return c == ';' || c == '|' || c == '{' || c == '}' || c == '\n' || c == '\t' || c == '\r';
    }
}
