package dev.countersign.gate;

import dev.countersign.model.Target;

/// What the configuration says of one target. Each protocol has a record of its own.
public interface TargetSettings {
    /// The target as rules and records name it.
    Target target();

    /// How to reach it.
    Leg leg();

    /// Where the credential comes from: `file:…`, `env:…`. Never the credential.
    String secret();
}
