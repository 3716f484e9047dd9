package dev.countersign.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jwt.SignedJWT;
import dev.countersign.identity.Issuers.Reviewing;
import dev.countersign.identity.Issuers.Verdict;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The flows as they are meant, each judged by the gateway's own rules for tokens.
class DemoIssuerTest {
    @TempDir private Path directory;
    private IssuerHouse house;

    @BeforeEach
    void start() throws IOException {
        house = new IssuerHouse(directory);
    }

    @AfterEach
    void stop() {
        house.close();
    }

    @Test
    void an_agent_that_acts_for_a_person_says_so() throws Exception {
        var token = house.issuer.agentToken("eve", "ann");
        var verified = (Verdict.Verified) house.gateway.verify(token);
        assertThat(verified.who().toString()).isEqualTo("eve for ann");
        assertThat(verified.who().groups()).containsExactly("support");
    }

    @Test
    void an_agent_that_acts_without_a_human_has_an_operator() throws Exception {
        var token = house.issuer.people().agentToken("nightly");
        var verified = (Verdict.Verified) house.gateway.verify(token);
        assertThat(verified.who().toString()).isEqualTo("nightly");
        assertThat(verified.who().operator()).containsExactly("omar");
        assertThat(house.gateway.reviewer(token)).isInstanceOf(Reviewing.Rejected.class);
    }

    @ParameterizedTest
    @CsvSource({"ann,support", "dana,dba", "dora,dba", "omar,audit"})
    void a_person_signs_in_and_may_decide(String person, String group) throws Exception {
        var token = house.issuer.personToken(person);
        var known = ((Reviewing.Known) house.gateway.reviewer(token)).reviewer();
        assertThat(known.person()).containsExactly(person);
        assertThat(known.groups()).containsExactly(group);
        assertThat(known.client()).isEqualTo("countersign-cli");
        var refused = (Verdict.Rejected) house.gateway.verify(token);
        assertThat(refused.code()).isEqualTo("token-audience");
    }

    @Test
    void a_person_signs_in_for_one_ruling() throws Exception {
        var token = house.issuer.personIdToken("dana", "the-question");
        var signed = (Reviewing.Signed) house.gateway.signed(token, "the-question");
        assertThat(signed.by().person()).containsExactly("dana");
        assertThat(signed.by().groups()).containsExactly("dba");
        var other = (Reviewing.Rejected) house.gateway.signed(token, "another");
        assertThat(other.code()).isEqualTo("ruling-nonce");
        house.advance(Duration.ofSeconds(301));
        assertThat(house.gateway.signed(token, "the-question"))
                .isInstanceOf(Reviewing.Rejected.class);
    }

    @Test
    void tokens_say_what_they_are() throws Exception {
        var access = SignedJWT.parse(house.issuer.personToken("dana"));
        assertThat(access.getHeader().getType()).hasToString("at+jwt");
        assertThat(access.getHeader().getAlgorithm()).hasToString("ES256");
        assertThat(access.getJWTClaimsSet().getClaims()).doesNotContainKeys("nonce", "act");
        var id = SignedJWT.parse(house.issuer.personIdToken("dana", "n"));
        assertThat(id.getHeader().getType()).hasToString("JWT");
        assertThat(id.getJWTClaimsSet().getAudience()).containsExactly("countersign-cli");
        var agent = SignedJWT.parse(house.issuer.people().agentToken("nightly"));
        assertThat(agent.getJWTClaimsSet().getClaims()).doesNotContainKeys("auth_time", "groups");
    }

