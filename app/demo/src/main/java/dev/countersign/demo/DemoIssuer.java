package dev.countersign.demo;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The demo's OIDC issuer, for loopback only: a discovery document, keys, and a token endpoint with
/// token exchange (RFC 8693), by which an agent gets a token that names it and the person it acts
/// for. Its people have no passwords: it must never be trusted by anything but the demo.
final class DemoIssuer implements AutoCloseable {
    static final String AUDIENCE = "countersign";

    /// How long its tokens live.
    static final Duration LIFETIME = Duration.ofMinutes(55);

    /// Bytes of a request.
    static final int MAX_BODY = 64 << 10;

    private static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final List<String> AGENTS = List.of("eve");
    private static final Map<String, List<String>> PEOPLE =
            Map.of(
                    "ann", List.of("support"),
                    "dana", List.of("dba"),
                    "omar", List.of("audit"));

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String issuer;
    private final ECKey key;

    private DemoIssuer(HttpServer server, ECKey key) {
        this.server = server;
        this.key = key;
        this.issuer = "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /// @param directory keeps its signing key
    /// @throws IOException if the address cannot be had, or is not loopback
    static DemoIssuer start(InetSocketAddress at, Path directory) throws IOException {
        if (!at.getAddress().isLoopbackAddress()) {
            throw new IOException("the demo's issuer listens on loopback only");
        }
        var issuer = new DemoIssuer(HttpServer.create(at, 0), key(directory));
        issuer.server.setExecutor(issuer.threads);
        issuer.server.createContext("/", issuer::answer);
        issuer.server.start();
        return issuer;
    }

    private static ECKey key(Path directory) throws IOException {
        var file = directory.resolve("key.json");
        try {
            if (Files.exists(file)) {
                return ECKey.parse(Files.readString(file));
            }
            var made =
                    new ECKeyGenerator(Curve.P_256)
                            .keyID(UUID.randomUUID().toString())
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(JWSAlgorithm.ES256)
                            .generate();
            Files.createDirectories(directory);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------")));
            Files.writeString(file, made.toJSONString());
            return made;
        } catch (JOSEException | ParseException e) {
            throw new IOException("the demo issuer's key cannot be used", e);
        }
    }

    String issuer() {
        return issuer;
    }

    /// Asks its own token endpoint, as an agent would, for a token of `agent` acting for `person`.
    String agentToken(String agent, String person) throws IOException, InterruptedException {
        var form =
                "grant_type="
                        + URLEncoder.encode(EXCHANGE, StandardCharsets.UTF_8)
                        + "&client_id="
                        + agent
                        + "&subject_token="
                        + person
                        + "&subject_token_type=urn:countersign:demo:person";
        try (var http = HttpClient.newHttpClient()) {
            var response =
                    http.send(
                            HttpRequest.newBuilder(URI.create(issuer + "/token"))
                                    .timeout(Duration.ofSeconds(10))
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(HttpRequest.BodyPublishers.ofString(form))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            if (response.statusCode() == 200
                    && JSONObjectUtils.parse(response.body()).get("access_token")
                            instanceof String token) {
                return token;
            }
            throw new IOException(
                    "the demo's issuer gave no token, status " + response.statusCode());
        } catch (ParseException e) {
            throw new IOException("the demo's issuer answered with no JSON", e);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            switch (exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath()) {
                case "GET /.well-known/openid-configuration" -> send(exchange, 200, discovery());
                case "GET /jwks" ->
                        send(exchange, 200, new JWKSet(key.toPublicJWK()).toJSONObject());
                case "POST /token" -> token(exchange);
                default ->
                        send(
                                exchange,
                                404,
                                Map.of(
                                        "error", "not_found",
                                        "warning", "DEMO ISSUER: never trust it for anything"));
            }
        }
    }

    private Map<String, Object> discovery() {
        return Map.of(
                "issuer",
                issuer,
                "jwks_uri",
                issuer + "/jwks",
                "token_endpoint",
                issuer + "/token",
                "grant_types_supported",
                List.of(EXCHANGE),
                "subject_types_supported",
                List.of("public"),
                "id_token_signing_alg_values_supported",
                List.of("ES256"));
    }

    private void token(HttpExchange exchange) throws IOException {
        var body = exchange.getRequestBody().readNBytes(MAX_BODY);
        var form = new HashMap<String, String>();
        for (var pair : new String(body, StandardCharsets.UTF_8).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                form.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        var agent = form.getOrDefault("client_id", "");
        var person = form.getOrDefault("subject_token", "");
        if (!EXCHANGE.equals(form.get("grant_type"))
                || !AGENTS.contains(agent)
                || !PEOPLE.containsKey(person)) {
            send(exchange, 400, Map.of("error", "invalid_request"));
            return;
        }
        send(
                exchange,
                200,
                Map.of(
                        "access_token",
                        signed(agent, person),
                        "issued_token_type",
                        "urn:ietf:params:oauth:token-type:access_token",
                        "token_type",
                        "Bearer",
                        "expires_in",
                        LIFETIME.toSeconds()));
    }

    private String signed(String agent, String person) throws IOException {
        var now = Instant.now();
        var claims =
                new JWTClaimsSet.Builder()
                        .issuer(issuer)
                        .audience(AUDIENCE)
                        .subject(person)
                        .claim("act", Map.of("sub", agent))
                        .claim("client_id", agent)
                        .claim("groups", PEOPLE.getOrDefault(person, List.of()))
                        .jwtID(UUID.randomUUID().toString())
                        .issueTime(Date.from(now))
                        .expirationTime(Date.from(now.plus(LIFETIME)))
                        .build();
        try {
            var jwt =
                    new SignedJWT(
                            new JWSHeader.Builder(JWSAlgorithm.ES256)
                                    .keyID(key.getKeyID())
                                    .type(new JOSEObjectType("at+jwt"))
                                    .build(),
                            claims);
            jwt.sign(new ECDSASigner(key));
            return jwt.serialize();
        } catch (JOSEException e) {
            throw new IOException("the demo's issuer cannot sign", e);
        }
    }

    private static void send(HttpExchange exchange, int status, Map<String, ?> content)
            throws IOException {
        var bytes =
                JSONObjectUtils.toJSONString(new HashMap<String, Object>(content))
                        .getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.getResponseHeaders().add("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
