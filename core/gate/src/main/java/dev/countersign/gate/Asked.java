package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.Request;
import dev.countersign.model.Spooled;

/// One thing that a client asked for, not yet understood.
///
/// @param spools whoever asks can hold back what the client sends behind it, should people have to
///   be shown that ([Answer.Spool])
public record Asked(ActionId id, Request request, boolean spools) {
    /// Nothing behind it can be held back.
    public Asked(ActionId id, Request request) {
        this(id, request, false);
    }

    /// The same in a transaction that has changed something by now.
    public Asked behindWrites() {
        return request.ownWrites() ? this : new Asked(id, request.behindWrites(), spools);
    }

    /// The same, where what the client sends behind it can be held back.
    public Asked spooling() {
        return new Asked(id, request, true);
    }

    /// The same, with all that the client sends behind it.
    public Asked with(Spooled content) {
        return new Asked(id, request.with(content));
    }

    /// The same, where what the client sends behind it could not be held back.
    public Asked unspooled() {
        return new Asked(id, request);
    }
}
