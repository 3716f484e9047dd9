package dev.countersign.masking;

import static dev.countersign.masking.Checks.two;
import static dev.countersign.masking.Checks.weighted;

/// Identifiers that are made of digits alone, each with the check of its issuer.
final class DigitNumbers {
    // the weights of each
    private static final int[] TFN = {1, 4, 3, 7, 5, 8, 6, 9, 10};
    private static final int[] ABA = {3, 7, 1, 3, 7, 1, 3, 7, 1};
    private static final int[] NHS = {10, 9, 8, 7, 6, 5, 4, 3, 2};
    private static final int[] BSN = {9, 8, 7, 6, 5, 4, 3, 2, -1};
    private static final int[] PESEL = {1, 3, 7, 9, 1, 3, 7, 9, 1, 3, 1};
    private static final int[] FNR_FIRST = {3, 7, 6, 1, 8, 9, 4, 5, 2, 1};
    private static final int[] FNR_SECOND = {5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1};
    private static final int[] EAN = {1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1, 3, 1};
    private static final int[] NIF = {9, 8, 7, 6, 5, 4, 3, 2};
    private static final int[] CPF = {11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
    private static final int[] MEDICARE = {1, 3, 7, 9, 1, 3, 7, 9};
    private static final int[] ABN = {10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19};
    private static final int[] CHINESE = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    private static final int[] MY_NUMBER = {6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2};
    private static final int[] THAI = {13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2};
    private static final int[] CNPJ = {6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2};

    private DigitNumbers() {}

    /// @param d exactly the digits of one number
    static boolean valid(Entity entity, byte[] d, int n) {
        return switch (entity) {
            case CREDIT_CARD -> Cards.strength(d, n) != Cards.NONE;
            case US_SSN -> n == 9 && ssn(d);
            case US_ITIN -> n == 9 && itin(d);
            case US_EIN -> n == 9 && ein(two(d, 0));
            case ABA_ROUTING -> n == 9 && aba(d);
            case US_NPI -> n == 10 && npi(d);
            case CA_SIN -> n == 9 && d[0] != 0 && d[0] != 8 && Checks.luhn(d, 0, 9);
            case UK_NHS -> n == 10 && nhs(d);
            case FR_NIR -> n == 15 && nir(d);
            case DE_STEUER_ID -> n == 11 && steuerId(d);
            case NL_BSN -> n == 9 && bsn(d);
            case BE_NN -> n == 11 && belgian(d);
            case PL_PESEL -> n == 11 && pesel(d);
            case SE_PERSONNUMMER -> n == 10 ? swedish(d, 0) : n == 12 && swedish(d, 2);
            case NO_FNR -> n == 11 && norwegian(d);
            case DK_CPR -> n == 10 && Checks.day(two(d, 2), two(d, 0));
            case CH_AHV -> n == 13 && Checks.number(d, 0, 3) == 756 && ean13(d);
            case PT_NIF -> n == 9 && nif(d);
            case BR_CPF -> n == 11 && cpf(d);
            case BR_CNPJ -> n == 14 && cnpj(d);
            case IN_AADHAAR -> n == 12 && aadhaar(d);
            case AU_TFN -> n == 9 && weighted(d, TFN) % 11 == 0 && d[0] > 0;
            case AU_MEDICARE -> (n == 10 || n == 11) && medicare(d);
            case AU_ABN -> n == 11 && abn(d);
            case CN_RIC -> n == 18 && chinese(d) && chineseCheck(d) == d[17];
            case KR_RRN -> n == 13 && Checks.day(two(d, 2), two(d, 4)) && d[6] >= 1 && d[6] <= 8;
            case JP_MY_NUMBER -> n == 12 && myNumber(d);
            case ZA_ID -> n == 13 && southAfrican(d);
            case TR_TCKN -> n == 11 && tckn(d);
            case TH_TNIN -> n == 13 && thai(d);
            case IL_ID -> (n == 9 || n == 8) && !Checks.equal(d, n) && israeli(d, n);
            case IMEI -> n == 15 && !Checks.equal(d, n) && Checks.luhn(d, 0, 15);
            case PHONE -> Phones.local(d, n);
            case BANK_ACCOUNT -> n >= 7 && n <= 17 && !Checks.equal(d, n);
            case PASSPORT -> (n == 8 || n == 9) && !Checks.equal(d, n);
            case DRIVER_LICENCE -> n >= 7 && n <= 12 && !Checks.equal(d, n);
            // the rest is not made of digits alone
            case IBAN,
                    EMAIL,
                    US_MBI,
                    US_DEA,
                    UK_NINO,
                    DE_RVNR,
                    IT_CODICE_FISCALE,
                    ES_DNI,
                    ES_NIE,
                    FI_HETU,
                    IE_PPS,
                    IN_PAN,
                    SG_NRIC_FIN,
                    MX_CURP,
                    CRYPTO,
                    VIN,
                    IP,
                    MAC,
                    DOB,
                    PASSWORD,
                    SECRET,
                    AWS_SECRET_KEY,
                    AZURE_KEY,
                    COOKIE,
                    AUTHORIZATION,
                    CARD_TRACK1,
                    CARD_TRACK2,
                    PASSPORT_MRZ,
                    AWS_ACCESS_KEY,
                    GITHUB_TOKEN,
                    NPM_TOKEN,
                    GITLAB_TOKEN,
                    SLACK_TOKEN,
                    STRIPE_KEY,
                    GOOGLE_API_KEY,
                    GOOGLE_OAUTH,
                    OPENAI_KEY,
                    ANTHROPIC_KEY,
                    HUGGINGFACE_TOKEN,
                    VAULT_TOKEN,
                    PYPI_TOKEN,
                    SENDGRID_KEY,
                    JWT,
                    PRIVATE_KEY,
                    URI_CREDENTIALS,
                    PASSWORD_HASH ->
                    false;
        };
    }

    static boolean ssn(byte[] d) {
        int area = 100 * d[0] + two(d, 1);
        return area != 0
                && area != 666
                && area < 900
                && two(d, 3) != 0
                && (two(d, 5) != 0 || two(d, 7) != 0);
    }

    static boolean itin(byte[] d) {
        int group = two(d, 3);
        return d[0] == 9
                && ((group >= 50 && group <= 65)
                        || (group >= 70 && group <= 88)
                        || (group >= 90 && group <= 92)
                        || group >= 94);
    }

    private static boolean ein(int prefix) {
        return switch (prefix) {
            case 0, 7, 8, 9, 17, 18, 19, 28, 29, 49, 69, 70, 78, 79, 89, 96, 97 -> false;
            default -> true;
        };
    }

    private static boolean aba(byte[] d) {
        int prefix = two(d, 0);
        boolean issued =
                prefix <= 12
                        || (prefix >= 21 && prefix <= 32)
                        || (prefix >= 61 && prefix <= 72)
                        || prefix == 80;
        return issued && !Checks.equal(d, 9) && weighted(d, ABA) % 10 == 0;
    }

    /// Luhn over `80840` and the number.
    private static boolean npi(byte[] d) {
        int sum = 24;
        for (int i = 0; i < 10; i++) {
            int x = d[i];
            if ((i & 1) == 0) {
                x += x;
                x = x > 9 ? x - 9 : x;
            }
            sum += x;
        }
        return (d[0] == 1 || d[0] == 2) && sum % 10 == 0;
    }

    private static boolean nhs(byte[] d) {
        int check = 11 - weighted(d, NHS) % 11;
        return (check == 11 ? 0 : check) == d[9] && !Checks.equal(d, 10);
    }

    private static boolean nir(byte[] d) {
        int month = two(d, 3);
        int department = two(d, 5);
        boolean born = (month >= 1 && month <= 12) || (month >= 20 && month <= 42) || month >= 50;
        boolean sex = (d[0] >= 1 && d[0] <= 4) || d[0] == 7 || d[0] == 8;
        return sex && born && department > 0 && 97 - Checks.number(d, 0, 13) % 97 == two(d, 13);
    }

    private static boolean steuerId(byte[] d) {
        if (d[0] == 0) {
            return false;
        }
        // how often each comes, in four bits
        long counts = 0;
        for (int i = 0; i < 10; i++) {
            counts += 1L << (4 * d[i]);
        }
        int repeated = 0;
        for (long rest = counts; rest != 0; rest >>>= 4) {
            long count = rest & 15;
            if (count > 3) {
                return false;
            }
            repeated += count > 1 ? 1 : 0;
        }
        return repeated == 1 && Checks.mod1110(d, 11);
    }

    private static boolean bsn(byte[] d) {
        return !Checks.equal(d, 9) && weighted(d, BSN) % 11 == 0;
    }

    private static boolean belgian(byte[] d) {
        int month = two(d, 2) % 20;
        long nine = Checks.number(d, 0, 9);
        int check = two(d, 9);
        boolean fits = 97 - nine % 97 == check || 97 - (2_000_000_000L + nine) % 97 == check;
        return fits && two(d, 2) < 60 && Checks.day(month, two(d, 4)) && !Checks.equal(d, 9);
    }

    private static boolean pesel(byte[] d) {
        return Checks.day(two(d, 2) % 20, two(d, 4)) && weighted(d, PESEL) % 10 == 0;
    }

    private static boolean swedish(byte[] d, int at) {
        int day = two(d, at + 4);
        boolean century = at == 0 || (two(d, 0) >= 18 && two(d, 0) <= 20);
        return century
                && Checks.day(two(d, at + 2), day > 60 ? day - 60 : day)
                && Checks.luhn(d, at, at + 10);
    }

    private static boolean norwegian(byte[] d) {
        int day = two(d, 0) > 40 ? two(d, 0) - 40 : two(d, 0);
        int month = two(d, 2) > 40 ? two(d, 2) - 40 : two(d, 2);
        return Checks.day(month, day)
                && weighted(d, FNR_FIRST) % 11 == 0
                && weighted(d, FNR_SECOND) % 11 == 0;
    }

    private static boolean ean13(byte[] d) {
        return weighted(d, EAN) % 10 == 0;
    }

    private static boolean nif(byte[] d) {
        int check = 11 - weighted(d, NIF) % 11;
        return (check > 9 ? 0 : check) == d[8] && d[0] != 0 && !Checks.equal(d, 9);
    }

    private static boolean cpf(byte[] d) {
        int first = 11 - weighted(d, NHS) % 11;
        int second = 11 - weighted(d, CPF) % 11;
        return !Checks.equal(d, 11)
                && (first > 9 ? 0 : first) == d[9]
                && (second > 9 ? 0 : second) == d[10];
    }

    /// @param v values: a digit's own, a capital's code less 48
    static boolean cnpj(byte[] v) {
        return !Checks.equal(v, 14) && cnpjCheck(v, 12) == v[12] && cnpjCheck(v, 13) == v[13];
    }

    private static int cnpjCheck(byte[] v, int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            sum += v[i] * CNPJ[i + 13 - n];
        }
        int rest = sum % 11;
        return rest < 2 ? 0 : 11 - rest;
    }

