package dev.countersign.system;

import dev.countersign.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// The Keycloak that `quality/keycloak/run` has started, as its clients and people use it.
final class Keycloak {
    /// Who owns `nightly-report`, and whom `report-agent` acts for.
    static final String ANN = "8a2d6e0b-5a5e-4d0e-9a55-1d1a7c3c9b11";

    static final String DANA = "8a2d6e0b-5a5e-4d0e-9a55-1d1a7c3c9b12";

    private static final Path BROWSER = Path.of("../keycloak/browser").toAbsolutePath().normalize();
    private static final Path PAGE = Path.of("../../docs/connecting-an-issuer.md");
    private static final String ENDPOINTS = "/protocol/openid-connect/";
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final String issuer = System.getProperty("countersign.keycloak", "");
    private final String secret = System.getProperty("countersign.keycloak.secret", "");

    /// What the page for people who connect a Keycloak says, with this one's address.
    String entry() throws IOException {
        var page = Files.readString(PAGE);
        var from = page.substring(page.indexOf("## Keycloak"));
        var block = from.substring(from.indexOf("```yaml\n") + 8);
        return block.substring(0, block.indexOf("```"))
                .replace("https://idp.example/realms/acme", issuer);
    }

    /// An access token of an agent that works alone.
    String agent() throws IOException, InterruptedException {
        return text(
                token(
                        Map.of(
                                "grant_type", "client_credentials",
                                "client_id", "nightly-report",
                                "client_secret", secret)),
                "access_token");
    }

    /// What an agent has once a person has signed in to it.
    Json.Obj agentFor(String person) throws IOException, InterruptedException {
        int nobody = House.freePort();
        var redirect = "http://127.0.0.1:" + nobody + "/";
        var query = new LinkedHashMap<String, String>();
        query.put("response_type", "code");
        query.put("client_id", "report-agent");
        query.put("redirect_uri", redirect);
        query.put("scope", "openid");
        var left = browse(person, issuer + ENDPOINTS + "auth?" + form(query), Map.of());
        return token(
                Map.of(
                        "grant_type",
                        "authorization_code",
                        "client_id",
                        "report-agent",
                        "client_secret",
                        secret,
                        "redirect_uri",
                        redirect,
                        "code",
                        left.replaceFirst("(?s).*[?&]code=([^&\\s]*).*", "$1")));
    }

    /// A person opens a page and does what it asks for.
    ///
    /// @return where it led, and what went wrong
    String browse(String person, String page, Map<String, String> more) throws IOException {
        var environment = new LinkedHashMap<>(environment(person));
        environment.putAll(more);
        return House.run(List.of(BROWSER.toString(), page), environment, "");
    }

    /// Of a command whose sign-ins are this person's.
    Map<String, String> environment(String person) {
        return Map.of("BROWSER", BROWSER.toString(), "PERSON", person, "PASSWORD", secret);
    }

    static String text(Json.Obj tokens, String name) {
        return tokens.text(name)
                .orElseThrow(() -> new IllegalStateException("no " + name + " in " + tokens));
    }

    private Json.Obj token(Map<String, String> fields) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var answer =
                    http.send(
                            HttpRequest.newBuilder(URI.create(issuer + ENDPOINTS + "token"))
                                    .timeout(LIMIT)
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(HttpRequest.BodyPublishers.ofString(form(fields)))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            return (Json.Obj) Json.parse(answer.body());
        }
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(one ->
                        one.getKey()
                                + "="
                                + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }
}
