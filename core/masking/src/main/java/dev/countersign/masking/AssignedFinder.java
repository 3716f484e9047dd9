package dev.countersign.masking;

import static dev.countersign.masking.Checks.alnum;

/// Finds values by the name they are given: `password=…`, `"apiKey": "…"`, `Authorization: …`,
/// `Set-Cookie: …`; and what stands before the host of a URI.
final class AssignedFinder {
    private static final int KEY = 40;
    private static final int VALUE = 8192;
    static final long NAMED =
            Entity.PASSWORD.bit()
                    | Entity.SECRET.bit()
                    | Entity.AWS_SECRET_KEY.bit()
                    | Entity.AZURE_KEY.bit()
                    | Entity.COOKIE.bit()
                    | Entity.AUTHORIZATION.bit();

    /// The last letters of the words that matter.
    private static final int LAST = letters("dstynehaorl");

    /// What a name is made of, and what may stand between it and its sign.
    private static final byte PART = 1;

    private static final byte BLANK = 2;
    private static final byte LOOSE = 4;

    private static final byte[] BESIDE = beside();

    private AssignedFinder() {}

    private static byte[] beside() {
        var out = new byte[256];
        for (int c = 0; c < 256; c++) {
            out[c] = c > 0x7F || alnum(c) || c == '_' || c == '-' ? PART : 0;
        }
        for (char c : " \"'\\`]):".toCharArray()) {
            out[c] |= LOOSE;
        }
        out[' '] |= BLANK;
        return out;
    }

    private static int letters(String all) {
        int mask = 0;
        for (int i = 0; i < all.length(); i++) {
            mask |= 1 << (all.charAt(i) - 'a');
        }
        return mask;
    }

    /// What a name says of the values under it: words anywhere in it for identifiers, the last
    /// words for secrets.
    static long name(byte[] b, int from, int to) {
        long words = Words.of(b, from, to);
        if (words == 0 && Surroundings.identifier(b, from, to)) {
            return Words.NONE;
        }
        long last = last(b, from, to);
        return (words & ~NAMED) | (last == Words.NONE ? 0 : last & NAMED);
    }

    /// What the last words say, or the end of the last one: `PGPASSWORD`.
    private static long last(byte[] b, int from, int end) {
        int to = end;
        while (to > from && b[to - 1] >= 0 && !Checks.letter(b[to - 1])) {
            to--;
        }
        long said = Words.last(b, from, to);
        return said != 0 ? said : SecretWords.end(b, from, to);
    }

