package dev.countersign.masking;

/// The words around a number, and which of them are its own.
///
/// A key that stands directly before it decides alone (`ssn=…`, `"order": …`, `<phone>…`). Else the
/// words of the [#REACH] bytes before it count, then those behind it; never those of another value.
final class Surroundings {
    static final int REACH = 64;
    private static final int BEHIND = 32;

    /// Nothing was found that says something, or a key that says nothing by itself (`value`,
    /// `number`).
    static final long UNKNOWN = -1;

    /// What ends a value: brackets, bars, ends of lines.
    private static final byte PART = 1;

    /// What ends a key beside that.
    private static final byte STOP = 2;

    private static final byte COMMA = 4;
    private static final byte DIGIT = 8;
    private static final byte BLANK = 16;
    private static final byte DOT = 32;

    private static final byte QUOTE = 64;

    private static final byte[] KINDS = kinds();

    private Surroundings() {}

    private static byte[] kinds() {
        var out = new byte[256];
        for (char c : new char[] {';', '|', '{', '}', '\n', '\t', '\r'}) {
            out[c] = PART;
        }
        out['&'] = STOP;
        out['?'] = STOP;
        out[','] = COMMA;
        for (int c = '0'; c <= '9'; c++) {
            out[c] = DIGIT;
        }
        out[' '] = BLANK;
        out['.'] = DOT;
        out['"'] = QUOTE;
        return out;
    }

    private static int kind(int c) {
        return KINDS[c & 0xFF];
    }

    /// What the words before a number at `s` say; [#UNKNOWN] where those behind it decide.
    ///
    /// @param lo where the value, or what may be read of it, begins
    static long before(byte[] b, int lo, int s) {
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
            int kind = kind(b[i]) & (PART | COMMA);
            if (kind != 0 && (kind == PART || (i + 1 < s && b[i + 1] != ' ' && b[i + 1] != '"'))) {
                floor = i + 1;
            }
        }
        long said = Words.of(b, floor, s);
        return said != 0 ? said : UNKNOWN;
    }

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
            int kind = kind(b[from - 1]);
            if ((kind & (PART | STOP | COMMA)) != 0 || (equals && kind == BLANK)) {
                break;
            }
            digits = kind == DIGIT ? digits + 1 : 0;
            if (digits > 4 || (kind == DOT && from < to && b[from] == ' ')) {
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

    /// What the words behind it say; 0 where they say nothing.
    ///
    /// @param e where it ends
    /// @param hi where the value ends
    static long behind(byte[] b, int e, int hi) {
        int end = Math.min(hi, e + BEHIND);
        for (int i = e; i < end; i++) {
            int c = b[i];
            if (c == ':' || c == '=') {
                return 0;
            }
            if ((kind(c) & (PART | COMMA | DOT | QUOTE | DIGIT)) != 0) {
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
}
