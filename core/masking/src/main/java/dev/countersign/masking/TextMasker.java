package dev.countersign.masking;

import java.util.Arrays;

/// Cuts a text into values, has each looked through, and writes what may be seen.
///
/// **How a text that comes in pieces is the same as a whole one.** A line is looked at when it has
/// ended, or when [#WINDOW] bytes of it are there; then as a window, of which all is settled but
/// the last [#MARGIN] bytes, and the next window begins at a place that the bytes alone determine.
/// A piece's end decides nothing. What has no end within a window (a token of megabytes, the lines
/// of a private key) is masked forward: its placeholder is written, and the bytes are swallowed
/// until one that ends it. So memory does not grow with the text.
final class TextMasker implements Layout.Values {
    static final int WINDOW = 1 << 16;

    /// Nothing but what is masked forward is longer.
    static final int MARGIN = 4096;

    /// Bytes of the line that stay before a window, for the words and signs around a value.
    static final int KEEP = 64;

    private static final int BACK = 1024;
    private static final int ESCAPE = 12;
    private static final byte[] ZERO = {'0'};
    private static final byte[] NO_BREAK = {};

    private final Detectors detectors;
    private final ValueScanner values;
    private final Layout layout = new Layout();
    private MaskSink sink;

    /// The line that has not ended, with up to [#KEEP] bytes before what is to be looked at.
    private byte[] held = new byte[0];

    private int heldLength;

    /// How many bytes of the same line stand before what is to be looked at.
    private int before;

    /// The offset of the first byte of the array that is worked on.
    private long base;

    private long fed;

    /// Up to here the array was written.
    private int written;

    private long found;

    /// What goes on from before, as what, and since when.
    private Hits.Tail tail = Hits.Tail.NONE;

    private int tailDetector;
    private long tailStart;
    private long tailEnd;
    private boolean body;

    /// The end of the line before, which goes with a private key that goes on.
    private byte[] lineBreak = NO_BREAK;

    TextMasker(Detectors detectors) {
        this.detectors = detectors;
        this.values = detectors.values();
        this.sink =
                new MaskSink() {
                    @Override
                    public void bytes(byte[] b, int from, int to) {}

                    @Override
                    public void span(String detector, long from, long to) {}
                };
    }

    void begin(ValueName name, MaskSink to) {
        sink = to;
        heldLength = 0;
        before = 0;
        base = 0;
        fed = 0;
        found = 0;
        tail = Hits.Tail.NONE;
        lineBreak = NO_BREAK;
        values.scan.name = name.small();
        layout.begin(name.said());
    }

    long found() {
        return found;
    }

    /// All of it, with no copy made.
    void whole(byte[] b, int from, int to) {
        base = -from;
        run(b, from, to, true);
        endTail();
    }

    void feed(byte[] b, int from, int to) {
        int p = from;
        while (heldLength > 0 && p < to) {
            int limit = Math.min(to, p + WINDOW - (heldLength - before));
            int newline = Eight.first(b, p, limit, '\n');
            int stop = newline >= 0 ? newline + 1 : limit;
            append(b, p, stop);
            p = stop;
            keep(held, run(held, before, heldLength, false), heldLength);
        }
        if (p < to) {
            base = fed - from;
            keep(b, run(b, p, to, false), to);
        }
        fed += to - from;
    }

    void finish() {
        run(held, before, heldLength, true);
        heldLength = 0;
        endTail();
    }

    private void append(byte[] b, int from, int to) {
        int n = to - from;
        if (heldLength + n > held.length) {
            held =
                    Arrays.copyOf(
                            held,
                            Math.max(heldLength + n, Math.min(2 * held.length, WINDOW + KEEP)));
        }
        System.arraycopy(b, from, held, heldLength, n);
        heldLength += n;
    }

    /// Keeps what is not settled, and the bytes before it.
    private void keep(byte[] b, int settled, int to) {
        int from = settled - before;
        int n = to - from;
        if (n > held.length) {
            held = new byte[Math.max(n, 256)];
        }
        System.arraycopy(b, from, held, 0, n);
        heldLength = n;
        base += from;
    }

    /// @return up to where it is settled
    private int run(byte[] b, int from, int to, boolean last) {
        written = from;
        int p = from;
        while (p < to) {
            int limit = Math.min(to, p + WINDOW);
            int newline = Eight.first(b, p, limit, '\n');
            if (newline >= 0) {
                line(b, p, newline);
                p = newline + 1;
                before = 0;
                if (tail == Hits.Tail.KEY && !detectors.counts(tailDetector)) {
                    lineBreak = Arrays.copyOfRange(b, written, p);
                    written = p;
                }
            } else if (to - p >= WINDOW) {
                int cut = window(b, p, limit);
                before = Math.min(KEEP, before + cut - p);
                p = cut;
            } else if (last) {
                line(b, p, to);
                p = to;
                before = 0;
            } else {
                break;
            }
        }
        if (p > written) {
            sink.bytes(b, written, p);
            written = p;
        }
        return p;
    }

    private void line(byte[] b, int from, int end) {
        int p = from;
        if (tail != Hits.Tail.NONE) {
            p = swallow(b, from, end > from && b[end - 1] == '\r' ? end - 1 : end, true);
            if (tail != Hits.Tail.NONE) {
                return;
            }
        }
        int lo = from - before;
        layout.line(
                b,
                lo,
                p,
                end > p && b[end - 1] == '\r' ? end - 1 : end,
                before == 0 && p == from,
                this);
    }

