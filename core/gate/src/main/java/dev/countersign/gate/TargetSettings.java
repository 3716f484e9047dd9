package dev.countersign.gate;

import dev.countersign.model.Target;
import java.util.List;

/// What the configuration says of one target. Each protocol has a record of its own.
public interface TargetSettings {
    /// The target as rules and records name it.
    Target target();

    /// How to reach it.
    Leg leg();

    /// Where the credential comes from: `file:…`, `env:…`. Never the credential.
    String secret();

    /// Keys that this version does not serve and therefore takes at their strictest, a sentence
    /// each; the operator is told at the start.
    List<String> notServed();
}
