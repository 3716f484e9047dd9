package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;

class NamesTest {
    private record Text(String text) implements Names.Held {
        @Override
        public long bytes() {
            return text.length();
        }
    }

    private static Text of(String text) {
        return new Text(text);
    }

    private final Names<Text> names = new Names<>();

    @Test
    void what_is_seen_counts_before_what_is_real() {
        names.hold("s", of("old"));
        names.define("s", of("new"), 1);

        assertThat(names.get("s")).isEqualTo(of("new"));
        assertThat(names.confirmed()).containsExactly(Map.entry("s", of("old")));
        names.forget("s", 1);
        assertThat(names.get("s")).isNull();
    }

    @Test
    void a_name_changed_in_another_group_is_in_doubt_until_it_is_confirmed() {
        names.define("s", of("new"), 1);

        assertThat(names.inDoubt("s", 1)).isFalse();
        assertThat(names.inDoubt("s", 2)).isTrue();
        names.hold("s", of("new"));
        assertThat(names.inDoubt("s", 2)).isFalse();
        assertThat(names.inDoubt("other", 2)).isFalse();
    }

    @Test
    void what_is_changing_is_told_by_what_it_will_be_or_was() {
        names.hold("forgotten", of("a"));
        names.hold("same", of("b"));
        names.hold("changed", of("c"));
        names.forget("forgotten", 1);
        names.forget("never", 1);
        names.define("same", of("b"), 1);
        names.define("changed", of("d"), 1);
        names.define("made", of("e"), 2);

        assertThat(names.changing())
                .containsOnly(
                        Map.entry("forgotten", of("a")),
                        Map.entry("changed", of("d")),
                        Map.entry("made", of("e")));
        names.atRest();
        assertThat(names.changing()).isEmpty();
        assertThat(names.get("changed")).as("it failed").isEqualTo(of("c"));
    }

    @Test
    void what_is_held_is_bounded_in_bytes_and_given_back() {
        var large = of("x".repeat(1 << 20));
        for (int i = 0; i < 64; i++) {
            names.hold("s" + i, large);
        }
        assertThat(names.full()).isFalse();

        names.define("one more", of("x"), 1);
        assertThat(names.full()).isTrue();
        names.forget("one more", 1);
        assertThat(names.full()).isFalse();

        names.define("one more", large, 1);
        names.atRest();
        assertThat(names.full()).isFalse();

        names.hold("s0", large);
        names.drop("s1");
        names.hold("one more", large);
        assertThat(names.full()).isFalse();
        names.hold("and more", of("x"));
        assertThat(names.full()).isTrue();
        names.dropAll();
        names.hold("s", large);
        assertThat(names.full()).isFalse();
    }

    @Test
    void names_are_bounded_in_number() {
        for (int i = 0; i < Names.MAX; i++) {
            names.define("s" + i, of(""), 1);
        }
        assertThat(names.full()).isFalse();
        names.define("one more", of(""), 1);

        assertThat(names.full()).isTrue();
    }
}
