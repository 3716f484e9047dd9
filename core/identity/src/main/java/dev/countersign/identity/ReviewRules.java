package dev.countersign.identity;

import dev.countersign.model.Reviewer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;

/// Whether a genuine token proves a person who may decide. Immutable.
///
/// Two tokens do, and only of one client, `review-client`:
///
/// | | access token ([#reviewer]) | ID token of the ruling's own sign-in ([#signed]) |
/// |---|---|---|
/// | `aud` | `review-audience`, without the data plane's | `review-client` alone |
/// | `nonce` | none: it would be an ID token | the question's |
/// | signed in (`auth_time`) | at most 12 h ago | at most 300 s ago |
/// | made (`iat`) | at any time | at most 300 s ago |
///
/// Of both: nobody acts for the person (`act`, whatever `people-if` says), the client is not itself
/// the subject, no key binds it (`cnf`), `people-if` is true, and all of `person-claim` is there.
final class ReviewRules {
    /// How long after they signed in a person may see reviews, and decide weakly, with one token.
    static final Duration REVIEWER_SIGN_IN = Duration.ofHours(12);

    /// How old the sign-in of a single ruling, and its ID token, may be. The client asks for it
    /// with `max_age=300`.
    static final Duration RULING_SIGN_IN = Duration.ofMinutes(5);

    private final IssuerSettings issuer;
    private final PeopleIf peopleIf;

    ReviewRules(IssuerSettings issuer) {
        this.issuer = issuer;
        this.peopleIf = PeopleIf.of(issuer.peopleIf());
    }

    /// @param token an access token; its signature is good
    Reviewer reviewer(Claims token, Instant now) throws TokenRefused {
        checkServed();
        checkAudience(token);
        TokenRules.checkKind(token, false);
        checkClient(Mapping.client(token, issuer));
        var times = checkPerson(token, now);
        var signedIn = signIn(token, now, REVIEWER_SIGN_IN);
        return person(token, signedIn, times.expires());
    }

    /// @param jws an ID token; its signature is good
    /// @param nonce that the sign-in was asked with
    Reviewer signed(Jws jws, String nonce, Instant now) throws TokenRefused {
        var token = jws.claims();
        checkServed();
        checkIdToken(jws);
        checkNonce(token, nonce);
        var client = Mapping.client(token, issuer);
        if (!client.isEmpty()) { // with one audience `azp` may be left out: it is the audience
            checkClient(client);
        }
        var times = checkPerson(token, now);
        var signedIn = signIn(token, now, RULING_SIGN_IN.plus(TokenRules.SKEW));
        if (times.issued().plus(RULING_SIGN_IN).isBefore(now)) {
            throw new TokenRefused(
                    TokenRefused.RULING_OLD,
                    "the sign-in's ID token is older than "
                            + RULING_SIGN_IN.toSeconds()
                            + " seconds; sign in again");
        }
        return person(token, signedIn, times.expires());
    }

    private void checkServed() throws TokenRefused {
        if (!issuer.servesReviews()) {
            throw new TokenRefused(
                    TokenRefused.NO_REVIEWS,
                    "nobody decides with tokens of this issuer: the configuration gives it no"
                            + " `review-audience`; ask your operator");
        }
    }

    private void checkAudience(Claims token) throws TokenRefused {
        var audiences = token.texts("aud");
        if (audiences.contains(issuer.audience())) {
            throw new TokenRefused(
                    TokenRefused.DATA_AUDIENCE,
                    "this token is one that agents use; decide with one whose audience is `"
                            + issuer.reviewAudience()
                            + "` alone");
        }
        if (!audiences.contains(issuer.reviewAudience())) {
            throw new TokenRefused(
                    TokenRefused.REVIEW_AUDIENCE,
                    "this token is not for decisions; sign in with the audience `"
                            + issuer.reviewAudience()
                            + "`");
        }
    }

