package dev.countersign.model;

/// The name of one action, made by the gateway: a UUID of version 7.
public record ActionId(String value) {
    public static ActionId fresh() {
        return new ActionId(Ids.uuid7());
    }

    @Override
    public String toString() {
        return value;
    }
}
