package dev.countersign.masking;

/// Decides about runs of digits and nothing else, by their length: a word speaks for one that
/// passes its check, or the check is so strong that no word is needed.
final class BareNumbers {
    private static final Entity[][] BY_LENGTH = new Entity[20][0];

    /// The bits of all of a length.
    private static final long[] TOLD = new long[BY_LENGTH.length];

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
        for (int n = 0; n < BY_LENGTH.length; n++) {
            for (var entity : BY_LENGTH[n]) {
                TOLD[n] |= entity.bit();
            }
        }
    }

    private BareNumbers() {}

    private static Entity[] all(Entity... entities) {
        return entities;
    }

    /// @param i the first digit
    /// @param j behind the last
    /// @return where to go on
    static int at(Scan s, int i, int j) {
        int n = j - i;
        if (BY_LENGTH[n].length == 0 || !s.begins(i) || !s.ends(j)) {
            return j;
        }
        long context = s.context(i, j);
        long told = context & TOLD[n];
        if (told == 0 && (n < 11 || n == 17)) {
            return j; // none of them is strong
        }
        s.gather(i, j);
        byte[] d = s.digits;
        Entity strong = null;
        for (var entity : BY_LENGTH[n]) {
            boolean spokenOf = (told & entity.bit()) != 0;
            if ((!spokenOf && (strong != null || !strong(entity)))
                    || !s.on(entity)
                    || !DigitNumbers.valid(entity, d, n)) {
                continue;
            }
            if (spokenOf) {
                s.hit(entity, i, j);
                return j;
            }
            if (strong(entity, d, n)) {
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

    /// Which could be strong.
    private static boolean strong(Entity entity) {
        return switch (entity) {
            case CREDIT_CARD, BE_NN, NO_FNR, CH_AHV, CN_RIC, DE_STEUER_ID, FR_NIR, ZA_ID, BR_CNPJ ->
                    true;
            default -> false; // the others need a word
        };
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

    /// Whose check so many numbers pass that a word can speak against it.
    static boolean doubtful(Entity entity) {
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
}
