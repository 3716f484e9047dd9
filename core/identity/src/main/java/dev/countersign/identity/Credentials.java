package dev.countersign.identity;

import dev.countersign.model.Bytes;
import dev.countersign.model.CredentialId;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Principal;
import dev.countersign.model.Session;
import dev.countersign.model.Work;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Short-lived users and passwords that the gateway gives out in exchange for a token, so that no
/// bearer token crosses a database's wire.
///
/// ```
///  valid token ─▶ mint ─▶ record ─▶ live ─▶ expired │ revoked ─▶ its sessions end
/// ```
///
/// A credential acts as the principal of the token it came from, opens one target, and may outlive
/// that token: it has its own end, [#LONGEST] at most, and can be revoked at once. It is in the log
/// before it can be used. All of them live in memory only and are gone at a restart; of a password
/// only [Password.Kept] stays.
///
/// Whether a name exists cannot be told from outside. The salt of *every* name, live, ended or
/// never given out, is a MAC of it under a random key of this process, and the number of iterations
/// is one: the challenge never differs. (Salts must differ from each other, and need not be
/// secret.)
///
/// Safe for many threads. [#mint] and [#revoke] block and belong on virtual threads; all else
/// answers at once.
public final class Credentials {
    /// The longest that one lives.
    public static final Duration LONGEST = Duration.ofMinutes(60);

    /// The shortest: less would be over before a driver has connected.
    public static final Duration SHORTEST = Duration.ofSeconds(5);

    /// How many there are at once.
    public static final int MAX = 10_000;

    /// How many one principal has at once.
    public static final int MAX_OF_PRINCIPAL = 100;

    /// The least that RFC 7677 allows, and PostgreSQL's own. More would only cost clients time: a
    /// password of [Password#BITS] random bits is not found by guessing.
    public static final int ITERATIONS = 4_096;

    /// Bytes; as PostgreSQL's.
    static final int SALT = 16;

    private final EvidenceLog evidence;
    private final Clock clock;
    private final int max;
    private final byte[] saltKey = new byte[32];
    private final List<Consumer<Credential>> told = new CopyOnWriteArrayList<>();

    // guarded by this
    private final Map<CredentialId, Held> all = new LinkedHashMap<>();
    private final Map<Whose, Integer> places = new HashMap<>();
    private int taken;

    /// A credential and how to recognise its password.
    private record Held(Credential what, Password.Kept kept) {}

    /// Whom the places of one principal count for: the same chain through the same client.
    private record Whose(
            Principal.Party actor,
            Principal.@Nullable Party human,
            List<Principal.Party> chain,
            String client) {
        static Whose of(Principal who) {
            return new Whose(who.actor(), who.human(), who.chain(), who.client());
        }
    }

    public Credentials(EvidenceLog evidence, Clock clock) {
        this(evidence, clock, MAX);
    }

    /// @param max how many there may be at once
    Credentials(EvidenceLog evidence, Clock clock, int max) {
        this.evidence = evidence;
        this.clock = clock;
        this.max = max;
        new SecureRandom().nextBytes(saltKey);
    }

    /// What comes of a request for one.
    public sealed interface Minting {
        /// @param password nobody can ask for it again
        record Minted(Credential what, Password password) implements Minting {}

        /// @param code a stable one: `too-many-credentials`, `no-evidence`, `lifetime`
        /// @param message for whoever asked
        record Refused(String code, String message) implements Minting {}
    }

