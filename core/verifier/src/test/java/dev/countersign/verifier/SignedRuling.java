package dev.countersign.verifier;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/// A log in which bob approves by a sign-in of its own: made by hand, as section 7 of the format
/// has it, and right unless it is told to be wrong.
final class SignedRuling {
    static final String REVIEW = "apr_aaaa";
    static final String ISSUER = "https://idp.example";

    private static final String MEDIA = "application/vnd.countersign.ruling+json";
    private static final KeyPair KEY = pair("Ed25519");

    private final Council council = Council.sits().needs(Council.SIGNED);

    /// What the token claims beside what is right.
    Map<String, Object> claims = Map.of();

    /// Changes the whole token.
    UnaryOperator<String> token = it -> it;

    /// Changes the body of the ruling at last.
    Consumer<Map<String, Object>> body = _ -> {};

    String algorithm = "EdDSA";
    KeyPair signer = KEY;
    Map<String, String> jwk = jwk("EdDSA", KEY);

    /// Of the ruling: its id, and r and its content.
    String id = "";

    byte[] clear = new byte[0];

    /// An issuer's keys come into use.
    SignedRuling uses(Map<String, String> key) {
        council.tale.tell(
                "idp.jwks", Map.of("issuer", ISSUER, "jwks", Map.of("keys", List.of(key))));
        return this;
    }

    /// The review, its ruling, and what came of it.
    SignedRuling isGiven() {
        council.asks("1", "a", REVIEW)
                .twist(record -> {
                    id = String.valueOf(record.get("id"));
                    var its = Tale.body(record);
                    its.put("payload", payload(map(its, "statement"), map(its, "payload")));
                    body.accept(its);
                })
                .says(REVIEW, "bob", "approved", "signed")
                .uses("1", "a", REVIEW)
                .runs("1", "a");
        return this;
    }

    @SuppressWarnings("unchecked") // the council makes maps of text only
    private static Map<String, Object> map(Map<String, Object> body, String member) {
        return (Map<String, Object>) body.getOrDefault(member, Map.of());
    }

    /// Into a directory, without the opened ruling.
    SignedRuling closed(Path directory) {
        HandLog.write(directory, council.tale);
        return this;
    }

    /// With it.
    SignedRuling open(Path directory) {
        closed(directory);
        HandLog.put(directory.resolve("evidence/opened").resolve(id), clear);
        return this;
    }

    /// What the verifier says of it, with its keys before it and opened.
    Report verified(Path directory) {
        uses(jwk).isGiven().open(directory);
        return HandLog.verify(directory);
    }

    private Map<String, Object> payload(Map<String, Object> said, Map<String, Object> before) {
        var all = new TreeMap<String, Object>();
        all.put("iss", ISSUER);
        all.put("sub", "bob");
        all.put("aud", "cli");
        all.put("nonce", base64(NoteKey.sha256(utf8(Written.json(said)))));
        all.putAll(claims);
        var header = Map.of("alg", algorithm, "kid", "k1");
        var parts = base64(utf8(Written.json(header))) + "." + base64(utf8(Written.json(all)));
        var whole = token.apply(parts + "." + sign(algorithm, signer, parts));
        var content = utf8(whole.isEmpty() ? "{}" : Written.json(Map.of("id_token", whole)));
        var r = new byte[32];
        Arrays.fill(r, (byte) 7);
        clear = ByteBuffer.allocate(32 + content.length).put(r).put(content).array();
        var out = new TreeMap<>(before);
        out.put("media", MEDIA);
        out.put("cm", commitment(r, content));
        return out;
    }

    static KeyPair pair(String algorithm) {
        try {
            var generator =
                    KeyPairGenerator.getInstance(algorithm.startsWith("secp") ? "EC" : algorithm);
            if (algorithm.startsWith("secp")) {
                generator.initialize(new ECGenParameterSpec(algorithm));
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static String base64(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String number(BigInteger number, int length) {
        var bytes = number.toByteArray();
        var out = new byte[length];
        int some = Math.min(length, bytes.length);
        System.arraycopy(bytes, bytes.length - some, out, length - some, some);
        return base64(out);
    }

    static Map<String, String> jwk(String algorithm, KeyPair pair) {
        return switch (pair.getPublic()) {
            case RSAPublicKey rsa ->
                    Map.of(
                            "kty",
                            "RSA",
                            "kid",
                            "k1",
                            "n",
                            number(rsa.getModulus(), rsa.getModulus().bitLength() / 8),
                            "e",
                            number(rsa.getPublicExponent(), 3));
            case ECPublicKey ec -> {
                int bytes = (ec.getParams().getCurve().getField().getFieldSize() + 7) / 8;
                yield Map.of(
                        "kty",
                        "EC",
                        "kid",
                        "k1",
                        "crv",
                        "P-" + ec.getParams().getCurve().getField().getFieldSize(),
                        "x",
                        number(ec.getW().getAffineX(), bytes),
                        "y",
                        number(ec.getW().getAffineY(), bytes));
            }
            case EdECPublicKey edwards -> {
                var encoded = edwards.getEncoded();
                yield Map.of(
                        "kty",
                        "OKP",
                        "kid",
                        "k1",
                        "crv",
                        "Ed25519",
                        "alg",
                        algorithm,
                        "x",
                        base64(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)));
            }
            default -> throw new IllegalStateException();
        };
    }

    private static String sign(String algorithm, KeyPair pair, String signed) {
        try {
            var bits = algorithm.substring(algorithm.length() - 3);
            var signature =
                    Signature.getInstance(
                            switch (algorithm.substring(0, 2)) {
                                case "RS" -> "SHA" + bits + "withRSA";
                                case "PS" -> "RSASSA-PSS";
                                case "ES" -> "SHA" + bits + "withECDSAinP1363Format";
                                default -> "Ed25519";
                            });
            if (algorithm.startsWith("PS")) {
                signature.setParameter(
                        new PSSParameterSpec(
                                "SHA-" + bits,
                                "MGF1",
                                new MGF1ParameterSpec("SHA-" + bits),
                                Integer.parseInt(bits) / 8,
                                1));
            }
            signature.initSign(pair.getPrivate());
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return base64(signature.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String commitment(byte[] r, byte[] content) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(r, "HmacSHA256"));
            mac.update(utf8("cs.blob/1\0" + MEDIA + "\0"));
            mac.update(ByteBuffer.allocate(8).putLong(content.length).array());
            return HexFormat.of().formatHex(mac.doFinal(content));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] encrypted(byte[] key, byte[] content, String additional) {
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(key, "AES"),
                    new GCMParameterSpec(128, new byte[12]));
            cipher.updateAAD(utf8(additional));
            var out = cipher.doFinal(content);
            return ByteBuffer.allocate(12 + out.length).put(new byte[12]).put(out).array();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
