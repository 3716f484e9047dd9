package dev.countersign.verifier;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// Whom somebody's rules want asked: how many people of each panel. Where several rules ask one
/// panel, the stricter counts.
record Needs(Map<String, Need> panels) {
    static final Needs NONE = new Needs(Map.of());

    /// People of one panel that anybody can ask for; the sum of all panels of a record is a number
    /// too.
    private static final long MOST = 1_000_000;

    /// @param count how many people at least
    /// @param within seconds
    /// @param signed each must sign in for this one ruling
    record Need(long count, long within, boolean signed) {
        Need stricter(Need other) {
            return new Need(
                    Math.max(count, other.count),
                    Math.min(within, other.within),
                    signed || other.signed);
        }
    }

    Needs {
        panels = Map.copyOf(panels);
    }

    /// Of a list of requirements; those that ask nobody are passed over, and so is what is no list.
    static Needs of(@Nullable Object requirements) {
        var panels = new TreeMap<String, Need>();
        if (requirements instanceof List<?> all) {
            for (var one : all) {
                if (one instanceof Map<?, ?> map && map.get("approval") instanceof String panel) {
                    panels.merge(panel, need(map), Need::stricter);
                }
            }
        }
        return new Needs(panels);
    }

    private static Need need(Map<?, ?> map) {
        long count = map.get("count") instanceof Long number ? number : 1;
        return new Need(
                Math.clamp(count, 1, MOST),
                map.get("within_s") instanceof Long seconds ? seconds : 0,
                Boolean.TRUE.equals(map.get("signed")));
    }

    /// How many people must say yes as the rules want it; the panels' own quorum may be more.
    long people() {
        return panels.values().stream().mapToLong(Need::count).sum();
    }

    /// Whether each of them must sign in for it.
    boolean signed() {
        return panels.values().stream().anyMatch(Need::signed);
    }
}
