package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.Principal;
import dev.countersign.model.Principal.Kind;
import dev.countersign.model.Principal.Party;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MappingTest {
    private static final String ISSUER = "https://idp.example";
    private static final Instant END = Instant.parse("2026-11-26T12:00:00Z");
    private static final Party ANN = new Party(ISSUER, "ann");
    private static final Party EVE = new Party(ISSUER, "eve");

    private static IssuerSettings settings(String agent, String human, List<String> person) {
        return new IssuerSettings(
                ISSUER,
                "countersign",
                "",
                "",
                "",
                agent,
                human,
                person,
                IssuerSettings.Subjects.PUBLIC,
                List.of("psql-for-people"),
                person.size() == 2
                        ? Map.of("nightly", "tenant omar")
                        : Map.of("nightly", "omar", "eve", "omar"),
                "groups",
                IssuerSettings.PEOPLE_IF,
                Duration.ofMinutes(60),
                false,
                "");
    }

    private static final IssuerSettings USUAL = settings("act.sub", "sub", List.of());

    private static Mapping.Mapped map(Map<String, Object> claims, IssuerSettings settings)
            throws TokenRefused {
        return Mapping.map(new Claims(claims), settings, PeopleIf.of(settings.peopleIf()), END);
    }

    private static Map<String, Object> claims(Object... pairs) {
        var claims = new TreeMap<String, Object>(Map.of("sub", "ann"));
        for (int i = 0; i < pairs.length; i += 2) {
            claims.put((String) pairs[i], pairs[i + 1]);
        }
        return claims;
    }

    private static Principal who(Map<String, Object> claims) throws TokenRefused {
        return map(claims, USUAL).who();
    }

    private static void refused(Map<String, Object> claims) {
        refused(claims, USUAL);
    }

    private static void refused(Map<String, Object> claims, IssuerSettings settings) {
        assertThatThrownBy(() -> map(claims, settings))
                .isInstanceOfSatisfying(
                        TokenRefused.class,
                        refused -> assertThat(refused.code()).isEqualTo(TokenRefused.CLAIMS));
    }

    @Test
    void an_agent_that_acts_for_a_human_is_the_actor() throws TokenRefused {
        var who = who(claims("act", Map.of("sub", "eve"), "azp", "agents", "auth_time", 1L));
        assertThat(who)
                .isEqualTo(
                        new Principal(
                                Kind.AGENT,
                                EVE,
                                ANN,
                                List.of(),
                                "agents",
                                Set.of(),
                                END,
                                Set.of(List.of("ann")),
                                List.of()));
    }

    @Test
    void earlier_actors_are_the_chain_outermost_first() throws TokenRefused {
        var earlier =
                Map.of("sub", "planner", "act", Map.of("sub", "cron", "iss", "https://x.example"));
        var who = who(claims("act", Map.of("sub", "eve", "act", earlier)));
        assertThat(who.actor()).isEqualTo(EVE);
        assertThat(who.chain())
                .containsExactly(
                        new Party(ISSUER, "planner"), new Party("https://x.example", "cron"));
    }

    @Test
    void a_delegated_token_without_agent_or_with_anothers_is_refused() {
        refused(claims("act", Map.of()));
        refused(claims("act", Map.of("client_id", "eve")));
        refused(claims("act", "eve"));
        refused(claims("act", List.of("eve")));
        refused(claims("act", Map.of("sub", "eve", "iss", "https://other.example")));
        refused(claims("act", Map.of("sub", "eve", "act", Map.of("iss", ISSUER))));
    }

    @Test
    void a_chain_has_an_end() throws TokenRefused {
        Map<String, Object> act = Map.of("sub", "a");
        for (int i = 1; i < Mapping.MAX_CHAIN; i++) {
            act = Map.of("sub", "a" + i, "act", act);
        }
        assertThat(who(claims("act", act)).chain()).hasSize(Mapping.MAX_CHAIN - 1);
        refused(claims("act", Map.of("sub", "eve", "act", act)));
    }

    @Test
    void a_plain_token_is_an_agents() throws TokenRefused {
        var who = who(claims());
        assertThat(who.kind()).isEqualTo(Kind.AGENT);
        assertThat(who.actor()).isEqualTo(ANN);
        assertThat(who.human()).isNull();
    }

    @Test
    void a_plain_token_of_a_person_who_signed_in_is_an_agents_and_names_the_person()
            throws TokenRefused {
        var who = who(claims("auth_time", 1_700_000_000L));
        assertThat(who.kind()).isEqualTo(Kind.AGENT);
        assertThat(who.actor()).isEqualTo(ANN);
        assertThat(who.human()).isEqualTo(ANN);
        refused(claims("auth_time", "yesterday"));
    }

    @Test
    void only_a_listed_clients_user_is_a_human() throws TokenRefused {
        for (var claim : List.of("azp", "client_id")) {
            var who = who(claims(claim, "psql-for-people"));
            assertThat(who.kind()).isEqualTo(Kind.HUMAN);
            assertThat(who.actor()).isEqualTo(ANN);
            assertThat(who.human()).isNull();
        }
        assertThat(who(claims("azp", "Psql-for-people")).kind()).isEqualTo(Kind.AGENT);
        assertThat(who(claims("azp", "psql-for-people", "act", Map.of("sub", "eve"))).kind())
                .isEqualTo(Kind.AGENT);
        var itself = claims("sub", "psql-for-people", "azp", "psql-for-people");
        assertThat(who(itself).kind()).isEqualTo(Kind.AGENT);
        refused(claims("azp", "psql-for-people", "client_id", "agents"));
    }

    @Test
    void an_agent_may_stand_in_another_claim() throws TokenRefused {
        var byClient = settings("azp", "sub", List.of());
        var who = map(claims("azp", "eve", "auth_time", 1L), byClient).who();
        assertThat(who.actor()).isEqualTo(EVE);
        assertThat(who.human()).isEqualTo(ANN);
        var alone = map(claims("sub", "eve", "azp", "eve", "auth_time", 1L), byClient).who();
        assertThat(alone.human()).isNull();

        var byName = settings("https://x.example/agent.name", "user.login", List.of());
        var nested =
                claims(
                        "https://x.example/agent.name",
                        "eve",
                        "user",
                        Map.of("login", "ann"),
                        "sub",
                        "4711",
                        "auth_time",
                        1L);
        var mapped = map(nested, byName);
        assertThat(mapped.who().actor()).isEqualTo(EVE);
        assertThat(mapped.who().human()).isEqualTo(ANN);
        assertThat(mapped.person()).containsExactly("4711");
    }

    @Test
    void a_service_account_of_another_name_than_its_client_is_no_human() throws TokenRefused {
        var byClient = settings("azp", "sub", List.of());
        var who = map(claims("sub", "1f3c-service-account", "azp", "nightly"), byClient).who();
        assertThat(who.actor()).isEqualTo(new Party(ISSUER, "nightly"));
        assertThat(who.human()).isNull();
        assertThat(who.operator()).containsExactly("omar");
        assertThat(who.people()).containsExactly(List.of("1f3c-service-account"));
    }

    @Test
    void an_agent_without_a_human_has_its_operator_of_record() throws TokenRefused {
        assertThat(who(claims("sub", "nightly")).operator()).containsExactly("omar");
        assertThat(who(claims("sub", "nightly")).answeredFor()).isTrue();
        assertThat(who(claims("sub", "daily")).operator()).isEmpty();
        assertThat(who(claims("sub", "daily")).answeredFor()).isFalse();

        var entra = settings("act.sub", "sub", List.of("tid", "oid"));
        var compound = map(claims("sub", "nightly"), entra).who();
        assertThat(compound.operator()).containsExactly("tenant", "omar");
    }

    @Test
    void where_there_is_a_human_nobody_else_answers() throws TokenRefused {
        assertThat(who(claims("act", Map.of("sub", "eve"))).operator()).isEmpty();
        assertThat(who(claims("sub", "nightly", "azp", "psql-for-people")).operator()).isEmpty();
        assertThat(who(claims("sub", "nightly", "auth_time", 1L)).operator()).isEmpty();
    }

    @Test
    void groups_are_a_list_or_one_and_never_cut_short() throws TokenRefused {
        assertThat(who(claims()).groups()).isEmpty();
        assertThat(who(claims("groups", List.of("dba", "dba", "ops"))).groups())
                .containsExactlyInAnyOrder("dba", "ops");
        assertThat(who(claims("groups", "dba")).groups()).containsExactly("dba");
        assertThat(who(claims("groups", Collections.nCopies(Claims.MAX_LIST, "g"))).groups())
                .hasSize(1);
        refused(claims("groups", Collections.nCopies(Claims.MAX_LIST + 1, "g")));
        refused(claims("groups", List.of("dba", 7L)));
        refused(claims("groups", Map.of("dba", true)));
        refused(claims("_claim_names", Map.of("groups", "src1")));
    }

    @Test
    void a_person_is_compared_by_all_of_the_configured_claims() throws TokenRefused {
        var entra = settings("act.sub", "sub", List.of("tid", "oid"));
        var full = claims("tid", "t", "oid", "o", "auth_time", 1L);
        assertThat(map(full, entra).person()).containsExactly("t", "o");
        var half = claims("tid", "t", "auth_time", 1L);
        refused(half, entra);
        half.remove("auth_time");
        assertThat(map(half, entra).person()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "a\u0000b",
                "a\nb",
                "a\u0085b",
                "a\u2028b",
                "\u202Eann",
                "an\u200Bn",
                "\uFEFFann",
                "\uD800"
            })
    void a_name_that_shows_something_else_than_it_is_is_refused(String name) {
        refused(claims("sub", name));
        refused(claims("act", Map.of("sub", name)));
        refused(claims("azp", name));
        refused(claims("groups", List.of(name)));
    }

    @Test
    void a_name_has_a_length_and_is_text() throws TokenRefused {
        assertThat(who(claims("sub", "é".repeat(Claims.MAX_TEXT))).actor().subject())
                .hasSize(Claims.MAX_TEXT);
        refused(claims("sub", "a".repeat(Claims.MAX_TEXT + 1)));
        refused(claims("sub", 7L));
        refused(claims("sub", List.of("ann")));
        var nobody = claims();
        nobody.remove("sub");
        refused(nobody);
    }
}
