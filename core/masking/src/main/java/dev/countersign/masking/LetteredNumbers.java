package dev.countersign.masking;

import static dev.countersign.masking.Checks.digit;
import static dev.countersign.masking.Checks.two;
import static dev.countersign.masking.Checks.upper;

/// Identifiers that have letters in them, each with the check of its issuer.
final class LetteredNumbers {
    private static final String DNI = "TRWAGMYFPDXBNJZSQVHLCKE";
    private static final String HETU = "0123456789ABCDEFHJKLMNPRSTUVWXY";
    private static final String PPS = "WABCDEFGHIJKLMNOPQRSTUV";
    private static final String NRIC = "JZIHGFEDCBA";
    private static final String FIN = "XWUTRQPNMLK";
    private static final String FIN_M = "KLJNPQRTUWX";
    private static final String OMOCODIA = "LMNPQRSTUV";
    private static final String MONTHS = "ABCDEHLMPRST";
    private static final String CURP = "0123456789ABCDEFGHIJKLMN\u00d1OPQRSTUVWXYZ";
    private static final String VIN_WEIGHTS = "8765432X098765432";

    /// What each letter counts; I, O and Q are no letters here.
    private static final String VIN_VALUES = "12345678.12345.7.923456789";

    private static final int[] RVNR = {2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1};
    private static final String DEA = "ABCDEFGHJKLMPRSTUX";

    /// What a letter counts at the odd places of a codice fiscale; digits count as A to J.
    private static final int[] ODD = {
        1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23
    };

    private LetteredNumbers() {}

    /// Two letters, six digits, a letter.
    static boolean nino(byte[] t) {
        if (!shape(t, 9, "LLddddddL") || t[8] > 'D') {
            return false;
        }
        int a = t[0];
        int b = t[1];
        boolean first = "DFIQUV".indexOf(a) < 0 && "DFIOQUV".indexOf(b) < 0;
        return first
                && switch (a << 8 | b) {
                    case 'B' << 8 | 'G',
                            'G' << 8 | 'B',
                            'K' << 8 | 'N',
                            'N' << 8 | 'K',
                            'N' << 8 | 'T',
                            'T' << 8 | 'N',
                            'Z' << 8 | 'Z' ->
                            false;
                    default -> true;
                };
    }

    static boolean dea(byte[] t) {
        if (!shape(t, 9, "Lxddddddd") || DEA.indexOf(t[0]) < 0 || (!upper(t[1]) && t[1] != '9')) {
            return false;
        }
        int sum = v(t, 2) + v(t, 4) + v(t, 6) + 2 * (v(t, 3) + v(t, 5) + v(t, 7));
        return sum % 10 == v(t, 8);
    }

    static boolean dni(byte[] t) {
        return shape(t, 9, "ddddddddL") && DNI.charAt((int) (number(t, 0, 8) % 23)) == t[8];
    }

    static boolean nie(byte[] t) {
        if (!shape(t, 9, "LdddddddL") || t[0] < 'X') {
            return false;
        }
        long number = (t[0] - 'X') * 10_000_000L + number(t, 1, 8);
        return DNI.charAt((int) (number % 23)) == t[8];
    }

    static boolean nric(byte[] t) {
        if (!shape(t, 9, "LdddddddL")) {
            return false;
        }
        int sum =
                2 * v(t, 1)
                        + 7 * v(t, 2)
                        + 6 * v(t, 3)
                        + 5 * v(t, 4)
                        + 4 * v(t, 5)
                        + 3 * v(t, 6)
                        + 2 * v(t, 7);
        return switch (t[0]) {
            case 'S' -> NRIC.charAt(sum % 11) == t[8];
            case 'T' -> NRIC.charAt((sum + 4) % 11) == t[8];
            case 'F' -> FIN.charAt(sum % 11) == t[8];
            case 'G' -> FIN.charAt((sum + 4) % 11) == t[8];
            case 'M' -> FIN_M.charAt(10 - (sum + 3) % 11) == t[8];
            default -> false;
        };
    }

