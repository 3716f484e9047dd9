package dev.countersign.verifier;

/// Whether a signed ruling is what its issuer signed.
///
/// @param index of its record
/// @param by the reviewer's `sub`, as the record has it
/// @param detail in a few words
public record Proof(
        long index, String review, String ruling, String by, State state, String detail) {
    /// What was found.
    public enum State {
        /// the issuer's signature verifies against a key that the log holds, and its nonce is the
        /// hash of the ruling's statement
        VERIFIED,
        /// it cannot be opened here, so nothing can be said
        NOT_OPENED,
        /// it holds no signature
        MISSING,
        /// it is no proof of this ruling
        INVALID
    }

    /// `ruling apr_… approved by dana: verified, by key k1 of https://idp.example`
    @Override
    public String toString() {
        var word =
                switch (state) {
                    case VERIFIED -> "verified";
                    case NOT_OPENED -> "not opened";
                    case MISSING -> "no signature kept";
                    case INVALID -> "does not verify";
                };
        return "ruling " + review + " " + ruling + " by " + by + ": " + word + ", " + detail;
    }
}
