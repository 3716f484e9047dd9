package dev.countersign.evidence;

import dev.countersign.model.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// The scope in which payloads live and can be erased together: one session, or one ruling. It
/// seals them and commits to them (`docs/evidence-format.md`, section 5).
final class Scope {
    static final String ACTION = "application/vnd.countersign.action+json";
    static final String TOKEN = "application/vnd.countersign.token";
    static final String RULING = "application/vnd.countersign.ruling+json";
    static final String RECORDING = "application/vnd.countersign.recording+ndjson";

    private static final byte[] COMMITTED = "cs.blob/1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] STREAM = "cs.stream/1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] RESPONSE = "cs.response/1".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE = 12;
    private static final int BLOCK = 64;
    private static final int TAG_BITS = 128;

    final String name;
    final byte[] wrapped;

    private final SecretKeySpec key;
    private final byte[] responseKey;
    private final byte[] streamKey;

    // of the one thread that seals
    private final SecureRandom random;
    private final Cipher cipher;
    private final MessageDigest sha = Hash.digest();

    /// @param object nonce ‖ ciphertext ‖ tag, as it is stored
    /// @param cm commits to the content, and tells nothing of it without the key
    /// @param ct SHA-256 of `object`
    @SuppressWarnings("ArrayRecordComponent") // handed from here to the file, never compared
    record Sealed(byte[] object, Hash cm, Hash ct, int length, String media) {}

    Scope(String name, byte[] dek, byte[] wrapped, SecureRandom random) {
        this.name = name;
        this.wrapped = wrapped;
        this.key = new SecretKeySpec(dek, "AES");
        this.responseKey = hmac(sha, dek, RESPONSE);
        this.streamKey = hmac(sha, dek, STREAM);
        this.random = random;
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.KEY, "this Java runtime has no AES-GCM", e);
        }
    }

    Sealed seal(String recordId, String media, byte[] content) {
        var random = new byte[NONCE + Hash.BYTES];
        this.random.nextBytes(random);
        var r = Arrays.copyOfRange(random, NONCE, random.length);
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, random, 0, NONCE));
            cipher.updateAAD((recordId + "\0" + name).getBytes(StandardCharsets.UTF_8));
            var out = new byte[NONCE + Hash.BYTES + content.length + TAG_BITS / 8];
            System.arraycopy(random, 0, out, 0, NONCE);
            int at = NONCE + cipher.update(r, 0, r.length, out, NONCE);
            cipher.doFinal(content, 0, content.length, out, at);
            sha.update(out);
            var ct = Hash.of(sha.digest());
            return new Sealed(out, commitment(sha, r, media, content), ct, content.length, media);
        } catch (GeneralSecurityException e) {
            throw new EvidenceFailure(EvidenceFailure.Code.KEY, "a payload could not be sealed", e);
        }
    }

    /// What a record may say of an answer's digest: keyed, because a short answer could be guessed.
    Hash response(Hash digest) {
        return Hash.of(hmac(sha, responseKey, digest.bytes()));
    }

    /// What stands for what a client sent behind a command, under a key of its own.
    Hash stream(Hash digest) {
        return Hash.of(hmac(sha, streamKey, digest.bytes()));
    }

    /// HMAC-SHA-256(r, "cs.blob/1" ‖ 0 ‖ media ‖ 0 ‖ length ‖ content).
    static Hash commitment(MessageDigest sha, byte[] r, String media, byte[] content) {
        var head =
                ByteBuffer.allocate(COMMITTED.length + 1 + media.length() + 1 + Long.BYTES)
                        .put(COMMITTED)
                        .put((byte) 0)
                        .put(media.getBytes(StandardCharsets.US_ASCII))
                        .put((byte) 0)
                        .putLong(content.length)
                        .array();
        sha.update(pad(r, (byte) 0x36));
        sha.update(head);
        var inner = sha.digest(content);
        sha.update(pad(r, (byte) 0x5C));
        return Hash.of(sha.digest(inner));
    }

    private static byte[] hmac(MessageDigest sha, byte[] key, byte[] message) {
        sha.update(pad(key, (byte) 0x36));
        var inner = sha.digest(message);
        sha.update(pad(key, (byte) 0x5C));
        return sha.digest(inner);
    }

    private static byte[] pad(byte[] key, byte with) {
        var out = new byte[BLOCK];
        Arrays.fill(out, with);
        for (int i = 0; i < key.length; i++) {
            out[i] ^= key[i];
        }
        return out;
    }

    /// Opens a stored object.
    ///
    /// @throws EvidenceFailure if it was not sealed by this key for this record
    byte[] open(String recordId, byte[] object) {
        var clear = reveal(recordId, object);
        return Arrays.copyOfRange(clear, Hash.BYTES, clear.length);
    }

    /// The same behind the random bytes that its commitment is made with: r ‖ content.
    ///
    /// @throws EvidenceFailure as [#open]
    byte[] reveal(String recordId, byte[] object) {
        try {
            var opening = Cipher.getInstance("AES/GCM/NoPadding");
            opening.init(
                    Cipher.DECRYPT_MODE, key, new GCMParameterSpec(TAG_BITS, object, 0, NONCE));
            opening.updateAAD((recordId + "\0" + name).getBytes(StandardCharsets.UTF_8));
            return opening.doFinal(object, NONCE, object.length - NONCE);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.UNREADABLE,
                    "the payload of record " + recordId + " does not open",
                    e);
        }
    }

    @Override
    public String toString() {
        return "scope " + name;
    }
}
