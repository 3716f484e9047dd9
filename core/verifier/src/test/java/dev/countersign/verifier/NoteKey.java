package dev.countersign.verifier;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// A key that signs notes (C2SP signed-note, Ed25519), written from the specification.
final class NoteKey {
    final String name;
    private final KeyPair pair;
    private final byte[] typed;

    private NoteKey(String name, KeyPair pair) {
        this.name = name;
        this.pair = pair;
        var encoded = pair.getPublic().getEncoded();
        this.typed = Arrays.copyOfRange(encoded, encoded.length - 33, encoded.length);
        this.typed[0] = 1;
    }

    static NoteKey fresh(String name) {
        try {
            return new NoteKey(name, KeyPairGenerator.getInstance("Ed25519").generateKeyPair());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The same key under another name.
    NoteKey called(String other) {
        return new NoteKey(other, pair);
    }

    String vkey() {
        return name
                + "+"
                + HexFormat.of().formatHex(id())
                + "+"
                + Base64.getEncoder().encodeToString(typed);
    }

    private byte[] id() {
        return Arrays.copyOf(sha256((name + "\n").getBytes(StandardCharsets.UTF_8), typed), 4);
    }

    /// `body`, an empty line, and the signature line.
    String sign(String body) {
        return body + "\n" + line(body);
    }

    /// One signature line over `body`.
    String line(String body) {
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            signature.update(body.getBytes(StandardCharsets.UTF_8));
            return line(name, id(), signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String line(String name, byte[] id, byte[] signature) {
        var bytes = new ByteArrayOutputStream();
        bytes.writeBytes(id);
        bytes.writeBytes(signature);
        return "\u2014 " + name + " " + base64(bytes.toByteArray()) + "\n";
    }

    static String body(String origin, long size, byte[] root) {
        return origin + "\n" + size + "\n" + base64(root) + "\n";
    }

    static String base64(byte[] bytes) {
        return Base64.getEncoder().encodeToString(bytes);
    }

    static byte[] sha256(byte[]... parts) {
        try {
            var sha = MessageDigest.getInstance("SHA-256");
            for (var part : parts) {
                sha.update(part);
            }
            return sha.digest();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
