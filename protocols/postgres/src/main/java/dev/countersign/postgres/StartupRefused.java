package dev.countersign.postgres;

/// What a startup packet asks for is not given. Message and hint are for the client and never quote
/// a value that it sent.
final class StartupRefused extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;
    private final String hint;

    /// @param code an SQLSTATE
    StartupRefused(String code, String message, String hint) {
        super(message, null, false, false);
        this.code = code;
        this.hint = hint;
    }

    String code() {
        return code;
    }

    String message() {
        return String.valueOf(getMessage());
    }

    String hint() {
        return hint;
    }
}
