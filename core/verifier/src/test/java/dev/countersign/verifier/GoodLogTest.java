package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoodLogTest {
    @TempDir Path folder;

    private Report verify(Tale tale) {
        return HandLog.verify(HandLog.write(folder, tale));
    }

    private static Tale ofSize(int size) {
        if (size < 2) {
            var tale = new Tale().boot();
            return size == 0 ? tale : tale.genesis();
        }
        var tale = Tale.begun();
        while (tale.entries().size() < size) {
            tale.alert("c");
        }
        return tale;
    }

    @Test
    void a_good_log_verifies() {
        var report = verify(Tale.whole());

        assertThat(report.findings()).isEmpty();
        assertThat(report.exitCode()).isZero();
        assertThat(report.size()).isEqualTo(Tale.whole().entries().size());
        assertThat(report.running()).isZero();
        assertThat(report.trust()).startsWith("self-signed");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 255, 256, 257, 511, 512, 513})
    void it_verifies_at_every_edge_of_a_tile(int size) {
        var report = verify(ofSize(size));

        assertThat(report.findings()).isEmpty();
        assertThat(report.size()).isEqualTo(size);
    }

    @Test
    void it_verifies_where_a_third_level_begins() {
        var report = verify(ofSize(65_536 + 1));

        assertThat(report.findings()).isEmpty();
        assertThat(report.size()).isEqualTo(65_537);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 255, 256, 257})
    void what_the_writer_is_ahead_of_its_checkpoint_is_no_fault(int size) {
        var longer = ofSize(size + 300);
        HandLog.write(folder, longer);
        var shorter = longer.entries().subList(0, size);
        HandLog.tree(folder, shorter);
        HandLog.put(HandLog.checkpoint(folder), HandLog.note(shorter));

        assertThat(HandLog.verify(folder).findings()).isEmpty();
    }

    @Test
    void a_full_tile_stands_for_the_partial_one() throws Exception {
        var longer = ofSize(300);
        HandLog.write(folder, longer);
        HandLog.put(HandLog.checkpoint(folder), HandLog.note(longer.entries().subList(0, 100)));

        assertThat(HandLog.verify(folder).findings()).isEmpty();
    }

    @Test
    void several_boots_and_sessions_beside_each_other_verify() {
        var tale =
                Tale.begun()
                        .open("1")
                        .open("2")
                        .intent("1", "a")
                        .intent("2", "b")
                        .intent("1", "c")
                        .outcome("2", "b")
                        .outcome("1", "c")
                        .chunk("2", "x")
                        .outcome("1", "a")
                        .close("1")
                        .boot()
                        .close("2")
                        .tell("log.start", Map.of("after", "crash", "size", 12))
                        .visit("3");

        assertThat(verify(tale).findings()).isEmpty();
    }

    @Test
    void kinds_and_members_of_a_later_version_are_passed_over() {
        var tale =
                Tale.begun()
                        .tell("weather.report", Map.of("sun", true))
                        .open("1")
                        .tell("session.nap", "1", Map.of("long", List.of(1, Map.of("a", "b"))))
                        .twist("zz_new", Map.of("deep", List.of(true, "x", 7)))
                        .intent("1", "a")
                        .twistBody("zz_new", "also here")
                        .outcome("1", "a")
                        .close("1");

        assertThat(verify(tale).findings()).isEmpty();
    }

    @Test
    void sessions_of_a_boot_that_runs_are_no_fault_and_are_counted() {
        var report = verify(Tale.begun().open("1").intent("1", "a").open("2"));

        assertThat(report.findings()).isEmpty();
        assertThat(report.running()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 5, 9, 10})
    void every_older_checkpoint_is_contained(int size) {
        var tale = Tale.whole();
        HandLog.write(folder, tale);
        var older = HandLog.note(tale.entries().subList(0, size));

        assertThat(Verifier.verify(folder, new Verifier.Options(older)).findings()).isEmpty();
    }
}
