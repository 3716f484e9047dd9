package dev.countersign.verifier;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The public keys of issuers as the log holds them (`idp.jwks`), which is before the first token
/// was verified with them. Of an issuer the last two sets count: a ruling may have been verified
/// just before its keys changed.
final class IssuerKeys {
    /// Issuers whose keys are kept; more than any gateway has.
    static final int MAX_ISSUERS = 64;

    private static final int SETS = 2;

    /// What stands before the 32 bytes of an Ed25519 key in its X.509 form (RFC 8410, 4).
    private static final String ED25519_PREFIX = "302a300506032b6570032100";

    private final LinkedHashMap<String, Deque<List<?>>> issuers = new LinkedHashMap<>();

    /// @param x body of an `idp.jwks`
    void take(Map<String, Object> x) {
        if (Story.map(x, "jwks").get("keys") instanceof List<?> keys) {
            var issuer = Story.text(x, "issuer");
            if (!issuers.containsKey(issuer) && issuers.size() == MAX_ISSUERS) {
                issuers.pollFirstEntry();
            }
            var sets = issuers.computeIfAbsent(issuer, _ -> new ArrayDeque<>());
            sets.addFirst(keys);
            if (sets.size() > SETS) {
                sets.removeLast();
            }
        }
    }

    /// Whether a key of this issuer signed it.
    ///
    /// @param signed header and payload as they came
    boolean signed(String issuer, Map<String, Object> header, String signed, byte[] signature) {
        var algorithm = Story.text(header, "alg");
        var id = Story.text(header, "kid");
        for (var set : issuers.getOrDefault(issuer, new ArrayDeque<>())) {
            for (var one : set) {
                var key = Story.map(Map.of("key", one), "key");
                if ((id.isEmpty() || id.equals(Story.text(key, "kid")))
                        && fits(key, algorithm)
                        && verifies(key, algorithm, signed, signature)) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean fits(Map<String, Object> key, String algorithm) {
        var only = Story.text(key, "alg");
        boolean edwards = algorithm.equals("EdDSA") || algorithm.equals("Ed25519");
        return only.isEmpty()
                || only.equals(algorithm)
                || (edwards && (only.equals("EdDSA") || only.equals("Ed25519")));
    }

    private static boolean verifies(
            Map<String, Object> key, String algorithm, String signed, byte[] signature) {
        try {
            var type = Story.text(key, "kty");
            var verifier =
                    switch (algorithm) {
                        case "RS256", "RS384", "RS512" ->
                                begun("SHA" + algorithm.substring(2) + "withRSA", key, "RSA");
                        case "PS256", "PS384", "PS512" -> pss(algorithm.substring(2), key);
                        case "ES256" -> ec("SHA256", "P-256", key);
                        case "ES384" -> ec("SHA384", "P-384", key);
                        case "ES512" -> ec("SHA512", "P-521", key);
                        case "EdDSA", "Ed25519" -> begun("Ed25519", key, "OKP");
                        default -> throw new GeneralSecurityException(type);
                    };
            verifier.update(signed.getBytes(StandardCharsets.US_ASCII));
            return verifier.verify(signature);
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false; // a key or signature that is none signs nothing
        }
    }

    private static Signature begun(String algorithm, Map<String, Object> key, String type)
            throws GeneralSecurityException {
        var signature = Signature.getInstance(algorithm);
        signature.initVerify(key(key, type));
        return signature;
    }

    private static Signature pss(String bits, Map<String, Object> key)
            throws GeneralSecurityException {
        var signature = Signature.getInstance("RSASSA-PSS");
        signature.setParameter(
                new PSSParameterSpec(
                        "SHA-" + bits,
                        "MGF1",
                        new MGF1ParameterSpec("SHA-" + bits),
                        Integer.parseInt(bits) / 8,
                        1));
        signature.initVerify(key(key, "RSA"));
        return signature;
    }

    private static Signature ec(String hash, String curve, Map<String, Object> key)
            throws GeneralSecurityException {
        if (!curve.equals(Story.text(key, "crv"))) {
            throw new GeneralSecurityException(curve);
        }
        return begun(hash + "withECDSAinP1363Format", key, "EC");
    }

    private static PublicKey key(Map<String, Object> key, String type)
            throws GeneralSecurityException {
        if (!type.equals(Story.text(key, "kty"))) {
            throw new GeneralSecurityException(type);
        }
        return switch (type) {
            case "RSA" ->
                    KeyFactory.getInstance("RSA")
                            .generatePublic(
                                    new RSAPublicKeySpec(number(key, "n"), number(key, "e")));
            case "EC" ->
                    KeyFactory.getInstance("EC")
                            .generatePublic(
                                    new ECPublicKeySpec(
                                            new ECPoint(number(key, "x"), number(key, "y")),
                                            curve(Story.text(key, "crv"))));
            default ->
                    KeyFactory.getInstance("Ed25519")
                            .generatePublic(
                                    new X509EncodedKeySpec(
                                            HexFormat.of()
                                                    .parseHex(
                                                            ED25519_PREFIX
                                                                    + HexFormat.of()
                                                                            .formatHex(
                                                                                    bytes(
                                                                                            key,
                                                                                            "x")))));
        };
    }

    private static ECParameterSpec curve(String name) throws GeneralSecurityException {
        var parameters = AlgorithmParameters.getInstance("EC");
        parameters.init(
                new ECGenParameterSpec(
                        switch (name) {
                            case "P-256" -> "secp256r1";
                            case "P-384" -> "secp384r1";
                            case "P-521" -> "secp521r1";
                            default -> throw new GeneralSecurityException(name);
                        }));
        return parameters.getParameterSpec(ECParameterSpec.class);
    }

    private static BigInteger number(Map<String, Object> key, String member) {
        return new BigInteger(1, bytes(key, member));
    }

    private static byte[] bytes(Map<String, Object> key, String member) {
        return Base64.getUrlDecoder().decode(Story.text(key, member));
    }
}
