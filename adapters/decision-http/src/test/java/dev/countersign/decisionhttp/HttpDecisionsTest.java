package dev.countersign.decisionhttp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Json;
import dev.countersign.model.Obligations;
import dev.countersign.model.Opinion;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import dev.countersign.model.Resource;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import dev.countersign.secrets.SecretSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// A decision service of every kind, the hostile ones too: what is no clear yes is never one.
class HttpDecisionsTest {
    private static final Decision ALLOWED =
            new Decision.Allow(List.of(new Decision.RuleRef("p", "r")), Obligations.NONE);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch over = new CountDownLatch(1);
    private final List<String> bodies = new ArrayList<>();
    private final List<String> tokens = new ArrayList<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer service = HttpServer.create();
    private Answerer answers = exchange -> send(exchange, 200, "{\"decision\": true}");
    private String token = "";

    private interface Answerer {
        void answer(HttpExchange exchange) throws IOException, InterruptedException;
    }

    HttpDecisionsTest() throws IOException {}

    @BeforeEach
    void opens() throws IOException {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.setExecutor(threads);
        service.createContext(
                "/",
                exchange -> {
                    var body =
                            new String(
                                    exchange.getRequestBody().readAllBytes(),
                                    StandardCharsets.UTF_8);
                    synchronized (bodies) {
                        bodies.add(exchange.getRequestMethod() + " " + body);
                        tokens.add(
                                String.valueOf(
                                        exchange.getRequestHeaders().getFirst("Authorization")));
                    }
                    try (exchange) {
                        answers.answer(exchange);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        service.start();
    }

    @AfterEach
    void closes() {
        over.countDown();
        service.stop(0);
        threads.shutdownNow();
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        var bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private HttpDecisions decisions(Duration timeout) {
        return decisions("http://127.0.0.1:" + service.getAddress().getPort() + "/eval", timeout);
    }

    private HttpDecisions decisions(String url, Duration timeout) {
        SecretSource secret = () -> token.toCharArray();
        return new HttpDecisions(
                new DecisionSettings(url, timeout, "", List.of()),
                Optional.of(secret).filter(_ -> !token.isEmpty()));
    }

    private static Opinion heard(CompletionStage<Opinion> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE.toSeconds() * 6, TimeUnit.SECONDS);
    }

    private Opinion ask(Duration timeout) throws Exception {
        try (var decisions = decisions(timeout)) {
            return heard(decisions.ask(action("UPDATE orders SET x = ?"), ALLOWED));
        }
    }

    private Opinion answered(int status, String body) throws Exception {
        answers = exchange -> send(exchange, status, body);
        return ask(PATIENCE);
    }

    /// An action whose statement, parameters, settings, token claims and reason hold canaries.
    private static Action action(String shape) {
        var who =
                new Principal(
                        Principal.Kind.AGENT,
                        new Principal.Party("https://idp", "eve"),
                        new Principal.Party("https://idp", "ann"),
                        List.of(),
                        "client",
                        Set.of("dev"),
                        Instant.MAX,
                        Set.of(List.of("CANARY-person")),
                        List.of());
        var session =
                new Session(
                        SessionId.fresh(),
                        who,
                        new Target(
                                "shop",
                                "postgres",
                                "db:5432",
                                "shop",
                                "agent",
                                Map.of("env", "prod")),
                        new Session.Source("127.0.0.1:9", "postgres 127.0.0.1:1", "TLSv1.3"),
                        new Work("plan-7", "step-2", "", "CANARY-reason", Work.Assurance.B1),
                        false,
                        Map.of("application_name", "CANARY-startup"));
        var request =
                new Request(
                        Bytes.utf8("UPDATE orders SET x = 'CANARY-literal'"),
                        List.of(new Request.Parameter(25, 0, Bytes.utf8("CANARY-parameter"))),
                        List.of(),
                        List.of(new Request.Named("s1", Bytes.utf8("CANARY-named"), List.of())),
                        Map.of("app.user", "CANARY-setting"),
                        false,
                        null,
                        false,
                        false,
                        false);
        return new Action(
                ActionId.fresh(),
                session,
                request,
                Set.of(Effect.UPDATE),
                List.of(
                        new Resource("table", "public.orders", "16400"),
                        new Resource("table", "?")),
                new Facts.Sql(
                        false,
                        false,
                        List.of("public.orders", "CANARY-table"),
                        List.of(),
                        List.of(),
                        List.of("pg_catalog.lower", "CANARY-function"),
                        false,
                        false,
                        0,
                        false),
                shape);
    }

    @Test
    void a_yes_and_a_no_are_what_they_say() throws Exception {
        assertThat(answered(200, "{\"decision\": true}").said()).isEqualTo(Opinion.Said.ALLOW);
        assertThat(
                        answered(
                                200,
                                "{\"decision\": false, \"context\": {\"reason\": \"no\", \"x\": null, \"y\": 0.5}}"))
                .isEqualTo(new Opinion(Opinion.Said.DENY, "", "no"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "yes",
                "true",
                "[]",
                "[{\"decision\": true}]",
                "{}",
                "{\"decision\": \"true\"}",
                "{\"decision\": 1}",
                "{\"decision\": null}",
                "{\"Decision\": true}",
                "{\"decision\": false, \"decision\": true}",
                "{\"decision\": true",
                "{\"decision\": true} {\"decision\": true}",
                "<html>true</html>"
            })
    void whatever_is_no_answer_is_none(String body) throws Exception {
        assertThat(answered(200, body)).isEqualTo(Opinion.nothing("no-answer"));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 204, 301, 302, 307, 400, 401, 403, 404, 429, 500, 503})
    void only_200_is_an_answer(int status) throws Exception {
        assertThat(answered(status, status == 204 ? "" : "{\"decision\": true}"))
                .isEqualTo(Opinion.nothing("status-" + status));
    }

    @Test
    void a_redirect_is_not_followed() throws Exception {
        answers =
                exchange -> {
                    exchange.getResponseHeaders().set("Location", "/elsewhere");
                    send(
                            exchange,
                            exchange.getRequestURI().getPath().equals("/eval") ? 307 : 200,
                            "{\"decision\": true}");
                };

        assertThat(ask(PATIENCE)).isEqualTo(Opinion.nothing("status-307"));
        assertThat(bodies).hasSize(1);
    }

    @Test
    void a_huge_answer_is_not_read_to_its_end() throws Exception {
        answers =
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    var out = exchange.getResponseBody();
                    out.write("{\"decision\": true, \"x\": \"".getBytes(StandardCharsets.UTF_8));
                    var chunk = "x".repeat(8_192).getBytes(StandardCharsets.UTF_8);
                    while (over.getCount() > 0) {
                        out.write(chunk); // until the client hangs up
                    }
                };

        assertThat(ask(PATIENCE)).isEqualTo(Opinion.nothing("unreachable"));
    }

    @Test
    void who_says_nothing_is_not_waited_for() throws Exception {
        answers = _ -> over.await();

        assertThat(ask(Duration.ofMillis(300))).isEqualTo(Opinion.nothing("timeout"));
    }

    @Test
    void nor_who_speaks_slowly() throws Exception {
        answers =
                exchange -> {
                    exchange.sendResponseHeaders(200, 0);
                    exchange.getResponseBody().write('{');
                    exchange.getResponseBody().flush();
                    over.await();
                };

        assertThat(ask(Duration.ofMillis(500)).code()).isEqualTo("timeout");
    }

    @Test
    void a_secret_that_does_not_come_is_not_waited_for_either() throws Exception {
        SecretSource stuck =
                () -> {
                    try {
                        over.await();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    return "x".toCharArray();
                };
        var settings =
                new DecisionSettings(
                        "http://127.0.0.1:" + service.getAddress().getPort(),
                        Duration.ofMillis(300),
                        "",
                        List.of());
        try (var decisions = new HttpDecisions(settings, Optional.of(stuck))) {
            assertThat(heard(decisions.ask(action("x"), ALLOWED)).said())
                    .isEqualTo(Opinion.Said.NOTHING);
        }
    }

    @Test
    void nobody_there_is_a_no() throws Exception {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        try (var decisions = decisions("http://127.0.0.1:" + free + "/", PATIENCE)) {
            assertThat(heard(decisions.ask(action("x"), ALLOWED)))
                    .isEqualTo(Opinion.nothing("unreachable"));
        }
    }

    @Test
    void too_many_questions_at_once_are_denied_and_room_comes_back() throws Exception {
        answers =
                exchange -> {
                    over.await();
                    send(exchange, 200, "{\"decision\": true}");
                };
        try (var decisions = decisions(PATIENCE)) {
            var all = new ArrayList<CompletionStage<Opinion>>();
            for (int i = 0; i < HttpDecisions.MAX_ASKED; i++) {
                all.add(decisions.ask(action("x"), ALLOWED));
            }
            assertThat(heard(decisions.ask(action("x"), ALLOWED)))
                    .isEqualTo(Opinion.nothing(Opinion.BUSY));

            over.countDown();
            for (var one : all) {
                assertThat(heard(one).said()).isEqualTo(Opinion.Said.ALLOW);
            }
        }
    }

    @Test
    void it_needs_no_thread_of_the_pool_that_the_whole_JVM_shares() throws Exception {
        for (int i = 0; i < ForkJoinPool.getCommonPoolParallelism(); i++) {
            ForkJoinPool.commonPool()
                    .execute(() -> {
                        try {
                            over.await();
                        } catch (InterruptedException e) {
                            Thread.currentThread().interrupt();
                        }
                    });
        }

        assertThat(ask(PATIENCE).said()).isEqualTo(Opinion.Said.ALLOW);
    }

    @Test
    void the_secret_is_read_for_each_question_and_shown_as_a_bearer_token() throws Exception {
        token = "one";
        try (var decisions = decisions(PATIENCE)) {
            var _ = heard(decisions.ask(action("x"), ALLOWED));
            token = "two";
            var _ = heard(decisions.ask(action("x"), ALLOWED));
        }

        assertThat(tokens).containsExactly("Bearer one", "Bearer two");
    }

    @Test
    void a_secret_that_cannot_stand_in_a_header_is_a_no() throws Exception {
        token = "one\r\nX-Other: two";

        assertThat(ask(PATIENCE)).isEqualTo(Opinion.nothing("secret"));
        assertThat(bodies).isEmpty();
    }

    @Test
    void the_question_is_an_authzen_evaluation_of_facts_and_holds_no_value() throws Exception {
        var _ = ask(PATIENCE);

        var body = bodies.getFirst();
        assertThat(body).startsWith("POST ").doesNotContain("CANARY");
        var question = (Json.Obj) Json.parse(body.substring(5));
        assertThat(question.members().keySet())
                .containsExactlyInAnyOrder("subject", "action", "resource", "context");
        var subject = question.object("subject").orElseThrow();
        assertThat(subject.text("type")).contains("agent");
        assertThat(subject.text("id")).contains("eve");
        assertThat(subject.object("properties").orElseThrow().texts("groups"))
                .containsExactly("dev");
        var action = question.object("action").orElseThrow();
        assertThat(action.text("name")).contains("write");
        var facts = action.object("properties").orElseThrow();
        assertThat(facts.texts("effects")).containsExactly("update");
        assertThat(facts.texts("tables")).containsExactly("public.orders", "?");
        assertThat(facts.text("shape")).contains("UPDATE orders SET x = ?");
        var resource = question.object("resource").orElseThrow();
        assertThat(resource.text("type")).contains("postgres");
        assertThat(resource.text("id")).contains("shop");
        var context = question.object("context").orElseThrow();
        assertThat(context.text("plan")).contains("plan-7");
        assertThat(context.text("step")).contains("step-2");
        assertThat(context.text("policy")).contains("allow");
    }

    @Test
    void functions_are_named_where_the_shape_names_them() {
        var facts =
                Evaluation.of(action("UPDATE orders SET x = lower(?)"), ALLOWED)
                        .object("action")
                        .flatMap(one -> one.object("properties"))
                        .orElseThrow();

        assertThat(facts.texts("functions")).containsExactly("pg_catalog.lower", "?");
    }

    @Test
    void a_question_that_cannot_be_told_whole_is_not_asked() throws Exception {
        try (var decisions = decisions(PATIENCE)) {
            var opinion = heard(decisions.ask(action("x".repeat(300_000)), ALLOWED));

            assertThat(opinion).isEqualTo(Opinion.nothing("too-long"));
        }
        assertThat(bodies).isEmpty();
    }

    @Test
    void a_reason_is_cut_and_cannot_draw_on_a_terminal() throws Exception {
        var reason = "\\u001b[31mno\\n\\u202e\\u200bgo " + "x".repeat(500) + "\\ud83d\\ude00";

        var said =
                answered(
                        200,
                        "{\"decision\": false, \"context\": {\"reason\": \"" + reason + "\"}}");

        assertThat(said.reason()).startsWith("[31mno go xxx").hasSize(Opinion.MAX_REASON);
        assertThat(Answered.cleaned("x".repeat(199) + "😀")).hasSize(199);
    }

    @Test
    void it_is_asked_about_all_but_reads_unless_told_otherwise() {
        assertThat(settings("https://pdp.example/", List.of()).verbs()).hasSize(4);
        assertThat(settings("https://pdp.example/", List.of("read", "write")).verbs()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://pdp.example/",
                "http://127.0.0.1.example/",
                "http://localhost@evil.example/",
                "https://user:pw@pdp.example/",
                "ftp://127.0.0.1/",
                "https:///x",
                "/x",
                "not a url"
            })
    void an_address_that_is_neither_https_nor_loopback_is_refused(String url) {
        assertThatThrownBy(() -> settings(url, List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void unknown_verbs_and_endless_waits_are_refused() {
        assertThatThrownBy(() -> settings("https://pdp.example/", List.of("drop")))
                .hasMessageContaining("`on` knows the verbs [read, write");
        assertThatThrownBy(() ->
                        new DecisionSettings(
                                "https://pdp.example/", Duration.ofMinutes(1), "", List.of()))
                .hasMessageContaining("`timeout`");
    }

    private static DecisionSettings settings(String url, List<String> on) {
        return new DecisionSettings(url, Duration.ofMillis(500), "", on);
    }
}
