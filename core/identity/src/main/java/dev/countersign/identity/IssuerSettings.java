package dev.countersign.identity;

import dev.countersign.settings.Default;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// One entry of `issuers:`.
///
/// @param issuer its identifier, exactly as its tokens say it; https, or http on loopback
/// @param audience that a token for the data plane must name
/// @param reviewAudience with which people decide; a token that names it is never taken here
/// @param agentClaim where a token names the agent: a path of members
/// @param humanClaim where it names the person behind the agent
/// @param personClaim by which people are compared; `[sub]` where nothing is said
/// @param subjects `public`, or nothing where the issuer's discovery document tells
/// @param peopleClients clients whose tokens are people's own; everybody else is an agent
/// @param groupsClaim where it lists groups
/// @param peopleIf a condition for reviewers; not served yet
/// @param maxLifetime the longest a token may live in all: it is a password here, and can be replayed
public record IssuerSettings(
        String issuer,
        String audience,
        @Default("") String reviewAudience,
        @Default("act.sub") String agentClaim,
        @Default("sub") String humanClaim,
        List<String> personClaim,
        @Default("") String subjects,
        List<String> peopleClients,
        @Default("groups") String groupsClaim,
        @Default("") String peopleIf,
        @Default("60m") Duration maxLifetime) {

    public IssuerSettings {
        var wrong = new ArrayList<String>();
        if (!secure(issuer)) {
            wrong.add("`issuer` must be an https URL without query, or http on loopback");
        }
        if (audience.isBlank()) {
            wrong.add("`audience` must name what tokens are made for");
        }
        if (audience.equals(reviewAudience)) {
            wrong.add("`review-audience` must differ from `audience`");
        }
        if (!subjects.isEmpty() && !subjects.equals("public") && !subjects.equals("pairwise")) {
            wrong.add("`subjects` is public or pairwise");
        }
        if (maxLifetime.isZero() || maxLifetime.compareTo(Duration.ofHours(24)) > 0) {
            wrong.add("`max-lifetime` is more than nothing and at most 24h");
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", wrong));
        }
    }

    /// https, or http where nobody can listen in.
    static boolean secure(String url) {
        try {
            var uri = URI.create(url);
            var host = uri.getHost();
            if (host == null || uri.getQuery() != null || uri.getFragment() != null) {
                return false;
            }
            return "https".equals(uri.getScheme())
                    || ("http".equals(uri.getScheme())
                            && (host.equals("127.0.0.1")
                                    || host.equals("localhost")
                                    || host.equals("[::1]")));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
