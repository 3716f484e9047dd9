package dev.countersign.postgres;

import dev.countersign.gate.Verifier;
import dev.countersign.model.Bytes;
import dev.countersign.model.CredentialId;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/// Verifiers of known passwords, made by RFC 5802's own formulas.
final class Minted {
    static final CredentialId ID = new CredentialId("cs_abcd2345efgh6789");
    static final Bytes SALT = Bytes.owned(Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ=="));

    private Minted() {}

    static Verifier of(String password) {
        try {
            var salted =
                    SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                            .generateSecret(
                                    new PBEKeySpec(
                                            password.toCharArray(), SALT.toArray(), 4_096, 256))
                            .getEncoded();
            var stored = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
            return Verifier.of(
                    ID, SALT, 4_096, Bytes.owned(stored), Bytes.owned(hmac(salted, "Server Key")));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        var mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    }
}
