package dev.countersign.cli;

import dev.countersign.model.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Collectors;

/// The control API as this command uses it. Nothing else of a running gateway is touched.
final class ApiClient implements AutoCloseable {
    /// Bytes of an answer.
    private static final int MAX_ANSWER = 16 << 20;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final URI base;
    private final String token;

    /// @param base `http://localhost:8443`
    /// @param token empty for what needs none
    ApiClient(URI base, String token) {
        this.base = base;
        this.token = token;
    }

    /// An answer that says no.
    static final class Refused extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;
        private final String code;
        private final transient List<String> problems;

        /// @param problems what is wrong, where that is more than one thing; a line each
        Refused(int status, String code, String detail, List<String> problems) {
            super(detail);
            this.status = status;
            this.code = code;
            this.problems = List.copyOf(problems);
        }

        List<String> problems() {
            return problems;
        }

        String code() {
            return code;
        }

        /// As the command ends: 3 not signed in, 4 not allowed, 1 anything else.
        int exitCode() {
            return switch (status) {
                case 401 -> 3;
                case 403 -> 4;
                default -> Countersign.FAILURE;
            };
        }
    }

    Json.Obj get(String path) throws IOException, InterruptedException, Refused {
        return answer(request(path).timeout(LIMIT).GET().build());
    }

    Json.Obj post(String path, Json body) throws IOException, InterruptedException, Refused {
        return answer(
                request(path)
                        .timeout(LIMIT)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.text()))
                        .build());
    }

    Json.Obj delete(String path) throws IOException, InterruptedException, Refused {
        return answer(request(path).timeout(LIMIT).DELETE().build());
    }

    /// As OAuth endpoints want it.
    Json.Obj postForm(String path, Map<String, String> form)
            throws IOException, InterruptedException, Refused {
        var body =
                form.entrySet().stream()
                        .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
                        .collect(Collectors.joining("&"));
        return answer(
                request(path)
                        .timeout(LIMIT)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        var out = HttpRequest.newBuilder(base.resolve(path));
        return token.isEmpty() ? out : out.header("Authorization", "Bearer " + token);
    }

    private Json.Obj answer(HttpRequest request) throws IOException, InterruptedException, Refused {
        var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (var in = response.body()) {
            return object(response.statusCode(), in);
        }
    }

    private static Json.Obj object(int status, InputStream in) throws IOException, Refused {
        var text = new String(in.readNBytes(MAX_ANSWER), StandardCharsets.UTF_8);
        Json.Obj body;
        try {
            body = (Json.Obj) Json.parse(text);
        } catch (IllegalArgumentException | ClassCastException e) {
            throw new IOException("the gateway answered " + status + " and no JSON", e);
        }
        if (status != 200) {
            throw new Refused(
                    status,
                    body.text("title")
                            .or(() -> body.text("error_code"))
                            .or(() -> body.text("error"))
                            .orElse(""),
                    body.text("detail")
                            .or(() -> body.text("error_description"))
                            .orElse("status " + status),
                    body.texts("problems"));
        }
        return body;
    }

    /// Server-sent events until the connection ends.
    ///
    /// @param each the event's name and its data
    void events(String path, BiConsumer<String, Json.Obj> each)
            throws IOException, InterruptedException, Refused {
        var response =
                http.send(
                        request(path).header("Accept", "text/event-stream").GET().build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (var in = response.body()) {
            if (response.statusCode() != 200) {
                var _ = object(response.statusCode(), in);
            }
            read(in, each);
        }
    }

    /// Takes an answer that is no JSON, as it comes.
    interface Taker {
        void take(InputStream in) throws IOException;
    }

    /// @param taker given the body
    void download(String path, Taker taker) throws IOException, InterruptedException, Refused {
        var response =
                http.send(
                        request(path).timeout(LIMIT).GET().build(),
                        HttpResponse.BodyHandlers.ofInputStream());
        try (var in = response.body()) {
            if (response.statusCode() != 200) {
                var _ = object(response.statusCode(), in);
            }
            taker.take(in);
        }
    }

    private static void read(InputStream in, BiConsumer<String, Json.Obj> each) throws IOException {
        var name = "";
        var lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8));
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("event:")) {
                name = line.substring("event:".length()).strip();
            } else if (line.startsWith("data:")
                    && Json.parse(line.substring("data:".length()).strip())
                            instanceof Json.Obj data) {
                each.accept(name, data);
            }
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
