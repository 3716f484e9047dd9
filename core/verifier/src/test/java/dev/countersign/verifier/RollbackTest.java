package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What somebody holds who kept a checkpoint.
class RollbackTest {
    @TempDir Path folder;

    private List<Finding> since(String older) {
        return Verifier.verify(folder, new Verifier.Options(older)).findings();
    }

    @Test
    void a_log_that_was_cut_and_signed_anew_is_found() {
        var whole = Tale.whole();
        HandLog.write(folder, whole.entries().subList(0, 4), whole.payloads());

        assertThat(since(HandLog.note(whole.entries())))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.code()).isEqualTo(Code.ROLLBACK);
                    assertThat(finding.message()).contains("more records");
                });
    }

    @Test
    void a_log_that_was_written_anew_is_found() {
        HandLog.write(folder, Tale.begun().visit("other").visit("more"));

        assertThat(since(HandLog.note(Tale.whole().entries())))
                .extracting(Finding::code)
                .containsExactly(Code.ROLLBACK);
    }

    @Test
    void another_log_of_the_same_length_is_found() {
        var one = Tale.begun().tell("alert", Map.of("code", "a", "facts", Map.of()));
        HandLog.write(folder, one);
        var other = Tale.begun().tell("alert", Map.of("code", "b", "facts", Map.of()));

        assertThat(since(HandLog.note(other.entries())))
                .extracting(Finding::code)
                .containsExactly(Code.ROLLBACK);
    }

    @Test
    void an_older_checkpoint_of_another_key_says_that_it_is_the_older_one() {
        HandLog.write(folder, Tale.whole());
        var thief = NoteKey.fresh(HandLog.KEY.name);

        assertThat(since(thief.sign(NoteKey.body(thief.name, 0, NoteKey.sha256()))))
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.code()).isEqualTo(Code.BAD_SIGNATURE);
                    assertThat(finding.message()).contains("older");
                });
    }
}
