package dev.countersign.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.countersign.model.Principal;
import dev.countersign.model.Principal.Kind;
import dev.countersign.settings.Binder;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Every entry that `docs/connecting-an-issuer.md` offers to be pasted is one that is read, and
/// means what the page says, for tokens with the claims that each issuer documents.
class ConnectingAnIssuerTest {
    private static final Path PAGE = Path.of("../../docs/connecting-an-issuer.md");
    private static final Pattern ENTRY =
            Pattern.compile("^## ([^\n]+)\n(?:(?!^## ).)*?^```yaml\n(.*?)^```$", flags());
    private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

    @TempDir private Path folder;
    private final Map<String, List<IssuerSettings>> entries = new TreeMap<>();

    /// What stands in a pasted block.
    record Pasted(List<IssuerSettings> issuers) {}

    private static int flags() {
        return Pattern.MULTILINE | Pattern.DOTALL;
    }

    @BeforeEach
    void read() throws IOException {
        var page = Files.readString(PAGE);
        var blocks = ENTRY.matcher(page);
        while (blocks.find()) {
            var file = Files.writeString(folder.resolve("pasted.yaml"), blocks.group(2));
            var problems = new ArrayList<Problem>();
            var read = new Binder(Documents.read(file).getFirst(), problems).bind(Pasted.class);
            assertThat(problems).as(blocks.group(1)).isEmpty();
            entries.put(blocks.group(1), read.orElseThrow().issuers());
        }
        assertThat(entries).hasSize(page.split("```yaml", -1).length - 1);
    }

    private List<IssuerSettings> all(String heading) {
        return entries.getOrDefault(heading, List.of());
    }

    private IssuerSettings entry(String heading) {
        return all(heading).getFirst();
    }

    @Test
    void the_page_speaks_of_six_issuers() {
        assertThat(entries)
                .containsOnlyKeys(
                        "Keycloak",
                        "Kubernetes service accounts",
                        "GitHub Actions",
                        "Okta",
                        "Entra ID",
                        "Auth0");
    }

    @Test
    void keycloak() throws Exception {
        var it = entry("Keycloak");
        var forAnn =
                """
                {"aud": ["countersign", "account"], "typ": "Bearer", "azp": "report-agent",
                 "sub": "f1a2", "auth_time": %d, "sid": "s", "acr": "1", "scope": "openid",
                 "preferred_username": "ann", "groups": ["support"],
                 "realm_access": {"roles": ["offline_access"]}}\
                """;
        assertThat(agent(it, forAnn).toString()).isEqualTo("report-agent for f1a2");
        var alone =
                """
                {"aud": ["countersign", "account"], "typ": "Bearer", "azp": "nightly-report",
                 "sub": "9b9b", "acr": "1", "client_id": "nightly-report",
                 "scope": "profile email", "clientHost": "10.0.0.7", "clientAddress": "10.0.0.7",
                 "preferred_username": "service-account-nightly-report"}\
                """;
        assertThat(agent(it, alone).toString()).isEqualTo("nightly-report");
        assertThat(agent(it, alone).operator())
                .containsExactly("8a2d6e0b-5a5e-4d0e-9a55-1d1a7c3c9b11");
        reviewer(
                it,
                """
                {"aud": "countersign-reviews", "typ": "Bearer", "azp": "countersign-cli",
                 "sub": "8a2d6e0b-5a5e-4d0e-9a55-1d1a7c3c9b11", "auth_time": %d,
                 "groups": ["dba"]}\
                """,
                """
                {"aud": "countersign-cli", "typ": "ID", "azp": "countersign-cli", "nonce": "n",
                 "sub": "8a2d6e0b-5a5e-4d0e-9a55-1d1a7c3c9b11", "auth_time": %d, "at_hash": "h",
                 "groups": ["dba"]}\
                """,
                "8a2d6e0b-5a5e-4d0e-9a55-1d1a7c3c9b11");
    }

