package dev.countersign.identity;

import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/// Looks whether an issuer is as its settings say, before anybody's login hangs on it. Blocks, each
/// document at most [Fetch#DOCUMENT_DEADLINE].
public final class IssuerCheck implements AutoCloseable {
    private final Fetch fetch = new Fetch();
    private final Clock clock;

    public IssuerCheck(Clock clock) {
        this.clock = clock;
    }

    /// What is wrong with an issuer.
    public enum What {
        /// no answer, not in time, or not 200
        UNREACHABLE,
        /// its document names another issuer
        NAME,
        /// its keys lie elsewhere than `jwks-origin` or its own address
        KEYS_ORIGIN,
        /// nobody can tell whether its `sub` is one person's for all clients
        SUBJECTS,
        /// its document or its keys are none
        DOCUMENT
    }

    /// @param told for the operator; addresses and numbers, nothing that the issuer sent
    public record Found(What what, String told) {}

    /// The first thing that is wrong with it; empty where its tokens could be verified.
    public Optional<Found> of(IssuerSettings issuer) {
        try {
            var _ = fetch.keys(issuer);
            return Optional.empty();
        } catch (IssuerFailure e) {
            return Optional.of(new Found(e.what(), e.told()));
        }
    }

    /// How far this machine's clock is ahead of the issuer's, by the `Date` of its answer; behind
    /// it where this is negative. Right to a second or two. Empty where the issuer does not tell.
    public Optional<Duration> ahead(IssuerSettings issuer) {
        try {
            return fetch.date(issuer).map(theirs -> Duration.between(theirs, clock.instant()));
        } catch (IssuerFailure e) {
            return Optional.empty(); // `of` tells that it cannot be reached
        }
    }

    @Override
    public void close() {
        fetch.close();
    }
}
