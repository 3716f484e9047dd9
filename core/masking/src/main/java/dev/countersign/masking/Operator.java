package dev.countersign.masking;

/// How one labelled value looks to a client: a function of the value alone. The same value always
/// gives the same; what comes out is never longer than it may be.
public final class Operator {
    /// Beside what `partial` shows, this many letters and digits are always hidden; where there are
    /// not so many, all are.
    static final int HIDDEN = 3;

    private static final char MASK = '*';

    private final String constant;
    private final int first;
    private final int last;
    private final boolean partial;

    private Operator(String constant, boolean partial, int first, int last) {
        this.constant = constant;
        this.partial = partial;
        this.first = first;
        this.last = last;
    }

    /// @param label of the column; `redact` shows it in the value's place
    public static Operator of(String label, MaskSettings settings) {
        var constant = "[" + label + "]";
        return settings.partial()
                .map(part -> new Operator(constant, true, part.first(), part.last()))
                .orElseGet(() -> new Operator(constant, false, 0, 0));
    }

    /// Whether what comes out is the same for every value.
    public boolean constant() {
        return !partial;
    }

    /// @param longest code points that the column can hold
    public String apply(String value, int longest) {
        return partial ? part(value) : cut(constant, longest);
    }

    /// What stands for a value that is no text at all.
    public String unreadable(int longest) {
        return cut(constant, longest);
    }

    private static String cut(String text, int longest) {
        return text.codePointCount(0, text.length()) <= longest
                ? text
                : text.substring(0, text.offsetByCodePoints(0, longest));
    }

    /// Keeps the ends, and everything that is neither letter nor digit: the shape stays, the value
    /// goes.
    private String part(String value) {
        var points = value.codePoints().toArray();
        int hidable = 0;
        for (int point : points) {
            hidable += Character.isLetterOrDigit(point) ? 1 : 0;
        }
        boolean shows = first + last + HIDDEN < hidable;
        int seen = 0;
        var out = new StringBuilder(value.length());
        for (int point : points) {
            if (!Character.isLetterOrDigit(point)) {
                out.appendCodePoint(point);
                continue;
            }
            boolean shown = shows && (seen < first || seen >= hidable - last);
            if (shown) {
                out.appendCodePoint(point);
            } else {
                out.append(MASK);
            }
            seen++;
        }
        return out.toString();
    }
}
