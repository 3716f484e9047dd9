package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What people said is used once, for what they said it to, and nothing runs without it. Every log
/// here is signed as it is: what is wrong was wrong when it was written.
class ApprovalsTest {
    private static final String R = "apr_aaaa";
    private static final String S = "apr_bbbb";
    private static final String ZEROS = "00".repeat(32);

    @TempDir Path folder;

    private Report report(Council council) {
        return HandLog.verify(HandLog.write(folder, council.tale));
    }

    private List<Code> codes(Council council) {
        return report(council).findings().stream().map(Finding::code).distinct().toList();
    }

    // ---- good

    @Test
    void an_action_runs_once_two_people_have_approved_it() {
        assertThat(codes(Council.whole())).isEmpty();
    }

    @Test
    void rulings_are_counted_by_how_sure_it_is_who_gave_them() {
        var council =
                Council.whole().asks("1", "b", S).says(S, "bob", "rejected").refused("1", "b");

        assertThat(report(council).rulings())
                .hasToString("rulings: 3, of which 1 signed, 2 by session");
        assertThat(report(Council.sits()).rulings().all()).isZero();
    }

    @Test
    void more_people_may_approve_than_had_to() {
        var council = Council.sits().approved("1", "a", R).says(R, "dan", "approved");

        assertThat(codes(council.uses("1", "a", R).runs("1", "a"))).isEmpty();
    }

