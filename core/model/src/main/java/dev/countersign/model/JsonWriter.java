package dev.countersign.model;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// RFC 8785, section 3.2: no blanks, members sorted by UTF-16 code units, the shortest escapes.
final class JsonWriter {
    private static final String HEX = "0123456789abcdef";
    private static final boolean[] ESCAPED = escaped();

    private JsonWriter() {}

    static void write(Json value, StringBuilder out) {
        switch (value) {
            case Json.Obj(var members) -> {
                char before = '{';
                for (var member : members.entrySet()) {
                    out.append(before);
                    quote(member.getKey(), out);
                    out.append(':');
                    write(member.getValue(), out);
                    before = ',';
                }
                out.append(members.isEmpty() ? "{}" : "}");
            }
            case Json.Arr(var items) -> {
                out.append('[');
                for (int i = 0; i < items.size(); i++) {
                    if (i > 0) {
                        out.append(',');
                    }
                    write(items.get(i), out);
                }
                out.append(']');
            }
            case Json.Str(var text) -> quote(text, out);
            case Json.Int(var number) -> out.append(number);
            case Json.Bool(var truth) -> out.append(truth);
        }
    }

    /// A lone surrogate has no UTF-8 form; it is replaced before it is written, so that what is
    /// read back is what was hashed.
    static void quote(String text, StringBuilder out) {
        if (plain(text)) {
            out.append('"').append(text).append('"');
        } else {
            escape(text, out);
        }
    }

    private static boolean plain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ESCAPED.length ? ESCAPED[c] : Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }

    /// The same text in UTF-8, with U+FFFD for each lone surrogate.
    static byte[] utf8(String text) {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        return marks(utf8) == marks(text) ? utf8 : whole(text).getBytes(StandardCharsets.UTF_8);
    }

    /// Question marks, of which Java writes one for what has no UTF-8 form.
    private static int marks(byte[] utf8) {
        int marks = 0;
        for (byte b : utf8) {
            marks += b == '?' ? 1 : 0;
        }
        return marks;
    }

    private static int marks(String text) {
        int marks = 0;
        for (int at = text.indexOf('?'); at >= 0; at = text.indexOf('?', at + 1)) {
            marks++;
        }
        return marks;
    }

    private static String whole(String text) {
        var out = new StringBuilder(text.length());
        text.codePoints()
                .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
                .forEach(out::appendCodePoint);
        return out.toString();
    }

    /// Whether a byte of UTF-8 is escaped.
    static boolean isEscaped(byte b) {
        return b >= 0 && ESCAPED[b];
    }

    private static boolean[] escaped() {
        var escaped = new boolean[128];
        Arrays.fill(escaped, 0, 0x20, true);
        escaped['"'] = true;
        escaped['\\'] = true;
        return escaped;
    }

    private static void escape(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < ESCAPED.length && ESCAPED[c]) {
                out.append(escape(c));
            } else if (Character.isHighSurrogate(c)
                    && i + 1 < text.length()
                    && Character.isLowSurrogate(text.charAt(i + 1))) {
                out.append(c).append(text.charAt(++i));
            } else {
                out.append(Character.isSurrogate(c) ? '\uFFFD' : c);
            }
        }
        out.append('"');
    }

    /// The shortest escape of what must have one.
    static String escape(int c) {
        return switch (c) {
            case '"' -> "\\\"";
            case '\\' -> "\\\\";
            case '\b' -> "\\b";
            case '\f' -> "\\f";
            case '\n' -> "\\n";
            case '\r' -> "\\r";
            case '\t' -> "\\t";
            default -> "\\u00" + HEX.charAt(c >> 4) + HEX.charAt(c & 15);
        };
    }
}
