package dev.countersign.cli;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// One line of `masks scan --ndjson`: an object of plain values. Halves of surrogate pairs that
/// somebody escaped are kept, as three bytes each, so that every text can be answered.
///
/// @param id as it was written; `null` where there is none
/// @param text in UTF-8
@SuppressWarnings("ArrayRecordComponent") // it lives for one line, and nobody compares it
record ScanItem(String id, byte[] text) {
    static final int LONGEST = 64 << 20;
    private static final int DEEPEST = 64;

    static boolean blank(byte[] line) {
        for (byte c : line) {
            if (c != ' ' && c != '\t' && c != '\r') {
                return false;
            }
        }
        return true;
    }

    /// @throws IllegalArgumentException saying what is wrong
    static ScanItem parse(byte[] line) {
        try {
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(line)).toString();
            return new Reader(text).item();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("expected UTF-8", e);
        }
    }

    static byte[] utf8(String text) {
        var out = new ByteArrayOutputStream(text.length() + 16);
        text.codePoints()
                .forEach(c -> {
                    if (c < 0x80) {
                        out.write(c);
                    } else if (c < 0x800) {
                        out.write(0xC0 | c >> 6);
                        out.write(0x80 | (c & 0x3F));
                    } else if (c < 0x10000) {
                        out.write(0xE0 | c >> 12);
                        out.write(0x80 | (c >> 6 & 0x3F));
                        out.write(0x80 | (c & 0x3F));
                    } else {
                        out.write(0xF0 | c >> 18);
                        out.write(0x80 | (c >> 12 & 0x3F));
                        out.write(0x80 | (c >> 6 & 0x3F));
                        out.write(0x80 | (c & 0x3F));
                    }
                });
        return out.toByteArray();
    }

    private static final class Reader {
        private final String line;
        private int at;

        Reader(String line) {
            this.line = line;
        }

        ScanItem item() {
            blanks();
            expect('{');
            var id = "null";
            String text = null;
            blanks();
            boolean more = peek() != '}';
            at += more ? 0 : 1;
            while (more) {
                blanks();
                var key = string();
                blanks();
                expect(':');
                blanks();
                int from = at;
                if (key.equals("text")) {
                    text = string();
                } else {
                    skip(0);
                    id = key.equals("id") ? line.substring(from, at) : id;
                }
                blanks();
                more = peek() == ',';
                if (!more && peek() != '}') {
                    throw wrong("`,` or `}`");
                }
                at++;
            }
            blanks();
            if (at != line.length()) {
                throw wrong("the end of the line");
            }
            if (text == null) {
                throw new IllegalArgumentException("the key `text` is missing");
            }
            return new ScanItem(id, utf8(text));
        }

        private void skip(int depth) {
            if (depth > DEEPEST) {
                throw wrong("at most " + DEEPEST + " levels");
            }
            char c = peek();
            if (c == '"') {
                var _ = string();
            } else if (c == '{' || c == '[') {
                char close = c == '{' ? '}' : ']';
                at++;
                blanks();
                while (peek() != close) {
                    skip(depth + 1);
                    blanks();
                    if (peek() == ',' || peek() == ':') {
                        at++;
                        blanks();
                    } else if (peek() != close) {
                        throw wrong("`,` or `" + close + "`");
                    }
                }
                at++;
            } else {
                int from = at;
                while ((at < line.length() && "+-.".indexOf(line.charAt(at)) >= 0)
                        || (at < line.length() && Character.isLetterOrDigit(line.charAt(at)))) {
                    at++;
                }
                if (from == at) {
                    throw wrong("a value");
                }
            }
        }

        private String string() {
            expect('"');
            var out = new StringBuilder();
            while (true) {
                char c = peek();
                at++;
                if (c == '"') {
                    return out.toString();
                }
                if (c < 0x20) {
                    throw wrong("no bare control character");
                }
                out.append(c == '\\' ? escape() : c);
            }
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
                    int code = 0;
                    for (int end = at + 4; at < end; at++) {
                        int digit = Character.digit(peek(), 16);
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

        private void blanks() {
            while (at < line.length() && " \t\r".indexOf(line.charAt(at)) >= 0) {
                at++;
            }
        }

        private char peek() {
            if (at >= line.length()) {
                throw wrong("more");
            }
            return line.charAt(at);
        }

        private void expect(char c) {
            if (peek() != c) {
                throw wrong("`" + c + "`");
            }
            at++;
        }

        private IllegalArgumentException wrong(String expected) {
            return new IllegalArgumentException(
                    "not a JSON object of the expected form: expected "
                            + expected
                            + " at character "
                            + (at + 1));
        }
    }
}
