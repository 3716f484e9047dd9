package dev.countersign.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.countersign.model.Json;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// One public key of an issuer and the algorithms it may be used with. The key decides what it can
/// verify, never the token: a token whose `alg` does not fit its key is not looked at further, so
/// that no public key can be passed off as a shared secret.
final class SigningKey {
    static final int LEAST_RSA_BITS = 2048;

    /// Verification takes time in proportion to these.
    static final int MOST_RSA_BITS = 8192;

    static final int MOST_EXPONENT_BITS = 32;

    private static final Set<JWSAlgorithm> RSA =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512);

    private static final Map<Curve, JWSAlgorithm> EC =
            Map.of(
                    Curve.P_256, JWSAlgorithm.ES256,
                    Curve.P_384, JWSAlgorithm.ES384,
                    Curve.P_521, JWSAlgorithm.ES512);

    /// `EdDSA` is its old name, RFC 9864 calls it `Ed25519`.
    private static final Set<JWSAlgorithm> EDWARDS =
            Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

    /// The members of a JWK that are read (RFC 7517, 4 and RFC 7518, 6). Private ones and
    /// certificates are not among them.
    private static final List<String> PUBLIC_MEMBERS =
            List.of("kty", "kid", "use", "key_ops", "alg", "n", "e", "crv", "x", "y");

    /// What stands before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410, 4).
    private static final String ED25519_PREFIX = "302a300506032b6570032100";

    private final String id;
    private final Set<JWSAlgorithm> algorithms;
    private final Check check;
    private final Json.Obj json;

    private interface Check {
        boolean signed(Jws token) throws JOSEException, GeneralSecurityException;
    }

    private SigningKey(String id, Set<JWSAlgorithm> algorithms, Check check, Json.Obj json) {
        this.id = id;
        this.algorithms = algorithms;
        this.check = check;
        this.json = json;
    }

    /// The algorithm of that name, if it is one that this gateway takes: asymmetric, and no other.
    static Optional<JWSAlgorithm> algorithm(String name) {
        var algorithm = new JWSAlgorithm(name);
        return RSA.contains(algorithm) || EC.containsValue(algorithm) || EDWARDS.contains(algorithm)
                ? Optional.of(algorithm)
                : Optional.empty();
    }

    /// Empty if the key is none that may verify a signature: symmetric, weak, for encryption, of an
    /// unknown kind, or broken. RFC 7517, 5 wants such keys passed over.
    static Optional<SigningKey> of(Map<?, ?> jwk) {
        try {
            var members = new LinkedHashMap<String, Object>();
            for (var name : PUBLIC_MEMBERS) {
                var value = jwk.get(name);
                if (value != null) {
                    members.put(name, value);
                }
            }
            var id = new Claims(members).text("kid").orElse("");
            var key = JWK.parse(members);
            if (!verifies(key)) {
                return Optional.empty();
            }
            return switch (key) {
                case RSAKey rsa -> rsa(id, rsa);
                case ECKey ec -> ec(id, ec);
                case OctetKeyPair pair -> edwards(id, pair);
                default -> Optional.empty();
            };
        } catch (ParseException
                | JOSEException
                | GeneralSecurityException
                | TokenRefused
                | IllegalArgumentException
                | IllegalStateException e) {
            return Optional.empty();
        }
    }

    private static boolean verifies(JWK key) {
        var use = key.getKeyUse();
        var operations = key.getKeyOperations();
        return (use == null || use.equals(KeyUse.SIGNATURE))
                && (operations == null || operations.contains(KeyOperation.VERIFY));
    }

    private static Optional<SigningKey> rsa(String id, RSAKey jwk) throws JOSEException {
        var key = jwk.toRSAPublicKey();
        int bits = key.getModulus().bitLength();
        var exponent = key.getPublicExponent();
        if (bits < LEAST_RSA_BITS
                || bits > MOST_RSA_BITS
                || exponent.bitLength() < 2
                || exponent.bitLength() > MOST_EXPONENT_BITS
                || !exponent.testBit(0)) {
            return Optional.empty();
        }
        return make(id, jwk, RSA, nimbus(new RSASSAVerifier(key)));
    }

    private static Optional<SigningKey> ec(String id, ECKey jwk) throws JOSEException {
        var algorithm = EC.get(jwk.getCurve());
        return algorithm == null
                ? Optional.empty()
                : make(id, jwk, Set.of(algorithm), nimbus(new ECDSAVerifier(jwk.toECPublicKey())));
    }

    private static Optional<SigningKey> edwards(String id, OctetKeyPair jwk)
            throws GeneralSecurityException {
        if (!jwk.getCurve().equals(Curve.Ed25519) || jwk.getDecodedX().length != 32) {
            return Optional.empty();
        }
        var encoded =
                HexFormat.of()
                        .parseHex(ED25519_PREFIX + HexFormat.of().formatHex(jwk.getDecodedX()));
        var key = KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
        return make(id, jwk, EDWARDS, token -> ed25519(key, token));
    }

    private static boolean ed25519(PublicKey key, Jws token) throws GeneralSecurityException {
        var signature = Signature.getInstance("Ed25519");
        signature.initVerify(key);
        signature.update(token.signedParts().getBytes(StandardCharsets.US_ASCII));
        return signature.verify(token.signature().decode());
    }

    private static Check nimbus(JWSVerifier verifier) {
        return token ->
                verifier.verify(
                        new JWSHeader(token.algorithm()),
                        token.signedParts().getBytes(StandardCharsets.US_ASCII),
                        token.signature());
    }

    private static Optional<SigningKey> make(
            String id, JWK jwk, Set<JWSAlgorithm> able, Check check) {
        var algorithms = able;
        if (jwk.getAlgorithm() != null) {
            var only = new JWSAlgorithm(jwk.getAlgorithm().getName());
            if (!able.contains(only)) {
                return Optional.empty();
            }
            algorithms = able.equals(EDWARDS) ? EDWARDS : Set.of(only);
        }
        var members = new TreeMap<String, Json>();
        jwk.toJSONObject()
                .forEach((name, value) -> {
                    if (value instanceof String text) {
                        members.put(name, Json.of(text));
                    }
                });
        return Optional.of(new SigningKey(id, algorithms, check, new Json.Obj(members)));
    }

    /// `kid`; empty if the issuer gave it none.
    String id() {
        return id;
    }

    /// The public key as a JWK.
    Json.Obj json() {
        return json;
    }

    boolean takes(JWSAlgorithm algorithm) {
        return algorithms.contains(algorithm);
    }

    /// The token's signature was made with this key.
    boolean signed(Jws token) {
        try {
            return takes(token.algorithm()) && check.signed(token);
        } catch (JOSEException | GeneralSecurityException e) {
            return false; // a signature of the wrong shape is a wrong signature
        }
    }
}
