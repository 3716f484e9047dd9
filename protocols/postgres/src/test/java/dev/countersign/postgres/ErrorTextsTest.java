package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorTextsTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "22003", "22012", "22P02", "23502", "23503", "23505", "23514", "25006", "25P02",
                "40001", "40P01", "42501", "42601", "42P01", "57014", "57P01"
            })
    void a_code_that_the_server_itself_raises_is_told(String code) {
        assertThat(new ErrorTexts("ERROR", code, "").told()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"53690", "ABCDE", "23515", "P1234"})
    void a_code_that_a_function_may_have_spelled_is_not(String code) {
        assertThat(new ErrorTexts("ERROR", code, "").told()).isEqualTo("P0001");
    }
}
