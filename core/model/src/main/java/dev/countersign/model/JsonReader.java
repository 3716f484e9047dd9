package dev.countersign.model;

import java.util.ArrayList;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// A strict reader of the subset of [Json]: what our own writer never writes is refused, or, where
/// somebody else wrote it, taken as a text.
final class JsonReader {
    private static final int MAX_DEPTH = 64;

    private static final Pattern NUMBER =
            Pattern.compile("-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?");

    private final String text;
    private final boolean foreign;
    private int at;

    JsonReader(String text, boolean foreign) {
        this.text = text;
        this.foreign = foreign;
    }

    Json whole() {
        var value = value(0);
        blanks();
        if (at != text.length()) {
            throw wrong("the end");
        }
        return value;
    }

    private Json value(int depth) {
        if (depth > MAX_DEPTH) {
            throw wrong("at most " + MAX_DEPTH + " levels");
        }
        blanks();
        return switch (peek()) {
            case '{' -> object(depth);
            case '[' -> array(depth);
            case '"' -> new Json.Str(string());
            case 't' -> literal("true", new Json.Bool(true));
            case 'f' -> literal("false", new Json.Bool(false));
            case 'n' -> {
                if (!foreign) {
                    throw wrong("no null");
                }
                yield literal("null", new Json.Str(""));
            }
            default -> foreign ? number() : integer();
        };
    }

    private Json object(int depth) {
        at++;
        var members = new TreeMap<String, Json>();
        blanks();
        if (peek() == '}') {
            at++;
            return new Json.Obj(members);
        }
        while (true) {
            blanks();
            var key = string();
            blanks();
            expect(':');
            if (members.put(key, value(depth + 1)) != null) {
                throw wrong("each key once");
            }
            blanks();
            if (peek() == '}') {
                at++;
                return new Json.Obj(members);
            }
            expect(',');
        }
    }

    private Json array(int depth) {
        at++;
        var items = new ArrayList<Json>();
        blanks();
        if (peek() == ']') {
            at++;
            return new Json.Arr(items);
        }
        while (true) {
            items.add(value(depth + 1));
            blanks();
            if (peek() == ']') {
                at++;
                return new Json.Arr(items);
            }
            expect(',');
        }
    }

    private String string() {
        expect('"');
        var out = new StringBuilder();
        while (true) {
            char c = peek();
            at++;
            if (c == '"') {
                return paired(out.toString());
            } else if (c == '\\') {
                out.append(escape());
            } else if (c < 0x20) {
                throw wrong("no bare control character");
            } else {
                out.append(c);
            }
        }
    }

    /// Half a pair of surrogates is no character, and has no UTF-8 form.
    private String paired(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (Character.isSurrogate(text.charAt(i))) {
                if (i + 1 == text.length()
                        || !Character.isSurrogatePair(text.charAt(i), text.charAt(i + 1))) {
                    throw wrong("no half of a surrogate pair before this");
                }
                i++;
            }
        }
        return text;
    }

    private char escape() {
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
                if (at + 4 > text.length()) {
                    throw wrong("four hexadecimal digits");
                }
                int code = 0;
                for (int end = at + 4; at < end; at++) {
                    int digit = text.charAt(at) < 0x80 ? Character.digit(text.charAt(at), 16) : -1;
                    if (digit < 0) {
                        throw wrong("a hexadecimal digit");
                    }
                    code = code << 4 | digit;
                }
                yield (char) code;
            }
            default -> throw wrong("an escape");
        };
    }

    private Json number() {
        var found = NUMBER.matcher(text).region(at, text.length());
        if (!found.lookingAt()) {
            throw wrong("a value");
        }
        at = found.end();
        boolean ours = found.group(2) == null && found.group(3) == null && at - found.start() < 16;
        return ours && !found.group().equals("-0")
                ? new Json.Int(Long.parseLong(found.group()))
                : new Json.Str(found.group());
    }

    private Json integer() {
        int from = at;
        if (peek() == '-') {
            at++;
        }
        int digits = at;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        boolean zero = digits < text.length() && text.charAt(digits) == '0';
        if (at == digits || at - digits > 16 || (zero && at - from > 1)) {
            throw wrong("a whole number in its shortest form");
        }
        return new Json.Int(Long.parseLong(text, from, at, 10));
    }

    private Json literal(String word, Json value) {
        if (!text.startsWith(word, at)) {
            throw wrong(word);
        }
        at += word.length();
        return value;
    }

    private void blanks() {
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private char peek() {
        if (at >= text.length()) {
            throw wrong("more");
        }
        return text.charAt(at);
    }

    private void expect(char c) {
        if (peek() != c) {
            throw wrong("'" + c + "'");
        }
        at++;
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("JSON: expected " + expected + " at character " + at);
    }
}