    static boolean ends(byte[] b, int from, int to, String word) {
        int start = to - word.length();
        if (start < from) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            if ((b[start + i] | 0x20) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /// The value as a whole, under a name that its structure gave it.
    ///
    /// @return whether it was taken
    static boolean whole(Scan s, int from) {
        if ((s.said & NAMED) == 0 || from >= s.hi) {
            return false;
        }
        int to = s.hi;
        int start = from;
        while (start < to && s.b[start] <= ' ' && s.b[start] >= 0) {
            start++;
        }
        return start < to && take(s, s.said, start, to, true, true) > 0;
    }

    /// @param i the `:`, `=` or `>`
    /// @return where to go on
    static int at(Scan s, int i) {
        byte[] b = s.b;
        int sign = b[i];
        if (sign == ':' && s.at(i + 1) == '/' && s.at(i + 2) == '/') {
            return UriFinder.at(s, i);
        }
        int lo = Math.max(s.lo, s.floor);
        int end = i;
        while (end > lo && i - end < 6 && (BESIDE[b[end - 1] & 0xFF] & LOOSE) != 0) {
            end--;
        }
        if (!named(b, lo, end)) {
            return i + 1;
        }
        int floor = Math.max(lo, end - KEY);
        // most names are ruled out before it is known where they begin
        if (!SecretWords.ends(b, floor, end) && Eight.ascii(b, floor, end)) {
            return i + 1;
        }
        int from = end;
        int part = sign == ':' ? PART | BLANK : PART;
        int all = 0;
        while (from > floor && (BESIDE[b[from - 1] & 0xFF] & part) != 0) {
            from--;
            all |= b[from];
        }
        if (all >= 0 && !SecretWords.ends(b, from, end)) {
            return i + 1;
        }
        long named = last(b, from, end);
        if (named == Words.NONE || (named & NAMED) == 0) {
            return i + 1;
        }
        int before = from > lo ? b[from - 1] : ' ';
        if (sign == '>' && before != '<' && before != '"' && before != '\'') {
            return i + 1;
        }
        // `prompt='Password: ', next`: what comes is the end of the text, and no value
        boolean ended = end == i && (before == '"' || before == '\'') && closes(s, i + 1, before);
        return ended ? i + 1 : value(s, named & NAMED, i);
    }

    private static boolean closes(Scan s, int i, int quote) {
        int p = i;
        while (s.at(p) == ' ' && p < s.hi) {
            p++;
        }
        return s.at(p) == quote;
    }

    /// Whether what ends before the sign at `i`, which is no blank or quote, could be a name.
    static boolean named(Scan s, int i) {
        return named(s.b, Math.max(s.lo, s.floor), i);
    }

    /// Whether what ends here could be a name that matters, by its last letter.
    private static boolean named(byte[] b, int lo, int end) {
        int p = end;
        while (p > lo && end - p < 3 && Checks.digit(b[p - 1])) {
            p--;
        }
        int c = p > lo ? b[p - 1] : ' ';
        return c < 0 || (Checks.letter(c) && (LAST & 1 << ((c | 0x20) - 'a')) != 0);
    }

    /// `--password hunter2`.
    ///
    /// @param i the first letter of the option's name
    static int option(Scan s, int i) {
        int end = i;
        while (end < s.hi
                && end - i < KEY
                && (alnum(s.b[end]) || s.b[end] == '-' || s.b[end] == '_')) {
            end++;
        }
        if (s.at(end) != ' ' || end + 1 >= s.hi) {
            return i;
        }
        long said = last(s.b, i, end) & NAMED;
        return said == 0 || said == Words.NONE ? i : Math.max(i, value(s, said, end));
    }

    /// `PASSWORD 'hunter2'`, `IDENTIFIED BY 'hunter2'`.
    ///
    /// @param i the quote
    static int quoted(Scan s, int i) {
        if (s.at(i - 1) != ' ') {
            return i + 1;
        }
        boolean named =
                s.startsFolded("password", i - 9) || s.startsFolded("identified by", i - 14);
        return named ? Math.max(i + 1, value(s, Entity.PASSWORD.bit(), i - 1)) : i + 1;
    }

    private static int value(Scan s, long named, int i) {
        byte[] b = s.b;
        int p = i + 1;
        int sign = b[i];
        if (sign == '=' && (s.at(p) == '=' || s.at(p) == '~')) {
            return i + 1;
        }
        while (p < s.hi
                && p - i < 12
                && (b[p] == ' '
                        || (b[p] == '>' && sign == '=')
                        || (b[p] == '=' && sign == ':')
                        || b[p] == '\t')) {
            p++;
        }
        int quote = 0;
        boolean escaped = false;
        while (p < s.hi && (b[p] == '\\' || b[p] == '"' || b[p] == '\'' || b[p] == '`')) {
            escaped |= b[p] == '\\';
            quote = b[p] == '\\' ? quote : b[p];
            p++;
            if (quote != 0) {
                break;
            }
        }
        int from = p;
        boolean header = (named & (Entity.COOKIE.bit() | Entity.AUTHORIZATION.bit())) != 0;
        int limit = Math.min(s.hi, from + VALUE);
        while (p < limit && !stops(s, p, quote, header, sign)) {
            p++;
        }
        int to = p;
        if (quote != 0 && escaped && to > from && b[to - 1] == '\\') {
            to--;
        }
        while (quote == 0 && to > from && trails(b[to - 1], b, from, to)) {
            to--;
        }
        if (to == from) {
            return i + 1;
        }
        boolean tight = (from == i + 1 && sign == '=') || sign == '>';
        int taken = take(s, named, from, to, quote != 0, tight);
        return taken > 0 ? taken : i + 1;
    }

    private static boolean stops(Scan s, int p, int quote, boolean header, int sign) {
        int c = s.b[p];
        if (c == '\n' || c == '\r') {
            return true;
        }
        if (quote != 0) {
            return c == quote
                    && (s.b[p - 1] != '\\'
                            || s.b[p - 2] == '\\'
                            || s.at(p + 1) == ','
                            || s.at(p + 1) == '}');
        }
        if (header) {
            return c == '"' || c == '\'' || c == '<';
        }
        return c == ' '
                || c == '\t'
                || c == '"'
                || c == '\''
                || (c == '&' && sign != ':')
                || c == ';'
                || c == '<'
                || c == '|'
                || c == '`'
                || (c == ','
                        && (sign != '='
                                || p + 1 >= s.hi
                                || s.b[p + 1] == ' '
                                || alnum(s.b[p + 1])));
    }

    /// Signs of the sentence or the code around it.
    private static boolean trails(int c, byte[] b, int from, int to) {
        if (c == ')' || c == ']' || c == '}') {
            int open = c == ')' ? '(' : c == ']' ? '[' : '{';
            for (int i = from; i < to; i++) {
                if (b[i] == open) {
                    return false;
                }
            }
            return true;
        }
        return c == '.' || c == ',' || c == ':' || c == '\\';
    }

    /// @return behind what was taken; -1 where it is no secret
    private static int take(Scan s, long named, int start, int to, boolean quoted, boolean tight) {
        byte[] b = s.b;
        int from = start;
        if ((named & Entity.COOKIE.bit()) != 0) {
            return cookies(s, from, to);
        }
        boolean scheme = false;
        int blank = from;
        while (blank < to && Checks.letter(b[blank])) {
            blank++;
        }
        if (blank < to - 1 && blank - from >= 5 && b[blank] == ' ' && scheme(s, from)) {
            from = blank + 1;
            scheme = true;
        }
        int known = Secrets.at(s, from);
        if (known > 0) {
            return known;
        }
        if ((named & Entity.AUTHORIZATION.bit()) != 0 || scheme) {
            int end = from;
            while (end < to && b[end] != ' ' && b[end] != ',' && b[end] != ';') {
                end++;
            }
            boolean enough = end - from >= (scheme ? 6 : 12) && !Assigned.hex(b, from, from);
            return enough
                            && b[from] != '<'
                            && b[from] != '$'
                            && b[from] != '{'
                            && b[from] != '*'
                            && b[from] != '['
                            && s.hit(Entity.AUTHORIZATION, from, end, Hits.Tail.TOKEN)
                    ? end
                    : -1;
        }
        if ((named & Entity.AWS_SECRET_KEY.bit()) != 0
                && to - from == 40
                && s.random.of(b, from, to)) {
            return s.hit(Entity.AWS_SECRET_KEY, from, to) ? to : -1;
        }
        if ((named & Entity.AZURE_KEY.bit()) != 0 && to - from >= 40 && s.random.of(b, from, to)) {
            return s.hit(Entity.AZURE_KEY, from, to, Hits.Tail.TOKEN) ? to : -1;
        }
        if ((named & Entity.PASSWORD.bit()) != 0) {
            return Assigned.password(b, from, to, quoted, tight)
                            && s.hit(Entity.PASSWORD, from, to, Hits.Tail.WORD)
                    ? to
                    : -1;
        }
        return (named & Entity.SECRET.bit()) != 0
                        && Assigned.secret(s.random, b, from, to)
                        && s.hit(Entity.SECRET, from, to, Hits.Tail.TOKEN)
                ? to
                : -1;
    }

    private static boolean scheme(Scan s, int from) {
        return s.startsFolded("bearer ", from)
                || s.startsFolded("basic ", from)
                || s.startsFolded("token ", from)
                || s.startsFolded("digest ", from)
                || s.startsFolded("apikey ", from);
    }

    /// The value of each pair.
    private static int cookies(Scan s, int from, int to) {
        byte[] b = s.b;
        int p = from;
        int end = -1;
        while (p < to) {
            int equals = p;
            while (equals < to && b[equals] != '=' && b[equals] != ';') {
                equals++;
            }
            int stop = equals;
            while (stop < to && b[stop] != ';' && b[stop] != ' ' && b[stop] != '"') {
                stop++;
            }
            boolean first = end < 0;
            if (equals < to
                    && b[equals] == '='
                    && stop - equals > 8
                    && telling(b, equals + 1, stop)
                    && (first || !attribute(s, p))) {
                if (s.hit(Entity.COOKIE, equals + 1, stop)) {
                    end = stop;
                }
            }
            p = stop + 1;
            while (p < to && b[p] == ' ') {
                p++;
            }
        }
        return end;
    }

    /// Whether it has a digit, or is too long for a word.
    private static boolean telling(byte[] b, int from, int to) {
        boolean digits = to - from > 20;
        for (int i = from; i < to; i++) {
            digits |= Checks.digit(b[i]);
        }
        return digits;
    }

    private static boolean attribute(Scan s, int p) {
        return s.startsFolded("path", p)
                || s.startsFolded("expires", p)
                || s.startsFolded("max-age", p)
                || s.startsFolded("domain", p)
                || s.startsFolded("samesite", p);
    }
}
