package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class TokenRulesTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");
    private static final IssuerSettings ISSUER = issuer(false);

    private static IssuerSettings issuer(boolean idTokens) {
        return new IssuerSettings(
                "https://idp.example",
                "countersign",
                "countersign-reviews",
                "countersign-cli",
                "",
                "act.sub",
                "sub",
                List.of(),
                IssuerSettings.Subjects.PUBLIC,
                List.of(),
                Map.of(),
                "groups",
                IssuerSettings.PEOPLE_IF,
                Duration.ofMinutes(60),
                idTokens,
                "");
    }

    private static Map<String, Object> claims() {
        var claims = new TreeMap<String, Object>();
        claims.put("aud", "countersign");
        claims.put("iat", seconds(0));
        claims.put("exp", seconds(600));
        return claims;
    }

    private static long seconds(long fromNow) {
        return NOW.getEpochSecond() + fromNow;
    }

    private static Instant check(Map<String, Object> claims) throws TokenRefused {
        return TokenRules.check(new Claims(claims), ISSUER, NOW);
    }

    private static void refused(String claim, Object value, String code) {
        var claims = claims();
        claims.put(claim, value);
        refused(claims, code);
    }

    private static void refused(Map<String, Object> claims, String code) {
        assertThatThrownBy(() -> check(claims))
                .isInstanceOfSatisfying(
                        TokenRefused.class,
                        refused -> {
                            assertThat(refused.code()).isEqualTo(code);
                            assertThat(refused).hasNoCause();
                        });
    }

    @Test
    void a_token_ends_when_it_says() throws TokenRefused {
        assertThat(check(claims())).isEqualTo(NOW.plusSeconds(600));
        var fraction = claims();
        fraction.put("exp", seconds(600) + 0.5);
        assertThat(check(fraction)).isEqualTo(NOW.plusMillis(600_500));
    }

    @Test
    void the_audience_is_among_those_of_the_token() throws TokenRefused {
        var claims = claims();
        claims.put("aud", List.of("account", "countersign"));
        assertThat(check(claims)).isNotNull();
        for (var other :
                List.of("account", "Countersign", "countersign ", "countersign/x", List.of())) {
            refused("aud", other, TokenRefused.AUDIENCE);
        }
        claims.remove("aud");
        refused(claims, TokenRefused.AUDIENCE);
    }

    @Test
    void a_token_for_decisions_is_no_token_for_the_data_plane() {
        refused("aud", "countersign-reviews", TokenRefused.AUDIENCE);
        refused("aud", List.of("countersign", "countersign-reviews"), TokenRefused.AUDIENCE);
    }

    @Test
    void an_audience_of_another_shape_is_refused() {
        refused("aud", 7L, TokenRefused.CLAIMS);
        refused("aud", List.of("countersign", 7L), TokenRefused.CLAIMS);
        refused("aud", Map.of("countersign", true), TokenRefused.CLAIMS);
    }

    @Test
    void an_expired_token_is_refused_to_the_second() throws TokenRefused {
        refused("exp", seconds(0), TokenRefused.EXPIRED);
        refused("exp", 0L, TokenRefused.EXPIRED);
        var claims = claims();
        claims.put("exp", seconds(1));
        assertThat(check(claims)).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void a_token_of_the_future_is_refused_beyond_the_skew() throws TokenRefused {
        for (var claim : List.of("iat", "nbf")) {
            refused(claim, seconds(61), TokenRefused.NOT_YET);
            var claims = claims();
            claims.put(claim, seconds(60));
            assertThat(check(claims)).isNotNull();
        }
    }

    @Test
    void a_token_says_how_long_it_lives_and_not_longer_than_allowed() throws TokenRefused {
        for (var claim : List.of("iat", "exp")) {
            var claims = claims();
            claims.remove(claim);
            refused(claims, TokenRefused.LIFETIME);
        }
        refused("exp", seconds(3601), TokenRefused.LIFETIME);
        refused("iat", seconds(-3001), TokenRefused.LIFETIME);
        var claims = claims();
        claims.put("exp", seconds(3600));
        assertThat(check(claims)).isNotNull();
    }

    @Test
    void times_that_are_none_are_refused() {
        for (var time :
                List.of(
                        "1",
                        -1L,
                        Long.MAX_VALUE,
                        Long.MIN_VALUE,
                        1e300,
                        Double.NaN,
                        Double.POSITIVE_INFINITY,
                        List.of(),
                        true)) {
            refused("exp", time, TokenRefused.CLAIMS);
        }
    }

    @Test
    void an_ID_token_is_refused_unless_the_issuer_may_send_them() throws TokenRefused {
        for (var claim : List.of("nonce", "at_hash", "c_hash")) {
            refused(claim, "x", TokenRefused.TYPE);
        }
        refused("typ", "ID", TokenRefused.TYPE);
        refused("token_use", "id", TokenRefused.TYPE);
        var claims = claims();
        claims.put("nonce", "x");
        var allowed = issuer(true);
        assertThat(TokenRules.check(new Claims(claims), allowed, NOW)).isNotNull();
    }

    @Test
    void a_refresh_or_logout_token_is_refused_always() {
        for (var kind : List.of("Refresh", "Offline", "Logout")) {
            refused("typ", kind, TokenRefused.TYPE);
        }
        refused("events", Map.of("logout", Map.of()), TokenRefused.TYPE);
    }

    @Test
    void a_token_that_is_bound_to_a_key_is_no_bearer_token() {
        refused("cnf", Map.of("jkt", "x"), TokenRefused.BOUND);
    }

    @Test
    void an_access_token_may_say_that_it_is_one() throws TokenRefused {
        for (var kind : Map.of("typ", "Bearer", "token_use", "access").entrySet()) {
            var claims = claims();
            claims.put(kind.getKey(), kind.getValue());
            assertThat(check(claims)).isNotNull();
        }
    }
}
