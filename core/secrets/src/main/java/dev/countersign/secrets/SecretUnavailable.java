package dev.countersign.secrets;

/// A secret could not be read, so nobody can log in to its target. The message names the place and
/// what to do, never what lies there, and there is no cause that could.
public final class SecretUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1;

    /// There is no such file or variable.
    public static final String MISSING = "secret-missing";

    /// It is there, and this process may not or cannot read it.
    public static final String UNREADABLE = "secret-unreadable";

    public static final String EMPTY = "secret-empty";

    /// Longer than [SecretSource#MAX_BYTES].
    public static final String TOO_LONG = "secret-too-long";

    /// Not valid UTF-8.
    public static final String NOT_TEXT = "secret-not-text";

    /// Its program has not answered in time.
    public static final String TIMEOUT = "secret-timeout";

    /// It was changed, or its key is another.
    public static final String TAMPERED = "secret-tampered";

    private final String code;

    public SecretUnavailable(String code, String message) {
        super(message);
        this.code = code;
    }

    /// A stable one: `secret-missing`.
    public String code() {
        return code;
    }
}
