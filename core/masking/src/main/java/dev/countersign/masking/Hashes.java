package dev.countersign.masking;

/// Finds hashes of passwords in the forms that systems store them.
final class Hashes {
    private static final int BCRYPT = 60;
    private static final int LEAST = 24;
    private static final int MOST = 512;

    private Hashes() {}

    /// @param i a `$`
    /// @return where to go on
    static int at(Scan s, int i) {
        int end = i + 1;
        while (end < s.hi && end - i < MOST && part(s.b[end])) {
            end++;
        }
        int from = i;
        boolean known;
        if (s.starts("$2", i) && s.at(i + 3) == '$' && s.at(i + 6) == '$') {
            known = end - i >= BCRYPT;
            end = Math.min(end, i + BCRYPT);
        } else {
            known =
                    s.starts("$argon2", i)
                            || s.starts("$6$", i)
                            || s.starts("$5$", i)
                            || s.starts("$1$", i)
                            || s.starts("$y$", i)
                            || s.starts("$7$", i)
                            || s.starts("$apr1$", i)
                            || s.starts("$scrypt$", i)
                            || s.starts("$pbkdf2", i);
            if (!known) {
                while (from > s.floor
                        && i - from < 24
                        && (Checks.alnum(s.b[from - 1])
                                || s.b[from - 1] == '_'
                                || s.b[from - 1] == '-')) {
                    from--;
                }
                known =
                        s.starts("pbkdf2_sha", from)
                                || s.starts("SCRAM-SHA-", from)
                                || (s.starts("scrypt", from) && from < i)
                                || s.starts("bcrypt_sha256", from);
            }
        }
        while (end > i && (s.b[end - 1] == '.' || s.b[end - 1] == ',') && end - from != BCRYPT) {
            end--;
        }
        return known && end - from >= LEAST && s.hit(Entity.PASSWORD_HASH, from, end) ? end : i + 1;
    }

    /// `{SSHA}…` of a directory.
    ///
    /// @param i a `{`
    static int scheme(Scan s, int i) {
        int close = i + 1;
        while (close < s.hi
                && close - i < 12
                && (Checks.upper(s.b[close]) || Checks.digit(s.b[close]) || s.b[close] == '-')) {
            close++;
        }
        boolean known =
                s.at(close) == '}'
                        && (s.starts("SSHA", i + 1)
                                || s.starts("SHA", i + 1)
                                || s.starts("SMD5", i + 1)
                                || s.starts("MD5", i + 1)
                                || s.starts("CRYPT", i + 1)
                                || s.starts("PBKDF2", i + 1));
        int end = close + 1;
        while (known && end < s.hi && part(s.b[end])) {
            end++;
        }
        return known && end - close > 20 && s.hit(Entity.PASSWORD_HASH, i, end) ? end : i + 1;
    }

    private static boolean part(int c) {
        return Checks.alnum(c)
                || c == '$'
                || c == '.'
                || c == '/'
                || c == '+'
                || c == '='
                || c == ','
                || c == '-'
                || c == '_'
                || c == ':';
    }
}
