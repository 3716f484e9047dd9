package dev.countersign.sql;

/// A text that is no sequence of PostgreSQL's tokens, or goes beyond one of our limits. The message
/// never quotes the text.
public final class UnreadableSql extends Exception {
    private static final long serialVersionUID = 1L;

    UnreadableSql(String message) {
        super(message, null, false, false);
    }
}
