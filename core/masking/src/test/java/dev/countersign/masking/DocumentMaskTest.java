package dev.countersign.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DocumentMaskTest {
    private static final Operator REDACT = new Operator.Fixed("[x]");

    private static String masked(String document, Operator operator, String... paths) {
        var parts =
                Arrays.stream(paths)
                        .map(path -> new DocumentMask.Part(JsonPath.parse(path), operator))
                        .toList();
        return new DocumentMask(parts)
                .apply(document.getBytes(StandardCharsets.UTF_8))
                .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                .orElse("unreadable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "$.ssn | {\"ssn\": \"1\", \"city\": \"Rome\"} | {\"ssn\": \"[x]\", \"city\": \"Rome\"}",
                "$.ssn | {\"a\":{\"ssn\":\"1\"}} | {\"a\":{\"ssn\":\"1\"}}",
                "$.a.ssn | {\"a\":{\"ssn\":\"1\"},\"ssn\":\"2\"} | {\"a\":{\"ssn\":\"[x]\"},\"ssn\":\"2\"}",
                "$.a[*].n | {\"a\":[{\"n\":1,\"m\":2},{\"n\":\"3\"}]} | {\"a\":[{\"n\":0,\"m\":2},{\"n\":\"[x]\"}]}",
                "$.a[*].n | {\"a\":{\"n\":\"1\"}} | {\"a\":{\"n\":\"[x]\"}}",
                "$.a.n | {\"a\":[[{\"n\":\"1\"}]]} | {\"a\":[[{\"n\":\"[x]\"}]]}",
                "$.ssn | [{\"ssn\":\"1\"}, {\"ssn\":\"2\"}] | [{\"ssn\":\"[x]\"}, {\"ssn\":\"[x]\"}]",
                "$.a[*] | {\"a\":[1,\"2\",null,true,[3],{\"b\":4}]} | {\"a\":\"[x]\"}",
                "$.a | {\"a\":null} | {\"a\":null}",
                "$.a | {\"a\":true} | {\"a\":null}",
                "$.a | {\"a\":-1.5e300} | {\"a\":0}",
                "$.a | {\"a\":{\"deep\":[\"1\"]}} | {\"a\":\"[x]\"}",
                "$.a | {\"a\":\"1\",\"a\":\"2\"} | {\"a\":\"[x]\",\"a\":\"[x]\"}",
                "$.ssn | {\"\\u0073sn\":\"1\"} | {\"\\u0073sn\":\"[x]\"}",
                "$.a | {\"b\":\"\\\"a\\\":\\\"1\\\"\", \"a\" : \"}\"} | {\"b\":\"\\\"a\\\":\\\"1\\\"\", \"a\" : \"[x]\"}",
                "$.a | \"a\" | \"a\"",
                "$.a | {} | {}",
                "$.a | [] | []",
                "$.größe | {\"größe\":\"1\"} | {\"größe\":\"[x]\"}",
            })
    void what_stands_at_the_path_is_masked_and_nothing_else(
            String path, String document, String expected) {
        assertThat(masked(document, REDACT, path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '§',
            value = {
                "\"536-90-4399\" | \"***-**-4399\"",
                "\"a\\\"b\\u00e9cdefgh\" | \"*\\\"****efgh\"",
                "123 | 0",
                "[\"536-90-4399\"] | \"[x]\"",
            })
    void a_text_keeps_its_ends_and_nothing_else_does(String value, String expected) {
        var partial = new Operator.Partial(0, 4, "[x]");

        assertThat(masked("{\"a\":" + value + "}", partial, "$.a"))
                .isEqualTo("{\"a\":" + expected + "}");
    }

    @ParameterizedTest
    @CsvSource({
        "1234,1000",
        "-1,-1000",
        "999.9,0",
        "-0.5,-1000",
        "1e5,0",
        "1E5,0",
        "0,0",
        "1000,1000"
    })
    void a_number_is_floored(String value, String expected) {
        assertThat(masked("{\"a\":" + value + "}", new Operator.Bucket(1_000, "[x]"), "$.a"))
                .isEqualTo("{\"a\":" + expected + "}");
    }

    @Test
    void a_date_is_cut_and_what_is_none_is_not_shown() {
        var year = new Operator.FirstDay(MaskSettings.DatePart.YEAR, "[x]");

        assertThat(masked("{\"a\":\"1990-05-17\",\"b\":\"17 May 1990\"}", year, "$.a", "$.b"))
                .isEqualTo("{\"a\":\"1990-01-01\",\"b\":\"[x]\"}");
    }

    @Test
    void where_two_paths_end_nothing_is_left() {
        assertThat(masked("{\"a\":[\"1\"]}", REDACT, "$.a", "$.a[*]")).isEqualTo("{\"a\":null}");
    }

    @Test
    void the_shorter_of_two_paths_takes_all_below_it() {
        assertThat(masked("{\"a\":{\"b\":\"1\"}}", REDACT, "$.a.b", "$.a"))
                .isEqualTo("{\"a\":\"[x]\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "{\"a\"",
                "{\"a\":",
                "{\"a\":\"1",
                "{\"a\":\"1\"",
                "{\"a\":\"1\\",
                "[1,",
                "{\"a\":\"1\"} x",
                "{a:1}",
                "}",
                "{\"a\":[1}",
                "{\"b\":1 \"a\":2}",
                "{\"a\":,}",
                ","
            })
    void what_is_no_document_is_not_read(String text) {
        assertThat(masked(text, REDACT, "$.a")).isIn("unreadable", "{\"a\":\"[x]\"");
        assertThat(masked(text, REDACT, "$.a")).doesNotContain("1");
    }

    @Test
    void depth_is_no_trouble_beside_a_path_and_is_refused_on_it() {
        var deep = "[".repeat(100_000) + "]".repeat(100_000);

        assertThat(masked("{\"b\":" + deep + ",\"a\":\"1\"}", REDACT, "$.a"))
                .isEqualTo("{\"b\":" + deep + ",\"a\":\"[x]\"}");
        assertThat(masked("{\"a\":" + deep + "}", REDACT, "$.a")).isEqualTo("{\"a\":\"[x]\"}");
        assertThat(masked("{\"a\":" + deep + "}", REDACT, "$.a.b")).isEqualTo("unreadable");
    }

    @Test
    void documents_of_any_shape_lose_what_is_masked_and_keep_the_rest() {
        var random = new Random(20_261_128);
        for (int i = 0; i < 20_000; i++) {
            var plain = new StringBuilder();
            var expected = new StringBuilder();
            document(random, 0, plain, expected, true);

            assertThat(masked(plain.toString(), REDACT, "$.a.b", "$.s"))
                    .as(plain.toString())
                    .isEqualTo(expected.toString());
        }
    }

    /// An object with `s` masked, and `b` inside of `a`.
    private static void document(
            Random random, int depth, StringBuilder plain, StringBuilder expected, boolean root) {
        var names = new ArrayList<>(List.of("a", "b", "s", "c"));
        Collections.shuffle(names, random);
        var blank = " ".repeat(random.nextInt(2));
        var both = new StringBuilder[] {plain, expected};
        append(both, "{" + blank);
        for (int i = 0; i < random.nextInt(5); i++) {
            append(both, i == 0 ? "" : "," + blank);
            var name = names.get(i % names.size());
            append(both, "\"" + name + "\"" + blank + ":" + blank);
            if (root && name.equals("s")) {
                plain.append(scalar(random));
                expected.append("\"[x]\"");
            } else if (root && name.equals("a")) {
                plain.append("{\"b\":").append(scalar(random)).append(",\"s\":\"kept\"}");
                expected.append("{\"b\":\"[x]\",\"s\":\"kept\"}");
            } else if (depth < 3 && random.nextBoolean()) {
                var inner = new StringBuilder();
                document(random, depth + 1, inner, new StringBuilder(), false);
                append(both, inner.toString());
            } else {
                append(both, scalar(random));
            }
        }
        append(both, blank + "}");
    }

    private static void append(StringBuilder[] to, String text) {
        for (var one : to) {
            one.append(text);
        }
    }

    private static String scalar(Random random) {
        var text = new StringBuilder("\"");
        IntStream.range(0, random.nextInt(8))
                .forEach(_ ->
                        text.append(
                                switch (random.nextInt(5)) {
                                    case 0 -> "\\\"";
                                    case 1 -> "\\\\";
                                    case 2 -> "\\u00e4";
                                    case 3 -> "}],{[:";
                                    default -> "x";
                                }));
        return text.append('"').toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$",
                "a",
                "$.",
                "$.a.",
                "$..a",
                "$[*]",
                "$.a[0]",
                "$.a b",
                "$.\"a\"",
                "$.a[*]b",
                "",
                "$.a.b.c.d.e.f.g.h.i.j.k.l.m.n.o.p.q"
            })
    void what_is_no_path_is_told(String text) {
        assertThatThrownBy(() -> JsonPath.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("`" + text + "`");
    }

    @ParameterizedTest
    @ValueSource(strings = {"$.a", "$.a.b", "$.a[*]", "$[*].a", "$.a[*].b[*][*]", "$.A-1_ü"})
    void a_path_is_written_as_it_was(String text) {
        assertThat(JsonPath.parse(text)).hasToString(text);
    }

    @Test
    void too_many_paths_are_told_before_they_are_used() {
        var many =
                IntStream.range(0, 33)
                        .mapToObj(i -> new DocumentMask.Part(JsonPath.parse("$.a" + i), REDACT))
                        .toList();

        assertThat(DocumentMask.fits(many)).isFalse();
        assertThat(DocumentMask.fits(many.subList(0, 32))).isTrue();
        assertThatThrownBy(() -> new DocumentMask(many))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