    /// OpenID Connect Core 3.1.3.7: made for this client, and here for nobody else.
    private void checkIdToken(Jws jws) throws TokenRefused {
        var token = jws.claims();
        var kinds = TokenRules.kinds(token);
        if (jws.saysAccessToken()
                || token.has("events")
                || !kinds.stream().allMatch(kind -> kind.equals("id"))) {
            throw new TokenRefused(
                    TokenRefused.TYPE,
                    "this is no ID token; a ruling is signed with the ID token of its own sign-in");
        }
        var audiences = token.texts("aud");
        if (audiences.size() != 1 || !audiences.contains(issuer.reviewClient())) {
            throw new TokenRefused(
                    TokenRefused.RULING_AUDIENCE,
                    "this ID token was not made for the client `"
                            + issuer.reviewClient()
                            + "` alone; sign in with that client");
        }
    }

    /// In constant time, so that nobody learns a nonce by trying.
    private static void checkNonce(Claims token, String nonce) throws TokenRefused {
        var said = token.text("nonce").orElse("");
        if (said.isEmpty()
                || !MessageDigest.isEqual(
                        said.getBytes(StandardCharsets.UTF_8),
                        nonce.getBytes(StandardCharsets.UTF_8))) {
            throw new TokenRefused(
                    TokenRefused.RULING_NONCE,
                    "this sign-in was for another question; sign in again for this one");
        }
    }

    private void checkClient(String client) throws TokenRefused {
        if (!client.equals(issuer.reviewClient())) {
            throw new TokenRefused(
                    TokenRefused.REVIEW_CLIENT,
                    "this token was given to another client; only tokens of the client `"
                            + issuer.reviewClient()
                            + "` decide");
        }
    }

    /// What both kinds have in common, but for client and sign-in.
    private TokenRules.Times checkPerson(Claims token, Instant now) throws TokenRefused {
        TokenRules.checkBinding(token);
        if (token.all().containsKey("act")) {
            throw new TokenRefused(
                    TokenRefused.DELEGATED,
                    "somebody acts for the person of this token (`act`); people decide themselves:"
                            + " sign in yourself");
        }
        if (token.text("sub").filter(issuer.reviewClient()::equals).isPresent()) {
            throw new TokenRefused(
                    TokenRefused.MACHINE,
                    "this token is the client's own, not a person's; sign in as a person");
        }
        return TokenRules.times(token, now);
    }

    private static Instant signIn(Claims token, Instant now, Duration longest) throws TokenRefused {
        var signedIn =
                token.instant("auth_time")
                        .orElseThrow(() ->
                                new TokenRefused(
                                        TokenRefused.NO_SIGN_IN,
                                        "the token does not say that a person signed in"
                                                + " (`auth_time`); sign in as a person, and if you"
                                                + " did, let the issuer say when"));
        if (signedIn.isAfter(now.plus(TokenRules.SKEW))) {
            throw new TokenRefused(
                    TokenRefused.SIGN_IN_AHEAD,
                    "the sign-in (`auth_time`) lies in the future; the clocks of the issuer and of"
                            + " the gateway differ");
        }
        if (signedIn.plus(longest).isBefore(now)) {
            throw new TokenRefused(
                    TokenRefused.SIGN_IN_OLD,
                    "the sign-in is older than " + told(longest) + "; sign in again");
        }
        return signedIn;
    }

    private static String told(Duration longest) {
        return longest.toHours() > 0
                ? longest.toHours() + " hours"
                : longest.toSeconds() + " seconds";
    }

    PeopleIf peopleIf() {
        return peopleIf;
    }

    private Reviewer person(Claims token, Instant signedIn, Instant expires) throws TokenRefused {
        if (!peopleIf.holds(token)) {
            throw new TokenRefused(
                    TokenRefused.NOT_A_PERSON,
                    "the token is not a person's, as this gateway tells them (`people-if`); ask"
                            + " your operator");
        }
        for (var claim : issuer.personClaim()) {
            if (token.text(claim).isEmpty()) {
                throw new TokenRefused(
                        TokenRefused.UNNAMED,
                        "the token does not tell the person by `"
                                + claim
                                + "` (`person-claim`); let the issuer put it into tokens of this"
                                + " client");
            }
        }
        return Mapping.reviewer(token, issuer, signedIn, expires);
    }
}
