package dev.countersign.gate;

import dev.countersign.model.Work;
import java.util.Map;

/// Where a client wants to go, and how it wants to be served there.
///
/// @param target the name it gave
/// @param settings what it asked for, already reduced to what the protocol lets a client ask for
/// @param protocol the version agreed on with the client, in the protocol's own words
/// @param cancelKeyLength bytes of secret that this client can hold for a cancel request
public record Wanted(
        String target,
        Map<String, String> settings,
        Work work,
        String protocol,
        int cancelKeyLength) {
    public Wanted {
        settings = Map.copyOf(settings);
    }
}
