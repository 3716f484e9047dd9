package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class KnownKeysTest {
    private final KnownKeys keys = new KnownKeys();

    @Test
    void keys_that_take_the_place_of_others_are_read_for_themselves() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 5_000; i++) {
                assertThat(said("ssn_" + "abcdefghij".charAt(i % 10) + i))
                        .isEqualTo(Entity.US_SSN.bit());
                assertThat(said("colour_" + i)).isZero();
            }
        }
    }

    @Test
    void a_key_is_known_by_all_of_its_bytes() {
        assertThat(said("aaaaaaaa_ssn_bbbbbbbb")).isEqualTo(Entity.US_SSN.bit());
        assertThat(said("aaaaaaaa_xyz_bbbbbbbb")).isZero();
        assertThat(said("aaaaaaaa_ssn_bbbbbbbb")).isEqualTo(Entity.US_SSN.bit());
    }

    @Test
    void a_key_too_long_to_be_kept_is_read_each_time() {
        var end = "_of_a_customer_who_has_a_very_long_name";
        assertThat(said("ssn" + end)).isEqualTo(Entity.US_SSN.bit());
        assertThat(said("xyz" + end)).isZero();
    }

    @Test
    void only_letters_and_signs_of_names_are_plain() {
        assertThat(plain("card_number")).isTrue();
        assertThat(plain("4111111111111111")).isFalse();
        assertThat(plain("a@example.com")).isFalse();
    }

    private long said(String key) {
        byte[] utf8 = ("{\"" + key + "\":").getBytes(UTF_8);
        return keys.said(keys.slot(utf8, 2, utf8.length - 2));
    }

    private boolean plain(String key) {
        byte[] utf8 = key.getBytes(UTF_8);
        return keys.plain(keys.slot(utf8, 0, utf8.length));
    }
}
