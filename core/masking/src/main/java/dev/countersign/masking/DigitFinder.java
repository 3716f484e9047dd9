package dev.countersign.masking;

/// Finds what is made of digits: numbers in the format of their issuer, phones, and bare runs that
/// have a check or a word that speaks for them.
final class DigitFinder {
    private static final Entity[][] BY_LENGTH = new Entity[20][0];
    private static final int SHORTEST = 7;

    static {
        BY_LENGTH[7] = all(Entity.BANK_ACCOUNT, Entity.DRIVER_LICENCE);
        BY_LENGTH[8] =
                all(
                        Entity.IL_ID,
                        Entity.PHONE,
                        Entity.PASSPORT,
                        Entity.BANK_ACCOUNT,
                        Entity.DRIVER_LICENCE);
        // those with a check digit first: nearly any nine digits could be an SSN
        BY_LENGTH[9] =
                all(
                        Entity.CA_SIN,
                        Entity.NL_BSN,
                        Entity.AU_TFN,
                        Entity.ABA_ROUTING,
                        Entity.PT_NIF,
                        Entity.IL_ID,
                        Entity.US_ITIN,
                        Entity.US_SSN,
                        Entity.US_EIN,
                        Entity.PASSPORT,
                        Entity.PHONE,
                        Entity.BANK_ACCOUNT,
                        Entity.DRIVER_LICENCE);
        BY_LENGTH[10] =
                all(
                        Entity.US_NPI,
                        Entity.UK_NHS,
                        Entity.SE_PERSONNUMMER,
                        Entity.DK_CPR,
                        Entity.AU_MEDICARE,
                        Entity.PHONE,
                        Entity.BANK_ACCOUNT,
                        Entity.DRIVER_LICENCE);
        BY_LENGTH[11] =
                all(
                        Entity.BE_NN,
                        Entity.NO_FNR,
                        Entity.DE_STEUER_ID,
                        Entity.PL_PESEL,
                        Entity.BR_CPF,
                        Entity.TR_TCKN,
                        Entity.AU_ABN,
                        Entity.AU_MEDICARE,
                        Entity.PHONE,
                        Entity.BANK_ACCOUNT);
        BY_LENGTH[12] =
                all(
                        Entity.IN_AADHAAR,
                        Entity.JP_MY_NUMBER,
                        Entity.SE_PERSONNUMMER,
                        Entity.CREDIT_CARD,
                        Entity.PHONE,
                        Entity.BANK_ACCOUNT);
        BY_LENGTH[13] =
                all(
                        Entity.CH_AHV,
                        Entity.ZA_ID,
                        Entity.TH_TNIN,
                        Entity.KR_RRN,
                        Entity.CREDIT_CARD,
                        Entity.PHONE,
                        Entity.BANK_ACCOUNT);
        BY_LENGTH[14] = all(Entity.BR_CNPJ, Entity.CREDIT_CARD, Entity.PHONE, Entity.BANK_ACCOUNT);
        BY_LENGTH[15] = all(Entity.CREDIT_CARD, Entity.FR_NIR, Entity.IMEI, Entity.BANK_ACCOUNT);
        BY_LENGTH[16] = all(Entity.CREDIT_CARD, Entity.BANK_ACCOUNT);
        BY_LENGTH[17] = all(Entity.CREDIT_CARD, Entity.BANK_ACCOUNT);
        BY_LENGTH[18] = all(Entity.CN_RIC, Entity.CREDIT_CARD);
        BY_LENGTH[19] = all(Entity.CREDIT_CARD);
    }

    private DigitFinder() {}

    private static Entity[] all(Entity... entities) {
        return entities;
    }

