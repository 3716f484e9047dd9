package dev.countersign.model;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/// What an action does. `UNKNOWN` is what nobody could classify, and counts as the gravest.
public enum Effect {
    READ(Verb.READ),
    SESSION(Verb.READ),
    INSERT(Verb.WRITE),
    UPDATE(Verb.WRITE),
    DELETE(Verb.WRITE),
    MERGE(Verb.WRITE),
    CALL(Verb.WRITE),
    DDL(Verb.DEFINE),
    PRIVILEGE(Verb.ADMINISTER),
    COPY_FILE(Verb.ADMINISTER),
    UNKNOWN(Verb.UNKNOWN);

    private final Verb verb;
    private final String word = name().toLowerCase(Locale.ROOT).replace('_', '-');

    Effect(Verb verb) {
        this.verb = verb;
    }

    public Verb verb() {
        return verb;
    }

    /// As rules and records spell it: `copy-file`.
    public String word() {
        return word;
    }

    /// The worst verb of `effects`; of none, [Verb#UNKNOWN].
    public static Verb worst(Collection<Effect> effects) {
        return effects.stream()
                .map(Effect::verb)
                .max(Comparator.naturalOrder())
                .orElse(Verb.UNKNOWN);
    }
}
