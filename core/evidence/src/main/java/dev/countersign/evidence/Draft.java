package dev.countersign.evidence;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Hash;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A record as far as its caller can write it; the writer adds what depends on the order.
///
/// @param kind `intent`, `outcome`, …
/// @param id of the record
/// @param who fragments that all records of one session share; null outside of a session
/// @param source JSON of where the client came from, outside of a session; empty where there is
///   none
/// @param policy digest of the policy it was judged by; empty where it was not
/// @param body canonical, but for what the writer fills in
/// @param slot byte of the body at which the writer fills it in
/// @param late what the writer fills in
/// @param payload stored beside it; null where there is none
/// @param key of the payload's scope, with its first payload; null otherwise
@SuppressWarnings("ArrayRecordComponent") // handed from here to the file, never compared
record Draft(
        String kind,
        String id,
        @Nullable Fragments who,
        Bytes source,
        String policy,
        Bytes body,
        int slot,
        Late late,
        byte @Nullable [] payload,
        @Nullable Key key) {

    /// @param scope whose key it is
    record Key(String scope, Bytes wrapped) {}

    /// What the body says that only the writer knows.
    sealed interface Late {
        /// Nothing: the body is whole.
        record None() implements Late {}

        /// Where the payload lies.
        record Where() implements Late {}

        /// The leaf hashes of these actions' intents, in the order of their slots.
        record IntentsOf(List<Ended> actions) implements Late {}

        /// The leaf hash of an action's intent, which stays open.
        record IntentOf(ActionId action, int slot) implements Late {}

        /// @param slot byte of the body at which the leaf hash of the action's intent is filled in
        record Ended(ActionId action, int slot) {}

        /// The whole body of a `session.close`: how much the session was, and why it ended.
        record Sum(String reason) implements Late {}

        /// A chunk's commitment, which the session's recording is rooted in.
        record Chunk(Hash cm) implements Late {}

        None NONE = new None();
        Where WHERE = new Where();
    }

    /// JSON that all records of one session share.
    ///
    /// @param actorKey by which the actor's records are chained
    record Fragments(
            String session, String actorKey, Bytes actor, Bytes source, Bytes target, Bytes work) {

        boolean works() {
            return work.length() > 0;
        }
    }
}
