package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/// Tokens whose signature proves nothing, or whose shape is a trick. Longer than 400 lines, because
/// each trick is a token of its own.
class ForgedTokensTest {
    private final FakeClock clock = new FakeClock();
    private final HostileIssuer issuer = new HostileIssuer();
    private final Issuers issuers = Issuers.of(List.of(issuer.settings()), _ -> {}, clock);

    @AfterEach
    void stop() {
        issuers.close();
        issuer.close();
    }

    @Test
    void a_good_token_is_taken_so_that_the_rest_of_this_means_something() {
        for (var algorithm :
                List.of(
                        JWSAlgorithm.RS256,
                        JWSAlgorithm.RS384,
                        JWSAlgorithm.RS512,
                        JWSAlgorithm.PS256,
                        JWSAlgorithm.PS384,
                        JWSAlgorithm.PS512)) {
            good(HostileIssuer.sign(claims(), HostileIssuer.RSA, algorithm));
        }
        good(HostileIssuer.sign(claims(), HostileIssuer.EC, JWSAlgorithm.ES256));
    }

    @Test
    void the_larger_curves_are_taken_with_their_own_algorithm_only() throws JOSEException {
        var p384 = new ECKeyGenerator(Curve.P_384).keyID("p384").generate();
        var p521 = new ECKeyGenerator(Curve.P_521).keyID("p521").generate();
        issuer.answerKeys(HostileIssuer.keys(p384, p521));
        good(HostileIssuer.sign(claims(), p384, JWSAlgorithm.ES384));
        good(HostileIssuer.sign(claims(), p521, JWSAlgorithm.ES512));
        var other = new JWSHeader.Builder(JWSAlgorithm.ES384).keyID("p521").build();
        rejected(HostileIssuer.sign(other, payload(), p384), TokenRefused.SIGNATURE);
    }

    @Test
    void Ed25519_is_taken_by_both_of_its_names() throws GeneralSecurityException {
        var pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        var encoded = pair.getPublic().getEncoded();
        var x = Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        issuer.answerKeys(
                HostileIssuer.keys(new OctetKeyPair.Builder(Curve.Ed25519, x).keyID("ed").build()));
        for (var name : List.of("EdDSA", "Ed25519")) {
            var signature = Signature.getInstance("Ed25519");
            signature.initSign(pair.getPrivate());
            var header = "{\"alg\":\"" + name + "\",\"kid\":\"ed\"}";
            var parts = Base64URL.encode(header) + "." + Base64URL.encode(payload());
            signature.update(parts.getBytes(StandardCharsets.US_ASCII));
            var sealed = signature.sign();
            good(HostileIssuer.compact(header, payload(), sealed));
            sealed[3] ^= 1;
            rejected(HostileIssuer.compact(header, payload(), sealed), TokenRefused.SIGNATURE);
            rejected(
                    HostileIssuer.compact(header, payload(), Arrays.copyOf(sealed, 63)),
                    TokenRefused.SIGNATURE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"none", "None", "NONE", "nOnE", "", "HS256", "ES256K", "RS1", "dir"})
    void no_algorithm_but_the_listed_ones_gets_as_far_as_a_key(String algorithm) {
        var header = "{\"alg\":\"" + algorithm + "\",\"kid\":\"rsa-1\"}";
        rejectedAsOneOf(
                HostileIssuer.compact(header, payload(), new byte[0]),
                Set.of(TokenRefused.ALGORITHM, TokenRefused.CLAIMS));
        rejectedAsOneOf(
                HostileIssuer.compact(header, payload(), new byte[] {1, 2, 3}),
                Set.of(TokenRefused.ALGORITHM, TokenRefused.CLAIMS));
        assertThat(issuer.keyFetches).hasValue(0);
    }

    @Test
    void the_public_key_is_no_shared_secret() throws Exception {
        var der = HostileIssuer.RSA.toRSAPublicKey().getEncoded();
        var pem =
                "-----BEGIN PUBLIC KEY-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                        + "\n-----END PUBLIC KEY-----\n";
        for (var secret :
                List.of(
                        der,
                        pem.getBytes(StandardCharsets.US_ASCII),
                        HostileIssuer.RSA.getModulus().decode())) {
            var header = new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("rsa-1").build();
            var token = new JWSObject(header, new Payload(payload()));
            token.sign(new MACSigner(secret));
            rejected(token.serialize(), TokenRefused.ALGORITHM);

            // and the same bytes under the name of an algorithm that we take
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            var asymmetric = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}";
            var parts = Base64URL.encode(asymmetric) + "." + Base64URL.encode(payload());
            rejected(
                    HostileIssuer.compact(
                            asymmetric,
                            payload(),
                            mac.doFinal(parts.getBytes(StandardCharsets.US_ASCII))),
                    TokenRefused.SIGNATURE);
        }
    }

