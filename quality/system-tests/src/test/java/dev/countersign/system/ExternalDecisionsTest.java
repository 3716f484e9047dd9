package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A decision service outside of the gateway is asked about what changes something, and can only
/// forbid it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ExternalDecisionsTest {
    private static final String CANARY = "canary-536904399";

    private static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - {name: writes, on: [sql], when: "stmt.verb == 'write'", allow: true}
            - name: of-customers
              on: [sql]
              when: "'public.customers' in stmt.tables && stmt.writes"
              require: {approval: {panel: dba}}
            """;

    @TempDir static Path directory;

    private House house;
    private HttpServer service;
    private final List<Json.Obj> questions = new CopyOnWriteArrayList<>();
    private final List<String> tokens = new CopyOnWriteArrayList<>();
    private volatile String answer = "";

    @BeforeAll
    void open() throws Exception {
        service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        service.createContext(
                "/access/v1/evaluation",
                exchange -> {
                    try (exchange) {
                        var asked = exchange.getRequestBody().readAllBytes();
                        questions.add(
                                (Json.Obj) Json.parse(new String(asked, StandardCharsets.UTF_8)));
                        tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
                        var body = answer.getBytes(StandardCharsets.UTF_8);
                        exchange.sendResponseHeaders(200, body.length);
                        exchange.getResponseBody().write(body);
                    }
                });
        service.start();
        var secret = directory.resolve("pdp.secret");
        Files.writeString(secret, "s3cret-of-the-service\n");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        house = new House(directory, POLICY);
        house.say(
                "decisions: {url: \"http://127.0.0.1:%d/access/v1/evaluation\", timeout: 10s, secret: file:pdp.secret}"
                        .formatted(service.getAddress().getPort()));
        house.restart();
    }

    @BeforeEach
    void says_yes() {
        answer = "{\"decision\": true}";
        questions.clear();
        tokens.clear();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
        service.stop(0);
        assertThat(Records.everything(house.data())).doesNotContain("s3cret-of-the-service");
        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
        assertThat(report.findings().toString()).isEqualTo("[]");
    }

    private String psql(String script) throws IOException {
        return house.psql(house.token(), "\\set VERBOSITY verbose\n" + script);
    }

    private Json.Obj last(String kind) throws IOException {
        return Records.of(house.data(), kind).getLast().object("x").orElseThrow();
    }

    /// The log is published a little later.
    private void intentSays(String word) {
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(said(last("intent"))).isEqualTo(word));
    }

    private static String said(Json.Obj body) {
        return body.object("opinion").flatMap(opinion -> opinion.text("said")).orElse("");
    }

    private List<Json.Obj> actions() {
        return questions.stream().map(one -> one.object("action").orElseThrow()).toList();
    }

    @Test
    void what_it_allows_runs_and_it_was_asked_for_facts_with_its_secret() throws Exception {
        var out =
                psql(
                        "UPDATE orders SET note = '"
                                + CANARY
                                + "' WHERE id = 41 /* "
                                + CANARY
                                + " */;");

        assertThat(out).contains("UPDATE 1");
        assertThat(tokens).containsExactly("Bearer s3cret-of-the-service");
        assertThat(questions.toString()).doesNotContain(CANARY);
        var facts = actions().getFirst().object("properties").orElseThrow();
        assertThat(actions().getFirst().text("name")).contains("write");
        assertThat(facts.texts("tables")).containsExactly("public.orders");
        assertThat(facts.get("has_where")).contains(Json.of(true));
        intentSays("allow");
    }

    @Test
    void what_it_denies_does_not_run_and_says_why() throws Exception {
        answer = "{\"decision\": false, \"context\": {\"reason\": \"a freeze\\u001b[2J\"}}";

        var out = psql("UPDATE orders SET note = 'denied' WHERE id = 42;");

        assertThat(out)
                .contains("ZC015")
                .contains("the decision service of this gateway denies this: a freeze [2J");
        intentSays("deny");
        assertThat(last("intent").text("refused")).contains("outside-denied");
        answer = "{\"decision\": true}";
        assertThat(psql("SELECT count(*) FROM orders WHERE note = 'denied';")).contains(" 0\n");
    }

    @Test
    void no_decision_is_a_denial() throws Exception {
        answer = "{\"decision\": \"true\"}";

        assertThat(psql("UPDATE orders SET note = 'x' WHERE id = 42;"))
                .contains("ZC016")
                .contains("code=no-answer");
    }

    @Test
    void about_reads_and_about_what_the_policy_denies_nobody_is_asked() throws Exception {
        answer = "{\"decision\": false}";

        assertThat(psql("SELECT 'read' AS what, count(*) FROM orders;")).contains("read");
        assertThat(psql("CREATE TABLE more (id int);")).contains("ZC010");
        assertThat(questions).isEmpty();
    }

    @Test
    void a_driver_that_prepares_is_asked_about_when_it_executes() throws Exception {
        try (var eve = house.connect();
                var update = eve.prepareStatement("UPDATE orders SET note = ? WHERE id = ?")) {
            update.setString(1, CANARY);
            update.setInt(2, 43);
            assertThat(update.executeUpdate()).isEqualTo(1);
        }

        assertThat(questions).hasSize(1);
        assertThat(questions.toString()).doesNotContain(CANARY);
    }

    @Test
    void it_is_asked_again_when_people_have_approved() throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement();
                var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var held =
                    threads.submit(() ->
                            assertThatThrownBy(() ->
                                    statement.executeUpdate(
                                            "UPDATE customers SET name = 'x' WHERE id = 1")));
            var dana = house.desk("dana", "dba");
            var review = dana.waitsFor("UPDATE customers");
            assertThat(questions).hasSize(1);
            answer = "{\"decision\": false, \"context\": {\"reason\": \"too late\"}}";

            assertThat(dana.approve(review).status()).isEqualTo(200);

            held.get(60, TimeUnit.SECONDS).hasMessageContaining("too late");
        }
        assertThat(questions).hasSize(2);
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() -> assertThat(said(last("approval.consume"))).isEqualTo("deny"));
    }
}
