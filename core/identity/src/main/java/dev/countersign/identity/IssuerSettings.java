package dev.countersign.identity;

import dev.countersign.settings.Default;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
/// @param agentClaim names the agent in a token that was delegated to one
/// @param humanClaim names the human in a token that has one
/// @param personClaim the claims by which people are compared, all of them together: the same
///   person has the same values under both audiences. `sub` where nothing stands here
/// @param subjects what this issuer's `sub` is
/// @param peopleClients clients (`azp` or `client_id`) whose users act themselves. Everybody else
///   is an agent
/// @param groupsClaim a list of names; one missing claim is no group
/// @param peopleIf the test of a person, for reviews
/// @param maxLifetime the longest `exp` − `iat`: a token that is a password on the wire can be
///   replayed until it ends
/// @param idTokens takes ID tokens too, which were made for a client and not for a gateway
/// @param jwksOrigin `https://host:port` of the keys where that is not the issuer's own
public record IssuerSettings(
        String issuer,
        String audience,
        @Default("") String reviewAudience,
        @Default("act.sub") String agentClaim,
        @Default("sub") String humanClaim,
        List<String> personClaim,
        @Default("as-discovered") Subjects subjects,
        List<String> peopleClients,
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
        var claims = new ArrayList<>(personClaim);
        claims.addAll(List.of(agentClaim, humanClaim, groupsClaim));
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
                "act.sub",
                SUBJECT,
                List.of(),
                Subjects.AS_DISCOVERED,
                List.of(),
                "groups",
                PEOPLE_IF,
                Duration.ofMinutes(60),
                false,
                "");
    }

    /// What stands in the configuration and is not served by this version, a sentence each.
    public List<String> notServed() {
        var out = new ArrayList<String>();
        if (!reviewAudience.isEmpty()) {
            out.add(
                    "issuer "
                            + issuer
                            + ": reviews are not served yet; tokens with `review-audience` are"
                            + " refused everywhere");
        }
        if (!peopleIf.equals(PEOPLE_IF)) {
            out.add("issuer " + issuer + ": `people-if` is not asked yet; nobody decides anything");
        }
        return List.copyOf(out);
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
