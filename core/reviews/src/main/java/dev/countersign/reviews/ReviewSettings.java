package dev.countersign.reviews;

import java.time.Duration;

/// The terms under which people are asked.
///
/// @param hold how long a client's statement stands still at most; the review goes on after that
/// @param holdInTransaction the same inside of a transaction, all its holds together: it keeps
///   locks
/// @param where decisions are taken, for people to read: `http://localhost:8443`; empty where
///   nothing listens
/// @param origin the log's name, which a ruling's statement begins with
public record ReviewSettings(
        Duration hold, Duration holdInTransaction, String where, String origin) {
    public static final Duration HOLD = Duration.ofMinutes(10);
    public static final Duration HOLD_IN_TRANSACTION = Duration.ofSeconds(30);

    /// Open reviews of one principal: with more, nobody would read them.
    public static final int MAX_OPEN_OF_ONE = 5;

    /// Open reviews of one gateway.
    public static final int MAX_OPEN = 10_000;

    /// Reviews that are over and still shown.
    public static final int MAX_OVER = 1_000;

    /// Bytes of the statements and values of those.
    public static final long MAX_OVER_BYTES = 64L << 20;

    /// Bytes of one statement with its values that people can be asked about: more, nobody reads.
    public static final int MAX_SHOWN = 1 << 20;

    /// Clients that wait for one review.
    public static final int MAX_WAITING = 16;

    /// Characters of a reviewer's reason.
    public static final int MAX_REASON = 1_000;

    public ReviewSettings {
        if (!hold.isPositive() || !holdInTransaction.isPositive()) {
            throw new IllegalArgumentException("a hold is longer than 0s");
        }
    }
}
