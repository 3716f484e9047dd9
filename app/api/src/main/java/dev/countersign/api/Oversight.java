package dev.countersign.api;

import dev.countersign.model.Principal;
import dev.countersign.model.Reviewer;
import java.util.Collections;
import java.util.Set;
import java.util.function.Supplier;

/// Who may see what a principal has running, and end it: whoever is part of it or answers for it,
/// and members of the groups that the configuration calls administrators.
///
/// @param administrators groups, as the configuration in force names them; nobody's where there are
///   none
public record Oversight(Supplier<Set<String>> administrators) {

    boolean of(Reviewer person, Principal principal) {
        return principal.includes(person) || ofAll(person);
    }

    /// Whether they are an administrator.
    boolean ofAll(Reviewer person) {
        return !Collections.disjoint(person.groups(), administrators.get());
    }
}
