package dev.countersign.gate;

import dev.countersign.model.Bytes;
import java.security.MessageDigest;

/// The gateway's own key by which a client may cancel what its session runs. Never the target's.
public record CancelKey(int id, Bytes secret) {
    /// Compares in constant time.
    public boolean matches(CancelKey other) {
        return id == other.id && MessageDigest.isEqual(secret.toArray(), other.secret.toArray());
    }

    @Override
    public String toString() {
        return "cancel key " + id;
    }
}
