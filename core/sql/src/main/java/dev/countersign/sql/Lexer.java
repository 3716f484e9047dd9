package dev.countersign.sql;

import java.util.ArrayList;
import java.util.List;

/// PostgreSQL's lexical rules (manual, 4.1; `scan.l`), exactly, for `standard_conforming_strings =
/// on` and UTF-8.
///
/// It stands before the grammar for three reasons: it is fast enough for an event loop; it bounds
/// what the grammar and the target are made to read (20,000 unclosed `/*` keep PostgreSQL's own
/// lexer busy for 14 s); and two readers that must agree on where a statement ends are harder to
/// fool than one.
public final class Lexer {
    /// The longest text, in UTF-16 units.
    public static final int MAX_LENGTH = 1 << 20;

    /// Comments within comments.
    public static final int MAX_COMMENT_DEPTH = 32;

    /// Parentheses and brackets within each other.
    public static final int MAX_DEPTH = 200;

    /// Tokens of one text.
    public static final int MAX_TOKENS = 200_000;

    private static final String OPERATORS = "+-*/<>=~!@#%^&|`?";

    private final String sql;
    private final List<Token> tokens = new ArrayList<>();
    private int at;
    private int depth;

    private Lexer(String sql) {
        this.sql = sql;
    }

    /// All tokens; comments and blanks are none.
    ///
    /// @throws UnreadableSql if there is no such sequence, or a limit is passed
    public static List<Token> read(String sql) throws UnreadableSql {
        if (sql.length() > MAX_LENGTH) {
            throw new UnreadableSql("the statement is longer than " + MAX_LENGTH + " characters");
        }
        var lexer = new Lexer(sql);
        lexer.all();
        return lexer.tokens;
    }

    private void all() throws UnreadableSql {
        while (true) {
            skipBlanksAndComments();
            if (at >= sql.length()) {
                return;
            }
            if (tokens.size() == MAX_TOKENS) {
                throw new UnreadableSql("the statement has more than " + MAX_TOKENS + " tokens");
            }
            int start = at;
            var kind = next();
            tokens.add(new Token(kind, start, at, depth));
        }
    }

    private Token.Kind next() throws UnreadableSql {
        char c = sql.charAt(at);
        char after = peek(1);
        if (c == '\'') {
            string(false);
            return Token.Kind.STRING;
        }
        if (c == '"') {
            quoted();
            return Token.Kind.QUOTED;
        }
        if (after == '\'' && "bBxX".indexOf(c) >= 0) {
            at++;
            string(false);
            return Token.Kind.BITS;
        }
        if (after == '\'' && "eEnN".indexOf(c) >= 0) {
            at++;
            string(c == 'e' || c == 'E');
            return Token.Kind.STRING;
        }
        if ((c == 'u' || c == 'U') && after == '&' && (peek(2) == '\'' || peek(2) == '"')) {
            at += 2;
            if (sql.charAt(at) == '"') {
                quoted();
                return Token.Kind.QUOTED;
            }
            string(false);
            return Token.Kind.STRING;
        }
        if (wordStart(c)) {
            while (at < sql.length() && wordPart(sql.charAt(at))) {
                at++;
            }
            return Token.Kind.WORD;
        }
        if (digit(c) || (c == '.' && digit(after))) {
            return number();
        }
        if (c == '$') {
            return dollar();
        }
        if (OPERATORS.indexOf(c) >= 0) {
            operator();
            return Token.Kind.OPERATOR;
        }
        return punctuation(c, after);
    }

    private Token.Kind punctuation(char c, char after) throws UnreadableSql {
        switch (c) {
            case '(', '[' -> {
                if (++depth > MAX_DEPTH) {
                    throw new UnreadableSql("parentheses stand more than " + MAX_DEPTH + " deep");
                }
                at++;
            }
            case ')', ']' -> {
                if (--depth < 0) {
                    throw new UnreadableSql("a parenthesis is closed that was not opened");
                }
                at++;
            }
            case ',', ';' -> at++;
            case '.' -> at += after == '.' ? 2 : 1;
            case ':' -> at += after == ':' || after == '=' ? 2 : 1;
            default -> throw new UnreadableSql("a character that begins no token, at " + at);
        }
        return Token.Kind.PUNCTUATION;
    }

    /// Strings that stand one behind the other, with a line break between them, are one (SQL's own
    /// rule).
    private void string(boolean escapes) throws UnreadableSql {
        while (true) {
            at++;
            while (true) {
                if (at >= sql.length()) {
                    throw new UnreadableSql("a string has no end");
                }
                char c = sql.charAt(at++);
                if (escapes && c == '\\') {
                    at++;
                } else if (c == '\'') {
                    if (peek(0) != '\'') {
                        break;
                    }
                    at++;
                }
            }
            if (!continued()) {
                return;
            }
        }
    }

    /// Whether, behind blanks with a line break (and `--` comments), another quote follows; moves
    /// there.
    private boolean continued() {
        int ahead = at;
        boolean line = false;
        while (ahead < sql.length()) {
            char c = sql.charAt(ahead);
            if (c == '\n' || c == '\r') {
                line = true;
                ahead++;
            } else if (blank(c)) {
                ahead++;
            } else if (line
                    && c == '-'
                    && ahead + 1 < sql.length()
                    && sql.charAt(ahead + 1) == '-') {
                while (ahead < sql.length()
                        && sql.charAt(ahead) != '\n'
                        && sql.charAt(ahead) != '\r') {
                    ahead++;
                }
            } else {
                break;
            }
        }
        if (line && ahead < sql.length() && sql.charAt(ahead) == '\'') {
            at = ahead;
            return true;
        }
        return false;
    }

