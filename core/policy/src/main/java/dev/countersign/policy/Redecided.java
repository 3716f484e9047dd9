package dev.countersign.policy;

import dev.countersign.model.Decision;
import java.util.Set;

/// What the rules say to an action of which not every fact is known any more.
///
/// @param decision counts only where `missed` is empty
/// @param missed facts that a condition asked for, and that are not known
public record Redecided(Decision decision, Set<String> missed) {
    public Redecided {
        missed = Set.copyOf(missed);
    }
}
