package dev.countersign.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// A text that may hold many statements, cut by the lexer alone: cheap enough for an event loop.
public final class Text {
    /// Bytes of a name; the server cuts longer ones (`NAMEDATALEN` - 1).
    public static final int MAX_NAME = 63;

    /// Statements in one text.
    public static final int MAX_STATEMENTS = 1_000;

    /// What a statement may begin with so that nothing behind it is read differently once it ran.
    private static final Set<String> PLAIN =
            Set.of(
                    "select",
                    "insert",
                    "update",
                    "delete",
                    "merge",
                    "values",
                    "table",
                    "with",
                    "begin",
                    "start",
                    "commit",
                    "end",
                    "rollback",
                    "abort",
                    "savepoint",
                    "release",
                    "show",
                    "explain",
                    "fetch",
                    "move");

    private final String sql;
    private final List<Token> tokens;
    private final List<Part> parts;

    /// Words folded so far: most are asked for more than once.
    private final @Nullable String[] words;

    /// One statement: its tokens are `from` (inclusive) to `to` (exclusive).
    public record Part(int from, int to) {}

    private Text(String sql, List<Token> tokens, List<Part> parts) {
        this.sql = sql;
        this.tokens = tokens;
        this.parts = parts;
        this.words = new String[tokens.size()];
    }

    /// @throws UnreadableSql if the lexer cannot read it or a limit is passed
    public static Text read(String sql) throws UnreadableSql {
        var tokens = Lexer.read(sql);
        var parts = new ArrayList<Part>();
        int from = 0;
        for (int i = 0; i <= tokens.size(); i++) {
            if (i == tokens.size() || (tokens.get(i).depth() == 0 && is(sql, tokens.get(i), ";"))) {
                if (i > from) {
                    parts.add(new Part(from, i));
                }
                from = i + 1;
            }
        }
        if (parts.size() > MAX_STATEMENTS) {
            throw new UnreadableSql("more than " + MAX_STATEMENTS + " statements in one text");
        }
        return new Text(sql, tokens, parts);
    }

    public String sql() {
        return sql;
    }

    public List<Token> tokens() {
        return tokens;
    }

    public List<Part> parts() {
        return parts;
    }

    /// The word at this place in lower case; empty where there is none.
    public String word(int index) {
        if (index >= tokens.size() || tokens.get(index).kind() != Token.Kind.WORD) {
            return "";
        }
        var word = words[index];
        if (word == null) {
            var token = tokens.get(index);
            word = fold(sql.substring(token.start(), token.end()));
            words[index] = word;
        }
        return word;
    }

    /// The name at this place as PostgreSQL folds it; empty where there is none, or one in `U&"…"`,
    /// which nobody needs.
    public String name(int index) {
        if (index >= tokens.size()) {
            return "";
        }
        var token = tokens.get(index);
        var text = sql.substring(token.start(), token.end());
        return switch (token.kind()) {
            case WORD -> fold(text);
            case QUOTED ->
                    text.charAt(0) == '"'
                            ? text.substring(1, text.length() - 1).replace("\"\"", "\"")
                            : "";
            default -> "";
        };
    }

    /// The text from one token up to another.
    public String between(int from, int to) {
        return from >= to ? "" : sql.substring(tokens.get(from).start(), tokens.get(to - 1).end());
    }

    /// Whether what stands behind this text can only be judged once it ran; doubtful means yes.
    public boolean barrier() {
        return parts.stream().anyMatch(this::barrier);
    }

    private boolean barrier(Part part) {
        var first = word(part.from());
        if (!PLAIN.contains(first) && !is(sql, tokens.get(part.from()), "(")) {
            return true;
        }
        for (int i = part.from(); i < part.to(); i++) {
            var word = word(i);
            if ((word.equals("into") && !first.equals("insert") && !first.equals("merge"))
                    || word.equals("set_config")
                    || word.equals("prepared")
                    || word.equals("prepare")
                    || (first.equals("explain")
                            && (word.equals("analyze") || word.equals("analyse")))) {
                return true; // SELECT INTO, a setting by function, two-phase commit, EXPLAIN
                // ANALYZE of anything
            }
        }
        return false;
    }

    /// The token shape: each literal a slot that keeps its kind, comments and blanks gone,
    /// everything else as it stands.
    ///
    /// @param keep whether literals are kept from the first ORDER or GROUP on, where a bare number
    ///   means a column
    public String shape(boolean keep) {
        var out = new StringBuilder(sql.length());
        boolean kept = false;
        for (int i = 0; i < tokens.size(); i++) {
            var token = tokens.get(i);
            if (i > 0) {
                out.append(' ');
            }
            if (keep && token.kind() == Token.Kind.WORD && !kept) {
                var word = word(i);
                kept = word.equals("order") || word.equals("group") || word.equals("distinct");
            }
            if (i > 0 && word(i - 1).equals("uescape")) {
                out.append(sql, token.start(), token.end()); // part of a name, or of a literal
            } else if (token.literal() && !(kept && token.kind() == Token.Kind.INTEGER)) {
                out.append('?').append(slot(token.kind()));
            } else if (token.kind() == Token.Kind.WORD) {
                out.append(word(i));
            } else {
                out.append(sql, token.start(), token.end());
            }
        }
        return out.toString();
    }

    private static char slot(Token.Kind kind) {
        return switch (kind) {
            case STRING -> 's';
            case BITS -> 'b';
            case INTEGER -> 'i';
            case DECIMAL -> 'd';
            case WORD, QUOTED, PARAMETER, OPERATOR, PUNCTUATION ->
                    throw new IllegalArgumentException("no literal");
        };
    }

    /// A text that is safe to show: literals, and names that no catalogue knows, are slots.
    public String shown(Predicate<String> known) {
        var out = new StringBuilder();
        for (int i = 0; i < tokens.size(); i++) {
            var token = tokens.get(i);
            if (i > 0) {
                out.append(' ');
            }
            switch (token.kind()) {
                case STRING, BITS, INTEGER, DECIMAL -> out.append('?');
                case QUOTED -> out.append(known.test(name(i)) ? between(i, i + 1) : "\"?\"");
                case WORD ->
                        out.append(
                                Keywords.contains(word(i)) || known.test(word(i)) ? word(i) : "_");
                case PARAMETER, OPERATOR, PUNCTUATION ->
                        out.append(sql, token.start(), token.end());
            }
        }
        return out.toString();
    }

    /// As PostgreSQL folds a bare name in a database of several bytes a character: ASCII only.
    static String fold(String word) {
        int i = 0;
        while (i < word.length() && !(word.charAt(i) >= 'A' && word.charAt(i) <= 'Z')) {
            i++;
        }
        if (i == word.length()) {
            return word;
        }
        var out = word.toCharArray();
        for (; i < out.length; i++) {
            if (out[i] >= 'A' && out[i] <= 'Z') {
                out[i] = (char) (out[i] + ('a' - 'A'));
            }
        }
        return new String(out);
    }

    boolean is(int index, String text) {
        return index < tokens.size() && is(sql, tokens.get(index), text);
    }

    private static boolean is(String sql, Token token, String text) {
        return token.end() - token.start() == text.length() && sql.startsWith(text, token.start());
    }
}
