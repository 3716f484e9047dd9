package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What is taken away ends at once, in the middle of whatever it is doing.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EndedSessionsTest {
    private static final String POLICY =
            """
            - {name: all, on: [sql], when: "true", allow: true}
            - name: writes
              on: [sql]
              when: "stmt.verb == 'write'"
              require: {approval: {panel: dba, within: 15m}}
            """;

    @TempDir static Path directory;

    private House house;
    private Mint mint;

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, POLICY);
        house.say("administrators: [security]");
        house.restart();
        mint = new Mint(house);
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    /// A statement that runs for a minute, and is running.
    private CompletableFuture<SQLException> sleeping(Connection connection, int number)
            throws Exception {
        var done = new CompletableFuture<SQLException>();
        Thread.ofVirtual()
                .start(() ->
                        done.complete(
                                catchThrowableOfType(
                                        SQLException.class,
                                        () ->
                                                SpineTest.column(
                                                        connection,
                                                        "SELECT pg_sleep(60), " + number))));
        await().atMost(Duration.ofSeconds(20)).until(() -> running(number) == 1);
        return done;
    }

    private int running(int number) throws SQLException {
        try (var owner = house.direct()) {
            return Integer.parseInt(
                    SpineTest.column(
                                    owner,
                                    "SELECT count(*) FROM pg_stat_activity WHERE state = 'active'"
                                            + " AND usename = 'agent' AND query LIKE '%pg_sleep(60), "
                                            + number
                                            + "'")
                            .getFirst());
        }
    }

    private static String told(CompletableFuture<SQLException> client) throws Exception {
        var ended = client.get(10, TimeUnit.SECONDS);
        return ended.getSQLState() + " " + ended.getMessage();
    }

    /// The log is published a moment after it is written.
    private void recorded(String kind, String... words) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(
                                        Records.of(house.data(), kind).stream()
                                                .map(Json.Obj::text)
                                                .collect(Collectors.joining("\n")))
                                .contains(words));
    }

    private Json.Obj only(Desk desk) throws IOException, InterruptedException {
        var all = (Json.Arr) desk.get("/v1/sessions").body().get("sessions").orElseThrow();
        assertThat(all.items()).hasSize(1);
        return (Json.Obj) all.items().getFirst();
    }

    @Test
    void revoking_a_credential_ends_its_session_in_the_middle_of_a_statement() throws Exception {
        var minted = mint.mint();
        var other = mint.mint();
        try (var eve = mint.connect(minted, "shop");
                var bystander = mint.connect(other, "shop")) {
            var client = sleeping(eve, 1);

            assertThat(house.desk("ann", "dev").delete("/v1/credentials/" + minted.user()).status())
                    .isEqualTo(200);

            assertThat(told(client)).startsWith("57P01").contains("was revoked");
            await().atMost(Duration.ofSeconds(10)).until(() -> running(1) == 0);
            assertThat(SpineTest.column(bystander, "SELECT 1")).containsExactly("1");
        }
        recorded("session.close", "\"reason\":\"revoked\"");
        recorded("credential.revoke", minted.user(), "\"sub\":\"ann\"");
        recorded("outcome", "\"code\":\"revoked\"");
    }

    @Test
    void a_session_of_a_token_is_killed_by_those_who_may_and_by_nobody_else() throws Exception {
        try (var eve = house.connect()) {
            var client = sleeping(eve, 2);
            var security = house.desk("sam", "security");
            var session = only(security);
            var id = session.text("id").orElseThrow();
            assertThat(session.object("who").orElseThrow().text())
                    .contains("\"actor\":\"eve\"", "\"on_behalf_of\":\"ann\"");
            assertThat(only(house.desk("ann", "dev")).text("id")).hasValue(id);
            var dana = house.desk("dana", "dba");
            assertThat(dana.get("/v1/sessions").body().text()).isEqualTo("{\"sessions\":[]}");
            assertThat(dana.delete("/v1/sessions/" + id).status()).isEqualTo(404);
            assertThat(running(2)).isEqualTo(1);

            assertThat(security.delete("/v1/sessions/" + id).status()).isEqualTo(200);

            assertThat(told(client)).startsWith("57P01").contains("was ended by a person");
            await().atMost(Duration.ofSeconds(10)).until(() -> running(2) == 0);
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> security.delete("/v1/sessions/" + id).status() == 404);
        }
        recorded("session.close", "\"reason\":\"killed\"");
        recorded("alert", "session-killed", "\"by\":\"sam\"");
        recorded("evidence.read", "\"what\":\"sessions\"");
    }

    @Test
    void a_held_statement_ends_with_its_session() throws Exception {
        var minted = mint.mint();
        try (var eve = mint.connect(minted, "shop")) {
            var client = new CompletableFuture<SQLException>();
            Thread.ofVirtual()
                    .start(() ->
                            client.complete(
                                    catchThrowableOfType(
                                            SQLException.class,
                                            () ->
                                                    eve.createStatement()
                                                            .executeUpdate(
                                                                    "UPDATE orders SET note = 'held'"
                                                                            + " WHERE id = 7"))));
            var dana = house.desk("dana", "dba");
            var review = dana.waitsFor("note = 'held'");

            assertThat(
                            new Desk(house.apiPort, house.token())
                                    .form("/oauth/revoke", "token", minted.user())
                                    .body()
                                    .text())
                    .isEqualTo("{\"revoked\":true}");

            assertThat(told(client)).startsWith("57P01").contains("was revoked");
            var left = dana.get("/v1/reviews/" + review).body();
            assertThat(left.text("requester_gone")).isPresent();
            dana.approve(review);
        }
        try (var owner = house.direct()) {
            assertThat(SpineTest.column(owner, "SELECT note FROM orders WHERE id = 7"))
                    .as("nobody was there for the approval")
                    .containsExactly("note 7");
        }
    }

    @Test
    void the_command_line_mints_lists_and_ends() throws Exception {
        var cli = new CommandLine(house, directory);
        var token = cli.file("agent.jwt", house.token());
        var ann = cli.file("ann.jwt", house.personToken("ann", "dev", java.util.Map.of()));

        var minted =
                cli.run(
                        "credentials",
                        "mint",
                        "shop",
                        "--token-file",
                        token,
                        "--for",
                        "10m",
                        "--ca",
                        house.certificates.ca.toString());

        assertThat(minted).contains("user      cs_", "only you can read").doesNotContain("csp_");
        var words = minted.substring(minted.indexOf("host=")).strip().replace("\"", "");
        var psql =
                House.run(
                        java.util.List.of(
                                "psql",
                                "-X",
                                words.replace(" require_auth=scram-sha-256", ""),
                                "-Atc",
                                "SELECT 6 * 7"),
                        java.util.Map.of(),
                        "");
        assertThat(psql).isEqualTo("42\n");

        var json =
                (Json.Obj)
                        Json.parse(
                                cli.run(
                                                "credentials",
                                                "mint",
                                                "shop",
                                                "--token-file",
                                                token,
                                                "--plan",
                                                "p",
                                                "--json")
                                        .strip());
        var user = json.text("username").orElseThrow();
        try (var eve =
                mint.connect(new Mint.Minted(user, json.text("password").orElseThrow()), "shop")) {
            assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
            assertThat(cli.run("credentials", "list", "--token-file", ann))
                    .contains(user, "eve for ann", "plan p");
            var live = cli.run("sessions", "list", "--live", "--token-file", ann);
            assertThat(live).contains("eve for ann", "shop", "plan p");
            assertThat(cli.run("sessions", "kill", live.split(" ", 2)[0], "--token-file", ann))
                    .contains("ends");
            var ended =
                    catchThrowableOfType(
                            SQLException.class, () -> SpineTest.column(eve, "SELECT 2"));
            assertThat(ended.getSQLState()).isIn("57P01", "08006");
        }
        assertThat(cli.run("credentials", "revoke", user, "--token-file", ann))
                .contains("revoked " + user);
        assertThat(cli.run("credentials", "revoke", user, "--token-file", ann))
                .contains("no-such-credential");
    }

    @Test
    void the_log_of_all_this_verifies() throws Exception {
        house.restart();

        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);

        assertThat(report.findings()).isEmpty();
        assertThat(report.exitCode()).isZero();
    }
}
