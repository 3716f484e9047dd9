package dev.countersign.postgres;

import dev.countersign.model.ActionId;
import dev.countersign.model.Request;
import org.jspecify.annotations.Nullable;

/// A bound statement. Bind and the first Execute behind it are one action; a later Execute is one
/// of its own.
final class Portal implements Names.Held {
    final String name;
    final Request request;
    final ActionId boundBy;
    final boolean barrier;

    /// The group of messages, up to a Sync, in which it was bound.
    final long group;

    /// Whether an Execute already runs under the Bind's permit.
    boolean spent;

    /// The tally of the Bind's action, once that is admitted.
    @Nullable Tally tally;

    /// How its rows look; null until a Describe told.
    @Nullable Shape shape;

    Portal(String name, Request request, ActionId boundBy, boolean barrier, long group) {
        this.name = name;
        this.request = request;
        this.boundBy = boundBy;
        this.barrier = barrier;
        this.group = group;
    }

    /// Its values; the text is the statement's.
    @Override
    public long bytes() {
        long all = name.length();
        for (var parameter : request.parameters()) {
            var value = parameter.value();
            all += Long.BYTES + (value == null ? 0 : value.length());
        }
        return all;
    }
}
