package dev.countersign.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.masking.MaskSettings.DatePart;
import dev.countersign.settings.Binder;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskSettingsTest {
    record Column(MaskSettings mask) {}

    @TempDir Path folder;

    private final List<Problem> problems = new ArrayList<>();

    private MaskSettings read(String mask) throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), "mask: " + mask + "\n");
        var documents = Documents.read(file);
        return new Binder(documents.getFirst(), problems)
                .bind(Column.class)
                .map(Column::mask)
                .orElse(MaskSettings.constant("not read"));
    }

    @Test
    void every_mask_is_written_as_the_page_says() throws IOException {
        assertThat(read("redact")).isEqualTo(MaskSettings.REDACT);
        assertThat(read("hmac")).isEqualTo(MaskSettings.HMAC);
        assertThat(read("{hmac: {scope: session}}").hmac())
                .contains(new MaskSettings.Hmac("session"));
        assertThat(read("fpe")).isEqualTo(MaskSettings.FPE);
        assertThat(read("null")).isEqualTo(MaskSettings.NULL);
        assertThat(read("\"null\"")).isEqualTo(MaskSettings.NULL);
        assertThat(read("{constant: \"n/a\"}")).isEqualTo(MaskSettings.constant("n/a"));
        assertThat(read("{constant: \"\"}")).isEqualTo(MaskSettings.constant(""));
        assertThat(read("{partial: {last: 4}}")).isEqualTo(MaskSettings.partial(0, 4));
        assertThat(read("{date: year}")).isEqualTo(MaskSettings.date(DatePart.YEAR));
        assertThat(read("{date: month}")).isEqualTo(MaskSettings.date(DatePart.MONTH));
        assertThat(read("{bucket: 10000}")).isEqualTo(MaskSettings.bucket(10_000));
        assertThat(problems).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "redact",
                "hmac",
                "fpe",
                "null",
                "{hmac: {scope: session}}",
                "{constant: \"n/a \\\"x\\\"\"}",
                "{partial: {last: 4}}",
                "{partial: {first: 1}}",
                "{partial: {first: 1, last: 4}}",
                "{date: month}",
                "{bucket: 1000}",
            })
    void a_mask_is_written_as_it_was_read(String mask) throws IOException {
        assertThat(read(mask).written()).isEqualTo(mask);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "hide | no mask `hide`; the masks are redact, hmac, fpe, null, {constant: TEXT}",
                "partial | must say how",
                "'' | exactly one of",
                "'~' | no mask `~`",
                "{} | exactly one of",
                "{partial: {last: 4}, bucket: 10} | exactly one of",
                "{operator: redact, date: year} | exactly one of",
                "{partial: {last: -1}} | expected a whole number",
                "{bucket: 1} | `bucket` is 2 or more",
                "{bucket: 0} | `bucket` is 2 or more",
                "{bucket: -5} | expected a whole number",
                "{bucket: 99999999999} | expected a whole number",
                "{date: day} | expected one of [year, month]",
                "{hmac: {scope: plan}} | `scope` of an hmac is session",
                "{constant: \"a\\0b\"} | none of them zero",
                "{redact: yes} | there is no key `redact`",
            })
    void nonsense_is_refused_with_the_reason(String mask, String told) throws IOException {
        assertThat(read(mask)).isEqualTo(MaskSettings.constant("not read"));

        assertThat(problems).first().asString().contains(told.strip());
    }

    @Test
    void a_constant_is_no_novel() {
        assertThatThrownBy(() -> MaskSettings.constant("x".repeat(257)))
                .hasMessageContaining("at most 256");
    }

    @Test
    void the_stricter_of_two_is_the_same_from_either_side() {
        var all =
                List.of(
                        MaskSettings.REDACT,
                        MaskSettings.NULL,
                        MaskSettings.HMAC,
                        MaskSettings.FPE,
                        MaskSettings.constant("x"),
                        MaskSettings.partial(0, 4),
                        MaskSettings.bucket(10));
        for (var one : all) {
            for (var other : all) {
                assertThat(one.and(other)).isEqualTo(other.and(one));
                assertThat(one.and(other).ignoresValue())
                        .isEqualTo(
                                !one.equals(other) || one.ignoresValue() || other.ignoresValue());
            }
            assertThat(one.and(MaskSettings.NULL)).isEqualTo(MaskSettings.NULL);
            assertThat(one.and(one)).isEqualTo(one);
        }
        assertThat(MaskSettings.partial(0, 4).and(MaskSettings.REDACT))
                .isEqualTo(MaskSettings.REDACT);
    }
}
