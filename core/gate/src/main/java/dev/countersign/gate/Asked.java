package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.Request;

/// One thing that a client asked for, not yet understood.
public record Asked(ActionId id, Request request) {
    /// The same in a transaction that has changed something by now.
    public Asked behindWrites() {
        return request.ownWrites() ? this : new Asked(id, request.behindWrites());
    }
}
