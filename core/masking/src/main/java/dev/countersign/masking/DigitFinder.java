package dev.countersign.masking;

/// Finds what is made of digits: numbers in the format of their issuer, phones, and bare runs that
/// have a check or a word that speaks for them.
final class DigitFinder {
    private static final int SHORTEST = 7;

    /// What stands before or behind a run decides how closely it is looked at.
    private static final byte WORD = 1;

    private static final byte OPENS = 2;
    private static final byte SIGN = 4;
    private static final byte LINK = 8;
    private static final byte[] BESIDE = beside();

    private DigitFinder() {}

    private static byte[] beside() {
        var out = new byte[256];
        for (int c = 0; c < 256; c++) {
            out[c] = Checks.letter(c) || c == '_' ? WORD : 0;
        }
        for (char c : new char[] {'-', '.', ' ', '/'}) {
            out[c] = SIGN | LINK;
        }
        out[':'] = LINK;
        out[','] = LINK;
        out['('] = OPENS;
        out['+'] = OPENS | SIGN;
        return out;
    }

    /// Runs of digits with one sign between each, `2024-03-12` or `10:15:30`: they come so often
    /// that they are gone through here, where the sign itself means nothing.
    ///
    /// @param first a digit, the first of its run
    /// @return where to go on
    static int at(Scan s, int first) {
        byte[] b = s.b;
        int i = first;
        int sign = run(s, i);
        while (sign > i
                && sign + 1 < s.hi
                && (BESIDE[b[sign] & 0xFF] & LINK) != 0
                && Checks.digit(b[sign + 1])
                && Checks.digit(b[sign - 1])
                && (b[sign] != ':' || !AssignedFinder.named(s, sign))) {
            i = sign + 1;
            boolean inside =
                    b[sign] == '-'
                            || b[sign] == '.'
                            || (b[sign] != ' ' && b[sign] != '/' && !Checks.letter(s.at(i - 3)));
            sign = inside ? inside(s, i) : run(s, i);
        }
        return sign;
    }

    /// A run behind a digit and a sign, where no number begins: it may belong to a token.
    private static int inside(Scan s, int i) {
        int j = Runs.digits(s.b, i + 1, s.hi);
        if (j - i > 19 || (BESIDE[s.at(j) & 0xFF] & WORD) != 0) {
            return TokenFinder.at(s, i);
        }
        return j - i == 8 && s.at(j) == '-' && TokenFinder.uuid(s, i) ? i + 36 : j;
    }

    /// @param i a digit, the first of its run
    /// @return where to go on
    static int run(Scan s, int i) {
        byte[] b = s.b;
        int hi = s.hi;
        int j = Runs.digits(b, i + 1, hi);
        int n = j - i;
        int before = s.at(i - 1);
        int behind = s.at(j);
        int left = BESIDE[before & 0xFF] & (WORD | OPENS);
        int right = BESIDE[behind & 0xFF] & (WORD | SIGN);
        if (n < SHORTEST && (left | right) == 0) {
            return j;
        }
        if (((left | right) & WORD) != 0) {
            return TokenFinder.at(s, i);
        }
        if (left == OPENS) {
            int end = PhoneFinder.phone(s, i, before);
            if (end > 0) {
                return end;
            }
        }
        if (right == SIGN && n <= 13 && j + 1 < hi && (Checks.alnum(b[j + 1]) || b[j + 1] == '(')) {
            if (n == 8 && TokenFinder.uuid(s, i)) {
                return i + 36;
            }
            boolean begins = s.begins(i);
            int end = begins ? known(s, i, n) : -1;
            if (end > 0) {
                return end;
            }
            end = n == 2 || n == 6 ? afterLetters(s, i) : -1;
            if (end > 0) {
                return end;
            }
            boolean digits = Checks.digit(b[j + 1]) || b[j + 1] == '(';
            end = n <= 5 && digits && begins ? PhoneFinder.grouped(s, i) : -1;
            if (end > 0) {
                return end;
            }
        }
        if (n == 4 && before == '/' && behind == '-') {
            int end = branch(s, i);
            if (end > 0) {
                return end;
            }
        }
        if (n == 7 && before == '-' && behind == '-') {
            int end = dashedNie(s, i);
            if (end > 0) {
                return end;
            }
        }
        if (n >= 12 && behind == '=' && before == ';') {
            int end = Tracks.track2(s, i, j);
            if (end > 0) {
                return end;
            }
        }
        return n >= SHORTEST && n <= 19
                ? BareNumbers.at(s, i, j)
                : n > 19 ? TokenFinder.at(s, i) : j;
    }

