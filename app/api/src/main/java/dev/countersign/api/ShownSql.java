package dev.countersign.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.countersign.masking.Scanner;
import dev.countersign.masking.ValueName;
import dev.countersign.sql.Lexer;
import dev.countersign.sql.Literal;
import dev.countersign.sql.Token;
import dev.countersign.sql.UnreadableSql;
import java.util.List;

/// A statement's text for people. The detectors look at what stands inside one literal, one quoted
/// name or one comment, each a value of its own, and never across tokens: what is no value stays as
/// it was sent. A literal in which something was found is shown as a plain one.
final class ShownSql {
    private final Scanner scanner;

    ShownSql(Scanner scanner) {
        this.scanner = scanner;
    }

    /// A text that the lexer cannot read is one value.
    String of(String sql) {
        List<Token> tokens;
        try {
            tokens = Lexer.read(sql);
        } catch (UnreadableSql e) {
            return value(sql);
        }
        var out = new StringBuilder(sql.length());
        int at = 0;
        for (int i = 0; i < tokens.size(); i++) {
            var token = tokens.get(i);
            comments(sql, at, token.start(), out);
            var text = sql.substring(token.start(), token.end());
            out.append(
                    switch (token.kind()) {
                        case STRING, QUOTED -> literal(text, escape(sql, tokens, i));
                        case BITS, INTEGER, DECIMAL -> value(text);
                        case WORD, PARAMETER, OPERATOR, PUNCTUATION -> text;
                    });
            at = token.end();
        }
        comments(sql, at, sql.length(), out);
        return out.toString();
    }

    /// One value with what is found in it masked.
    String value(String text) {
        return new String(value(text.getBytes(UTF_8)), UTF_8);
    }

    byte[] value(byte[] bytes) {
        return scanner.mask(bytes, ValueName.NONE);
    }

    /// What stands between two tokens: blanks, and comments.
    private void comments(String sql, int from, int to, StringBuilder out) {
        int at = from;
        while (at < to) {
            int end = at + 1;
            if (sql.startsWith("--", at)) {
                while (end < to && sql.charAt(end) != '\n' && sql.charAt(end) != '\r') {
                    end++;
                }
                out.append(value(sql.substring(at, end)));
            } else if (sql.startsWith("/*", at)) {
                end = endOfComment(sql, at, to);
                out.append(value(sql.substring(at, end)));
            } else {
                out.append(sql.charAt(at));
            }
            at = end;
        }
    }

    private static int endOfComment(String sql, int from, int to) {
        int depth = 0;
        int at = from;
        while (at < to) {
            if (sql.startsWith("/*", at)) {
                depth++;
                at += 2;
            } else if (sql.startsWith("*/", at)) {
                at += 2;
                if (--depth == 0) {
                    return at;
                }
            } else {
                at++;
            }
        }
        return to;
    }

    /// The character that escapes in `U&'…' UESCAPE '!'`.
    private static char escape(String sql, List<Token> tokens, int literal) {
        if (literal + 2 < tokens.size()) {
            var word = tokens.get(literal + 1);
            var said = tokens.get(literal + 2);
            if (sql.substring(word.start(), word.end()).equalsIgnoreCase("uescape")
                    && said.end() - said.start() == 3) {
                return sql.charAt(said.start() + 1);
            }
        }
        return '\\';
    }

    private String literal(String text, char escape) {
        if (text.startsWith("$")) {
            int body = text.indexOf('$', 1) + 1;
            var inside = text.substring(body, text.length() - body);
            return text.substring(0, body) + value(inside) + text.substring(0, body);
        }
        var meant = Literal.meant(text, escape);
        var shown = value(meant);
        if (shown.equals(meant)) {
            return text;
        }
        var quote = text.endsWith("\"") ? "\"" : "'";
        return quote + shown.replace(quote, quote + quote) + quote;
    }
}
