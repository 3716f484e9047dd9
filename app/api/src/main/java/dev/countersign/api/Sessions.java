package dev.countersign.api;

import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import java.util.List;

/// What runs right now, on all listeners together.
public interface Sessions {
    /// As they stand now, with what their clients said last; the oldest first.
    List<Session> live();

    /// Ends one at once, whatever it is doing.
    ///
    /// @return whether there was such a one
    boolean kill(SessionId session);
}
