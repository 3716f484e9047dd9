package dev.countersign.evidence;

import dev.countersign.model.Hash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;

/// The Ed25519 key that signs a log's checkpoints, and the names it goes by (C2SP signed-note). The
/// file holds the private key as PKCS#8 PEM and the public key behind it, so that openssl reads it.
final class LogKey {
    private static final byte ED25519 = 1;
    private static final int RAW = 32;

    private final String origin;
    private final PrivateKey signing;
    private final byte[] raw;
    private final byte[] id;

    private LogKey(String origin, PrivateKey signing, PublicKey verifying) {
        this.origin = origin;
        this.signing = signing;
        var encoded = verifying.getEncoded();
        this.raw = Arrays.copyOfRange(encoded, encoded.length - RAW, encoded.length);
        var hash =
                Hash.sha256(
                                origin.getBytes(StandardCharsets.UTF_8),
                                new byte[] {'\n', ED25519},
                                raw)
                        .bytes();
        this.id = Arrays.copyOf(hash, 4);
    }

    static LogKey open(Path file, String origin) {
        try {
            if (!Files.exists(file)) {
                var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
                KeyFiles.write(
                        file,
                        pem("PRIVATE KEY", pair.getPrivate().getEncoded())
                                + pem("PUBLIC KEY", pair.getPublic().getEncoded()));
            }
            var text = KeyFiles.read(file);
            var keys = KeyFactory.getInstance("Ed25519");
            return new LogKey(
                    origin,
                    keys.generatePrivate(new PKCS8EncodedKeySpec(part(file, text, "PRIVATE KEY"))),
                    keys.generatePublic(new X509EncodedKeySpec(part(file, text, "PUBLIC KEY"))));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.KEY, file + " holds no Ed25519 key pair in PEM", e);
        }
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN "
                + kind
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + kind
                + "-----\n";
    }

    private static byte[] part(Path file, String text, String kind) {
        var begin = "-----BEGIN " + kind + "-----";
        int from = text.indexOf(begin);
        int to = text.indexOf("-----END " + kind + "-----");
        if (from < 0 || to < from) {
            throw new EvidenceFailure(EvidenceFailure.Code.KEY, file + " has no " + kind);
        }
        return Base64.getMimeDecoder().decode(text.substring(from + begin.length(), to));
    }

    /// `name+hash+key`, the verifier key that other programs take.
    String vkey() {
        return origin
                + "+"
                + HexFormat.of().formatHex(id)
                + "+"
                + Base64.getEncoder()
                        .encodeToString(ByteBuffer.allocate(1 + RAW).put(ED25519).put(raw).array());
    }

    /// The body and its signature line: a signed note.
    String sign(String body) {
        try {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(signing);
            signature.update(body.getBytes(StandardCharsets.UTF_8));
            var signed = signature.sign();
            var line =
                    Base64.getEncoder()
                            .encodeToString(
                                    ByteBuffer.allocate(4 + signed.length)
                                            .put(id)
                                            .put(signed)
                                            .array());
            return body + "\n\u2014 " + origin + " " + line + "\n";
        } catch (GeneralSecurityException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.KEY, "a checkpoint could not be signed", e);
        }
    }

    @Override
    public String toString() {
        return "log key of " + origin;
    }
}
