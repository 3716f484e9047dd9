package dev.countersign.masking;

/// The rows of `INSERT INTO t (a, b) VALUES (1, 'x'), …`: each value has the name of its column.
final class InsertLayout {
    private static final int MOST_COLUMNS = 256;

    private final long[] names = new long[MOST_COLUMNS];
    private int columns;

    void begin() {
        columns = 0;
    }

    /// Whether the line begins an INSERT with named columns, or goes on with its rows.
    boolean takes(byte[] b, int from, int end) {
        int p = blanks(b, from, end);
        if (p >= end) {
            return false;
        }
        if (columns > 0 && b[p] == '(') {
            return true;
        }
        columns = 0;
        return word(b, p, end, "insert");
    }

    void line(byte[] b, int from, int end, long name, Layout.Values values) {
        int p = from;
        if (columns == 0) {
            p = columns(b, from, end);
            if (p < 0) {
                columns = 0;
                values.value(b, from, from, end, name);
                return;
            }
            values.value(b, from, from, p, name);
        }
        while (true) {
            int open = p;
            while (open < end && (b[open] == ' ' || b[open] == ',')) {
                open++;
            }
            if (open >= end) {
                return;
            }
            int close = b[open] == '(' ? row(b, open + 1, end, values) : -1;
            if (close < 0) {
                columns = 0;
                values.value(b, p, p, end, name);
                return;
            }
            p = close;
        }
    }

    /// Reads the names.
    ///
    /// @return behind `VALUES`; -1 where it is none
    private int columns(byte[] b, int from, int end) {
        int open = from;
        while (open < end && b[open] != '(' && b[open] != '\'') {
            open++;
        }
        int start = open + 1;
        int p = start;
        int n = 0;
        while (p < end && b[p] != '(' && b[p] != '\'') {
            if (b[p] == ',' || b[p] == ')') {
                if (n == MOST_COLUMNS) {
                    return -1;
                }
                names[n++] = AssignedFinder.name(b, start, p);
                start = p + 1;
                if (b[p] == ')') {
                    int values = blanks(b, p + 1, end);
                    columns = n;
                    return word(b, values, end, "values") ? values + 6 : -1;
                }
            }
            p++;
        }
        return -1;
    }

    /// @param from behind the bracket of a row
    /// @return behind its end; -1 where it has none in this line
    private int row(byte[] b, int from, int end, Layout.Values values) {
        if (close(b, from, end) < 0) {
            return -1;
        }
        int p = from;
        int column = 0;
        int depth = 0;
        int start = from;
        while (true) {
            int c = b[p];
            if (c == '\'') {
                int stop = quote(b, p + 1, end);
                values.value(b, p + 1, p + 1, stop, column < columns ? names[column] : 0);
                p = stop + 1;
                start = p;
                continue;
            }
            if (depth == 0 && (c == ',' || c == ')')) {
                int at = blanks(b, start, p);
                if (at < p) {
                    field(b, at, p, column < columns ? names[column] : 0, values);
                }
                column++;
                start = p + 1;
                if (c == ')') {
                    return p + 1;
                }
            }
            depth += c == '(' ? 1 : c == ')' ? -1 : 0;
            p++;
        }
    }

    private static void field(byte[] b, int from, int stop, long said, Layout.Values values) {
        int to = stop;
        while (to > from && b[to - 1] == ' ') {
            to--;
        }
        boolean number = true;
        for (int i = from; i < to; i++) {
            number &= Checks.digit(b[i]);
        }
        if (number) {
            values.number(b, from, to, said);
        } else {
            values.value(b, from, from, to, 0);
        }
    }

    private static int close(byte[] b, int from, int end) {
        int depth = 0;
        for (int p = from; p < end; p++) {
            if (b[p] == '\'') {
                p = quote(b, p + 1, end);
                if (p >= end) {
                    return -1;
                }
            } else if (b[p] == '(') {
                depth++;
            } else if (b[p] == ')' && depth-- == 0) {
                return p;
            }
        }
        return -1;
    }

    /// Where the quote stands that ends the text; two of them are one that does not.
    private static int quote(byte[] b, int from, int end) {
        int p = from;
        while (p < end) {
            if (b[p] == '\'') {
                if (p + 1 < end && b[p + 1] == '\'') {
                    p++;
                } else {
                    return p;
                }
            }
            p++;
        }
        return end;
    }

    private static int blanks(byte[] b, int from, int end) {
        int p = from;
        while (p < end && (b[p] == ' ' || b[p] == '\t')) {
            p++;
        }
        return p;
    }

    private static boolean word(byte[] b, int at, int end, String word) {
        if (at + word.length() > end) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((b[at + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }
}
