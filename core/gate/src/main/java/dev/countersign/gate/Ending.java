package dev.countersign.gate;

/// Why somebody ends a session at once, whatever it is doing.
public enum Ending {
    /// the credential that opened it was revoked
    REVOKED("revoked", "the credential of this session was revoked"),
    /// a person ended it by the control API
    KILLED("killed", "this session was ended by a person who may");

    private final String reason;
    private final String message;

    Ending(String reason, String message) {
        this.reason = reason;
        this.message = message;
    }

    /// As `session.close` says it.
    public String reason() {
        return reason;
    }

    /// For the client.
    public String message() {
        return message;
    }
}
