package dev.countersign.postgres;

import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Verifier;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The server's side of one SCRAM-SHA-256 exchange (RFC 5802, RFC 7677), as pure functions of what
/// the client says.
///
/// ```
///  challenge(client-first) ──▶ server-first   nonce, salt, iterations
///  proved(client-final)    ──▶ Proved         or nothing: the proof is wrong
///  verdict(Proved)         ──▶ server-final
/// ```
///
/// The client is hostile: what does not follow the grammar letter by letter is malformed, as is a
/// nonce that is not this exchange's own. It is not told whether its name exists: [Verifier].
/// Channel binding is not offered, so `p=` is refused, and `y` (it could, and thinks that we
/// cannot) is as good as `n`; another authorisation identity is refused as well. The user name
/// inside is passed over, as PostgreSQL does: the startup packet's counts, whatever SASLprep makes
/// of this one.
final class ScramServer {
    static final String MECHANISM = ScramClient.MECHANISM;

    /// Characters of the client's nonce; libpq's has 24, RFC 7677's example 20.
    static final int MAX_NONCE = 256;

    private static final int NONCE_BYTES = 24;

    /// Bytes of a SHA-256.
    private static final int PROOF = 32;

    private static final String PRINTABLE = "[\\x21-\\x2B\\x2D-\\x7E]+";

    /// GS2 header, `n=` and `r=`; extensions behind the nonce are passed over, `m=` before the name
    /// is refused: it must be understood, and is not.
    private static final Pattern CLIENT_FIRST =
            Pattern.compile(
                    "(?<gs2>(?<flag>n|y|p=[A-Za-z0-9.-]+),(?<other>a=[^,]*)?,)"
                            + "(?<bare>n=(?:[^,=]|=2C|=3D)*,r=(?<nonce>"
                            + PRINTABLE
                            + ")(?:,[A-Za-z]=[^,]+)*)");

    private static final Pattern CLIENT_FINAL =
            Pattern.compile(
                    "(?<said>c=(?<gs2>[A-Za-z0-9+/=]+),r=(?<nonce>"
                            + PRINTABLE
                            + ")(?:,[A-Za-z]=[^,]+)*),p=(?<proof>[A-Za-z0-9+/=]+)");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Verifier verifier;
    private final String ownNonce;
    private String gs2 = "";
    private String firstBare = "";
    private String nonce = "";
    private @Nullable String serverFirst;

    /// @param ownNonce printable ASCII without a comma
    ScramServer(Verifier verifier, String ownNonce) {
        this.verifier = verifier;
        this.ownNonce = ownNonce;
    }

    static ScramServer fresh(Verifier verifier) {
        var random = new byte[NONCE_BYTES];
        RANDOM.nextBytes(random);
        return new ScramServer(verifier, Base64.getEncoder().encodeToString(random));
    }

    /// Reads client-first-message, and makes server-first-message.
    String challenge(String message) throws MalformedFrame {
        if (serverFirst != null) {
            throw new IllegalStateException("a second client-first-message");
        }
        var parts = ScramText.match(CLIENT_FIRST, message, "first");
        if (parts.group("flag").startsWith("p=")) {
            throw new MalformedFrame("SCRAM channel binding is not served; offered was none");
        }
        if (parts.group("other") != null) {
            throw new MalformedFrame("SCRAM with an authorisation identity is not served");
        }
        if (parts.group("nonce").length() > MAX_NONCE) {
            throw new MalformedFrame("a SCRAM nonce of more than " + MAX_NONCE + " characters");
        }
        gs2 = parts.group("gs2");
        firstBare = parts.group("bare");
        nonce = parts.group("nonce") + ownNonce;
        var first =
                "r="
                        + nonce
                        + ",s="
                        + Base64.getEncoder().encodeToString(verifier.salt().toArray())
                        + ",i="
                        + verifier.iterations();
        serverFirst = first;
        return first;
    }

    /// Reads client-final-message: whether the client knows the password.
    Optional<Verifier.Proved> proved(String message) throws MalformedFrame {
        if (serverFirst == null) {
            throw new IllegalStateException("a proof before the challenge");
        }
        var parts = ScramText.match(CLIENT_FINAL, message, "final");
        if (!MessageDigest.isEqual(ScramText.base64(parts.group("gs2")), utf8(gs2))) {
            throw new MalformedFrame("SCRAM with another header than the one it began with");
        }
        if (!MessageDigest.isEqual(utf8(parts.group("nonce")), utf8(nonce))) {
            throw new MalformedFrame("a SCRAM nonce that is not this exchange's");
        }
        var proof = ScramText.base64(parts.group("proof"));
        if (proof.length != PROOF) {
            throw new MalformedFrame("a SCRAM proof of " + proof.length + " bytes");
        }
        return verifier.check(
                utf8(firstBare + "," + serverFirst + "," + parts.group("said")), proof);
    }

    /// Makes server-final-message.
    static String verdict(Verifier.Proved proved) {
        return "v=" + Base64.getEncoder().encodeToString(proved.serverSignature().toArray());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
