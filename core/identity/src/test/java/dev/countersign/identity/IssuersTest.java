package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.model.Evidence;
import dev.countersign.model.Principal;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IssuersTest {
    private final Map<String, String> pages = new HashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.now());
    private final List<Evidence.IssuerKeys> inUse = new ArrayList<>();
    private HttpServer server;
    private String issuer;
    private RSAKey key;

    private final Clock clock =
            new Clock() {
                @Override
                public ZoneId getZone() {
                    return ZoneOffset.UTC;
                }

                @Override
                public Clock withZone(ZoneId zone) {
                    return this;
                }

                @Override
                public Instant instant() {
                    return now.get();
                }
            };

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext(
                "/",
                exchange -> {
                    asked.incrementAndGet();
                    var page = pages.get(exchange.getRequestURI().getPath());
                    if (page != null && page.startsWith("redirect ")) {
                        exchange.getResponseHeaders().add("Location", page.substring(9));
                        exchange.sendResponseHeaders(302, -1);
                    } else if (page == null) {
                        exchange.sendResponseHeaders(404, -1);
                    } else {
                        var bytes = page.getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(200, bytes.length);
                        exchange.getResponseBody().write(bytes);
                    }
                    exchange.close();
                });
        server.start();
        issuer = "http://127.0.0.1:" + server.getAddress().getPort();
        key = new RSAKeyGenerator(2048).keyID("one").generate();
        publish(issuer, issuer + "/jwks", new JWKSet(key.toPublicJWK()).toString());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void publish(String name, String uri, String keys) {
        pages.put(
                "/.well-known/openid-configuration",
                "{\"issuer\":\"" + name + "\",\"jwks_uri\":\"" + uri + "\"}");
        pages.put("/jwks", keys);
    }

    private IssuerSettings settings(String of) {
        return new IssuerSettings(
                of,
                "countersign",
                "countersign-reviews",
                "act.sub",
                "sub",
                List.of(),
                "public",
                List.of("people"),
                "groups",
                "",
                Duration.ofMinutes(60));
    }

    private Issuers issuers() {
        return Issuers.of(List.of(settings(issuer)), inUse::add, clock);
    }

    private JWTClaimsSet.Builder claims() {
        return new JWTClaimsSet.Builder()
                .issuer(issuer)
                .audience("countersign")
                .subject("ann")
                .claim("act", Map.of("sub", "eve"))
                .claim("client_id", "agents")
                .claim("groups", List.of("dev"))
                .issueTime(Date.from(now.get()))
                .expirationTime(Date.from(now.get().plusSeconds(600)));
    }

    private String signed(JWTClaimsSet claims) throws JOSEException {
        return signed(claims, key, new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build());
    }

    private static String signed(JWTClaimsSet claims, RSAKey by, JWSHeader header)
            throws JOSEException {
        var jwt = new SignedJWT(header, claims);
        jwt.sign(new RSASSASigner(by));
        return jwt.serialize();
    }

    private static String code(Issuers.Verdict verdict) {
        return switch (verdict) {
            case Issuers.Verdict.Rejected(var code, _) -> code;
            case Issuers.Verdict.Verified _ -> "verified";
        };
    }

    @Test
    void the_agent_is_known_apart_from_the_human_behind_it() throws Exception {
        try (var issuers = issuers()) {
            var token = signed(claims().build());
            var verdict = (Issuers.Verdict.Verified) issuers.verify(token);

            assertThat(verdict.who().kind()).isEqualTo(Principal.Kind.AGENT);
            assertThat(verdict.who().actor().subject()).isEqualTo("eve");
            assertThat(verdict.who().onBehalfOf().orElseThrow().subject()).isEqualTo("ann");
            assertThat(verdict.who().groups()).containsExactly("dev");
            assertThat(verdict.signedParts().text()).contains(token.substring(0, token.lastIndexOf('.')));
            assertThat(inUse).hasSize(1);
        }
    }

    @Test
    void a_plain_token_is_an_agents_unless_its_client_is_the_peoples() throws Exception {
        try (var issuers = issuers()) {
            var agent =
                    (Issuers.Verdict.Verified)
                            issuers.verify(signed(claims().claim("act", null).build()));
            var person =
                    (Issuers.Verdict.Verified)
                            issuers.verify(
                                    signed(
                                            claims()
                                                    .claim("act", null)
                                                    .claim("client_id", "people")
                                                    .build()));

            assertThat(agent.who().kind()).isEqualTo(Principal.Kind.AGENT);
            assertThat(agent.who().onBehalfOf()).contains(agent.who().actor());
            assertThat(person.who().kind()).isEqualTo(Principal.Kind.HUMAN);
        }
    }

    @Test
    void what_is_not_right_is_rejected_with_its_own_code() throws Exception {
        var soon = Date.from(now.get().plusSeconds(600));
        try (var issuers = issuers()) {
            var good = signed(claims().build());
            assertThat(code(issuers.verify(good))).isEqualTo("verified");
            assertThat(code(issuers.verify(""))).isEqualTo("token-malformed");
            assertThat(code(issuers.verify("a.b.c"))).isEqualTo("token-malformed");
            assertThat(code(issuers.verify(good + "x".repeat(70_000)))).isEqualTo("token-malformed");
            assertThat(code(issuers.verify(new PlainJWT(claims().build()).serialize())))
                    .isEqualTo("token-malformed");
            assertThat(code(issuers.verify(signed(claims().issuer("http://127.0.0.1:1").build()))))
                    .isEqualTo("token-issuer");
            assertThat(code(issuers.verify(signed(claims().audience("other").build()))))
                    .isEqualTo("token-audience");
            assertThat(
                            code(
                                    issuers.verify(
                                            signed(
                                                    claims()
                                                            .audience(
                                                                    List.of(
                                                                            "countersign",
                                                                            "countersign-reviews"))
                                                            .build()))))
                    .isEqualTo("token-audience");
            assertThat(
                            code(
                                    issuers.verify(
                                            signed(
                                                    claims()
                                                            .expirationTime(
                                                                    Date.from(
                                                                            now.get().minusSeconds(1)))
                                                            .build()))))
                    .isEqualTo("token-expired");
            assertThat(code(issuers.verify(signed(claims().expirationTime(null).build()))))
                    .isEqualTo("token-malformed");
            assertThat(
                            code(
                                    issuers.verify(
                                            signed(
                                                    claims()
                                                            .notBeforeTime(
                                                                    Date.from(
                                                                            now.get().plusSeconds(300)))
                                                            .build()))))
                    .isEqualTo("token-not-yet");
            assertThat(
                            code(
                                    issuers.verify(
                                            signed(
                                                    claims()
                                                            .expirationTime(
                                                                    Date.from(
                                                                            now.get().plusSeconds(7_200)))
                                                            .build()))))
                    .isEqualTo("token-lifetime");
            assertThat(code(issuers.verify(signed(claims().claim("nonce", "n").build()))))
                    .isEqualTo("token-type");
            assertThat(
                            code(
                                    issuers.verify(
                                            signed(
                                                    claims().build(),
                                                    key,
                                                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                                                            .keyID("one")
                                                            .type(new JOSEObjectType("id+jwt"))
                                                            .build()))))
                    .isEqualTo("token-type");
            assertThat(code(issuers.verify(signed(claims().subject("a\nb").build()))))
                    .isEqualTo("token-subject");
            var stranger = new RSAKeyGenerator(2048).keyID("one").generate();
            assertThat(
                            code(
                                    issuers.verify(
                                            signed(
                                                    claims().build(),
                                                    stranger,
                                                    new JWSHeader.Builder(JWSAlgorithm.RS256)
                                                            .keyID("one")
                                                            .jwk(stranger.toPublicJWK())
                                                            .build()))))
                    .isEqualTo("token-signature");
            var confused =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(),
                            claims().expirationTime(soon).build());
            confused.sign(new MACSigner(key.toRSAPublicKey().getEncoded()));
            assertThat(code(issuers.verify(confused.serialize()))).isEqualTo("token-algorithm");
        }
    }

    @Test
    void keys_are_only_taken_from_the_issuers_own_origin() throws Exception {
        for (var bad :
                List.of(
                        "http://127.0.0.1:1/jwks",
                        "http://localhost:" + server.getAddress().getPort() + "/jwks")) {
            publish(issuer, bad, new JWKSet(key.toPublicJWK()).toString());
            try (var issuers = issuers()) {
                assertThat(code(issuers.verify(signed(claims().build()))))
                        .isEqualTo("issuer-unreachable");
            }
        }
        publish("http://127.0.0.1:9/other", issuer + "/jwks", "{\"keys\":[]}");
        try (var issuers = issuers()) {
            assertThat(code(issuers.verify(signed(claims().build())))).isEqualTo("issuer-unreachable");
        }
        pages.put("/.well-known/openid-configuration", "redirect " + issuer + "/elsewhere");
        try (var issuers = issuers()) {
            assertThat(code(issuers.verify(signed(claims().build())))).isEqualTo("issuer-unreachable");
        }
        publish(issuer, issuer + "/jwks", "x".repeat(Keys.MAX_BYTES + 1));
        try (var issuers = issuers()) {
            assertThat(code(issuers.verify(signed(claims().build())))).isEqualTo("issuer-unreachable");
        }
    }

    @Test
    void a_hundred_clients_cause_one_fetch() throws Exception {
        var token = signed(claims().build());
        try (var issuers = issuers();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var verdicts = new ArrayList<Future<Issuers.Verdict>>();
            for (int i = 0; i < 100; i++) {
                verdicts.add(threads.submit(() -> issuers.verify(token)));
            }
            for (var verdict : verdicts) {
                assertThat(code(verdict.get())).isEqualTo("verified");
            }
        }
        assertThat(asked).hasValue(2); // the discovery document and the keys
    }

    @Test
    void an_unknown_key_is_looked_for_once_a_minute_and_a_new_one_is_found() throws Exception {
        var next = new RSAKeyGenerator(2048).keyID("two").generate();
        var header = new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("two").build();
        try (var issuers = issuers()) {
            assertThat(code(issuers.verify(signed(claims().build())))).isEqualTo("verified");
            for (int i = 0; i < 20; i++) {
                assertThat(code(issuers.verify(signed(claims().build(), next, header))))
                        .isEqualTo("token-signature");
            }
            assertThat(asked).hasValue(2);

            pages.put("/jwks", new JWKSet(List.of(key.toPublicJWK(), next.toPublicJWK())).toString());
            now.set(now.get().plus(Keys.PAUSE).plusSeconds(1));
            assertThat(code(issuers.verify(signed(claims().build(), next, header))))
                    .isEqualTo("verified");
            assertThat(inUse).hasSize(2);
        }
    }

    @Test
    void keys_serve_on_while_the_issuer_is_away_but_not_for_ever() throws Exception {
        try (var issuers = issuers()) {
            assertThat(code(issuers.verify(signed(claims().build())))).isEqualTo("verified");
            pages.clear();
            now.set(now.get().plus(Duration.ofHours(1)));
            assertThat(code(issuers.verify(signed(claims().build())))).isEqualTo("verified");
            now.set(now.get().plus(Keys.LIMIT));
            assertThat(code(issuers.verify(signed(claims().build()))))
                    .isEqualTo("issuer-unreachable");
        }
    }

    @Test
    void several_issuers_are_trusted_at_once_and_one_of_them_is_not_ours() throws IOException {
        var other = new MockOAuth2Server();
        other.start(InetAddress.getLoopbackAddress(), 0);
        try (var issuers =
                Issuers.of(
                        List.of(settings(issuer), settings(other.issuerUrl("idp").toString())),
                        inUse::add,
                        Clock.systemUTC())) {
            var token =
                    other.issueToken(
                                    "idp",
                                    "agents",
                                    new DefaultOAuth2TokenCallback(
                                            "idp",
                                            "bob",
                                            "JWT",
                                            List.of("countersign"),
                                            Map.of("act", Map.of("sub", "mallory")),
                                            300))
                            .serialize();

            var verdict = issuers.verify(token);

            assertThat(verdict)
                    .isInstanceOfSatisfying(
                            Issuers.Verdict.Verified.class,
                            verified ->
                                    assertThat(verified.who().toString())
                                            .isEqualTo("mallory for bob"));
            assertThat(asked).as("the other issuer is not asked").hasValue(0);
        } finally {
            other.shutdown();
        }
    }
}
