package dev.countersign.identity;

/// An issuer's keys cannot be had. The message is for the operator; it names addresses and numbers,
/// never what an issuer sent.
final class IssuerFailure extends Exception {
    private static final long serialVersionUID = 1;

    /// No answer, or not in time, or not 200.
    static final String UNREACHABLE = "issuer-unreachable";

    /// It answers, with what cannot be trusted: another issuer, keys elsewhere, too much.
    static final String UNTRUSTED = "issuer-untrusted";

    /// Its keys cannot be written down, so nothing may be verified with them.
    static final String UNRECORDED = "issuer-keys-unrecorded";

    private final String code;
    private final IssuerCheck.What what;

    IssuerFailure(String code, String message) {
        this(
                code,
                code.equals(UNREACHABLE) ? IssuerCheck.What.UNREACHABLE : IssuerCheck.What.DOCUMENT,
                message);
    }

    /// @param what is wrong, told apart more finely than clients need it
    IssuerFailure(String code, IssuerCheck.What what, String message) {
        super(message, null, false, false);
        this.code = code;
        this.what = what;
    }

    IssuerCheck.What what() {
        return what;
    }

    String code() {
        return code;
    }

    String told() {
        return String.valueOf(getMessage());
    }

    /// What somebody who wants to log in is told.
    String forTheClient() {
        return switch (code) {
            case UNREACHABLE ->
                    "your token's issuer cannot be reached to check it; try again, then ask your"
                            + " operator";
            case UNRECORDED -> "the evidence log cannot be written; ask your operator";
            default ->
                    "your token's issuer is not set up as this gateway expects; ask your operator";
        };
    }
}
