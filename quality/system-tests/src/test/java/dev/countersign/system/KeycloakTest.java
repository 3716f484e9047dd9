package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.verifier.Verifier;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/// A whole gateway with the entry of `docs/connecting-an-issuer.md` as it is pasted, and a real
/// Keycloak, which `quality/keycloak/run` brings (`-Dcountersign.keycloak=ISSUER`).
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@EnabledIfSystemProperty(named = "countersign.keycloak", matches = "http://127\\.0\\.0\\.1:.*")
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class KeycloakTest {
    private static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.verb in ['read', 'session']", allow: true}
            - name: writes
              on: [sql]
              when: "stmt.verb == 'write' && !('public.customers' in stmt.tables)"
              allow: true
              require: {approval: {panel: dba, within: 15m}}
            - name: signed
              on: [sql]
              when: "stmt.verb == 'write' && 'public.customers' in stmt.tables"
              allow: true
              require: {approval: {panel: dba, method: signed, within: 15m}}
            """;

    @TempDir static Path directory;

    private final Keycloak keycloak = new Keycloak();
    private House house;
    private CommandLine dana;
    private CommandLine ann;
    private CommandLine omar;

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, POLICY);
        var config = Files.readString(house.config());
        Files.writeString(
                house.config(),
                config.replaceFirst(
                        "(?m)^issuers:\\n.*\\n",
                        java.util.regex.Matcher.quoteReplacement(keycloak.entry())));
        house.say("administrators: [auditors]");
        house.restart();
        dana = signedIn("dana");
        ann = signedIn("ann");
        omar = signedIn("omar");
    }

    @AfterAll
    void close() throws Exception {
        house.close();
        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
        assertThat(report.exitCode()).as(report.findings().toString()).isZero();
    }

    private CommandLine signedIn(String person) throws IOException {
        var folder = Files.createDirectories(directory.resolve(person));
        var command = new CommandLine(house, folder, keycloak.environment(person));
        assertThat(command.run("login")).contains("Signed in");
        return command;
    }

    /// The token that a sign-in left behind.
    private static String kept(String person) throws IOException {
        try (var files = Files.walk(directory.resolve(person))) {
            var file =
                    files.filter(one -> one.getFileName().toString().startsWith("token-"))
                            .findFirst()
                            .orElseThrow();
            return Files.readString(file).strip();
        }
    }

    private Desk desk(String person) throws IOException {
        return new Desk(house.apiPort, kept(person));
    }

    private CompletableFuture<String> held(String token, String sql) {
        return HeldStatementsTest.meanwhile(
                () -> house.psql(token, sql, "-v", "VERBOSITY=verbose"));
    }

    private static String told(CompletableFuture<String> psql) throws Exception {
        return psql.get(60, TimeUnit.SECONDS);
    }

    private String owner(String sql) throws SQLException {
        try (var owner = house.direct()) {
            return String.join("\n", SpineTest.column(owner, sql));
        }
    }

    private void recorded(String kind, String... words) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(Records.of(house.data(), kind))
                                .anySatisfy(one -> assertThat(one.text()).contains(words)));
    }

    @Test
    void an_agent_that_works_alone_reads_by_its_client_credentials() throws Exception {
        assertThat(house.psql(keycloak.agent(), "SELECT note FROM orders WHERE id = 7;"))
                .contains("note 7", "(1 row)");
        recorded("session.open", "nightly-report");
    }

    @Test
    void an_agent_reads_for_the_person_who_signed_in_to_it() throws Exception {
        var token = Keycloak.text(keycloak.agentFor("dana"), "access_token");

        try (var agent = house.connectAs(token, "user", "report-agent")) {
            assertThat(SpineTest.column(agent, "SELECT note FROM orders WHERE id = 8"))
                    .containsExactly("note 8");
        }
        recorded("session.open", "report-agent", Keycloak.DANA);
    }

    @Test
    void its_update_waits_and_runs_when_a_person_said_yes_by_the_stored_sign_in() throws Exception {
        var psql = held(keycloak.agent(), "UPDATE orders SET note = 'one' WHERE id = 1;");
        var review = desk("dana").waitsFor("note = 'one'");
        assertThat(owner("SELECT note FROM orders WHERE id = 1")).isEqualTo("note 1");

        assertThat(dana.run("reviews", "list")).contains(review);
        assertThat(dana.run("reviews", "approve", "--session", review)).contains(review, "used");

        assertThat(told(psql)).contains("UPDATE 1").doesNotContain("ERROR");
        assertThat(owner("SELECT note FROM orders WHERE id = 1")).isEqualTo("one");
        recorded("approval.ruling", review, "\"assurance\":\"session\"");
    }

    @Test
    void a_ruling_is_signed_by_a_sign_in_of_its_own_and_an_auditor_checks_it() throws Exception {
        var psql = held(keycloak.agent(), "UPDATE customers SET name = 'Eda' WHERE id = 1;");
        var review = desk("dana").waitsFor("name = 'Eda'");
        assertThat(dana.run("reviews", "approve", "--session", review)).contains("signed");
        assertThat(psql).isNotDone();

        assertThat(dana.run("reviews", "approve", review)).contains(review, "used");

        assertThat(told(psql)).contains("UPDATE 1").doesNotContain("ERROR");
        recorded("approval.ruling", review, "\"assurance\":\"signed\"");
        var copy = directory.resolve("copy").toString();
        omar.run("evidence", "fetch", "--open-rulings", copy);
        assertThat(omar.run("evidence", "verify", copy))
                .contains("good: ")
                .containsPattern(
                        "ruling "
                                + review
                                + " approved by "
                                + Keycloak.DANA
                                + ": verified, by key .* of http");
    }

    @Test
    void a_device_signs_a_person_in() throws Exception {
        var folder = Files.createDirectories(directory.resolve("terminal"));
        var terminal = new CommandLine(house, folder, keycloak.environment("dana"));
        var login = terminal.start("login", "--device");
        try (var said = login.inputReader(StandardCharsets.UTF_8)) {
            var asked = Pattern.compile("Open (\\S+) and enter (\\S+)").matcher(line(said));
            assertThat(asked.find()).isTrue();
            keycloak.browse("dana", asked.group(1), Map.of("USER_CODE", asked.group(2)));
            assertThat(line(said)).contains("Signed in");
        }
        assertThat(login.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(terminal.run("whoami")).contains(Keycloak.DANA, "dba");
    }

    private static String line(BufferedReader said) throws IOException {
        return String.valueOf(said.readLine());
    }

    @Test
    void whoever_asked_decides_nothing() throws Exception {
        var alone = held(keycloak.agent(), "UPDATE orders SET note = 'two' WHERE id = 2;");
        var forAnn =
                held(
                        Keycloak.text(keycloak.agentFor("ann"), "access_token"),
                        "UPDATE orders SET note = 'three' WHERE id = 3;");
        var two = desk("dana").waitsFor("note = 'two'");
        var three = desk("dana").waitsFor("note = 'three'");

        assertThat(desk("ann").approve(two).code()).as("owns the agent").isEqualTo("requester");
        assertThat(desk("ann").approve(three).code()).as("is acted for").isEqualTo("requester");
        assertThat(ann.run("reviews", "approve", three)).as("signed").contains("requester");
        assertThat(desk("omar").approve(two).code()).isEqualTo("not-in-panel");
        assertThat(alone).isNotDone();
        assertThat(forAnn).isNotDone();

        assertThat(owner("SELECT note FROM orders WHERE id IN (2, 3) ORDER BY id"))
                .isEqualTo("note 2\nnote 3");
        assertThat(desk("dana").approve(two).status()).isEqualTo(200);
        assertThat(desk("dana").approve(three).status()).isEqualTo(200);
        assertThat(told(alone)).contains("UPDATE 1");
        assertThat(told(forAnn)).contains("UPDATE 1");
    }

    @Test
    void tokens_of_the_data_plane_decide_nothing() throws Exception {
        var agent = keycloak.agent();
        var psql = held(agent, "UPDATE orders SET note = 'four' WHERE id = 4;");
        var review = desk("dana").waitsFor("note = 'four'");
        var forDana = keycloak.agentFor("dana");

        for (var token : new String[] {agent, Keycloak.text(forDana, "access_token")}) {
            var said = new Desk(house.apiPort, token).approve(review);
            assertThat(said.status()).isEqualTo(401);
            assertThat(said.code()).isEqualTo("reviewer-data-plane");
        }
        for (var kind : new String[] {"id_token", "refresh_token"}) {
            var said = new Desk(house.apiPort, Keycloak.text(forDana, kind)).approve(review);
            assertThat(said.status()).as(kind).isEqualTo(401);
        }
        assertThat(psql).isNotDone();

        assertThat(desk("dana").approve(review).status()).isEqualTo(200);
        assertThat(told(psql)).contains("UPDATE 1");
    }

    @Test
    void only_access_tokens_for_agents_open_a_session() throws Exception {
        var forAnn = keycloak.agentFor("ann");

        for (var token :
                new String[] {
                    kept("dana"),
                    Keycloak.text(forAnn, "id_token"),
                    Keycloak.text(forAnn, "refresh_token")
                }) {
            assertThatThrownBy(() -> house.connectAs(token).close())
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        }
    }
}
