package dev.countersign.reviews;

import dev.countersign.settings.Default;
import java.util.List;
import java.util.Set;

/// One `kind: Panel` document: the people who may decide, by their groups.
///
/// ```yaml
/// kind: Panel
/// name: dba
/// groups: [dba]
/// quorum: 1
/// ```
///
/// @param name as rules call it
/// @param groups any of them makes a member
/// @param quorum how many of its people must say yes; a rule may ask for more, never for fewer
/// @param channels who is told when it is asked; names of `kind: Channel`
public record Panel(
        String name, List<String> groups, @Default("1") int quorum, List<String> channels) {
    /// People that one panel can be asked for.
    public static final int MAX_QUORUM = 16;

    public Panel {
        if (name.isBlank() || groups.isEmpty()) {
            throw new IllegalArgumentException("a panel has a `name`, and `groups` of its members");
        }
        if (quorum < 1 || quorum > MAX_QUORUM) {
            throw new IllegalArgumentException("`quorum` is from 1 to " + MAX_QUORUM);
        }
        groups = List.copyOf(groups);
        channels = List.copyOf(channels);
    }

    boolean has(Set<String> groupsOfSomebody) {
        return groups.stream().anyMatch(groupsOfSomebody::contains);
    }
}
