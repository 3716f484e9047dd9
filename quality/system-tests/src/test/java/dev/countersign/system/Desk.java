package dev.countersign.system;

import static org.awaitility.Awaitility.await;

import dev.countersign.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The control API as one person uses it.
final class Desk {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final int port;
    private final String token;

    Desk(int port, String token) {
        this.port = port;
        this.token = token;
    }

    /// @param body as it came
    record Reply(int status, Json.Obj body) {
        String code() {
            return body.text("title").orElse("");
        }
    }

    Reply get(String path) throws IOException, InterruptedException {
        return send(request(path).GET());
    }

    Reply post(String path, Json body) throws IOException, InterruptedException {
        return send(request(path).POST(HttpRequest.BodyPublishers.ofString(body.text())));
    }

    Reply delete(String path) throws IOException, InterruptedException {
        return send(request(path).DELETE());
    }

    /// What an OAuth endpoint answers to these fields, each a name and a value.
    Reply form(String path, String... fields) throws IOException, InterruptedException {
        var body = new StringBuilder();
        for (int i = 0; i < fields.length; i += 2) {
            body.append(i == 0 ? "" : "&")
                    .append(encoded(fields[i]))
                    .append('=')
                    .append(encoded(fields[i + 1]));
        }
        return send(
                request(path)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString())));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(20))
                .header("Authorization", "Bearer " + token);
    }

    private static Reply send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        var came = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
        return new Reply(came.statusCode(), (Json.Obj) Json.parse(came.body()));
    }

    /// Reviews that wait.
    List<Json.Obj> open() throws IOException, InterruptedException {
        return reviews(get("/v1/reviews"));
    }

    private static List<Json.Obj> reviews(Reply reply) {
        var all = (Json.Arr) reply.body().get("reviews").orElseThrow();
        return all.items().stream().map(Json.Obj.class::cast).toList();
    }

    /// The one that waits with this statement, once it is there.
    String waitsFor(String statement) {
        return waitsFor(shown -> shown.contains(statement));
    }

    /// The one that waits with such a statement, once it is there.
    String waitsFor(Predicate<String> statement) {
        return await("a review waits with such a statement")
                .atMost(Duration.ofSeconds(60))
                .until(() -> found(statement), Optional::isPresent)
                .orElseThrow();
    }

    private Optional<String> found(Predicate<String> statement)
            throws IOException, InterruptedException {
        var reply = get("/v1/reviews");
        if (reply.status() == 503 || reply.status() == 401) {
            return Optional.empty(); // on a busy machine its issuer may not have answered yet
        }
        return reviews(reply).stream()
                .filter(review -> statement.test(review.text("statement").orElse("")))
                .findFirst()
                .flatMap(review -> review.text("id"));
    }

    Reply approve(String review) throws IOException, InterruptedException {
        return rule(review, "approved", "");
    }

    Reply reject(String review, String reason) throws IOException, InterruptedException {
        return rule(review, "rejected", reason);
    }

    private Reply rule(String review, String word, String reason)
            throws IOException, InterruptedException {
        return post(
                "/v1/reviews/" + review + "/rulings",
                Json.object().put("ruling", word).putIfAny("reason", reason).build());
    }
}
