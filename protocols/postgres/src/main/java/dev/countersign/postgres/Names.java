package dev.countersign.postgres;

import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// What the names in one session stand for, of statements or of portals.
///
/// A client may pipeline: define a name and use it before the target said that the definition
/// holds. So there are two views. *Real* is what the target has confirmed. *Seen* is what it will
/// be if all goes well, in the order in which the client's messages came. A name that was changed
/// in an earlier group (the messages up to a Sync) and is not confirmed yet is in *doubt*: had that
/// group failed, the name would still stand for something else, and that something would run. Its
/// user waits. Within one group there is no such doubt, for the target skips everything behind a
/// failure.
final class Names<T> {
    /// Statements or portals that one session may hold.
    static final int MAX = 10_000;

    private record Change<T>(@Nullable T value, long group) {}

    private final Map<String, T> real = new HashMap<>();
    private final Map<String, Change<T>> seen = new HashMap<>();

    void define(String name, T value, long group) {
        seen.put(name, new Change<>(value, group));
    }

    void forget(String name, long group) {
        seen.put(name, new Change<>(null, group));
    }

    @Nullable T get(String name) {
        var change = seen.get(name);
        return change == null ? real.get(name) : change.value();
    }

    boolean inDoubt(String name, long group) {
        var change = seen.get(name);
        return change != null
                && change.group() != group
                && !Objects.equals(change.value(), real.get(name));
    }

    /// Names that will stand for something else once the target has confirmed what is under way,
    /// whichever group that is in: with what they will stand for, or did where they are forgotten.
    Map<String, T> changing() {
        if (seen.isEmpty()) {
            return Map.of();
        }
        var out = new HashMap<String, T>();
        seen.forEach((name, change) -> {
            var before = real.get(name);
            var after = change.value();
            if (!Objects.equals(before, after)) {
                out.put(name, Objects.requireNonNull(after == null ? before : after));
            }
        });
        return out;
    }

    boolean full() {
        return real.size() + seen.size() >= MAX;
    }

    /// The target confirmed it.
    void hold(String name, T value) {
        real.put(name, value);
    }

    void drop(String name) {
        real.remove(name);
    }

    void dropAll() {
        real.clear();
    }

    void dropIf(Predicate<? super T> which) {
        real.values().removeIf(which);
    }

    /// Nothing is under way: what is seen is what is real.
    void atRest() {
        seen.clear();
    }

    Map<String, T> confirmed() {
        return real;
    }
}
