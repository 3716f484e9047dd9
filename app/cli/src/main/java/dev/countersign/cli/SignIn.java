package dev.countersign.cli;

import com.nimbusds.jose.util.JSONObjectUtils;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A person's sign-in: the authorization code flow with PKCE (RFC 7636) over a loopback redirect
/// (RFC 8252), or the device grant (RFC 8628) where there is no browser on this machine.
final class SignIn {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration PERSON_LIMIT = Duration.ofMinutes(5);
    private static final Duration USUAL_POLL = Duration.ofSeconds(5);
    private static final int SECRET_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String issuer;
    private final String client;
    private final String audience;
    private final PrintStream out;

    /// @param entry of `/v1/sign-in`
    SignIn(Json.Obj entry, PrintStream out) {
        this.issuer = entry.text("issuer").orElse("");
        this.client = entry.text("client").orElse("");
        this.audience = entry.text("audience").orElse("");
        this.out = out;
    }

    /// What the issuer gave; `idToken` is empty where it gave none.
    record Tokens(String access, String idToken) {
        @Override
        public String toString() {
            return "tokens";
        }
    }

    /// What is signed must be what was asked for: the nonce is computed here again.
    ///
    /// @param named `statement` and `oidc_nonce`, as the gateway gave them
    static void checkNonce(Json.Obj named, String review, String word) throws IOException {
        var statement =
                named.object("statement").orElseThrow(() -> new IOException("no statement"));
        if (!statement.text("review").orElse("").equals(review)
                || !statement.text("ruling").orElse("").equals(word)
                || !challenge(statement.text()).equals(named.text("oidc_nonce").orElse(""))) {
            throw new IOException("the gateway's statement is not the ruling that was asked for");
        }
    }

    /// Opens the issuer's page, and waits up to five minutes for the person.
    ///
    /// @param nonce that the ID token must name; empty for a sign-in that rules on nothing
    Tokens browser(String nonce) throws IOException, InterruptedException {
        var discovered = discovery();
        var verifier = secret();
        var state = secret();
        var code = new CompletableFuture<String>();
        var here = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        here.createContext("/", exchange -> redirected(exchange, state, code));
        here.start();
        try {
            var redirect = "http://127.0.0.1:" + here.getAddress().getPort() + "/";
            var query = new LinkedHashMap<String, String>();
            query.put("response_type", "code");
            query.put("client_id", client);
            query.put("redirect_uri", redirect);
            query.put("scope", "openid");
            query.put("audience", audience);
            query.put("state", state);
            query.put("code_challenge", challenge(verifier));
            query.put("code_challenge_method", "S256");
            if (!nonce.isEmpty()) {
                query.put("nonce", nonce);
                query.put("max_age", "300");
            }
            var page = endpoint(discovered, "authorization_endpoint") + "?" + form(query);
            out.println("Sign in here (waiting for five minutes):");
            out.println("  " + page);
            open(page);
            var form = new LinkedHashMap<String, String>();
            form.put("grant_type", "authorization_code");
            form.put("client_id", client);
            form.put("code", code.get(PERSON_LIMIT.toSeconds(), TimeUnit.SECONDS));
            form.put("redirect_uri", redirect);
            form.put("code_verifier", verifier);
            return tokens(post(endpoint(discovered, "token_endpoint"), form));
        } catch (TimeoutException e) {
            throw new IOException("nobody signed in within five minutes", e);
        } catch (ExecutionException e) {
            var why = e.getCause();
            throw new IOException(why == null ? "no sign-in" : String.valueOf(why.getMessage()), e);
        } finally {
            here.stop(0);
        }
    }

