package dev.countersign.masking;

import java.util.Arrays;
import java.util.Optional;
import org.bouncycastle.crypto.fpe.FPEFF1Engine;
import org.bouncycastle.crypto.params.FPEParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jspecify.annotations.Nullable;

/// Turns the digits of a number into other digits, one to one, by FF1 (NIST SP 800-38G) over AES: a
/// card stays a text of sixteen digits in four groups, and is nobody's card. For one thread.
public final class DigitKey {
    /// FF1 is for 1,000,000 numbers or more: fewer could be tried one by one.
    public static final int FEWEST = 6;

    /// Digits of the longest number that is turned.
    public static final int MOST = 64;

    private static final int RADIX = 10;
    private static final int MAX_TURNS = 32;

    private final FPEFF1Engine engine = new FPEFF1Engine();

    DigitKey(byte[] key) {
        engine.init(true, new FPEParameters(new KeyParameter(key), RADIX, new byte[0]));
    }

    /// With blanks and punctuation where they were. What comes out always fails Luhn's check, so
    /// that it is never taken for a real card.
    ///
    /// @return empty where there are less than [#FEWEST] digits or more than [#MOST], or anything
    ///   else that could tell something: a letter, a digit that is not ASCII's
    public Optional<String> apply(String value) {
        int count = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (digit(c)) {
                count++;
            } else if (c > '~' || Operator.Partial.hides(c)) {
                return Optional.empty();
            }
        }
        if (count < FEWEST || count > MOST) {
            return Optional.empty();
        }
        var digits = new byte[count];
        int at = 0;
        for (int i = 0; i < value.length(); i++) {
            if (digit(value.charAt(i))) {
                digits[at++] = (byte) (value.charAt(i) - '0');
            }
        }
        var turned = turned(digits);
        if (turned == null) {
            return Optional.empty();
        }
        var out = new StringBuilder(value.length());
        at = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            out.append(digit(c) ? (char) ('0' + turned[at++]) : c);
        }
        return Optional.of(out.toString());
    }

    /// Until it fails Luhn's check. Null where it comes back to itself, or takes too long: nine in
    /// ten fail at once, and a short circle of numbers that all pass would never end.
    private byte @Nullable [] turned(byte[] digits) {
        var out = digits;
        for (int i = 0; i < MAX_TURNS; i++) {
            out = turn(out);
            if (!luhn(out)) {
                return Arrays.equals(out, digits) ? null : out;
            }
        }
        return null;
    }

    private static boolean digit(char c) {
        return c >= '0' && c <= '9';
    }

    /// Once, whatever comes out.
    byte[] turn(byte[] digits) {
        var out = new byte[digits.length];
        engine.processBlock(digits, 0, digits.length, out, 0);
        return out;
    }

    static boolean luhn(byte[] digits) {
        int sum = 0;
        for (int i = 0; i < digits.length; i++) {
            int digit = digits[digits.length - 1 - i];
            int weighed = i % 2 == 0 ? digit : 2 * digit;
            sum += weighed > 9 ? weighed - 9 : weighed;
        }
        return sum % 10 == 0;
    }

    @Override
    public String toString() {
        return "digit key";
    }
}
