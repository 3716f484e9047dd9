package dev.countersign.model;

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

    static String quoted(String text) {
        var out = new StringBuilder(text.length() + 16);
        quote(text, out);
        return out.toString();
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

    /// Whether a text is ASCII of which nothing is escaped.
    ///
    /// @param utf8 the same text, with a question mark for what has no UTF-8 form
    static boolean plain(String text, byte[] utf8) {
        for (int i = 0; i < utf8.length; i++) {
            byte b = utf8[i];
            if (b < 0 || ESCAPED[b] || (b == '?' && text.charAt(i) != '?')) {
                return false;
            }
        }
        return true;
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
            switch (c) {
                case '"' -> out.append("\\\"");
                case '\\' -> out.append("\\\\");
                case '\b' -> out.append("\\b");
                case '\f' -> out.append("\\f");
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < 0x20) {
                        out.append("\\u00").append(HEX.charAt(c >> 4)).append(HEX.charAt(c & 15));
                    } else if (Character.isHighSurrogate(c)
                            && i + 1 < text.length()
                            && Character.isLowSurrogate(text.charAt(i + 1))) {
                        out.append(c).append(text.charAt(++i));
                    } else if (Character.isSurrogate(c)) {
                        out.append('\uFFFD');
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        out.append('"');
    }
}
