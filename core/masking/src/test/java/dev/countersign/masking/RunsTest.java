package dev.countersign.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.function.IntPredicate;
import org.junit.jupiter.api.Test;

/// What is told eight bytes at a time is what is told of each byte.
final class RunsTest {
    private static final int LENGTH = 20;

    @Test
    void every_byte_at_every_place_ends_a_run_or_does_not() {
        for (int c = 0; c < 256; c++) {
            for (int at = 0; at < LENGTH; at++) {
                var b = new byte[LENGTH];
                Arrays.fill(b, (byte) '7');
                b[at] = (byte) c;

                assertThat(Runs.digits(b, 0, LENGTH)).isEqualTo(end(Checks::digit, b, at));
                assertThat(Runs.hexes(b, 0, LENGTH)).isEqualTo(end(Checks::hex, b, at));
                assertThat(Runs.alnums(b, 0, LENGTH)).isEqualTo(end(Checks::alnum, b, at));
                assertThat(Runs.alnumsBefore(b, 0, LENGTH))
                        .isEqualTo(Checks.alnum(b[at]) ? 0 : at + 1);
                assertThat(Eight.plain(b, 0, LENGTH)).isEqualTo(!Readings.otherwise(b[at]));
                assertThat(Eight.ascii(b, 0, LENGTH)).isEqualTo(b[at] >= 0);
            }
        }
    }

    @Test
    void no_run_goes_on_behind_its_end_or_before_its_beginning() {
        var b = new byte[LENGTH];
        Arrays.fill(b, (byte) '7');
        for (int from = 0; from < LENGTH; from++) {
            for (int to = from; to < LENGTH; to++) {
                assertThat(Runs.digits(b, from, to)).isEqualTo(to);
                assertThat(Runs.alnumsBefore(b, from, to)).isEqualTo(from);
            }
        }
    }

    private static int end(IntPredicate kind, byte[] b, int at) {
        return kind.test(b[at]) ? LENGTH : at;
    }
}
