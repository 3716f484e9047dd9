package dev.countersign.masking;

import static dev.countersign.masking.Checks.digit;
import static dev.countersign.masking.Checks.letter;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/// What a value under a name like `password` or `api_key` looks like if it is real, and not a
/// placeholder, a reference, a word of a sentence or a piece of code.
final class Assigned {
    static final int LEAST_SECRET = 10;
    private static final int LEAST_PASSWORD = 5;
    private static final int MOST = 4096;

    private static final Set<String> STOP =
            Set.of(
                    "null",
                    "none",
                    "nil",
                    "true",
                    "false",
                    "undefined",
                    "required",
                    "optional",
                    "string",
                    "password",
                    "passwd",
                    "secret",
                    "token",
                    "changeme",
                    "example",
                    "redacted",
                    "filtered",
                    "masked",
                    "hidden",
                    "invalid",
                    "missing",
                    "empty",
                    "default",
                    "unknown",
                    "removed",
                    "protected",
                    "varchar",
                    "integer",
                    "boolean",
                    "expired",
                    "incorrect",
                    "wrong",
                    "disabled",
                    "enabled",
                    "prompt",
                    "plaintext",
                    "bearer",
                    "basic",
                    "placeholder",
                    "yourpassword",
                    "your_password",
                    "number",
                    "object",
                    "text",
                    "self",
                    "this",
                    "input",
                    "value",
                    "reset",
                    "updated",
                    "rotated",
                    "failed",
                    "success",
                    "accepted",
                    "denied",
                    "valid",
                    "scram-sha-256",
                    "trust",
                    "md5",
                    "peer");

    private static final int LONGEST_WORD = 24;

    /// What names of a program are made of, and what several words are.
    private static final byte NAME = 1;

    private static final byte WORDS = 2;

    /// What tells a program with what stands beside it.
    private static final byte SIGN = 4;

    private static final byte[] KINDS = kinds();

    /// By length, a bit for each letter with which such a word begins.
    private static final int[] STOPS = new int[LONGEST_WORD + 1];

    static {
        for (var word : STOP) {
            STOPS[word.length()] |= 1 << (word.charAt(0) & 31);
        }
    }

    private Assigned() {}

    private static byte[] kinds() {
        var out = new byte[256];
        for (int c = 0; c < 256; c++) {
            boolean word = letter(c) || c == '_' || c == '.';
            out[c] =
                    (byte)
                            ((word || digit(c) ? NAME : 0)
                                    | (word || c == '-' || c == ' ' ? WORDS : 0));
        }
        for (char c : new char[] {'%', ':', '[', '('}) {
            out[c] = SIGN;
        }
        return out;
    }

    /// @param quoted whether quotes stand around it, so that it is text and no code
    /// @param tight whether it follows its `=` at once, as in a connection string
    static boolean password(byte[] b, int from, int to, boolean quoted, boolean tight) {
        int n = to - from;
        if (n < LEAST_PASSWORD
                || n > MOST
                || placeholder(b, from, to)
                || code(b, from, to, quoted)) {
            return false;
        }
        boolean mixed = false;
        boolean blank = false;
        boolean code = false;
        boolean line = false;
        boolean lower = false;
        boolean upper = false;
        for (int i = from; i < to; i++) {
            int c = b[i];
            mixed |=
                    !letter(c)
                            && c != ' '
                            && c != '_'
                            && c != '.'
                            && c != '('
                            && c != ')'
                            && c != '-';
            blank |= c == ' ';
            line |= c == '_';
            code |=
                    c == '('
                            || (c == '.'
                                    && i > from
                                    && letter(b[i - 1])
                                    && i + 1 < to
                                    && letter(b[i + 1]));
            lower |= c >= 'a' && c <= 'z';
            upper |= Checks.upper(c);
        }
        if (quoted) {
            return mixed || (!blank && n >= 6 && !(lower && !upper && n > 24));
        }
        return tight
                ? mixed || (!code && !line && (!(lower && upper) || !Randomness.words(b, from, to)))
                : (mixed && n >= 6 && !code) || scrambled(b, from, to);
    }

