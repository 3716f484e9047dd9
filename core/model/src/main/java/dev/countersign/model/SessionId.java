package dev.countersign.model;

import java.time.Instant;

/// The name of one session, made by the gateway: a UUID of version 7.
public record SessionId(String value) {
    public static SessionId fresh() {
        return new SessionId(Ids.uuid7());
    }

    /// When it was made: the milliseconds at the front of a UUID of version 7.
    public Instant made() {
        return Instant.ofEpochMilli(
                Long.parseLong(value.substring(0, 8) + value.substring(9, 13), 16));
    }

    @Override
    public String toString() {
        return value;
    }
}