    /// Seven digits, the check letter, and perhaps one more that counts nine times.
    static boolean pps(byte[] t, int n) {
        if (!(n == 8 ? shape(t, 8, "dddddddL") : shape(t, n, "dddddddLL"))) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 7; i++) {
            sum += (8 - i) * v(t, i);
        }
        if (n == 9) {
            if (t[8] > 'I' && t[8] != 'W') {
                return false;
            }
            sum += t[8] == 'W' ? 0 : 9 * (t[8] - 'A' + 1);
        }
        return PPS.charAt(sum % 23) == t[7];
    }

    static boolean indianPan(byte[] t) {
        return shape(t, 10, "LLLLLddddL") && "ABCFGHJLPT".indexOf(t[3]) >= 0;
    }

    static boolean mbi(byte[] t) {
        return shape(t, 11, "dLxdLxdLLdd")
                && t[0] != '0'
                && mbiLetter(t[1])
                && (digit(t[2]) || mbiLetter(t[2]))
                && mbiLetter(t[4])
                && (digit(t[5]) || mbiLetter(t[5]))
                && mbiLetter(t[7])
                && mbiLetter(t[8]);
    }

    private static boolean mbiLetter(int c) {
        return upper(c) && "SLOIBZ".indexOf(c) < 0;
    }

    /// Six digits of a date, the century's sign (at 6), three digits and the check.
    static boolean hetu(byte[] t) {
        if (!shape(t, 6, "dddddd")
                || "-+YXWVUABCDEF".indexOf(t[6]) < 0
                || !digit(t[7])
                || !digit(t[8])
                || !digit(t[9])) {
            return false;
        }
        long number = 1000 * number(t, 0, 6) + number(t, 7, 10);
        return Checks.day(10 * v(t, 2) + v(t, 3), 10 * v(t, 0) + v(t, 1))
                && HETU.charAt((int) (number % 31)) == t[10];
    }

    static boolean rvnr(byte[] t) {
        if (!shape(t, 12, "ddddddddLddd")) {
            return false;
        }
        var d = new byte[13];
        for (int i = 0; i < 8; i++) {
            d[i] = (byte) v(t, i);
        }
        int letter = t[8] - 'A' + 1;
        d[8] = (byte) (letter / 10);
        d[9] = (byte) (letter % 10);
        d[10] = (byte) v(t, 9);
        d[11] = (byte) v(t, 10);
        d[12] = (byte) v(t, 11);
        int day = two(d, 2) > 50 ? two(d, 2) - 50 : two(d, 2);
        int sum = 0;
        for (int i = 0; i < 12; i++) {
            int x = d[i] * RVNR[i];
            sum += x / 10 + x % 10;
        }
        return Checks.day(two(d, 4), day) && two(d, 0) >= 2 && sum % 10 == d[12];
    }

    static boolean codiceFiscale(byte[] t) {
        for (int i = 0; i < 16; i++) {
            boolean number = i >= 6 && i != 8 && i != 11 && i != 15;
            if (number ? !digit(t[i]) && OMOCODIA.indexOf(t[i]) < 0 : !upper(t[i])) {
                return false;
            }
        }
        if (MONTHS.indexOf(t[8]) < 0) {
            return false;
        }
        int day = 10 * omocodia(t[9]) + omocodia(t[10]);
        if (day < 1 || day > 71 || (day > 31 && day < 41)) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 15; i++) {
            int value = digit(t[i]) ? t[i] - '0' : t[i] - 'A';
            sum += (i & 1) == 0 ? ODD[value] : value;
        }
        return sum % 26 == t[15] - 'A';
    }

    private static int omocodia(int c) {
        return digit(c) ? c - '0' : OMOCODIA.indexOf(c);
    }

    /// A NIR of Corsica: 2A counts as 19, 2B as 18.
    static boolean corsicanNir(byte[] t) {
        if (!shape(t, 15, "ddddddxdddddddd") || t[5] != '2' || (t[6] != 'A' && t[6] != 'B')) {
            return false;
        }
        int month = 10 * v(t, 3) + v(t, 4);
        long number =
                number(t, 0, 5) * 100_000_000L
                        + (t[6] == 'A' ? 19 : 18) * 1_000_000L
                        + number(t, 7, 13);
        return (v(t, 0) == 1 || v(t, 0) == 2)
                && month >= 1
                && month <= 12
                && 97 - number % 97 == number(t, 13, 15);
    }

    static boolean alphanumericCnpj(byte[] t) {
        var v = new byte[14];
        for (int i = 0; i < 14; i++) {
            if (!digit(t[i]) && (!upper(t[i]) || i > 11)) {
                return false;
            }
            v[i] = (byte) (t[i] - '0');
        }
        return DigitNumbers.cnpj(v);
    }

    static boolean chineseX(byte[] t) {
        if ((t[17] != 'X' && t[17] != 'x') || !shape(t, 17, "ddddddddddddddddd")) {
            return false;
        }
        var d = new byte[17];
        for (int i = 0; i < 17; i++) {
            d[i] = (byte) v(t, i);
        }
        return DigitNumbers.chinese(d) && DigitNumbers.chineseCheck(d) == 10;
    }

    static boolean curp(byte[] t) {
        if (!shape(t, 18, "LLLLddddddLLLLLLxd") || (t[10] != 'H' && t[10] != 'M' && t[10] != 'X')) {
            return false;
        }
        int sum = 0;
        for (int i = 0; i < 17; i++) {
            sum += (18 - i) * CURP.indexOf(t[i]);
        }
        return Checks.day((int) number(t, 6, 8), (int) number(t, 8, 10))
                && (10 - sum % 10) % 10 == v(t, 17);
    }

    static boolean vin(byte[] t) {
        int sum = 0;
        boolean letters = false;
        for (int i = 0; i < 17; i++) {
            int value;
            if (digit(t[i])) {
                value = t[i] - '0';
            } else {
                value = upper(t[i]) ? VIN_VALUES.charAt(t[i] - 'A') - '0' : -1;
                if (value < 0) {
                    return false;
                }
                letters = true;
            }
            char weight = VIN_WEIGHTS.charAt(i);
            sum += value * (weight == 'X' ? 10 : weight - '0');
        }
        int check = sum % 11;
        return letters && (check == 10 ? t[8] == 'X' : t[8] == '0' + check);
    }

    /// `d` a digit, `L` a capital, `x` either.
    static boolean shape(byte[] t, int n, String shape) {
        if (n != shape.length()) {
            return false;
        }
        for (int i = 0; i < n; i++) {
            boolean fits =
                    switch (shape.charAt(i)) {
                        case 'd' -> digit(t[i]);
                        case 'L' -> upper(t[i]);
                        default -> digit(t[i]) || upper(t[i]);
                    };
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static int v(byte[] t, int at) {
        return t[at] - '0';
    }

    private static long number(byte[] t, int from, int to) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = 10 * value + t[i] - '0';
        }
        return value;
    }
}