    @Test
    void kubernetes_service_accounts() throws Exception {
        var pod =
                agent(
                        entry("Kubernetes service accounts"),
                        """
                        {"aud": ["countersign"], "sub": "system:serviceaccount:reports:nightly",
                         "kubernetes.io": {"namespace": "reports",
                           "pod": {"name": "nightly-1", "uid": "900f80ed"},
                           "serviceaccount": {"name": "nightly", "uid": "a709ef71"}}}\
                        """);
        assertThat(pod.toString()).isEqualTo("system:serviceaccount:reports:nightly");
        assertThat(pod.human()).isNull();
        assertThat(pod.operator()).containsExactly("dana");
    }

    @Test
    void github_actions() throws Exception {
        var job =
                agent(
                        entry("GitHub Actions"),
                        """
                        {"aud": "countersign.acme.example", "actor": "octocat",
                         "sub": "repo:acme/shop:ref:refs/heads/main", "repository": "acme/shop",
                         "workflow_ref": "acme/shop/.github/workflows/nightly.yml@refs/heads/main",
                         "job_workflow_ref": "acme/shop/.github/workflows/nightly.yml@refs/heads/main",
                         "run_id": "1", "event_name": "schedule", "ref": "refs/heads/main"}\
                        """);
        assertThat(job.toString())
                .isEqualTo("acme/shop/.github/workflows/nightly.yml@refs/heads/main");
        assertThat(job.human()).isNull();
        assertThat(job.operator()).containsExactly("dana");
    }

    @Test
    void okta() throws Exception {
        var agents = all("Okta").getFirst();
        var forAnn =
                """
                {"ver": 1, "jti": "AT.x", "aud": "countersign", "cid": "0oa1agent",
                 "uid": "00u0ann", "scp": ["openid"], "auth_time": %d, "sub": "ann@acme.example",
                 "okta_id": "00u0ann", "groups": ["support"]}\
                """;
        assertThat(agent(agents, forAnn).toString()).isEqualTo("0oa1agent for ann@acme.example");
        assertThat(agent(agents, forAnn).people()).containsExactly(List.of("00u0ann"));
        var alone =
                """
                {"ver": 1, "aud": "countersign", "cid": "0oa7nightly", "sub": "0oa7nightly",
                 "scp": ["reports"]}\
                """;
        assertThat(agent(agents, alone).operator()).containsExactly("00u1dana");
        reviewer(
                all("Okta").getLast(),
                """
                {"ver": 1, "aud": "countersign-reviews", "cid": "0oa9reviews", "uid": "00u1dana",
                 "scp": ["openid"], "auth_time": %d, "sub": "dana@acme.example",
                 "okta_id": "00u1dana", "groups": ["dba"]}\
                """,
                """
                {"ver": 1, "aud": "0oa9reviews", "sub": "00u1dana", "nonce": "n", "amr": ["pwd"],
                 "auth_time": %d, "at_hash": "h", "okta_id": "00u1dana", "groups": ["dba"]}\
                """,
                "00u1dana");
    }