    private void quoted() throws UnreadableSql {
        at++;
        int start = at;
        while (true) {
            if (at >= sql.length()) {
                throw new UnreadableSql("a quoted name has no end");
            }
            if (sql.charAt(at++) == '"') {
                if (peek(0) != '"') {
                    break;
                }
                at++;
            }
        }
        if (at - start == 1) {
            throw new UnreadableSql("a quoted name is empty");
        }
    }

    /// `$1`, `$$…$$` or `$tag$…$tag$`.
    private Token.Kind dollar() throws UnreadableSql {
        int end = at + 1;
        if (end < sql.length() && digit(sql.charAt(end))) {
            while (end < sql.length() && digit(sql.charAt(end))) {
                end++;
            }
            if (end < sql.length() && wordStart(sql.charAt(end))) {
                throw new UnreadableSql("a parameter runs into a word, at " + at);
            }
            at = end;
            return Token.Kind.PARAMETER;
        }
        while (end < sql.length()
                && (end == at + 1 ? wordStart(sql.charAt(end)) : tagPart(sql.charAt(end)))) {
            end++;
        }
        if (end >= sql.length() || sql.charAt(end) != '$') {
            throw new UnreadableSql("a character that begins no token, at " + at);
        }
        var tag = sql.substring(at, end + 1);
        int close = sql.indexOf(tag, end + 1);
        if (close < 0) {
            throw new UnreadableSql("a dollar-quoted string has no end");
        }
        at = close + tag.length();
        return Token.Kind.STRING;
    }

    private Token.Kind number() throws UnreadableSql {
        int start = at;
        char base = Character.toLowerCase(peek(1));
        if (sql.charAt(at) == '0' && (base == 'x' || base == 'o' || base == 'b')) {
            at += 2;
            while (at < sql.length()
                    && (Character.digit(sql.charAt(at), 16) >= 0 || sql.charAt(at) == '_')) {
                at++;
            }
            junk();
            return Token.Kind.INTEGER;
        }
        digits();
        boolean decimal = false;
        if (peek(0) == '.' && peek(1) != '.') {
            decimal = true;
            at++;
            digits();
        }
        if ((peek(0) == 'e' || peek(0) == 'E')
                && (digit(peek(1)) || ((peek(1) == '+' || peek(1) == '-') && digit(peek(2))))) {
            decimal = true;
            at += 2;
            digits();
        }
        if (at == start) {
            throw new UnreadableSql("a number without digits, at " + start);
        }
        junk();
        return decimal ? Token.Kind.DECIMAL : Token.Kind.INTEGER;
    }

    /// A number that runs into a word is an error since PostgreSQL 15, and was two tokens before:
    /// refused.
    private void junk() throws UnreadableSql {
        if (at < sql.length() && wordStart(sql.charAt(at))) {
            throw new UnreadableSql("a number runs into a word, at " + at);
        }
    }

    private void digits() {
        while (at < sql.length()
                && (digit(sql.charAt(at)) || (sql.charAt(at) == '_' && digit(peek(1))))) {
            at++;
        }
    }

    /// The longest run of operator characters; a comment's begin ends it. A trailing + or - stays
    /// only where another character says that this is no standard operator.
    private void operator() {
        int end = at;
        while (end < sql.length() && OPERATORS.indexOf(sql.charAt(end)) >= 0) {
            char c = sql.charAt(end);
            char after = end + 1 < sql.length() ? sql.charAt(end + 1) : '\0';
            if ((c == '-' && after == '-') || (c == '/' && after == '*')) {
                break;
            }
            end++;
        }
        while (end > at + 1
                && (sql.charAt(end - 1) == '+' || sql.charAt(end - 1) == '-')
                && standard(at, end - 1)) {
            end--;
        }
        at = end;
    }

    private boolean standard(int from, int to) {
        for (int i = from; i < to; i++) {
            if ("~!@#^&|`?%".indexOf(sql.charAt(i)) >= 0) {
                return false;
            }
        }
        return true;
    }

    private void skipBlanksAndComments() throws UnreadableSql {
        while (at < sql.length()) {
            char c = sql.charAt(at);
            if (blank(c)) {
                at++;
            } else if (c == '-' && peek(1) == '-') {
                while (at < sql.length() && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
                    at++;
                }
            } else if (c == '/' && peek(1) == '*') {
                comment();
            } else {
                return;
            }
        }
    }

    private void comment() throws UnreadableSql {
        int open = 0;
        do {
            if (at + 1 >= sql.length()) {
                throw new UnreadableSql("a comment has no end");
            }
            if (sql.charAt(at) == '/' && sql.charAt(at + 1) == '*') {
                if (++open > MAX_COMMENT_DEPTH) {
                    throw new UnreadableSql(
                            "comments stand more than " + MAX_COMMENT_DEPTH + " deep");
                }
                at += 2;
            } else if (sql.charAt(at) == '*' && sql.charAt(at + 1) == '/') {
                open--;
                at += 2;
            } else {
                at++;
            }
        } while (open > 0);
    }

    private char peek(int ahead) {
        return at + ahead < sql.length() ? sql.charAt(at + ahead) : '\0';
    }

    private static boolean blank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\u000B';
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean wordStart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
    }

    private static boolean tagPart(char c) {
        return wordStart(c) || digit(c);
    }

    private static boolean wordPart(char c) {
        return wordStart(c) || digit(c) || c == '$';
    }
}
