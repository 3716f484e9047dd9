package dev.countersign.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorTest {
    private static Operator partial(int first, int last) {
        return Operator.of(
                "pci.pan",
                new MaskSettings("", Optional.of(new MaskSettings.Partial(first, last))));
    }

    @ParameterizedTest
    @CsvSource({
        "4111 1111 1111 1234, 0, 4, **** **** **** 1234",
        "4111-1111-1111-1234, 6, 4, 4111-11**-****-1234",
        "12345678, 0, 4, ****5678",
        "1234567, 0, 4, *******",
        "123, 0, 4, ***",
        "ähöü€ßx12, 1, 2, ä***€**12",
        "'', 0, 4, ''",
    })
    void partial_keeps_the_ends_or_nothing(String value, int first, int last, String seen) {
        assertThat(partial(first, last).apply(value, Integer.MAX_VALUE)).isEqualTo(seen);
    }

    @Test
    void redact_is_one_constant_that_fits() {
        var redact = Operator.of("pii.ssn", MaskSettings.REDACT);

        assertThat(redact.apply("536-90-4399", 100)).isEqualTo("[pii.ssn]");
        assertThat(redact.apply("x", 100)).isEqualTo("[pii.ssn]");
        assertThat(redact.apply("x", 4)).isEqualTo("[pii");
    }

    @Test
    void partial_never_shows_more_than_it_may_and_never_grows() {
        var random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            int first = random.nextInt(5);
            int last = random.nextInt(5);
            var value = text(random);

            var seen = partial(first, last).apply(value, Integer.MAX_VALUE);

            assertThat(seen.codePointCount(0, seen.length()))
                    .isEqualTo(value.codePointCount(0, value.length()));
            assertThat(seen.codePoints().filter(Character::isLetterOrDigit).count())
                    .isLessThanOrEqualTo(first + last);
        }
    }

    private static String text(Random random) {
        var out = new StringBuilder();
        for (int i = random.nextInt(30); i > 0; i--) {
            out.appendCodePoint(
                    random.nextInt(5) == 0
                            ? 0x10400 + random.nextInt(40)
                            : 32 + random.nextInt(95));
        }
        return out.toString();
    }

    @Test
    void a_mask_that_does_not_exist_is_refused() {
        assertThatThrownBy(() -> new MaskSettings("fpe", Optional.empty()))
                .hasMessageContaining("redact and partial");
        assertThatThrownBy(() -> new MaskSettings("", Optional.empty()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