    @Test
    void nobody_unknown_signs_in() {
        assertThatThrownBy(() -> house.issuer.personToken("mallory"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("access_denied");
        assertThatThrownBy(() -> house.issuer.agentToken("eve", "mallory"))
                .hasMessageContaining("invalid_request");
        assertThatThrownBy(() -> house.issuer.agentToken("mallory", "ann"))
                .hasMessageContaining("invalid_client");
    }

    @Test
    void the_discovery_document_names_all_that_there_is() throws Exception {
        var document = IssuerHouse.json(house.get("/.well-known/openid-configuration", Map.of()));
        var name = house.issuer.issuer();
        assertThat(document)
                .containsEntry("issuer", name)
                .containsEntry("authorization_endpoint", name + "/authorize")
                .containsEntry("token_endpoint", name + "/token")
                .containsEntry("device_authorization_endpoint", name + "/device_authorization")
                .containsEntry("jwks_uri", name + "/jwks")
                .containsEntry("code_challenge_methods_supported", List.of("S256"))
                .containsEntry("subject_types_supported", List.of("public"));
        assertThat((List<?>) document.get("grant_types_supported")).hasSize(4);
        assertThat(house.get("/jwks", Map.of()).body())
                .contains("\"keys\"")
                .doesNotContain("\"d\"");
        assertThat(house.gateway.prefetch()).isEmpty();
    }

    @Test
    void the_sign_in_page_asks_who_it_is_and_warns() throws Exception {
        var page = house.get("/authorize", house.request());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body())
                .contains("DEMO ISSUER: never trust it")
                .contains("value=\"ann\"", "value=\"dana\"", "value=\"dora\"", "value=\"omar\"")
                .doesNotContain("<script");
        assertThat(page.headers().firstValue("Content-Security-Policy").orElseThrow())
                .startsWith("default-src 'none'")
                .contains("form-action 'self' http://127.0.0.1:49999")
                .contains("frame-ancestors 'none'");
        assertThat(page.headers().firstValue("Cache-Control")).contains("no-store");
    }

    @ParameterizedTest
    @CsvSource({"http://localhost:1/", "http://[::1]:65535/a/b", "http://127.0.0.1:8080/cb"})
    void a_client_listens_on_any_port_of_loopback(String redirect) throws Exception {
        var request = house.request();
        request.put("redirect_uri", redirect);
        request.put("person", "dana");
        var answer = house.post("/authorize", request);
        assertThat(answer.headers().firstValue("Location").orElseThrow())
                .startsWith(redirect + "?code=");
        var back = IssuerHouse.back(answer);
        assertThat(back.get("state")).isEqualTo("s1");
        assertThat(back.get("iss")).isEqualTo(house.issuer.issuer());
    }

    @Test
    void every_sign_in_is_a_new_one() throws Exception {
        var first = SignedJWT.parse(house.issuer.personToken("dana"));
        house.advance(Duration.ofMinutes(10));
        var second = SignedJWT.parse(house.issuer.personToken("dana"));
        assertThat((long) second.getJWTClaimsSet().getLongClaim("auth_time"))
                .isEqualTo(first.getJWTClaimsSet().getLongClaim("auth_time") + 600);
    }

    @Test
    void a_terminal_is_signed_in_by_a_code_that_a_person_types() throws Exception {
        var form = Map.of("client_id", "countersign-cli", "scope", "openid");
        var started = IssuerHouse.json(house.post("/device_authorization", form));
        var code = String.valueOf(started.get("user_code"));
        var poll =
                Map.of(
                        "grant_type",
                        IssuerTokenEndpoint.DEVICE,
                        "client_id",
                        "countersign-cli",
                        "device_code",
                        String.valueOf(started.get("device_code")));
        assertThat(IssuerHouse.error(house.post("/token", poll)))
                .isEqualTo("authorization_pending");

        assertThat(house.get("/device", Map.of("user_code", code)).body()).contains(code);
        var typed = code.toLowerCase(Locale.ROOT).replace("-", " ");
        var page = house.post("/device", Map.of("user_code", typed, "person", "dana"));
        assertThat(page.body()).contains("Signed in");

        var got = IssuerHouse.json(house.post("/token", poll));
        assertThat(house.gateway.reviewer(String.valueOf(got.get("access_token"))))
                .isInstanceOf(Reviewing.Known.class);
        assertThat(got).containsKey("id_token");
        assertThat(IssuerHouse.error(house.post("/token", poll))).isEqualTo("invalid_grant");
    }

    @Test
    void its_key_stays_and_is_nobody_elses() throws Exception {
        var file = directory.resolve("issuer/key.json");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(IssuerTokens.key(directory.resolve("issuer")).getKeyID())
                .isEqualTo(SignedJWT.parse(house.issuer.personToken("ann")).getHeader().getKeyID());
    }

    @Test
    void others_may_start_one_by_the_public_door() throws Exception {
        try (var people = DemoPeople.start(directory.resolve("another"))) {
            var token = DemoPeople.at(people.issuer()).personToken("dora");
            assertThat(SignedJWT.parse(token).getJWTClaimsSet().getIssuer())
                    .isEqualTo(people.issuer());
        }
    }

    @Test
    void it_listens_on_loopback_only() {
        var everywhere = new InetSocketAddress("0.0.0.0", 0);
        assertThatThrownBy(() -> DemoIssuer.start(everywhere, directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("loopback");
    }
}
