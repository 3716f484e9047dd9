package dev.countersign.verifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// A signed checkpoint: the log's name, its size and the root over all its records (C2SP
/// signed-note, tlog-checkpoint).
@SuppressWarnings("ArrayRecordComponent") // read, compared by content, never changed
record Checkpoint(String origin, long size, byte[] root) {
    private static final byte ED25519 = 1;
    private static final int KEY = 32;
    private static final int SIGNATURE = 64;
    private static final int ID = 4;
    private static final int MAX_LINES = 64;

    /// What every Ed25519 public key begins with in X.509 (RFC 8410).
    private static final byte[] X509 = HexFormat.of().parseHex("302a300506032b6570032100");

    /// It is no checkpoint, or nobody signed it.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        final Code code;

        Refused(Code code, String message) {
            super(message, null, false, false);
            this.code = code;
        }
    }

    /// @param vkey `name+id+key`
    static Checkpoint verify(String note, String vkey) throws Refused {
        var parts = vkey.strip().split("\\+", 3);
        if (parts.length != 3) {
            throw new Refused(Code.UNREADABLE, "log.vkey is no verifier key");
        }
        var name = parts[0];
        var key = decode(parts[2]);
        if (key.length != 1 + KEY || key[0] != ED25519 || !id(name, key).equals(parts[1])) {
            throw new Refused(Code.UNREADABLE, "log.vkey is no Ed25519 verifier key");
        }
        int cut = note.lastIndexOf("\n\n");
        if (cut < 0 || !note.endsWith("\n")) {
            throw new Refused(Code.UNREADABLE, "the checkpoint is no signed note");
        }
        var body = note.substring(0, cut + 1);
        var lines = note.substring(cut + 2).split("\n", MAX_LINES);
        boolean signed = false;
        for (var line : lines) {
            var prefix = "\u2014 " + name + " ";
            if (line.startsWith(prefix)) {
                var bytes = decode(line.substring(prefix.length()));
                if (bytes.length == ID + SIGNATURE
                        && HexFormat.of().formatHex(bytes, 0, ID).equals(parts[1])) {
                    if (!signs(key, body, bytes)) {
                        throw new Refused(
                                Code.BAD_SIGNATURE, "the checkpoint's signature is wrong");
                    }
                    signed = true;
                }
            }
        }
        if (!signed) {
            throw new Refused(
                    Code.BAD_SIGNATURE, "the checkpoint is not signed by the key in log.vkey");
        }
        var fields = body.split("\n", 4);
        if (fields.length < 4
                || !fields[0].equals(name)
                || !fields[1].matches("0|[1-9]\\d{0,15}")
                || decode(fields[2]).length != KEY
                || !fields[3].isEmpty()) {
            throw new Refused(Code.UNREADABLE, "what was signed is no checkpoint");
        }
        return new Checkpoint(name, Long.parseLong(fields[1]), decode(fields[2]));
    }

    private static String id(String name, byte[] key) {
        var digest = sha256();
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        digest.update((byte) '\n');
        return HexFormat.of().formatHex(digest.digest(key), 0, ID);
    }

    private static boolean signs(byte[] key, String body, byte[] signed) {
        try {
            PublicKey verifying =
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(
                                    new X509EncodedKeySpec(
                                            ByteBuffer.allocate(X509.length + KEY)
                                                    .put(X509)
                                                    .put(key, 1, KEY)
                                                    .array()));
            var signature = Signature.getInstance("Ed25519");
            signature.initVerify(verifying);
            signature.update(body.getBytes(StandardCharsets.UTF_8));
            return signature.verify(Arrays.copyOfRange(signed, ID, signed.length));
        } catch (GeneralSecurityException e) {
            return false; // a key or signature that is none signs nothing
        }
    }

    /// Only the one spelling that an encoder gives: no spare bits, no missing padding.
    private static byte[] decode(String base64) {
        try {
            var bytes = Base64.getDecoder().decode(base64);
            return Base64.getEncoder().encodeToString(bytes).equals(base64) ? bytes : new byte[0];
        } catch (IllegalArgumentException e) {
            return new byte[0]; // too short for anything
        }
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no SHA-256", e);
        }
    }
}
