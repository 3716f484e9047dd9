package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PeopleIfTest {
    private static final Map<String, Object> ANN =
            Map.of(
                    "sub",
                    "ann",
                    "auth_time",
                    1_700_000_000L,
                    "amr",
                    List.of("pwd", "otp"),
                    "email_verified",
                    true,
                    "realm_access",
                    Map.of("roles", List.of("dba")),
                    "https://x.example/kind",
                    "human");

    private static boolean holds(String condition, Map<String, Object> claims) {
        return PeopleIf.of(condition).holds(new Claims(claims));
    }

    private static Map<String, Object> ann(String claim, Object value) {
        var claims = new HashMap<>(ANN);
        claims.put(claim, value);
        return claims;
    }

    @Test
    void by_default_a_person_signed_in_and_nobody_acts_for_them() {
        assertThat(holds(IssuerSettings.PEOPLE_IF, ANN)).isTrue();
        assertThat(holds(IssuerSettings.PEOPLE_IF, ann("act", Map.of("sub", "eve")))).isFalse();
        assertThat(holds(IssuerSettings.PEOPLE_IF, Map.of("sub", "ann"))).isFalse();
        assertThat(holds(IssuerSettings.PEOPLE_IF, Map.of())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "'otp' in claims.amr",
                "claims.amr.exists(m, m == 'otp')",
                "claims.email_verified",
                "'dba' in claims.realm_access.roles",
                "claims['https://x.example/kind'] == 'human'",
                "claims.auth_time > 1600000000 && claims.auth_time < 1.8e9",
                "claims.sub.matches('^[a-z]+$')",
                "!(has(claims.idtyp) && claims.idtyp == 'app')"
            })
    void a_condition_may_look_at_every_claim(String condition) {
        assertThat(holds(condition, ANN)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "claims.missing == 'x'",
                "claims.sub > 5",
                "claims.sub.missing == 'x'",
                "'dba' in claims.sub",
                "claims.realm_access",
                "claims.sub",
                "claims.amr[7] == 'otp'",
                "1 / (claims.auth_time - claims.auth_time) == 1"
            })
    void a_condition_that_cannot_be_evaluated_means_nobody(String condition) {
        assertThat(holds(condition, ANN)).isFalse();
    }

    @Test
    void odd_claims_are_looked_at_without_an_exception() {
        var odd = new TreeMap<String, Object>(ANN);
        odd.put("nothing", null);
        odd.put("list", Arrays.asList(null, 1L, List.of(), Map.of()));
        odd.put("huge", new BigInteger("9".repeat(400)));
        odd.put("nan", Double.NaN);
        odd.put("object", new Object());
        odd.put("", "nameless");
        assertThat(holds(IssuerSettings.PEOPLE_IF, odd)).isTrue();
        assertThat(holds("has(claims.nothing)", odd)).isFalse();
        assertThat(holds("claims.list[0] == null", odd)).isTrue();
        assertThat(holds("claims.huge > 1", odd)).isTrue();
    }

    @Test
    void claims_that_are_nested_too_deeply_are_nobodys() {
        Object deep = "bottom";
        for (int i = 0; i < 10_000; i++) {
            deep = i % 2 == 0 ? List.of(deep) : Map.of("x", deep);
        }
        assertThat(holds("true", ann("deep", deep))).isFalse();
    }

    @Test
    void a_condition_cannot_loop_for_long() {
        var many = new Long[1_000];
        Arrays.fill(many, 1L);
        var claims = ann("many", List.of(many));
        assertThat(holds("claims.many.all(a, a == 1)", claims)).isTrue();
        assertThat(holds("claims.many.all(a, claims.many.all(b, a == b))", claims)).isFalse();
    }

    @Test
    void a_condition_has_a_length_and_an_answer_that_is_true_or_false() {
        assertThat(PeopleIf.problem("true")).isEmpty();
        assertThat(PeopleIf.problem("true || " + "true ||".repeat(1_000) + "true")).isPresent();
        assertThat(PeopleIf.problem("'true'")).isPresent();
        assertThat(PeopleIf.problem("(".repeat(200) + "true" + ")".repeat(200))).isPresent();
        assertThat(PeopleIf.problem("token.sub == 'x'").orElseThrow()).contains("token");
    }
}
