package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.countersign.identity.Issuers.Reviewing;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The strong ruling: an ID token that was made just now, for the reviewers' client alone, to
/// answer one question. Each test breaks one rule and nothing else.
class SignedRulingsTest {
    private static final String NONCE = "a7Gk9QmZ1fJw0sT5uVbXyE3rC8dLhN2oP6iKqWtYzBM";

    private final FakeClock clock = new FakeClock();
    private final HostileIssuer issuer = new HostileIssuer();
    private Issuers issuers = with(List.of(), IssuerSettings.PEOPLE_IF);

    private Issuers with(List<String> personClaim, String peopleIf) {
        return Issuers.of(List.of(issuer.reviewSettings(personClaim, peopleIf)), _ -> {}, clock);
    }

    @AfterEach
    void stop() {
        issuers.close();
        issuer.close();
    }

    private long seconds(long fromNow) {
        return clock.instant().getEpochSecond() + fromNow;
    }

    private Map<String, Object> claims() {
        var claims = issuer.claims(clock.instant());
        claims.put("aud", "countersign-cli");
        claims.put("sub", "dana");
        claims.put("nonce", NONCE);
        claims.put("auth_time", seconds(-2));
        claims.put("groups", List.of("dba"));
        return claims;
    }

    private Reviewing signed(Map<String, Object> claims) {
        return issuers.signed(HostileIssuer.sign(claims), NONCE);
    }

    private void good(String claim, Object value) {
        var claims = claims();
        claims.put(claim, value);
        assertThat(signed(claims)).as(claim).isInstanceOf(Reviewing.Signed.class);
    }

    private void refused(String claim, @Nullable Object value, String code) {
        var claims = claims();
        if (value == null) {
            claims.remove(claim);
        } else {
            claims.put(claim, value);
        }
        assertThat(code(signed(claims))).isEqualTo(code);
    }

    private static String code(Reviewing reviewing) {
        return ((Reviewing.Rejected) reviewing).code();
    }

    @Test
    void a_person_who_signed_in_for_this_question_has_signed() {
        var token = HostileIssuer.sign(claims());
        var signed = (Reviewing.Signed) issuers.signed(token, NONCE);
        assertThat(signed.by().person()).containsExactly("dana");
        assertThat(signed.by().groups()).containsExactly("dba");
        assertThat(signed.by().signedIn().getEpochSecond()).isEqualTo(seconds(-2));
        assertThat(signed.signedParts() + "." + signed.signature()).isEqualTo(token);
        assertThat(signed.toString()).doesNotContain(signed.signature());
    }

    /// The log keeps it whole, so it must open nothing while it lives.
    @Test
    void the_token_of_a_ruling_opens_nothing_even_where_id_tokens_are_taken() {
        var token = HostileIssuer.sign(claims());

        assertThat(issuers.signed(token, NONCE)).isInstanceOf(Reviewing.Signed.class);
        assertThat(issuer.reviewSettings(List.of(), IssuerSettings.PEOPLE_IF).idTokens()).isTrue();
        assertThat(issuers.verify(token))
                .isInstanceOfSatisfying(
                        Issuers.Verdict.Rejected.class,
                        why -> assertThat(why.code()).isEqualTo("token-audience"));
        assertThat(code(issuers.reviewer(token))).isEqualTo("reviewer-audience");
    }

    @Test
    void the_audience_is_the_reviewers_client_alone() {
        good("aud", List.of("countersign-cli"));
        refused("aud", List.of("countersign-cli", "another"), "ruling-audience");
        refused("aud", List.of("countersign-cli", "countersign-cli"), "ruling-audience");
        refused("aud", "countersign-reviews", "ruling-audience");
        refused("aud", "countersign", "ruling-audience");
        refused("aud", null, "ruling-audience");
    }

    @Test
    void the_client_is_the_reviewers_where_it_is_said() {
        good("azp", "countersign-cli");
        refused("azp", "another", "reviewer-client");
    }

    @Test
    void it_answers_this_question_and_no_other() {
        refused("nonce", NONCE.substring(1), "ruling-nonce");
        refused("nonce", NONCE + "x", "ruling-nonce");
        refused("nonce", null, "ruling-nonce");
        var token = HostileIssuer.sign(claims());
        assertThat(code(issuers.signed(token, ""))).isEqualTo("ruling-nonce");
        var silent = claims();
        silent.remove("nonce");
        assertThat(code(issuers.signed(HostileIssuer.sign(silent), ""))).isEqualTo("ruling-nonce");
    }

    @Test
    void the_sign_in_was_just_now() {
        assertThat(ReviewRules.RULING_SIGN_IN).isEqualTo(Duration.ofMinutes(5));
        good("auth_time", seconds(-360));
        refused("auth_time", seconds(-361), "reviewer-sign-in-old");
        good("auth_time", seconds(60));
        refused("auth_time", seconds(61), "reviewer-sign-in-ahead");
        refused("auth_time", null, "reviewer-sign-in");
    }

    @Test
    void so_was_the_token() {
        good("iat", seconds(-300));
        refused("iat", seconds(-301), "ruling-old");
        refused("iat", seconds(61), "token-not-yet");
        refused("iat", null, "token-lifetime");
        refused("exp", seconds(0), "token-expired");
        refused("exp", null, "token-lifetime");
    }

    @Test
    void nobody_acts_for_the_person() {
        refused("act", Map.of("sub", "eve"), "reviewer-delegated");
        refused("act", Map.of(), "reviewer-delegated");
        refused("sub", "countersign-cli", "reviewer-machine");
        refused("cnf", Map.of("jkt", "x"), "token-bound");
    }

    @Test
    void it_is_an_ID_token() {
        good("typ", "ID");
        good("token_use", "id");
        for (var kind : List.of("Bearer", "Refresh", "Logout")) {
            refused("typ", kind, "token-type");
        }
        refused("token_use", "access", "token-type");
        refused("events", Map.of("logout", Map.of()), "token-type");
        var header =
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("rsa-1")
                        .type(new JOSEObjectType("at+jwt"))
                        .build();
        var access =
                HostileIssuer.sign(
                        header, JSONObjectUtils.toJSONString(claims()), HostileIssuer.RSA);
        assertThat(code(issuers.signed(access, NONCE))).isEqualTo("token-type");
    }

    @Test
    void people_if_and_person_claim_count_here_too() {
        issuers.close();
        issuers = with(List.of("tid", "oid"), "'otp' in claims.amr");
        refused("x", "x", "reviewer-person");
        refused("amr", List.of("otp"), "reviewer-unnamed");
        var claims = claims();
        claims.putAll(Map.of("amr", List.of("otp"), "tid", "t", "oid", "o"));
        var signed = (Reviewing.Signed) signed(claims);
        assertThat(signed.by().person()).containsExactly("t", "o");
    }

    @Test
    void an_issuer_without_a_review_audience_has_no_signed_rulings() {
        issuers.close();
        issuers = Issuers.of(List.of(issuer.settings()), _ -> {}, clock);
        refused("x", "x", "reviewer-issuer");
    }

    @Test
    void a_signature_that_is_none_signs_nothing() {
        var token = HostileIssuer.sign(claims());
        var cut = token.substring(0, token.lastIndexOf('.') + 1);
        assertThat(code(issuers.signed(cut + "AAAA", NONCE))).isEqualTo("token-signature");
        assertThat(code(issuers.signed("", NONCE))).isEqualTo("token-malformed");
    }
}
