package dev.countersign.server;

import dev.countersign.gate.Analyst;
import dev.countersign.gate.Framed;
import dev.countersign.gate.Gate;
import dev.countersign.gate.Reception;
import dev.countersign.gate.TargetSettings;
import dev.countersign.gate.Token;
import dev.countersign.gate.Wanted;
import dev.countersign.identity.Issuers;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Principal;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.secrets.SecretSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Where a client's claim meets identity, targets and secrets, for the targets of one protocol. The
/// secret itself is only read by the dialer, which never sees the client.
final class FrontDesk implements Reception {
    private static final Logger LOG = LoggerFactory.getLogger(FrontDesk.class);

    private final Framed protocol;
    private final Map<String, Destination> targets;
    private final Issuers issuers;
    private final Gate gate;
    private final EvidenceLog evidence;
    private final FailedLogins failed;
    private final Executor blocking;

    /// One target, made ready at the start.
    record Destination(TargetSettings settings, SecretSource secret, Analyst analyst) {}

    /// @param targets by name
    /// @param blocking virtual threads: verifying a token may fetch an issuer's keys
    FrontDesk(
            Framed protocol,
            Map<String, Destination> targets,
            Issuers issuers,
            Gate gate,
            EvidenceLog evidence,
            FailedLogins failed,
            Executor blocking) {
        this.protocol = protocol;
        this.targets = Map.copyOf(targets);
        this.issuers = issuers;
        this.gate = gate;
        this.evidence = evidence;
        this.failed = failed;
        this.blocking = blocking;
    }

    @Override
    public CompletionStage<Arrival> receive(Token token, Wanted wanted, Session.Source from) {
        return CompletableFuture.supplyAsync(() -> issuers.verify(token.reveal()), blocking)
                .thenCompose(verdict ->
                        switch (verdict) {
                            case Issuers.Verdict.Rejected(var code, var message) -> {
                                failed.add(from, code);
                                yield turnedAway(Why.IDENTITY, message);
                            }
                            case Issuers.Verdict.Verified verified -> enter(verified, wanted, from);
                        })
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

    private CompletionStage<Arrival> enter(
            Issuers.Verdict.Verified verified, Wanted wanted, Session.Source from) {
        var destination = targets.get(wanted.target());
        if (destination == null) {
            failed.add(from, "no-such-target");
            return turnedAway(
                    Why.TARGET,
                    "there is no target of that name here; the database name names the target");
        }
        if (!evidence.writable()) {
            return turnedAway(Why.NO_EVIDENCE, "the evidence log cannot be written");
        }
        var session = session(verified.who(), destination.settings(), wanted, from);
        return gate.open(session, "token", verified.signedParts(), destination.analyst())
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
            Principal who, TargetSettings settings, Wanted wanted, Session.Source from) {
        var target = settings.target();
        return new Session(
                SessionId.fresh(),
                who,
                target,
                from,
                wanted.work(),
                gate.onlyReads(who, target),
                wanted.settings());
    }

    private static CompletionStage<Arrival> turnedAway(Why why, String message) {
        return CompletableFuture.completedStage(new Arrival.TurnedAway(why, message));
    }
}
