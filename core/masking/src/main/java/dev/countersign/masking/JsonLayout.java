package dev.countersign.masking;

/// Walks JSON as it comes, value by value, with the key of each; strict enough to know at once when
/// it is none.
///
/// Levels beyond [#NAMED] take the name of the last one that has one; beyond [#DEEPEST] the rest is
/// read as plain text.
final class JsonLayout {
    static final int NAMED = 64;
    static final int DEEPEST = 4096;

    private enum Expected {
        VALUE,
        FIRST_VALUE,
        FIRST_KEY,
        KEY,
        COLON,
        COMMA,
        OVER
    }

    private final KnownKeys keys = new KnownKeys();
    private final long[] names = new long[NAMED];
    private final long[] objects = new long[DEEPEST / 64];
    private int depth;
    private Expected expected = Expected.OVER;
    private long key;
    private boolean inString;
    private long stringSaid;

    void begin(long name) {
        depth = 0;
        names[0] = name;
        key = name;
        expected = Expected.VALUE;
        inString = false;
    }

    /// Whether a line could be the beginning of a document.
    static boolean begins(byte[] b, int from, int end) {
        int p = blanks(b, from, end);
        if (p >= end || (b[p] != '{' && b[p] != '[')) {
            return false;
        }
        int next = blanks(b, p + 1, end);
        if (next >= end) {
            return next == p + 1;
        }
        int c = b[next];
        return b[p] == '{'
                ? (c == '"' && named(b, next, end)) || c == '}'
                : c == '{'
                        || c == '['
                        || c == '"'
                        || c == ']'
                        || c == '-'
                        || Checks.digit(c)
                        || c == 't'
                        || c == 'f'
                        || c == 'n';
    }

    /// Whether a key and its colon stand here.
    private static boolean named(byte[] b, int quote, int end) {
        int close = close(b, quote + 1, end);
        if (close < 0) {
            return end - quote > 200;
        }
        int p = blanks(b, close + 1, end);
        return p >= end || b[p] == ':';
    }

    boolean over() {
        return expected == Expected.OVER;
    }

    /// @param open whether more of the line comes
    /// @return up to where it is settled; what is left, where it is over, is no JSON
    int walk(byte[] b, int lo, int from, int end, boolean open, Layout.Values values) {
        int p = from;
        int limit = open ? end - TextMasker.MARGIN : end;
        if (inString) {
            int close = close(b, p, end);
            if (close < 0 || (close > limit && open)) {
                if (open) {
                    return values.open(b, lo, p, end, stringSaid);
                }
                return stop(p);
            }
            values.value(b, lo, p, close, stringSaid);
            inString = false;
            expected = Expected.COMMA;
            p = close + 1;
        }
        while (true) {
            p = blanks(b, p, end);
            if (p >= end) {
                if (depth == 0 && expected == Expected.COMMA) {
                    expected = Expected.OVER;
                }
                return end;
            }
            if (open && p >= limit) {
                return p;
            }
            int c = b[p];
            switch (expected) {
                case KEY, FIRST_KEY -> {
                    if (c == '}' && expected == Expected.FIRST_KEY) {
                        close();
                        p++;
                        continue;
                    }
                    int close = c == '"' ? close(b, p + 1, end) : -1;
                    if (close < 0) {
                        return open && c == '"' && p > from ? p : stop(p);
                    }
                    key = inherited(said(b, p + 1, close, values), b, p + 1, close);
                    expected = Expected.COLON;
                    p = close + 1;
                }
                case COLON -> {
                    if (c != ':') {
                        return stop(p);
                    }
                    expected = Expected.VALUE;
                    p++;
                }
                case COMMA -> {
                    if (depth == 0) {
                        return stop(p);
                    }
                    if (c == ',') {
                        expected = object() ? Expected.KEY : Expected.VALUE;
                        key = name();
                    } else if (c == (object() ? '}' : ']')) {
                        close();
                    } else {
                        return stop(p);
                    }
                    p++;
                }
                case VALUE, FIRST_VALUE -> {
                    if (c == ']' && expected == Expected.FIRST_VALUE) {
                        close();
                        p++;
                        continue;
                    }
                    if (c == '{' || c == '[') {
                        if (depth == DEEPEST - 1) {
                            return stop(p);
                        }
                        push(c == '{');
                        p++;
                        continue;
                    }
                    int next = scalar(b, p, end, open, from, values);
                    if (next < 0) {
                        return stop(p);
                    }
                    if (next == p) {
                        return p;
                    }
                    if (inString) {
                        return next;
                    }
                    expected = Expected.COMMA;
                    p = next;
                }
                case OVER -> {
                    return p;
                }
            }
        }
    }

