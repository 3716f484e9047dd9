package dev.countersign.postgres;

import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// The client's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), as pure functions of what
/// the server says.
///
/// ```
///  first() ──▶        client-first
///             ◀── challenge(server-first)   salt, iterations
///  proof(salted) ──▶  client-final
///             ◀── verified(server-final)    only now is the server who it should be
/// ```
///
/// The server is hostile until [#verified] says otherwise: it learns a proof that costs it at least
/// [#MIN_ITERATIONS] rounds a guess, and it cannot make us count for longer than [#MAX_ITERATIONS].
/// No channel binding: the header says `n`, this client does not support it.
final class ScramClient {
    static final String MECHANISM = "SCRAM-SHA-256";

    /// PostgreSQL's own default, and the least that RFC 7677 allows.
    static final int MIN_ITERATIONS = 4_096;

    /// About a second of one core.
    static final int MAX_ITERATIONS = 1_000_000;

    /// Characters of the nonce, the server's part included. PostgreSQL's own are 48 together.
    static final int MAX_NONCE = 256;

    /// Bytes of salt; PostgreSQL's has 16.
    static final int MIN_SALT = 8;

    static final int MAX_SALT = 128;

    private static final int NONCE_BYTES = 24;

    /// Without channel binding, without another authorisation identity.
    private static final String GS2_HEADER = "n,,";

    /// Nothing may follow the iterations, and no `m=` may stand before the nonce: an extension that
    /// must be understood is not.
    private static final Pattern SERVER_FIRST =
            Pattern.compile(
                    "r=([\\x21-\\x2B\\x2D-\\x7E]+),s=([A-Za-z0-9+/=]+),i=([1-9][0-9]{0,6})");

    private static final Pattern SERVER_FINAL = Pattern.compile("v=([A-Za-z0-9+/=]+)");
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String nonce;
    private final String firstBare;
    private @Nullable String serverFirst;
    private @Nullable String wholeNonce;
    private byte @Nullable [] expected;

    /// @param user PostgreSQL passes over it and takes the startup packet's: empty
    /// @param nonce printable ASCII without a comma
    ScramClient(String user, String nonce) {
        this.nonce = nonce;
        this.firstBare = "n=" + user + ",r=" + nonce;
    }

    static ScramClient fresh() {
        var random = new byte[NONCE_BYTES];
        RANDOM.nextBytes(random);
        return new ScramClient("", Base64.getEncoder().encodeToString(random));
    }

    /// @param salt 8 to 128 bytes
    /// @param iterations 4,096 to 1,000,000
    record Challenge(Bytes salt, int iterations) {}

    String first() {
        return GS2_HEADER + firstBare;
    }

    /// Reads server-first-message.
    Challenge challenge(String message) throws MalformedFrame {
        var parts = ScramText.match(SERVER_FIRST, message, "first");
        var nonces = parts.group(1);
        if (nonces.length() > MAX_NONCE) {
            throw new MalformedFrame("a SCRAM nonce of more than " + MAX_NONCE + " characters");
        }
        if (!nonces.startsWith(nonce) || nonces.length() == nonce.length()) {
            throw new MalformedFrame("a SCRAM nonce that does not extend ours");
        }
        var salt = ScramText.base64(parts.group(2));
        if (salt.length < MIN_SALT || salt.length > MAX_SALT) {
            throw new MalformedFrame("a SCRAM salt of " + salt.length + " bytes");
        }
        int iterations = Integer.parseInt(parts.group(3));
        if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
            throw new MalformedFrame(
                    "SCRAM with "
                            + iterations
                            + " iterations; allowed is "
                            + MIN_ITERATIONS
                            + " to "
                            + MAX_ITERATIONS);
        }
        serverFirst = message;
        wholeNonce = nonces;
        return new Challenge(Bytes.owned(salt), iterations);
    }

    /// Makes client-final-message.
    ///
    /// @param salted what [ScramKeys] makes of the password and the challenge
    String proof(Bytes salted) {
        if (serverFirst == null) {
            throw new IllegalStateException("a proof before the challenge");
        }
        var withoutProof =
                "c="
                        + Base64.getEncoder()
                                .encodeToString(GS2_HEADER.getBytes(StandardCharsets.US_ASCII))
                        + ",r="
                        + wholeNonce;
        var all = ascii(firstBare + "," + serverFirst + "," + withoutProof);
        var saltedPassword = salted.toArray();
        var clientKey = hmac(saltedPassword, ascii("Client Key"));
        var proof = hmac(sha256(clientKey), all);
        for (int i = 0; i < proof.length; i++) {
            proof[i] ^= clientKey[i];
        }
        expected = hmac(hmac(saltedPassword, ascii("Server Key")), all);
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    /// Reads server-final-message: whether the server knows the password's verifier.
    boolean verified(String message) throws MalformedFrame {
        if (expected == null) {
            throw new IllegalStateException("a verdict before the proof");
        }
        var parts = ScramText.match(SERVER_FINAL, message, "final");
        return MessageDigest.isEqual(expected, ScramText.base64(parts.group(1)));
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    private static byte[] hmac(byte[] key, byte[] data) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(data);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
