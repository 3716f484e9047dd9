package dev.countersign.verifier;

/// What can be wrong with a log. The names are stable.
public enum Code {
    /// the checkpoint's signature is not the log key's
    BAD_SIGNATURE,
    /// the checkpoint, the key, a tile or a bundle is missing or no such thing
    UNREADABLE,
    /// an entry is not the one that its tile has the hash of
    LEAF_MISMATCH,
    /// a tile's hashes do not come from those below it
    TILE_MISMATCH,
    /// the entries are not those that were signed
    ROOT_MISMATCH,
    /// entries that were signed are missing
    ENTRY_MISSING,
    /// a record is not in the one form that JSON can be signed in
    NON_CANONICAL,
    /// a record lacks what its kind must have
    SCHEMA,
    /// a counter or a link to the record before is wrong
    CHAIN_GAP,
    /// a record is older than the one before it
    TIME_REGRESSION,
    /// two records have one id, or two sessions, or two boots
    DUPLICATE_ID,
    /// an outcome without its intent, or two of one
    INTENT_DRIFT,
    /// an intent of an ended boot has no outcome
    OUTCOME_MISSING,
    /// people are asked about no intent that needs them, or other people than it needs
    REQUEST_INVALID,
    /// a ruling on no review that is open, too late, or the second of one person
    RULING_INVALID,
    /// what a ruling states is not what its record and its request say
    RULING_MISMATCH,
    /// somebody ruled on what they asked for themselves
    SOD_VIOLATION,
    /// an approval is used that too few people gave, or whose review was over
    APPROVAL_INVALID,
    /// an approval is used for something else than it was given for
    APPROVAL_MISMATCH,
    /// an approval is used a second time
    APPROVAL_REUSED,
    /// an action ran that people had to approve, and no approval was used for it
    APPROVAL_MISSING,
    /// what a signed ruling keeps of its sign-in is no proof of it
    PROOF_INVALID,
    /// a ruling says that it was signed, and the issuer's signature is not kept
    PROOF_MISSING,
    /// a session of an ended boot was not closed
    SESSION_OPEN,
    /// a payload is not the one that was recorded
    BLOB_MISMATCH,
    /// a payload is not there
    BLOB_MISSING,
    /// a session's recording is not the one that was closed
    RECORDING_MISMATCH,
    /// the log does not contain an older checkpoint
    ROLLBACK,
    /// more findings than are told, all of codes that are told
    MORE;

    /// Whether something promised is absent, while all that is there is right.
    boolean incomplete() {
        return switch (this) {
            case OUTCOME_MISSING, PROOF_MISSING, SESSION_OPEN, BLOB_MISSING -> true;
            case BAD_SIGNATURE,
                    UNREADABLE,
                    LEAF_MISMATCH,
                    TILE_MISMATCH,
                    ROOT_MISMATCH,
                    ENTRY_MISSING,
                    NON_CANONICAL,
                    SCHEMA,
                    CHAIN_GAP,
                    TIME_REGRESSION,
                    DUPLICATE_ID,
                    INTENT_DRIFT,
                    REQUEST_INVALID,
                    RULING_INVALID,
                    RULING_MISMATCH,
                    SOD_VIOLATION,
                    APPROVAL_INVALID,
                    APPROVAL_MISMATCH,
                    APPROVAL_REUSED,
                    APPROVAL_MISSING,
                    PROOF_INVALID,
                    BLOB_MISMATCH,
                    RECORDING_MISMATCH,
                    ROLLBACK,
                    MORE ->
                    false;
        };
    }
}
