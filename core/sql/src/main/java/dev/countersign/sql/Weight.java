package dev.countersign.sql;

/// Bounds what the grammar is made to read: its tree costs some hundred bytes for each token, and a
/// chain of operators is as deep as it is long.
final class Weight {
    /// Tokens of a text.
    static final int MAX_TOKENS = 50_000;

    /// Operators, joins and the like one behind the other, without a comma between them.
    static final int MAX_CHAIN = 1_000;

    /// Characters of the tree as the grammar prints it.
    static final int MAX_TREE = 8 << 20;

    private Weight() {}

    /// @throws UnreadableSql if it is too heavy
    static void check(Text text) throws UnreadableSql {
        var tokens = text.tokens();
        if (tokens.size() > MAX_TOKENS) {
            throw new UnreadableSql(
                    "a statement has at most " + MAX_TOKENS + " tokens; send it in parts");
        }
        var chains = new int[Lexer.MAX_DEPTH + 2];
        int before = 0;
        for (int i = 0; i < tokens.size(); i++) {
            int depth = Math.min(tokens.get(i).depth(), Lexer.MAX_DEPTH + 1);
            if (depth > before) {
                chains[depth] = 0;
            }
            before = depth;
            if (text.is(i, ",") || text.is(i, ";")) {
                chains[depth] = 0;
            } else if (links(text, i) && ++chains[depth] > MAX_CHAIN) {
                throw new UnreadableSql(
                        "more than " + MAX_CHAIN + " operators stand one behind the other");
            }
        }
    }

    private static boolean links(Text text, int at) {
        if (text.tokens().get(at).kind() == Token.Kind.OPERATOR
                || text.is(at, "::")
                || text.is(at, "[")) {
            return true;
        }
        return switch (text.word(at)) {
            case "and",
                    "or",
                    "not",
                    "is",
                    "isnull",
                    "notnull",
                    "in",
                    "like",
                    "ilike",
                    "similar",
                    "between",
                    "union",
                    "intersect",
                    "except",
                    "join",
                    "case",
                    "collate",
                    "at",
                    "overlaps",
                    "when",
                    "else" ->
                    true;
            default -> false;
        };
    }
}