    /// The branch of a CNPJ that began with letters: `AB.CDE.FGH/0001-91`.
    static int branch(Scan s, int i) {
        return i - 11 >= Math.max(s.lo, s.floor) ? formatted(s, i - 11, 2) : -1;
    }

    /// In the format of its issuer.
    static int formatted(Scan s, int i, int run) {
        return s.begins(i) ? known(s, i, run) : -1;
    }

    private static int known(Scan s, int i, int run) {
        Formats.Format found = null;
        int foundEnd = -1;
        long context = -1;
        int sign = i + run;
        int second = sign + 1;
        while (second < s.hi && second - sign < 12 && Checks.alnum(s.b[second])) {
            second++;
        }
        boolean digits = Checks.digit(s.b[sign + 1]);
        for (var format : Formats.starting(run, s.b[sign], second - sign - 1, digits)) {
            int end = format.end(s.b, i, s.hi);
            if (end < 0 || !s.ends(end) || !s.on(format.entity())) {
                continue;
            }
            boolean chained = chained(s, format.entity(), i, end);
            if ((chained && format.entity() != Entity.CREDIT_CARD) || !valid(s, format, i, end)) {
                continue;
            }
            if (context == -1) {
                context = s.context(i, end);
            }
            if ((context & format.entity().bit()) != 0) {
                return s.hit(format.entity(), i, end) ? end : -1;
            }
            if (found == null
                    && !chained
                    && format.strong()
                    && !(context == Words.NONE
                            && BareNumbers.doubtful(format.entity())
                            && format.entity() != Entity.CREDIT_CARD)) {
                found = format;
                foundEnd = end;
            }
        }
        boolean phone =
                found != null
                        && context != Words.NONE
                        && (context & Entity.PHONE.bit()) != 0
                        && BareNumbers.doubtful(found.entity());
        return found != null
                        && !phone
                        && !money(s, found.entity(), i, foundEnd)
                        && s.hit(found.entity(), i, foundEnd)
                ? foundEnd
                : -1;
    }

    /// Whether it is only a part of a longer row of groups.
    private static boolean chained(Scan s, Entity entity, int i, int end) {
        if (!BareNumbers.doubtful(entity)) {
            return false;
        }
        if (entity == Entity.CREDIT_CARD) {
            // one more group beside it is a year or an amount; two are a row of numbers
            int groups = 0;
            for (int at = i - 5; groups < 2 && s.at(at + 4) == ' ' && four(s, at); at -= 5) {
                groups++;
            }
            for (int at = end + 1; groups < 2 && s.at(at - 1) == ' ' && four(s, at); at += 5) {
                groups++;
            }
            return groups > 1;
        }
        boolean before =
                s.at(i - 1) == ' ' && Checks.digit(s.at(i - 2)) && Checks.digit(s.at(i - 3));
        boolean behind = s.at(end) == ' ' && Checks.digit(s.at(end + 1));
        return before || (behind && Checks.digit(s.at(end + 2)));
    }

    /// Whether a group of four digits stands there, no more and no less.
    private static boolean four(Scan s, int at) {
        for (int i = at; i < at + 4; i++) {
            if (!Checks.digit(s.at(i))) {
                return false;
            }
        }
        return !Checks.digit(s.at(at - 1)) && !Checks.digit(s.at(at + 4));
    }

