package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Bytes;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The vector of RFC 7677, section 3, and what a hostile server could answer in its place.
class ScramClientTest {
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String SALT = "W22ZaJ0SNY7soEsUEjb6gQ==";
    private static final String WHOLE = NONCE + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String SERVER_FIRST = "r=" + WHOLE + ",s=" + SALT + ",i=4096";

    private final ScramClient client = new ScramClient("user", NONCE);
    private final ScramKeys keys = new ScramKeys();

    private String proof(String password) throws MalformedFrame {
        return client.proof(keys.salted(password::toCharArray, client.challenge(SERVER_FIRST)));
    }

    private void refused(String serverFirst, String why) {
        assertThatThrownBy(() -> client.challenge(serverFirst))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining(why);
    }

    @Test
    void the_vector_of_rfc_7677() throws MalformedFrame {
        assertThat(client.first()).isEqualTo("n,,n=user,r=" + NONCE);
        assertThat(proof("pencil"))
                .isEqualTo("c=biws,r=" + WHOLE + ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        assertThat(client.verified("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).isTrue();
    }

    @Test
    void the_signature_of_a_server_that_knows_another_password_is_not_taken()
            throws MalformedFrame {
        proof("pencil2");

        assertThat(client.verified("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"v=", "v=AA=", "e=invalid-proof", "", "v=AAAA,x=y", "v=6rri\n", "V=AAAA"})
    void a_final_message_of_another_form_is_malformed(String message) throws MalformedFrame {
        proof("pencil");

        assertThatThrownBy(() -> client.verified(message)).isInstanceOf(MalformedFrame.class);
    }

    @Test
    void a_signature_that_is_too_short_or_long_is_not_taken() throws MalformedFrame {
        proof("pencil");

        assertThat(client.verified("v=AAAA")).isFalse();
        assertThat(client.verified("v=" + Base64.getEncoder().encodeToString(new byte[64])))
                .isFalse();
    }

    @Test
    void a_nonce_that_does_not_extend_ours_is_refused() {
        refused("r=" + NONCE + ",s=" + SALT + ",i=4096", "does not extend");
        refused("r=x" + WHOLE + ",s=" + SALT + ",i=4096", "does not extend");
        refused("r=other,s=" + SALT + ",i=4096", "does not extend");
    }

    @Test
    void an_over_long_nonce_is_refused() {
        refused("r=" + NONCE + "a".repeat(237) + ",s=" + SALT + ",i=4096", "more than 256");
        assertThat("r=" + NONCE + "a".repeat(236)).hasSize(258);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "4095", "1000001", "9999999"})
    void iterations_out_of_bounds_are_refused(String iterations) {
        refused("r=" + WHOLE + ",s=" + SALT + ",i=" + iterations, "iterations");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-4096",
                "+4096",
                "04096",
                "4096 ",
                "4e3",
                "99999999999",
                "2147483648",
                "٤٠٩٦",
                "4096,x=1",
                ""
            })
    void iterations_that_are_no_number_are_refused(String iterations) {
        refused("r=" + WHOLE + ",s=" + SALT + ",i=" + iterations, "not allowed");
    }

    @Test
    void the_most_iterations_are_taken() throws MalformedFrame {
        assertThat(client.challenge("r=" + WHOLE + ",s=" + SALT + ",i=1000000").iterations())
                .isEqualTo(1_000_000);
    }

    @Test
    void a_salt_that_is_too_short_too_long_or_none_is_refused() {
        refused("r=" + WHOLE + ",s=AAAA,i=4096", "salt of 3 bytes");
        var long129 = Base64.getEncoder().encodeToString(new byte[129]);
        refused("r=" + WHOLE + ",s=" + long129 + ",i=4096", "salt of 129");
        refused("r=" + WHOLE + ",s=A,i=4096", "Base64");
        refused("r=" + WHOLE + ",s=,i=4096", "not allowed");
    }

    @Test
    void an_extension_that_must_be_understood_is_refused() {
        refused("m=ext," + SERVER_FIRST, "not allowed");
        refused(SERVER_FIRST + ",m=ext", "not allowed");
    }

    @Test
    void the_steps_have_one_order() {
        assertThatThrownBy(() -> client.proof(Bytes.of(new byte[32])))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> client.verified("v=AAAA"))
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void fresh_clients_have_nonces_of_their_own() {
        assertThat(ScramClient.fresh().first())
                .startsWith("n,,n=,r=")
                .hasSize(8 + 32)
                .isNotEqualTo(ScramClient.fresh().first());
    }

    @Test
    void a_refusal_never_quotes_the_server() {
        var canary = "r=canary123,s=canary456,i=canary";

        assertThatThrownBy(() -> client.challenge(canary)).hasMessageNotContaining("canary");
    }
}
