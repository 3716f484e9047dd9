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

/// What records must be to each other. Every log here is signed as it is: what is wrong was wrong
/// when it was written.
class StoryTest {
    private static final String ZEROS = "00".repeat(32);

    @TempDir Path folder;

    private List<Code> codes(Tale tale) {
        return HandLog.codes(HandLog.write(folder, tale));
    }

    // ---- boots, times, ids

    @Test
    void the_first_record_of_a_log_is_its_genesis() {
        assertThat(codes(new Tale().boot().alert("a"))).containsExactly(Code.SCHEMA);
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, -1, (1L << 53) - 1})
    void a_boot_counts_without_gaps(long number) {
        assertThat(codes(Tale.begun().twist("n", number).alert("a")))
                .containsExactly(Code.CHAIN_GAP);
    }

    @Test
    void a_boot_counts_from_nothing() {
        assertThat(codes(Tale.begun().boot().twist("n", 1).alert("a")))
                .containsExactly(Code.CHAIN_GAP);
    }

    @Test
    void a_boot_that_has_ended_does_not_come_back() {
        var tale =
                Tale.begun()
                        .boot()
                        .alert("a")
                        .boot()
                        .twist("boot", "0".repeat(31) + "1")
                        .alert("b");

        assertThat(codes(tale)).containsExactly(Code.DUPLICATE_ID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "2026-01-02T12:00:00.000002",
                "2026-01-02T12:00:00.00002Z",
                "2026-01-02T12:00:00Z",
                "2026-01-02 12:00:00.000002Z",
                "2026-01-02T13:00:00.000002+01:00",
                "2026-13-02T12:00:00.000002Z",
                "2026-02-30T12:00:00.000002Z",
                "2026-01-02T25:00:00.000002Z",
                "tomorrow",
                ""
            })
    void a_time_has_one_form(String time) {
        assertThat(codes(Tale.begun().twist("t", time).alert("a"))).containsExactly(Code.SCHEMA);
    }

    @Test
    void two_records_may_have_one_time() {
        assertThat(codes(Tale.begun().twist("t", Tale.time(1)).alert("a"))).isEmpty();
    }

    @Test
    void an_id_that_was_used_long_ago_is_found() {
        var tale = Tale.begun();
        for (int i = 0; i < 1_500; i++) {
            tale.alert("a");
        }

        assertThat(codes(tale.twist("id", Tale.uuid("record 1")).alert("b")))
                .containsExactly(Code.DUPLICATE_ID);
    }

    @ParameterizedTest
    @CsvSource({
        "v, cs.ev/2",
        "k, ''",
        "id, ''",
        "id, 1",
        "id, 019B0000-0000-7000-8000-000000000000",
        "node, example.com/another"
    })
    void what_is_no_record_of_this_log_is_found(String member, String value) {
        assertThat(codes(Tale.begun().boot().twist(member, value).alert("a")))
                .containsExactly(Code.SCHEMA);
    }

    @Test
    void no_record_is_good_without_any_of_its_members() {
        for (int at = 0; at < 11; at++) {
            for (var member : membersOf(at)) {
                var tale = told(at, member);

                assertThat(codes(tale)).as("record %s without %s", at, member).isNotEmpty();
            }
        }
    }

    private static List<String> membersOf(int at) {
        var out = new java.util.ArrayList<String>();
        told(
                at,
                record -> {
                    out.addAll(record.keySet());
                    Tale.body(record).keySet().forEach(member -> out.add("x." + member));
                });
        return out;
    }

    private static Tale told(int at, String without) {
        return told(
                at,
                record -> {
                    if (without.startsWith("x.")) {
                        Tale.body(record).remove(without.substring(2));
                    } else {
                        record.remove(without);
                    }
                });
    }

    /// A session, with its record number `at` changed.
    private static Tale told(int at, java.util.function.Consumer<Map<String, Object>> change) {
        var tale = new Tale().boot();
        List<Runnable> parts =
                List.of(
                        tale::genesis,
                        () -> tale.tell("log.start", Map.of("after", "nothing", "size", 0)),
                        () -> tale.intent("1", "a"),
                        () -> tale.chunk("1", "x"),
                        () -> tale.outcome("1", "a"),
                        () ->
                                tale.tell(
                                        "gateway.statement",
                                        "1",
                                        Map.of("action", "a", "by", "gateway", "why", "poison")),
                        () -> tale.close("1"),
                        () -> tale.alert("a"),
                        () -> tale.failedLogin("c"),
                        () ->
                                tale.outside(
                                        "approval.refused",
                                        Map.of("code", "over", "review", "apr_aaaa")),
                        () ->
                                tale.outside(
                                        "evidence.read",
                                        Map.of(
                                                "reviewer",
                                                Map.of("sub", "bob"),
                                                "what",
                                                "reviews")));
        for (int i = 0; i < parts.size(); i++) {
            if (i == at) {
                tale.twist(change);
            }
            parts.get(i).run();
        }
        return tale;
    }

    // ---- sessions and actors

    @ParameterizedTest
    @CsvSource({"s_n, 0", "s_n, 3", "a_n, 0", "a_n, 3", "s_n, -1"})
    void a_counter_goes_on_by_one(String member, long number) {
        assertThat(codes(Tale.begun().open("1").twist(member, number).intent("1", "a")))
                .containsExactly(Code.CHAIN_GAP);
    }

    @ParameterizedTest
    @ValueSource(strings = {"s_prev", "a_prev"})
    void a_link_is_to_the_record_before(String member) {
        assertThat(codes(Tale.begun().open("1").twist(member, ZEROS).close("1")))
                .containsExactly(Code.CHAIN_GAP);
        assertThat(codes(Tale.begun().open("1").twist(record -> record.remove(member)).close("1")))
                .containsExactly(Code.CHAIN_GAP);
        assertThat(codes(Tale.begun().twist(member, ZEROS).open("1").close("1")))
                .as("the first links to nothing")
                .containsExactly(Code.CHAIN_GAP);
    }

    @Test
    void an_actor_is_one_over_all_sessions_and_boots() {
        var tale = Tale.begun().visit("1").boot().alert("a").visit("2");
        assertThat(codes(tale)).isEmpty();

        var other = Map.of("iss", "https://idp.example", "sub", "mallory", "kind", "agent");
        assertThat(codes(Tale.begun().visit("1").twist("actor", other).open("2").close("2")))
                .as("a name changed when it was written")
                .containsExactly(Code.CHAIN_GAP);
    }

    @Test
    void a_session_of_a_name_that_was_closed_is_found() {
        assertThat(codes(Tale.begun().open("1").close("1").forget("1").open("1").close("1")))
                .containsExactly(Code.DUPLICATE_ID);
    }

    @Test
    void a_close_counts_the_records_of_its_session() {
        assertThat(codes(Tale.begun().open("1").twistBody("records", 4).close("1")))
                .containsExactly(Code.CHAIN_GAP);
    }

    @Test
    void a_session_is_not_closed_while_an_action_has_no_outcome() {
        var report =
                HandLog.verify(
                        HandLog.write(
                                folder,
                                Tale.begun()
                                        .open("1")
                                        .intent("1", "a")
                                        .intent("1", "b")
                                        .close("1")));

        assertThat(report.findings()).extracting(Finding::code).hasSize(2);
        assertThat(report.exitCode()).isEqualTo(9);
        assertThat(report.findings().getFirst().message()).contains(Tale.uuid("action a"));
    }

    @Test
    void what_a_crash_left_open_is_told_once_the_next_boot_has_begun() {
        var tale = Tale.begun().open("1").intent("1", "a");
        assertThat(codes(tale)).isEmpty();

        var report = HandLog.verify(HandLog.write(folder, tale.boot().alert("next")));

        assertThat(report.findings())
                .extracting(Finding::code)
                .containsExactly(Code.SESSION_OPEN, Code.OUTCOME_MISSING);
        assertThat(report.findings()).extracting(Finding::index).containsExactly(2L, 2L);
        assertThat(report.exitCode()).isEqualTo(9);
        assertThat(report.running()).isZero();
    }

    @Test
    void nothing_runs_in_a_boot_that_has_stopped() {
        var report =
                HandLog.verify(
                        HandLog.write(folder, Tale.begun().open("1").tell("log.stop", Map.of())));

        assertThat(report.findings()).extracting(Finding::code).containsExactly(Code.SESSION_OPEN);
        assertThat(report.running()).isZero();
    }

    @Test
    void a_record_of_a_session_names_it() {
        assertThat(codes(Tale.begun().open("1").twist(r -> r.remove("sess")).intent("1", "a")))
                .containsExactly(Code.SCHEMA);
        assertThat(codes(Tale.begun().twist("sess", "x".repeat(60_000)).open("1")))
                .contains(Code.SCHEMA);
    }

    // ---- actions

    @Test
    void an_action_has_one_outcome() {
        var tale = Tale.begun().open("1").intent("1", "a").outcome("1", "a").outcome("1", "a");

        assertThat(codes(tale.close("1"))).containsExactly(Code.INTENT_DRIFT);
    }

    @Test
    void an_outcome_has_an_intent_of_its_own_session() {
        assertThat(codes(Tale.begun().open("1").outcome("1", "none").close("1")))
                .containsExactly(Code.INTENT_DRIFT);
        assertThat(
                        codes(
                                Tale.begun()
                                        .open("1")
                                        .open("2")
                                        .intent("1", "a")
                                        .outcome("2", "a")
                                        .outcome("1", "a")
                                        .close("1")
                                        .close("2")))
                .containsExactly(Code.INTENT_DRIFT);
    }

    @Test
    void an_outcome_comes_after_its_intent() {
        var tale = Tale.begun().open("1").outcome("1", "a").intent("1", "a").close("1");

        assertThat(codes(tale)).containsExactly(Code.INTENT_DRIFT, Code.OUTCOME_MISSING);
    }

    @Test
    void outcomes_that_share_a_record_are_each_looked_at() {
        var open = Tale.begun().open("1").intent("1", "a").intent("1", "b");

        assertThat(codes(open.outcomes("1", "b", "a").close("1"))).isEmpty();
        assertThat(
                        codes(
                                Tale.begun()
                                        .open("1")
                                        .intent("1", "a")
                                        .intent("1", "b")
                                        .outcomes("1", "a", "a")
                                        .close("1")))
                .containsExactly(Code.INTENT_DRIFT, Code.OUTCOME_MISSING);
    }

    @Test
    void a_record_of_outcomes_that_holds_none_or_something_else_is_no_outcome() {
        for (var of : List.of(List.of(), List.of("a"), "a", Map.of())) {
            var tale =
                    Tale.begun()
                            .open("1")
                            .intent("1", "a")
                            .twistBody("of", of)
                            .outcome("1", "a")
                            .close("1");

            assertThat(codes(tale))
                    .as(of.toString())
                    .containsExactly(Code.SCHEMA, Code.INTENT_DRIFT, Code.OUTCOME_MISSING);
        }
    }

    // ---- recordings

    @Test
    void a_recordings_chunks_are_numbered_from_nothing() {
        var tale = Tale.begun().open("1").twistBody("chunk", 1).chunk("1", "x").close("1");

        assertThat(codes(tale)).containsExactly(Code.RECORDING_MISMATCH);
    }

    @Test
    void a_chunk_that_was_left_out_is_found() {
        var tale = Tale.begun().open("1").chunk("1", "a").twistBody("chunks", 2).close("1");

        assertThat(codes(tale)).containsExactly(Code.RECORDING_MISMATCH);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "ab", "00", "zz"})
    void a_commitment_is_a_hash(String commitment) {
        var tale =
                Tale.begun()
                        .open("1")
                        .twist(record -> payload(record).put("cm", commitment))
                        .chunk("1", "a")
                        .close("1");

        assertThat(codes(tale)).containsExactly(Code.SCHEMA, Code.RECORDING_MISMATCH);
    }

    @SuppressWarnings("unchecked") // Tale makes it so
    private static Map<String, Object> payload(Map<String, Object> record) {
        return (Map<String, Object>) Tale.body(record).getOrDefault("payload", Map.of());
    }

    @Test
    void many_small_faults_do_not_hide_a_grave_one() {
        var tale = Tale.begun();
        for (int i = 0; i < 150; i++) {
            tale.open("" + i).intent("" + i, "a" + i).close("" + i);
        }
        HandLog.write(folder, tale);
        assertThat(HandLog.codes(folder)).containsExactly(Code.OUTCOME_MISSING, Code.MORE);
        assertThat(HandLog.verify(folder).exitCode()).as("only incomplete").isEqualTo(9);

        var root = new byte[32];
        HandLog.put(
                HandLog.checkpoint(folder),
                HandLog.KEY.sign(NoteKey.body(HandLog.KEY.name, tale.entries().size(), root)));

        assertThat(HandLog.codes(folder))
                .containsExactly(Code.OUTCOME_MISSING, Code.ROOT_MISMATCH, Code.MORE);
        assertThat(HandLog.verify(folder).exitCode()).isEqualTo(7);
    }
}
