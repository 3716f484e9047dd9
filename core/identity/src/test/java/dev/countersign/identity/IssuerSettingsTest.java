package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.settings.Binder;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IssuerSettingsTest {
    @TempDir private Path folder;
    private final List<Problem> problems = new ArrayList<>();

    private Optional<IssuerSettings> read(String yaml) throws IOException {
        var file = folder.resolve("issuer.yaml");
        Files.writeString(file, yaml);
        return new Binder(Documents.read(file).getFirst(), problems).bind(IssuerSettings.class);
    }

    @Test
    void the_least_that_must_be_said_and_its_defaults() throws IOException {
        var settings = read("issuer: https://idp.example/realms/x\naudience: countersign\n");
        assertThat(settings)
                .contains(IssuerSettings.of("https://idp.example/realms/x", "countersign"));
        assertThat(settings.orElseThrow().personClaim()).containsExactly("sub");
        assertThat(settings.orElseThrow().maxLifetime()).isEqualTo(Duration.ofMinutes(60));
        assertThat(settings.orElseThrow().notServed()).isEmpty();
    }

    @Test
    void every_key() throws IOException {
        var settings =
                read(
                        """
                        issuer: https://idp.example
                        audience: countersign
                        review-audience: countersign-reviews
                        review-client: countersign-cli
                        client-claim: cid
                        agent-claim: azp
                        human-claim: preferred_username
                        person-claim: [tid, oid]
                        subjects: pairwise
                        people-clients: [psql-for-people]
                        operators: {nightly: tenant omar}
                        groups-claim: realm_access.roles
                        people-if: has(claims.auth_time)
                        max-lifetime: 15m
                        id-tokens: true
                        jwks-origin: https://keys.example
                        """);
        assertThat(problems).isEmpty();
        assertThat(settings)
                .contains(
                        new IssuerSettings(
                                "https://idp.example",
                                "countersign",
                                "countersign-reviews",
                                "countersign-cli",
                                "cid",
                                "azp",
                                "preferred_username",
                                List.of("tid", "oid"),
                                IssuerSettings.Subjects.PAIRWISE,
                                List.of("psql-for-people"),
                                Map.of("nightly", "tenant omar"),
                                "realm_access.roles",
                                "has(claims.auth_time)",
                                Duration.ofMinutes(15),
                                true,
                                "https://keys.example"));
        assertThat(settings.orElseThrow().notServed()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://idp.example",
                "http://127.0.0.1.evil.example",
                "http://127.evil.example",
                "http://10.0.0.1",
                "ftp://127.0.0.1",
                "https://user@idp.example",
                "https://idp.example?tenant=x",
                "https://idp.example#x",
                "idp.example",
                "https:",
                "https://a b"
            })
    void an_issuer_is_an_https_address_or_on_loopback(String issuer) throws IOException {
        assertThat(read("issuer: \"" + issuer + "\"\naudience: countersign\n")).isEmpty();
        assertThat(problems).singleElement().asString().contains("`issuer`");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8555",
                "http://127.0.0.1:1/x",
                "http://[::1]:1",
                "https://a/b/"
            })
    void an_issuer_on_loopback_may_speak_in_clear(String issuer) throws IOException {
        assertThat(read("issuer: \"" + issuer + "\"\naudience: countersign\n")).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "review-audience: countersign-reviews",
                "review-client: countersign-cli",
                "{review-audience: countersign, review-client: countersign-cli}",
                "{review-audience: countersign-reviews, review-client: countersign-reviews}",
                "{review-audience: countersign-reviews, review-client: countersign}",
                "operators: {nightly: tenant omar}",
                "operators: {nightly: ''}",
                "{person-claim: [tid, oid], operators: {nightly: omar}}",
                "{person-claim: [tid, oid], operators: {nightly: 'tenant  omar'}}",
                "people-if: has(claims.auth_time",
                "people-if: 'has(claim.auth_time)'",
                "people-if: claims.auth_time + 1",
                "people-if: ''",
                "agent-claim: act..sub",
                "agent-claim: ''",
                "client-claim: a..b",
                "groups-claim: 'a b'",
                "subjects: pairwise",
                "subjects: sometimes",
                "max-lifetime: 0s",
                "max-lifetime: 25h",
                "jwks-origin: http://keys.example",
                "jwks: https://keys.example"
            })
    void what_cannot_be_meant_is_told(String line) throws IOException {
        var keys = line.startsWith("{") ? line.substring(1, line.length() - 1) : line;
        assertThat(read("{issuer: \"https://idp.example\", audience: countersign, " + keys + "}"))
                .isEmpty();
        assertThat(problems).hasSize(1);
    }

    @Test
    void a_wrong_condition_is_told_with_its_reason() throws IOException {
        assertThat(
                        read(
                                """
                                issuer: https://idp.example
                                audience: countersign
                                people-if: has(claims.auth_time) && !has(claim.act)
                                """))
                .isEmpty();
        assertThat(problems)
                .singleElement()
                .asString()
                .contains("`people-if`")
                .contains("undeclared reference to 'claim'");
    }

    @Test
    void everything_that_is_wrong_is_told_at_once() throws IOException {
        assertThat(read("issuer: ftp://x\naudience: ''\nmax-lifetime: 0s\n")).isEmpty();
        assertThat(problems).hasSizeGreaterThanOrEqualTo(3);
    }

    @Test
    void the_discovery_document_stands_under_the_issuer() {
        for (var name : List.of("https://a.example/b", "https://a.example/b/")) {
            assertThat(IssuerSettings.of(name, "x").discovery())
                    .hasToString("https://a.example/b/.well-known/openid-configuration");
        }
    }

    @Test
    void an_origin_is_scheme_host_and_port() {
        assertThat(Origin.of("https://A.example/x"))
                .isEqualTo(Origin.of("https://a.example:443/y"))
                .isNotEqualTo(Origin.of("https://a.example:444/x"))
                .isNotEqualTo(Origin.of("https://b.example/x"));
    }
}
