package dev.countersign.identity;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// A token taken apart (RFC 7515, compact form); nothing of it is true until its signature is
/// checked.
///
/// Of the header only `alg`, `kid`, `typ` and `crit` are looked at. A key that comes along in the
/// token or by its reference (`jwk`, `jku`, `x5c`, `x5u`) is never read: whoever forges the one
/// forges the other.
final class Jws {
    /// The longest token, in characters: as long as a password that PostgreSQL's clients can send.
    static final int MAX_TOKEN = 65_535;

    /// The longest header, in characters.
    static final int MAX_HEADER = 8 * 1024;

    /// Access tokens (RFC 9068) and such as do not say what they are.
    private static final Set<String> TYPES = Set.of("", "jwt", "at+jwt", "application/at+jwt");

    private static final Pattern COMPACT =
            Pattern.compile("([A-Za-z0-9_-]++)\\.([A-Za-z0-9_-]++)\\.([A-Za-z0-9_-]*+)");

    private final JWSAlgorithm algorithm;
    private final String keyId;
    private final String type;
    private final Claims claims;
    private final String signedParts;
    private final Base64URL signature;

    private Jws(
            JWSAlgorithm algorithm,
            String keyId,
            String type,
            Claims claims,
            String signedParts,
            Base64URL signature) {
        this.algorithm = algorithm;
        this.keyId = keyId;
        this.type = type;
        this.claims = claims;
        this.signedParts = signedParts;
        this.signature = signature;
    }

    static Jws parse(String token) throws TokenRefused {
        if (token.length() > MAX_TOKEN) {
            throw malformed("it is longer than " + MAX_TOKEN + " characters");
        }
        var parts = COMPACT.matcher(token);
        if (!parts.matches()) {
            throw malformed("it is not three parts of base64url with dots between");
        }
        if (parts.group(1).length() > MAX_HEADER) {
            throw malformed("its header is longer than " + MAX_HEADER + " characters");
        }
        var header = new Claims(json(parts.group(1)));
        var algorithm = algorithm(header);
        if (header.has("crit")) {
            throw malformed("it demands extensions (`crit`) that this gateway does not know");
        }
        var type = header.text("typ").orElse("").toLowerCase(Locale.ROOT);
        if (!TYPES.contains(type)) {
            throw new TokenRefused(
                    TokenRefused.TYPE,
                    "this is no access token by its `typ`; present the access token");
        }
        return new Jws(
                algorithm,
                header.text("kid").orElse(""),
                type,
                new Claims(json(parts.group(2))),
                token.substring(0, parts.end(2)),
                new Base64URL(parts.group(3)));
    }

    private static JWSAlgorithm algorithm(Claims header) throws TokenRefused {
        var name = header.text("alg");
        return name.flatMap(SigningKey::algorithm)
                .orElseThrow(() ->
                        new TokenRefused(
                                TokenRefused.ALGORITHM,
                                "the token is not signed with a public key: the issuer must"
                                        + " sign with one of RS, PS or ES 256/384/512 or"
                                        + " EdDSA"));
    }

    private static Map<String, Object> json(String part) throws TokenRefused {
        try {
            var bytes = Base64.getUrlDecoder().decode(part);
            var text =
                    StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
            if (text.stripLeading().startsWith("{")) { // the parser takes a list of pairs, too
                return JSONObjectUtils.parse(text);
            }
            throw malformed("a part of it is no JSON object");
        } catch (IllegalArgumentException | CharacterCodingException | ParseException e) {
            throw malformed("a part of it is no JSON object"); // e may quote the token
        }
    }

    private static TokenRefused malformed(String why) {
        return new TokenRefused(
                TokenRefused.MALFORMED,
                "the password is no token that can be read: "
                        + why
                        + "; present the issuer's access token as it is");
    }

    JWSAlgorithm algorithm() {
        return algorithm;
    }

    /// `kid`; empty if the token has none.
    String keyId() {
        return keyId;
    }

    /// Whether its header says that it is an access token (RFC 9068, 2.1).
    boolean saysAccessToken() {
        return type.endsWith("at+jwt");
    }

    /// Not true before the signature is checked.
    Claims claims() {
        return claims;
    }

    /// Header and payload as they came, which is what was signed.
    String signedParts() {
        return signedParts;
    }

    Base64URL signature() {
        return signature;
    }

    @Override
    public String toString() {
        return "token";
    }
}
