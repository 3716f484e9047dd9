package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// A token is exchanged for a user and a password that every driver knows what to do with; the
/// token never crosses the database's wire, and neither does the password.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MintedCredentialsTest {
    @TempDir static Path directory;

    private House house;
    private Mint mint;

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, SpineTest.POLICY);
        house.withoutLabels();
        house.restart();
        mint = new Mint(house);
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private static String state(SQLException refused) {
        return refused == null ? "let in" : refused.getSQLState();
    }

    private SQLException refused(Mint.Minted by, String target, String... more) {
        return catchThrowableOfType(
                SQLException.class, () -> mint.connect(by, target, more).close());
    }

    @Test
    void the_exchange_answers_as_rfc_8693_has_it() throws Exception {
        var reply = mint.exchange(house.token(), "expires_in", "600").body();

        assertThat(reply.text("issued_token_type"))
                .hasValue("urn:countersign:token-type:postgres-password");
        assertThat(reply.text("token_type")).hasValue("N_A");
        assertThat(reply.text("target")).hasValue("shop");
        assertThat(reply.integer("expires_in").orElseThrow()).isBetween(590L, 600L);
        assertThat(reply.integer("port")).hasValue((long) house.port);
        assertThat(reply.text("username").orElseThrow()).matches("cs_[a-z0-9]{16}");
        mint.passwords.add(reply.text("access_token").orElseThrow());
        assertThat(
                        mint.exchange(house.token(), "expires_in", "999999")
                                .body()
                                .integer("expires_in")
                                .orElseThrow())
                .isBetween(3_590L, 3_600L);
    }

    @Test
    void pgjdbc_logs_in_and_the_log_says_by_what() throws Exception {
        var minted = mint.mint();
        try (var eve = mint.connect(minted, "shop", "channelBinding", "prefer")) {
            assertThat(SpineTest.column(eve, "SELECT card FROM customers WHERE id = 1"))
                    .containsExactly("**** **** **** 9017");
        }

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> {
                    var login = ofCredential("auth.ok", minted);
                    assertThat(login.object("x").orElseThrow().text("method")).hasValue("minted");
                    assertThat(login.object("actor").orElseThrow().text())
                            .contains("\"sub\":\"eve\"", "\"sub\":\"ann\"");
                    var made = ofCredential("credential.mint", minted).object("x").orElseThrow();
                    assertThat(made.text("target")).hasValue("shop");
                    assertThat(made.object("actor").orElseThrow())
                            .isEqualTo(login.object("actor").orElseThrow());
                });
    }

    private Json.Obj ofCredential(String kind, Mint.Minted minted) throws IOException {
        return Records.of(house.data(), kind).stream()
                .filter(record ->
                        record.object("x")
                                .orElseThrow()
                                .text("credential")
                                .orElse("")
                                .equals(minted.user()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + kind + " of " + minted.user()));
    }

    @Test
    void psql_and_psycopg_log_in_over_tls() throws Exception {
        assertThat(mint.psql(mint.mint(), "SELECT 6 * 7 AS answer;")).contains("42");
        python();
    }

    private void python() throws IOException, InterruptedException {
        var minted = mint.mint();
        var script = directory.resolve("minted.py");
        Files.writeString(
                script,
                """
                import asyncio, importlib.util, os, ssl
                if importlib.util.find_spec("psycopg"):
                    import psycopg
                    with psycopg.connect(os.environ["DSN"]) as conn:
                        print("psycopg", conn.execute("SELECT 6 * 7").fetchone()[0])
                if importlib.util.find_spec("asyncpg"):
                    import asyncpg
                    async def main():
                        ca = os.environ["CA"]
                        how = ssl.create_default_context(cafile=ca) if ca else False
                        conn = await asyncpg.connect(host="127.0.0.1", port=int(os.environ["PORT"]), database="shop",
                            user=os.environ["WHO"], password=os.environ["PGPASSWORD"], ssl=how)
                        print("asyncpg", await conn.fetchval("SELECT 6 * 7"))
                        await conn.close()
                    asyncio.run(main())
                print("done")
                """);

        var out =
                House.run(
                        List.of("python3", script.toString()),
                        Map.of(
                                "PGPASSWORD",
                                minted.password(),
                                "DSN",
                                mint.words(minted),
                                "WHO",
                                minted.user(),
                                "PORT",
                                Integer.toString(house.port),
                                "CA",
                                mint.tls ? house.certificates.ca.toString() : ""),
                        "");

        assertThat(out).contains("done").doesNotContain("Traceback", "Error");
        out.lines()
                .filter(line -> !line.equals("done"))
                .forEach(line -> assertThat(line).endsWith(" 42"));
    }

    @Test
    void a_listener_in_clear_takes_them_too() throws Exception {
        var with = Files.readString(house.config());
        Files.writeString(
                house.config(),
                with.replaceFirst("    tls: \\{certificate[^\n]*\n", "    plaintext: true\n"));
        house.restart();
        mint.tls = false;
        try {
            assertThat(mint.psql(mint.mint(), "SELECT 6 * 7 AS answer;")).contains("42");
            python();
            try (var eve = mint.connect(mint.mint(), "shop")) {
                assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
            }
        } finally {
            mint.tls = true;
            Files.writeString(house.config(), with);
            house.restart();
        }
    }

    @Test
    void a_listener_with_tls_does_not_take_them_in_clear() throws Exception {
        assertThat(state(refused(mint.mint(), "shop", "sslmode", "disable"))).isEqualTo("28000");
    }

    @Test
    void a_restart_forgets_them_all() throws Exception {
        var minted = mint.mint();
        house.restart();

        assertThat(state(refused(minted, "shop"))).isEqualTo("28P01");
    }

    @Test
    void another_target_is_refused_and_named() throws Exception {
        var refused = refused(mint.mint(), "plain");

        assertThat(state(refused)).isEqualTo("28P01");
        assertThat(refused.getMessage()).contains("opens the target shop only");
    }

    @Test
    void a_wrong_password_and_a_name_of_nobody_are_told_alike() throws Exception {
        var minted = mint.mint();
        var wrong = refused(new Mint.Minted(minted.user(), "csp_wrong"), "shop");
        var nobody = refused(new Mint.Minted("cs_aaaabbbbccccdddd", "csp_wrong"), "shop");
        var odd = refused(new Mint.Minted("cs_'; --", "csp_wrong"), "shop");
        var token = refused(new Mint.Minted(minted.user(), house.token()), "shop");

        for (var one : new SQLException[] {wrong, nobody, odd, token}) {
            assertThat(state(one)).isEqualTo("28P01");
            assertThat(one.getMessage()).isEqualTo(wrong.getMessage());
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(Records.of(house.data(), "auth.fail").toString())
                                .contains("credential-proof"));
    }

    @Test
    void the_user_name_of_a_token_s_bearer_is_still_nobody_s_business() throws Exception {
        try (var eve = house.connect()) {
            assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void one_that_has_expired_or_was_revoked_is_refused_and_its_session_ends() throws Exception {
        var shortly = mint.mint("expires_in", "6");
        var given = mint.mint();
        try (var eve = mint.connect(shortly, "shop")) {
            assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
            var gone =
                    new Desk(house.apiPort, house.token())
                            .form("/oauth/revoke", "token", given.user());
            assertThat(gone.body().text()).isEqualTo("{\"revoked\":true}");
            assertThat(state(refused(given, "shop"))).isEqualTo("28P01");

            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(
                            () -> assertThat(state(refused(shortly, "shop"))).isEqualTo("28P01"));
            var ended =
                    catchThrowableOfType(
                            SQLException.class, () -> SpineTest.column(eve, "SELECT 2"));
            assertThat(state(ended)).isEqualTo("57P01");
            assertThat(ended.getMessage()).contains("credential of this session has expired");
        }
    }

    @Test
    void nobody_gives_up_what_is_somebody_else_s() throws Exception {
        var given = mint.mint();
        var mallory =
                new Desk(
                        house.apiPort,
                        house.token("mallory", House.AUDIENCE, Duration.ofMinutes(5)));

        assertThat(mallory.form("/oauth/revoke", "token", given.user()).body().text())
                .isEqualTo("{\"revoked\":false}");
        assertThat(
                        new Desk(house.apiPort, "no.to.ken")
                                .form("/oauth/revoke", "token", given.user())
                                .status())
                .isEqualTo(400);
        try (var eve = mint.connect(given, "shop")) {
            assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void a_fixed_plan_is_in_the_record_and_no_other_can_be_claimed() throws Exception {
        var minted = mint.mint("plan", "nightly", "step", "3");
        try (var eve = mint.connect(minted, "shop", "options", "-c countersign.plan=nightly")) {
            assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
        }
        for (var options :
                new String[] {
                    "-c countersign.plan=other",
                    "-c countersign.plan=nightly -c countersign.step=4",
                    "-c countersign.step=4"
                }) {
            var refused = refused(minted, "shop", "options", options);
            assertThat(state(refused)).as(options).isEqualTo("28P01");
            assertThat(refused.getMessage()).contains("this credential was minted for one");
        }
        assertThat(mint.psql(minted, "SELECT 1;", Map.of("PGAPPNAME", "plan=other")))
                .contains("minted for one plan");

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(ofCredential("auth.ok", minted).object("work").orElseThrow())
                                .isEqualTo(Json.object().put("assurance", "B2").build()));
    }

    @Test
    void what_is_not_asked_for_as_it_should_be_is_refused_as_rfc_6749_has_it() throws Exception {
        var token = house.token();
        assertThat(error(mint.exchange(token, "grant_type", "password")))
                .isEqualTo("400 unsupported_grant_type");
        assertThat(error(mint.exchange(token, "audience", "nowhere")))
                .isEqualTo("400 invalid_target");
        for (var wrong :
                new String[][] {
                    {"subject_token_type", "urn:ietf:params:oauth:token-type:id_token"},
                    {"subject_token", ""},
                    {"subject_token", "no.to.ken"},
                    {"actor_token", token},
                    {"step", "3"},
                    {"plan", "x".repeat(257)},
                    {"plan", "a\nb"},
                    {"expires_in", "soon"},
                    {"expires_in", "4"},
                    {"requested_token_type", "urn:ietf:params:oauth:token-type:jwt"}
                }) {
            assertThat(error(mint.exchange(token, wrong)))
                    .as(wrong[0])
                    .isEqualTo("400 invalid_request");
        }
        var twice =
                new Desk(house.apiPort, "").form("/oauth/token", "audience", "a", "audience", "b");
        assertThat(error(twice)).isEqualTo("400 invalid_request");
        var json = new Desk(house.apiPort, "").post("/oauth/token", Json.object().build());
        assertThat(error(json)).isEqualTo("400 invalid_request");
    }

    private static String error(Desk.Reply reply) {
        return reply.status() + " " + reply.body().text("error").orElse(reply.body().text());
    }

    @Test
    void a_reviewer_mints_nothing_and_an_agent_sees_nothing() throws Exception {
        var reviewer = mint.exchange(house.personToken("dana", "dba", Map.of()));
        assertThat(error(reviewer)).isEqualTo("400 invalid_request");
        assertThat(reviewer.body().text("error_code")).hasValue("token-audience");
        assertThat(reviewer.body().text()).doesNotContain("access_token");
        var expired = mint.exchange(house.token("eve", House.AUDIENCE, Duration.ofMinutes(-10)));
        assertThat(expired.body().text("error_code")).hasValue("token-expired");

        var agent = new Desk(house.apiPort, house.token());
        assertThat(agent.get("/v1/credentials").status()).isEqualTo(401);
        assertThat(agent.get("/v1/sessions").status()).isEqualTo(401);
        assertThat(agent.delete("/v1/credentials/cs_aaaabbbbcccc").status()).isEqualTo(401);
        var minted = mint.mint();
        assertThat(new Desk(house.apiPort, minted.password()).get("/v1/reviews").status())
                .as("a minted password at the control API")
                .isEqualTo(401);
    }

    @Test
    void people_see_and_revoke_what_acts_for_them() throws Exception {
        var minted = mint.mint();
        var ann = house.desk("ann", "dev");
        var dana = house.desk("dana", "dba");

        assertThat(ann.get("/v1/credentials").body().text())
                .contains(minted.user())
                .doesNotContain("csp_");
        assertThat(dana.get("/v1/credentials").body().text()).doesNotContain(minted.user());
        assertThat(dana.delete("/v1/credentials/" + minted.user()).status()).isEqualTo(404);
        assertThat(ann.delete("/v1/credentials/" + minted.user()).status()).isEqualTo(200);
        assertThat(ann.delete("/v1/credentials/" + minted.user()).status()).isEqualTo(404);
        assertThat(state(refused(minted, "shop"))).isEqualTo("28P01");
    }

    @Test
    void no_password_is_anywhere_and_the_log_verifies() throws Exception {
        var minted = mint.mint("plan", "nightly");
        try (var eve = mint.connect(minted, "shop")) {
            assertThat(SpineTest.column(eve, "SELECT name FROM customers WHERE id = 1"))
                    .containsExactly("Ada");
        }
        house.restart();

        var everything = Records.everything(house.data());

        assertThat(mint.passwords).isNotEmpty();
        for (var password : mint.passwords) {
            assertThat(everything.contains(password)).isFalse();
        }
        assertThat(everything.contains("csp_")).isFalse();
        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
        assertThat(report.findings()).isEmpty();
        assertThat(report.exitCode()).isZero();
    }
}
