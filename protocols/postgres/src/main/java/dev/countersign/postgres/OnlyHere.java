package dev.countersign.postgres;

import dev.countersign.model.Action;
import dev.countersign.model.Facts;
import dev.countersign.sql.Lexer;
import dev.countersign.sql.Token;
import dev.countersign.sql.UnreadableSql;
import java.util.Set;

/// Whether what a statement means hangs on the very session that runs it: the place of a cursor
/// (CURRENT OF), the last value that a sequence gave it, settings that a function made. An approval
/// of such a statement is worth nothing elsewhere or later.
final class OnlyHere {
    private static final Set<String> LAST_VALUES = Set.of("currval", "lastval");

    /// Stands among a session's settings once it called `set_config`, which may have set any.
    static final String SET_BY_FUNCTION = "set_config";

    private OnlyHere() {}

    static boolean in(Action action) {
        boolean lastValue =
                action.facts() instanceof Facts.Sql sql
                        && sql.functions().stream().anyMatch(OnlyHere::lastValue);
        return lastValue
                || action.request().settings().containsKey(SET_BY_FUNCTION)
                || currentOf(action.request().command().text().orElse(""))
                || action.request().names().stream()
                        .anyMatch(named -> currentOf(named.text().text().orElse("")));
    }

    private static boolean lastValue(String function) {
        return LAST_VALUES.contains(function.substring(function.lastIndexOf('.') + 1));
    }

    private static boolean currentOf(String sql) {
        try {
            var tokens = Lexer.read(sql);
            for (int i = 1; i < tokens.size(); i++) {
                if (word(sql, tokens.get(i - 1), "current") && word(sql, tokens.get(i), "of")) {
                    return true;
                }
            }
            return false;
        } catch (UnreadableSql e) {
            return true; // nobody can tell
        }
    }

    private static boolean word(String sql, Token token, String word) {
        return token.kind() == Token.Kind.WORD
                && sql.substring(token.start(), token.end()).equalsIgnoreCase(word);
    }
}
