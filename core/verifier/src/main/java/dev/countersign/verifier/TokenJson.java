package dev.countersign.verifier;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads JSON that others wrote, as header and payload of a token: any JSON (RFC 8259), but no key
/// twice in one object, because two readers could take two values for it.
final class TokenJson {
    private static final int MAX_DEPTH = 32;
    private static final Object NOTHING = new Object();

    private final String text;
    private int at;

    private TokenJson(String text) {
        this.text = text;
    }

    private static final class Wrong extends Exception {
        private static final long serialVersionUID = 1L;

        Wrong() {
            super("", null, false, false);
        }
    }

    /// Members as text, lists, maps; numbers are kept as their text in a [Numeral], true and false
    /// as [Boolean]. Empty where it is no object.
    static Optional<Map<String, Object>> object(String text) {
        try {
            var reader = new TokenJson(text);
            reader.blank();
            var out = reader.object(0);
            reader.blank();
            return reader.at == text.length() ? Optional.of(out) : Optional.empty();
        } catch (Wrong e) {
            return Optional.empty();
        }
    }

    /// A number as it is written.
    record Numeral(String text) {}

    private Object value(int depth) throws Wrong {
        if (depth > MAX_DEPTH) {
            throw new Wrong();
        }
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", NOTHING);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) throws Wrong {
        expect('{');
        var out = new LinkedHashMap<String, Object>();
        blank();
        if (peek() == '}') {
            at++;
            return out;
        }
        while (true) {
            blank();
            var key = string();
            blank();
            expect(':');
            blank();
            if (out.put(key, value(depth + 1)) != null) {
                throw new Wrong();
            }
            blank();
            if (peek() == '}') {
                at++;
                return out;
            }
            expect(',');
        }
    }

    private List<Object> array(int depth) throws Wrong {
        expect('[');
        var out = new ArrayList<Object>();
        blank();
        if (peek() == ']') {
            at++;
            return out;
        }
        while (true) {
            blank();
            out.add(value(depth + 1));
            blank();
            if (peek() == ']') {
                at++;
                return out;
            }
            expect(',');
        }
    }

    private String string() throws Wrong {
        expect('"');
        var out = new StringBuilder();
        for (char c = peek(); c != '"'; c = peek()) {
            if (c < 0x20) {
                throw new Wrong();
            }
            at++;
            out.append(c == '\\' ? escape() : c);
        }
        at++;
        return out.toString();
    }

    private char escape() throws Wrong {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length() || !text.substring(at, at + 4).matches("[0-9a-fA-F]+")) {
                    throw new Wrong();
                }
                at += 4;
                yield (char) Integer.parseInt(text.substring(at - 4, at), 16);
            }
            default -> throw new Wrong();
        };
    }

    private Numeral number() throws Wrong {
        int from = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        var number = text.substring(from, at);
        if (!number.matches("-?(0|[1-9]\\d*+)(\\.\\d++)?([eE][+-]?\\d++)?")) {
            throw new Wrong();
        }
        return new Numeral(number);
    }

    private Object word(String word, Object value) throws Wrong {
        if (!text.startsWith(word, at)) {
            throw new Wrong();
        }
        at += word.length();
        return value;
    }

    private void blank() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() throws Wrong {
        if (at >= text.length()) {
            throw new Wrong();
        }
        return text.charAt(at);
    }

    private void expect(char c) throws Wrong {
        if (peek() != c) {
            throw new Wrong();
        }
        at++;
    }
}
