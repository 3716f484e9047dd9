package dev.countersign.identity;

/// A token does not prove who somebody is. The message says what to do and quotes nothing of the
/// token; there is no cause, because a library's message may.
final class TokenRefused extends Exception {
    private static final long serialVersionUID = 1;

    static final String MALFORMED = "token-malformed";
    static final String ALGORITHM = "token-algorithm";
    static final String TYPE = "token-type";
    static final String BOUND = "token-bound";
    static final String ISSUER = "token-issuer";
    static final String KEY = "token-key";
    static final String SIGNATURE = "token-signature";
    static final String AUDIENCE = "token-audience";
    static final String EXPIRED = "token-expired";
    static final String NOT_YET = "token-not-yet";
    static final String LIFETIME = "token-lifetime";
    static final String CLAIMS = "token-claims";

    /// This issuer's people decide nothing: it has no review-audience.
    static final String NO_REVIEWS = "reviewer-issuer";

    /// Not for decisions, or for agents as well.
    static final String REVIEW_AUDIENCE = "reviewer-audience";

    static final String DATA_AUDIENCE = "reviewer-data-plane";
    static final String REVIEW_CLIENT = "reviewer-client";

    /// Somebody acts for the person (`act`).
    static final String DELEGATED = "reviewer-delegated";

    /// The client itself, not a person who uses it.
    static final String MACHINE = "reviewer-machine";

    /// `people-if` is not true of it.
    static final String NOT_A_PERSON = "reviewer-person";

    /// Does not tell the person by all of `person-claim`.
    static final String UNNAMED = "reviewer-unnamed";

    /// When they signed in is not said, lies ahead, or lies too far back.
    static final String NO_SIGN_IN = "reviewer-sign-in";

    static final String SIGN_IN_AHEAD = "reviewer-sign-in-ahead";
    static final String SIGN_IN_OLD = "reviewer-sign-in-old";

    /// An ID token that was not made just now, for this client alone, to answer this question.
    static final String RULING_AUDIENCE = "ruling-audience";

    static final String RULING_NONCE = "ruling-nonce";
    static final String RULING_OLD = "ruling-old";

    private final String code;

    TokenRefused(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    String code() {
        return code;
    }

    String told() {
        return String.valueOf(getMessage());
    }
}
