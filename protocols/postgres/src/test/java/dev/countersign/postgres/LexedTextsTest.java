package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Bytes;
import dev.countersign.model.Request;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LexedTextsTest {
    private static final Map<String, Prepared> KNOWN =
            Map.of(
                    "c",
                    new Prepared("c", "the statement", List.of()),
                    LexedTexts.cursor("c"),
                    new Prepared("c", "the cursor", List.of()));

    private final LexedTexts texts = new LexedTexts();

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "EXECUTE c | the statement",
                "EXPLAIN EXECUTE c | the statement",
                "FETCH ALL FROM c | the cursor",
                "MOVE 1 IN c | the cursor",
                "UPDATE t SET a = 1 WHERE CURRENT OF c | the cursor"
            })
    void statements_and_cursors_are_two_namespaces(String sql, String meant) {
        assertThat(texts.namesIn(sql, KNOWN))
                .extracting(Request.Named::text)
                .containsExactly(Bytes.utf8(meant));
    }

    /// A driver's pool sends it between two of its users, and keeps its prepared statements.
    @Test
    void to_close_all_cursors_forgets_no_statement() {
        assertThat(texts.changes("CLOSE ALL"))
                .containsExactly(
                        new SqlTexts.Change.ForgetPortals(), new SqlTexts.Change.ForgetCursors());
        assertThat(texts.changes("DEALLOCATE ALL"))
                .containsExactly(new SqlTexts.Change.ForgetAll());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "COPY t FROM STDIN | true | false",
                "copy t (a) to stdout | false | true",
                "SELECT 1; COPY (SELECT a FROM t) TO STDOUT | false | true",
                "SELECT 'COPY t FROM STDIN' | false | false",
                "INSERT INTO copy SELECT a FROM t | false | false"
            })
    void a_copy_is_seen_by_its_first_word(String sql, boolean in, boolean out) {
        assertThat(texts.copiesIn(sql)).isEqualTo(in);
        assertThat(texts.copiesOut(sql)).isEqualTo(out);
    }

    @Test
    void of_what_cannot_be_read_nothing_is_a_copy() {
        assertThat(texts.copiesIn("COPY t FROM STDIN '")).isFalse();
    }
}
