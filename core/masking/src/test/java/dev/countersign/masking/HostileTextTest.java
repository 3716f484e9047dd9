package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HostileTextTest {
    private static final int SIZE = 1 << 20;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1",
                "@",
                "-",
                "=",
                ":",
                "a@",
                "1-",
                "1 ",
                "12 ",
                "1234 ",
                "eyJ",
                "-----BEGIN ",
                "{",
                "[",
                "[[{\"a\":",
                "\"",
                "\\",
                "\\u0034",
                "%34",
                "&#52;",
                "password=",
                "A",
                "$2a$",
                "<<",
                "://",
                "+1",
                "(2",
                "AB",
                "GB82",
                "\u200b1",
                "\uff11",
                "x.",
                "a.1",
                "_1",
                "0x",
                "4111 1111 1111 ",
                "AKIA",
                "1.2.3.4-",
                "token: ",
                "ssn ",
                "order ",
                ",",
                "|",
                "\t",
                "a,b",
                "ghp_",
                "-----BEGIN PRIVATE KEY-----"
            })
    void a_megabyte_of_the_same_takes_linear_time(String piece) {
        byte[] once = piece.repeat(SIZE / 8 / piece.length()).getBytes(UTF_8);
        byte[] eight = piece.repeat(SIZE / piece.length()).getBytes(UTF_8);
        Masked.whole(Masked.STANDARD, once, ValueName.NONE);
        long start = System.nanoTime();
        Masked.whole(Masked.STANDARD, once, ValueName.NONE);
        long one = System.nanoTime() - start;
        start = System.nanoTime();
        Masked.whole(Masked.STANDARD, eight, ValueName.NONE);
        long all = System.nanoTime() - start;
        assertThat(Duration.ofNanos(all)).isLessThan(Duration.ofNanos(40 * one).plusMillis(400));
    }

    @Test
    void bytes_that_are_no_text_come_out_as_they_went_in_unless_something_is_found() {
        var random = new Random(3);
        for (int round = 0; round < 400; round++) {
            var text = new byte[random.nextInt(3000)];
            random.nextBytes(text);
            var masked = Masked.whole(Masked.STANDARD, text, ValueName.NONE);
            if (masked.spans.isEmpty()) {
                assertThat(masked.bytes()).isEqualTo(text);
            }
        }
    }

    @Test
    void a_value_beside_broken_utf_8_is_found() {
        byte[] text = "\0\0 4111 1111 1111 1111 \0".getBytes(UTF_8);
        text[0] = (byte) 0xC3;
        text[1] = (byte) 0xFF;
        text[text.length - 1] = (byte) 0xE2;
        assertThat(Masked.whole(Masked.STANDARD, text, ValueName.NONE).spans)
                .containsExactly("CREDIT_CARD 3-22");
    }

    @Test
    void json_nested_without_end_is_read_and_masked() {
        var text = "{\"a\":".repeat(100_000) + "\"4111111111111111\"" + "}".repeat(100_000);
        assertThat(Masked.of(text)).doesNotContain("4111111111111111").contains("[CREDIT_CARD]");
        assertThat(Masked.of("[".repeat(10_000) + "\"536-90-4399\"")).doesNotContain("536-90-4399");
    }
}
