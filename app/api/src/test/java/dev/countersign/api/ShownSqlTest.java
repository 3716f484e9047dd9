package dev.countersign.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.masking.DetectorSettings;
import dev.countersign.masking.Detectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ShownSqlTest {
    private final ShownSql shown = new ShownSql(Detectors.of(DetectorSettings.STANDARD).scanner());

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "SELECT 1 WHERE c = '4111 1111 1111 1111' | SELECT 1 WHERE c = '[CREDIT_CARD]'",
                "SELECT 'it''s ada@example.org' | SELECT 'it''s [EMAIL]'",
                "SELECT E'4111 1111 1111 \\\\x31111' | SELECT '[CREDIT_CARD]'",
                "SELECT E'\\\\064111 1111 1111 1111' | SELECT '[CREDIT_CARD]'",
                "SELECT E'ada\\\\u0040example.org' | SELECT '[EMAIL]'",
                "SELECT U&'ada\\\\0040example.org' | SELECT '[EMAIL]'",
                "SELECT U&'ada!0040example.org' UESCAPE '!' | SELECT '[EMAIL]' UESCAPE '!'",
                "SELECT U&'ada\\\\+000040example.org' | SELECT '[EMAIL]'",
                "SELECT N'ada@example.org' | SELECT '[EMAIL]'",
                "SELECT $$ada@example.org$$ | SELECT $$[EMAIL]$$",
                "SELECT $a$it's ada@example.org$a$ | SELECT $a$it's [EMAIL]$a$",
                "SELECT 4111111111111111 | SELECT [CREDIT_CARD]",
                "SELECT 1 AS \"ada@example.org\" | SELECT 1 AS \"[EMAIL]\"",
                "SELECT 1 AS U&\"ada\\\\0040example.org\" | SELECT 1 AS \"[EMAIL]\"",
                "SELECT '{\"card\": 4111111111111111}' | SELECT '{\"card\": 0}'",
                "SELECT 1 -- for ada@example.org | SELECT 1 -- for [EMAIL]",
                "/* ada@example.org /* 4111 1111 1111 1111 */ */ SELECT 1 | /* [EMAIL] /* [CREDIT_CARD] */ */ SELECT 1",
                "SELECT 'ada@example.org | SELECT '[EMAIL]"
            })
    void what_is_found_inside_one_token_is_masked(String sql, String seen) {
        assertThat(shown.of(sql.replace("\\\\", "\\"))).isEqualTo(seen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT '4111 1111', '1111 1111'",
                "SELECT '4111 1111' || '1111 1111'",
                "SELECT 4111-1111-1111-1111",
                "SELECT 4111 /* 1111 */ 1111 -- 1111",
                "SELECT ada.example, @ example.org",
                "SELECT '4111111111111112', 4111111111111112",
                "",
                " ;; \t\r\n /* */ -- \n",
                "SELECT E'\\'' , U&'\\\\', $1, x::text, a @> b, -1.5e10 FROM \"Täble\" /* 'x' */ WHERE 'a''b' = $q$'$q$",
                "SELECT 'a'\n  'b' -- c\n  'd'"
            })
    void nothing_is_found_across_tokens_and_everything_else_stays_as_it_was(String sql) {
        assertThat(shown.of(sql)).isEqualTo(sql);
    }

    @Test
    void a_literal_that_goes_on_behind_a_line_break_is_one() {
        assertThat(shown.of("SELECT '4111 1111 '\n -- it's more\n '1111 1111' FROM t"))
                .isEqualTo("SELECT '[CREDIT_CARD]' FROM t");
    }
}
