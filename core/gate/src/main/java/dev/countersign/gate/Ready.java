package dev.countersign.gate;

import dev.countersign.model.Bytes;
import java.util.Map;

/// What a target said while the gateway logged in.
///
/// @param reported settings that it reports to clients
/// @param cancelRequest the packet that cancels what this login runs; the target's own key is
///   inside, it never reaches a client
public record Ready(Map<String, String> reported, Bytes cancelRequest) {
    public Ready {
        reported = Map.copyOf(reported);
    }
}