    private int window(byte[] b, int from, int end) {
        int p = from;
        if (tail != Hits.Tail.NONE) {
            p = swallow(b, from, end, false);
            if (tail != Hits.Tail.NONE) {
                return p;
            }
        }
        int cut = layout.window(b, from - before, p, end, before == 0 && p == from, this);
        return Math.max(cut, p);
    }

    @Override
    public void value(byte[] b, int lo, int from, int to, long said) {
        if (from >= to) {
            return;
        }
        var hits = values.scan(b, lo, from, to, said, false);
        if (hits.count() > 0) {
            write(b, hits);
            if (hits.tail() == Hits.Tail.KEY) {
                goOn(hits);
            }
        }
    }

    @Override
    public void number(byte[] b, int from, int to, long said) {
        var hits = values.scan(b, from, from, to, said, false);
        if (hits.count() == 0 || detectors.allows(b, hits.start(0), hits.end(0))) {
            return;
        }
        int detector = hits.detector(0);
        found++;
        if (!detectors.counts(detector)) {
            sink.bytes(b, written, from);
            sink.bytes(ZERO, 0, 1);
            written = to;
        }
        sink.span(detectors.name(detector), base + from, base + to);
    }

    @Override
    public int open(byte[] b, int lo, int from, int end, long said) {
        var hits = values.scan(b, lo, from, end, said, true);
        int cut = cut(b, from, end);
        int n = 0;
        while (n < hits.count() && hits.start(n) < cut) {
            n++;
        }
        boolean goesOn = n == hits.count() && n > 0 && hits.tail() != Hits.Tail.NONE;
        var as = hits.tail();
        hits.cut(n);
        if (n > 0) {
            cut = Math.max(cut, hits.end(n - 1));
            write(b, hits, goesOn);
            if (goesOn) {
                hits.goesOn(as);
                goOn(hits);
            }
        }
        return cut;
    }

    /// A place near the end that splits no word, no character and no escape.
    private static int cut(byte[] b, int from, int end) {
        int cut = end - MARGIN;
        int least = Math.max(from + 1, cut - BACK);
        for (int i = cut; i > least; i--) {
            if (b[i - 1] == ' ' || b[i - 1] == ',' || b[i - 1] == '\t') {
                return i;
            }
        }
        int start = cut;
        for (int i = cut; i > cut - ESCAPE && i > least; i--) {
            if (b[i - 1] == '\\' || b[i - 1] == '%' || b[i - 1] == '&') {
                start = i - 1;
            }
        }
        cut = start;
        while (cut > least && b[cut - 1] == '\\') {
            cut--;
        }
        while (cut > least && (b[cut] & 0xC0) == 0x80) {
            cut--;
        }
        return cut;
    }

    private void write(byte[] b, Hits hits) {
        write(b, hits, hits.tail() == Hits.Tail.KEY);
    }

    private void write(byte[] b, Hits hits, boolean goesOn) {
        for (int i = 0; i < hits.count(); i++) {
            int start = hits.start(i);
            int end = hits.end(i);
            int detector = hits.detector(i);
            if (detectors.allows(b, start, end)) {
                continue;
            }
            found++;
            if (!detectors.counts(detector)) {
                if (start > written) {
                    sink.bytes(b, written, start);
                }
                var shown = detectors.shown(detector);
                sink.bytes(shown, 0, shown.length);
                written = end;
            }
            if (!goesOn || i < hits.count() - 1) {
                sink.span(detectors.name(detector), base + start, base + end);
            }
        }
    }

    private void goOn(Hits hits) {
        int last = hits.count() - 1;
        tail = hits.tail();
        tailDetector = hits.detector(last);
        tailStart = base + hits.start(last);
        tailEnd = base + hits.end(last);
        body = false;
    }

    /// Swallows what belongs to the value that goes on.
    ///
    /// @param closed whether the line ends at `end`
    /// @return behind it; the value has ended unless its tail is still set
    private int swallow(byte[] b, int from, int end, boolean closed) {
        if (tail == Hits.Tail.KEY) {
            return swallowKey(b, from, end, closed);
        }
        int p = from;
        while (p < end && goesOn(b[p])) {
            p++;
        }
        swallowed(p);
        if (p < end || closed) {
            endTail();
        }
        return p;
    }

    private boolean goesOn(int c) {
        return tail == Hits.Tail.TOKEN
                ? Secrets.part(c) || Secrets.base64(c) || c == '~'
                : c < 0 || (c > ' ' && c != '"' && c != '\'');
    }

    private void swallowed(int to) {
        if (!detectors.counts(tailDetector)) {
            written = Math.max(written, to);
        }
        tailEnd = base + to;
    }

    /// A line of a private key, or the one that ends it, or one that is none of it.
    private int swallowKey(byte[] b, int from, int end, boolean closed) {
        int close = KeyLines.keyEnd(b, from, end);
        if (close > 0) {
            lineBreak = NO_BREAK;
            swallowed(close);
            endTail();
            return close;
        }
        boolean blank = KeyLines.blank(b, from, end);
        if (blank ? body : !KeyLines.header(b, from, end) && !KeyLines.encoded(b, from, end)) {
            endTail();
            return from;
        }
        body |= !blank && !KeyLines.header(b, from, end);
        lineBreak = NO_BREAK;
        int to = closed ? end : end - KEEP;
        swallowed(to);
        return to;
    }

    private void endTail() {
        if (tail != Hits.Tail.NONE) {
            tail = Hits.Tail.NONE;
            if (lineBreak.length > 0) {
                sink.bytes(lineBreak, 0, lineBreak.length);
                lineBreak = NO_BREAK;
            }
            sink.span(detectors.name(tailDetector), tailStart, tailEnd);
        }
    }
}
