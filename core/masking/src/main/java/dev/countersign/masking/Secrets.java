package dev.countersign.masking;

import static dev.countersign.masking.Checks.alnum;
import static dev.countersign.masking.Checks.digit;
import static dev.countersign.masking.Checks.upper;

import java.util.zip.CRC32;

/// Secrets that begin as their issuer lets them begin, each with its length, its alphabet, and its
/// checksum where it has one.
final class Secrets {
    private static final String BASE62 =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int[] VALUE64 = values();
    private static final int HEADER = 1024;

    /// How they begin.
    private static final boolean[] FIRST = new boolean[256];

    static {
        for (char c : "AegnsrwxhpySd".toCharArray()) {
            FIRST[c] = true;
        }
    }

    private Secrets() {}

    private static int[] values() {
        var out = new int[256];
        java.util.Arrays.fill(out, -1);
        var all = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (int i = 0; i < 64; i++) {
            out[all.charAt(i)] = i;
        }
        out['-'] = 62;
        out['_'] = 63;
        return out;
    }

    /// 0 to 63 in either alphabet, else -1.
    static int value64(int c) {
        return VALUE64[c & 0xFF];
    }

    /// What tokens are made of.
    static boolean part(int c) {
        return alnum(c) || c == '_' || c == '-' || c == '.';
    }

    static boolean base64(int c) {
        return VALUE64[c & 0xFF] >= 0 || c == '=';
    }

    /// Whether a token could begin with it.
    static boolean begins(int c) {
        return FIRST[c & 0xFF];
    }

    /// @param i where a token would begin
    /// @return behind it; -1 where there is none
    static int at(Scan s, int i) {
        if (i + 16 > s.hi || !FIRST[s.b[i] & 0xFF]) {
            return -1;
        }
        return switch (s.b[i]) {
            case 'A' -> amazon(s, i);
            case 'e' -> s.starts("eyJ", i) ? jwt(s, i) : -1;
            case 'g' -> s.starts("glpat-", i) ? gitlab(s, i) : github(s, i);
            case 'n' -> s.starts("npm_", i) ? checked(s, i, 4, Entity.NPM_TOKEN) : -1;
            case 's' -> sk(s, i);
            case 'r' -> s.starts("rk_", i) ? stripe(s, i) : -1;
            case 'w' -> s.starts("whsec_", i) ? plain(s, i, 6, 24, 200, Entity.STRIPE_KEY) : -1;
            case 'x' -> slack(s, i);
            case 'h' ->
                    s.starts("hf_", i)
                            ? plain(s, i, 3, 30, 40, Entity.HUGGINGFACE_TOKEN)
                            : s.starts("hvs.", i) || s.starts("hvb.", i) || s.starts("hvr.", i)
                                    ? plain(s, i, 4, 20, 300, Entity.VAULT_TOKEN)
                                    : -1;
            case 'p' -> s.starts("pypi-AgE", i) ? plain(s, i, 5, 40, 400, Entity.PYPI_TOKEN) : -1;
            case 'y' -> s.starts("ya29.", i) ? plain(s, i, 5, 20, 2048, Entity.GOOGLE_OAUTH) : -1;
            case 'S' -> sendgrid(s, i);
            case 'd' -> s.starts("dop_v1_", i) ? plain(s, i, 7, 64, 64, Entity.SECRET) : -1;
            default -> -1;
        };
    }

    private static int amazon(Scan s, int i) {
        if (s.starts("AIza", i)) {
            return plain(s, i, 4, 35, 35, Entity.GOOGLE_API_KEY);
        }
        boolean known =
                s.starts("AKIA", i)
                        || s.starts("ASIA", i)
                        || s.starts("ABIA", i)
                        || s.starts("ACCA", i)
                        || s.starts("A3T", i);
        int end = i + 20;
        if (!known || end > s.hi || alnum(s.at(end)) || alnum(s.at(i - 1))) {
            return -1;
        }
        for (int k = i + 4; k < end; k++) {
            int c = s.b[k];
            if (!upper(c) && (c < '2' || c > '7')) {
                return -1;
            }
        }
        return s.hit(Entity.AWS_ACCESS_KEY, i, end) ? end : -1;
    }

    private static int github(Scan s, int i) {
        if (s.starts("github_pat_", i)) {
            return plain(s, i, 11, 82, 82, Entity.GITHUB_TOKEN);
        }
        int kind = s.at(i + 2);
        boolean known =
                s.starts("gh", i)
                        && (kind == 'p'
                                || kind == 'o'
                                || kind == 'u'
                                || kind == 's'
                                || kind == 'r');
        return known && s.at(i + 3) == '_' ? checked(s, i, 4, Entity.GITHUB_TOKEN) : -1;
    }

    private static int gitlab(Scan s, int i) {
        return s.starts("glpat-", i) ? plain(s, i, 6, 20, 300, Entity.GITLAB_TOKEN) : -1;
    }

