package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OnceTest {
    @Test
    void a_name_is_new_once_and_none_is_forgotten_or_confused() {
        var once = new Once();

        for (int i = 0; i < 20_000; i++) {
            assertThat(once.add("name " + i)).isTrue();
        }
        for (int i = 0; i < 20_000; i++) {
            assertThat(once.add("name " + i)).isFalse();
        }
        assertThat(once.add("name 20000")).isTrue();
    }
}
