package dev.countersign.model;

/// What a client sends behind a command and that is part of what it does, held back whole so that
/// people can be shown it.
///
/// @param digest SHA-256 of the content
/// @param content empty where only the digest is known any more
public record Spooled(Hash digest, Bytes content) {
    /// Bytes that can be held back: more, nobody reads.
    public static final int MAX_BYTES = 1 << 20;

    public static Spooled of(byte[] content) {
        return new Spooled(Hash.sha256(content), Bytes.of(content));
    }

    /// Of which the content is not known any more.
    public static Spooled known(Hash digest) {
        return new Spooled(digest, Bytes.EMPTY);
    }
}
