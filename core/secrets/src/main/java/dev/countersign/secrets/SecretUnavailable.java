package dev.countersign.secrets;

/// A secret cannot be had. The message says where it was looked for, never what was found.
public final class SecretUnavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SecretUnavailable(String message) {
        super("CS-SECRET-001: " + message);
    }
}
