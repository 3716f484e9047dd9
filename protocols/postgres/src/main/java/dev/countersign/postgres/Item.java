package dev.countersign.postgres;

import dev.countersign.gate.Asked;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import org.jspecify.annotations.Nullable;

/// One message of the client that waits to be forwarded, in the order in which it came. The bytes
/// are the client's own.
sealed interface Item {
    Bytes bytes();

    /// The group of messages, up to a Sync, that it belongs to; a Query is a group of its own.
    long group();

    /// What must be judged first.
    sealed interface Asks extends Item {
        Asked asked();

        default ActionId id() {
            return asked().id();
        }
    }

    /// @param barrier nothing behind it is judged before its reply came
    record Query(Bytes bytes, long group, Asked asked, String sql, boolean barrier)
            implements Asks {}

    record Parse(Bytes bytes, long group, Asked asked, Prepared statement) implements Asks {}

    record Bind(Bytes bytes, long group, Asked asked, Portal portal) implements Asks {}

    /// An Execute that is an action of its own.
    record Execute(Bytes bytes, long group, Asked asked, @Nullable Portal portal) implements Asks {}

    /// A FunctionCall.
    record Call(Bytes bytes, long group, Asked asked) implements Asks {}

    /// The Execute that runs under the permit of its portal's Bind.
    record Run(Bytes bytes, long group, Portal portal) implements Item {}

    /// What causes nothing by itself.
    ///
    /// @param portal that a Describe means, as its name stood when it came
    record Pass(Bytes bytes, long group, Kind kind, String name, @Nullable Portal portal)
            implements Item {
        enum Kind {
            DESCRIBE_STATEMENT,
            DESCRIBE_PORTAL,
            CLOSE_STATEMENT,
            CLOSE_PORTAL,
            FLUSH,
            SYNC
        }
    }
}
