package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.util.JSONObjectUtils;
import dev.countersign.identity.Issuers.Reviewing;
import dev.countersign.model.Principal.Party;
import dev.countersign.model.Reviewer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Who may see reviews and decide weakly: access tokens of the reviewers' own audience and client.
/// Each test breaks one rule and nothing else.
class ReviewersTest {
    private final FakeClock clock = new FakeClock();
    private final HostileIssuer issuer = new HostileIssuer();
    private Issuers issuers =
            Issuers.of(
                    List.of(issuer.reviewSettings(List.of(), IssuerSettings.PEOPLE_IF)),
                    _ -> {},
                    clock);

    @AfterEach
    void stop() {
        issuers.close();
        issuer.close();
    }

    private void with(IssuerSettings settings) {
        issuers.close();
        issuers = Issuers.of(List.of(settings), _ -> {}, clock);
    }

    private long seconds(long fromNow) {
        return clock.instant().getEpochSecond() + fromNow;
    }

    private Map<String, Object> claims() {
        var claims = issuer.claims(clock.instant());
        claims.put("aud", "countersign-reviews");
        claims.put("azp", "countersign-cli");
        claims.put("sub", "dana");
        claims.put("groups", List.of("dba"));
        claims.put("auth_time", seconds(-30));
        return claims;
    }

    private Reviewing reviewing(Map<String, Object> claims) {
        return issuers.reviewer(HostileIssuer.sign(claims));
    }

    private Reviewer known(Map<String, Object> claims) {
        return ((Reviewing.Known) reviewing(claims)).reviewer();
    }

    private void refused(String claim, @Nullable Object value, String code) {
        var claims = claims();
        if (value == null) {
            claims.remove(claim);
        } else {
            claims.put(claim, value);
        }
        refused(claims, code);
    }

    private void refused(Map<String, Object> claims, String code) {
        var token = HostileIssuer.sign(claims);
        var rejected = (Reviewing.Rejected) issuers.reviewer(token);
        assertThat(rejected.code()).isEqualTo(code);
        assertThat(rejected.message()).doesNotContain(token).doesNotContain("dana");
    }

    @Test
    void a_person_with_a_token_of_the_reviewers_client_is_known() {
        assertThat(known(claims()))
                .isEqualTo(
                        new Reviewer(
                                new Party(issuer.name(), "dana"),
                                List.of("dana"),
                                Set.of("dba"),
                                "countersign-cli",
                                Instant.ofEpochSecond(seconds(-30)),
                                Instant.ofEpochSecond(seconds(600))));
    }

    @Test
    void an_access_token_may_say_that_it_is_one_and_name_its_client_either_way() {
        var claims = claims();
        claims.put("typ", "Bearer");
        claims.remove("azp");
        claims.put("client_id", "countersign-cli");
        var header =
                new JWSHeader.Builder(JWSAlgorithm.RS256)
                        .keyID("rsa-1")
                        .type(new JOSEObjectType("at+jwt"))
                        .build();
        var token =
                HostileIssuer.sign(header, JSONObjectUtils.toJSONString(claims), HostileIssuer.RSA);
        assertThat(issuers.reviewer(token)).isInstanceOf(Reviewing.Known.class);
    }

    @Test
    void another_audience_beside_the_reviewers_is_no_harm() {
        var claims = claims();
        claims.put("aud", List.of("account", "countersign-reviews"));
        assertThat(known(claims).who().subject()).isEqualTo("dana");
    }

    @Test
    void a_token_that_is_not_for_decisions_decides_nothing() {
        refused("aud", "account", "reviewer-audience");
        refused("aud", "countersign-cli", "reviewer-audience");
        refused("aud", null, "reviewer-audience");
    }

    @Test
    void a_token_of_the_data_plane_decides_nothing_even_if_it_is_for_both() {
        refused("aud", "countersign", "reviewer-data-plane");
        refused("aud", List.of("countersign-reviews", "countersign"), "reviewer-data-plane");
    }

    @Test
    void the_data_plane_refuses_a_token_for_decisions() {
        var refused = (Issuers.Verdict.Rejected) issuers.verify(HostileIssuer.sign(claims()));
        assertThat(refused.code()).isEqualTo("token-audience");
    }

    @Test
    void only_tokens_of_the_reviewers_client_decide() {
        refused("azp", "psql-for-people", "reviewer-client");
        refused("azp", null, "reviewer-client");
        refused("client_id", "psql-for-people", "token-claims");
        var both = claims();
        both.remove("azp");
        both.put("aud", List.of("countersign-reviews", "countersign-cli"));
        refused(both, "reviewer-client");
    }

