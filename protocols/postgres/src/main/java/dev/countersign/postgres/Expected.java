package dev.countersign.postgres;

import dev.countersign.model.Refusal;
import org.jspecify.annotations.Nullable;

/// A reply that the target owes. Replies come strictly in the order of what was sent, so these
/// stand in one queue; it is the only memory of which reply belongs to which message.
sealed interface Expected {
    /// Up to and with ReadyForQuery.
    record Query(long group, Tally tally, String sql, boolean barrier) implements Expected {}

    /// A FunctionCallResponse, up to and with ReadyForQuery.
    record Call(long group, Tally tally) implements Expected {}

    record Parse(Tally tally, Prepared statement) implements Expected {}

    record Bind(Tally tally, Portal portal) implements Expected {}

    record Execute(Tally tally, Portal portal) implements Expected {}

    /// ParameterDescription, then a shape.
    record DescribeStatement() implements Expected {}

    /// @param own asked by the gateway: the reply is swallowed
    record DescribePortal(@Nullable Portal portal, boolean own) implements Expected {}

    record Close(boolean statement, String name) implements Expected {}

    record Sync(long group) implements Expected {}

    /// A statement of the gateway's own that counts what an action changes, or stands around it.
    record Ours(OwnStatement own, Tally tally) implements Expected {}

    /// A statement of the gateway's own that must fail, in place of one that was refused.
    ///
    /// @param query it stands for a Query, so that a ReadyForQuery follows; otherwise everything up
    ///   to the Sync is skipped
    record Poison(Refusal refusal, boolean query, long group) implements Expected {}
}
