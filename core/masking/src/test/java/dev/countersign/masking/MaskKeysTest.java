package dev.countersign.masking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MaskKeysTest {
    private static final byte[] VALUE = "536-90-4399".getBytes(StandardCharsets.UTF_8);

    private static byte[] secret(int length) {
        var out = new byte[length];
        Arrays.fill(out, (byte) 7);
        return out;
    }

    private final MaskKeys keys = MaskKeys.of(secret(32));

    @Test
    void one_value_has_one_pseudonym_inside_a_scope() {
        var scoped = keys.scoped("shop", "s1");

        assertThat(scoped.key("pii.ssn").text(VALUE))
                .matches("cs1_[a-z2-7]{26}")
                .isEqualTo(scoped.key("pii.ssn").text(VALUE))
                .isEqualTo(MaskKeys.of(secret(32)).forTarget("shop", "pii.ssn", "s1").text(VALUE));
        assertThat(scoped.key("pii.ssn")).as("derived once").isSameAs(scoped.key("pii.ssn"));
    }

    @Test
    void it_has_another_in_another_scope_at_another_target_under_another_label_or_secret() {
        assertThat(
                        Set.of(
                                keys.forTarget("shop", "pii.ssn", "s1").text(VALUE),
                                keys.forTarget("shop", "pii.ssn", "s2").text(VALUE),
                                keys.forTarget("shop", "pii.card", "s1").text(VALUE),
                                keys.forTarget("shop2", "pii.ssn", "s1").text(VALUE),
                                keys.forTarget("shop", "pii.ss", "ns1").text(VALUE),
                                MaskKeys.fresh().forTarget("shop", "pii.ssn", "s1").text(VALUE)))
                .hasSize(6);
    }

    /// Computed by HKDF and HMAC as RFC 5869 and RFC 2104 write them, and Python's base64.
    @Test
    void a_pseudonym_is_what_others_compute_too() {
        assertThat(keys.forTarget("shop", "pii.ssn", "s1").text(VALUE))
                .isEqualTo("cs1_rqriuplnjkzggiqhpd6orvq7fm");
    }

    @Test
    void a_short_secret_is_refused_and_none_is_shown() {
        assertThatThrownBy(() -> MaskKeys.of(secret(31))).hasMessageContaining("32 bytes");
        assertThat(keys.toString() + keys.scoped("shop", "s1") + keys.forTarget("a", "b", "c"))
                .isEqualTo("mask keysmask keys of shopmask key");
    }
}
