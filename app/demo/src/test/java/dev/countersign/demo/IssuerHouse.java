package dev.countersign.demo;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.countersign.identity.IssuerSettings;
import dev.countersign.identity.Issuers;
import dev.countersign.settings.Binder;
import dev.countersign.settings.Documents;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;

/// The demo's issuer at a free port, a clock that goes when a test says so, a browser that follows
/// nothing by itself, and the gateway's own judge of tokens.
final class IssuerHouse implements AutoCloseable {
    static final String VERIFIER = "a-verifier-of-fifty-characters-which-is-long-enough";
    static final String REDIRECT = "http://127.0.0.1:49999/callback";

    final DemoIssuer issuer;
    final Issuers gateway;

    private final HttpClient http = HttpClient.newHttpClient();
    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.ofEpochSecond(Instant.now().getEpochSecond()));

    IssuerHouse(Path directory) throws IOException {
        var clock = clock();
        issuer =
                DemoIssuer.start(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                        directory.resolve("issuer"),
                        clock);
        gateway = Issuers.of(List.of(settings(directory)), _ -> {}, clock);
    }

    /// As the demo's configuration would say it.
    private IssuerSettings settings(Path directory) throws IOException {
        var file = directory.resolve("issuer.yaml");
        Files.writeString(
                file,
                """
                issuer: %s
                audience: countersign
                review-audience: countersign-reviews
                review-client: countersign-cli
                subjects: public
                operators: {nightly: omar}
                """
                        .formatted(issuer.issuer()));
        return new Binder(Documents.read(file).getFirst(), new ArrayList<>())
                .bind(IssuerSettings.class)
                .orElseThrow();
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return now.get();
            }

            @Override
            public ZoneId getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    void advance(Duration by) {
        now.updateAndGet(then -> then.plus(by));
    }

    /// A good request for a sign-in, to be changed.
    Map<String, String> request() {
        var request = new LinkedHashMap<String, String>();
        request.put("response_type", "code");
        request.put("client_id", "countersign-cli");
        request.put("redirect_uri", REDIRECT);
        request.put("scope", "openid");
        request.put("state", "s1");
        request.put("nonce", "n1");
        request.put("code_challenge", IssuerWords.challenge(VERIFIER));
        request.put("code_challenge_method", "S256");
        return request;
    }

    /// A good exchange of a code, to be changed.
    Map<String, String> exchange(String code) {
        var form = new LinkedHashMap<String, String>();
        form.put("grant_type", "authorization_code");
        form.put("client_id", "countersign-cli");
        form.put("redirect_uri", REDIRECT);
        form.put("code", code);
        form.put("code_verifier", VERIFIER);
        return form;
    }

    /// Signs Dana in.
    String code() throws Exception {
        var form = request();
        form.put("person", "dana");
        return back(post("/authorize", form)).get("code");
    }

    HttpResponse<String> get(String path, Map<String, String> query) throws Exception {
        return http.send(
                HttpRequest.newBuilder(
                                URI.create(issuer.issuer() + path + "?" + IssuerForm.encode(query)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> post(String path, Map<String, String> form, String... headers)
            throws Exception {
        return post(path, IssuerForm.encode(form), headers);
    }

    HttpResponse<String> post(String path, String body, String... headers) throws Exception {
        var request =
                HttpRequest.newBuilder(URI.create(issuer.issuer() + path))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /// What the client is told by a redirect.
    static IssuerForm back(HttpResponse<String> response) throws IssuerError {
        var location = response.headers().firstValue("Location").orElse("");
        return IssuerForm.parse(location.substring(location.indexOf('?') + 1));
    }

    static Map<String, Object> json(HttpResponse<String> response) throws ParseException {
        return JSONObjectUtils.parse(response.body());
    }

    static String error(HttpResponse<String> response) throws ParseException {
        return String.valueOf(json(response).get("error"));
    }

    @Override
    public void close() {
        gateway.close();
        issuer.close();
        http.close();
    }
}
