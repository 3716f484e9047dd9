package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What people are asked and what they say. Every log here is signed as it is: what is wrong was
/// wrong when it was written.
class RulingsTest {
    private static final String R = "apr_aaaa";
    private static final String ZEROS = "00".repeat(32);

    @TempDir Path folder;

    private List<Code> codes(Council council) {
        return HandLog.codes(HandLog.write(folder, council.tale));
    }

    // ---- asked

    @Test
    void people_are_asked_about_an_open_intent_of_the_session() {
        assertThat(codes(Council.sits().request("1", "a", R)))
                .as("there is none")
                .containsExactly(Code.REQUEST_INVALID);
        assertThat(codes(Council.sits().intent("1", "a").request("2", "a", R)))
                .as("of another session")
                .containsExactly(Code.REQUEST_INVALID);
        assertThat(codes(Council.sits().intent("1", "a").refused("1", "a").request("1", "a", R)))
                .as("it has an outcome")
                .containsExactly(Code.REQUEST_INVALID);
        assertThat(
                        codes(
                                Council.sits()
                                        .intent("1", "a")
                                        .twistBody("intent", ZEROS)
                                        .request("1", "a", R)))
                .as("of another leaf hash")
                .containsExactly(Code.REQUEST_INVALID);
    }

    @Test
    void nobody_is_asked_about_what_will_not_run_or_needs_nobody() {
        assertThat(
                        codes(
                                Council.sits()
                                        .twistBody("refused", "limit")
                                        .intent("1", "a")
                                        .request("1", "a", R)))
                .containsExactly(Code.REQUEST_INVALID);
        assertThat(
                        codes(
                                Council.sits()
                                        .twistBody("prepare", true)
                                        .intent("1", "a")
                                        .request("1", "a", R)))
                .containsExactly(Code.REQUEST_INVALID);
    }

    @Test
    void a_review_is_asked_for_once() {
        assertThat(codes(Council.sits().asks("1", "a", R).asks("1", "b", R)))
                .containsExactly(Code.REQUEST_INVALID);
        assertThat(codes(Council.whole().asks("1", "b", R)))
                .as("also when it is over")
                .containsExactly(Code.REQUEST_INVALID);
    }

    @Test
    void those_are_asked_whom_the_decision_wants_asked() {
        for (var other :
                List.of(
                        Map.of("approval", "dba", "count", 1, "within_s", 900),
                        Map.of("approval", "interns", "count", 2, "within_s", 900),
                        Map.of("approval", "dba", "count", 2, "within_s", 90_000),
                        Map.of("approval", "dba", "count", 2, "within_s", 900, "signed", true))) {
            var council = Council.sits().intent("1", "a").needs(other).request("1", "a", R);

            assertThat(codes(council)).as(other.toString()).containsExactly(Code.REQUEST_INVALID);
        }
    }

    @Test
    void of_rules_that_ask_one_panel_the_stricter_counts() {
        var strict =
                Map.<String, Object>of(
                        "approval", "dba", "count", 1, "within_s", 60, "signed", true);
        var both =
                Map.<String, Object>of(
                        "approval", "dba", "count", 2, "within_s", 60, "signed", true);
        var stepUp = Map.<String, Object>of("step_up", "passkey", "max_age_s", 300);
        var council = Council.sits().needs(Council.DBA, strict, stepUp).intent("1", "a");

        assertThat(codes(council.needs(both).request("1", "a", R))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "review, apr_A",
        "review, ''",
        "rows, many",
        "rows, -1",
        "expires, 2026-01-02T12:15:00.000000Z",
        "expires, 2026-13-02T12:15:00Z",
        "needs, dba"
    })
    void a_request_says_what_can_be_looked_at(String member, String value) {
        var council = Council.sits().intent("1", "a").twistBody(member, value).request("1", "a", R);

        assertThat(codes(council)).containsExactly(Code.SCHEMA);
    }

    // ---- said

    @Test
    void a_ruling_is_on_a_review_that_was_asked_for() {
        assertThat(codes(Council.sits().says(R, "bob", "approved")))
                .containsExactly(Code.RULING_INVALID);
        assertThat(
                        codes(
                                Council.sits()
                                        .asks("1", "a", R)
                                        .twistBody("request", ZEROS)
                                        .says(R, "bob", "approved")))
                .containsExactly(Code.RULING_INVALID);
    }

