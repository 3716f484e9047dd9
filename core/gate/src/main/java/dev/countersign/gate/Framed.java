package dev.countersign.gate;

import java.util.Map;
import java.util.function.Supplier;

/// A protocol whose connections are driven by us: pure machines, one for each leg's login and one
/// for the rest.
public non-sealed interface Framed extends Protocol {
    /// Listens to the client until it has said who it is and where it wants to go. No secret exists
    /// yet.
    Greeting greeter();

    /// Gets to know a target, once, when the gateway starts: what the analyst must know of it (its
    /// catalogue) it loads, then and later, over connections of its own. It never sees a client,
    /// only what one asked for. A target that cannot be reached yet is no failure: until it can,
    /// everything that hangs on it is refused.
    ///
    /// @param secret as for [#dialer]
    Analyst analyst(TargetSettings target, Supplier<char[]> secret);

    /// Logs in to the target with the secret. This never sees the client.
    ///
    /// @param secret gives the credential's characters anew at each call; the caller wipes them
    Dialer dialer(TargetSettings target, Supplier<char[]> secret, Terms terms);

    /// Asks the target, over a connection of its own to the same leg and by the same rules of TLS,
    /// to cancel what a login is running. No secret is needed; [Dialer.Effects#ready] says that the
    /// request was sent, and its value is not used.
    Dialer canceller(TargetSettings target, Ready login);

    /// Carries the rest, frame by frame. This never sees the secret.
    Conversation conversation(Opening opening);

    /// What the target is told about a session before it begins.
    ///
    /// @param name by which the target's own logs know the session
    /// @param readOnly the target holds the session read-only, and nothing lets it out
    /// @param settings that the client asked for, already reduced to what is allowed
    record Terms(String name, boolean readOnly, Map<String, String> settings) {
        public Terms {
            settings = Map.copyOf(settings);
        }
    }

    /// All that a conversation begins with.
    record Opening(
            SessionPermit session,
            TargetSettings target,
            Wanted wanted,
            Ready ready,
            CancelKey cancelKey) {}
}
