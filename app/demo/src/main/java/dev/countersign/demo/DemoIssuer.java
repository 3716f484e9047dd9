package dev.countersign.demo;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// The demo's OpenID Connect issuer, for loopback only. Its people have no passwords and its
/// clients no secrets: whoever reaches it is whoever they say. It must never be trusted by anything
/// but the demo, and says so on every page.
///
/// | | |
/// |---|---|
/// | `/.well-known/openid-configuration`, `/jwks` | what it is, and its keys |
/// | `/authorize` | a person signs in, by a button ([IssuerAuthorize]) |
/// | `/device_authorization`, `/device` | a person signs in for a terminal ([IssuerDevices]) |
/// | `/token` | four grants ([IssuerTokenEndpoint]) |
///
/// A page of the web cannot use it through a browser of this machine: requests must be addressed to
/// loopback by name (against DNS rebinding), and forms must come from its own pages.
final class DemoIssuer implements AutoCloseable {
    private static final String WARNING = "DEMO ISSUER: never trust it for anything";

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final String issuer;
    private final List<String> origins;
    private final IssuerTokens tokens;
    private final IssuerAuthorize authorize;
    private final IssuerDevices devices;
    private final IssuerTokenEndpoint grants;

    private DemoIssuer(HttpServer server, Path directory, Clock clock) throws IOException {
        this.server = server;
        int port = server.getAddress().getPort();
        this.issuer = "http://127.0.0.1:" + port;
        this.origins = List.of(issuer, "http://localhost:" + port, "http://[::1]:" + port);
        this.tokens = new IssuerTokens(issuer, IssuerTokens.key(directory), clock);
        this.authorize = new IssuerAuthorize(issuer, clock);
        this.devices = new IssuerDevices(issuer, clock);
        this.grants = new IssuerTokenEndpoint(tokens, authorize, devices);
    }

    /// @param directory keeps its signing key
    /// @throws IOException if the address cannot be had, or is not loopback
    static DemoIssuer start(InetSocketAddress at, Path directory) throws IOException {
        return start(at, directory, Clock.systemUTC());
    }

    static DemoIssuer start(InetSocketAddress at, Path directory, Clock clock) throws IOException {
        if (!at.getAddress().isLoopbackAddress()) {
            throw new IOException("the demo's issuer listens on loopback only");
        }
        var server = HttpServer.create(at, 0);
        try {
            var issuer = new DemoIssuer(server, directory, clock);
            server.setExecutor(issuer.threads);
            server.createContext("/", issuer::answer);
            server.start();
            return issuer;
        } catch (IOException | RuntimeException e) {
            server.stop(0);
            throw e;
        }
    }

    String issuer() {
        return issuer;
    }

    /// How people and agents get their tokens from it. Closing them stops nothing.
    DemoPeople people() {
        return DemoPeople.at(issuer);
    }

    /// Asks its own token endpoint, as an agent would, for a token of `agent` acting for `person`.
    String agentToken(String agent, String person) throws IOException, InterruptedException {
        return people().agentToken(agent, person);
    }

    /// Signs `person` in, as their browser would, for a token with which they may decide.
    String personToken(String person) throws IOException, InterruptedException {
        return people().personToken(person);
    }

    /// Signs `person` in for one ruling.
    ///
    /// @return the ID token, which holds the nonce
    String personIdToken(String person, String nonce) throws IOException, InterruptedException {
        return people().personIdToken(person, nonce);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            reply(exchange).send(exchange);
        }
    }

    private IssuerReply reply(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath();
        boolean page = path.equals("/authorize") || path.equals("/device");
        try {
            checkHost(exchange);
            return route(exchange.getRequestMethod() + " " + path, exchange);
        } catch (IssuerError e) {
            return page
                    ? new IssuerReply.Page(
                            e.status(), IssuerPages.told("This sign-in cannot go on", e.told()), "")
                    : IssuerReply.Json.of(e);
        }
    }

    private IssuerReply route(String what, HttpExchange exchange) throws IOException, IssuerError {
        return switch (what) {
            case "GET /.well-known/openid-configuration" -> new IssuerReply.Json(200, discovery());
            case "GET /jwks" -> new IssuerReply.Json(200, tokens.keys());
            case "GET /authorize" -> authorize.ask(IssuerForm.ofQuery(exchange));
            case "POST /authorize" -> authorize.answer(ownForm(exchange));
            case "POST /device_authorization" -> devices.start(IssuerForm.ofBody(exchange));
            case "GET /device" -> devices.ask(IssuerForm.ofQuery(exchange));
            case "POST /device" -> devices.answer(ownForm(exchange));
            case "POST /token" -> grants.answer(IssuerForm.ofBody(exchange));
            default -> new IssuerReply.Json(404, Map.of("error", "not_found", "warning", WARNING));
        };
    }

    /// A name of the web that leads to 127.0.0.1 is not ours.
    private void checkHost(HttpExchange exchange) throws IssuerError {
        var host = exchange.getRequestHeaders().getFirst("Host");
        if (host == null || !origins.contains("http://" + host)) {
            throw IssuerError.status(421, "the demo's issuer answers to loopback's names only");
        }
    }

    /// A browser says from which page a form comes.
    private IssuerForm ownForm(HttpExchange exchange) throws IOException, IssuerError {
        var origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin != null && !origins.contains(origin)) {
            throw IssuerError.status(403, "this form comes from another page than the issuer's");
        }
        return IssuerForm.ofBody(exchange);
    }

    /// OpenID Connect Discovery 3; RFC 8414, 2; RFC 8628, 4.
    private Map<String, Object> discovery() {
        return Map.ofEntries(
                Map.entry("issuer", issuer),
                Map.entry("warning", WARNING),
                Map.entry("authorization_endpoint", issuer + "/authorize"),
                Map.entry("token_endpoint", issuer + "/token"),
                Map.entry("device_authorization_endpoint", issuer + "/device_authorization"),
                Map.entry("jwks_uri", issuer + "/jwks"),
                Map.entry("grant_types_supported", IssuerTokenEndpoint.GRANTS),
                Map.entry("response_types_supported", List.of("code")),
                Map.entry("response_modes_supported", List.of("query")),
                Map.entry("scopes_supported", List.of("openid")),
                Map.entry("code_challenge_methods_supported", List.of("S256")),
                Map.entry("token_endpoint_auth_methods_supported", List.of("none")),
                Map.entry("authorization_response_iss_parameter_supported", true),
                Map.entry("subject_types_supported", List.of("public")),
                Map.entry("id_token_signing_alg_values_supported", List.of("ES256")));
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
