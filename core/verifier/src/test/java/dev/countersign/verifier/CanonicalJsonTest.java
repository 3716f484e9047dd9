package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalJsonTest {
    private static Map<String, Object> read(String json) throws CanonicalJson.NotCanonical {
        return CanonicalJson.object(json.getBytes(StandardCharsets.UTF_8));
    }

    private static void refused(byte[] json) {
        assertThatThrownBy(() -> CanonicalJson.object(json))
                .isInstanceOf(CanonicalJson.NotCanonical.class);
    }

    @Test
    void every_type_is_read() throws Exception {
        assertThat(
                        read(
                                "{\"\":0,\"a\":[],\"b\":[1,[-2],{\"c\":false}],\"d\":{},"
                                        + "\"e\":\"x\",\"f\":true}"))
                .isEqualTo(
                        Map.of(
                                "",
                                0L,
                                "a",
                                List.of(),
                                "b",
                                List.of(1L, List.of(-2L), Map.of("c", false)),
                                "d",
                                Map.of(),
                                "e",
                                "x",
                                "f",
                                true));
    }

    /// RFC 8785, section 3.2.3: its example of members in order, by UTF-16 code units and not by
    /// code points.
    @Test
    void members_stand_in_the_order_of_the_rfcs_example() throws Exception {
        var json =
                "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
                        + "\"\u00F6\":\"Latin Small Letter O With Diaeresis\","
                        + "\"\u20AC\":\"Euro Sign\",\"\uD83D\uDE00\":\"Emoji: Grinning Face\","
                        + "\"\uFB33\":\"Hebrew Letter Dalet With Dagesh\"}";

        assertThat(read(json).keySet())
                .containsExactly("\r", "1", "\u0080", "\u00F6", "\u20AC", "\uD83D\uDE00", "\uFB33");
    }

    /// RFC 8785, section 3.2.2.2, whose example string is this one.
    @Test
    void strings_have_the_escapes_of_the_rfcs_example() throws Exception {
        var json = "{\"string\":\"\u20AC$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}";

        assertThat(read(json)).containsEntry("string", "\u20AC$\u000F\nA'B\"\\\\\"/");
    }

    @Test
    void every_control_character_has_exactly_one_spelling() throws Exception {
        for (char c = 0; c < 0x20; c++) {
            int shortest = "\b\t\n\f\r".indexOf(c);
            var longer = "\\u%04x".formatted((int) c);
            var right = shortest < 0 ? longer : "\\" + "btnfr".charAt(shortest);
            assertThat(read("{\"a\":\"" + right + "\"}")).containsEntry("a", "" + c);
            refused(("{\"a\":\"" + c + "\"}").getBytes(StandardCharsets.UTF_8));
            if (!right.equals(longer)) {
                refused(("{\"a\":\"" + longer + "\"}").getBytes(StandardCharsets.UTF_8));
            }
            var upper = "\\u%04X".formatted((int) c);
            if (!upper.equals(longer)) {
                refused(("{\"a\":\"" + upper + "\"}").getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    @Test
    void numbers_reach_to_53_bits() throws Exception {
        assertThat(read("{\"a\":9007199254740991,\"b\":-9007199254740991}"))
                .isEqualTo(Map.of("a", 9007199254740991L, "b", -9007199254740991L));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "9007199254740992",
                "-9007199254740992",
                "9999999999999999999999999999999999999999",
                "-0",
                "00",
                "01",
                "-01",
                "-",
                "+1",
                "1.0",
                "1e0",
                "1E400",
                ".5",
                "NaN",
                "Infinity",
                "0x1",
                "null",
                "True",
                "tru",
                "'a'",
                "\u0661",
                "",
                "[1,]",
                "[,1]",
                "[1 ]",
                "{\"b\":1,\"a\":1}",
                "{\"a\":1,\"a\":1}",
                "{\"\":1,\"\":1}",
                "{\"\uFB33\":1,\"\uD83D\uDE00\":1}",
                "{a:1}",
                "{\"a\":1,}",
                "{\"a\" :1}",
                "{\"a\"}",
                "\"\\/\"",
                "\"\\u0041\"",
                "\"\\u00e9\"",
                "\"\\u007f\"",
                "\"\\ud83d\\ude00\"",
                "\"\\u00\"",
                "\"\\x\"",
                "\"",
                "\"\\",
                "//",
                "[1",
                "{\"a\":"
            })
    void what_has_another_spelling_or_none_is_refused(String value) {
        refused(("{\"m\":" + value + "}").getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " {}", "{} ", "{}{}", "[]", "1", "\"a\"", "\uFEFF{}", "{}\n", "{"})
    void what_is_not_one_object_is_refused(String json) {
        refused(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_is_no_utf8_is_refused() {
        byte[][] wrong = {
            {(byte) 0x80}, // a byte of the middle
            {(byte) 0xC0, (byte) 0x80}, // overlong
            {(byte) 0xED, (byte) 0xA0, (byte) 0x80}, // half of a surrogate pair
            {(byte) 0xF4, (byte) 0x90, (byte) 0x80, (byte) 0x80}, // beyond the last code point
            {(byte) 0xFF},
            {(byte) 0xE2, (byte) 0x82} // cut
        };
        for (var bytes : wrong) {
            var json = new java.io.ByteArrayOutputStream();
            json.writeBytes("{\"a\":\"".getBytes(StandardCharsets.UTF_8));
            json.writeBytes(bytes);
            json.writeBytes("\"}".getBytes(StandardCharsets.UTF_8));
            refused(json.toByteArray());
        }
    }

    @Test
    void nesting_has_a_depth_that_no_stack_minds() throws Exception {
        assertThat(read("{\"a\":" + "[".repeat(31) + "]".repeat(31) + "}")).containsKey("a");
        refused(("{\"a\":" + "[".repeat(60_000)).getBytes(StandardCharsets.UTF_8));
        refused("{\"a\":".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void what_is_written_is_read_and_every_cut_of_it_is_refused() throws Exception {
        var json = Written.json(Map.of("a", List.of(1, "x\"\n", Map.of("b", true)), "c", -5));
        assertThat(read(json)).containsKeys("a", "c");

        for (int end = 0; end < json.length(); end++) {
            refused(json.substring(0, end).getBytes(StandardCharsets.UTF_8));
        }
    }
}
