package dev.countersign.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads the `options` of a startup packet as the server does: split at blanks that no backslash
/// protects (`pg_split_opts`), then `-c name=value`, `-cname=value` and `--name=value`, with `-`
/// for `_` in names (`ParseLongOption`). The server's other switches are refused: none of them is a
/// client's business.
final class StartupOptions {
    private static final String HINT =
            "options may hold -c name=value and --name=value, with a backslash before each blank"
                    + " that belongs to a value";

    private StartupOptions() {}

    /// One setting.
    ///
    /// @param name in lower case
    record Option(String name, String value) {}

    static List<Option> read(String options) throws StartupRefused {
        var found = new ArrayList<Option>();
        var words = split(options).iterator();
        while (words.hasNext()) {
            var word = words.next();
            if (word.startsWith("--")) {
                found.add(option(word.substring(2)));
            } else if (word.equals("-c")) {
                if (!words.hasNext()) {
                    throw refused("a -c without a setting behind it in options");
                }
                found.add(option(words.next()));
            } else if (word.startsWith("-c")) {
                found.add(option(word.substring(2)));
            } else {
                throw refused("something in options that is no setting");
            }
        }
        return found;
    }

    private static Option option(String text) throws StartupRefused {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw refused(
                    equals < 0
                            ? "a setting without a value in options"
                            : "a setting without a name in options");
        }
        var name = text.substring(0, equals).replace('-', '_').toLowerCase(Locale.ROOT);
        return new Option(name, text.substring(equals + 1));
    }

    static List<String> split(String options) {
        var words = new ArrayList<String>();
        var word = new StringBuilder();
        boolean inside = false;
        boolean escaped = false;
        for (int i = 0; i < options.length(); i++) {
            char c = options.charAt(i);
            if (!escaped && blank(c)) {
                if (inside) {
                    words.add(word.toString());
                    word.setLength(0);
                    inside = false;
                }
                continue;
            }
            inside = true;
            if (!escaped && c == '\\') {
                escaped = true;
            } else {
                escaped = false;
                word.append(c);
            }
        }
        if (inside) {
            words.add(word.toString());
        }
        return words;
    }

    /// C's isspace.
    private static boolean blank(char c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    private static StartupRefused refused(String what) {
        return new StartupRefused(SqlState.BAD_PARAMETER, what, HINT);
    }
}
