package dev.countersign.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The demo's people and agents, who get tokens from the demo's issuer as real ones would: over
/// HTTP, by the grants of the standards. Works against an issuer in another process, too.
public final class DemoPeople implements AutoCloseable {
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    /// Nobody listens there: the browser is us, and stops before it follows.
    private static final String REDIRECT = "http://127.0.0.1:49152/callback";

    private static final Pattern HIDDEN =
            Pattern.compile("<input type=\"hidden\" name=\"([^\"]*)\" value=\"([^\"]*)\">");

    private final String issuer;
    private final Runnable stop;

    private DemoPeople(String issuer, Runnable stop) {
        this.issuer = issuer;
        this.stop = stop;
    }

    /// Starts an issuer at a free port of loopback, for tests that need no more of the demo.
    ///
    /// @param directory keeps its signing key
    /// @throws IOException if it cannot start
    public static DemoPeople start(Path directory) throws IOException {
        var issuer =
                DemoIssuer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), directory);
        return new DemoPeople(issuer.issuer(), issuer::close);
    }

    /// @param issuer as the demo's configuration names it, `http://127.0.0.1:8555`
    public static DemoPeople at(String issuer) {
        return new DemoPeople(issuer, () -> {});
    }

    /// As a configuration names it.
    public String issuer() {
        return issuer;
    }

    /// An access token for the data plane, of an agent that acts for a person (RFC 8693).
    ///
    /// @throws IOException if the issuer does not answer, or gives none
    public String agentToken(String agent, String person) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var form =
                    Map.of(
                            "grant_type",
                            IssuerTokenEndpoint.EXCHANGE,
                            "client_id",
                            agent,
                            "subject_token",
                            person,
                            "subject_token_type",
                            IssuerTokenEndpoint.PERSON);
            return text(token(http, form), "access_token");
        }
    }

    /// An access token for the data plane, of an agent that acts without a human (`nightly`; RFC
    /// 6749, 4.4).
    ///
    /// @throws IOException if the issuer does not answer, or gives none
    public String agentToken(String agent) throws IOException, InterruptedException {
        try (var http = HttpClient.newHttpClient()) {
            var form = Map.of("grant_type", IssuerTokenEndpoint.CLIENT, "client_id", agent);
            return text(token(http, form), "access_token");
        }
    }

    /// Signs a person in by code and PKCE, for an access token with which they may decide.
    ///
    /// @throws IOException if the issuer does not answer, or gives none
    public String personToken(String person) throws IOException, InterruptedException {
        return text(signIn(person, Map.of()), "access_token");
    }

    /// Signs a person in by code and PKCE, for an ID token that was made for one question.
    ///
    /// @param nonce names the question
    /// @throws IOException if the issuer does not answer, or gives none
    public String personIdToken(String person, String nonce)
            throws IOException, InterruptedException {
        return text(signIn(person, Map.of("nonce", nonce, "max_age", "300")), "id_token");
    }

    private Map<String, Object> signIn(String person, Map<String, String> more)
            throws IOException, InterruptedException {
        var verifier = IssuerWords.secret();
        var state = IssuerWords.secret();
        var request = new LinkedHashMap<>(more);
        request.put("response_type", "code");
        request.put("client_id", IssuerPeople.CLI);
        request.put("redirect_uri", REDIRECT);
        request.put("scope", "openid");
        request.put("state", state);
        request.put("code_challenge", IssuerWords.challenge(verifier));
        request.put("code_challenge_method", "S256");
        try (var http = HttpClient.newHttpClient()) {
            var page =
                    http.send(
                            request("/authorize?" + IssuerForm.encode(request)).GET().build(),
                            HttpResponse.BodyHandlers.ofString());
            var form = fields(page.body());
            form.put("person", person);
            var back = answer(post(http, "/authorize", form));
            if (!back.get("state").equals(state) || !back.get("iss").equals(issuer)) {
                throw new IOException("the demo's issuer answered another sign-in than ours");
            }
            return token(
                    http,
                    Map.of(
                            "grant_type",
                            IssuerTokenEndpoint.CODE,
                            "client_id",
                            IssuerPeople.CLI,
                            "redirect_uri",
                            REDIRECT,
                            "code",
                            back.get("code"),
                            "code_verifier",
                            verifier));
        }
    }

    /// What a browser sends back beside the button.
    private static Map<String, String> fields(String page) {
        var out = new LinkedHashMap<String, String>();
        var hidden = HIDDEN.matcher(page);
        while (hidden.find()) {
            out.put(unescaped(hidden.group(1)), unescaped(hidden.group(2)));
        }
        return out;
    }

    private static String unescaped(String text) {
        return text.replace("&#39;", "'")
                .replace("&quot;", "\"")
                .replace("&gt;", ">")
                .replace("&lt;", "<")
                .replace("&amp;", "&");
    }

    private static IssuerForm answer(HttpResponse<String> response) throws IOException {
        var location = response.headers().firstValue("Location").orElse("");
        if (response.statusCode() != 303 || !location.startsWith(REDIRECT + "?")) {
            throw new IOException(
                    "the demo's issuer did not sign in, status " + response.statusCode());
        }
        try {
            var answer = IssuerForm.parse(location.substring(REDIRECT.length() + 1));
            if (answer.has("error")) {
                throw new IOException("the demo's issuer did not sign in: " + answer.get("error"));
            }
            return answer;
        } catch (IssuerError e) {
            throw new IOException("the demo's issuer sent an answer that cannot be read", e);
        }
    }

    private Map<String, Object> token(HttpClient http, Map<String, String> form)
            throws IOException, InterruptedException {
        var response = post(http, "/token", form);
        try {
            var content = JSONObjectUtils.parse(response.body());
            if (response.statusCode() == 200) {
                return content;
            }
            throw new IOException("the demo's issuer gave no token: " + content.get("error"));
        } catch (ParseException e) {
            throw new IOException("the demo's issuer answered with no JSON", e);
        }
    }

    private HttpResponse<String> post(HttpClient http, String path, Map<String, String> form)
            throws IOException, InterruptedException {
        return http.send(
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(IssuerForm.encode(form)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(issuer + path)).timeout(DEADLINE);
    }

    private static String text(Map<String, Object> content, String name) throws IOException {
        if (content.get(name) instanceof String text) {
            return text;
        }
        throw new IOException("the demo's issuer gave no `" + name + "`");
    }

    /// Stops the issuer, if this started it.
    @Override
    public void close() {
        stop.run();
    }
}
