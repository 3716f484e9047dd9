package dev.countersign.model;

/// The name of one session, made by the gateway: a UUID of version 7.
public record SessionId(String value) {
    public static SessionId fresh() {
        return new SessionId(Ids.uuid7());
    }

    @Override
    public String toString() {
        return value;
    }
}