    /// Exchanges a token that has just been verified.
    ///
    /// @param target that the credential opens; whether it exists is the caller's to know
    /// @param fixed plan and step that it binds; [Work#NONE] for none
    /// @param asked how long it is to live; longer than [#LONGEST] becomes that
    /// @param from where the request came from
    public Minting mint(
            Issuers.Verdict.Verified by,
            String target,
            Work fixed,
            Duration asked,
            Session.Source from) {
        if (asked.compareTo(SHORTEST) < 0) {
            return new Minting.Refused(
                    "lifetime", "a credential lives for " + SHORTEST.toSeconds() + " s at least");
        }
        var whose = Whose.of(by.who());
        if (!enter(whose)) {
            return new Minting.Refused(
                    "too-many-credentials",
                    "there are as many credentials as there may be; revoke some, or wait until they"
                            + " end");
        }
        boolean live = false;
        try {
            var now = clock.instant();
            var end = now.plus(asked.compareTo(LONGEST) > 0 ? LONGEST : asked);
            var what =
                    new Credential(
                            CredentialId.fresh(),
                            by.who().until(end),
                            by.signedParts(),
                            target,
                            fixed,
                            now,
                            end);
            var password = Password.fresh();
            var kept = password.keep(salt(what.id().value()), ITERATIONS);
            evidence.append(
                            List.of(
                                    new Evidence.CredentialMinted(
                                            what.who(),
                                            from,
                                            what.id(),
                                            target,
                                            end,
                                            what.fixes())))
                    .toCompletableFuture()
                    .join();
            synchronized (this) {
                all.put(what.id(), new Held(what, kept));
            }
            live = true;
            return new Minting.Minted(what, password);
        } catch (CompletionException e) {
            return new Minting.Refused(
                    "no-evidence", "the evidence log cannot be written, so nothing is given out");
        } finally {
            if (!live) {
                leave(whose);
            }
        }
    }

    /// Takes a place, which one has from before it is written down until it ends.
    private synchronized boolean enter(Whose whose) {
        sweep();
        int own = places.getOrDefault(whose, 0);
        if (taken >= max || own >= MAX_OF_PRINCIPAL) {
            return false;
        }
        taken++;
        places.put(whose, own + 1);
        return true;
    }

    private synchronized void leave(Whose whose) {
        taken--;
        places.computeIfPresent(whose, (_, many) -> many == 1 ? null : many - 1);
    }

    /// The live one of that name.
    public synchronized Optional<Credential> find(CredentialId id) {
        return held(id).map(Held::what);
    }

    /// By what a proof for the live one of that name is recognised.
    public synchronized Optional<Password.Kept> kept(CredentialId id) {
        return held(id).map(Held::kept);
    }

    private Optional<Held> held(CredentialId id) {
        return Optional.ofNullable(all.get(id)).filter(held -> !held.what().ended(clock.instant()));
    }

    /// The salt that comes with a user name, whether there is such a credential or not.
    public Bytes salt(String user) {
        try {
            return Bytes.owned(Arrays.copyOf(Password.hmac(saltKey, user), SALT));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /// Those that are live, the oldest first.
    public synchronized List<Credential> live() {
        var now = clock.instant();
        return all.values().stream().map(Held::what).filter(what -> !what.ended(now)).toList();
    }

    /// Is told of each one that is revoked, when it can no longer be used: whoever has sessions of
    /// it ends them.
    public void onRevoke(Consumer<Credential> listener) {
        told.add(listener);
    }

    /// Ends one before its time, and its sessions. It ends even where that cannot be written down:
    /// to take something away needs no evidence.
    ///
    /// @return empty if no such one is live
    public Optional<Revoked> revoke(CredentialId id, Evidence.Revoker by, Session.Source from) {
        Credential gone;
        synchronized (this) {
            var held = held(id);
            if (held.isEmpty()) {
                return Optional.empty();
            }
            gone = held.get().what();
            all.remove(id);
            leave(Whose.of(gone.who()));
        }
        told.forEach(one -> one.accept(gone));
        try {
            evidence.append(List.of(new Evidence.CredentialRevoked(id, by, from)))
                    .toCompletableFuture()
                    .join();
            return Optional.of(new Revoked(gone, true));
        } catch (CompletionException e) {
            return Optional.of(new Revoked(gone, false));
        }
    }

    /// @param written whether it is in the log
    public record Revoked(Credential what, boolean written) {}

    /// Forgets those that have ended. To be called from time to time.
    public synchronized void sweep() {
        Instant now = clock.instant();
        all.values()
                .removeIf(held -> {
                    boolean ended = held.what().ended(now);
                    if (ended) {
                        leave(Whose.of(held.what().who()));
                    }
                    return ended;
                });
    }
}