    /// `1 234 567 €`: groups of three that are an amount.
    private static boolean money(Scan s, Entity entity, int i, int end) {
        if (!BareNumbers.doubtful(entity) || entity == Entity.CREDIT_CARD) {
            return false;
        }
        int before = s.at(i - 1) == ' ' ? i - 2 : i - 1;
        int behind = s.at(end) == ' ' ? end + 1 : end;
        return sign(s, before - 2, before) || sign(s, behind, behind) || s.at(behind) == '%';
    }

    /// A sign of money at `at`, or a dollar at `dollar`.
    private static boolean sign(Scan s, int at, int dollar) {
        return s.at(dollar) == '$'
                || (s.at(at) == (byte) 0xE2
                        && s.at(at + 1) == (byte) 0x82
                        && s.at(at + 2) == (byte) 0xAC)
                || (s.at(at + 1) == (byte) 0xC2 && s.at(at + 2) == (byte) 0xA3)
                || (s.at(at) == (byte) 0xC2 && s.at(at + 1) == (byte) 0xA3);
    }

    private static boolean valid(Scan s, Formats.Format format, int i, int end) {
        int n = s.gather(i, end);
        byte[] t = s.text;
        return switch (format.entity()) {
            case PHONE -> n == 10 && Phones.american(s.digits, 0);
            case US_MBI -> LetteredNumbers.mbi(t);
            case ES_DNI -> LetteredNumbers.dni(t);
            case IE_PPS -> LetteredNumbers.pps(t, n);
            case DE_RVNR -> LetteredNumbers.rvnr(t);
            case FI_HETU -> hetu(s, i);
            case BR_CNPJ ->
                    TokenFinder.allDigits(t, n)
                            ? DigitNumbers.valid(format.entity(), s.digits, n)
                            : LetteredNumbers.alphanumericCnpj(t);
            case FR_NIR ->
                    TokenFinder.allDigits(t, n)
                            ? DigitNumbers.valid(format.entity(), s.digits, n)
                            : LetteredNumbers.corsicanNir(t);
            case CN_RIC ->
                    TokenFinder.allDigits(t, n)
                            ? DigitNumbers.valid(format.entity(), s.digits, n)
                            : LetteredNumbers.chineseX(t);
            default -> // the others are made of digits alone
                    TokenFinder.allDigits(t, n) && DigitNumbers.valid(format.entity(), s.digits, n);
        };
    }

    private static boolean hetu(Scan s, int i) {
        System.arraycopy(s.b, i, s.text, 0, 11);
        return LetteredNumbers.hetu(s.text);
    }

    /// `AB 12 34 56 C`.
    private static int afterLetters(Scan s, int i) {
        int from = i - 3;
        int sign = s.at(i - 1);
        if ((sign != ' ' && sign != '-')
                || !Checks.upper(s.at(i - 2))
                || !Checks.upper(s.at(i - 3))
                || Checks.alnum(s.at(i - 4))) {
            return -1;
        }
        int end = from;
        int n = 0;
        while (end < s.hi && n < 9) {
            int c = s.at(end);
            if (Checks.digit(c) || Checks.upper(c)) {
                n++;
            } else if (c != sign) {
                return -1;
            }
            end++;
        }
        return n == 9
                        && s.ends(end)
                        && s.gather(from, end) == 9
                        && LetteredNumbers.nino(s.text)
                        && s.hit(Entity.UK_NINO, from, end)
                ? end
                : -1;
    }

    private static int dashedNie(Scan s, int i) {
        int end = i + 9;
        return s.at(i - 2) >= 'X'
                        && s.at(i - 2) <= 'Z'
                        && !Checks.alnum(s.at(i - 3))
                        && s.ends(end)
                        && s.gather(i - 2, end) == 9
                        && LetteredNumbers.nie(s.text)
                        && s.hit(Entity.ES_NIE, i - 2, end)
                ? end
                : -1;
    }
}
