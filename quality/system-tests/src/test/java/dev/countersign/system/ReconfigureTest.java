package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A running gateway takes up its files anew while sessions run, as a whole or not at all.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReconfigureTest {
    private static final int STARTS = 2;

    @TempDir static Path directory;

    private House house;
    private Desk omar;
    private String files = "";
    private int applied;

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, HeldStatementsTest.POLICY);
        house.say("administrators: [auditors]");
        house.restart();
        omar = house.desk("omar", "auditors");
        files = Files.readString(house.config());
    }

    @BeforeEach
    void as_it_was() throws Exception {
        Files.writeString(house.config(), files);
        assertThat(apply().status()).isEqualTo(200);
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private Desk.Reply apply() throws IOException, InterruptedException {
        var reply = omar.post("/v1/configuration", Json.object().build());
        applied += reply.status() == 200 ? 1 : 0;
        return reply;
    }

    private void change(String from, String to) throws IOException {
        var text = Files.readString(house.config());
        assertThat(text).contains(from);
        Files.writeString(house.config(), text.replace(from, to));
    }

    private static String read(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    @Test
    void a_stricter_policy_counts_at_once_for_a_session_that_runs() throws Exception {
        try (var eve = house.connect()) {
            assertThat(read(eve, "SELECT id FROM orders ORDER BY id LIMIT 1")).isEqualTo("1");

            change(
                    "- name: writes\n",
                    "- {name: closed, on: [sql], deny: Not today.}\n  - name: writes\n");
            var applied = apply();

            assertThat(applied.status()).as(applied.body().text()).isEqualTo(200);
            assertThat(applied.body().texts("changed")).containsExactly("Policy test");
            assertThatThrownBy(() -> read(eve, "SELECT id FROM orders ORDER BY id LIMIT 1"))
                    .hasMessageContaining("Not today.");
        }
    }

    @Test
    void files_with_problems_change_nothing_and_all_problems_are_told() throws Exception {
        var before = omar.get("/v1/configuration").body().text("digest");

        change("name: shop\nprotocol: postgres", "nam: shop\nprotocol: postgres");
        change("groups: [owners]", "groups: []");
        var refused = apply();

        assertThat(refused.status()).isEqualTo(422);
        assertThat(refused.code()).isEqualTo("configuration-problems");
        assertThat(refused.body().texts("problems"))
                .anySatisfy(line -> assertThat(line).contains("did you mean `name`?"))
                .anySatisfy(line -> assertThat(line).contains("`groups` of its members"))
                .allSatisfy(line -> assertThat(line).contains("countersign.yaml:"));
        assertThat(omar.get("/v1/configuration").body().text("digest")).isEqualTo(before);
        await().atMost(Duration.ofSeconds(10))
                .during(Duration.ofMillis(500))
                .until(() -> Records.of(house.data(), "config.change").size() == STARTS + applied);
        try (var eve = house.connect()) {
            assertThat(read(eve, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void what_is_settled_at_the_start_is_refused_and_named() throws Exception {
        change("origin: example.com/countersign/test", "origin: example.com/countersign/other");
        change("data-dir: data", "data-dir: elsewhere");

        var refused = apply();

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("restart-needed");
        assertThat(refused.body().texts("problems"))
                .containsExactly("`data-dir` differs", "`origin` differs");
    }

    @Test
    void only_the_files_that_were_looked_at_are_taken() throws Exception {
        change("within: 15m", "within: 14m");

        var refused =
                omar.post("/v1/configuration", Json.object().put("digest", "0".repeat(64)).build());

        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("other-files");
    }

    @Test
    void nobody_but_administrators_may() throws Exception {
        var dana = house.desk("dana", "dba");
        var agent = new Desk(house.apiPort, house.token());

        for (var reply :
                new Desk.Reply[] {
                    dana.get("/v1/configuration"),
                    dana.post("/v1/configuration", Json.object().build())
                }) {
            assertThat(reply.status()).isEqualTo(403);
            assertThat(reply.code()).isEqualTo("not-administrator");
        }
        assertThat(agent.post("/v1/configuration", Json.object().build()).status()).isEqualTo(401);
    }

    @Test
    void each_is_in_the_log_with_who_did_it_and_the_log_verifies() throws Exception {
        change("within: 15m", "within: 13m");

        var applied = apply();

        var digest = applied.body().text("digest").orElseThrow();
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(() ->
                        assertThat(Records.of(house.data(), "config.change").getLast().text())
                                .contains("\"digest\":\"" + digest)
                                .contains("\"sub\":\"omar\"")
                                .contains("\"peer\":\"127.0.0.1:"));
        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
        assertThat(report.findings().toString()).doesNotContain("BAD");
    }

    @Test
    void a_session_keeps_its_targets_columns_and_the_next_has_the_new_ones() throws Exception {
        try (var before = house.connect()) {
            assertThat(read(before, "SELECT note FROM orders WHERE id = 1")).doesNotContain("[");

            change(
                    "  public.customers.email:",
                    "  public.orders.note: {label: pii.note, mask: redact}\n  public.customers.email:");
            var applied = apply();

            assertThat(applied.body().integer("earlier_sessions")).hasValue(1L);
            assertThat(read(before, "SELECT note FROM orders WHERE id = 1")).doesNotContain("[");
            try (var after = house.connect()) {
                assertThat(read(after, "SELECT note FROM orders WHERE id = 1"))
                        .isEqualTo("[pii.note]");
            }

            change("within: 15m", "within: 12m");
            change(
                    "mask: redact}\n  public.customers.email:",
                    "mask: null}\n  public.customers.email:");
            var ended =
                    omar.post("/v1/configuration", Json.object().put("end_sessions", true).build());

            assertThat(ended.status()).isEqualTo(200);
            await().atMost(Duration.ofSeconds(10))
                    .untilAsserted(() ->
                            assertThatThrownBy(() -> read(before, "SELECT 1"))
                                    .isInstanceOf(SQLException.class));
        }
    }

    @Test
    void a_new_target_is_there_at_once_and_one_that_is_gone_is_not() throws Exception {
        house.withoutLabels();
        assertThatThrownBy(() -> house.connectTo("plain", house.token()))
                .hasMessageContaining("no target");
        assertThat(apply().body().texts("changed")).containsExactly("Target plain");
        try (var eve = house.connectTo("plain", house.token())) {
            assertThat(read(eve, "SELECT 1")).isEqualTo("1");

            Files.writeString(house.config(), files);
            assertThat(apply().body().integer("earlier_sessions")).hasValue(1L);

            assertThat(read(eve, "SELECT 2")).as("it goes on").isEqualTo("2");
            assertThatThrownBy(() -> house.connectTo("plain", house.token()))
                    .hasMessageContaining("no target");
        }
    }

    @Test
    void who_sits_in_a_panel_counts_for_what_is_open_already() throws Exception {
        var psql =
                HeldStatementsTest.meanwhile(() ->
                        house.psql(house.token(), "UPDATE orders SET note = 'p' WHERE id = 2"));
        var review = house.desk("dana", "dba").waitsFor("note = 'p'");

        change("name: dba\ngroups: [dba]", "name: dba\ngroups: [keepers]");
        assertThat(apply().status()).isEqualTo(200);

        var dana = house.desk("dana", "dba").approve(review);
        assertThat(dana.status()).isEqualTo(403);
        assertThat(dana.code()).isEqualTo("not-in-panel");
        assertThat(house.desk("kim", "keepers").approve(review).status()).isEqualTo(200);
        assertThat(psql.get(30, TimeUnit.SECONDS)).contains("UPDATE 1");
    }

    @Test
    void a_policy_that_asks_another_panel_does_not_take_what_was_approved() throws Exception {
        var psql =
                HeldStatementsTest.meanwhile(() ->
                        house.psql(house.token(), "UPDATE orders SET note = 'q' WHERE id = 2"));
        var review = house.desk("dana", "dba").waitsFor("note = 'q'");

        change(
                "require: {approval: {panel: dba, within: 15m}}",
                "require: {approval: {panel: owners, within: 15m}}");
        assertThat(apply().status()).isEqualTo(200);
        assertThat(house.desk("dana", "dba").approve(review).status()).isEqualTo(200);

        assertThat(psql.get(30, TimeUnit.SECONDS))
                .contains("the rules ask for more")
                .doesNotContain("UPDATE 1");
    }

    @Test
    void an_issuer_is_taken_at_once_and_refused_at_once_when_it_is_gone() throws Exception {
        var other = house.issuer.issuerUrl("other").toString();
        var token =
                house.issuer
                        .issueToken(
                                "other",
                                "countersign-client",
                                new DefaultOAuth2TokenCallback(
                                        "other",
                                        "eve",
                                        "JWT",
                                        List.of(House.AUDIENCE),
                                        Map.of("act", Map.of("sub", "eve")),
                                        300))
                        .serialize();
        assertThatThrownBy(() -> house.connectAs(token)).hasMessageContaining("does not know");

        change(
                "issuers:\n",
                "issuers:\n  - {issuer: \"" + other + "\", audience: " + House.AUDIENCE + "}\n");
        assertThat(apply().status()).isEqualTo(200);
        try (var eve = house.connectAs(token)) {
            assertThat(read(eve, "SELECT 1")).isEqualTo("1");
        }

        Files.writeString(house.config(), files);
        assertThat(apply().status()).isEqualTo(200);
        assertThatThrownBy(() -> house.connectAs(token)).hasMessageContaining("does not know");
    }

    @Test
    void a_targets_secret_comes_out_of_the_store_or_of_a_program() throws Exception {
        var command = new CommandLine(house, directory);
        var config = house.config().toString();
        assertThat(
                        command.run(
                                "secrets",
                                "set",
                                "shop",
                                "--config",
                                config,
                                "--from-file",
                                directory.resolve("shop.secret").toString()))
                .contains("store:shop");
        assertThat(command.run("secrets", "list", "--config", config)).isEqualTo("shop\n");
        for (var reference :
                List.of("store:shop", "exec:/bin/cat " + directory.resolve("shop.secret"))) {
            Files.writeString(house.config(), files);
            change("secret: file:shop.secret", "secret: " + reference);
            var reply = apply();
            assertThat(reply.status()).as(reply.body().text()).isEqualTo(200);
            try (var eve = house.connect()) {
                assertThat(read(eve, "SELECT 1")).as(reference).isEqualTo("1");
            }
        }

        command.run("secrets", "remove", "shop", "--config", config);
        Files.writeString(house.config(), files);
        change("secret: file:shop.secret", "secret: store:shop");
        assertThat(apply().status()).isEqualTo(200);
        assertThatThrownBy(house::connect)
                .isInstanceOf(SQLException.class)
                .hasMessageNotContaining("secret-missing");
    }

    @Test
    void the_command_shows_the_difference_and_applies_it() throws Exception {
        var command = new CommandLine(house, directory);
        var token = command.file("omar.token", house.personToken("omar", "auditors", Map.of()));
        change("within: 15m", "within: 11m");
        var config = house.config().toString();

        var diff = command.run("config", "diff", config, "--token-file", token);
        assertThat(diff.lines())
                .containsExactly("~ Policy test: rules.writes.require.approval.within: 15m -> 11m");
        var valid = command.run("config", "validate", config);
        var digest = valid.substring(valid.lastIndexOf(' ') + 1).strip();
        var applied = command.run("config", "apply", "--digest", digest, "--token-file", token);
        this.applied++;
        assertThat(applied).contains("in force: " + digest, "changed: Policy test");
        assertThat(command.run("config", "diff", config, "--token-file", token)).isEmpty();

        change("kind: Panel", "kind: Pannel");
        assertThat(command.run("config", "validate", config))
                .contains("countersign.yaml:", "there is no kind `Pannel`");
        assertThat(command.run("config", "apply", "--token-file", token))
                .contains("configuration-problems", "there is no kind `Pannel`");
        assertThat(command.run("config", "schema")).contains("json-schema.org");
    }
}
