package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A ruling by a sign-in of its own, from the person to the auditor who checks what their issuer
/// signed.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SignedRulingTest {
    private static final String POLICY =
            """
              - {name: reads, on: [sql], when: "stmt.verb in ['read', 'session']", allow: true}
              - name: writes
                on: [sql]
                when: "stmt.verb == 'write'"
                allow: true
                require: {approval: {panel: dba, method: signed, within: 10m}}
            """;

    @TempDir static Path directory;

    private House house;
    private CommandLine command;
    private Desk dana;
    private String review = "";
    private String idToken = "";
    private CompletableFuture<Integer> update = new CompletableFuture<>();

    @BeforeAll
    void dana_signs_in_for_one_ruling() throws Exception {
        house = new House(directory, POLICY);
        house.say("administrators: [auditors]");
        house.restart();
        command = new CommandLine(house, directory);
        dana = house.desk("dana", "dba");
        update = CompletableFuture.supplyAsync(this::change);
        review = dana.waitsFor("UPDATE orders");
        var said =
                dana.post(
                        "/v1/reviews/" + review + "/statement",
                        Json.object().put("ruling", "approved").build());
        idToken = idToken(said.body().text("oidc_nonce").orElseThrow());
        var nonce = said.body().object("statement").orElseThrow().text("nonce").orElseThrow();
        assertThat(rule(dana, nonce).status()).isEqualTo(200);
        assertThat(update.get(30, java.util.concurrent.TimeUnit.SECONDS)).isEqualTo(1);
    }

    private int change() {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            return statement.executeUpdate("UPDATE orders SET note = 'signed' WHERE id = 3");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private Desk.Reply rule(Desk who, String nonce) throws Exception {
        return who.post(
                "/v1/reviews/" + review + "/rulings",
                Json.object()
                        .put("ruling", "approved")
                        .put("nonce", nonce)
                        .put("id_token", idToken)
                        .build());
    }

    private String idToken(String nonce) {
        return house.issuer
                .issueToken(
                        "idp",
                        "cli",
                        new DefaultOAuth2TokenCallback(
                                "idp",
                                "dana",
                                "JWT",
                                List.of("cli"),
                                Map.of(
                                        "groups",
                                        List.of("dba"),
                                        "azp",
                                        "cli",
                                        "auth_time",
                                        Instant.now().getEpochSecond(),
                                        "nonce",
                                        nonce),
                                300))
                .serialize();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    @Test
    void whoever_holds_the_payload_key_sees_that_the_issuer_signed_it() throws Exception {
        var said = command.run("evidence", "verify", house.data().toString());

        assertThat(said)
                .contains("good: ", "rulings: 1, of which 1 signed")
                .containsPattern(
                        "ruling " + review + " approved by dana: verified, by key .* of http");
        assertThat(command.run("evidence", "verify", "--json", house.data().toString()))
                .contains("\"proof\":\"VERIFIED\"");
    }

    @Test
    void an_auditor_sees_it_in_a_copy_without_any_key() throws Exception {
        var omar = command.file("omar.token", house.personToken("omar", "auditors", Map.of()));
        var closed = directory.resolve("closed").toString();
        var copy = directory.resolve("copy");

        command.run("evidence", "fetch", closed, "--token-file", omar);
        command.run("evidence", "fetch", "--open-rulings", copy.toString(), "--token-file", omar);

        assertThat(command.run("evidence", "verify", closed))
                .contains("good: ", "approved by dana: not opened");
        assertThat(command.run("evidence", "verify", copy.toString()))
                .contains("good: ", "approved by dana: verified");
        await().atMost(Duration.ofSeconds(5))
                .until(() ->
                        Records.of(house.data(), "evidence.read").stream()
                                .anyMatch(record -> record.text().contains("evidence.rulings")));

        Path opened;
        try (var files = Files.list(copy.resolve("evidence/opened"))) {
            opened = files.findFirst().orElseThrow();
        }
        var bytes = Files.readAllBytes(opened);
        assertThat(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1))
                .contains(idToken);
        bytes[bytes.length - 20] ^= 1;
        Files.write(opened, bytes);
        assertThat(command.run("evidence", "verify", copy.toString()))
                .contains("BLOB_MISMATCH", "PROOF_INVALID", "does not verify");
    }

    @Test
    void the_token_that_is_kept_opens_nothing_while_it_lives() throws Exception {
        var thief = new Desk(house.apiPort, idToken);

        assertThat(thief.get("/v1/reviews").status()).isEqualTo(401);
        assertThat(thief.get("/v1/sessions").status()).isEqualTo(401);
        assertThat(thief.post("/v1/reviews/" + review + "/rulings", Json.object().build()).status())
                .isEqualTo(401);
        var exchanged =
                new Desk(house.apiPort, "")
                        .form(
                                "/oauth/token",
                                "grant_type",
                                "urn:ietf:params:oauth:grant-type:token-exchange",
                                "subject_token",
                                idToken,
                                "subject_token_type",
                                "urn:ietf:params:oauth:token-type:access_token",
                                "audience",
                                "shop");
        assertThat(exchanged.status()).isEqualTo(400);
        assertThatThrownBy(() -> house.connectAs(idToken).close())
                .isInstanceOfSatisfying(
                        SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("28P01"));
        assertThat(rule(house.desk("mallory", "dba"), "a-nonce-of-somebody-else").status())
                .isEqualTo(401);
    }

    @Test
    void it_lies_on_the_disk_encrypted_only() throws Exception {
        assertThat(Records.everything(house.data()))
                .doesNotContain(idToken.substring(idToken.lastIndexOf('.') + 1));
    }
}
