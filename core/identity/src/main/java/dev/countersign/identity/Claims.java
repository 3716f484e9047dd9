package dev.countersign.identity;

import com.nimbusds.jwt.JWTClaimsSet;
import dev.countersign.model.Principal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Who a verified token speaks of: the agent and, apart from it, the human behind it.
///
/// - With the agent's claim (`act.sub`, RFC 8693): the agent is that, the human is the human's claim.
///   Actors nested deeper are information only.
/// - Without it, and the token's client is one of the people's: a person by themselves.
/// - Without it otherwise: an agent that holds a person's plain token. It is an agent to the rules,
///   known by its subject, and counts as that person as well: both names are the subject's.
final class Claims {
    /// Characters of a name.
    static final int MAX_NAME = 255;

    /// Groups of one principal.
    static final int MAX_GROUPS = 500;

    /// Nested actors that are kept.
    static final int MAX_CHAIN = 8;

    private Claims() {}

    static Principal principal(JWTClaimsSet claims, IssuerSettings settings) throws Rejection {
        var all = claims.getClaims();
        var issuer = settings.issuer();
        var human = name(all, settings.humanClaim());
        var agent = name(all, settings.agentClaim());
        var client = client(all);
        var expires = claims.getExpirationTime().toInstant();
        var groups = groups(all, settings.groupsClaim());
        if (agent != null) {
            return new Principal(
                    Principal.Kind.AGENT,
                    new Principal.Party(issuer, agent),
                    human == null ? null : new Principal.Party(issuer, human),
                    chain(all, issuer),
                    client,
                    groups,
                    expires);
        }
        if (human == null) {
            throw new Rejection("token-subject", "the token names nobody");
        }
        var who = new Principal.Party(issuer, human);
        return settings.peopleClients().contains(client) && !client.isEmpty()
                ? new Principal(
                        Principal.Kind.HUMAN, who, null, List.of(), client, groups, expires)
                : new Principal(
                        Principal.Kind.AGENT, who, who, List.of(), client, groups, expires);
    }

    private static String client(Map<String, Object> claims) throws Rejection {
        var client = name(claims, "azp");
        if (client == null) {
            client = name(claims, "client_id");
        }
        return client == null ? "" : client;
    }

    /// The text at a path of members; null where there is none.
    private static @Nullable String name(Map<String, Object> claims, String path)
            throws Rejection {
        Object at = claims;
        for (var member : path.split("\\.", -1)) {
            at = at instanceof Map<?, ?> map ? map.get(member) : null;
        }
        return at instanceof String text && !text.isEmpty() ? checked(text) : null;
    }

    private static String checked(String name) throws Rejection {
        if (name.length() > MAX_NAME || name.chars().anyMatch(Character::isISOControl)) {
            throw new Rejection(
                    "token-subject",
                    "a name in the token is longer than "
                            + MAX_NAME
                            + " characters or has control characters in it");
        }
        return name;
    }

    private static List<Principal.Party> chain(Map<String, Object> claims, String issuer)
            throws Rejection {
        var out = new ArrayList<Principal.Party>();
        Object at = claims.get("act") instanceof Map<?, ?> outer ? outer.get("act") : null;
        while (at instanceof Map<?, ?> actor && out.size() < MAX_CHAIN) {
            if (actor.get("sub") instanceof String subject) {
                out.add(new Principal.Party(issuer, checked(subject)));
            }
            at = actor.get("act");
        }
        return out;
    }

    private static Set<String> groups(Map<String, Object> claims, String path) throws Rejection {
        Object at = claims;
        for (var member : path.split("\\.", -1)) {
            at = at instanceof Map<?, ?> map ? map.get(member) : null;
        }
        var out = new HashSet<String>();
        if (at instanceof List<?> list) {
            if (list.size() > MAX_GROUPS) {
                throw new Rejection(
                        "token-subject", "the token names more than " + MAX_GROUPS + " groups");
            }
            for (var group : list) {
                if (group instanceof String text) {
                    out.add(checked(text));
                }
            }
        }
        return out;
    }
}
