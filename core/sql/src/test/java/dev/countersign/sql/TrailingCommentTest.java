package dev.countersign.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TrailingCommentTest {
    private static final String TRACE =
            "traceparent='00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01'";

    @Test
    void what_tracing_libraries_say_is_taken_off() {
        var sql = "UPDATE t SET a = '/*' WHERE b /*db_driver='x%2Fy'," + TRACE + "*/";

        var cut = TrailingComment.of(sql).orElseThrow();

        assertThat(cut.statement()).isEqualTo("UPDATE t SET a = '/*' WHERE b");
        assertThat(cut.text()).isEqualTo("/*db_driver='x%2Fy'," + TRACE + "*/");
        assertThat(cut.pairs())
                .isEqualTo(
                        Map.of(
                                "db_driver",
                                "x/y",
                                "traceparent",
                                "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
    }

    @Test
    void a_semicolon_may_stand_behind_it_or_before() {
        assertThat(TrailingComment.of("SELECT 1 /*" + TRACE + "*/;").orElseThrow().statement())
                .isEqualTo("SELECT 1;");
        assertThat(TrailingComment.of("SELECT 1; /*" + TRACE + "*/ \n").orElseThrow().statement())
                .isEqualTo("SELECT 1; \n");
    }

    @Test
    void a_wide_blank_is_a_letter_of_the_name_before_it_and_stays() {
        var sql = "DELETE FROM t\u2003";

        assertThat(TrailingComment.of(sql + " /*" + TRACE + "*/").orElseThrow().statement())
                .isEqualTo(sql);
    }

    @Test
    void values_are_read_as_they_were_meant() {
        var cut =
                TrailingComment.of(
                                "SELECT 1 /*countersign_plan='plan%207',countersign_reason='it\\'s 1+1'*/")
                        .orElseThrow();

        assertThat(cut.pairs())
                .isEqualTo(
                        Map.of(TrailingComment.PLAN, "plan 7", TrailingComment.REASON, "it's 1+1"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "SELECT 1",
                "SELECT 1 /* why */",
                "SELECT 1 /*db_driver='x'*/",
                "SELECT 1 /*+ SeqScan(t) */",
                "SELECT 1 /*traceparent='a',traceparent='b'*/",
                "SELECT 1 /*traceparent='a',*/",
                "SELECT 1 /*traceparent='a' SeqScan(t)*/",
                "SELECT 1 /*traceparent='%zz'*/",
                "SELECT 1 /*traceparent=a*/",
                "SELECT 1 /*traceparent='a'*/ + 1",
                "SELECT 1 /*traceparent='a'*/; SELECT 2",
                "SELECT '/*traceparent=''a''*/'",
                "SELECT $$/*traceparent='a'*/",
                "SELECT $$x /*traceparent='a'*/$$",
                "SELECT 1 -- /*traceparent='a'*/",
                "SELECT 1 /* /*traceparent='a'*/",
                "SELECT 1 /* /*traceparent='a'*/ */",
                "SELECT \"/*traceparent='a'*/\"",
                "/*traceparent='a'*/",
            })
    void any_other_comment_stays(String sql) {
        assertThat(TrailingComment.of(sql)).isEmpty();
    }

    @Test
    void a_long_one_stays() {
        var sql = "SELECT 1 /*traceparent='" + "a".repeat(TrailingComment.MAX_LENGTH) + "'*/";

        assertThat(TrailingComment.of(sql)).isEmpty();
    }
}
