package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// An unmodified psql stands still on one statement until a named person has decided, by the real
/// control API.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HeldStatementsTest {
    static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - name: writes
              on: [sql]
              when: "stmt.verb == 'write'"
              allow: true
              require: {approval: {panel: dba, within: 15m}}
            - name: two-of-them
              on: [sql]
              when: "'public.drawer' in stmt.tables && stmt.verb == 'write'"
              require: {approval: {panels: [dba, owners]}}
            """;

    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, POLICY);
        owner("CREATE TABLE refunds (id int PRIMARY KEY, note text)");
        owner("GRANT ALL ON refunds TO agent");
        owner("CREATE TABLE drawer (id int)");
        owner("GRANT ALL ON drawer TO agent");
        owner("INSERT INTO refunds SELECT i, 'new' FROM generate_series(1, 20) i");
        house.restart();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private void owner(String sql) throws SQLException {
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    private String note(int id) throws SQLException {
        try (var owner = house.direct();
                var statement = owner.createStatement();
                var rows = statement.executeQuery("SELECT note FROM refunds WHERE id = " + id)) {
            rows.next();
            return rows.getString(1);
        }
    }

    static <T> CompletableFuture<T> meanwhile(Callable<T> work) {
        var done = new CompletableFuture<T>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        done.complete(work.call());
                    } catch (Exception e) {
                        done.completeExceptionally(e);
                    }
                });
        return done;
    }

    /// The log is published a moment after it is written.
    private void recorded(String kind, String... words) {
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> {
                    var bodies =
                            Records.of(house.data(), kind).stream()
                                    .map(record -> record.object("x").orElseThrow().text())
                                    .toList();
                    assertThat(String.join("\n", bodies)).contains(words);
                });
    }

    private CompletableFuture<String> psql(String script) {
        return meanwhile(() -> house.psql(house.token(), script, "-v", "VERBOSITY=verbose"));
    }

    private static String told(CompletableFuture<String> psql) throws Exception {
        return psql.get(60, TimeUnit.SECONDS);
    }

    @Test
    void psql_stands_still_and_goes_on_with_what_a_person_approved() throws Exception {
        var psql =
                psql(
                        "UPDATE refunds SET note = 'one' WHERE id = 1; \nSELECT note FROM refunds WHERE id = 1;");
        var dana = house.desk("dana", "dba");
        var review = dana.waitsFor("note = 'one'");
        assertThat(note(1)).isEqualTo("new");

        var whole = dana.get("/v1/reviews/" + review).body();
        var now = dana.approve(review);

        assertThat(now.status()).as(now.body().text()).isEqualTo(200);
        assertThat(now.body().text("state")).hasValue("used");
        assertThat(told(psql))
                .contains("NOTICE", review, "waits for dba", "UPDATE 1", " one")
                .doesNotContain("ERROR");
        assertThat(note(1)).isEqualTo("one");
        assertThat(whole.object("who").orElseThrow().text())
                .contains("\"actor\":\"eve\"", "\"on_behalf_of\":\"ann\"");
        assertThat(whole.text("verb")).hasValue("write");
        assertThat(whole.get("may_decide").orElseThrow().text()).isEqualTo("true");
        assertThat(whole.get("because").orElseThrow().text()).isEqualTo("[\"test/writes\"]");
    }

    @Test
    void a_rejection_is_told_with_who_and_why() throws Exception {
        var psql = psql("UPDATE refunds SET note = 'two' WHERE id = 2;");
        var dana = house.desk("dana", "dba");

        dana.reject(dana.waitsFor("note = 'two'"), "ticket\u202E first\n");

        assertThat(told(psql))
                .contains(
                        "ERROR:  ZC002:",
                        "dana rejected review apr_",
                        "ticket  first;",
                        "DETAIL:  review=apr_",
                        "state=rejected",
                        "HINT:");
        assertThat(note(2)).isEqualTo("new");
        var again = house.psql(house.token(), "UPDATE refunds SET note = 'deux' WHERE id = 3;");
        assertThat(again).as("the same kind of thing, at once").contains("dana rejected");
    }

    @Test
    void nobody_decides_who_is_part_of_it_or_may_not() throws Exception {
        var psql = psql("INSERT INTO refunds VALUES (100, 'three');");
        var dana = house.desk("dana", "dba");
        var review = dana.waitsFor("(100, 'three')");

        assertThat(house.desk("ann", "dba").approve(review).code()).isEqualTo("requester");
        assertThat(house.desk("eve", "dba").approve(review).code()).isEqualTo("requester");
        assertThat(house.desk("omar", "audit").approve(review).code()).isEqualTo("not-in-panel");
        var agents = new Desk(house.apiPort, house.token());
        assertThat(agents.approve(review).status()).isEqualTo(401);
        var delegated =
                new Desk(
                        house.apiPort,
                        house.personToken("dana", "dba", Map.of("act", Map.of("sub", "bot"))));
        assertThat(delegated.approve(review).status()).isEqualTo(401);
        var old =
                new Desk(
                        house.apiPort,
                        house.personToken(
                                "dana",
                                "dba",
                                Map.of(
                                        "auth_time",
                                        java.time.Instant.now().getEpochSecond() - 13 * 3600)));
        assertThat(old.approve(review).status()).isEqualTo(401);
        assertThat(new Desk(house.apiPort, "no.to.ken").approve(review).status()).isEqualTo(401);
        assertThat(psql).isNotDone();

        assertThat(dana.approve(review).status()).isEqualTo(200);
        assertThat(dana.approve(review).status()).as("said twice").isEqualTo(200);
        assertThat(dana.reject(review, "").code()).isEqualTo("already-ruled");
        assertThat(house.desk("dave", "dba").approve(review).code()).isEqualTo("over");
        assertThat(told(psql)).contains("INSERT 0 1");
        recorded("approval.refused", "requester", "not-in-panel", "already-ruled", "over");
    }

    @Test
    void a_reviewer_is_no_agent() throws IOException {
        var said = house.psql(house.personToken("dana", "dba", Map.of()), "SELECT 1;");

        assertThat(said).contains("this token is for decisions, not for agents");
    }

    @Test
    void a_masked_literal_must_be_opened_before_it_is_approved() throws Exception {
        var psql = psql("UPDATE refunds SET note = '4012 8888 8888 1881' WHERE id = 4 AND true;");
        var dana = house.desk("dana", "dba");
        var review = dana.waitsFor("[CREDIT_CARD]");

        assertThat(dana.approve(review).code()).isEqualTo("not-all-shown");
        var opened = dana.post("/v1/reviews/" + review + "/exact", Json.object().build());

        assertThat(opened.body().text()).contains("4012 8888 8888 1881");
        assertThat(dana.approve(review).status()).isEqualTo(200);
        assertThat(told(psql)).contains("UPDATE 1");
        recorded("evidence.read", "reviews", "review.exact");
    }

    @Test
    void two_panels_want_two_people() throws Exception {
        var psql = psql("INSERT INTO drawer VALUES (1);");
        var both =
                new Desk(
                        house.apiPort,
                        house.personToken(
                                "zoe", "dba", Map.of("groups", List.of("dba", "owners"))));
        var review = both.waitsFor("INTO drawer");

        assertThat(both.approve(review).body().text("state")).hasValue("pending");
        assertThat(psql).isNotDone();
        assertThat(house.desk("olga", "owners").approve(review).body().text("state"))
                .hasValue("used");
        assertThat(told(psql)).contains("INSERT 0 1");
    }

    @Test
    void a_trigger_that_came_meanwhile_voids_the_approval() throws Exception {
        var second = psql("INSERT INTO refunds VALUES (300, 'drift');");
        var dana = house.desk("dana", "dba");
        var other = dana.waitsFor("'drift'");
        owner(
                "CREATE FUNCTION sly() RETURNS trigger LANGUAGE plpgsql AS"
                        + " 'BEGIN new.note = ''sly''; RETURN new; END'");
        owner("CREATE TRIGGER sly BEFORE INSERT ON refunds FOR EACH ROW EXECUTE FUNCTION sly()");
        dana.approve(other);
        assertThat(told(second)).contains("ZC011");
        owner("DROP TRIGGER sly ON refunds");
    }

    @Test
    void a_grant_is_used_by_the_identical_statement_of_the_same_principal_only() throws Exception {
        house.say("reviews: {hold: 1s}");
        house.restart();
        var sql = "UPDATE refunds SET note = 'grant' WHERE id = 6;";
        assertThat(house.psql(house.token(), sql, "-v", "VERBOSITY=verbose")).contains("ZC001");
        var dana = house.desk("dana", "dba");
        var review = dana.waitsFor("'grant'");
        assertThat(dana.get("/v1/reviews/" + review).body().text("requester_gone")).isPresent();
        dana.approve(review);

        var another = house.token("mallory", House.AUDIENCE, Duration.ofMinutes(5));
        assertThat(house.psql(another, sql))
                .contains("waits for dba", "nobody of dba has answered");
        assertThat(house.psql(house.token(), sql)).contains("UPDATE 1").doesNotContain("waits for");
        assertThat(house.psql(house.token(), sql)).as("used once").contains("waits for dba");
    }

    @Test
    void what_the_agent_says_beside_a_statement_is_shown_and_makes_no_other_of_it()
            throws Exception {
        house.say("reviews: {hold: 1s}");
        house.restart();
        var sql = "UPDATE refunds SET note = 'traced' WHERE id = 13";
        assertThat(
                        house.psql(
                                house.token(),
                                sql + traced("4bf92f3577b34da6", "close%20the%20books")))
                .contains("nobody of dba has answered");
        var dana = house.desk("dana", "dba");
        var review = dana.waitsFor("'traced'");
        var shown = dana.get("/v1/reviews/" + review).body();

        assertThat(shown.object("claims").orElseThrow().text())
                .contains(
                        "\"plan\":\"p7\"",
                        "\"reason\":\"close the books\"",
                        "4bf92f3577b34da6",
                        "B1");
        assertThat(shown.text("statement")).hasValue(sql + ";");
        dana.approve(review);
        assertThat(house.psql(house.token(), sql + traced("0123456789abcdef", "again")))
                .contains("UPDATE 1")
                .doesNotContain("waits for");
    }

    private static String traced(String span, String reason) {
        return " /*countersign_plan='p7',countersign_reason='"
                + reason
                + "',traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-"
                + span
                + "-01'*/;";
    }

    @Test
    void an_approval_is_for_the_settings_that_the_client_connected_with() throws Exception {
        house.say("reviews: {hold: 1s}");
        house.restart();
        var sql = "DELETE FROM refunds WHERE note = '01/12/2026'";
        assertThat(styled("postgres", sql)).contains("ZC001");
        var dana = house.desk("dana", "dba");
        dana.approve(dana.waitsFor("01/12/2026"));

        assertThat(styled("iso_8601", sql)).as("another meaning").contains("ZC001");
        assertThat(styled("postgres", sql)).isEmpty();
    }

    private String styled(String style, String sql) {
        try (var connection = house.connect("options", "-c intervalstyle=" + style);
                var statement = connection.createStatement()) {
            statement.execute(sql);
            return "";
        } catch (SQLException refused) {
            return refused.getSQLState() + " " + refused.getMessage();
        }
    }

    @Test
    void an_approval_of_an_earlier_start_is_void_and_the_log_says_so() throws Exception {
        house.say("reviews: {hold: 1s}");
        house.restart();
        var sql = "UPDATE refunds SET note = 'void' WHERE id = 7;";
        assertThat(house.psql(house.token(), sql)).contains("waits for dba");
        var dana = house.desk("dana", "dba");
        dana.approve(dana.waitsFor("'void'"));

        house.restart();

        assertThat(house.psql(house.token(), sql)).as("asks anew").contains("waits for dba");
        assertThat(note(7)).isEqualTo("new");
        assertThat(Records.of(house.data(), "approval.ruling").toString()).contains("withdrawn");
    }

    @Test
    void the_log_of_all_this_verifies() throws Exception {
        var psql = psql("DELETE FROM refunds WHERE id = 20;");
        var dana = house.desk("dana", "dba");
        dana.approve(dana.waitsFor("id = 20"));
        told(psql);
        house.restart();

        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);

        assertThat(report.findings()).isEmpty();
        assertThat(report.exitCode()).isZero();
    }
}
