package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.SignedJWT;
import dev.countersign.model.Evidence;
import dev.countersign.model.Principal.Party;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Against an issuer that we did not write.
class IssuersTest {
    private final MockOAuth2Server server = new MockOAuth2Server();
    private final FakeClock clock = new FakeClock();
    private final List<Evidence.IssuerKeys> recorded = new ArrayList<>();
    private Issuers issuers;

    @BeforeEach
    void start() throws IOException {
        server.start(InetAddress.getLoopbackAddress(), 0);
        issuers =
                Issuers.of(
                        List.of(
                                IssuerSettings.of(name("one"), "countersign"),
                                IssuerSettings.of(name("two"), "second")),
                        recorded::add,
                        clock);
    }

    @AfterEach
    void stop() {
        issuers.close();
        server.shutdown();
    }

    @Test
    void both_issuers_are_ready_before_the_first_token() {
        assertThat(issuers.prefetch()).isEmpty();
        assertThat(recorded)
                .extracting(Evidence.IssuerKeys::issuer)
                .containsExactlyInAnyOrder(name("one"), name("two"));
        assertThat(recorded.getFirst().jwks().text()).contains("\"keys\"").doesNotContain("\"d\"");
    }

    @Test
    void a_token_proves_who_acts_and_for_whom() {
        var token =
                token(
                        "one",
                        "ann",
                        "countersign",
                        Map.of("act", Map.of("sub", "eve"), "groups", List.of("support")));
        var verified = (Issuers.Verdict.Verified) issuers.verify(token.serialize());
        assertThat(verified.who().actor()).isEqualTo(new Party(name("one"), "eve"));
        assertThat(verified.who().human()).isEqualTo(new Party(name("one"), "ann"));
        assertThat(verified.who().groups()).containsExactly("support");
        assertThat(verified.person()).containsExactly("ann");
        assertThat(verified.keyId()).isEqualTo(token.getHeader().getKeyID());
        assertThat(verified.tokenId()).isNotEmpty();
    }

    @Test
    void header_and_payload_are_handed_on_without_the_signature() {
        var token = token("one", "ann", "countersign", Map.of()).serialize();
        var verified = (Issuers.Verdict.Verified) issuers.verify(token);
        assertThat(verified.signedParts().text())
                .contains(token.substring(0, token.lastIndexOf('.')));
    }

    @Test
    void each_issuer_has_its_own_audience() {
        assertThat(verify("two", "second")).isInstanceOf(Issuers.Verdict.Verified.class);
        assertThat(code(verify("two", "countersign"))).isEqualTo("token-audience");
        assertThat(code(verify("one", "second"))).isEqualTo("token-audience");
    }

    @Test
    void an_issuer_that_is_not_configured_is_unknown_even_at_the_same_address() {
        assertThat(code(verify("three", "countersign"))).isEqualTo("token-issuer");
        assertThat(recorded).isEmpty();
    }

    @Test
    void a_token_ends() {
        var token = token("one", "ann", "countersign", Map.of()).serialize();
        assertThat(issuers.verify(token)).isInstanceOf(Issuers.Verdict.Verified.class);
        clock.advance(Duration.ofMinutes(11));
        assertThat(code(issuers.verify(token))).isEqualTo("token-expired");
    }

    @Test
    void an_ID_token_is_refused() {
        var token = token("one", "ann", "countersign", Map.of("nonce", "n"));
        assertThat(code(issuers.verify(token.serialize()))).isEqualTo("token-type");
    }

    @Test
    void a_token_that_lives_too_long_is_refused() {
        var token = server.issueToken("one", "ann", "countersign", Map.of(), 3_700);
        assertThat(code(issuers.verify(token.serialize()))).isEqualTo("token-lifetime");
    }

    @Test
    void when_it_goes_down_its_keys_still_serve() {
        assertThat(issuers.prefetch()).isEmpty();
        var token = token("one", "ann", "countersign", Map.of()).serialize();
        server.shutdown();
        assertThat(issuers.verify(token)).isInstanceOf(Issuers.Verdict.Verified.class);
    }

    @Test
    void the_same_issuer_twice_is_a_mistake() {
        var one = IssuerSettings.of(name("one"), "countersign");
        assertThatThrownBy(() -> Issuers.of(List.of(one, one), recorded::add, clock))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("twice");
    }

    // ----

    private String name(String issuer) {
        return server.issuerUrl(issuer).toString();
    }

    private SignedJWT token(
            String issuer, String subject, String audience, Map<String, Object> claims) {
        return server.issueToken(issuer, subject, audience, claims, 600);
    }

    private Issuers.Verdict verify(String issuer, String audience) {
        return issuers.verify(token(issuer, "ann", audience, Map.of()).serialize());
    }

    private static String code(Issuers.Verdict verdict) {
        return switch (verdict) {
            case Issuers.Verdict.Verified _ -> "";
            case Issuers.Verdict.Rejected(var code, _) -> code;
        };
    }
}