    @Test
    void an_approval_is_used_by_the_same_action_of_another_session_of_the_same_principal() {
        var council = Council.sits().approved("1", "a", R).refused("1", "a");
        council.tale.close("1");

        assertThat(codes(council.intent("2", "b").uses("2", "b", R).runs("2", "b"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"expired", "withdrawn"})
    void a_review_may_end_without_a_person_and_its_action_does_not_run(String how) {
        assertThat(codes(Council.sits().asks("1", "a", R).ends(R, how).refused("1", "a")))
                .isEmpty();
        assertThat(codes(Council.sits().approved("1", "a", R).refused("1", "a").ends(R, how)))
                .as("nobody used what was approved")
                .isEmpty();
    }

    @Test
    void an_approval_may_be_lost() {
        assertThat(codes(Council.sits().approved("1", "a", R).refused("1", "a"))).isEmpty();
    }

    @Test
    void what_is_only_prepared_needs_nobody() {
        assertThat(codes(Council.sits().twistBody("prepare", true).intent("1", "a").runs("1", "a")))
                .isEmpty();
    }

    @Test
    void a_yes_that_was_under_way_at_the_end_counts() {
        var late = Council.sits().asks("1", "a", R).says(R, "bob", "approved").waits(959);

        assertThat(codes(late.says(R, "cleo", "approved").uses("1", "a", R).runs("1", "a")))
                .isEmpty();
    }

    // ---- used

    @Test
    void an_approval_is_used_once() {
        var again = Council.whole().intent("2", "b").uses("2", "b", R).runs("2", "b");

        assertThat(codes(again)).containsExactly(Code.APPROVAL_REUSED);
        assertThat(codes(Council.sits().approved("1", "a", R).uses("1", "a", R).uses("1", "a", R)))
                .as("by the same action")
                .containsExactly(Code.APPROVAL_REUSED);
    }

    @Test
    void as_many_people_approve_as_the_request_tells() {
        var asked = Council.sits().intent("1", "a").twistBody("people", 3).request("1", "a", R);
        asked.says(R, "bob", "approved").says(R, "cleo", "approved");
        assertThat(codes(asked.uses("1", "a", R).runs("1", "a")))
                .containsExactly(Code.APPROVAL_INVALID);
    }

    @Test
    void as_many_people_approve_as_had_to() {
        var one = Council.sits().asks("1", "a", R).says(R, "bob", "approved");
        assertThat(codes(one.uses("1", "a", R).runs("1", "a")))
                .containsExactly(Code.APPROVAL_INVALID);

        var owners = Map.<String, Object>of("approval", "owners", "count", 1, "within_s", 900);
        assertThat(
                        codes(
                                Council.sits()
                                        .needs(Council.DBA, owners)
                                        .approved("1", "a", R)
                                        .uses("1", "a", R)))
                .as("two of three, of two panels")
                .containsExactly(Code.APPROVAL_INVALID);
    }

    @Test
    void rulings_that_are_used_are_approvals_of_this_review_each_once() {
        var council = Council.sits().approved("1", "b", S).approved("1", "a", R);
        var mine = council.rulings(R);
        for (var wrong :
                List.of(
                        List.of(mine.getFirst(), mine.getFirst()),
                        List.of(mine.getFirst(), ZEROS),
                        List.of(mine.getFirst(), council.rulings(S).getFirst()),
                        List.of(mine.getFirst()),
                        List.of())) {
            var used =
                    Council.sits()
                            .approved("1", "b", S)
                            .approved("1", "a", R)
                            .twistBody("rulings", wrong)
                            .uses("1", "a", R)
                            .runs("1", "a");

            assertThat(codes(used)).as(wrong.toString()).containsExactly(Code.APPROVAL_INVALID);
        }
    }

    @Test
    void where_a_rule_wants_signed_rulings_each_is() {
        var council = Council.sits().needs(Council.SIGNED).asks("1", "a", R);
        assertThat(codes(council.says(R, "bob", "approved", "signed").uses("1", "a", R))).isEmpty();

        var weak =
                Council.sits().needs(Council.SIGNED).asks("1", "a", R).says(R, "bob", "approved");
        assertThat(codes(weak.uses("1", "a", R))).containsExactly(Code.APPROVAL_INVALID);
    }

    @Test
    void what_is_over_is_not_used() {
        var rejected = Council.sits().approved("1", "a", R).says(R, "dan", "rejected");
        assertThat(codes(rejected.uses("1", "a", R))).containsExactly(Code.APPROVAL_INVALID);
        for (var how : List.of("expired", "withdrawn")) {
            var ended = Council.sits().approved("1", "a", R).ends(R, how).uses("1", "a", R);
            assertThat(codes(ended)).as(how).containsExactly(Code.APPROVAL_INVALID);
        }
        assertThat(codes(Council.sits().approved("1", "a", R).waits(1_021).uses("1", "a", R)))
                .as("whose end nobody wrote down")
                .containsExactly(Code.APPROVAL_INVALID);
        assertThat(codes(Council.sits().intent("1", "a").uses("1", "a", R)))
                .as("that nobody asked for")
                .containsExactly(Code.APPROVAL_INVALID);
    }

    @Test
    void an_approval_is_used_for_an_open_intent_of_its_session() {
        assertThat(codes(Council.sits().approved("1", "a", R).uses("2", "a", R)))
                .containsExactly(Code.APPROVAL_MISMATCH);
        assertThat(codes(Council.sits().approved("1", "a", R).refused("1", "a").uses("1", "a", R)))
                .containsExactly(Code.APPROVAL_MISMATCH);
        assertThat(
                        codes(
                                Council.sits()
                                        .approved("1", "a", R)
                                        .twistBody("refused", "limit")
                                        .intent("2", "b")
                                        .uses("2", "b", R)))
                .as("that will not run")
                .containsExactly(Code.APPROVAL_MISMATCH);
    }

    @Test
    void an_approval_is_for_who_asked_where_and_what() {
        var bob = Map.of("iss", "https://idp.example", "sub", "bob");
        var forBob =
                Map.of(
                        "iss",
                        "https://idp.example",
                        "sub",
                        "eve",
                        "kind",
                        "agent",
                        "on_behalf_of",
                        bob);
        var prod = Map.of("conn", "prod", "host", "db:5432", "type", "postgres");
        var objects = List.of(Map.of("kind", "table", "name", "public.people"));
        var changes =
                Map.<String, java.util.function.Consumer<Map<String, Object>>>of(
                        "for another human", record -> record.put("actor", forBob),
                        "at another target", record -> record.put("tgt", prod),
                        "of other bytes", record -> Tale.body(record).put("bytes", 9),
                        "with a parameter", record -> Tale.body(record).put("parameters", 1),
                        "of another kind", record -> Tale.body(record).put("kind", "http"),
                        "to other objects", record -> Tale.body(record).put("objects", objects));
        changes.forEach((what, change) -> {
            var council = Council.sits().approved("1", "a", R).twist(change).intent("2", "b");

            assertThat(codes(council.uses("2", "b", R)))
                    .as(what)
                    .containsExactly(Code.APPROVAL_MISMATCH);
        });
    }

    @Test
    void an_approval_is_for_what_the_same_people_are_asked_about() {
        var council = Council.sits().approved("1", "a", R).needs(Council.SIGNED).intent("2", "b");

        assertThat(codes(council.uses("2", "b", R))).containsExactly(Code.APPROVAL_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"ok", "error", "timeout", ""})
    void what_needs_an_approval_does_not_run_without(String status) {
        var council = Council.sits().intent("1", "a").twistBody("status", status).runs("1", "a");

        assertThat(codes(council)).containsExactly(Code.APPROVAL_MISSING);
    }

    @Test
    void also_not_among_outcomes_that_share_a_record() {
        var council = Council.sits().intent("1", "a").intent("1", "b");
        council.tale.outcomes("1", "a", "b");

        assertThat(report(council).findings())
                .extracting(Finding::code)
                .containsExactly(Code.APPROVAL_MISSING, Code.APPROVAL_MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"refused", "unknown"})
    void what_did_not_run_or_nobody_knows_of_needs_none(String status) {
        var council = Council.sits().intent("1", "a").twistBody("status", status).runs("1", "a");

        assertThat(codes(council)).isEmpty();
    }

    @Test
    void an_approval_comes_before_the_outcome() {
        var council = Council.sits().approved("1", "a", R).runs("1", "a").uses("1", "a", R);

        assertThat(codes(council)).containsExactly(Code.APPROVAL_MISSING, Code.APPROVAL_MISMATCH);
    }

    // ---- bounds

    @Test
    void reviews_whose_end_is_long_past_are_forgotten() throws Exception {
        var council = Council.sits();
        for (int i = 0; i < 2_000; i++) {
            council.asks("1", "a" + i, "apr_%06d".formatted(i));
        }
        council.waits(2_000);
        for (int i = 2_000; i < 2_100; i++) {
            council.asks("1", "a" + i, "apr_%06d".formatted(i));
        }
        var approvals = new Approvals(HandLog.KEY.name, (_, _, _) -> {});
        long index = 0;
        for (var entry : council.tale.entries()) {
            var record = CanonicalJson.object(entry);
            if ("approval.request".equals(record.get("k"))) {
                approvals.request(index, record, "leaf" + index, Map.of());
            }
            index++;
        }

        assertThat(approvals.open()).isLessThan(200);
    }

    @Test
    void members_of_any_type_are_no_trouble() {
        List<Object> values =
                List.of(
                        0,
                        -1,
                        (1L << 53) - 1,
                        true,
                        "",
                        "x".repeat(50_000),
                        List.of(),
                        List.of(List.of(), 1, "dba", Map.of("approval", 1)),
                        List.of(Map.of("approval", "dba", "count", "2", "signed", "yes")),
                        List.of(Map.of("approval", "dba", "count", (1L << 53) - 1)),
                        Map.of(),
                        Map.of("iss", 1, "sub", List.of(), "chain", 1, "review", Map.of()));
        var members = new HashSet<>(Set.of("actor", "t", "t_raw", "x.decision"));
        for (int at = 0; at < 5; at++) {
            told(
                    at,
                    record -> Tale.body(record).keySet().forEach(name -> members.add("x." + name)));
        }
        for (int at = 0; at < 5; at++) {
            for (var member : members) {
                for (var value : values) {
                    var council =
                            told(
                                    at,
                                    record -> {
                                        if (member.startsWith("x.")) {
                                            Tale.body(record).put(member.substring(2), value);
                                        } else {
                                            record.put(member, value);
                                        }
                                    });
                    assertThatCode(() -> tell(council)).doesNotThrowAnyException();
                }
            }
        }
    }

    /// A review, with its record number `at` changed.
    private static Council told(int at, java.util.function.Consumer<Map<String, Object>> change) {
        var council = Council.sits();
        List<Runnable> parts =
                List.of(
                        () -> council.intent("1", "a"),
                        () -> council.request("1", "a", R),
                        () -> council.says(R, "bob", "approved"),
                        () -> council.says(R, "cleo", "approved"),
                        () -> council.uses("1", "a", R),
                        () -> council.runs("1", "a"));
        for (int i = 0; i < parts.size(); i++) {
            if (i == at) {
                council.twist(change);
            }
            parts.get(i).run();
        }
        return council;
    }

    private static void tell(Council council) throws CanonicalJson.NotCanonical {
        var story = new Story(HandLog.KEY.name, (_, _, _) -> {});
        long index = 0;
        for (var entry : council.tale.entries()) {
            story.tell(index++, CanonicalJson.object(entry), "leaf");
        }
        story.end();
    }
}
