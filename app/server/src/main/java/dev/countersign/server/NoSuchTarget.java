package dev.countersign.server;

import java.util.Set;
import java.util.TreeSet;

/// A name that no target of the configuration has; the message says which there are.
public final class NoSuchTarget extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoSuchTarget(String name, Set<String> known) {
        super(
                "there is no target `"
                        + name
                        + "`; "
                        + (known.isEmpty()
                                ? "the configuration has none"
                                : "there are " + new TreeSet<>(known)));
    }
}
