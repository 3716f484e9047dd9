package dev.countersign.gate;

import dev.countersign.model.Session;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Who is this, and may they go there? The one place where a client's claim meets identity, targets
/// and secrets; written in the composition root.
public interface Reception {

    /// Never completes exceptionally: what goes wrong turns the client away. A failed login is
    /// already written down by then.
    CompletionStage<Arrival> receive(Claim claim, Wanted wanted, Session.Source from);

    /// What a proof that comes with this user name is checked against; empty where the name is
    /// nobody's whom the gateway gave a password. It does not tell whether there is such a
    /// credential. Answers at once, on an event loop.
    default Optional<Verifier> verifier(String user) {
        return Optional.empty();
    }

    /// Whether what a session was opened by still counts. Asked when the session begins, after it
    /// stands where [Ending]s reach it: so one that was revoked meanwhile ends too.
    default boolean stands(Session session) {
        return session.credential() == null;
    }

    sealed interface Arrival {
        /// @param route how to get to the target
        record Welcome(SessionPermit session, TargetSettings target, Route route)
                implements Arrival {}

        record TurnedAway(Why why, String message) implements Arrival {}
    }

    /// What a client is told when it is turned away; each protocol has its own code for each.
    enum Why {
        /// the token or the credential is not accepted
        IDENTITY,
        /// no target of that name, or not for this principal
        TARGET,
        /// the target cannot be reached, or does not let us in
        UNREACHABLE,
        /// too many sessions
        BUSY,
        /// evidence cannot be written
        NO_EVIDENCE,
        /// the gateway is shutting down
        SHUTDOWN
    }

    sealed interface Route {
        /// The driver dials `leg` and lets `dialer` log in.
        record Dialled(Leg leg, Dialer dialer) implements Route {}

        /// The hosted protocol gets there by itself.
        record Own() implements Route {}
    }
}
