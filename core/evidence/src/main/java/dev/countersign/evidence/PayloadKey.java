package dev.countersign.evidence;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The key that wraps the keys of payloads (the KEK). Destroying a wrapped key erases what was
/// encrypted under it; every proof still holds.
final class PayloadKey {
    static final int BYTES = 32;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    private PayloadKey(byte[] key) {
        this.key = new SecretKeySpec(key, "AES");
    }

    static PayloadKey open(Path file) {
        if (!Files.exists(file)) {
            var fresh = new byte[BYTES];
            new SecureRandom().nextBytes(fresh);
            KeyFiles.write(file, Base64.getEncoder().encodeToString(fresh) + "\n");
        }
        return read(file);
    }

    static PayloadKey read(Path file) {
        try {
            var bytes = Base64.getDecoder().decode(KeyFiles.read(file).strip());
            if (bytes.length == BYTES) {
                return new PayloadKey(bytes);
            }
        } catch (IllegalArgumentException e) {
            throw new EvidenceFailure(EvidenceFailure.Code.KEY, file + " is not in base64", e);
        }
        throw new EvidenceFailure(
                EvidenceFailure.Code.KEY, file + " must hold " + BYTES + " bytes in base64");
    }

    /// nonce(12) ‖ AES-256-GCM(KEK, AAD = scope, key) ‖ tag.
    byte[] wrap(String scope, byte[] dek) {
        var nonce = new byte[NONCE];
        random.nextBytes(nonce);
        try {
            var cipher = cipher(Cipher.ENCRYPT_MODE, nonce, 0, scope);
            var out = new byte[NONCE + cipher.getOutputSize(dek.length)];
            System.arraycopy(nonce, 0, out, 0, NONCE);
            cipher.doFinal(dek, 0, dek.length, out, NONCE);
            return out;
        } catch (GeneralSecurityException e) {
            throw new EvidenceFailure(EvidenceFailure.Code.KEY, "a key could not be wrapped", e);
        }
    }

    byte[] unwrap(String scope, byte[] wrapped) {
        try {
            return cipher(Cipher.DECRYPT_MODE, wrapped, 0, scope)
                    .doFinal(wrapped, NONCE, wrapped.length - NONCE);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.KEY,
                    "the key of scope " + scope + " does not open with this payload key",
                    e);
        }
    }

    private Cipher cipher(int mode, byte[] nonce, int at, String scope)
            throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce, at, NONCE));
        cipher.updateAAD(scope.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    @Override
    public String toString() {
        return "payload key";
    }
}
