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
