package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.settings.Binder;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DetectorSettingsTest {
    @TempDir private Path folder = Path.of("");

    private final ArrayList<Problem> problems = new ArrayList<>();

    private Optional<DetectorSettings> bind(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), yaml);
        return new Binder(Documents.read(file).getFirst(), problems).bind(DetectorSettings.class);
    }

    private String masked(String yaml, String text) throws IOException {
        var settings = bind(yaml);
        assertThat(problems).isEmpty();
        return Masked.whole(
                        Detectors.of(settings.orElseThrow()), text.getBytes(UTF_8), ValueName.NONE)
                .text();
    }

    @Test
    void nothing_said_is_all_of_the_standard() throws IOException {
        assertThat(bind("enabled: true\n")).contains(DetectorSettings.STANDARD);
    }

    @Test
    void each_key_has_its_place() throws IOException {
        var yaml =
                """
                enabled: true
                entities: {PHONE: count, EMAIL: off, IP: mask}
                allow:
                  values: [4111111111111111]
                  hashes: [%s]
                  patterns: ['5555.*']
                custom:
                  EMPLOYEE: {pattern: 'E-[0-9]{6}', check: none, words: [employee], longest: 8, action: mask}
                """
                        .formatted("0".repeat(64));
        var settings = bind(yaml).orElseThrow();
        assertThat(settings.entities())
                .isEqualTo(
                        Map.of(
                                "PHONE", DetectorSettings.Action.COUNT,
                                "EMAIL", DetectorSettings.Action.OFF,
                                "IP", DetectorSettings.Action.MASK));
        assertThat(settings.custom().values())
                .extracting(CustomSettings::longest)
                .containsExactly(8);
        assertThat(masked(yaml, "4111111111111111 5555555555554444 378282246310005 a@example.com"))
                .isEqualTo("4111111111111111 5555555555554444 [CREDIT_CARD] a@example.com");
        assertThat(masked(yaml, "employee E-123456, order E-123456"))
                .startsWith("employee [EMPLOYEE]");
        assertThat(masked(yaml, "order E-123456")).isEqualTo("order E-123456");
    }

    @Test
    void what_is_only_counted_stays() throws IOException {
        var settings = bind("entities: {CREDIT_CARD: count}\n").orElseThrow();
        var masked =
                Masked.whole(
                        Detectors.of(settings),
                        "x 4111111111111111".getBytes(UTF_8),
                        ValueName.NONE);
        assertThat(masked.text()).isEqualTo("x 4111111111111111");
        assertThat(masked.spans).containsExactly("CREDIT_CARD 2-18");
    }

    @Test
    void nothing_is_looked_for_where_it_is_switched_off() throws IOException {
        assertThat(masked("enabled: false\n", "4111111111111111")).isEqualTo("4111111111111111");
    }

    @Test
    void a_hash_allows_a_value_that_the_list_does_not_show() throws IOException {
        assertThat(
                        masked(
                                "allow: {hashes:"
                                        + " [9bbef19476623ca56c17da75fd57734dbf82530686043a6e491c6d71befe8f6e]}\n",
                                "4111111111111111"))
                .isEqualTo("4111111111111111");
    }

    @Test
    void a_custom_detector_may_check_its_digits() throws IOException {
        var yaml = "custom: {MEMBER: {pattern: 'M[0-9]{8}', check: luhn}}\n";
        assertThat(masked(yaml, "M79927398 M12345674")).isEqualTo("M79927398 M12345674");
        assertThat(
                        masked(
                                "custom: {MEMBER: {pattern: '[0-9]{8}', check: luhn}}\n",
                                "12345674 12345675"))
                .isEqualTo("[MEMBER] 12345675");
    }

    @Test
    void addresses_and_births_are_found_where_they_are_asked_for() throws IOException {
        assertThat(
                        masked(
                                "entities: {IP: mask, MAC: mask, DOB: mask}\n",
                                "10.0.0.1:80 fe80::1 00:1b:44:11:3a:b7 dob: 1980-02-29;"
                                        + " at 2024-01-02 10:00:00"))
                .isEqualTo("[IP]:80 [IP] [MAC] dob: [DOB]; at 2024-01-02 10:00:00");
    }

    @Test
    void nonsense_is_refused_with_all_that_is_wrong() throws IOException {
        assertThat(
                        bind(
                                """
                                entities: {CREDIT: mask, ssn: mask}
                                custom: {lower: {pattern: 'x'}, EMAIL: {pattern: 'x'}}
                                """))
                .isEmpty();
        assertThat(problems)
                .extracting(Problem::message)
                .containsExactlyInAnyOrder(
                        "there is no detector `CREDIT`",
                        "there is no detector `ssn`; did you mean `US_SSN`?",
                        "a custom detector's name is up to 40 capitals, digits and underscores:"
                                + " `lower`",
                        "`EMAIL` is a detector already; a custom one needs its own name");
    }

    @Test
    void a_pattern_that_is_none_or_matches_nothing_is_refused() throws IOException {
        assertThat(bind("custom: {A: {pattern: '('}}\n")).isEmpty();
        assertThat(bind("custom: {A: {pattern: 'x*'}}\n")).isEmpty();
        assertThat(bind("custom: {A: {pattern: '(?=x)'}}\n")).isEmpty();
        assertThat(bind("custom: {A: {pattern: 'x', longest: 100000}}\n")).isEmpty();
        assertThat(bind("allow: {hashes: [abc]}\n")).isEmpty();
        assertThat(problems).hasSize(5);
    }
}
