package dev.countersign.masking;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.SecretKey;

/// Makes the pseudonyms of one label at one target in one scope: HMAC-SHA-256, cut to 128 bits. For
/// one thread.
public final class MaskKey {
    /// Bytes of a pseudonym.
    public static final int BYTES = 16;

    /// In front of each that is a text, so that it is taken for nothing else.
    public static final String PREFIX = "cs1_";

    /// Characters of a pseudonym that is a text.
    public static final int LENGTH = 4 + 26;

    private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

    private final Mac mac;

    MaskKey(SecretKey key) {
        try {
            mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    public byte[] bytes(byte[] value) {
        return Arrays.copyOf(mac.doFinal(value), BYTES);
    }

    /// [#PREFIX] and 26 small letters and digits 2 to 7 (RFC 4648, base32, not padded).
    public String text(byte[] value) {
        var out = new StringBuilder(LENGTH).append(PREFIX);
        int held = 0;
        int bits = 0;
        for (byte next : bytes(value)) {
            held = (held & 0x1F) << 8 | (next & 0xFF);
            bits += 8;
            while (bits >= 5) {
                bits -= 5;
                out.append(BASE32.charAt(held >> bits & 0x1F));
            }
        }
        return out.append(BASE32.charAt(held << (5 - bits) & 0x1F)).toString();
    }

    @Override
    public String toString() {
        return "mask key";
    }
}
