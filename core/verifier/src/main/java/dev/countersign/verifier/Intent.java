package dev.countersign.verifier;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// An action that was written down and has no outcome yet.
///
/// It keeps little of what its record says: of what an approval is bound to, a hash.
final class Intent {
    /// What the canonical action holds too, so that the same action again has the same.
    private static final List<String> OF_ACTION = List.of("bytes", "kind", "objects", "parameters");

    final String leaf;

    /// People must say yes before it runs.
    final boolean asks;

    /// It was not to run, whatever people say.
    final boolean refused;

    /// Whom its rules want asked.
    final Needs needs;

    /// SHA-256 over who acts, where, and what as far as a record tells; empty where nobody is
    /// asked.
    final String sameness;

    /// An approval was used for it.
    boolean approved;

    private Intent(String leaf, boolean asks, boolean refused, Needs needs, String sameness) {
        this.leaf = leaf;
        this.asks = asks;
        this.refused = refused;
        this.needs = needs;
        this.sameness = sameness;
    }

    static Intent of(Map<String, Object> record, String leaf) {
        var x = Story.map(record, "x");
        var decision = Story.map(x, "decision");
        // what is only prepared is asked about when it is to run
        boolean asks =
                Story.text(decision, "verdict").equals("require")
                        && !Boolean.TRUE.equals(x.get("prepare"));
        return new Intent(
                leaf,
                asks,
                x.containsKey("refused"),
                asks ? Needs.of(decision.get("requirements")) : Needs.NONE,
                asks ? sameness(record, x) : "");
    }

    private static String sameness(Map<String, Object> record, Map<String, Object> x) {
        var sha = Checkpoint.sha256();
        hash(sha, record.get("actor"));
        hash(sha, record.get("tgt"));
        OF_ACTION.forEach(member -> hash(sha, x.get(member)));
        return HexFormat.of().formatHex(sha.digest());
    }

    /// Two values have one hash only if they are the same: each begins with its kind and length.
    private static void hash(MessageDigest sha, @Nullable Object value) {
        switch (value) {
            case Map<?, ?> map -> {
                head(sha, 'm', map.size());
                map.forEach((key, member) -> {
                    hash(sha, key);
                    hash(sha, member);
                });
            }
            case List<?> list -> {
                head(sha, 'l', list.size());
                list.forEach(item -> hash(sha, item));
            }
            case null -> head(sha, '0', 0);
            default -> {
                var text = value.toString().getBytes(StandardCharsets.UTF_8);
                head(sha, value instanceof String ? 's' : 'v', text.length);
                sha.update(text);
            }
        }
    }

    private static void head(MessageDigest sha, char kind, int length) {
        sha.update(
                ByteBuffer.allocate(Byte.BYTES + Integer.BYTES)
                        .put((byte) kind)
                        .putInt(length)
                        .array());
    }

    /// Whether its outcome says that it reached the target.
    static boolean ran(String status) {
        return !status.equals("refused") && !status.equals("unknown");
    }
}
