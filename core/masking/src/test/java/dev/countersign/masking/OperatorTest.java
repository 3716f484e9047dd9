package dev.countersign.masking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.masking.MaskSettings.DatePart;
import java.math.BigInteger;
import java.time.LocalDate;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperatorTest {
    private static final MaskKeys.Scoped KEYS = MaskKeys.fresh().scoped("shop", "s1");

    private static Operator of(MaskSettings settings) {
        return Operator.of("pci.pan", settings, KEYS);
    }

    private static String partial(int first, int last, String value) {
        return ((Operator.Partial) of(MaskSettings.partial(first, last))).apply(value);
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
        "①②③④⑤, 0, 0, *****",
        "😀😀 १२३, 0, 0, ** ***",
    })
    void partial_keeps_the_ends_or_nothing(String value, int first, int last, String seen) {
        assertThat(partial(first, last, value)).isEqualTo(seen);
    }

    @Test
    void an_operator_says_whether_it_ignores_the_value() {
        assertThat(of(MaskSettings.REDACT)).isEqualTo(new Operator.Fixed("[pci.pan]"));
        assertThat(of(MaskSettings.constant("n/a"))).isEqualTo(new Operator.Fixed("n/a"));
        assertThat(List.of(MaskSettings.REDACT, MaskSettings.constant("n/a"), MaskSettings.NULL))
                .allMatch(settings -> of(settings).constant() && settings.ignoresValue());
        assertThat(
                        List.of(
                                MaskSettings.HMAC,
                                MaskSettings.FPE,
                                MaskSettings.partial(0, 4),
                                MaskSettings.bucket(10),
                                MaskSettings.date(DatePart.YEAR)))
                .noneMatch(settings -> of(settings).constant() || settings.ignoresValue());
    }

    @Test
    void partial_never_shows_more_than_it_may_and_never_grows() {
        var random = new Random(3);
        for (int i = 0; i < 5_000; i++) {
            int first = random.nextInt(5);
            int last = random.nextInt(5);
            var value = text(random);

            var seen = partial(first, last, value);

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

    @ParameterizedTest
    @CsvSource({"1234, 1000", "999, 0", "-1, -1000", "-1000, -1000", "0, 0"})
    void a_bucket_is_the_next_lower_multiple(long value, long floor) {
        var bucket = new Operator.Bucket(1000, "");

        assertThat(bucket.apply(value)).hasValue(floor);
        assertThat(bucket.apply(BigInteger.valueOf(value))).isEqualTo(BigInteger.valueOf(floor));
        assertThat(bucket.apply(Long.MIN_VALUE)).isEmpty();
    }

    @Test
    void a_date_keeps_its_year_or_its_month() {
        var day = LocalDate.of(1984, 2, 29);

        assertThat(new Operator.FirstDay(DatePart.YEAR, "").apply(day)).isEqualTo("1984-01-01");
        assertThat(new Operator.FirstDay(DatePart.MONTH, "").apply(day)).isEqualTo("1984-02-01");
    }
}
