package dev.countersign.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AffectedTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    UPDATE t SET a = 1 WHERE id = 7                        | SELECT 1 FROM t WHERE id = 7
                    update only s.t as x set a = (select 1 from b) where x.id in (1, 2) returning * | SELECT 1 FROM only s.t as x where x.id in (1, 2)
                    UPDATE t SET a = 1                                     | SELECT 1 FROM t
                    UPDATE t SET a = b IS DISTINCT FROM c WHERE d          | SELECT 1 FROM t WHERE d
                    UPDATE t SET a = o.a FROM o, p WHERE o.id = t.id       | SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM o, p WHERE o.id = t.id)
                    UPDATE t SET a = 1 FROM o                              | SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM o )
                    DELETE FROM t                                          | SELECT 1 FROM t
                    DELETE FROM t AS x WHERE "where" = 'returning'         | SELECT 1 FROM t AS x WHERE "where" = 'returning'
                    DELETE FROM t USING o WHERE o.id = t.id RETURNING t.id | SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM o WHERE o.id = t.id)
                    WITH w AS (SELECT 1 AS id) DELETE FROM t USING w WHERE w.id = t.id | WITH w AS (SELECT 1 AS id) SELECT 1 FROM t WHERE EXISTS (SELECT 1 FROM w WHERE w.id = t.id)
                    INSERT INTO t (a) SELECT a FROM o WHERE b ON CONFLICT DO NOTHING | SELECT 1 FROM (SELECT a FROM o WHERE b) AS countersign_rows
                    INSERT INTO t TABLE o                                  | SELECT 1 FROM (TABLE o) AS countersign_rows
                    INSERT INTO t VALUES (1) UNION ALL SELECT 2            | SELECT 1 FROM (VALUES (1) UNION ALL SELECT 2) AS countersign_rows
                    """)
    void a_select_finds_the_rows(String sql, String select) {
        var affected = Affected.of(sql).orElseThrow();

        assertThat(affected.select().strip()).isEqualTo(select);
        assertThat(affected.listed()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    INSERT INTO t VALUES (1, (2)), ($1, ')'), (DEFAULT, f(1, 2)) | 3
                    INSERT INTO t (a, b) VALUES (1, 2) ON CONFLICT (a) DO UPDATE SET b = 3 WHERE t.b > 1 RETURNING a | 1
                    INSERT INTO t DEFAULT VALUES | 1
                    """)
    void a_list_of_values_is_counted_as_it_stands(String sql, long rows) {
        var affected = Affected.of(sql).orElseThrow();

        assertThat(affected.listed()).isEqualTo(OptionalLong.of(rows));
    }

    @Test
    void parameters_that_are_not_asked_for_are_left_out() {
        var affected =
                Affected.of("UPDATE t SET a = $1, b = $2 WHERE id = $3 AND c = $2 AND d = $3")
                        .orElseThrow();

        assertThat(affected.select())
                .isEqualTo("SELECT 1 FROM t WHERE id = $1 AND c = $2 AND d = $1");
        assertThat(affected.parameters()).isEqualTo(List.of(3, 2));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT 1",
                "UPDATE t SET a = 1; UPDATE t SET a = 2",
                "WITH w AS (DELETE FROM t RETURNING *) SELECT * FROM w",
                "MERGE INTO t USING o ON o.id = t.id WHEN MATCHED THEN DELETE",
                "TRUNCATE t",
                "EXECUTE s",
                "UPDATE t SET a = $99999999999 WHERE id = $99999999999",
                "UPDATE t SET a = 'open",
            })
    void of_anything_else_nobody_knows(String sql) {
        assertThat(Affected.of(sql)).isEmpty();
    }
}