    private static void redirected(
            HttpExchange exchange, String state, CompletableFuture<String> code)
            throws IOException {
        try (exchange) {
            var query = query(exchange.getRequestURI().getRawQuery());
            boolean ours = state.equals(query.get("state"));
            boolean good = ours && query.containsKey("code");
            var answer =
                    good
                            ? "Signed in. You can close this page."
                            : "This is not the sign-in that was waited for, or it failed.";
            var bytes = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "text/plain; charset=utf-8");
            exchange.getResponseHeaders().add("Cache-Control", "no-store");
            exchange.sendResponseHeaders(good ? 200 : 400, bytes.length);
            exchange.getResponseBody().write(bytes);
            if (good) {
                code.complete(query.getOrDefault("code", ""));
            } else if (ours) {
                code.completeExceptionally(
                        new IOException(
                                "the issuer refused: "
                                        + Shown.of(query.getOrDefault("error", "?"))));
            }
        }
    }

    private static void open(String page) throws IOException {
        var browser = System.getenv().getOrDefault("BROWSER", "");
        if (!browser.isEmpty() || hasScreen()) {
            new ProcessBuilder(browser.isEmpty() ? "xdg-open" : browser, page)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        }
    }

    private static boolean hasScreen() {
        return System.getenv("DISPLAY") != null || System.getenv("WAYLAND_DISPLAY") != null;
    }

    /// Whether a page can be opened on this machine.
    static boolean hasBrowser() {
        return System.getenv("BROWSER") != null || hasScreen();
    }

    /// Shows a code that the person enters on another device. With PKCE too, which the device grant
    /// does not know: an issuer that wants it of the client for every flow (Keycloak) refuses
    /// without, and others ignore it (RFC 8628, 3.1 and 3.4).
    Tokens device() throws IOException, InterruptedException {
        var discovered = discovery();
        var verifier = secret();
        var begun =
                post(
                        endpoint(discovered, "device_authorization_endpoint"),
                        Map.of(
                                "client_id",
                                client,
                                "scope",
                                "openid",
                                "audience",
                                audience,
                                "code_challenge",
                                challenge(verifier),
                                "code_challenge_method",
                                "S256"));
        if (Members.text(begun, "device_code").isEmpty()) {
            throw new IOException(
                    "the issuer gave no code for another device: "
                            + Shown.of(Members.text(begun, "error"))
                            + " "
                            + Shown.of(Members.text(begun, "error_description")));
        }
        out.println(
                "Open "
                        + Shown.of(Members.text(begun, "verification_uri"))
                        + " and enter "
                        + Shown.of(Members.text(begun, "user_code")));
        long interval = Members.number(begun, "interval");
        var wait = interval > 0 ? Duration.ofSeconds(interval) : USUAL_POLL;
        var form =
                Map.of(
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code",
                        "client_id",
                        client,
                        "device_code",
                        Members.text(begun, "device_code"),
                        "code_verifier",
                        verifier);
        long end = System.nanoTime() + PERSON_LIMIT.toNanos();
        while (System.nanoTime() < end) {
            Thread.sleep(wait); // the issuer says how often it may be asked (RFC 8628, 3.5)
            var answer = post(endpoint(discovered, "token_endpoint"), form);
            switch (Members.text(answer, "error")) {
                case "" -> {
                    return tokens(answer);
                }
                case "authorization_pending" -> {
                    // asked again after the interval
                }
                case "slow_down" -> wait = wait.plusSeconds(5);
                default ->
                        throw new IOException(
                                "the issuer refused: " + Shown.of(Members.text(answer, "error")));
            }
        }
        throw new IOException("nobody signed in within five minutes");
    }

    // ----

    private Map<String, Object> discovery() throws IOException, InterruptedException {
        var base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        var found =
                send(
                        HttpRequest.newBuilder(
                                        URI.create(base + "/.well-known/openid-configuration"))
                                .GET());
        if (!Members.text(found, "issuer").equals(issuer)) {
            throw new IOException(issuer + " is not the issuer that its discovery document names");
        }
        return found;
    }

    private String endpoint(Map<String, Object> discovered, String name) throws IOException {
        var endpoint = Members.text(discovered, name);
        if (!endpoint.startsWith("https://")
                && !endpoint.startsWith("http://127.0.0.1:")
                && !endpoint.startsWith("http://localhost:")) {
            throw new IOException(issuer + " has no " + name + " that can be used");
        }
        return endpoint;
    }

    private static Tokens tokens(Map<String, Object> answer) throws IOException {
        var access = Members.text(answer, "access_token");
        if (access.isEmpty()) {
            throw new IOException(
                    "the issuer gave no token: " + Shown.of(Members.text(answer, "error")));
        }
        return new Tokens(access, Members.text(answer, "id_token"));
    }

    private static Map<String, Object> post(String endpoint, Map<String, String> form)
            throws IOException, InterruptedException {
        return send(
                HttpRequest.newBuilder(URI.create(endpoint))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form(form))));
    }

    private static Map<String, Object> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        try (var http = HttpClient.newBuilder().connectTimeout(LIMIT).build()) {
            var response =
                    http.send(request.timeout(LIMIT).build(), HttpResponse.BodyHandlers.ofString());
            return JSONObjectUtils.parse(response.body());
        } catch (ParseException e) {
            throw new IOException("the issuer answered with no JSON", e);
        }
    }

    private static String form(Map<String, String> values) {
        var out = new StringBuilder();
        values.forEach((name, value) ->
                out.append(out.isEmpty() ? "" : "&")
                        .append(name)
                        .append('=')
                        .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return out.toString();
    }

    private static Map<String, String> query(@org.jspecify.annotations.Nullable String raw) {
        var out = new HashMap<String, String>();
        for (var pair : raw == null ? List.<String>of() : List.of(raw.split("&", -1))) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                out.put(
                        pair.substring(0, equals),
                        URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
        }
        return out;
    }

    private static String secret() {
        var bytes = new byte[SECRET_BYTES];
        RANDOM.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static String challenge(String verifier) {
        var hash = Hash.sha256(verifier.getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash.bytes());
    }
}
