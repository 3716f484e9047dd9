package dev.countersign.model;

import java.util.Locale;

/// The worst of an action's effects, from harmless to grave.
public enum Verb {
    READ,
    WRITE,
    DEFINE,
    ADMINISTER,
    UNKNOWN;

    private final String word = name().toLowerCase(Locale.ROOT);

    /// As rules and records spell it: `read`.
    public String word() {
        return word;
    }
}
