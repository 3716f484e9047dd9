package dev.countersign.gate;

/// A bearer token as a client presented it. A secret: nothing but the identity check reads it, and
/// it never shows itself.
public final class Token {
    /// The longest token that is looked at, in characters.
    public static final int MAX_LENGTH = 65_535;

    private final String value;

    public Token(String value) {
        if (value.length() > MAX_LENGTH) {
            throw new IllegalArgumentException("a token has at most " + MAX_LENGTH + " characters");
        }
        this.value = value;
    }

    public String reveal() {
        return value;
    }

    @Override
    public String toString() {
        return "token";
    }
}
