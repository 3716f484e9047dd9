package dev.countersign.sql;

/// What a literal or a quoted name means (PostgreSQL's manual, 4.1.2): doubled quotes, `E'\x41'`,
/// `U&'\0041'`, and strings that go on behind a line break.
public final class Literal {
    private final String text;
    private final char quote;
    private final char escape;
    private final boolean unicode;
    private final StringBuilder out = new StringBuilder();
    private int at;

    /// @param escape 0 where nothing escapes
    private Literal(String text, char quote, char escape, boolean unicode) {
        this.text = text;
        this.quote = quote;
        this.escape = escape;
        this.unicode = unicode;
    }

    /// @param text of one token, its quotes included; not one between dollars
    /// @param escape of `U&'…'`
    public static String meant(String text, char escape) {
        char quote = text.charAt(text.length() - 1);
        char first = text.charAt(0);
        boolean unicode = first == 'u' || first == 'U';
        boolean escapes = first == 'e' || first == 'E';
        return new Literal(text, quote, unicode ? escape : escapes ? '\\' : 0, unicode).read();
    }

    private String read() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                inside();
            } else if (c == '-' && text.startsWith("-", at)) {
                while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
                    at++;
                }
            }
        }
        return out.toString();
    }

    private void inside() {
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c == quote) {
                if (at == text.length() || text.charAt(at) != quote) {
                    return;
                }
                at++;
                out.append(quote);
            } else if (c == escape && escape != 0 && at < text.length()) {
                escaped();
            } else {
                out.append(c);
            }
        }
    }

    private void escaped() {
        char c = text.charAt(at++);
        if (unicode) {
            unicode(c);
            return;
        }
        switch (c) {
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'x' -> code(16, 2);
            case 'u' -> code(16, 4);
            case 'U' -> code(16, 8);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                at--;
                code(8, 3);
            }
            default -> out.append(c);
        }
    }

    private void unicode(char c) {
        if (c == escape) {
            out.append(c);
        } else if (c == '+') {
            code(16, 6);
        } else {
            at--;
            code(16, 4);
        }
    }

    /// Up to so many digits; none of them is no number.
    private void code(int radix, int most) {
        int from = at;
        int value = 0;
        while (at < text.length()
                && at - from < most
                && Character.digit(text.charAt(at), radix) >= 0) {
            value = value * radix + Character.digit(text.charAt(at++), radix);
        }
        if (at > from && Character.isValidCodePoint(value)) {
            out.appendCodePoint(value);
        } else {
            out.append(text, from, at);
        }
    }
}