    private static boolean aadhaar(byte[] d) {
        boolean palindrome = true;
        for (int i = 0; i < 6; i++) {
            palindrome &= d[i] == d[11 - i];
        }
        return d[0] >= 2 && !palindrome && Checks.verhoeff(d, 12);
    }

    private static boolean medicare(byte[] d) {
        return d[0] >= 2 && d[0] <= 6 && weighted(d, MEDICARE) % 10 == d[8];
    }

    private static boolean abn(byte[] d) {
        return d[0] > 0 && (weighted(d, ABN) - 10) % 89 == 0;
    }

    /// The area and the date of birth.
    static boolean chinese(byte[] d) {
        int province = two(d, 0);
        return province >= 11 && province <= 82 && Checks.date(d, 6);
    }

    /// 0 to 10, which is written X.
    static int chineseCheck(byte[] d) {
        int sum = weighted(d, CHINESE);
        return (12 - sum % 11) % 11;
    }

    private static boolean myNumber(byte[] d) {
        int rest = weighted(d, MY_NUMBER) % 11;
        return (rest < 2 ? 0 : 11 - rest) == d[11] && !Checks.equal(d, 12);
    }

    private static boolean southAfrican(byte[] d) {
        return Checks.day(two(d, 2), two(d, 4)) && d[10] <= 2 && Checks.luhn(d, 0, 13);
    }

    private static boolean tckn(byte[] d) {
        int odd = d[0] + d[2] + d[4] + d[6] + d[8];
        int even = d[1] + d[3] + d[5] + d[7];
        return d[0] != 0
                && Math.floorMod(7 * odd - even, 10) == d[9]
                && (odd + even + d[9]) % 10 == d[10];
    }

    private static boolean thai(byte[] d) {
        int sum = weighted(d, THAI);
        return d[0] != 0 && (11 - sum % 11) % 10 == d[12];
    }

    private static boolean israeli(byte[] d, int n) {
        int sum = 0;
        for (int i = 0; i < n; i++) {
            int x = d[i] * ((i + 9 - n) % 2 + 1);
            sum += x > 9 ? x - 9 : x;
        }
        return sum % 10 == 0;
    }
}
