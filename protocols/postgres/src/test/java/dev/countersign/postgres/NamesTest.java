package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NamesTest {
    private final Names<String> names = new Names<>();

    @Test
    void what_is_seen_counts_before_what_is_real() {
        names.hold("s", "old");
        names.define("s", "new", 1);

        assertThat(names.get("s")).isEqualTo("new");
        assertThat(names.confirmed()).containsExactly(Map.entry("s", "old"));
        names.forget("s", 1);
        assertThat(names.get("s")).isNull();
    }

    @Test
    void a_name_changed_in_another_group_is_in_doubt_until_it_is_confirmed() {
        names.define("s", "new", 1);

        assertThat(names.inDoubt("s", 1)).isFalse();
        assertThat(names.inDoubt("s", 2)).isTrue();
        names.hold("s", "new");
        assertThat(names.inDoubt("s", 2)).isFalse();
        assertThat(names.inDoubt("other", 2)).isFalse();
    }

    @Test
    void what_is_changing_is_told_by_what_it_will_be_or_was() {
        names.hold("forgotten", "a");
        names.hold("same", "b");
        names.hold("changed", "c");
        names.forget("forgotten", 1);
        names.forget("never", 1);
        names.define("same", "b", 1);
        names.define("changed", "d", 1);
        names.define("made", "e", 2);

        assertThat(names.changing())
                .containsOnly(
                        Map.entry("forgotten", "a"),
                        Map.entry("changed", "d"),
                        Map.entry("made", "e"));
        names.atRest();
        assertThat(names.changing()).isEmpty();
        assertThat(names.get("changed")).as("it failed").isEqualTo("c");
    }
}
