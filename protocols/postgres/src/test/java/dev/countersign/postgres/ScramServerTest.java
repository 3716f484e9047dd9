package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Verifier;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The vector of RFC 7677, section 3, and what a hostile client could say in its place.
class ScramServerTest {
    private static final String NONCE = "rOprNGfwEbeRWgbNEkqO";
    private static final String OWN = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String FIRST = "n,,n=user,r=" + NONCE;
    private static final String SERVER_FIRST =
            "r=" + NONCE + OWN + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String SAID = "c=biws,r=" + NONCE + OWN;
    private static final String PROOF = ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";

    private final ScramServer server = new ScramServer(Minted.of("pencil"), OWN);

    private Optional<Verifier.Proved> said(String last) throws MalformedFrame {
        server.challenge(FIRST);
        return server.proved(last);
    }

    private void refused(String first, String why) {
        assertThatThrownBy(() -> server.challenge(first))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining(why);
    }

    @Test
    void the_vector_of_rfc_7677() throws MalformedFrame {
        assertThat(server.challenge(FIRST)).isEqualTo(SERVER_FIRST);
        var proved = server.proved(SAID + PROOF).orElseThrow();

        assertThat(proved.who()).isEqualTo(Minted.ID);
        assertThat(ScramServer.verdict(proved))
                .isEqualTo("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
    }

    @Test
    void it_agrees_with_our_own_client() throws MalformedFrame {
        var client = ScramClient.fresh();
        var other = ScramServer.fresh(Minted.of("päss wörd"));
        var challenge = client.challenge(other.challenge(client.first()));
        var last = client.proof(new ScramKeys().salted("päss wörd"::toCharArray, challenge));

        var verdict = ScramServer.verdict(other.proved(last).orElseThrow());

        assertThat(client.verified(verdict)).isTrue();
    }

    @Test
    void a_wrong_password_proves_nothing() throws MalformedFrame {
        var other = new ScramServer(Minted.of("pencil2"), OWN);
        other.challenge(FIRST);

        assertThat(other.proved(SAID + PROOF)).isEmpty();
    }

    @Test
    void nothing_proves_against_the_verifier_of_nobody() throws MalformedFrame {
        var nobody = new ScramServer(Verifier.mock(Minted.SALT, 4_096), OWN);

        assertThat(nobody.challenge(FIRST)).as("looks the same").isEqualTo(SERVER_FIRST);
        assertThat(nobody.proved(SAID + PROOF)).isEmpty();
        assertThat(
                        new ScramServer(Verifier.mock(Minted.SALT, 4_096), OWN)
                                .challenge("y,,n=,r=" + NONCE))
                .isEqualTo(SERVER_FIRST);
    }

    @Test
    void a_proof_with_one_bit_changed_is_wrong() throws MalformedFrame {
        var proof = Base64.getDecoder().decode(PROOF.substring(3));
        for (int bit = 0; bit < 256; bit += 17) {
            var changed = proof.clone();
            changed[bit / 8] ^= (byte) (1 << bit % 8);
            var other = new ScramServer(Minted.of("pencil"), OWN);
            other.challenge(FIRST);

            assertThat(other.proved(SAID + ",p=" + Base64.getEncoder().encodeToString(changed)))
                    .isEmpty();
        }
    }

    @Test
    void a_proof_overheard_in_another_exchange_is_not_taken() {
        var again = ScramServer.fresh(Minted.of("pencil"));

        assertThatThrownBy(
                        () -> {
                            again.challenge(FIRST);
                            again.proved(SAID + PROOF);
                        })
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("not this exchange's");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c=biws,r=rOprNGfwEbeRWgbNEkqO",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k1",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0x",
                "c=biws,r=%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
            })
    void a_nonce_that_was_tampered_with_is_malformed(String said) {
        assertThatThrownBy(() -> said(said + PROOF))
                .isInstanceOf(MalformedFrame.class)
                .hasMessageContaining("nonce");
    }

    @ParameterizedTest
    @ValueSource(strings = {"eSws", "biw=", "cD10bHMtdW5pcXVlLCw=", "AAAA"})
    void another_header_than_the_one_it_began_with_is_malformed(String header) {
        assertThatThrownBy(() -> said("c=" + header + ",r=" + NONCE + OWN + PROOF))
                .isInstanceOf(MalformedFrame.class);
    }

    @Test
    void a_client_that_could_bind_and_thinks_we_cannot_is_taken() throws MalformedFrame {
        server.challenge("y,,n=user,r=" + NONCE);

        assertThat(server.proved("c=eSws,r=" + NONCE + OWN + PROOF))
                .as("the proof is over the other header")
                .isEmpty();
    }

    @Test
    void channel_binding_and_other_identities_are_refused() {
        refused("p=tls-server-end-point,,n=user,r=" + NONCE, "channel binding");
        refused("n,a=root,n=user,r=" + NONCE, "authorisation identity");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n",
                "n,,",
                "n,,n=user",
                "n,,r=abc",
                "n,,n=user,r=",
                "n,,n=user,r=a b",
                "n,,n=us=er,r=abc",
                "n,,n=user,m=x,r=abc",
                "n,,m=x,n=user,r=abc",
                "q,,n=user,r=abc",
                "n,n=user,r=abc",
                "n,,n=user,r=abc,",
                "n,,n=user,r=abc,x",
                "n,,n=user,r=abc,x=",
                "N,,n=user,r=abc",
                "n,,n=user,r=abc\n"
            })
    void a_first_message_of_another_form_is_malformed(String first) {
        refused(first, "not allowed");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "user",
                "us=2Cer",
                "us=3Der",
                "I\u00ADX",
                "\u00AA",
                "\u2168",
                "\u06271",
                "a b"
            })
    void the_name_inside_means_nothing_however_it_is_prepared(String name) throws MalformedFrame {
        assertThat(server.challenge("n,,n=" + name + ",r=" + NONCE)).isEqualTo(SERVER_FIRST);
    }

    @Test
    void extensions_behind_the_nonce_are_passed_over_and_proved_over() throws MalformedFrame {
        server.challenge(FIRST + ",x=1,y=a");

        assertThat(server.proved(SAID + ",z=2" + PROOF))
                .as("a proof over other words is wrong")
                .isEmpty();
    }

    @Test
    void a_nonce_without_end_is_refused() {
        refused("n,,n=,r=" + "x".repeat(ScramServer.MAX_NONCE + 1), "more than 256");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",p=",
                ",p=AAAA",
                ",p=dHzb!",
                ",p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=,x=1"
            })
    void a_proof_of_another_form_is_malformed(String proof) {
        assertThatThrownBy(() -> said(SAID + proof)).isInstanceOf(MalformedFrame.class);
    }
}
