package dev.countersign.evidence;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import org.jspecify.annotations.Nullable;

/// A record as far as its caller can write it; the writer adds what depends on the order.
///
/// @param kind `intent`, `outcome`, …
/// @param id of the record
/// @param who fragments that all records of one session share; null outside of a session
/// @param source where the client came from, outside of a session; empty where there is none
/// @param policy digest of the policy it was judged by; empty where it was not
/// @param head the body up to what the writer fills in
/// @param late what the writer fills in
/// @param tail the body behind it
/// @param payload stored beside it; null where there is none
/// @param wrappedKey of the payload's scope, with its first payload; null otherwise
record Draft(
        String kind,
        String id,
        @Nullable Fragments who,
        String source,
        String policy,
        String head,
        Late late,
        String tail,
        @Nullable Bytes payload,
        @Nullable Bytes wrappedKey) {

    /// What the body says that only the writer knows.
    sealed interface Late {
        /// Nothing: the body is `head` and `tail`.
        record None() implements Late {}

        /// Where the payload lies.
        record Where() implements Late {}

        /// The leaf hash of this action's intent.
        record IntentOf(ActionId action) implements Late {}

        /// How much the session was: records, chunks, and the root over its recording.
        record Sum() implements Late {}

        /// A chunk's commitment, which the session's recording is rooted in.
        record Chunk(dev.countersign.model.Hash cm) implements Late {}

        None NONE = new None();
        Where WHERE = new Where();
        Sum SUM = new Sum();
    }

    /// JSON that all records of one session share.
    ///
    /// @param actorKey by which the actor's records are chained
    record Fragments(
            String session,
            String actorKey,
            String actor,
            String source,
            String target,
            String work) {}
}
