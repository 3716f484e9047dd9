package dev.countersign.masking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DigitKeyTest {
    private static final MaskKeys KEYS = MaskKeys.of(new byte[MaskKeys.BYTES]);
    private final DigitKey key = KEYS.digitsForTarget("shop", "pci.pan", "s1");

    private static byte[] digits(String text) {
        var out = new byte[text.length()];
        for (int i = 0; i < out.length; i++) {
            out[i] = (byte) (text.charAt(i) - '0');
        }
        return out;
    }

    /// NIST, FF1 samples 1 and 7.
    @Test
    void it_is_the_ff1_of_the_standard() {
        var aes128 = new DigitKey(HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c"));
        var aes256 =
                new DigitKey(
                        HexFormat.of()
                                .parseHex(
                                        "2b7e151628aed2a6abf7158809cf4f3c"
                                                + "ef4359d8d580aa4f7f036d6f04fc6a94"));

        assertThat(aes128.turn(digits("0123456789"))).isEqualTo(digits("2433477484"));
        assertThat(aes256.turn(digits("0123456789"))).isEqualTo(digits("6657667009"));
    }

    @Test
    void a_card_becomes_something_of_its_shape_that_is_no_card() {
        var random = new Random(23);
        var seen = new HashSet<String>();
        for (int i = 0; i < 2_000; i++) {
            var card = "4%03d-%04d-%04d-%04d".formatted(i % 1000, random.nextInt(10_000), i, i);

            var out = key.apply(card).orElseThrow();

            assertThat(out).matches("\\d{4}-\\d{4}-\\d{4}-\\d{4}").isEqualTo(key.apply(card).get());
            assertThat(DigitKey.luhn(digits(out.replace("-", "")))).isFalse();
            seen.add(out);
        }
        assertThat(seen).as("one to one").hasSize(2_000);
    }

    /// Among a million there are numbers that turn into themselves; some of them pass Luhn's check.
    @Test
    void every_number_of_six_digits_comes_to_an_end_and_none_is_itself() {
        for (int scope = 0; scope < 3; scope++) {
            var small = KEYS.digitsForTarget("shop", "pci.pan", "s" + scope);
            for (int i = 0; i < 1_000_000; i += 2 + scope * 7) {
                var value = Integer.toString(1_000_000 + i).substring(1);
                assertThat(small.apply(value).filter(value::equals)).isEmpty();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "12345",
                "12-34-5",
                "AB123456",
                "123456\u00E9",
                "\u0661\u0662\u0663\u0664\u0665\u0666\u0667",
                "123456\u200B7",
                "00000000000000000000000000000000000000000000000000000000000000000",
            })
    void what_is_too_short_too_long_or_more_than_a_number_is_not_turned(String value) {
        assertThat(key.apply(value)).isEmpty();
    }

    @Test
    void another_scope_target_or_label_turns_it_otherwise() {
        var one = key.apply("536-90-4399");

        assertThat(one)
                .isNotEqualTo(KEYS.digitsForTarget("shop", "pci.pan", "s2").apply("536-90-4399"));
        assertThat(one)
                .isNotEqualTo(KEYS.digitsForTarget("shop", "pii.ssn", "s1").apply("536-90-4399"));
        assertThat(one)
                .isNotEqualTo(KEYS.digitsForTarget("bank", "pci.pan", "s1").apply("536-90-4399"));
        assertThat(one).isEqualTo(KEYS.scoped("shop", "s1").digits("pci.pan").apply("536-90-4399"));
    }
}
