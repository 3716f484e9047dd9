package dev.countersign.model;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/// UUID version 7 (RFC 9562, 5.7): 48 bits of wall time in ms, then 74 random bits, in the usual
/// text form.
public final class Ids {
    /// Letters and digits of which none looks like another.
    private static final String LETTERS = "abcdefghjkmnpqrstuvwxyz23456789";

    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

    /// A random name that can be read out.
    static String letters(int length) {
        var out = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            out.append(LETTERS.charAt(RANDOM.nextInt(LETTERS.length())));
        }
        return out.toString();
    }

    static String uuid7() {
        var random = new byte[10];
        RANDOM.nextBytes(random);
        long high =
                (System.currentTimeMillis() << 16)
                        | 0x7000
                        | ((random[0] & 0x0F) << 8)
                        | (random[1] & 0xFF);
        long low = 0x80 | (random[2] & 0x3F);
        for (int i = 3; i < 10; i++) {
            low = (low << 8) | (random[i] & 0xFF);
        }
        return text(high, low);
    }

    /// The text form of a UUID (RFC 9562, 4).
    public static String text(long high, long low) {
        var out = new byte[36];
        int at = 0;
        for (int digit = 0; digit < 32; digit++) {
            if (digit == 8 || digit == 12 || digit == 16 || digit == 20) {
                out[at++] = '-';
            }
            int value = (int) ((digit < 16 ? high : low) >>> (60 - 4 * (digit % 16))) & 15;
            out[at++] = (byte) (value < 10 ? '0' + value : 'a' + value - 10);
        }
        return new String(out, StandardCharsets.ISO_8859_1);
    }
}
