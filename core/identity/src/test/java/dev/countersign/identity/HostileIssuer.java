package dev.countersign.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.opts.AllowWeakRSAKey;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/// An issuer on loopback that answers whatever a test wants, and signs whatever a test wants.
final class HostileIssuer implements AutoCloseable {
    static final RSAKey RSA = rsa("rsa-1");
    static final ECKey EC = ec("ec-1");

    private static final String DISCOVERY = "/.well-known/openid-configuration";

    /// How one document is answered.
    interface Answer {
        void give(HttpExchange exchange) throws IOException;
    }

    final AtomicInteger discoveries = new AtomicInteger();
    final AtomicInteger keyFetches = new AtomicInteger();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private volatile Answer discovery;
    private volatile Answer keys;

    HostileIssuer() {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        discovery = text(JSONObjectUtils.toJSONString(document()));
        keys = keys(RSA, EC);
        server.createContext("/", exchange -> serve(exchange));
        server.setExecutor(threads);
        server.start();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case DISCOVERY -> {
                    discoveries.incrementAndGet();
                    discovery.give(exchange);
                }
                case "/keys" -> {
                    keyFetches.incrementAndGet();
                    keys.give(exchange);
                }
                default -> exchange.sendResponseHeaders(404, -1);
            }
        }
    }

    String name() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    IssuerSettings settings() {
        return IssuerSettings.of(name(), "countersign");
    }

    /// The settings with which its people decide.
    IssuerSettings reviewSettings(List<String> personClaim, String peopleIf) {
        return new IssuerSettings(
                name(),
                "countersign",
                "countersign-reviews",
                "countersign-cli",
                "",
                "act.sub",
                "sub",
                personClaim,
                IssuerSettings.Subjects.PUBLIC,
                List.of(),
                Map.of(),
                "groups",
                peopleIf,
                Duration.ofMinutes(60),
                true,
                "");
    }

    /// The discovery document of an honest one, to be changed.
    Map<String, Object> document() {
        var members = new TreeMap<String, Object>();
        members.put("issuer", name());
        members.put("jwks_uri", name() + "/keys");
        members.put("subject_types_supported", List.of("public"));
        return members;
    }

    void answerDiscovery(Map<String, Object> document) {
        discovery = text(JSONObjectUtils.toJSONString(document));
    }

    void answerDiscovery(Answer answer) {
        discovery = answer;
    }

    void answerKeys(Answer answer) {
        keys = answer;
    }

    static Answer keys(JWK... keys) {
        return text(new JWKSet(List.of(keys)).toString(true));
    }

    static Answer text(String text) {
        return exchange -> {
            var bytes = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
        };
    }

    static Answer status(int status) {
        return exchange -> exchange.sendResponseHeaders(status, -1);
    }

    static Answer redirect(String to) {
        return exchange -> {
            exchange.getResponseHeaders().add("Location", to);
            exchange.sendResponseHeaders(302, -1);
        };
    }

    // ---- tokens

    /// The claims of a good token, to be changed.
    Map<String, Object> claims(Instant now) {
        var claims = new TreeMap<String, Object>();
        claims.put("iss", name());
        claims.put("aud", "countersign");
        claims.put("sub", "ann");
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.getEpochSecond() + 600);
        return claims;
    }

    static String sign(Map<String, Object> claims) {
        return sign(claims, RSA, JWSAlgorithm.RS256);
    }

    static String sign(Map<String, Object> claims, JWK key, JWSAlgorithm algorithm) {
        return sign(
                new JWSHeader.Builder(algorithm).keyID(key.getKeyID()).build(),
                JSONObjectUtils.toJSONString(claims),
                key);
    }

    static String sign(JWSHeader header, String payload, JWK key) {
        try {
            JWSSigner signer =
                    key instanceof RSAKey rsa
                            ? new RSASSASigner(
                                    rsa.toPrivateKey(), Set.of(AllowWeakRSAKey.getInstance()))
                            : new ECDSASigner(key.toECKey());
            var token = new JWSObject(header, new Payload(payload));
            token.sign(signer);
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Any header, any payload, any third part.
    static String compact(String header, String payload, byte[] signature) {
        return Base64URL.encode(header)
                + "."
                + Base64URL.encode(payload)
                + "."
                + Base64URL.encode(signature);
    }

    static RSAKey rsa(String id) {
        try {
            return new RSAKeyGenerator(2048).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static ECKey ec(String id) {
        try {
            return new ECKeyGenerator(Curve.P_256).keyID(id).generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
