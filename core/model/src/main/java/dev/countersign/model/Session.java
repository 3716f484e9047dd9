package dev.countersign.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One client's stay at one target: who, where, from where, and under which terms.
///
/// @param from the peer and the listener it came to
/// @param readOnly the target itself is told to hold this session read-only, because policy lets
///   this principal only read
/// @param startup what the client asked for when it connected, already reduced to what is allowed
/// @param credential the minted one that opened it and with whose revoking it ends; null where a
///   token did
public record Session(
        SessionId id,
        Principal who,
        Target where,
        Source from,
        Work work,
        boolean readOnly,
        Map<String, String> startup,
        @Nullable CredentialId credential) {

    /// Where a client came from.
    ///
    /// @param peer `address:port` of the client
    /// @param listener `protocol address:port` of the listener it reached
    /// @param tls the negotiated protocol version, empty on a plain loopback listener
    public record Source(String peer, String listener, String tls) {
        public void write(JsonText out) {
            out.open().put("listener", listener).put("peer", peer).putIfAny("tls", tls).close();
        }
    }

    /// Opened by a token.
    public Session(
            SessionId id,
            Principal who,
            Target where,
            Source from,
            Work work,
            boolean readOnly,
            Map<String, String> startup) {
        this(id, who, where, from, work, readOnly, startup, null);
    }

    /// The same, where its client has said more by now of what it does.
    public Session doing(Work said) {
        return new Session(id, who, where, from, work.and(said), readOnly, startup, credential);
    }

    public Session {
        startup = Map.copyOf(startup);
    }
}
