package dev.countersign.identity;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// Whether a genuine token is one for this gateway, for now, and of the right kind.
final class TokenRules {
    /// How far an issuer's clock may go ahead of ours. `exp` gets no such leniency: nothing is
    /// admitted after it anyway.
    static final Duration SKEW = Duration.ofSeconds(60);

    /// What only ID tokens have (OpenID Connect Core 2 and 3.3.2.11).
    private static final Set<String> ID_TOKEN_CLAIMS = Set.of("nonce", "at_hash", "c_hash");

    /// What Keycloak (`typ`) and Cognito (`token_use`) write into tokens that are no access tokens.
    private static final Set<String> OTHER_KINDS = Set.of("refresh", "offline", "logout");

    private TokenRules() {}

    /// @param token its signature is good
    /// @return when it ends
    static Instant check(Claims token, IssuerSettings issuer, Instant now) throws TokenRefused {
        checkAudience(token, issuer);
        checkKind(token, issuer.idTokens());
        checkBinding(token);
        var times = times(token, now);
        if (Duration.between(times.issued(), times.expires()).compareTo(issuer.maxLifetime()) > 0) {
            throw lifetime("lives longer than " + issuer.maxLifetime().toMinutes() + " minutes");
        }
        return times.expires();
    }

    private static void checkAudience(Claims token, IssuerSettings issuer) throws TokenRefused {
        var audiences = token.texts("aud");
        if (!issuer.reviewAudience().isEmpty() && audiences.contains(issuer.reviewAudience())) {
            throw new TokenRefused(
                    TokenRefused.AUDIENCE,
                    "this token is for decisions, not for agents; ask the issuer for one with the"
                            + " data plane's audience alone");
        }
        if (!audiences.contains(issuer.audience())) {
            throw new TokenRefused(
                    TokenRefused.AUDIENCE,
                    "this token was made for somebody else; ask the issuer for one with the"
                            + " audience `"
                            + issuer.audience()
                            + "`");
        }
    }

    /// @param idTokens whether an ID token will do
    static void checkKind(Claims token, boolean idTokens) throws TokenRefused {
        var kinds = kinds(token);
        if (kinds.stream().anyMatch(OTHER_KINDS::contains) || token.has("events")) {
            throw new TokenRefused(
                    TokenRefused.TYPE, "this is no access token; present the access token");
        }
        boolean idToken = kinds.contains("id") || ID_TOKEN_CLAIMS.stream().anyMatch(token::has);
        if (idToken && !idTokens) {
            throw new TokenRefused(
                    TokenRefused.TYPE,
                    "this is an ID token, made for a client and not for a gateway; present the"
                            + " access token");
        }
    }

    /// What the token's claims call it, in small letters; empty where they do not say.
    static List<String> kinds(Claims token) throws TokenRefused {
        var kinds = new ArrayList<String>();
        for (var claim : List.of("typ", "token_use")) {
            token.text(claim).map(kind -> kind.toLowerCase(Locale.ROOT)).ifPresent(kinds::add);
        }
        return kinds;
    }

    /// RFC 7800: only whoever holds the key may present the token. A password shows no key, so
    /// taking it would make a stolen one good.
    static void checkBinding(Claims token) throws TokenRefused {
        if (token.has("cnf")) {
            throw new TokenRefused(
                    TokenRefused.BOUND,
                    "the token is bound to a key of its holder (`cnf`), which cannot be shown here;"
                            + " ask the issuer for a bearer token");
        }
    }

    /// From when to when a token is good.
    record Times(Instant issued, Instant expires) {}

    /// It says both times, has not ended, and does not begin beyond the skew.
    static Times times(Claims token, Instant now) throws TokenRefused {
        var expires =
                token.instant("exp")
                        .orElseThrow(() -> lifetime("does not say when it ends (`exp`)"));
        var issued =
                token.instant("iat")
                        .orElseThrow(() -> lifetime("does not say when it was issued (`iat`)"));
        if (!expires.isAfter(now)) {
            throw new TokenRefused(
                    TokenRefused.EXPIRED, "the token has expired; get a new one and connect again");
        }
        var soon = now.plus(SKEW);
        if (issued.isAfter(soon) || token.instant("nbf").orElse(issued).isAfter(soon)) {
            throw new TokenRefused(
                    TokenRefused.NOT_YET,
                    "the token is not valid yet; if it is new, the clocks of the issuer and of the"
                            + " gateway differ");
        }
        return new Times(issued, expires);
    }

    private static TokenRefused lifetime(String what) {
        return new TokenRefused(
                TokenRefused.LIFETIME,
                "the token " + what + "; ask the issuer for one that lives shorter and says so");
    }
}