    /// @param i a digit, the first of its run
    /// @return where to go on
    static int at(Scan s, int i) {
        byte[] b = s.b;
        int hi = s.hi;
        int j = i + 1;
        while (j < hi && Checks.digit(b[j])) {
            j++;
        }
        int n = j - i;
        int before = s.at(i - 1);
        int behind = s.at(j);
        if (Checks.letter(behind) || behind == '_' || Checks.letter(before) || before == '_') {
            return TokenFinder.at(s, i);
        }
        if (n < SHORTEST
                && (behind == ',' || behind == '"' || behind == ':')
                && before != '+'
                && before != '(') {
            return j;
        }
        if (before == '+' || before == '(') {
            int end = PhoneFinder.phone(s, i, before);
            if (end > 0) {
                return end;
            }
        }
        boolean sign =
                behind == '-' || behind == '.' || behind == ' ' || behind == '/' || behind == '+';
        if (sign && n <= 13 && j + 1 < hi && (Checks.alnum(b[j + 1]) || b[j + 1] == '(')) {
            if (n == 8 && TokenFinder.uuid(s, i)) {
                return i + 36;
            }
            int end = formatted(s, i, n);
            if (end > 0) {
                return end;
            }
            end = n == 2 || n == 6 ? afterLetters(s, i) : -1;
            if (end > 0) {
                return end;
            }
            end = n <= 5 ? PhoneFinder.grouped(s, i) : -1;
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
        return n >= SHORTEST && n <= 19 ? bare(s, i, j) : n > 19 ? TokenFinder.at(s, i) : j;
    }

    /// The branch of a CNPJ that began with letters: `AB.CDE.FGH/0001-91`.
    static int branch(Scan s, int i) {
        return i - 11 >= Math.max(s.lo, s.floor) ? formatted(s, i - 11, 2) : -1;
    }

    /// In the format of its issuer.
    static int formatted(Scan s, int i, int run) {
        if (!s.begins(i)) {
            return -1;
        }
        Formats.Format found = null;
        int foundEnd = -1;
        long context = -1;
        int sign = i + run;
        int second = sign + 1;
        while (second < s.hi && second - sign < 12 && Checks.alnum(s.b[second])) {
            second++;
        }
        for (var format : Formats.starting(run, s.b[sign], second - sign - 1)) {
            int end = format.end(s.b, i, s.hi);
            if (end < 0 || !s.ends(end) || !s.on(format.entity())) {
                continue;
            }
            if (chained(s, format.entity(), i, end) || !valid(s, format, i, end)) {
                continue;
            }
            if (context == -1) {
                context = s.context(i, end);
            }
            if ((context & format.entity().bit()) != 0) {
                return s.hit(format.entity(), i, end) ? end : -1;
            }
            if (found == null
                    && format.strong()
                    && !(context == Words.NONE
                            && doubtful(format.entity())
                            && format.entity() != Entity.CREDIT_CARD)) {
                found = format;
                foundEnd = end;
            }
        }
        boolean phone =
                found != null
                        && context != Words.NONE
                        && (context & Entity.PHONE.bit()) != 0
                        && doubtful(found.entity());
        return found != null
                        && !phone
                        && !money(s, found.entity(), i, foundEnd)
                        && s.hit(found.entity(), i, foundEnd)
                ? foundEnd
                : -1;
    }

    /// Whose check so many numbers pass that a word can speak against it.
    private static boolean doubtful(Entity entity) {
        return entity == Entity.PHONE
                || entity == Entity.CREDIT_CARD
                || entity == Entity.CA_SIN
                || entity == Entity.UK_NHS
                || entity == Entity.KR_RRN
                || entity == Entity.IN_AADHAAR
                || entity == Entity.ES_DNI
                || entity == Entity.IE_PPS
                || entity == Entity.TH_TNIN
                || entity == Entity.DE_STEUER_ID;
    }

    /// Whether it is only a part of a longer row of groups.
    private static boolean chained(Scan s, Entity entity, int i, int end) {
        if (!doubtful(entity)) {
            return false;
        }
        boolean before =
                s.at(i - 1) == ' ' && Checks.digit(s.at(i - 2)) && Checks.digit(s.at(i - 3));
        boolean behind = s.at(end) == ' ' && Checks.digit(s.at(end + 1));
        return entity == Entity.CREDIT_CARD
                ? (behind && Checks.digit(s.at(end + 3)) && Checks.digit(s.at(end + 4)))
                        || (before && Checks.digit(s.at(i - 4)) && Checks.digit(s.at(i - 5)))
                : before || (behind && Checks.digit(s.at(end + 2)));
    }

    /// `1 234 567 €`: groups of three that are an amount.
    private static boolean money(Scan s, Entity entity, int i, int end) {
        if (!doubtful(entity) || entity == Entity.CREDIT_CARD) {
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

    /// A run of digits and nothing else.
    private static int bare(Scan s, int i, int j) {
        int n = j - i;
        if (BY_LENGTH[n].length == 0 || !s.begins(i) || !s.ends(j)) {
            return j;
        }
        s.gather(i, j);
        byte[] d = s.digits;
        long context = -1;
        Entity strong = null;
        for (var entity : BY_LENGTH[n]) {
            if (!s.on(entity) || !DigitNumbers.valid(entity, d, n)) {
                continue;
            }
            if (context == -1) {
                context = s.context(i, j);
            }
            if ((context & entity.bit()) != 0) {
                s.hit(entity, i, j);
                return j;
            }
            if (strong == null && strong(entity, d, n)) {
                strong = entity;
            }
        }
        int before = s.at(i - 1);
        if (strong != null
                && (context != Words.NONE || !doubtful(strong))
                && before != '#'
                && before != '-'
                && before != '$') {
            s.hit(strong, i, j);
        }
        return j;
    }

    /// Whose check so few numbers pass that no word is needed.
    private static boolean strong(Entity entity, byte[] d, int n) {
        return switch (entity) {
            case CREDIT_CARD -> Cards.strength(d, n) == Cards.STRONG && !moment(d, n);
            case BE_NN, NO_FNR, CH_AHV, CN_RIC, DE_STEUER_ID -> true;
            case FR_NIR -> d[0] <= 2 && Checks.two(d, 3) <= 12;
            // 13 digits that begin with 1 are most often milliseconds since 1970
            case ZA_ID -> d[0] != 1;
            case BR_CNPJ -> Checks.number(d, 8, 12) == 1;
            default -> false; // the others need a word
        };
    }

    /// `YYYYMMDDhhmmss` and the like.
    private static boolean moment(byte[] d, int n) {
        return n >= 12 && d[0] <= 2 && Checks.date(d, 0) && Checks.two(d, 8) < 24;
    }
}
