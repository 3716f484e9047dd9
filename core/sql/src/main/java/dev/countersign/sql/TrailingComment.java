package dev.countersign.sql;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// The comment that tracing libraries put at the end of a statement
/// ([sqlcommenter](https://google.github.io/sqlcommenter/spec/)): `/*key='value',key='value'*/`,
/// keys and values URL-encoded.
///
/// It says something about the statement and is no part of it: each `traceparent` would otherwise
/// make another statement of it. Only a comment that is nothing but such pairs, with a key among
/// them that somebody here reads, is taken off; any other stays, as hints do.
///
/// @param statement without the comment, otherwise as it was
/// @param text the comment, with its ends
/// @param pairs what it says
public record TrailingComment(String statement, String text, Map<String, String> pairs) {
    /// Characters of one that is taken off.
    public static final int MAX_LENGTH = 4_096;

    public static final String TRACE = "traceparent";
    public static final String PLAN = "countersign_plan";
    public static final String STEP = "countersign_step";
    public static final String REASON = "countersign_reason";

    private static final Set<String> READ = Set.of(TRACE, "tracestate", PLAN, STEP, REASON);

    private static final Pattern PAIR =
            Pattern.compile("\\s*([^\\s=',/*]+)\\s*=\\s*'((?:[^'\\\\]|\\\\.)*)'\\s*(,|$)");

    public TrailingComment {
        pairs = Map.copyOf(pairs);
    }

    /// That of a text; empty where it has none.
    public static Optional<TrailingComment> of(String sql) {
        int close = sql.lastIndexOf("*/");
        if (close < 0 || !sql.substring(close + 2).matches("[\\s;]*")) {
            return Optional.empty();
        }
        int open = sql.lastIndexOf("/*", close);
        int end = close + 2;
        if (open < 0 || end - open > MAX_LENGTH || !stands(sql, open, end)) {
            return Optional.empty();
        }
        return pairs(sql.substring(open + 2, close))
                .map(pairs ->
                        new TrailingComment(
                                sql.substring(0, blank(sql, open)) + sql.substring(end),
                                sql.substring(open, end),
                                pairs));
    }

    /// Where the white space before a place begins: that of the server, to which a wider blank is a
    /// letter of a name.
    private static int blank(String sql, int to) {
        int from = to;
        while (from > 0 && " \t\n\r\f\u000b".indexOf(sql.charAt(from - 1)) >= 0) {
            from--;
        }
        return from;
    }

    /// Whether it is a comment there, and not part of a string, a name or another comment; and
    /// nothing stands behind it but the end.
    private static boolean stands(String sql, int open, int end) {
        try {
            int before = 0;
            for (var token : Lexer.read(sql)) {
                if (token.end() <= open) {
                    before = token.end();
                } else if (token.start() < end) {
                    return false; // part of a string or a name, or more than one comment
                }
            }
            return before > 0 && blank(sql, open) == before;
        } catch (UnreadableSql e) {
            return false;
        }
    }

    private static Optional<Map<String, String>> pairs(String inside) {
        var out = new LinkedHashMap<String, String>();
        var pair = PAIR.matcher(inside);
        int at = 0;
        while (at < inside.length() && pair.region(at, inside.length()).lookingAt()) {
            var key = decoded(pair.group(1));
            var value = decoded(pair.group(2).replaceAll("\\\\(.)", "$1"));
            if (key.isEmpty() || value.isEmpty() || out.put(key.get(), value.get()) != null) {
                return Optional.empty();
            }
            at = pair.end();
        }
        boolean all = at == inside.length() && !inside.stripTrailing().endsWith(",");
        return all && out.keySet().stream().anyMatch(READ::contains)
                ? Optional.of(out)
                : Optional.empty();
    }

    /// Empty where it is not encoded as a URL.
    private static Optional<String> decoded(String text) {
        try {
            return Optional.of(URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
