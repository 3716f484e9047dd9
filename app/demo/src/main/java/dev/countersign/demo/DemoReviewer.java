package dev.countersign.demo;

import dev.countersign.model.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;

/// A person of the demo who decides, by the same control API as everybody.
final class DemoReviewer implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final HttpClient http = HttpClient.newHttpClient();
    private final String api;
    private final String token;

    /// @param api `http://localhost:8443`
    /// @param token of a person's sign-in for the reviewers' audience
    DemoReviewer(String api, String token) {
        this.api = api;
        this.token = token;
    }

    /// The first review that waits.
    Optional<Json.Obj> waiting() throws IOException, InterruptedException {
        return send(request("/v1/reviews").GET()).get("reviews").orElse(Json.of(""))
                                instanceof Json.Arr(var items)
                        && !items.isEmpty()
                        && items.getFirst() instanceof Json.Obj review
                ? Optional.of(review)
                : Optional.empty();
    }

    Json.Obj show(String review) throws IOException, InterruptedException {
        return send(request("/v1/reviews/" + review).GET());
    }

    /// @param word `approved` or `rejected`
    Json.Obj rule(String review, String word, String reason)
            throws IOException, InterruptedException {
        var body = Json.object().put("ruling", word).putIfAny("reason", reason).build();
        return send(
                request("/v1/reviews/" + review + "/rulings")
                        .POST(HttpRequest.BodyPublishers.ofString(body.text())));
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(api + path))
                .timeout(LIMIT)
                .header("Authorization", "Bearer " + token);
    }

    private Json.Obj send(HttpRequest.Builder request) throws IOException, InterruptedException {
        var came = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        if (came.statusCode() == 200 && Json.parse(came.body()) instanceof Json.Obj body) {
            return body;
        }
        throw new IOException("the control API answered " + came.statusCode());
    }

    @Override
    public void close() {
        http.close();
    }
}
