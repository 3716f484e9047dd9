package dev.countersign.masking;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Runs of digits with signs between them are gone through in one go.
final class DigitRunsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "2024-03-12T10:15:30.123Z",
                "2024-03-12 10:15:30,123",
                "10.20.30.40",
                "10/12/2024",
                "123.45,2024-03-12",
                "1,22,333,4444",
                "3.14159 2.71828",
                "550e8400-e29b-41d4-a716-446655440000",
                "00000000-1111-4111-8111-000000000000"
            })
    void what_is_none_stays_and_hides_no_value_behind_it(String runs) {
        assertThat(Masked.of(runs)).isEqualTo(runs);
        assertThat(Masked.of(runs + " x 4111 1111 1111 1111")).isEqualTo(runs + " x [CREDIT_CARD]");
        assertThat(Masked.of(runs + " 536-90-4399.")).isEqualTo(runs + " [US_SSN].");
        assertThat(Masked.of("536-90-4399, " + runs)).isEqualTo("[US_SSN], " + runs);
    }

    @Test
    void a_token_behind_a_date_is_read_as_a_token() {
        assertThat(Masked.of("2024-03-12-ghp_0123456789abcdefghijABCDEFGHIJ0Q6TYS"))
                .startsWith("2024-03-12-");
        assertThat(Masked.of("2024-03-12 DE89370400440532013000")).isEqualTo("2024-03-12 [IBAN]");
    }

    @Test
    void a_name_before_a_time_is_still_read() {
        assertThat(Masked.of("12:password:hunter22")).isEqualTo("12:password:[PASSWORD]");
    }

    @Test
    void a_value_too_short_for_anything_is_left_unless_its_name_tells() {
        assertThat(Masked.of("{\"id\": 12345, \"pin\": \"a@b\"}"))
                .isEqualTo("{\"id\": 12345, \"pin\": \"a@b\"}");
        assertThat(Masked.of("{\"password\": \"h4nt3\"}"))
                .isEqualTo("{\"password\": \"[PASSWORD]\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "paid 2024 # x",
                "10/12/2024 #",
                "# 2024",
                "# 10/12/2024",
                "2f1c9e60-3a52-4a5e-9a38-1b0c5a7d1234 #",
                "1234567 #",
                "# 987654"
            })
    void a_card_beside_another_number_is_one(String text) {
        assertThat(Masked.of(text.replace("#", "4111 1111 1111 1111")))
                .isEqualTo(text.replace("#", "[CREDIT_CARD]"));
    }

    @Test
    void a_row_of_groups_that_is_called_cards_is_of_cards() {
        assertThat(Masked.of("cards: 4111 1111 1111 1111 5500 0000 0000 0004"))
                .isEqualTo("cards: [CREDIT_CARD] [CREDIT_CARD]");
        assertThat(Masked.of("card 4111 1111 1111 1111 2027 0123"))
                .isEqualTo("card [CREDIT_CARD] 2027 0123");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1234 5678 4111 1111 1111 1111",
                "4111 1111 1111 1111 5678 9012",
                "1234 4111 1111 1111 1111 5678"
            })
    void what_looks_like_one_inside_of_a_row_of_groups_is_none(String text) {
        assertThat(Masked.of(text)).isEqualTo(text);
    }
}
