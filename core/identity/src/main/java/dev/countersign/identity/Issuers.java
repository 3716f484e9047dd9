package dev.countersign.identity;

import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.Principal;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
/// traffic.
public final class Issuers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Issuers.class);

    private final Map<String, Issuer> issuers;
    private final Fetch fetch;
    private final Clock clock;

    private record Issuer(IssuerSettings settings, KeyCache keys) {}

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

    private Issuers(Map<String, Issuer> issuers, Fetch fetch, Clock clock) {
        this.issuers = Map.copyOf(issuers);
        this.fetch = fetch;
        this.clock = clock;
    }

    /// No traffic yet: keys are fetched when [#prefetch()] or the first token asks.
    ///
    /// @param keysInUse is told an issuer's public keys before they verify the first token. It
    ///   blocks until they are durable; if it throws, they are not used
    /// @throws IllegalArgumentException if two entries name the same issuer
    public static Issuers of(
            List<IssuerSettings> issuers, Consumer<Evidence.IssuerKeys> keysInUse, Clock clock) {
        var fetch = new Fetch();
        var byName = new LinkedHashMap<String, Issuer>();
        for (var settings : issuers) {
            var name = settings.issuer();
            var cache =
                    new KeyCache(
                            name,
                            () -> fetch.keys(settings),
                            keys -> keysInUse.accept(new Evidence.IssuerKeys(name, keys.json())),
                            clock);
            if (byName.put(name, new Issuer(settings, cache)) != null) {
                fetch.close();
                throw new IllegalArgumentException("the issuer " + name + " stands there twice");
            }
        }
        return new Issuers(byName, fetch, clock);
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
        try {
            return verified(Jws.parse(token));
        } catch (TokenRefused e) {
            return new Verdict.Rejected(e.code(), e.told());
        } catch (IssuerFailure e) {
            return new Verdict.Rejected(e.code(), e.forTheClient());
        } catch (RuntimeException e) {
            // A fault of ours or of a library. Its message may quote the token.
            LOG.atError()
                    .addKeyValue("code", "token-unverifiable")
                    .log("a token could not be verified: {}", e.getClass().getName());
            return new Verdict.Rejected(
                    "token-unverifiable", "the gateway could not check this token");
        }
    }

    private Verdict verified(Jws token) throws TokenRefused, IssuerFailure {
        var name = token.claims().text("iss");
        var issuer = name.map(issuers::get);
        if (issuer.isEmpty()) {
            throw new TokenRefused(
                    TokenRefused.ISSUER,
                    "this gateway does not know the token's issuer; get a token from one that is"
                            + " configured here");
        }
        var settings = issuer.get().settings();
        checkSignature(token, issuer.get().keys());
        var expires = TokenRules.check(token.claims(), settings, clock.instant());
        var mapped = Mapping.map(token.claims(), settings, expires);
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
