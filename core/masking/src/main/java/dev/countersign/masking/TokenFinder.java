package dev.countersign.masking;

import static dev.countersign.masking.Checks.alnum;
import static dev.countersign.masking.Checks.digit;
import static dev.countersign.masking.Checks.upper;

import org.jspecify.annotations.Nullable;

/// Finds what mixes letters and digits: identifiers with a check, account numbers, wallets, and
/// secrets that begin as their issuer lets them begin.
final class TokenFinder {
    private static final int PREFIX = 48;
    private static final int HASH = 24;

    private TokenFinder() {}

    /// @param i a digit of the token
    /// @return where to go on
    static int at(Scan s, int i) {
        byte[] b = s.b;
        int lo = Math.max(s.lo, s.floor);
        int from = Runs.alnumsBefore(b, lo, i);
        int to = Runs.alnums(b, i + 1, s.hi);
        int before = from > s.lo ? b[from - 1] : ' ';
        int behind = to < s.hi ? b[to] : ' ';
        int n = to - from;
        if (n == 8 && behind == '-' && uuid(s, from)) {
            return from + 36;
        }
        int end = behind == '^' ? Tracks.track1(s, from, to) : secret(s, from, to, before);
        if (end > 0) {
            return end;
        }
        boolean sign = behind == '-' || behind == '.' || behind == ' ' || behind == '/';
        if (n >= 4 && upper(b[from] & ~0x20) && (n >= 15 || (n == 4 && sign))) {
            end = iban(s, from);
            if (end > 0) {
                return end;
            }
        }
        if (sign && n <= 13 && to + 1 < s.hi && alnum(b[to + 1])) {
            end = DigitFinder.formatted(s, from, n);
            if (end > 0) {
                return end;
            }
        }
        if (n == 4 && before == '/' && behind == '-') {
            end = DigitFinder.branch(s, from);
            if (end > 0) {
                return end;
            }
        }
        if (n < 8) {
            return to;
        }
        if (before == '_' && from == i && allDigits(b, from, to)) {
            return to;
        }
        if (s.begins(from) && s.ends(to)) {
            end = n > 18 ? Wallets.at(s, from, to) : identifier(s, from, to, n);
            if (end > 0) {
                return end;
            }
        }
        return n >= 16 || behind == '+' || behind == '/' ? opaque(s, from, to, n) : to;
    }

    private static boolean allDigits(byte[] b, int from, int to) {
        for (int i = from; i < to; i++) {
            if (!digit(b[i])) {
                return false;
            }
        }
        return true;
    }

    static boolean allDigits(byte[] t, int n) {
        return allDigits(t, 0, n);
    }

    /// Whether a UUID stands at `i`.
    static boolean uuid(Scan s, int i) {
        if (i + 36 > s.hi) {
            return false;
        }
        byte[] b = s.b;
        if (b[i + 8] != '-' || b[i + 13] != '-' || b[i + 18] != '-' || b[i + 23] != '-') {
            return false;
        }
        for (int k = 0; k < 36; k++) {
            if (!Checks.hex(b[i + k]) && k != 8 && k != 13 && k != 18 && k != 23) {
                return false;
            }
        }
        return i + 36 == s.hi || !alnum(b[i + 36]);
    }

    private static int secret(Scan s, int from, int to, int before) {
        int start = from;
        if (before == '_' || before == '-' || before == '.') {
            int floor = Math.max(Math.max(s.lo, s.floor), from - PREFIX);
            while (start > floor && Secrets.part(s.b[start - 1])) {
                start--;
            }
            if ((start > floor && s.b[start] != '-') || start == floor) {
                int end = Secrets.at(s, start);
                if (end > 0) {
                    return end;
                }
            }
            // behind a sign that is no part of it: `x-ghp_…`
            for (int k = from - 12; k < from; k++) {
                if (k > start && Secrets.begins(s.b[k]) && !alnum(s.at(k - 1))) {
                    int end = Secrets.at(s, k);
                    if (end > 0) {
                        return end;
                    }
                }
            }
        }
        return to - from >= 3 ? Secrets.at(s, from) : -1;
    }

    /// Solid or in groups of four.
    private static int iban(Scan s, int from) {
        byte[] b = s.b;
        if (!alnum(b[from + 1]) || !digit(b[from + 2]) || !digit(b[from + 3])) {
            return -1;
        }
        int length = Ibans.length(b[from], b[from + 1]);
        int before = s.at(from - 1);
        if (length == 0 || alnum(before) || before == '_') {
            return -1;
        }
        int n = 0;
        int p = from;
        int sign = 0;
        int group = 0;
        while (p < s.hi && n < length) {
            int c = b[p];
            if (alnum(c)) {
                s.text[n++] = (byte) (Checks.letter(c) ? c & ~0x20 : c);
                group++;
            } else if ((c == ' ' || c == '-' || c == '.')
                    && (sign == 0 || sign == c)
                    && (group == 4 || (sign != 0 && group >= 2))) {
                sign = c;
                group = 0;
            } else {
                return -1;
            }
            p++;
        }
        if (n != length || alnum(s.at(p)) || !Ibans.valid(s.text, n)) {
            return -1;
        }
        boolean small = b[from] > 'Z';
        return small && sign == 0 && (s.context(from, p) & Entity.IBAN.bit()) == 0 && n < 18
                ? -1
                : s.hit(Entity.IBAN, from, p) ? p : -1;
    }

