package dev.countersign.gate;

import java.util.concurrent.CompletionStage;

/// Proof that what goes to a target was judged and written down. Only a [Gate] makes one.
public sealed interface Permit permits ActionPermit, SessionPermit {

    /// Whether it still opens the way to the target.
    boolean live();

    /// Not one byte of the answer leaves before this completes; already complete for all but proven
    /// reads.
    CompletionStage<?> written();
}
