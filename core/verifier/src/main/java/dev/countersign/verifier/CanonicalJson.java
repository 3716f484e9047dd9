package dev.countersign.verifier;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Reads JSON that is in the canonical form of RFC 8785 already, and refuses everything else: no
/// blanks, keys in the order of their UTF-16 code units and each once, the shortest escapes, whole
/// numbers of at most 53 bits, no null. What it accepts has exactly one spelling, so that no two
/// readers can see two meanings in it.
final class CanonicalJson {
    private static final int MAX_DEPTH = 32;
    private static final long MAX_NUMBER = (1L << 53) - 1;

    private final String text;
    private int at;

    private CanonicalJson(String text) {
        this.text = text;
    }

    /// It is not in the canonical form.
    static final class NotCanonical extends Exception {
        private static final long serialVersionUID = 1L;

        NotCanonical(String message) {
            super(message, null, false, false);
        }
    }

    /// Members as text, [Long], [Boolean], lists and maps.
    static Map<String, Object> object(byte[] utf8) throws NotCanonical {
        String text;
        try {
            text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(utf8)).toString();
        } catch (CharacterCodingException e) {
            throw new NotCanonical("it is no UTF-8");
        }
        var reader = new CanonicalJson(text);
        if (text.isEmpty() || text.charAt(0) != '{') {
            throw new NotCanonical("it is no object");
        }
        var object = reader.object(0);
        if (reader.at != text.length()) {
            throw reader.wrong("something behind its end");
        }
        return object;
    }

    private Object value(int depth) throws NotCanonical {
        if (depth > MAX_DEPTH) {
            throw wrong("more than " + MAX_DEPTH + " levels");
        }
        char c = peek();
        return switch (c) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            default -> number();
        };
    }

    private Map<String, Object> object(int depth) throws NotCanonical {
        at++;
        var out = new LinkedHashMap<String, Object>();
        if (peek() == '}') {
            at++;
            return out;
        }
        var before = "";
        while (true) {
            var key = string();
            if (!out.isEmpty() && key.compareTo(before) <= 0) {
                throw wrong("keys out of order, or one twice");
            }
            before = key;
            expect(':');
            out.put(key, value(depth + 1));
            if (peek() == '}') {
                at++;
                return out;
            }
            expect(',');
        }
    }

    private List<Object> array(int depth) throws NotCanonical {
        at++;
        var out = new ArrayList<Object>();
        if (peek() == ']') {
            at++;
            return out;
        }
        while (true) {
            out.add(value(depth + 1));
            if (peek() == ']') {
                at++;
                return out;
            }
            expect(',');
        }
    }

    private String string() throws NotCanonical {
        expect('"');
        int from = at;
        StringBuilder out = null;
        while (true) {
            char c = peek();
            if (c == '"') {
                var end = out == null ? text.substring(from, at) : out.toString();
                at++;
                return end;
            }
            if (c < 0x20) {
                throw wrong("a bare control character");
            }
            if (c == '\\') {
                if (out == null) {
                    out = new StringBuilder(text.substring(from, at));
                }
                at++;
                out.append(escape());
            } else {
                if (out != null) {
                    out.append(c);
                }
                at++;
            }
        }
    }

    private char escape() throws NotCanonical {
        char c = peek();
        at++;
        return switch (c) {
            case '"', '\\' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                if (at + 4 > text.length()
                        || text.charAt(at) != '0'
                        || text.charAt(at + 1) != '0') {
                    throw wrong("an escape that is not the shortest");
                }
                int high = "01".indexOf(text.charAt(at + 2));
                int low = "0123456789abcdef".indexOf(text.charAt(at + 3));
                int code = high * 16 + low;
                if (high < 0 || low < 0 || "\b\t\n\f\r".indexOf(code) >= 0) {
                    throw wrong("an escape that is not the shortest");
                }
                at += 4;
                yield (char) code;
            }
            default -> throw wrong("an escape that is not the shortest");
        };
    }

    private Long number() throws NotCanonical {
        int from = at;
        boolean negative = peek() == '-';
        if (negative) {
            at++;
        }
        int digits = at;
        long value = 0;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            value = value * 10 + (text.charAt(at) - '0');
            at++;
            if (at - digits > 16) {
                throw wrong("a number beyond 53 bits");
            }
        }
        if (at == digits || value > MAX_NUMBER || (text.charAt(digits) == '0' && at - from > 1)) {
            throw wrong("no whole number in its one form");
        }
        return negative ? -value : value;
    }

    private Object word(String word, boolean value) throws NotCanonical {
        if (!text.startsWith(word, at)) {
            throw wrong("an unknown word");
        }
        at += word.length();
        return value;
    }

    private char peek() throws NotCanonical {
        if (at >= text.length()) {
            throw wrong("an end too soon");
        }
        return text.charAt(at);
    }

    private void expect(char c) throws NotCanonical {
        if (peek() != c) {
            throw wrong("something other than '" + c + "'");
        }
        at++;
    }

    private NotCanonical wrong(String what) {
        return new NotCanonical(what + " at character " + at);
    }
}