    /// A solid token of 8 to 18 letters and digits.
    private static int identifier(Scan s, int from, int to, int n) {
        s.gather(from, to);
        byte[] t = s.text;
        boolean small = false;
        for (int i = from; i < to; i++) {
            small |= s.b[i] > 'Z';
        }
        var entity = identified(t, n);
        if (entity == null) {
            return by(s, from, to, n);
        }
        boolean needed = small || entity == Entity.VIN || (n <= 9 && s.at(from - 1) == '#');
        if (needed || (n <= 10 && s.said == Words.NONE) || entity == Entity.UK_NINO) {
            long context = s.context(from, to);
            boolean told = (context & entity.bit()) != 0;
            if (!told && (needed || context == Words.NONE)) {
                return -1;
            }
        }
        return s.hit(entity, from, to) ? to : -1;
    }

    private static @Nullable Entity identified(byte[] t, int n) {
        return switch (n) {
            case 8 -> LetteredNumbers.pps(t, n) ? Entity.IE_PPS : null;
            case 9 -> nine(t);
            case 10 -> LetteredNumbers.indianPan(t) ? Entity.IN_PAN : null;
            case 11 ->
                    LetteredNumbers.mbi(t)
                            ? Entity.US_MBI
                            : LetteredNumbers.hetu(t) ? Entity.FI_HETU : null;
            case 12 -> LetteredNumbers.rvnr(t) ? Entity.DE_RVNR : null;
            case 14 -> digit(t[13]) && LetteredNumbers.alphanumericCnpj(t) ? Entity.BR_CNPJ : null;
            case 15 -> LetteredNumbers.corsicanNir(t) ? Entity.FR_NIR : null;
            case 16 -> LetteredNumbers.codiceFiscale(t) ? Entity.IT_CODICE_FISCALE : null;
            case 17 -> LetteredNumbers.vin(t) ? Entity.VIN : null;
            case 18 ->
                    LetteredNumbers.curp(t)
                            ? Entity.MX_CURP
                            : LetteredNumbers.chineseX(t) ? Entity.CN_RIC : null;
            default -> null;
        };
    }

    private static @Nullable Entity nine(byte[] t) {
        if (digit(t[0])) {
            return LetteredNumbers.dni(t)
                    ? Entity.ES_DNI
                    : LetteredNumbers.pps(t, 9) ? Entity.IE_PPS : null;
        }
        return LetteredNumbers.nino(t)
                ? Entity.UK_NINO
                : LetteredNumbers.nie(t)
                        ? Entity.ES_NIE
                        : LetteredNumbers.nric(t)
                                ? Entity.SG_NRIC_FIN
                                : LetteredNumbers.dea(t) ? Entity.US_DEA : null;
    }

    /// What has no check, only a name: passports and licences.
    private static int by(Scan s, int from, int to, int n) {
        if (n > 16 || (!upper(s.b[from]) && !digit(s.b[from]))) {
            return -1;
        }
        long context = s.context(from, to);
        if ((context & Words.NONE) != 0) {
            return -1;
        }
        if ((context & Entity.PASSPORT.bit()) != 0 && n <= 9) {
            return s.hit(Entity.PASSPORT, from, to) ? to : -1;
        }
        return (context & Entity.DRIVER_LICENCE.bit()) != 0
                        && s.hit(Entity.DRIVER_LICENCE, from, to)
                ? to
                : -1;
    }

    /// A long token without a known form: text in disguise, or a secret that words tell.
    private static int opaque(Scan s, int from, int to, int n) {
        byte[] b = s.b;
        int start = from;
        int floor = Math.max(s.lo, s.floor);
        while (start > floor && Secrets.value64(b[start - 1]) >= 0) {
            start--;
        }
        int end = to;
        while (end < s.hi && Secrets.base64(b[end])) {
            end++;
        }
        if (end - start < 16) {
            return to;
        }
        boolean prefixed = b[start] == '0' && s.at(start + 1) == 'x';
        var inside = Disguise.at(s, prefixed ? start + 2 : start, end);
        if (inside != null) {
            return s.hit(inside, start, end, Hits.Tail.TOKEN) ? end : to;
        }
        boolean after = s.at(start - 1) == ' ' && afterScheme(s, start - 1);
        if (after
                && end - start >= 16
                && s.hit(Entity.AUTHORIZATION, start, end, Hits.Tail.TOKEN)) {
            return end;
        }
        boolean hash = n >= HASH && end - start == n && Assigned.hex(b, from, to);
        if (end - start >= 20 && end - start <= 512 && !hash) {
            long context = s.context(start, end);
            boolean aws = (context & Entity.AWS_SECRET_KEY.bit()) != 0 && end - start == 40;
            if ((aws || (context & Entity.SECRET.bit()) != 0)
                    && s.random.of(b, start, end)
                    && s.hit(
                            aws ? Entity.AWS_SECRET_KEY : Entity.SECRET,
                            start,
                            end,
                            Hits.Tail.TOKEN)) {
                return end;
            }
        }
        return Math.max(to, hash ? to : end);
    }

    /// Whether `Bearer` or `Basic` ends at `i`.
    private static boolean afterScheme(Scan s, int i) {
        return s.startsFolded("bearer", i - 6) || s.starts("Basic", i - 5);
    }
}
