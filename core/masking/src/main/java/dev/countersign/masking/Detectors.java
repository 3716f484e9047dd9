package dev.countersign.masking;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;

/// The detectors of one configuration, compiled: immutable, for any number of threads. Each thread
/// or session has a [Scanner] of its own.
public final class Detectors {
    private final boolean[] on = new boolean[Entity.values().length];
    private final boolean[] counts;
    private final String[] names;
    private final byte[][] shown;
    private final Custom custom;
    private final Allowed allowed;
    private final boolean enabled;

    private Detectors(DetectorSettings settings) {
        enabled = settings.enabled();
        custom = settings.custom().isEmpty() ? Custom.NONE : new Custom(settings.custom());
        allowed = new Allowed(settings.allow());
        var entities = Entity.values();
        var own = custom.names();
        counts = new boolean[entities.length + own.size()];
        names = new String[counts.length];
        shown = new byte[counts.length][];
        for (var entity : entities) {
            var says = settings.entities().get(entity.name());
            int i = entity.number();
            on[i] = says == null ? entity.standard() : says != DetectorSettings.Action.OFF;
            counts[i] = says == DetectorSettings.Action.COUNT;
            names[i] = entity.name();
        }
        for (int i = 0; i < own.size(); i++) {
            counts[entities.length + i] = custom.counts(i);
            names[entities.length + i] = own.get(i);
        }
        for (int i = 0; i < names.length; i++) {
            shown[i] = ("[" + names[i] + "]").getBytes(UTF_8);
        }
    }

    public static Detectors of(DetectorSettings settings) {
        return new Detectors(settings);
    }

    /// For one thread at a time.
    public Scanner scanner() {
        return new Scanner(this);
    }

    /// Whether anything is looked for.
    public boolean enabled() {
        return enabled;
    }

    /// Of all that can be found, by their numbers.
    List<String> names() {
        return List.of(names);
    }

    ValueScanner values() {
        return new ValueScanner(on, custom);
    }

    String name(int detector) {
        return names[detector];
    }

    /// What stands in the place of a value.
    byte[] shown(int detector) {
        return shown[detector];
    }

    /// Whether it stays and is only counted.
    boolean counts(int detector) {
        return counts[detector];
    }

    boolean allows(byte[] b, int from, int to) {
        return allowed.has(b, from, to);
    }
}
