package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What machines are told of a gateway: whether it lives, whether it is ready, and its numbers.
class MonitorTest {
    private static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - name: writes
              on: [sql]
              when: "stmt.verb == 'write' && 'public.orders' in stmt.tables"
              allow: true
              require: {approval: {panel: dba, within: 15m}}
            """;

    @TempDir static Path directory;

    private static House house;
    private static Probe probe;

    @BeforeAll
    static void opens() throws Exception {
        house = new House(directory, POLICY);
        house.stop();
        probe = new Probe(house.monitor());
        house.start();
    }

    @AfterAll
    static void closes() throws IOException {
        house.close();
    }

    private static String actions(String verb, String decision) {
        return "countersign_actions_total{decision=\"%s\",target=\"shop\",verb=\"%s\"}"
                .formatted(decision, verb);
    }

    @Test
    void a_gateway_at_work_is_alive_and_ready() throws Exception {
        assertThat(probe.status("/healthz")).isEqualTo(200);
        assertThat(probe.get("/readyz").body()).isEqualTo("{\"ready\":true}");
        assertThat(probe.metric("countersign_ready")).isEqualTo(1);
        assertThat(probe.get("/metrics").headers().firstValue("content-type").orElse(""))
                .startsWith("text/plain; version=0.0.4");
        assertThat(probe.status("/v1/reviews")).as("nothing else is there").isEqualTo(404);
    }

    @Test
    void what_clients_ask_is_counted_by_target_verb_and_decision() throws Exception {
        double reads = probe.metric(actions("read", "allow"));
        double denied = probe.metric(actions("write", "deny"));
        double cells =
                Math.max(
                        0,
                        probe.metric(
                                "countersign_mask_cells_total{rule=\"pii.ssn\",target=\"shop\"}"));
        double appends = probe.metric("countersign_evidence_append_seconds_count");

        try (var eve = house.connect()) {
            SpineTest.column(eve, "SELECT ssn FROM customers");
            assertThatThrownBy(() -> eve.createStatement().execute("DELETE FROM customers"))
                    .isInstanceOf(SQLException.class);
            assertThat(probe.metric("countersign_sessions{target=\"shop\"}"))
                    .isGreaterThanOrEqualTo(1);
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> {
                    assertThat(probe.metric(actions("read", "allow"))).isGreaterThan(reads);
                    assertThat(probe.metric(actions("write", "deny"))).isEqualTo(denied + 1);
                    assertThat(
                                    probe.metric(
                                            "countersign_mask_cells_total{rule=\"pii.ssn\",target=\"shop\"}"))
                            .isGreaterThanOrEqualTo(cells + 2);
                    assertThat(probe.metric("countersign_evidence_append_seconds_count"))
                            .isGreaterThan(appends);
                });
    }

    @Test
    void a_review_is_counted_while_it_waits_and_when_it_is_ruled_on() throws Exception {
        var dana = house.desk("dana", "dba");
        double approved = probe.metric("countersign_rulings_total{ruling=\"approved\"}");
        double waited = probe.metric("countersign_review_wait_seconds_count");
        try (var eve = house.connect()) {
            var told =
                    HeldStatementsTest.meanwhile(() -> {
                        try (var statement = eve.createStatement()) {
                            return statement.executeUpdate(
                                    "UPDATE orders SET note = 'counted' WHERE id = 7");
                        }
                    });
            var review = dana.waitsFor("'counted'");

            assertThat(probe.metric("countersign_reviews_open")).isEqualTo(1);
            assertThat(probe.metric("countersign_review_oldest_seconds")).isPositive();

            dana.approve(review);
            assertThat(told.get(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(1);
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> {
                    assertThat(probe.metric("countersign_rulings_total{ruling=\"approved\"}"))
                            .isEqualTo(approved + 1);
                    assertThat(probe.metric("countersign_review_wait_seconds_count"))
                            .isEqualTo(waited + 1);
                    assertThat(probe.metric("countersign_reviews_open")).isZero();
                });
    }

    @Test
    void wrong_tokens_and_bytes_that_are_no_protocol_are_counted() throws Exception {
        var malformed = "countersign_denied_malformed_total{protocol=\"postgres\",side=\"client\"}";
        double before = probe.metric(malformed);
        try (var rubbish = new Socket(InetAddress.getLoopbackAddress(), house.port)) {
            rubbish.getOutputStream().write(new byte[] {0, 0, 0, 1, 2, 3, 4, 5, 6});
            rubbish.setSoTimeout(20_000);
            rubbish.getInputStream().readAllBytes();
        }
        assertThatThrownBy(() -> house.connectAs("no token at all"))
                .isInstanceOf(SQLException.class);

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> {
                    assertThat(probe.metric(malformed)).isEqualTo(before + 1);
                    assertThat(probe.metrics())
                            .containsPattern(
                                    "countersign_failed_logins_total\\{code=\"[a-z-]+\"} [1-9]");
                });
    }

    @Test
    void a_log_that_cannot_be_written_is_alive_and_not_ready_and_is_ready_again() throws Exception {
        var log = house.data().resolve("evidence/log");
        var away = house.data().resolve("evidence/away");
        Files.move(log, away);
        Files.createFile(log); // a file in the place of the folder: nothing can be published
        try {
            // something to publish: without evidence no session begins
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 100; i++) {
                                    house.connect().close();
                                }
                            })
                    .isInstanceOf(SQLException.class);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> probe.status("/readyz"), status -> status == 503);
            assertThat(probe.get("/readyz").body()).contains("\"title\":\"evidence-full\"");
            assertThat(probe.get("/readyz").headers().firstValue("content-type"))
                    .contains("application/problem+json");
            assertThat(probe.metric("countersign_ready")).isZero();
            assertThat(probe.metric("countersign_evidence_writable")).isZero();
            assertThat(probe.status("/healthz")).isEqualTo(200);
        } finally {
            Files.delete(log);
            Files.move(away, log);
        }
        await().atMost(Duration.ofSeconds(20))
                .until(() -> probe.status("/readyz"), status -> status == 200);
    }

    @Test
    void the_health_command_says_whether_it_is_ready() throws Exception {
        var command = new CommandLine(house, directory);

        assertThat(command.run("health", "--config", house.config().toString())).contains("ready");
        var gone = command.start("health", "--url", "http://127.0.0.1:" + House.freePort());
        assertThat(gone.waitFor()).isEqualTo(1);
    }

    @Test
    void no_label_holds_what_a_client_said() throws Exception {
        var canary = "zanzibar4711";
        try (var eve = house.connect("ApplicationName", canary)) {
            SpineTest.column(eve, "SELECT '" + canary + "' AS " + canary);
            assertThatThrownBy(() -> eve.createStatement().execute("SELECT * FROM " + canary))
                    .isInstanceOf(SQLException.class);
        }
        for (var who : List.of(canary, "eve")) {
            assertThatThrownBy(() -> house.connectTo(canary, house.token(who)))
                    .isInstanceOf(SQLException.class);
        }
        var told = probe.metrics() + probe.get("/readyz").body() + probe.get("/healthz").body();

        assertThat(told)
                .doesNotContain(canary, "eve\"", "ann\"", House.CANARY_SSN, House.CANARY_CARD)
                .doesNotContain(house.token().substring(0, 20));
    }
}
