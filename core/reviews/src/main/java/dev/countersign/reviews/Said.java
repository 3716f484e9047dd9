package dev.countersign.reviews;

import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;

/// What a person says to a review.
///
/// @param yes or no
/// @param reason for the client and for the record; at most [ReviewSettings#MAX_REASON] characters,
///   the rest is cut, and what cannot be shown becomes a space
/// @param nonce of the statement that they rule on
/// @param assurance signed only where the person's issuer signed that statement
/// @param proof of who they are: where `assurance` is signed the issuer's ID token for this one
///   ruling, whole; else header and payload of their access token, without its signature
/// @param wholeShown this person was shown every part of it
public record Said(
        Reviewer by,
        Session.Source from,
        boolean yes,
        String reason,
        String nonce,
        Ruling.Assurance assurance,
        String proof,
        boolean wholeShown) {
    public Said {
        if (nonce.isBlank()) {
            throw new IllegalArgumentException("a ruling's statement has a nonce");
        }
        reason = shown(reason);
    }

    private static String shown(String text) {
        var out = new StringBuilder();
        text.codePoints()
                .limit(ReviewSettings.MAX_REASON)
                .map(character ->
                        switch (Character.getType(character)) {
                            case Character.CONTROL,
                                    Character.FORMAT,
                                    Character.SURROGATE,
                                    Character.LINE_SEPARATOR,
                                    Character.PARAGRAPH_SEPARATOR ->
                                    ' ';
                            default -> character;
                        })
                .forEach(out::appendCodePoint);
        return out.toString().strip();
    }

    /// Without the token.
    @Override
    public String toString() {
        return "Said[by=" + by + ", yes=" + yes + "]";
    }

    Ruling ruling() {
        return yes ? Ruling.APPROVED : Ruling.REJECTED;
    }

    /// What came of it.
    public sealed interface Heard {
        /// It counts; the review as it is now. The same word said again changes nothing.
        record Counted(ReviewView review) implements Heard {}

        /// It does not count.
        ///
        /// @param code a stable one, as in `approval.refused`
        record Refused(String code, String message) implements Heard {}
    }
}