    @Test
    void a_key_that_the_token_brings_along_is_not_used() throws JOSEException {
        var own = HostileIssuer.rsa("rsa-1");
        var header =
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("rsa-1")
                        .jwk(own.toPublicJWK())
                        .jwkURL(URI.create(issuer.name() + "/stolen"))
                        .x509CertURL(URI.create(issuer.name() + "/stolen"))
                        .build();
        rejected(HostileIssuer.sign(header, payload(), own), TokenRefused.SIGNATURE);
        assertThat(issuer.keyFetches).hasValue(1);
    }

    @Test
    void the_key_of_another_is_not_this_issuers() {
        var other = HostileIssuer.rsa("rsa-1");
        rejected(HostileIssuer.sign(claims(), other, JWSAlgorithm.RS256), TokenRefused.SIGNATURE);
    }

    @Test
    void a_changed_payload_or_a_cut_signature_is_refused() {
        var parts = HostileIssuer.sign(claims()).split("\\.", -1);
        var more = claims();
        more.put("sub", "root");
        rejected(
                parts[0]
                        + "."
                        + Base64URL.encode(JSONObjectUtils.toJSONString(more))
                        + "."
                        + parts[2],
                TokenRefused.SIGNATURE);
        rejected(parts[0] + "." + parts[1] + "." + parts[2].substring(4), TokenRefused.SIGNATURE);
        rejected(parts[0] + "." + parts[1] + ".", TokenRefused.SIGNATURE);
    }

    @Test
    void a_signature_of_zeros_is_none() {
        var header = "{\"alg\":\"ES256\",\"kid\":\"ec-1\"}";
        rejected(HostileIssuer.compact(header, payload(), new byte[64]), TokenRefused.SIGNATURE);
    }

    @Test
    void an_algorithm_that_does_not_fit_the_key_is_refused() {
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("ec-1").build();
        rejected(HostileIssuer.sign(header, payload(), HostileIssuer.RSA), TokenRefused.SIGNATURE);
    }

    @Test
    void a_key_with_an_algorithm_of_its_own_takes_no_other() {
        var only =
                new RSAKey.Builder(HostileIssuer.RSA)
                        .keyID("only")
                        .algorithm(JWSAlgorithm.PS256)
                        .build();
        issuer.answerKeys(HostileIssuer.keys(only));
        good(HostileIssuer.sign(claims(), only, JWSAlgorithm.PS256));
        rejected(HostileIssuer.sign(claims(), only, JWSAlgorithm.RS256), TokenRefused.SIGNATURE);
    }

    @Test
    void weak_symmetric_and_encryption_keys_verify_nothing() throws JOSEException {
        var weak = new RSAKeyGenerator(1024, true).keyID("weak").generate();
        var encryption =
                new RSAKeyGenerator(2048).keyID("enc").keyUse(KeyUse.ENCRYPTION).generate();
        var koblitz =
                """
                {"kty": "EC", "crv": "secp256k1", "kid": "k1",
                 "x": "eb5mfvncu6xVoGKVzocLBwKb_NstzijZWfKBWxb4F5g",
                 "y": "SDradyajxGVdpPv8DhEIqP0XtEimhVQZnEfQj_sQ1Lg"}
                """;
        issuer.answerKeys(
                HostileIssuer.text(
                        "{\"keys\":["
                                + String.join(
                                        ",",
                                        weak.toString(),
                                        encryption.toString(),
                                        koblitz,
                                        new OctetSequenceKey.Builder(new byte[32])
                                                .keyID("oct")
                                                .build()
                                                .toString(),
                                        "{\"kty\":\"RSA\",\"kid\":\"broken\",\"n\":\"AQAB\"}",
                                        "{\"kty\":\"new\",\"kid\":\"unknown\"}",
                                        "7",
                                        HostileIssuer.EC.toString())
                                + "]}"));
        good(HostileIssuer.sign(claims(), HostileIssuer.EC, JWSAlgorithm.ES256));
        for (JWK key : List.of(weak, encryption)) {
            rejected(HostileIssuer.sign(claims(), key, JWSAlgorithm.RS256), TokenRefused.KEY);
        }
    }

