package dev.countersign.server;

import dev.countersign.api.Sessions;
import dev.countersign.gate.Ending;
import dev.countersign.identity.Credential;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.wire.Listener;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/// What runs on all listeners together.
record LiveSessions(Collection<Listener> listeners) implements Sessions {
    @Override
    public List<Session> live() {
        return listeners.stream()
                .flatMap(listener -> listener.live().stream())
                .sorted(Comparator.comparing(session -> session.id().value()))
                .toList();
    }

    @Override
    public boolean kill(SessionId session) {
        int ended = 0;
        for (var listener : listeners) {
            ended += listener.end(one -> one.id().equals(session), Ending.KILLED);
        }
        return ended > 0;
    }

    /// Ends what a credential has opened.
    void revoked(Credential credential) {
        for (var listener : listeners) {
            var _ = listener.end(one -> credential.id().equals(one.credential()), Ending.REVOKED);
        }
    }
}
