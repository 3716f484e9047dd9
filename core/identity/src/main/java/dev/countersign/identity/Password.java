package dev.countersign.identity;

import dev.countersign.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// The password of a minted credential, between its making and the one answer that carries it. A
/// secret: it never shows itself.
public final class Password {
    /// How each of them begins, so that whoever looks for secrets that leaked finds it.
    static final String PREFIX = "csp_";

    /// Random bits; more than any driver's alphabet needs, and no dictionary holds.
    static final int BITS = 192;

    private static final String HMAC = "HmacSHA256";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String value;

    Password(String value) {
        this.value = value;
    }

    /// Letters, digits, `-` and `_`: it needs no quoting in a URL, a connect string or a file.
    static Password fresh() {
        var random = new byte[BITS / 8];
        RANDOM.nextBytes(random);
        return new Password(
                PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    public String reveal() {
        return value;
    }

    /// What SCRAM-SHA-256 keeps of a password (RFC 5802, 3): with it a proof is recognised, and
    /// none can be made.
    ///
    /// @param storedKey SHA-256 of the client key
    public record Kept(Bytes storedKey, Bytes serverKey) {
        /// Without the keys.
        @Override
        public String toString() {
            return "kept";
        }
    }

    /// Blocks for as long as PBKDF2 takes, some milliseconds: never on an event loop.
    Kept keep(Bytes salt, int iterations) {
        try {
            var spec =
                    new PBEKeySpec(value.toCharArray(), salt.toArray(), iterations, Byte.SIZE * 32);
            var salted =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(spec)
                            .getEncoded();
            spec.clearPassword();
            var clientKey = hmac(salted, "Client Key");
            var storedKey = MessageDigest.getInstance("SHA-256").digest(clientKey);
            return new Kept(Bytes.owned(storedKey), Bytes.owned(hmac(salted, "Server Key")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has PBKDF2 and SHA-256", e);
        }
    }

    static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance(HMAC);
        mac.init(new SecretKeySpec(key, HMAC));
        return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public String toString() {
        return "password";
    }
}
