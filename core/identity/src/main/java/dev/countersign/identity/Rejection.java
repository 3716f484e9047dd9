package dev.countersign.identity;

/// Why a token is not accepted. The code is stable, the message says what to do; neither quotes the
/// token.
final class Rejection extends Exception {
    private static final long serialVersionUID = 1L;

    private final String code;

    Rejection(String code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    String code() {
        return code;
    }
}
