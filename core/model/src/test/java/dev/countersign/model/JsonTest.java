package dev.countersign.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {
    @Test
    void the_canonical_form_is_that_of_rfc_8785() {
        var value =
                Json.object()
                        .put("b", 2)
                        .put("a", "line\nquote\" back\\ bell\u0007 euro€ pair😀")
                        .put("\uFFFD", true)
                        .put("\uD83D\uDE00", false) // sorts before U+FFFD: by UTF-16 code units
                        .build();

        assertThat(value.text())
                .isEqualTo(
                        "{\"a\":\"line\\nquote\\\" back\\\\ bell\\u0007 euro€ pair😀\",\"b\":2,"
                                + "\"\uD83D\uDE00\":false,\"\uFFFD\":true}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\":1,\"a\":2}",
                "1.5",
                "1e3",
                "null",
                "[1,]",
                "{\"a\" 1}",
                "\"\\ud800\"",
                "\"\u0001\"",
                "9007199254740993",
                "01",
                "-0",
                "tru",
                "{} {}",
            })
    void what_our_writer_never_writes_is_refused(String text) {
        assertThatThrownBy(() -> Json.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void nesting_is_bounded() {
        assertThatThrownBy(() -> Json.parse("[".repeat(100_000)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void reading_what_was_written_gives_the_same() {
        var random = new Random(7);
        for (int i = 0; i < 2_000; i++) {
            var value = any(random, 0);

            assertThat(Json.parse(value.text())).isEqualTo(value);
            assertThat(Json.parse(value.text()).text()).isEqualTo(value.text());
        }
    }

    private static Json any(Random random, int depth) {
        return switch (random.nextInt(depth > 4 ? 3 : 5)) {
            case 0 -> Json.of(word(random));
            case 1 -> Json.of(random.nextLong() >> 11);
            case 2 -> Json.of(random.nextBoolean());
            case 3 -> {
                var items = new ArrayList<Json>();
                for (int i = random.nextInt(4); i > 0; i--) {
                    items.add(any(random, depth + 1));
                }
                yield new Json.Arr(items);
            }
            default -> {
                var object = Json.object();
                for (int i = random.nextInt(4); i > 0; i--) {
                    object.put(word(random), any(random, depth + 1));
                }
                yield object.build();
            }
        };
    }

    private static String word(Random random) {
        var out = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            int point = random.nextInt(4) == 0 ? random.nextInt(0x10FFFF) : random.nextInt(0x80);
            if (point < 0xD800 || point > 0xDFFF) {
                out.appendCodePoint(point);
            }
        }
        return out.toString();
    }
}
