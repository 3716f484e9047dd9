package dev.countersign.postgres;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Whole numbers from and to `numeric`. In binary it is a header of four shorts (number of digits,
/// weight of the first, sign, decimals to show) and digits to the base of 10,000.
final class Numeric {
    /// Decimal digits in front of the point that are read; what has more is not.
    private static final int MAX_DIGITS = 256;

    private static final int BASE_DIGITS = 4;
    private static final int BASE = 10_000;
    private static final int HEADER = 4 * Short.BYTES;
    private static final int POSITIVE = 0;
    private static final int NEGATIVE = 0x4000;
    private static final int MODIFIER = 4;
    private static final Pattern TEXT = Pattern.compile("(-?)(\\d+)(\\.\\d+)?");

    /// Digits behind the point that a text may have: the type's own limit.
    private static final int MAX_TEXT = MAX_DIGITS + 16_400;

    private Numeric() {}

    /// Digits in front of the point that `numeric(precision, scale)` holds.
    static int wholeDigits(int modifier) {
        return modifier < MODIFIER
                ? Integer.MAX_VALUE
                : (((modifier - MODIFIER) >> 16) & 0xFFFF) - scale(modifier);
    }

    /// Digits behind the point; less than 0 where the last ones before it are zeros. 0 where
    /// nothing is declared.
    private static int scale(int modifier) {
        return modifier < MODIFIER ? 0 : (((modifier - MODIFIER) & 0x7FF) ^ 0x400) - 0x400;
    }

    /// With as many decimals as are declared, which the server shows whatever they are.
    static byte[] cell(BigInteger number, boolean binary, int modifier) {
        int decimals = Math.max(0, scale(modifier));
        return binary
                ? binary(number, decimals)
                : (decimals == 0 ? number.toString() : number + "." + "0".repeat(decimals))
                        .getBytes(StandardCharsets.UTF_8);
    }

    /// The next lower whole number; null where there is none, or the value is broken or too long.
    static @Nullable BigInteger floor(byte[] value) {
        var in = ByteBuffer.wrap(value);
        if (value.length < HEADER) {
            return null;
        }
        int count = in.getShort() & 0xFFFF;
        int weight = in.getShort();
        int sign = in.getShort() & 0xFFFF;
        in.getShort(); // decimals to show
        if (in.remaining() != count * Short.BYTES
                || (weight + 1) * BASE_DIGITS > MAX_DIGITS
                || (sign != POSITIVE && sign != NEGATIVE)) {
            return null;
        }
        var whole = BigInteger.ZERO;
        boolean fraction = false;
        for (int i = 0; i < Math.max(count, weight + 1); i++) {
            int digit = i < count ? in.getShort() : 0;
            if (digit < 0 || digit >= BASE) {
                return null;
            }
            if (i <= weight) {
                whole = whole.multiply(BigInteger.valueOf(BASE)).add(BigInteger.valueOf(digit));
            } else {
                fraction |= digit != 0;
            }
        }
        return signed(whole, fraction, sign == NEGATIVE);
    }

    static @Nullable BigInteger floorOfText(byte[] value) {
        if (value.length > MAX_TEXT) {
            return null;
        }
        var parts = TEXT.matcher(new String(value, StandardCharsets.ISO_8859_1));
        if (!parts.matches() || parts.group(2).length() > MAX_DIGITS) {
            return null;
        }
        var behind = parts.group(3);
        return signed(
                new BigInteger(parts.group(2)),
                behind != null && behind.chars().anyMatch(c -> c != '0' && c != '.'),
                !parts.group(1).isEmpty());
    }

    private static BigInteger signed(BigInteger whole, boolean fraction, boolean negative) {
        if (!negative) {
            return whole;
        }
        return fraction ? whole.add(BigInteger.ONE).negate() : whole.negate();
    }

    private static byte[] binary(BigInteger number, int decimals) {
        if (number.signum() == 0) {
            return ByteBuffer.allocate(HEADER)
                    .putShort(HEADER - Short.BYTES, (short) decimals)
                    .array();
        }
        var text = number.abs().toString();
        int groups = (text.length() + BASE_DIGITS - 1) / BASE_DIGITS;
        var digits = "0".repeat(groups * BASE_DIGITS - text.length()) + text;
        int last = groups;
        while (digits.startsWith("0000", (last - 1) * BASE_DIGITS)) {
            last--;
        }
        var out = ByteBuffer.allocate(HEADER + last * Short.BYTES);
        out.putShort((short) last);
        out.putShort((short) (groups - 1));
        out.putShort((short) (number.signum() < 0 ? NEGATIVE : POSITIVE));
        out.putShort((short) decimals);
        for (int i = 0; i < last; i++) {
            out.putShort(
                    (short) Integer.parseInt(digits, i * BASE_DIGITS, (i + 1) * BASE_DIGITS, 10));
        }
        return out.array();
    }
}
