package dev.countersign.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import java.net.http.HttpClient;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The issuers that are trusted, and the one check that every token goes through.
///
/// A token is taken if a trusted issuer signed it (an asymmetric algorithm, by a key from the
/// issuer's own origin), for this gateway (`aud`), for now (`exp`, `nbf`, `iat`), and for no longer
/// than a password should live. What is in it beside that says who acts: see [Claims].
///
/// It blocks while keys are fetched: call it on a virtual thread.
public final class Issuers implements AutoCloseable {
    /// Characters of a token.
    static final int MAX_TOKEN = 65_535;

    /// How far the issuer's clock may be from ours.
    static final Duration SKEW = Duration.ofSeconds(60);

    private static final Set<JWSAlgorithm> ALGORITHMS =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512,
                    JWSAlgorithm.ES256,
                    JWSAlgorithm.ES384,
                    JWSAlgorithm.ES512);

    private static final Set<String> TYPES = Set.of("", "jwt", "at+jwt", "application/at+jwt");

    private final Map<String, Trusted> byName = new LinkedHashMap<>();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .connectTimeout(Keys.TIMEOUT)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .build();
    private final Clock clock;

    private record Trusted(IssuerSettings settings, Keys keys) {}

    /// What came of a check.
    public sealed interface Verdict {
        /// @param signedParts header and payload as the issuer signed them, without the signature
        record Verified(Principal who, Bytes signedParts) implements Verdict {}

        /// @param code a stable one: `token-expired`
        /// @param message what to do; never quotes the token
        record Rejected(String code, String message) implements Verdict {}
    }

    private Issuers(Clock clock) {
        this.clock = clock;
    }

    /// @param keysInUse told of an issuer's keys before the first token is verified with them
    public static Issuers of(
            List<IssuerSettings> settings, Consumer<Evidence.IssuerKeys> keysInUse, Clock clock) {
        var issuers = new Issuers(clock);
        for (var one : settings) {
            var keys =
                    new Keys(
                            one.issuer(),
                            issuers.http,
                            clock,
                            set ->
                                    keysInUse.accept(
                                            new Evidence.IssuerKeys(
                                                    one.issuer(),
                                                    (Json.Obj)
                                                            Json.parse(set.toString(true)))));
            issuers.byName.put(one.issuer(), new Trusted(one, keys));
        }
        return issuers;
    }

    /// Fetches every issuer's keys, so that the first client need not wait; an issuer that cannot be
    /// reached is logged.
    public void prefetch() {
        for (var trusted : byName.values()) {
            try {
                var _ = trusted.keys().find("", JWSAlgorithm.RS256);
            } catch (Rejection e) {
                // no key is without a name: that the keys are here now is all that was wanted, and
                // that they are not was logged
            }
        }
    }

    /// Whose token is this? Never throws.
    public Verdict verify(String token) {
        try {
            return verified(token);
        } catch (Rejection e) {
            return new Verdict.Rejected(e.code(), String.valueOf(e.getMessage()));
        }
    }

    private Verdict verified(String token) throws Rejection {
        if (token.length() > MAX_TOKEN) {
            throw malformed();
        }
        SignedJWT jwt;
        JWTClaimsSet claims;
        try {
            jwt = SignedJWT.parse(token);
            claims = jwt.getJWTClaimsSet();
        } catch (ParseException | IllegalArgumentException e) {
            throw malformed();
        }
        var trusted = claims.getIssuer() == null ? null : byName.get(claims.getIssuer());
        if (trusted == null) {
            throw new Rejection("token-issuer", "the token's issuer is not trusted here");
        }
        header(jwt);
        var id = jwt.getHeader().getKeyID();
        var key = trusted.keys().find(id == null ? "" : id, jwt.getHeader().getAlgorithm());
        signature(jwt, key);
        claims(claims, trusted.settings());
        var dot = token.lastIndexOf('.');
        return new Verdict.Verified(
                Claims.principal(claims, trusted.settings()),
                Bytes.utf8(token.substring(0, dot)));
    }

    private static Rejection malformed() {
        return new Rejection(
                "token-malformed", "the password must be an access token (a signed JWT)");
    }

    private static void header(SignedJWT jwt) throws Rejection {
        var header = jwt.getHeader();
        if (!ALGORITHMS.contains(header.getAlgorithm())) {
            throw new Rejection(
                    "token-algorithm", "the token is not signed with an asymmetric algorithm");
        }
        if (header.getCriticalParams() != null && !header.getCriticalParams().isEmpty()) {
            throw new Rejection("token-malformed", "the token asks for an unknown extension");
        }
        var type = header.getType() == null ? "" : header.getType().getType();
        if (!TYPES.contains(type.toLowerCase(Locale.ROOT))) {
            throw new Rejection("token-type", "this is no access token");
        }
    }

    private static void signature(SignedJWT jwt, JWK key) throws Rejection {
        try {
            JWSVerifier verifier =
                    switch (key.getKeyType().getValue()) {
                        case "RSA" -> new RSASSAVerifier(key.toRSAKey().toRSAPublicKey());
                        default -> new ECDSAVerifier(key.toECKey().toECPublicKey());
                    };
            if (jwt.verify(verifier)) {
                return;
            }
        } catch (JOSEException e) {
            throw new Rejection("token-signature", "the token's signature cannot be checked");
        }
        throw new Rejection("token-signature", "the token's signature is wrong");
    }

    private void claims(JWTClaimsSet claims, IssuerSettings settings) throws Rejection {
        var audience = claims.getAudience();
        if (!audience.contains(settings.audience())
                || (!settings.reviewAudience().isEmpty()
                        && audience.contains(settings.reviewAudience()))) {
            throw new Rejection(
                    "token-audience",
                    "the token is made for something else; ask the issuer for one with the"
                            + " gateway's audience");
        }
        if (claims.getClaim("nonce") != null || claims.getClaim("at_hash") != null) {
            throw new Rejection("token-type", "this is an ID token; an access token is wanted");
        }
        var now = clock.instant();
        var expires = instant(claims.getExpirationTime());
        if (expires == null) {
            throw new Rejection("token-malformed", "the token says no end");
        }
        if (!now.isBefore(expires)) {
            throw new Rejection("token-expired", "the token has expired; get a fresh one");
        }
        var from = instant(claims.getNotBeforeTime());
        var issued = instant(claims.getIssueTime());
        if ((from != null && now.plus(SKEW).isBefore(from))
                || (issued != null && now.plus(SKEW).isBefore(issued))) {
            throw new Rejection("token-not-yet", "the token is not valid yet");
        }
        var began = issued != null ? issued : from != null ? from : now;
        if (Duration.between(began, expires).compareTo(settings.maxLifetime()) > 0) {
            throw new Rejection(
                    "token-lifetime",
                    "the token lives longer than "
                            + settings.maxLifetime().toMinutes()
                            + " minutes; ask the issuer for a shorter one");
        }
    }

    private static @Nullable Instant instant(@Nullable Date date) {
        return date == null ? null : date.toInstant();
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
