package dev.countersign.server;

import dev.countersign.gate.Analyst;
import dev.countersign.gate.Claim;
import dev.countersign.gate.Framed;
import dev.countersign.gate.Gate;
import dev.countersign.gate.Reception;
import dev.countersign.gate.TargetSettings;
import dev.countersign.gate.Verifier;
import dev.countersign.gate.Wanted;
import dev.countersign.identity.Credential;
import dev.countersign.identity.Credentials;
import dev.countersign.identity.Issuers;
import dev.countersign.model.Bytes;
import dev.countersign.model.CredentialId;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Principal;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Work;
import dev.countersign.secrets.SecretSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a client's claim meets identity, targets and secrets, for the targets of one protocol. The
/// secret itself is only read by the dialer, which never sees the client.
final class FrontDesk implements Reception {
    private static final Logger LOG = LoggerFactory.getLogger(FrontDesk.class);

    private final Framed protocol;
    private final Function<String, Optional<Destination>> targets;
    private final Issuers issuers;
    private final Credentials credentials;
    private final Gate gate;
    private final EvidenceLog evidence;
    private final FailedLogins failed;
    private final Executor blocking;

    /// One target, made ready at the start.
    record Destination(TargetSettings settings, SecretSource secret, Analyst analyst) {}

    /// @param targets by name, as the configuration in force has them
    /// @param blocking virtual threads: verifying a token may fetch an issuer's keys
    FrontDesk(
            Framed protocol,
            Function<String, Optional<Destination>> targets,
            Issuers issuers,
            Credentials credentials,
            Gate gate,
            EvidenceLog evidence,
            FailedLogins failed,
            Executor blocking) {
        this.protocol = protocol;
        this.targets = targets;
        this.issuers = issuers;
        this.credentials = credentials;
        this.gate = gate;
        this.evidence = evidence;
        this.failed = failed;
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<Arrival> receive(Claim claim, Wanted wanted, Session.Source from) {
        return answer(claim, wanted, from)
                .exceptionally(failure -> {
                    LOG.atError()
                            .addKeyValue("protocol", protocol.id())
                            .setCause(failure)
                            .log("a login failed for a reason of our own");
                    return new Arrival.TurnedAway(
                            Why.UNREACHABLE,
                            "the gateway failed while it let you in; ask your operator");
                });
    }

    private CompletionStage<Arrival> answer(Claim claim, Wanted wanted, Session.Source from) {
        return switch (claim) {
            case Claim.Shown(var token) ->
                    CompletableFuture.supplyAsync(() -> issuers.verify(token.reveal()), blocking)
                            .thenCompose(verdict -> verified(verdict, wanted, from));
            case Claim.Proved(var proof) ->
                    // away from the event loop, which a policy's first question may cost dear
                    CompletableFuture.supplyAsync(() -> credentials.find(proof.who()), blocking)
                            .thenCompose(found -> minted(found, wanted, from));
            case Claim.Unproved() ->
                    refused(from, "credential-proof", "password authentication failed");
        };
    }

    private CompletionStage<Arrival> verified(
            Issuers.Verdict verdict, Wanted wanted, Session.Source from) {
        return switch (verdict) {
            case Issuers.Verdict.Rejected(var code, var message) -> refused(from, code, message);
            case Issuers.Verdict.Verified verified ->
                    enter(
                            new Entry(
                                    "token",
                                    verified.who(),
                                    verified.signedParts(),
                                    wanted.work(),
                                    null),
                            wanted,
                            from);
        };
    }

    private CompletionStage<Arrival> minted(
            Optional<Credential> found, Wanted wanted, Session.Source from) {
        if (found.isEmpty()) {
            return refused(from, "credential-ended", "this credential has just ended");
        }
        var credential = found.get();
        if (!credential.target().equals(wanted.target())) {
            return refused(
                    from,
                    "credential-target",
                    "this credential opens the target "
                            + credential.target()
                            + " only; give that as the database name");
        }
        Work work;
        try {
            work = credential.work(wanted.work());
        } catch (IllegalArgumentException e) {
            return refused(from, "credential-plan", String.valueOf(e.getMessage()));
        }
        return enter(
                new Entry(
                        "minted",
                        credential.who(),
                        credential.signedParts(),
                        work,
                        credential.id()),
                wanted,
                from);
    }

    /// Somebody who proved who they are.
    ///
    /// @param method as `auth.ok` names it
    /// @param signedParts of the token that it goes back to
    /// @param credential null where the token itself was shown
    private record Entry(
            String method,
            Principal who,
            Bytes signedParts,
            Work work,
            @Nullable CredentialId credential) {}

    /// The user names that begin as minted ones do are nobody else's, whether they were given out
    /// or not.
    @Override
    public Optional<Verifier> verifier(String user) {
        if (!user.startsWith(CredentialId.PREFIX)) {
            return Optional.empty();
        }
        var salt = credentials.salt(user);
        return Optional.of(
                CredentialId.of(user)
                        .flatMap(id ->
                                credentials
                                        .kept(id)
                                        .map(kept ->
                                                Verifier.of(
                                                        id,
                                                        salt,
                                                        Credentials.ITERATIONS,
                                                        kept.storedKey(),
                                                        kept.serverKey())))
                        .orElseGet(() -> Verifier.mock(salt, Credentials.ITERATIONS)));
    }

    @Override
    public boolean stands(Session session) {
        var credential = session.credential();
        return credential == null || credentials.find(credential).isPresent();
    }

    private CompletionStage<Arrival> enter(Entry entry, Wanted wanted, Session.Source from) {
        var found = targets.apply(wanted.target());
        if (found.isEmpty()) {
            failed.add(from, "no-such-target");
            return turnedAway(
                    Why.TARGET,
                    "there is no target of that name here; the database name names the target");
        }
        var destination = found.get();
        if (!evidence.writable()) {
            return turnedAway(Why.NO_EVIDENCE, "the evidence log cannot be written");
        }
        var session = session(entry, destination.settings(), wanted, from);
        return gate.open(session, entry.method(), entry.signedParts(), destination.analyst())
                .<Arrival>handle((permit, failure) -> {
                    if (failure != null) {
                        return new Arrival.TurnedAway(
                                Why.NO_EVIDENCE, "the evidence log cannot be written");
                    }
                    var settings = destination.settings();
                    var terms =
                            new Framed.Terms(
                                    "countersign " + session.id(),
                                    session.readOnly(),
                                    wanted.settings());
                    return new Arrival.Welcome(
                            permit,
                            settings,
                            new Route.Dialled(
                                    settings.leg(),
                                    protocol.dialer(settings, destination.secret()::read, terms)));
                });
    }

    private Session session(
            Entry entry, TargetSettings settings, Wanted wanted, Session.Source from) {
        var target = settings.target();
        return new Session(
                SessionId.fresh(),
                entry.who(),
                target,
                from,
                entry.work(),
                gate.onlyReads(entry.who(), target),
                wanted.settings(),
                entry.credential());
    }

    private CompletionStage<Arrival> refused(Session.Source from, String code, String message) {
        failed.add(from, code);
        return turnedAway(Why.IDENTITY, message);
    }

    private static CompletionStage<Arrival> turnedAway(Why why, String message) {
        return CompletableFuture.completedStage(new Arrival.TurnedAway(why, message));
    }
}
