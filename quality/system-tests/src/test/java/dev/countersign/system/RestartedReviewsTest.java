package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.evidence.PayloadReader;
import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// With a guard file a restart ends nothing that people were asked: reviews stay open, what was
/// said counts, and what was approved runs once.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RestartedReviewsTest {
    private static final String POLICY =
            HeldStatementsTest.POLICY
                    + """
                    - name: brief
                      on: [sql]
                      when: "'public.brief' in stmt.tables && stmt.verb == 'write'"
                      require: {approval: {panel: dba, within: 2s}}
                    - name: signed
                      on: [sql]
                      when: "'public.signed' in stmt.tables && stmt.verb == 'write'"
                      require: {approval: {panels: [dba, owners], method: signed}}
                    """;

    @TempDir static Path directory;

    private House house;

    /// Whose open reviews are counted apart from those of other tests.
    private String agent;

    @BeforeEach
    void newAgent(TestInfo test) {
        agent = test.getTestMethod().orElseThrow().getName();
    }

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, POLICY);
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            for (var table : List.of("refunds", "drawer", "brief", "signed")) {
                statement.execute(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, n int NOT NULL)");
                statement.execute(
                        "INSERT INTO " + table + " SELECT i, 0 FROM generate_series(1, 40) i");
                statement.execute("GRANT ALL ON " + table + " TO agent");
            }
        }
        house.say("guard-file: guard/checkpoint");
        house.say("reviews: {hold: 1s}");
        house.restart();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private static String update(String table, int id) {
        return "UPDATE " + table + " SET n = n + 1 WHERE id = " + id + " AND n >= 0;";
    }

    private int ran(String table, int id) throws SQLException {
        try (var owner = house.direct()) {
            return Integer.parseInt(
                    SpineTest.column(owner, "SELECT n FROM " + table + " WHERE id = " + id)
                            .getFirst());
        }
    }

    private String psql(String sql) throws Exception {
        return house.psql(house.token(agent), sql, "-v", "VERBOSITY=verbose");
    }

    /// It is sent, waits until its hold is over, and its review stays open.
    private String asked(String sql) throws Exception {
        assertThat(psql(sql)).contains("waits for ", "ZC001");
        return dana().waitsFor(sql.substring(0, sql.indexOf(';')));
    }

    private Desk dana() {
        return house.desk("dana", "dba");
    }

    private static void says(Desk.Reply reply, String state) {
        assertThat(reply.status()).as(reply.body().text()).isEqualTo(200);
        assertThat(reply.body().text("state")).hasValue(state);
    }

    private void runsOnceMore(String sql) throws Exception {
        assertThat(psql(sql)).contains("UPDATE 1").doesNotContain("ERROR", "waits for");
    }

    /// The log is published a moment after it is written.
    private Json.Obj ends(String review, String how) {
        return await().atMost(Duration.ofSeconds(20))
                .until(() -> rulings(review).getLast(), ruling -> how(ruling).equals(how));
    }

    private List<Json.Obj> rulings(String review) throws IOException {
        return Records.of(house.data(), "approval.ruling").stream()
                .filter(record ->
                        record.object("x").orElseThrow().text("review").orElse("").equals(review))
                .toList();
    }

    private static String how(Json.Obj ruling) {
        return ruling.object("x").orElseThrow().text("ruling").orElseThrow();
    }

    @Test
    void an_open_review_is_decided_behind_a_restart_and_the_same_statement_runs_once()
            throws Exception {
        var sql = update("refunds", 1);
        var review = asked(sql);
        var before = dana().get("/v1/reviews/" + review).body();

        house.restart();

        var after = dana().get("/v1/reviews/" + review).body();
        assertThat(after.get("requester_gone")).isPresent();
        for (var same :
                List.of(
                        "action",
                        "asked",
                        "because",
                        "claims",
                        "evidence",
                        "expires",
                        "may_decide",
                        "needed",
                        "panels",
                        "rows",
                        "session",
                        "statement",
                        "target",
                        "verb",
                        "who")) {
            assertThat(after.get(same)).as(same).isEqualTo(before.get(same));
        }
        assertThat(psql(sql)).as("it joins").contains("waits for dba", review, "ZC001");
        says(dana().approve(review), "approved");
        assertThat(ran("refunds", 1)).isZero();
        runsOnceMore(sql);
        assertThat(ran("refunds", 1)).isEqualTo(1);
        assertThat(asked(sql)).as("it is used").isNotEqualTo(review);
    }

    @Test
    void who_waits_behind_a_restart_is_told_of_the_ruling() throws Exception {
        var sql = update("refunds", 2);
        var review = asked(sql);
        house.sayOnce("reviews: {hold: 10m}");
        try {
            house.restart();
            var told = HeldStatementsTest.meanwhile(() -> psql(sql));
            await().atMost(Duration.ofSeconds(20))
                    .until(() ->
                            dana().get("/v1/reviews/" + review)
                                    .body()
                                    .integer("waiting")
                                    .equals(Optional.of(1L)));

            says(dana().approve(review), "used");

            assertThat(told.get(60, TimeUnit.SECONDS)).contains("UPDATE 1");
            assertThat(ran("refunds", 2)).isEqualTo(1);
        } finally {
            house.sayOnce("reviews: {hold: 1s}");
            house.restart();
        }
    }

    @Test
    void what_was_approved_and_not_used_runs_once_behind_a_restart() throws Exception {
        var sql = update("refunds", 3);
        var review = asked(sql);
        says(dana().approve(review), "approved");

        house.restart();

        assertThat(dana().get("/v1/reviews/" + review).body().text("state")).hasValue("approved");
        runsOnceMore(sql);
        house.restart();
        assertThat(asked(sql)).isNotEqualTo(review);
        assertThat(ran("refunds", 3)).isEqualTo(1);
    }

    @Test
    void one_person_before_and_another_behind_it_are_two_and_nobody_is_two() throws Exception {
        var sql = update("drawer", 4);
        var review = asked(sql);
        says(dana().approve(review), "pending");

        house.restart();

        says(dana().approve(review), "pending");
        says(house.desk("dana", "owners").approve(review), "pending");
        assertThat(dana().reject(review, "no").code()).isEqualTo("already-ruled");
        assertThat(dana().get("/v1/reviews/" + review).body().integer("approvals")).hasValue(1L);
        assertThat(house.desk("otto", "dba").approve(review).body().text("state"))
                .as("both are of one panel")
                .hasValue("pending");
        says(house.desk("olga", "owners").approve(review), "approved");
        runsOnceMore(sql);
        assertThat(ran("drawer", 4)).isEqualTo(1);
        assertThat(rulings(review)).extracting(RestartedReviewsTest::how).containsOnly("approved");
    }

    /// A sign-in of their own for this one ruling.
    private Desk.Reply signs(String person, String group, String review) throws Exception {
        var desk = house.desk(person, group);
        var yes = Json.object().put("ruling", "approved").build();
        var said = desk.post("/v1/reviews/" + review + "/statement", yes).body();
        var now = Instant.now().getEpochSecond();
        var idToken =
                house.issuer
                        .issueToken(
                                "idp",
                                "cli",
                                new DefaultOAuth2TokenCallback(
                                        "idp",
                                        person,
                                        "JWT",
                                        List.of("cli"),
                                        Map.of(
                                                "groups",
                                                List.of(group),
                                                "auth_time",
                                                now,
                                                "nonce",
                                                said.text("oidc_nonce").orElseThrow()),
                                        300))
                        .serialize();
        var nonce = said.object("statement").flatMap(one -> one.text("nonce")).orElseThrow();
        return desk.post(
                "/v1/reviews/" + review + "/rulings",
                yes.with("nonce", Json.of(nonce)).with("id_token", Json.of(idToken)));
    }

    @Test
    void what_was_signed_counts_behind_it_too() throws Exception {
        var sql = update("signed", 13);
        var review = asked(sql);
        says(signs("dana", "dba", review), "pending");

        house.restart();

        says(signs("dana", "dba", review), "pending");
        assertThat(house.desk("olga", "owners").approve(review).code()).isEqualTo("not-signed");
        says(signs("olga", "owners", review), "approved");
        runsOnceMore(sql);
        assertThat(ran("signed", 13)).isEqualTo(1);
    }

    @Test
    void whoever_the_agent_acts_for_does_not_decide_behind_a_restart_either() throws Exception {
        var review = asked(update("refunds", 5));

        house.restart();

        var reply = house.desk("ann", "dba").approve(review);
        assertThat(reply.status()).isEqualTo(403);
        assertThat(reply.code()).isEqualTo("requester");
    }

    @Test
    void a_rejection_behind_a_restart_is_told_and_holds_behind_the_next_one() throws Exception {
        var sql = "DELETE FROM refunds WHERE id = 6 AND n >= 0;";
        var review = asked(sql);
        house.restart();

        says(dana().reject(review, "ticket first"), "rejected");

        assertThat(psql(sql)).contains("ZC002", "dana rejected review " + review, "ticket first");
        house.restart();
        assertThat(psql(sql.replace("= 6", "= 7")))
                .contains("ZC002", "dana rejected review " + review);
    }

    @Test
    void what_expired_while_the_gateway_was_down_has_expired() throws Exception {
        var sql = update("brief", 8);
        var review = asked(sql);
        says(dana().approve(review), "approved");
        var expires =
                Instant.parse(
                        dana().get("/v1/reviews/" + review).body().text("expires").orElseThrow());
        house.stop();
        // it is told without its fraction of a second
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Instant.now().isAfter(expires.plusSeconds(1)));

        house.start();

        var _ = ends(review, "expired");
        assertThat(psql(sql)).contains("waits for dba");
        assertThat(ran("brief", 8)).isZero();
    }

    @Test
    void what_todays_configuration_reads_otherwise_ends_and_the_log_says_why() throws Exception {
        var sql = update("refunds", 9);
        var review = asked(sql);
        says(dana().approve(review), "approved");
        var config = Files.readString(house.config());
        Files.writeString(house.config(), config.replace("human-claim: sub", "human-claim: email"));

        house.restart();

        Files.writeString(house.config(), config);
        house.restart();
        assertThat(asked(sql)).isNotEqualTo(review);
        var end = ends(review, "withdrawn");
        var words = PayloadReader.open(house.data(), house.data().resolve("keys/payload"));
        assertThat(new String(words.read(end).toArray(), StandardCharsets.UTF_8))
                .contains("its requester is not known by the issuers");
        assertThat(ran("refunds", 9)).isZero();
    }

    @Test
    void a_start_without_the_guard_file_ends_them_all() throws Exception {
        var sql = update("refunds", 10);
        var review = asked(sql);
        says(dana().approve(review), "approved");
        var config = Files.readString(house.config());
        Files.writeString(house.config(), config.replace("guard-file: guard/checkpoint\n", ""));

        house.restart();

        Files.writeString(house.config(), config);
        house.restart();
        assertThat(asked(sql)).isNotEqualTo(review);
        var _ = ends(review, "withdrawn");
        assertThat(ran("refunds", 10)).isZero();
    }

    @Test
    void a_start_with_another_guard_file_ends_them_all() throws Exception {
        var sql = update("refunds", 11);
        var review = asked(sql);
        says(dana().approve(review), "approved");
        house.sayOnce("guard-file: other/checkpoint");

        house.restart();

        var _ = ends(review, "withdrawn");
        var next = asked(sql);
        says(dana().approve(next), "approved");
        house.sayOnce("guard-file: guard/checkpoint");
        house.restart();
        // the first one does not know what was used meanwhile
        var _ = ends(next, "withdrawn");
        assertThat(ran("refunds", 11)).isZero();
    }

    @Test
    void the_log_of_all_this_verifies() throws Exception {
        var sql = update("refunds", 12);
        var review = asked(sql);
        house.restart();
        says(dana().approve(review), "approved");
        house.restart();
        runsOnceMore(sql);
        house.restart();

        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);

        assertThat(report.findings()).isEmpty();
        assertThat(report.exitCode()).isZero();
    }
}
