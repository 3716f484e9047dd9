package dev.countersign.masking;

import java.util.Arrays;

/// The registry of IBANs: for each country the class of every character behind the check digits.
final class Ibans {
    static final int LONGEST = 34;

    private static final byte[][] CLASSES = classes();

    private Ibans() {}

    private static byte[][] classes() {
        var out = new byte[26 * 26][];
        for (var line : Tables.lines("ibans.txt")) {
            int country = (line.charAt(0) - 'A') * 26 + line.charAt(1) - 'A';
            var all = new byte[LONGEST];
            int length = 0;
            int count = 0;
            for (int i = 3; i < line.length(); i++) {
                char c = line.charAt(i);
                if (Checks.digit(c)) {
                    count = 10 * count + c - '0';
                } else {
                    Arrays.fill(all, length, length + count, (byte) c);
                    length += count;
                    count = 0;
                }
            }
            out[country] = Arrays.copyOf(all, length);
        }
        return out;
    }

    /// How long an IBAN of this country is; 0 where there is no such country.
    static int length(int first, int second) {
        int a = (first | 0x20) - 'a';
        int b = (second | 0x20) - 'a';
        if (a < 0 || a > 25 || b < 0 || b > 25) {
            return 0;
        }
        var classes = CLASSES[a * 26 + b];
        return classes == null ? 0 : classes.length + 4;
    }

    /// @param text letters and digits only, of the country's length
    static boolean valid(byte[] text, int length) {
        if (length < 5 || length(text[0], text[1]) != length) {
            return false;
        }
        var classes = CLASSES[((text[0] | 0x20) - 'a') * 26 + (text[1] | 0x20) - 'a'];
        for (int i = 4; i < length; i++) {
            byte c = text[i];
            boolean fits =
                    switch (classes[i - 4]) {
                        case 'n' -> Checks.digit(c);
                        case 'a' -> Checks.letter(c);
                        default -> Checks.alnum(c);
                    };
            if (!fits) {
                return false;
            }
        }
        return rest(text, length) == 1;
    }

    /// ISO/IEC 7064 MOD 97-10 as IBANs have it: the first four characters count last.
    static int rest(byte[] text, int length) {
        int rest = 0;
        for (int i = 0; i < length; i++) {
            int value = Checks.value36(text[(i + 4) % length]);
            rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
        }
        return rest;
    }
}
