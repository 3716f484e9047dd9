package dev.countersign.demo;

import java.util.List;
import java.util.Map;
import java.util.Set;

/// Whom the demo's issuer knows: four people, two agents, one client for people.
final class IssuerPeople {
    /// Of what agents present to the data plane.
    static final String AUDIENCE = "countersign";

    /// Of what people decide with.
    static final String REVIEW_AUDIENCE = "countersign-reviews";

    /// The only client that people sign in with; a public one (RFC 6749, 2.1).
    static final String CLI = "countersign-cli";

    /// An agent that acts for people (RFC 8693).
    static final String EVE = "eve";

    /// An agent that acts without a human.
    static final String NIGHTLY = "nightly";

    private static final Map<String, List<String>> GROUPS =
            Map.of(
                    "ann", List.of("support"),
                    "dana", List.of("dba"),
                    "dora", List.of("dba"),
                    "omar", List.of("audit"));

    private IssuerPeople() {}

    /// In the order of the sign-in page.
    static List<String> names() {
        return GROUPS.keySet().stream().sorted().toList();
    }

    static boolean isPerson(String name) {
        return GROUPS.containsKey(name);
    }

    /// Empty for somebody unknown.
    static List<String> groups(String person) {
        return GROUPS.getOrDefault(person, List.of());
    }

    static boolean isClient(String id) {
        return Set.of(CLI, EVE, NIGHTLY).contains(id);
    }
}
