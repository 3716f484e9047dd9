package dev.countersign.gate;

/// A peer sent what its protocol does not allow. The session is over: it is closed, counted and
/// written down once. The message says what was expected and what came; it never quotes the peer's
/// bytes.
public final class MalformedFrame extends Exception {
    private static final long serialVersionUID = 1L;

    public MalformedFrame(String message) {
        super(message, null, false, false);
    }
}