    private static int sk(Scan s, int i) {
        if (s.starts("sk_live_", i) || s.starts("sk_test_", i)) {
            return stripe(s, i);
        }
        if (!s.starts("sk-", i)) {
            return -1;
        }
        if (s.starts("sk-ant-", i)) {
            return plain(s, i, 7, 24, 200, Entity.ANTHROPIC_KEY);
        }
        int end = i + 3;
        boolean marked = false;
        while (end < s.hi && (alnum(s.b[end]) || s.b[end] == '-' || s.b[end] == '_')) {
            marked |= s.b[end] == 'T' && s.starts("T3BlbkFJ", end);
            end++;
        }
        boolean old = end - i == 51 || s.starts("sk-proj-", i) || s.starts("sk-svcacct-", i);
        return end - i >= 40 && (marked || old) && s.hit(Entity.OPENAI_KEY, i, end) ? end : -1;
    }

    private static int stripe(Scan s, int i) {
        boolean known = s.starts("live_", i + 3) || s.starts("test_", i + 3);
        return known ? plain(s, i, 8, 16, 250, Entity.STRIPE_KEY) : -1;
    }

    private static int slack(Scan s, int i) {
        boolean known =
                s.starts("xapp-", i)
                        || (s.starts("xox", i)
                                && s.at(i + 4) == '-'
                                && "abeprs".indexOf(s.at(i + 3)) >= 0);
        return known ? plain(s, i, 5, 10, 300, Entity.SLACK_TOKEN) : -1;
    }

    private static int sendgrid(Scan s, int i) {
        return s.starts("SG.", i) && s.at(i + 25) == '.'
                ? plain(s, i, 3, 66, 66, Entity.SENDGRID_KEY)
                : -1;
    }

    /// A prefix and so many of its alphabet, with at least one digit or capital.
    private static int plain(Scan s, int i, int prefix, int least, int most, Entity entity) {
        int end = i + prefix;
        boolean mixed = false;
        boolean dots =
                entity == Entity.VAULT_TOKEN
                        || entity == Entity.GOOGLE_OAUTH
                        || entity == Entity.SENDGRID_KEY
                        || entity == Entity.GITLAB_TOKEN;
        while (end < s.hi) {
            int c = s.b[end];
            if (!alnum(c) && c != '_' && c != '-' && !(dots && c == '.' && alnum(s.at(end + 1)))) {
                break;
            }
            mixed = mixed || digit(c) || upper(c) || entity == Entity.HUGGINGFACE_TOKEN;
            end++;
        }
        int n = end - i - prefix;
        boolean left = !alnum(s.at(i - 1));
        return left && mixed && n >= least && n <= most && s.hit(entity, i, end, Hits.Tail.TOKEN)
                ? end
                : -1;
    }

    /// 30 characters of base 62, and the CRC-32 of them in six more.
    private static int checked(Scan s, int i, int prefix, Entity entity) {
        int end = i + prefix + 36;
        if (end > s.hi || alnum(s.at(end)) || alnum(s.at(i - 1))) {
            return -1;
        }
        for (int k = i + prefix; k < end; k++) {
            if (!alnum(s.b[k])) {
                return -1;
            }
        }
        var crc = new CRC32();
        crc.update(s.b, i + prefix, 30);
        long rest = crc.getValue();
        boolean right = true;
        for (int k = end - 1; k >= end - 6; k--) {
            right &= s.b[k] == BASE62.charAt((int) (rest % 62));
            rest /= 62;
        }
        // the last six may be of another alphabet: a token whose name says so counts all the same
        boolean told = right || (s.context(i, end) & Entity.SECRET.bit()) != 0;
        return told && s.hit(entity, i, end) ? end : -1;
    }

    /// Header, payload and perhaps no signature; the header is JSON and names its algorithm.
    private static int jwt(Scan s, int i) {
        byte[] b = s.b;
        int dot = i;
        while (dot < s.hi && value64(b[dot]) >= 0 && dot - i < HEADER) {
            dot++;
        }
        if (s.at(dot) != '.' || dot - i < 12 || !header(b, i, dot) || alnum(s.at(i - 1))) {
            return -1;
        }
        int end = dot + 1;
        int dots = 1;
        while (end < s.hi) {
            int c = b[end];
            if (c == '.' && dots < 5) {
                dots++;
            } else if (value64(c) < 0 || c == '+' || c == '/') {
                break;
            }
            end++;
        }
        if (end - dot < 5) {
            return -1;
        }
        if (dots == 2 && b[end - 1] == '.' && s.at(end) != ' ' && alnum(s.at(end))) {
            end--;
        }
        return s.hit(Entity.JWT, i, end, Hits.Tail.TOKEN) ? end : -1;
    }

    private static boolean header(byte[] b, int from, int to) {
        int n = 0;
        int bits = 0;
        int held = 0;
        int state = 0;
        for (int i = from; i < to; i++) {
            held = held << 6 | value64(b[i]);
            bits += 6;
            if (bits >= 8) {
                bits -= 8;
                int c = held >> bits & 0xFF;
                if ((n == 0 && c != '{') || (c < 0x20 && c != '\n' && c != '\r' && c != '\t')) {
                    return false;
                }
                n++;
                state =
                        state == 5
                                ? 5
                                : c == "\"alg\"".charAt(state) ? state + 1 : c == '"' ? 1 : 0;
            }
        }
        return state == 5;
    }
}