    @Test
    void a_point_that_is_not_on_its_curve_is_no_key() {
        var off = new TreeMap<>(HostileIssuer.EC.toPublicJWK().toJSONObject());
        off.put("y", Base64URL.encode(new byte[32]).toString());
        assertThat(SigningKey.of(off)).isEmpty();
        var wide = new TreeMap<>(HostileIssuer.RSA.toPublicJWK().toJSONObject());
        wide.put("e", Base64URL.encode(new byte[] {1, 0, 0, 0, 0, 1}).toString());
        assertThat(SigningKey.of(wide)).isEmpty();
        wide.put("e", "AQ");
        assertThat(SigningKey.of(wide)).isEmpty();
    }

    @Test
    void what_an_issuer_publishes_by_mistake_is_not_written_down() {
        var json = SigningKey.of(HostileIssuer.RSA.toJSONObject()).orElseThrow().json();
        assertThat(json.members().keySet()).containsExactly("e", "kid", "kty", "n");
    }

    @Test
    void a_token_without_a_key_id_is_checked_with_every_key() {
        var nameless = new ECKey.Builder(HostileIssuer.EC).keyID(null).build();
        issuer.answerKeys(HostileIssuer.keys(HostileIssuer.RSA, nameless));
        var header = new JWSHeader(JWSAlgorithm.ES256);
        good(HostileIssuer.sign(header, payload(), nameless));
        var stranger = HostileIssuer.ec("stranger");
        rejected(HostileIssuer.sign(header, payload(), stranger), TokenRefused.SIGNATURE);
    }

