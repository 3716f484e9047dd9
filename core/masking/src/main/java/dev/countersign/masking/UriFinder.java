package dev.countersign.masking;

import static dev.countersign.masking.Checks.alnum;

/// Finds what stands before the host of a URI, and hooks whose path is the secret.
final class UriFinder {
    private UriFinder() {}

    /// `scheme://user:password@host`.
    static int at(Scan s, int i) {
        byte[] b = s.b;
        int from = i + 3;
        if (s.starts("hooks.slack.com/services/", from)) {
            int end = from + 25;
            while (end < s.hi && (alnum(b[end]) || b[end] == '/')) {
                end++;
            }
            return s.hit(Entity.SLACK_TOKEN, from + 25, end) ? end : i + 3;
        }
        int at = -1;
        int colon = -1;
        int p = from;
        int limit = Math.min(s.hi, from + 2048);
        while (p < limit) {
            int c = b[p];
            if (c == '@') {
                at = p;
            } else if (c == ':' && colon < 0) {
                colon = p;
            } else if ((c <= ' ' && c >= 0)
                    || c == '/'
                    || c == '?'
                    || c == '#'
                    || c == '"'
                    || c == '\''
                    || c == '<'
                    || c == '>'
                    || c == '`'
                    || c == '\\'
                    || c == '|') {
                break;
            }
            p++;
        }
        if (at < 0 || !Checks.letter(s.at(i - 1))) {
            return i + 3;
        }
        boolean pair = colon > 0 && colon + 1 < at;
        boolean real =
                pair
                        ? !blankForm(b[colon + 1]) && !blankForm(b[from]) && !example(s, from, at)
                        : at - from >= 20
                                && s.random.of(b, from, colon > 0 && colon < at ? colon : at);
        return real && s.hit(Entity.URI_CREDENTIALS, from, at) ? at + 1 : i + 3;
    }

    private static boolean blankForm(int c) {
        return c == '$' || c == '{' || c == '<' || c == '*' || c == '[';
    }

    /// `user:password@`, as manuals write it.
    private static boolean example(Scan s, int from, int at) {
        int n = at - from;
        boolean user = s.startsFolded("user:pass", from);
        return (user
                        && (n == 9 || n == 11 || n == 13)
                        && s.startsFolded("user:password".substring(0, n == 11 ? 9 : n), from))
                || (s.startsFolded("username:password", from) && n == 17);
    }
}
