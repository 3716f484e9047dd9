package dev.countersign.masking;

/// Lines with fields under a header: CSV, TSV, and what `psql` and Markdown draw. A header is a
/// line of short names of which one at least says something; a line belongs to it as long as it has
/// as many fields.
final class TableLayout {
    static final int MOST_FIELDS = 1024;
    private static final int LONGEST_NAME = 48;
    private static final char[] SEPARATORS = {'\t', '|', ',', ';'};

    /// A header that is drawn may stand anywhere; the others begin the text.
    private static final char[] DRAWN = {'\t', '|'};

    private final long[] names = new long[MOST_FIELDS];
    private int fields;
    private byte separator;

    /// The header itself comes next.
    private boolean fresh;

    void begin() {
        fields = 0;
    }

    /// Whether the line is a header; then its names are kept.
    boolean header(byte[] b, int from, int end, boolean first) {
        boolean separated =
                first
                        ? Eight.any(b, from, end, '\t', '|', ',', ';')
                        : Eight.first(b, from, end, '\t', '|') >= 0;
        if (!separated) {
            return false;
        }
        for (char candidate : first ? SEPARATORS : DRAWN) {
            if (Eight.first(b, from, end, candidate) >= 0 && named(b, from, end, candidate)) {
                separator = (byte) candidate;
                fresh = true;
                return true;
            }
        }
        return false;
    }

    private boolean named(byte[] b, int from, int end, char candidate) {
        int n = 0;
        int filled = 0;
        int start = from;
        for (int i = from; i <= end; i++) {
            if (i < end && b[i] != candidate) {
                continue;
            }
            if (n == MOST_FIELDS || !name(b, start, i)) {
                return false;
            }
            filled += i > start ? 1 : 0;
            n++;
            start = i + 1;
        }
        if (n < 2 || filled < 2) {
            return false;
        }
        long all = 0;
        start = from;
        fields = 0;
        for (int i = from; i <= end; i++) {
            if (i == end || b[i] == candidate) {
                names[fields] = AssignedFinder.name(b, start, i);
                all |= names[fields++] & ~Words.NONE;
                start = i + 1;
            }
        }
        return all != 0;
    }

    /// A short name, or nothing at the ends of a drawn line.
    private static boolean name(byte[] b, int start, int stop) {
        int from = start;
        int to = stop;
        while (from < to && (b[from] == ' ' || b[from] == '"' || b[from] == '\'')) {
            from++;
        }
        while (to > from && (b[to - 1] == ' ' || b[to - 1] == '"' || b[to - 1] == '\'')) {
            to--;
        }
        if (to - from > LONGEST_NAME) {
            return false;
        }
        int blanks = 0;
        int digits = 0;
        for (int i = from; i < to; i++) {
            int c = b[i];
            blanks += c == ' ' ? 1 : 0;
            digits += Checks.digit(c) ? 1 : 0;
            boolean fits =
                    Checks.alnum(c)
                            || c < 0
                            || c == ' '
                            || c == '_'
                            || c == '-'
                            || c == '.'
                            || c == '/'
                            || c == '('
                            || c == ')'
                            || c == '#';
            if (!fits) {
                return false;
            }
        }
        return blanks <= 3 && digits <= 3;
    }

    /// Whether the line has the header's fields.
    boolean goesOn(byte[] b, int from, int end) {
        return rule(b, from, end) || count(b, from, end) == fields;
    }

    /// The line under a header: `---+---`.
    private static boolean rule(byte[] b, int from, int end) {
        for (int i = from; i < end; i++) {
            if (b[i] != '-'
                    && b[i] != '+'
                    && b[i] != '|'
                    && b[i] != ':'
                    && b[i] != ' '
                    && b[i] != '=') {
                return false;
            }
        }
        return end > from;
    }

    private int count(byte[] b, int from, int end) {
        int n = 1;
        boolean quoted = false;
        for (int i = from; i < end; i++) {
            if (b[i] == '"') {
                quoted = !quoted;
            } else if (b[i] == separator && !quoted) {
                n++;
            }
        }
        return quoted ? -1 : n;
    }

    void line(byte[] b, int from, int end, boolean whole, long name, Layout.Values values) {
        if (fresh) {
            fresh = false;
            values.value(b, from, from, end, 0);
            return;
        }
        if (!whole || count(b, from, end) != fields) {
            values.value(b, from, from, end, name);
            return;
        }
        boolean quoted = false;
        int start = from;
        int field = 0;
        for (int i = from; i <= end; i++) {
            if (i < end && b[i] == '"') {
                quoted = !quoted;
            } else if (i == end || (b[i] == separator && !quoted)) {
                field(b, start, i, names[field++], values);
                start = i + 1;
            }
        }
    }

    private static void field(byte[] b, int start, int stop, long said, Layout.Values values) {
        int from = start;
        int to = stop;
        while (from < to && (b[from] == ' ' || b[from] == '"')) {
            from++;
        }
        while (to > from && (b[to - 1] == ' ' || b[to - 1] == '"')) {
            to--;
        }
        values.value(b, from, from, to, said);
    }
}
