package dev.countersign.model;

import java.security.SecureRandom;
import java.util.HexFormat;

/// UUID version 7 (RFC 9562, 5.7): 48 bits of wall time in ms, then 74 random bits, in the usual
/// text form.
final class Ids {
    private static final SecureRandom RANDOM = new SecureRandom();

    private Ids() {}

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
        var hex = HexFormat.of();
        var text = hex.toHexDigits(high) + hex.toHexDigits(low);
        return text.substring(0, 8)
                + '-'
                + text.substring(8, 12)
                + '-'
                + text.substring(12, 16)
                + '-'
                + text.substring(16, 20)
                + '-'
                + text.substring(20);
    }
}
