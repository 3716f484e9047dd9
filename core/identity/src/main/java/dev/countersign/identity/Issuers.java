package dev.countersign.identity;

import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.Principal;
import dev.countersign.model.Reviewer;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who may say who somebody is: all configured issuers, and what a token of theirs proves.
///
/// A token is judged in this order; the first that fails is told, with its code:
///
/// ```
///  shape ─▶ alg, crit, typ ─▶ iss ─▶ keys ─▶ signature ─▶ aud ─▶ kind ─▶ exp, iat, nbf, lifetime ─▶ who
/// ```
///
/// Up to the signature nothing of a token is believed: its `iss` chooses among the configured
/// issuers, letter by letter, and its `kid` among that issuer's keys. An unknown issuer causes no
/// traffic. Tokens of people who decide ([#reviewer(String)], [#signed(String, String)]) go the
/// same way up to the signature, and then by [ReviewRules].
public final class Issuers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Issuers.class);

    private final Consumer<Evidence.IssuerKeys> keysInUse;
    private final Fetch fetch = new Fetch();
    private final Clock clock;
    private volatile Map<String, Issuer> issuers = Map.of();

    private record Issuer(IssuerSettings settings, KeyCache keys, ReviewRules reviews) {}

    /// What a token proves.
    public sealed interface Verdict {
        /// The token is genuine, for this gateway, and valid now.
        ///
        /// @param person by what the person is compared with others, in the order of the issuer's
        ///   `person-claim`; empty if the token names no person
        /// @param signedParts header and payload as they came, without the signature
        /// @param keyId `kid` of the key that verified it; empty if it has none
        /// @param tokenId `jti`; empty if it has none
        record Verified(
                Principal who, List<String> person, Bytes signedParts, String keyId, String tokenId)
                implements Verdict {
            public Verified {
                person = List.copyOf(person);
            }
        }

        /// It proves nothing.
        ///
        /// @param code a stable one; the module's README lists them
        /// @param message for the client: what to do. It quotes nothing of the token
        record Rejected(String code, String message) implements Verdict {}
    }

    /// What a token proves to those who take decisions.
    public sealed interface Reviewing {
        /// A person, by an access token of the reviewers' own audience and client: they may see,
        /// and decide weakly (`assurance: session`).
        ///
        /// @param signedParts header and payload as they came, without the signature
        record Known(Reviewer reviewer, String signedParts) implements Reviewing {
            /// Without the token.
            @Override
            public String toString() {
                return "Known[reviewer=" + reviewer + "]";
            }
        }

        /// A person who signed in just now to answer one question, which the ID token's nonce names
        /// (`assurance: signed`).
        ///
        /// @param signedParts header and payload as they came, which is what the issuer signed
        /// @param signature the third part as it came, base64url: with `signedParts` and the
        ///   issuer's keys a proof that checks offline
        record Signed(Reviewer by, String signedParts, String signature) implements Reviewing {
            /// Without the token.
            @Override
            public String toString() {
                return "Signed[by=" + by + "]";
            }
        }

        /// It proves nothing.
        ///
        /// @param code a stable one; the module's README lists them
        /// @param message for the person: what to do. It quotes nothing of the token
        record Rejected(String code, String message) implements Reviewing {}
    }

    /// What a client needs to sign a person in who is to decide.
    ///
    /// @param client the public client whose tokens decide (`review-client`)
    /// @param audience what its access tokens must be for (`review-audience`)
    public record SignIn(String issuer, String client, String audience) {}

    private Issuers(Consumer<Evidence.IssuerKeys> keysInUse, Clock clock) {
        this.keysInUse = keysInUse;
        this.clock = clock;
    }

    /// No traffic yet: keys are fetched when [#prefetch()] or the first token asks.
    ///
    /// @param keysInUse is told an issuer's public keys before they verify the first token. It
    ///   blocks until they are durable; if it throws, they are not used
    /// @throws IllegalArgumentException if two entries name the same issuer
    public static Issuers of(
            List<IssuerSettings> issuers, Consumer<Evidence.IssuerKeys> keysInUse, Clock clock) {
        var out = new Issuers(keysInUse, clock);
        try {
            out.reconfigure(issuers);
            return out;
        } catch (IllegalArgumentException e) {
            out.close();
            throw e;
        }
    }

    /// From now on tokens of these issuers are taken, and of no others. One whose settings are as
    /// they were keeps its keys.
    ///
    /// @throws IllegalArgumentException if two entries name the same issuer; nothing changes then
    public void reconfigure(List<IssuerSettings> settings) {
        var before = issuers;
        var byName = new LinkedHashMap<String, Issuer>();
        for (var one : settings) {
            var known = before.get(one.issuer());
            var entry = known != null && known.settings().equals(one) ? known : issuer(one);
            if (byName.put(one.issuer(), entry) != null) {
                throw new IllegalArgumentException(
                        "the issuer " + one.issuer() + " stands there twice");
            }
        }
        issuers = Collections.unmodifiableMap(byName);
    }

    private Issuer issuer(IssuerSettings settings) {
        var name = settings.issuer();
        var cache =
                new KeyCache(
                        name,
                        () -> fetch.keys(settings),
                        keys -> keysInUse.accept(new Evidence.IssuerKeys(name, keys.json())),
                        clock);
        return new Issuer(settings, cache, new ReviewRules(settings));
    }

    /// Fetches the keys of all issuers at once, so that a misconfigured one is told at the start
    /// and not at the first login. What fails is logged, and tried again when a token asks.
    ///
    /// @return a sentence for each issuer whose keys are not to be had; empty if all is well
    public List<String> prefetch() {
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var tasks =
                    issuers.values().stream()
                            .<Callable<Optional<String>>>map(issuer -> () -> problem(issuer))
                            .toList();
            var out = new ArrayList<String>();
            for (Future<Optional<String>> done : threads.invokeAll(tasks)) {
                done.get().ifPresent(out::add);
            }
            return List.copyOf(out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return List.of("the issuers were not asked: the gateway stops");
        } catch (ExecutionException e) {
            throw new IllegalStateException("fetching keys never fails so", e);
        }
    }

    private static Optional<String> problem(Issuer issuer) {
        try {
            var _ = issuer.keys().keys();
            return Optional.empty();
        } catch (IssuerFailure e) {
            return Optional.of("issuer " + issuer.settings().issuer() + ": " + e.told());
        }
    }

    /// Whose token this is. Blocks while keys are fetched, twice [KeyCache#WAIT] at most; belongs
    /// on a virtual thread. Never throws.
    public Verdict verify(String token) {
        return judged(token, (issuer, jws) -> verified(issuer, jws), Verdict.Rejected::new);
    }

    /// Which person this access token of the reviewers' own audience and client is of. Blocks as
    /// [#verify(String)] does, and never throws.
    public Reviewing reviewer(String accessToken) {
        return judged(
                accessToken,
                (issuer, jws) ->
                        new Reviewing.Known(
                                issuer.reviews().reviewer(jws.claims(), clock.instant()),
                                jws.signedParts()),
                Reviewing.Rejected::new);
    }

    /// Which person has just signed in to answer the one question that the nonce names. Blocks as
    /// [#verify(String)] does, and never throws.
    ///
    /// @param nonce as it was sent to the issuer
    public Reviewing signed(String idToken, String nonce) {
        return judged(
                idToken,
                (issuer, jws) ->
                        new Reviewing.Signed(
                                issuer.reviews().signed(jws, nonce, clock.instant()),
                                jws.signedParts(),
                                jws.signature().toString()),
                Reviewing.Rejected::new);
    }

    /// Whom a token speaks of that was verified when it was shown, as the configuration reads it
    /// today. It comes from the log, without its signature: nothing of it is verified again, and
    /// when it ends does not matter.
    ///
    /// @param signedParts header and payload
    /// @return empty where its issuer is not configured any more, or is read otherwise
    public Optional<Principal> recall(Bytes signedParts) {
        return recalled(
                new String(signedParts.toArray(), StandardCharsets.UTF_8),
                (issuer, jws) ->
                        Mapping.map(
                                        jws.claims(),
                                        issuer.settings(),
                                        issuer.reviews().peopleIf(),
                                        clock.instant())
                                .who());
    }

    /// Which person ruled, by the token that was verified then; judged as if it were that moment,
    /// but by today's configuration. Its signature, where it is there, is not checked again.
    ///
    /// @param token header and payload, or all of it
    /// @param nonce of the question, where the token is the ID token of a ruling's own sign-in;
    ///   empty where it is an access token
    /// @param at when they ruled
    /// @return empty where they could not rule by it today
    public Optional<Reviewer> recall(String token, String nonce, Instant at) {
        return recalled(
                token,
                (issuer, jws) ->
                        nonce.isEmpty()
                                ? issuer.reviews().reviewer(jws.claims(), at)
                                : issuer.reviews().signed(jws, nonce, at));
    }

    private <T> Optional<T> recalled(String token, Judge<T> judge) {
        try {
            int signature = token.indexOf('.', token.indexOf('.') + 1);
            var jws = Jws.parse((signature < 0 ? token : token.substring(0, signature)) + ".");
            var issuer = jws.claims().text("iss").map(issuers::get);
            return issuer.isEmpty()
                    ? Optional.empty()
                    : Optional.of(judge.judge(issuer.get(), jws));
        } catch (TokenRefused e) {
            LOG.atInfo()
                    .addKeyValue("code", e.code())
                    .log("a token of before the restart is not read as it was then");
            return Optional.empty();
        } catch (RuntimeException e) { // its message may quote the token
            LOG.atError()
                    .addKeyValue("code", "token-unverifiable")
                    .log("a token of before the restart cannot be read: {}", e.getClass());
            return Optional.empty();
        }
    }

    /// Where people can sign in who are to decide: the issuers that have a review-audience, in the
    /// order of the configuration.
    public List<SignIn> signIn() {
        return issuers.values().stream()
                .map(Issuer::settings)
                .filter(IssuerSettings::servesReviews)
                .map(it -> new SignIn(it.issuer(), it.reviewClient(), it.reviewAudience()))
                .toList();
    }

    /// What is made of a token whose signature is good.
    @FunctionalInterface
    private interface Judge<T> {
        T judge(Issuer issuer, Jws token) throws TokenRefused;
    }

    private <T> T judged(String token, Judge<T> judge, BiFunction<String, String, T> rejected) {
        try {
            var jws = Jws.parse(token);
            return judge.judge(genuine(jws), jws);
        } catch (TokenRefused e) {
            return rejected.apply(e.code(), e.told());
        } catch (IssuerFailure e) {
            return rejected.apply(e.code(), e.forTheClient());
        } catch (RuntimeException e) {
            // A fault of ours or of a library. Its message may quote the token.
            LOG.atError()
                    .addKeyValue("code", "token-unverifiable")
                    .log("a token could not be verified: {}", e.getClass().getName());
            return rejected.apply("token-unverifiable", "the gateway could not check this token");
        }
    }

    /// Whose key has signed it.
    private Issuer genuine(Jws token) throws TokenRefused, IssuerFailure {
        var issuer = token.claims().text("iss").map(issuers::get);
        if (issuer.isEmpty()) {
            throw new TokenRefused(
                    TokenRefused.ISSUER,
                    "this gateway does not know the token's issuer; get a token from one that is"
                            + " configured here");
        }
        checkSignature(token, issuer.get().keys());
        return issuer.get();
    }

    private Verdict verified(Issuer issuer, Jws token) throws TokenRefused {
        var expires = TokenRules.check(token.claims(), issuer.settings(), clock.instant());
        var mapped =
                Mapping.map(
                        token.claims(), issuer.settings(), issuer.reviews().peopleIf(), expires);
        return new Verdict.Verified(
                mapped.who(),
                mapped.person(),
                Bytes.utf8(token.signedParts()),
                token.keyId(),
                token.claims().text("jti").orElse(""));
    }

    private static void checkSignature(Jws token, KeyCache cache)
            throws TokenRefused, IssuerFailure {
        var known = cache.keys();
        if (known.signed(token)) {
            return;
        }
        if (!token.keyId().isEmpty() && known.has(token)) {
            throw wrongSignature();
        }
        var newer = cache.keysBeyond(known);
        if (!newer.has(token)) {
            throw new TokenRefused(
                    TokenRefused.KEY,
                    "the token's issuer has no such key; get a new token, and if its keys have just"
                            + " changed, try again in a minute");
        }
        if (!newer.signed(token)) {
            throw wrongSignature();
        }
    }

    private static TokenRefused wrongSignature() {
        return new TokenRefused(
                TokenRefused.SIGNATURE,
                "the token's signature is wrong; present the token whole, as the issuer gave it");
    }

    /// Ends what is being fetched.
    @Override
    public void close() {
        fetch.close();
    }
}
