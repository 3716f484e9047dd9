package dev.countersign.postgres;

import java.util.Set;

/// What a target's settings say of what its clients may do, beside policy.
///
/// @param detects values that nothing labels are looked at
/// @param channels that may be listened to
record Served(boolean detects, Set<String> channels) {
    /// Nothing that is not served everywhere.
    static final Served PLAIN = new Served(false, Set.of());

    Served {
        channels = Set.copyOf(channels);
    }
}
