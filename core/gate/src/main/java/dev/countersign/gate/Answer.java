package dev.countersign.gate;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Refusal;

/// The gate's answer to one thing asked.
public sealed interface Answer {
    record Admitted(ActionPermit permit) implements Answer {}

    record Refused(ActionId action, Refusal refusal) implements Answer {}

    /// People are asked first. What comes of that is [Hold#then()], in its place.
    record Held(Hold hold) implements Answer {}

    /// People must be shown what the client sends behind it. Nothing is written down yet: it is to
    /// be held back, and the action asked again with it.
    ///
    /// @param invitation what tells the client to send; the protocol's own
    record Spool(ActionId action, Bytes invitation) implements Answer {}

    /// Something before it in the batch was refused or is held: it was neither judged nor written
    /// down, and may be asked again.
    record NotReached(ActionId action) implements Answer {}
}
