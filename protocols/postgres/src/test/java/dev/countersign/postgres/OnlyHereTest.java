package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.Toys;
import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Request;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OnlyHereTest {
    private static Action action(String sql, List<String> functions, Map<String, String> settings) {
        return new Action(
                ActionId.fresh(),
                Toys.session(),
                new Request(
                        Bytes.utf8(sql),
                        List.of(),
                        List.of(),
                        List.of(),
                        settings,
                        false,
                        null,
                        false,
                        false,
                        false),
                Set.of(Effect.UPDATE),
                List.of(),
                new Facts.Sql(
                        false, false, List.of(), List.of(), List.of(), functions, true, false, 0,
                        false),
                "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE t SET a = 1 WHERE CURRENT OF c",
                "delete from t where current /* place */ of c",
                "an unfinished 'literal"
            })
    void the_place_of_a_cursor_and_what_nobody_can_read_mean_something_here_only(String sql) {
        assertThat(OnlyHere.in(action(sql, List.of(), Map.of()))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"currval", "pg_catalog.lastval"})
    void so_does_what_a_sequence_gave_last(String function) {
        assertThat(OnlyHere.in(action("UPDATE t SET a = 1", List.of(function), Map.of()))).isTrue();
    }

    @Test
    void so_does_everything_once_a_function_set_something() {
        assertThat(OnlyHere.in(action("x", List.of(), Map.of("set_config", "unknown")))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE t SET a = 'current of c'",
                "UPDATE t SET current = 1 -- current of c",
                "SELECT \"current\" of FROM t"
            })
    void what_only_looks_like_that_does_not(String sql) {
        assertThat(OnlyHere.in(action(sql, List.of("lower"), Map.of("datestyle", "ISO"))))
                .isFalse();
    }
}