    @ParameterizedTest
    @ValueSource(strings = {"true", IssuerSettings.PEOPLE_IF, "has(claims.act)"})
    void nobody_acts_for_a_person_whatever_people_if_says(String peopleIf) {
        with(issuer.reviewSettings(List.of(), peopleIf));
        refused("act", Map.of("sub", "eve"), "reviewer-delegated");
        refused("act", Map.of(), "reviewer-delegated");
        refused("act", "eve", "reviewer-delegated");
    }

    @Test
    void an_ID_refresh_or_logout_token_decides_nothing_even_where_the_data_plane_takes_ID_tokens() {
        for (var claim : List.of("nonce", "at_hash", "c_hash")) {
            refused(claim, "x", "token-type");
        }
        for (var kind : List.of("ID", "Refresh", "Offline", "Logout")) {
            refused("typ", kind, "token-type");
        }
        refused("token_use", "id", "token-type");
        refused("events", Map.of("logout", Map.of()), "token-type");
    }

    @Test
    void a_token_that_is_bound_to_a_key_is_no_bearer_token() {
        refused("cnf", Map.of("jkt", "x"), "token-bound");
    }

    @Test
    void a_client_that_signs_in_as_itself_is_no_person() {
        refused("sub", "countersign-cli", "reviewer-machine");
        refused("auth_time", null, "reviewer-sign-in");
        with(issuer.reviewSettings(List.of(), "true"));
        refused("sub", "countersign-cli", "reviewer-machine");
        refused("auth_time", null, "reviewer-sign-in");
    }

    @Test
    void the_issuers_own_test_of_a_person_counts() {
        with(issuer.reviewSettings(List.of(), "claims.amr.exists(m, m == 'otp')"));
        refused(claims(), "reviewer-person");
        refused("amr", List.of("pwd"), "reviewer-person");
        refused("amr", "otp", "reviewer-person");
        var claims = claims();
        claims.put("amr", List.of("pwd", "otp"));
        assertThat(known(claims).who().subject()).isEqualTo("dana");
    }

    @Test
    void a_sign_in_is_good_for_twelve_hours() {
        assertThat(ReviewRules.REVIEWER_SIGN_IN).isEqualTo(Duration.ofHours(12));
        var claims = claims();
        claims.put("auth_time", seconds(-12 * 3600));
        assertThat(known(claims).signedIn()).isEqualTo(Instant.ofEpochSecond(seconds(-43_200)));
        refused("auth_time", seconds(-12 * 3600 - 1), "reviewer-sign-in-old");
        refused("auth_time", 0L, "reviewer-sign-in-old");
    }

    @Test
    void a_sign_in_of_the_future_is_refused_beyond_the_skew() {
        var claims = claims();
        claims.put("auth_time", seconds(60));
        assertThat(known(claims)).isNotNull();
        refused("auth_time", seconds(61), "reviewer-sign-in-ahead");
        refused("auth_time", "now", "token-claims");
    }

    @Test
    void a_token_says_from_when_to_when_it_is_good() {
        refused("exp", seconds(0), "token-expired");
        refused("exp", null, "token-lifetime");
        refused("iat", null, "token-lifetime");
        refused("iat", seconds(61), "token-not-yet");
        refused("nbf", seconds(61), "token-not-yet");
    }

    @Test
    void a_person_is_told_by_all_of_the_configured_claims() {
        with(issuer.reviewSettings(List.of("tid", "oid"), IssuerSettings.PEOPLE_IF));
        var claims = claims();
        claims.put("tid", "tenant");
        refused(claims, "reviewer-unnamed");
        claims.put("oid", "4711");
        assertThat(known(claims).person()).containsExactly("tenant", "4711");
    }

    @Test
    void an_issuer_without_a_review_audience_has_no_reviewers() {
        with(issuer.settings());
        refused(claims(), "reviewer-issuer");
        assertThat(issuers.signIn()).isEmpty();
    }

    @Test
    void signature_and_issuer_are_judged_as_on_the_data_plane() {
        var other = HostileIssuer.rsa("rsa-1");
        assertThat(code(HostileIssuer.sign(claims(), other, JWSAlgorithm.RS256)))
                .isEqualTo("token-signature");
        var elsewhere = claims();
        elsewhere.put("iss", "https://other.example");
        refused(elsewhere, "token-issuer");
        assertThat(code("x")).isEqualTo("token-malformed");
        assertThat(code("")).isEqualTo("token-malformed");
    }

    @Test
    void a_client_is_told_how_to_sign_a_person_in() {
        assertThat(issuers.signIn())
                .containsExactly(
                        new Issuers.SignIn(
                                issuer.name(), "countersign-cli", "countersign-reviews"));
    }

    private String code(String token) {
        return ((Reviewing.Rejected) issuers.reviewer(token)).code();
    }
}
