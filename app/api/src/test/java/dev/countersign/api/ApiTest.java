package dev.countersign.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.countersign.evidence.PublishedLog;
import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Hash;
import dev.countersign.model.Principal;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.reviews.Panel;
import dev.countersign.reviews.ReviewSettings;
import dev.countersign.reviews.Reviews;
import io.helidon.webserver.http.HttpRouting;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ApiTest {
    private static final Pattern PATH = Pattern.compile("(?m)^  (/[^:]*):$");
    private static final Pattern METHOD = Pattern.compile("(?m)^    (get|post|delete):$");

    private final List<Evidence> written = new ArrayList<>();
    private final List<String> failed = new ArrayList<>();
    private final Api.Live live = new Api.Live();
    private final Reviews reviews =
            new Reviews(
                    List.of(new Panel("dba", List.of("dba"), 1, List.of())),
                    new ReviewSettings(
                            ReviewSettings.HOLD, ReviewSettings.HOLD_IN_TRANSACTION, "", "log"),
                    new Book(),
                    Clock.systemUTC(),
                    live);
    private final Api api =
            Api.start(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    Optional.empty(),
                    new Api.Parts(
                            new Town(), new Book(), this::routes, (_, code) -> failed.add(code)));

    /// Of those without which credentials do.
    private void routes(HttpRouting.Builder routing, Api all) {
        var oversight = new Oversight(() -> Set.of("dba"));
        var log = PublishedLog.of(Path.of("no-such-directory"));
        var history = new SessionHistory(log, _ -> Bytes.EMPTY, oversight, Clock.systemUTC());
        new ReviewRoutes(reviews, live, Clock.systemUTC()).add(routing, all);
        new SessionRoutes(new NoSessions(), history, oversight, new Book()).add(routing, all);
        history.add(routing, all);
        new EvidenceRoutes(Path.of("no-such-directory"), _ -> Bytes.EMPTY, oversight)
                .add(routing, all);
    }

    private static final class NoSessions implements Sessions {
        @Override
        public List<Session> live() {
            return List.of();
        }

        @Override
        public boolean kill(SessionId session) {
            return false;
        }
    }

    @AfterEach
    void close() {
        api.close();
    }

    private final class Book implements EvidenceLog {
        @Override
        public CompletionStage<List<Receipt>> append(
                List<? extends Evidence> records, Executor home) {
            written.addAll(records);
            return CompletableFuture.completedStage(
                    List.of(new Receipt(written.size(), new Hash(0, 0, 0, written.size()))));
        }

        @Override
        public void replay(Consumer<Entry> each) {
            // nothing of another boot
        }

        @Override
        public boolean writable() {
            return true;
        }
    }

    /// Dana's token is `dana`.
    private static final class Town implements People {
        @Override
        public Proof person(String accessToken) {
            return accessToken.equals("dana")
                    ? new Proof.Proved(
                            new Reviewer(
                                    new Principal.Party("https://idp", "dana"),
                                    List.of("dana"),
                                    Set.of("dba"),
                                    "cli",
                                    Instant.EPOCH,
                                    Instant.EPOCH),
                            "")
                    : new Proof.Refused("token-signature", "the token's signature is wrong");
        }

        @Override
        public Proof ruling(String idToken, String nonce) {
            return person(idToken);
        }

        @Override
        public List<SignIn> signIns() {
            return List.of(new SignIn("https://idp", "cli", "reviews"));
        }
    }

    private HttpResponse<String> send(String method, String path, String token, String body)
            throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + api.port() + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty()) {
            request.header("Authorization", "Bearer " + token);
        }
        // a connection of its own: the server closes one on which something was no request
        try (var http = HttpClient.newHttpClient()) {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String contract() throws IOException {
        try (var in = Api.class.getResourceAsStream("openapi.yaml")) {
            assertThat(in).isNotNull();
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void every_path_of_the_contract_is_served_and_wants_a_token() throws Exception {
        var contract = contract();
        var paths = contract.substring(contract.indexOf("paths:"), contract.indexOf("components:"));
        var found = PATH.matcher(paths).results().toList();
        assertThat(found).hasSizeGreaterThan(8);
        for (int i = 0; i < found.size(); i++) {
            int end = i + 1 < found.size() ? found.get(i + 1).start() : paths.length();
            var part = paths.substring(found.get(i).start(), end);
            var path = found.get(i).group(1).replace("{id}", "apr_abcd");
            if (!path.matches(
                    "/openapi.yaml|/v1/(sign-in|whoami|events|reviews.*|sessions.*|evidence.*)")) {
                continue; // of routes that have tests of their own
            }
            for (var method : METHOD.matcher(part).results().toList()) {
                var came = send(method.group(1).toUpperCase(java.util.Locale.ROOT), path, "", "{}");
                assertThat(came.statusCode())
                        .as(method.group(1) + " " + path)
                        .isEqualTo(part.contains("security: []") ? 200 : 401);
            }
        }
    }

    @Test
    void a_token_that_proves_nothing_is_a_problem_with_a_code_and_is_told_of() throws Exception {
        var came = send("GET", "/v1/reviews", "eve", "");

        assertThat(came.statusCode()).isEqualTo(401);
        assertThat(came.headers().firstValue("Content-Type")).hasValue("application/problem+json");
        assertThat(came.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
        assertThat(came.body()).contains("token-signature").doesNotContain("eve");
        assertThat(failed).containsExactly("token-signature");
        assertThat(written).isEmpty();
    }

    @Test
    void what_a_person_reads_is_written_down() throws Exception {
        var came = send("GET", "/v1/reviews", "dana", "");

        assertThat(came.statusCode()).isEqualTo(200);
        assertThat(came.body()).isEqualTo("{\"reviews\":[]}");
        assertThat(came.headers().firstValue("Cache-Control")).hasValue("no-store");
        assertThat(written)
                .singleElement()
                .isInstanceOfSatisfying(
                        Evidence.Read.class, read -> assertThat(read.what()).isEqualTo("reviews"));
    }

    @Test
    void what_is_no_request_is_refused_with_a_code() throws Exception {
        assertThat(send("GET", "/v1/reviews/apr_abcd", "dana", "").body())
                .contains("no-such-review");
        assertThat(send("GET", "/v1/reviews/..%2fx", "dana", "").statusCode()).isEqualTo(404);
        assertThat(send("POST", "/v1/reviews/apr_abcd/rulings", "dana", "nonsense").body())
                .contains("no-json");
        assertThat(send("POST", "/v1/reviews/apr_abcd/rulings", "dana", "{}").body())
                .contains("no-ruling");
        assertThat(
                        send(
                                        "POST",
                                        "/v1/reviews/apr_abcd/rulings",
                                        "dana",
                                        "{\"ruling\":\"approved\"}")
                                .body())
                .contains("no-such-review");
        assertThat(
                        send(
                                        "POST",
                                        "/v1/reviews/apr_abcd/rulings",
                                        "dana",
                                        "\"" + "x".repeat(Api.MAX_BODY) + "\"")
                                .statusCode())
                .isEqualTo(413);
    }

    @Test
    void in_clear_it_listens_on_loopback_only() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        Api.start(
                                new InetSocketAddress("0.0.0.0", 0),
                                Optional.empty(),
                                new Api.Parts(
                                        new Town(),
                                        new Book(),
                                        new ReviewRoutes(reviews, live, Clock.systemUTC()),
                                        (_, _) -> {})))
                .withMessageContaining("needs `tls:`");
    }
}
