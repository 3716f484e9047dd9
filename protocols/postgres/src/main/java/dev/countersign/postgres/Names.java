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
final class Names<T extends Names.Held> {
    /// Statements or portals that one session may hold.
    static final int MAX = 10_000;

    /// Bytes that all of them together may hold in the gateway: four of the longest Binds.
    static final long MAX_BYTES = 64L << 20;

    /// What a name stands for.
    interface Held {
        /// Bytes that it holds, roughly.
        long bytes();
    }

    private record Change<T>(@Nullable T value, long group) {}

    private final Map<String, T> real = new HashMap<>();
    private final Map<String, Change<T>> seen = new HashMap<>();
    private long bytes;

    void define(String name, T value, long group) {
        change(name, new Change<>(value, group));
    }

    void forget(String name, long group) {
        change(name, new Change<>(null, group));
    }

    private void change(String name, Change<T> to) {
        var before = seen.put(name, to);
        bytes += of(to.value()) - (before == null ? 0 : of(before.value()));
    }

    private long of(@Nullable T value) {
        return value == null ? 0 : value.bytes();
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

    /// Whether it holds more than a session may.
    boolean full() {
        return real.size() + seen.size() > MAX || bytes > MAX_BYTES;
    }

    /// The target confirmed it.
    void hold(String name, T value) {
        bytes += of(value) - of(real.put(name, value));
    }

    void drop(String name) {
        bytes -= of(real.remove(name));
    }

    void dropAll() {
        dropIf(_ -> true);
    }

    void dropIf(Predicate<? super T> which) {
        real.values()
                .removeIf(value -> {
                    boolean drops = which.test(value);
                    bytes -= drops ? of(value) : 0;
                    return drops;
                });
    }

    /// Nothing is under way: what is seen is what is real.
    void atRest() {
        seen.values().forEach(change -> bytes -= of(change.value()));
        seen.clear();
    }

    Map<String, T> confirmed() {
        return real;
    }
}