    @Test
    void entra() throws Exception {
        var it = entry("Entra ID");
        var tenant = "7d0d3f3e-0000-4000-8000-5c1f2a3b4c5d";
        var forAnn =
                """
                {"ver": "2.0", "aud": "11111111-aaaa-4000-8000-000000000001", "azp": "agent-app",
                 "azpacr": "1", "oid": "ann-oid", "sub": "pairwise-1", "scp": "statements",
                 "tid": "7d0d3f3e-0000-4000-8000-5c1f2a3b4c5d", "auth_time": %d,
                 "name": "Ann", "groups": ["0f0f"]}\
                """;
        assertThat(agent(it, forAnn).toString()).isEqualTo("agent-app for pairwise-1");
        assertThat(agent(it, forAnn).people()).containsExactly(List.of(tenant, "ann-oid"));
        var alone =
                """
                {"ver": "2.0", "aud": "11111111-aaaa-4000-8000-000000000001", "idtyp": "app",
                 "azp": "44444444-dddd-4000-8000-000000000004", "oid": "sp-oid", "sub": "sp-oid",
                 "tid": "7d0d3f3e-0000-4000-8000-5c1f2a3b4c5d", "roles": ["statements"]}\
                """;
        assertThat(agent(it, alone).human()).isNull();
        assertThat(agent(it, alone).operator())
                .containsExactly(tenant, "99999999-eeee-4000-8000-000000000009");
        reviewer(
                it,
                """
                {"ver": "2.0", "aud": "22222222-bbbb-4000-8000-000000000002", "scp": "decide",
                 "azp": "33333333-cccc-4000-8000-000000000003", "sub": "pairwise-2",
                 "oid": "99999999-eeee-4000-8000-000000000009", "auth_time": %d,
                 "tid": "7d0d3f3e-0000-4000-8000-5c1f2a3b4c5d", "groups": ["dba"]}\
                """,
                """
                {"ver": "2.0", "aud": "33333333-cccc-4000-8000-000000000003", "sub": "pairwise-3",
                 "oid": "99999999-eeee-4000-8000-000000000009", "auth_time": %d, "nonce": "n",
                 "tid": "7d0d3f3e-0000-4000-8000-5c1f2a3b4c5d", "groups": ["dba"]}\
                """,
                tenant,
                "99999999-eeee-4000-8000-000000000009");
    }

    @Test
    void auth0() throws Exception {
        var it = entry("Auth0");
        var forAnn =
                """
                {"aud": ["https://countersign.acme.example", "https://acme.eu.auth0.com/userinfo"],
                 "azp": "aGenT1", "sub": "auth0|ann", "scope": "openid",
                 "https://countersign.acme.example/groups": ["support"]}\
                """;
        assertThat(agent(it, forAnn).toString()).isEqualTo("aGenT1 for auth0|ann");
        assertThat(agent(it, forAnn).groups()).containsExactly("support");
        var alone =
                """
                {"aud": "https://countersign.acme.example", "azp": "nIghTlY01",
                 "sub": "nIghTlY01@clients", "gty": "client-credentials"}\
                """;
        assertThat(agent(it, alone).human()).isNull();
        assertThat(agent(it, alone).operator()).containsExactly("auth0|dana");
        var ruling =
                """
                {"aud": "kM3cRevIewsCLI", "sub": "auth0|dana", "nonce": "n", "auth_time": %d,
                 "https://countersign.acme.example/groups": ["dba"]}\
                """;
        assertThat(new ReviewRules(it).signed(idToken(ruling), "n", NOW).person())
                .containsExactly("auth0|dana");
    }

    // ----

    private static Principal agent(IssuerSettings issuer, String json) throws Exception {
        var claims = claims(json);
        var ends = TokenRules.check(claims, issuer, NOW);
        var who = Mapping.map(claims, issuer, PeopleIf.of(issuer.peopleIf()), ends).who();
        assertThat(who.kind()).isEqualTo(Kind.AGENT);
        return who;
    }

    private static void reviewer(
            IssuerSettings issuer, String accessToken, String idToken, String... person)
            throws Exception {
        var rules = new ReviewRules(issuer);
        var known = rules.reviewer(claims(accessToken), NOW);
        var signed = rules.signed(idToken(idToken), "n", NOW);
        assertThat(known.person()).containsExactly(person).isEqualTo(signed.person());
        assertThat(known.groups()).containsExactly("dba").isEqualTo(signed.groups());
    }

    private static Jws idToken(String json) throws Exception {
        return Jws.parse(
                HostileIssuer.compact(
                        "{\"alg\":\"RS256\",\"typ\":\"JWT\"}",
                        JSONObjectUtils.toJSONString(members(json)),
                        new byte[] {1}));
    }

    private static Claims claims(String json) throws ParseException {
        return new Claims(members(json));
    }

    /// With the times that all tokens have; `%d` is that of the sign-in.
    private static Map<String, Object> members(String json) throws ParseException {
        long now = NOW.getEpochSecond();
        var filled = json.replace("%d", String.valueOf(now - 40));
        var members = new HashMap<>(JSONObjectUtils.parse(filled));
        members.put("iat", now - 30);
        members.put("exp", now + 270);
        return members;
    }
}