    /// @return behind it; `p` where the window must end before it; -1 where it is no JSON
    private int scalar(byte[] b, int p, int end, boolean open, int from, Layout.Values values) {
        if (b[p] == '"') {
            int close = close(b, p + 1, end);
            if (close >= 0) {
                values.value(b, p + 1, p + 1, close, key);
                return close + 1;
            }
            if (!open) {
                return -1;
            }
            if (p > from) {
                return p;
            }
            inString = true;
            stringSaid = key;
            return values.open(b, p + 1, p + 1, end, key);
        }
        int stop = p;
        while (stop < end
                && (Checks.alnum(b[stop]) || b[stop] == '-' || b[stop] == '+' || b[stop] == '.')) {
            stop++;
        }
        int behind = stop < end ? b[stop] : ' ';
        if (stop == p
                || (behind != ','
                        && behind != ']'
                        && behind != '}'
                        && behind != ' '
                        && behind != '\t'
                        && behind != '\r')) {
            return -1;
        }
        if (Checks.digit(b[p]) || b[p] == '-') {
            values.number(b, p, stop, key);
            return stop;
        }
        boolean literal =
                (stop - p == 4 && (b[p] == 't' || b[p] == 'n')) || (stop - p == 5 && b[p] == 'f');
        return literal ? stop : -1;
    }

    private long said(byte[] b, int from, int to, Layout.Values values) {
        int slot = keys.slot(b, from, to);
        if (!keys.plain(slot)) {
            // a key may be a value itself
            values.value(b, from, from, to, 0);
        }
        return keys.said(slot);
    }

    /// A name that says nothing is that of what it stands in.
    private long inherited(long said, byte[] b, int from, int to) {
        if (said != 0) {
            return said;
        }
        long above = name();
        return above == Words.NONE || (!Surroundings.general(b, from, to) && secret(above))
                ? 0
                : above;
    }

    private static boolean secret(long said) {
        return (said & (Entity.PASSWORD.bit() | Entity.SECRET.bit())) != 0;
    }

    private long name() {
        return names[Math.min(depth, NAMED - 1)];
    }

    private void push(boolean object) {
        depth++;
        if (depth < NAMED) {
            names[depth] = key;
        }
        if (object) {
            objects[depth / 64] |= 1L << (depth % 64);
            expected = Expected.FIRST_KEY;
        } else {
            objects[depth / 64] &= ~(1L << (depth % 64));
            expected = Expected.FIRST_VALUE;
        }
    }

    private boolean object() {
        return (objects[depth / 64] & 1L << (depth % 64)) != 0;
    }

    private void close() {
        depth--;
        key = name();
        expected = Expected.COMMA;
    }

    private int stop(int p) {
        expected = Expected.OVER;
        inString = false;
        return p;
    }

    /// Where the quote stands that ends a string; -1 where there is none.
    private static int close(byte[] b, int from, int end) {
        int p = Eight.first(b, from, end, '"', '\\');
        while (p >= 0 && b[p] != '"') {
            p = Eight.first(b, p + 2, end, '"', '\\');
        }
        return p;
    }

    private static int blanks(byte[] b, int from, int end) {
        int p = from;
        while (p < end && b[p] <= ' ' && (b[p] == ' ' || b[p] == '\t' || b[p] == '\r')) {
            p++;
        }
        return p;
    }
}
