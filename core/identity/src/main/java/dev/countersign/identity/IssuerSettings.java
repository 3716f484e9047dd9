package dev.countersign.identity;

import dev.countersign.settings.Default;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One entry of `issuers:`: who may say who somebody is, and how its tokens say it.
///
/// ```yaml
/// - issuer: https://idp.example/realms/x
///   audience: countersign
///   agent-claim: act.sub
///   human-claim: sub
///   subjects: public
/// ```
///
/// A claim is named by a path of names with dots between (`act.sub`); what holds `://` is the whole
/// name of one claim (`https://example.com/agent`).
///
/// @param issuer exactly as it stands in the tokens' `iss`; https, or http on loopback. Its
///   discovery document stands under it at `/.well-known/openid-configuration`
/// @param audience stands in `aud` of what is presented to the data plane
/// @param reviewAudience people decide with it. A token that carries it, even beside `audience`, is
///   refused on the data plane
/// @param reviewClient the client (`azp` or `client_id`) that people sign in with to decide; no
///   other client's tokens decide anything. Stands there exactly where `review-audience` does
/// @param clientClaim names the client a token was issued to, where that is neither `azp` nor
///   `client_id` (Okta: `cid`)
/// @param agentClaim names the agent in a token that was delegated to one
/// @param humanClaim names the human in a token that has one
/// @param personClaim the claims by which people are compared, all of them together: the same
///   person has the same values under both audiences. `sub` where nothing stands here
/// @param subjects what this issuer's `sub` is
/// @param peopleClients clients (`azp` or `client_id`) whose users act themselves. Everybody else
///   is an agent
/// @param operators by the subject of an agent that acts without a human: who answers for it, the
///   operator of record, as their `person-claim` says (several values with one space between).
///   Never decides for it
/// @param groupsClaim a list of names; one missing claim is no group
/// @param peopleIf the test of a person: a CEL condition over `claims`, the whole token. Without it
///   nobody decides, and an agent whose token has no `act` acts for no human
/// @param maxLifetime the longest `exp` − `iat`: a token that is a password on the wire can be
///   replayed until it ends
/// @param idTokens takes ID tokens too, which were made for a client and not for a gateway
/// @param jwksOrigin `https://host:port` of the keys where that is not the issuer's own
public record IssuerSettings(
        String issuer,
        String audience,
        @Default("") String reviewAudience,
        @Default("") String reviewClient,
        @Default("") String clientClaim,
        @Default("act.sub") String agentClaim,
        @Default("sub") String humanClaim,
        List<String> personClaim,
        @Default("as-discovered") Subjects subjects,
        List<String> peopleClients,
        Map<String, String> operators,
        @Default("groups") String groupsClaim,
        @Default(PEOPLE_IF) String peopleIf,
        @Default("60m") Duration maxLifetime,
        @Default("false") boolean idTokens,
        @Default("") String jwksOrigin) {

    /// What an issuer's `sub` is to two clients (OpenID Connect Core 8).
    public enum Subjects {
        /// As its discovery document says, which must leave no doubt where `sub` is the person.
        AS_DISCOVERED,
        /// The same for all clients.
        PUBLIC,
        /// Another one for each client: no person can be recognised by it.
        PAIRWISE
    }

    /// A person signed in, and nobody acts for them.
    static final String PEOPLE_IF = "has(claims.auth_time) && !has(claims.act)";

    /// Nobody gets a longer `max-lifetime`.
    static final Duration LONGEST_LIFETIME = Duration.ofHours(24);

    private static final String SUBJECT = "sub";

    public IssuerSettings {
        personClaim = personClaim.isEmpty() ? List.of(SUBJECT) : List.copyOf(personClaim);
        peopleClients = List.copyOf(peopleClients);
        operators = Map.copyOf(operators);
        var wrong = new ArrayList<String>();
        issuerProblem(issuer).ifPresent(wrong::add);
        if (!jwksOrigin.isEmpty() && Origin.of(jwksOrigin).isEmpty()) {
            wrong.add("`jwks-origin` must be https://HOST or https://HOST:PORT (http on loopback)");
        }
        if (audience.isBlank()) {
            wrong.add("`audience` must name this gateway, or a token for anybody would do");
        }
        if (audience.equals(reviewAudience)) {
            wrong.add(
                    "`review-audience` must differ from `audience`: an agent's token decides nothing");
        }
        wrong.addAll(reviewProblems(audience, reviewAudience, reviewClient));
        wrong.addAll(operatorProblems(operators, personClaim));
        PeopleIf.problem(peopleIf).ifPresent(wrong::add);
        var claims = new ArrayList<>(personClaim);
        claims.addAll(List.of(agentClaim, humanClaim, groupsClaim));
        if (!clientClaim.isEmpty()) {
            claims.add(clientClaim);
        }
        for (var claim : claims) {
            if (!Claims.isPath(claim)) {
                wrong.add("`" + claim + "` names no claim; write names with dots between");
            }
        }
        if (subjects == Subjects.PAIRWISE && personClaim.contains(SUBJECT)) {
            wrong.add(
                    "with `subjects: pairwise` nobody can be recognised by `sub`; name what they are"
                            + " known by in `person-claim`");
        }
        if (!maxLifetime.isPositive() || maxLifetime.compareTo(LONGEST_LIFETIME) > 0) {
            wrong.add("`max-lifetime` must be longer than 0s and at most 24h");
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", wrong));
        }
    }

    /// Everything at its default.
    public static IssuerSettings of(String issuer, String audience) {
        return new IssuerSettings(
                issuer,
                audience,
                "",
                "",
                "",
                "act.sub",
                SUBJECT,
                List.of(),
                Subjects.AS_DISCOVERED,
                List.of(),
                Map.of(),
                "groups",
                PEOPLE_IF,
                Duration.ofMinutes(60),
                false,
                "");
    }

    /// What stands in the configuration and is not served by this version, a sentence each:
    /// nothing.
    public List<String> notServed() {
        return List.of();
    }

    /// Who answers for an agent that acts without a human, in the order of `person-claim`; empty
    /// where nobody does.
    List<String> operatorOf(String agent) {
        var operator = operators.get(agent);
        return operator == null ? List.of() : values(operator);
    }

    /// Whether this issuer's people may decide at all.
    boolean servesReviews() {
        return !reviewAudience.isEmpty();
    }

    /// Where the discovery document stands (OpenID Connect Discovery 4: one closing slash goes).
    URI discovery() {
        var base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        return URI.create(base + "/.well-known/openid-configuration");
    }

    /// The only place that keys are taken from.
    Origin keysFrom() {
        return Origin.of(jwksOrigin.isEmpty() ? issuer : jwksOrigin).orElseThrow();
    }

    /// `sub` is what people are compared by, so it must be the same for all clients.
    boolean peopleAreSubjects() {
        return personClaim.contains(SUBJECT);
    }

    private static List<String> values(String operator) {
        return List.of(operator.split(" ", -1));
    }

    private static List<String> reviewProblems(String audience, String reviews, String client) {
        var wrong = new ArrayList<String>();
        if (reviews.isEmpty() != client.isEmpty()) {
            wrong.add(
                    "`review-audience` and `review-client` belong together: people decide with"
                            + " tokens of both; write both, or neither");
        }
        if (!client.isEmpty() && (client.equals(audience) || client.equals(reviews))) {
            wrong.add(
                    "`review-client` must differ from both audiences, or an ID token, whose audience"
                            + " is the client, could pass for an access token");
        }
        return wrong;
    }

    private static List<String> operatorProblems(
            Map<String, String> operators, List<String> personClaim) {
        var wrong = new ArrayList<String>();
        operators.forEach((agent, operator) -> {
            var values = values(operator);
            if (values.size() != personClaim.size() || values.contains("")) {
                wrong.add(
                        "`operators`: "
                                + agent
                                + " needs "
                                + personClaim.size()
                                + " value(s) with one space between, one for each of"
                                + " `person-claim` ("
                                + String.join(", ", personClaim)
                                + ")");
            }
        });
        return wrong;
    }

    private static Optional<String> issuerProblem(String issuer) {
        try {
            var uri = new URI(issuer);
            return Origin.of(issuer).isPresent()
                            && uri.getRawQuery() == null
                            && uri.getRawFragment() == null
                    ? Optional.empty()
                    : Optional.of(
                            "`issuer` must be an https URL without query and fragment; http is"
                                    + " taken on loopback only");
        } catch (URISyntaxException e) {
            return Optional.of("`issuer` is no URL");
        }
    }
}