    @Test
    void nobody_rules_on_a_review_that_is_over() {
        var rejected = Council.sits().asks("1", "a", R).says(R, "bob", "rejected");
        assertThat(codes(rejected.says(R, "cleo", "approved")))
                .containsExactly(Code.RULING_INVALID);
        for (var how : List.of("expired", "withdrawn")) {
            var ended = Council.sits().asks("1", "a", R).ends(R, how);
            assertThat(codes(ended.says(R, "cleo", "approved")))
                    .as(how)
                    .containsExactly(Code.RULING_INVALID);
        }
        assertThat(codes(Council.whole().says(R, "dan", "rejected")))
                .as("used")
                .containsExactly(Code.RULING_INVALID);
        assertThat(codes(Council.whole().ends(R, "expired")))
                .as("used, and then it expires")
                .containsExactly(Code.RULING_INVALID);
    }

    @Test
    void nobody_approves_long_after_the_end() {
        var late = Council.sits().asks("1", "a", R).waits(961).says(R, "bob", "approved");

        assertThat(codes(late)).containsExactly(Code.RULING_INVALID);
    }

    @Test
    void what_a_clock_says_that_went_back_counts() {
        var council =
                Council.sits()
                        .asks("1", "a", R)
                        .waits(5_000)
                        .twist(record -> {
                            record.put("skew", true);
                            record.put("t_raw", "2026-01-02T12:01:00.000000Z");
                        })
                        .says(R, "bob", "approved");

        assertThat(codes(council)).isEmpty();
    }

    @Test
    void one_person_rules_once() {
        var twice = Council.sits().asks("1", "a", R).says(R, "bob", "approved");

        assertThat(codes(twice.says(R, "bob", "approved", "signed")))
                .containsExactly(Code.RULING_INVALID);
    }

    @Test
    void people_rule_and_time_names_nobody() {
        var asked = Council.sits().asks("1", "a", R);
        assertThat(
                        codes(
                                asked.twist(record -> Tale.body(record).remove("reviewer"))
                                        .says(R, "bob", "approved")))
                .containsExactly(Code.RULING_INVALID);
        for (var assurance : List.of("", "link", "SIGNED")) {
            assertThat(
                            codes(
                                    Council.sits()
                                            .asks("1", "a", R)
                                            .says(R, "bob", "approved", assurance)))
                    .as(assurance)
                    .containsExactly(Code.RULING_INVALID);
        }
        assertThat(
                        codes(
                                Council.sits()
                                        .asks("1", "a", R)
                                        .twistBody("reviewer", Map.of("iss", "i", "sub", "bob"))
                                        .ends(R, "expired")))
                .containsExactly(Code.RULING_INVALID);
        assertThat(codes(Council.sits().asks("1", "a", R).ends(R, "postponed")))
                .containsExactly(Code.SCHEMA);
    }

    @ParameterizedTest
    @ValueSource(strings = {"eve", "ann", "planner"})
    void nobody_rules_on_what_they_ask_for_or_act_in(String person) {
        var eve =
                Map.of(
                        "iss", "https://idp.example",
                        "sub", "eve",
                        "kind", "agent",
                        "on_behalf_of", Map.of("iss", "https://idp.example", "sub", "ann"),
                        "chain", List.of(Map.of("iss", "https://idp.example", "sub", "planner")));
        var council =
                Council.sits()
                        .intent("1", "a")
                        .twist(record -> record.put("actor", eve))
                        .request("1", "a", R);

        assertThat(codes(council.says(R, person, "approved"))).containsExactly(Code.SOD_VIOLATION);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "expires", "intent", "nonce", "origin", "request", "review", "rows", "ruling", "v"
            })
    void a_statement_says_what_its_record_says(String member) {
        var wrong = member.equals("nonce") ? "" : "rejected";
        var council = Council.sits().asks("1", "a", R).twistStatement(member, wrong);

        assertThat(codes(council.says(R, "bob", "approved"))).containsExactly(Code.RULING_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"review", "ruling"})
    void so_does_that_of_a_review_that_ends_by_itself(String member) {
        var council = Council.sits().asks("1", "a", R).twistStatement(member, "approved");

        assertThat(codes(council.ends(R, "expired"))).containsExactly(Code.RULING_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"payload", "request", "review", "reviewer", "assurance", "statement"})
    void no_ruling_of_a_person_is_good_without_any_of_its_members(String member) {
        var council = Council.sits().asks("1", "a", R);

        assertThat(
                        codes(
                                council.twist(record -> Tale.body(record).remove(member))
                                        .says(R, "bob", "approved")))
                .isNotEmpty();
    }
}
