package dev.countersign.system.oracle;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// Makes a statement shorter for as long as it does the same: takes runs of words out, long ones
/// first.
final class Shrinking {
    private static final Pattern WORD = Pattern.compile("'[^']*'|\\w+|::|[^\\s\\w]");
    private static final int TRIES = 400;

    /// Whether a text still does what is to be shown.
    interface Does {
        boolean same(String sql) throws IOException;
    }

    private Shrinking() {}

    static String of(String sql, Does does) throws IOException {
        var words = new ArrayList<>(WORD.matcher(sql).results().map(one -> one.group()).toList());
        if (!does.same(text(words))) {
            return sql;
        }
        int tries = 0;
        for (int run = words.size() / 2; run > 0; run /= 2) {
            for (int at = 0; at + run <= words.size() && tries < TRIES; ) {
                var fewer = new ArrayList<>(words.subList(0, at));
                fewer.addAll(words.subList(at + run, words.size()));
                tries++;
                if (does.same(text(fewer))) {
                    words = fewer;
                } else {
                    at++;
                }
            }
        }
        return text(words);
    }

    private static String text(List<String> words) {
        return String.join(" ", words)
                .replace(" . ", ".")
                .replace(" :: ", "::")
                .replace("| |", "||")
                .replace("< =", "<=")
                .replace("> =", ">=")
                .replace("< >", "<>")
                .replace("@ >", "@>")
                .replace("& &", "&&")
                .replace("- > >", "->>")
                .replace("- >", "->");
    }
}
