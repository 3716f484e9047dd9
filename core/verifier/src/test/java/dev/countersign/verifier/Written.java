package dev.countersign.verifier;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Writes JSON in the form of RFC 8785, so that a test can say what a record holds. Knows nothing
/// of the reader that it tests.
final class Written {
    private Written() {}

    /// @param value text, a whole number, a boolean, a list or a map
    static String json(Object value) {
        var out = new StringBuilder();
        write(value, out);
        return out.toString();
    }

    private static void write(Object value, StringBuilder out) {
        switch (value) {
            case Map<?, ?> map -> {
                var sorted = new TreeMap<String, Object>();
                map.forEach((key, member) -> sorted.put(key.toString(), member));
                var before = "{";
                for (var member : sorted.entrySet()) {
                    out.append(before);
                    quote(member.getKey(), out);
                    out.append(':');
                    write(member.getValue(), out);
                    before = ",";
                }
                out.append(sorted.isEmpty() ? "{}" : "}");
            }
            case List<?> list -> {
                var before = "[";
                for (var item : list) {
                    out.append(before);
                    write(item, out);
                    before = ",";
                }
                out.append(list.isEmpty() ? "[]" : "]");
            }
            case String text -> quote(text, out);
            default -> out.append(value);
        }
    }

    private static void quote(String text, StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                default -> out.append(c);
            }
        }
        out.append('"');
    }
}
