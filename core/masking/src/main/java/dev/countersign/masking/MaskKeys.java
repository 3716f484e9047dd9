package dev.countersign.masking;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The secret that pseudonyms are made with. Whoever has it can try values until one fits; each
/// target, label and scope has a key of its own, derived by HKDF-SHA-256, so that equal values
/// cannot be told from unequal ones across them.
public final class MaskKeys {
    /// The shortest secret.
    public static final int BYTES = 32;

    private static final byte[] SALT = "countersign mask v1".getBytes(StandardCharsets.UTF_8);

    private final SecretKey master;

    private MaskKeys(byte[] secret) {
        this.master = new SecretKeySpec(secret, "HKDF-SHA256");
    }

    /// @param secret at least [#BYTES] of it; a copy is kept
    public static MaskKeys of(byte[] secret) {
        if (secret.length < BYTES) {
            throw new IllegalArgumentException(
                    "the secret of masks has at least " + BYTES + " bytes");
        }
        return new MaskKeys(secret);
    }

    /// A secret that ends with the process.
    public static MaskKeys fresh() {
        var secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return new MaskKeys(secret);
    }

    /// @param scope inside which one value has one pseudonym: a session's id
    public MaskKey forTarget(String target, String label, String scope) {
        return new MaskKey(new SecretKeySpec(derive(target, label, scope), "HmacSHA256"));
    }

    /// For pseudonyms that look as numbers did: a key that has nothing to do with the other.
    ///
    /// @param scope as for [#forTarget]
    public DigitKey digitsForTarget(String target, String label, String scope) {
        return new DigitKey(derive(target, label, scope, "fpe"));
    }

    private byte[] derive(String... parts) {
        try {
            var derivation =
                    HKDFParameterSpec.ofExtract()
                            .addSalt(SALT)
                            .addIKM(master)
                            .thenExpand(info(parts), BYTES);
            return KDF.getInstance("HKDF-SHA256").deriveData(derivation);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HKDF-SHA256", e);
        }
    }

    /// Each behind its length, so that no two have one form.
    private static byte[] info(String... parts) {
        int length = 0;
        for (var part : parts) {
            length += Integer.BYTES + part.getBytes(StandardCharsets.UTF_8).length;
        }
        var out = ByteBuffer.allocate(length);
        for (var part : parts) {
            var bytes = part.getBytes(StandardCharsets.UTF_8);
            out.putInt(bytes.length).put(bytes);
        }
        return out.array();
    }

    /// The keys of one scope at one target. For one thread.
    public Scoped scoped(String target, String scope) {
        return new Scoped(target, scope);
    }

    /// Derives each label's key once.
    public final class Scoped {
        private final String target;
        private final String scope;
        private final Map<String, MaskKey> keys = new HashMap<>();
        private final Map<String, DigitKey> digits = new HashMap<>();

        private Scoped(String target, String scope) {
            this.target = target;
            this.scope = scope;
        }

        public MaskKey key(String label) {
            return keys.computeIfAbsent(label, name -> forTarget(target, name, scope));
        }

        public DigitKey digits(String label) {
            return digits.computeIfAbsent(label, name -> digitsForTarget(target, name, scope));
        }

        @Override
        public String toString() {
            return "mask keys of " + target;
        }
    }

    @Override
    public String toString() {
        return "mask keys";
    }
}