    /// At least [#LEAST_SECRET] characters that look drawn by lot.
    static boolean secret(Randomness random, byte[] b, int from, int to) {
        int n = to - from;
        return n >= LEAST_SECRET
                && n <= MOST
                && !placeholder(b, from, to)
                && !code(b, from, to, false)
                && random.of(b, from, to);
    }

    /// Ten letters or more, small and capital, in which there are no words.
    private static boolean scrambled(byte[] b, int from, int to) {
        int capitals = 0;
        int small = 0;
        int run = 0;
        int longest = 0;
        for (int i = from; i < to; i++) {
            if (!letter(b[i])) {
                return false;
            }
            boolean capital = Checks.upper(b[i]);
            capitals += capital && i > from ? 1 : 0;
            small += capital ? 0 : 1;
            run = capital ? 0 : run + 1;
            longest = Math.max(longest, run);
        }
        return to - from >= 10 && capitals >= 3 && small >= 3 && longest <= 4;
    }

    /// Whether it reads as a piece of a program, or of an address.
    private static boolean code(byte[] b, int from, int to, boolean quoted) {
        int first = b[from];
        boolean sign = first == ':' || first == '@' || first == '=' || first == '/';
        if (first == '{' || first == '"' || (sign && !quoted)) {
            return true;
        }
        // what all of them are so far
        int all = letter(first) || first == '_' ? NAME | WORDS : WORDS;
        for (int i = from; i < to; i++) {
            int c = b[i];
            int kind = KINDS[c & 0xFF];
            if (kind == SIGN) {
                if ((c == '%' && i + 1 < to && b[i + 1] == 's')
                        || (c == ':' && i + 2 < to && b[i + 1] == '/' && b[i + 2] == '/')) {
                    return true;
                }
                if (!quoted && (all & NAME) != 0 && (c == '[' || c == '(')) {
                    return true;
                }
            }
            all &= kind;
        }
        return (all & WORDS) != 0 && to - from < 64 && speaks(b, from, to);
    }

    /// `challengePassword`, `db-secret`: names of what would stand there.
    private static boolean speaks(byte[] b, int from, int to) {
        var word =
                new String(b, from, to - from, StandardCharsets.ISO_8859_1)
                        .toLowerCase(Locale.ROOT);
        return word.contains("password")
                || word.contains("passwd")
                || word.contains("secret")
                || word.contains("token")
                || word.contains("credential")
                || word.contains("passphrase");
    }

    static boolean hex(byte[] b, int from, int to) {
        return Runs.hexes(b, from, to) == to;
    }

    private static boolean placeholder(byte[] b, int from, int to) {
        int first = b[from];
        if (first == '<' || (first == '[' && b[to - 1] == ']') || (first == '%' && to - from < 4)) {
            return true;
        }
        if ((first == '$'
                        && to - from > 1
                        && (b[from + 1] == '{' || b[from + 1] == '(' || Checks.upper(b[from + 1])))
                || (first == '{' && b[from + 1] == '{')) {
            return true;
        }
        boolean same = true;
        for (int i = from; i < to; i++) {
            same &= b[i] == first;
            if (b[i] == '*' && i + 2 < to && b[i + 1] == '*' && b[i + 2] == '*') {
                return true;
            }
        }
        if (same) {
            return true;
        }
        return begins(b, from, to, "xxxx")
                || begins(b, from, to, "your")
                || begins(b, from, to, "my_")
                || stops(b, from, to);
    }

    private static boolean begins(byte[] b, int from, int to, String word) {
        if (to - from < word.length() || to - from > LONGEST_WORD) {
            return false;
        }
        for (int i = 0; i < word.length(); i++) {
            int c = b[from + i];
            if ((Checks.upper(c) ? c | 0x20 : c) != word.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean stops(byte[] b, int from, int to) {
        int n = to - from;
        return n <= LONGEST_WORD
                && (STOPS[n] & 1 << (b[from] & 31)) != 0
                && STOP.contains(
                        new String(b, from, n, StandardCharsets.ISO_8859_1)
                                .toLowerCase(Locale.ROOT));
    }
}