    @Test
    void a_demanded_extension_is_refused() {
        for (var crit : List.of("[\"b64\"]", "[\"exp\"]", "[]", "null,\"b64\":false")) {
            var header = "{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"crit\":" + crit + "}";
            var verdict = issuers.verify(HostileIssuer.compact(header, payload(), new byte[256]));
            assertThat(verdict).as(crit).isInstanceOf(Issuers.Verdict.Rejected.class);
        }
        rejected(
                HostileIssuer.compact(
                        "{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}",
                        payload(),
                        new byte[256]),
                TokenRefused.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"JWT", "jwt", "at+jwt", "AT+JWT", "application/at+jwt"})
    void the_types_of_access_tokens_are_taken(String type) {
        good(HostileIssuer.sign(typed(type), payload(), HostileIssuer.RSA));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"logout+jwt", "dpop+jwt", "oauth-id-jag+jwt", "id_token", "secevent+jwt"})
    void other_types_are_refused(String type) {
        rejected(HostileIssuer.sign(typed(type), payload(), HostileIssuer.RSA), TokenRefused.TYPE);
    }

    @Test
    void what_is_no_token_is_refused_without_any_traffic() {
        var good = HostileIssuer.sign(claims());
        var deep = "{\"a\":".repeat(5_000) + "1" + "}".repeat(5_000);
        for (var token :
                List.of(
                        "",
                        ".",
                        "..",
                        "hunter2",
                        good + ".",
                        good + "=",
                        " " + good,
                        good + "\n",
                        good.replaceFirst("\\.", ".é"),
                        good + ".a.b",
                        "a".repeat(Jws.MAX_TOKEN + 1),
                        HostileIssuer.compact("[]", payload(), new byte[3]),
                        HostileIssuer.compact("null", payload(), new byte[3]),
                        HostileIssuer.compact("[[\"alg\",\"RS256\"]]", payload(), new byte[3]),
                        HostileIssuer.compact(
                                "{\"alg\":\"RS256\",\"alg\":\"RS256\"}", payload(), new byte[3]),
                        HostileIssuer.compact(
                                "{\"alg\":\"RS256\"}", "{\"aud\":1,\"aud\":2}", new byte[3]),
                        HostileIssuer.compact("{}x", payload(), new byte[3]),
                        HostileIssuer.compact(deep, payload(), new byte[3]),
                        HostileIssuer.compact("{\"alg\":\"RS256\"}", deep, new byte[3]),
                        HostileIssuer.compact("{\"alg\":\"RS256\"}", "[1]", new byte[3]),
                        HostileIssuer.compact(
                                "{\"alg\":\"RS256\",\"x\":\"" + "a".repeat(9_000) + "\"}",
                                payload(),
                                new byte[3]))) {
            rejected(token, TokenRefused.MALFORMED);
        }
        assertThat(issuer.discoveries).hasValue(0);
    }

    @Test
    void a_token_of_an_unknown_issuer_causes_no_traffic() {
        for (var name :
                List.of(
                        issuer.name() + "/",
                        issuer.name().toUpperCase(Locale.ROOT),
                        "https://idp.example")) {
            var claims = claims();
            claims.put("iss", name);
            rejected(HostileIssuer.sign(claims), TokenRefused.ISSUER);
        }
        var nobody = claims();
        nobody.remove("iss");
        rejected(HostileIssuer.sign(nobody), TokenRefused.ISSUER);
        var several = claims();
        several.put("iss", List.of(issuer.name()));
        rejected(HostileIssuer.sign(several), TokenRefused.CLAIMS);
        assertThat(issuer.discoveries).hasValue(0);
    }

    @Test
    void the_longest_token_is_read() {
        var claims = claims();
        claims.put("filler", "a".repeat(47_000));
        var token = HostileIssuer.sign(claims);
        assertThat(token.length()).isBetween(60_000, Jws.MAX_TOKEN);
        good(token);
    }

    @Test
    void neither_a_message_nor_a_log_quotes_the_token() {
        var claims = claims();
        claims.put("aud", "somebody-else-SECRET");
        var name = claims();
        name.put("sub", "SECRET\u0000");
        var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        var heard = new ListAppender<ILoggingEvent>();
        heard.start();
        root.addAppender(heard);
        try {
            for (var token :
                    List.of(
                            HostileIssuer.sign(claims),
                            HostileIssuer.sign(name),
                            HostileIssuer.compact("{\"alg\":\"SECRET\"}", payload(), new byte[3]),
                            HostileIssuer.compact("{\"alg\":\"RS256\"}", "SECRET", new byte[3]),
                            "SECRET")) {
                var verdict = issuers.verify(token);
                assertThat(verdict).isInstanceOf(Issuers.Verdict.Rejected.class);
                assertThat(verdict.toString()).doesNotContain("SECRET").doesNotContain(token);
            }
            issuer.answerKeys(HostileIssuer.text("SECRET"));
            clock.advance(KeyCache.LIMIT);
            rejected(HostileIssuer.sign(claims()), IssuerFailure.UNTRUSTED);
            assertThat(heard.list).isNotEmpty();
            for (var event : heard.list) {
                assertThat(event.getFormattedMessage()).doesNotContain("SECRET");
                assertThat(event.getThrowableProxy()).isNull();
            }
        } finally {
            root.detachAppender(heard);
        }
    }

    // ----

    private static JWSHeader typed(String type) {
        return new JWSHeader.Builder(JWSAlgorithm.RS256)
                .keyID("rsa-1")
                .type(new JOSEObjectType(type))
                .build();
    }

    private Map<String, Object> claims() {
        return issuer.claims(clock.instant());
    }

    private String payload() {
        return JSONObjectUtils.toJSONString(claims());
    }

    private void good(String token) {
        assertThat(issuers.verify(token)).isInstanceOf(Issuers.Verdict.Verified.class);
    }

    private void rejected(String token, String code) {
        rejectedAsOneOf(token, Collections.singleton(code));
    }

    private void rejectedAsOneOf(String token, Set<String> codes) {
        assertThat(issuers.verify(token))
                .isInstanceOfSatisfying(
                        Issuers.Verdict.Rejected.class,
                        verdict -> {
                            assertThat(codes).contains(verdict.code());
                            assertThat(verdict.message()).isNotBlank();
                        });
    }
}
