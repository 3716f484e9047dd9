package dev.countersign.demo;

/// An answer of the issuer that is no success: an error code of RFC 6749 (4.1.2.1, 5.2), RFC 8628
/// (3.5) or OpenID Connect Core (3.1.2.6), and a sentence that quotes nothing of the request.
final class IssuerError extends Exception {
    private static final long serialVersionUID = 1;

    private final int status;
    private final String code;

    private IssuerError(int status, String code, String message) {
        super(message, null, false, false);
        this.status = status;
        this.code = code;
    }

    /// With HTTP status 400, which RFC 6749 allows for all of its errors.
    static IssuerError of(String code, String message) {
        return new IssuerError(400, code, message);
    }

    /// The request itself is at fault, in a way that HTTP has a status for.
    static IssuerError status(int status, String message) {
        return new IssuerError(status, "invalid_request", message);
    }

    /// Nothing more can be kept just now.
    static IssuerError full() {
        return new IssuerError(
                503, "temporarily_unavailable", "too many sign-ins are open; try in a minute");
    }

    int status() {
        return status;
    }

    String code() {
        return code;
    }

    String told() {
        return String.valueOf(getMessage());
    }
}
