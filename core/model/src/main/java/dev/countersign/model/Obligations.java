package dev.countersign.model;

import java.util.LinkedHashSet;
import java.util.List;

/// What an allowed action must put up with.
///
/// @param masks label patterns that a rule wants masked more strictly than their columns say
/// @param maxRows rows out; [#UNLIMITED] where no rule sets one
/// @param maxBytes bytes out; [#UNLIMITED] where no rule sets one
public record Obligations(List<Masking> masks, long maxRows, long maxBytes) {
    public static final long UNLIMITED = Long.MAX_VALUE;
    public static final Obligations NONE = new Obligations(List.of(), UNLIMITED, UNLIMITED);

    /// @param labels `pii.*`: `*` stands for any run of characters
    /// @param with the operator's name: `redact` or `null`, or empty for the column's own
    public record Masking(List<String> labels, String with) {
        public Masking {
            labels = List.copyOf(labels);
        }
    }

    public Obligations {
        masks = List.copyOf(masks);
    }

    /// Both, each by its stricter value.
    public Obligations and(Obligations other) {
        var all = new LinkedHashSet<>(masks);
        all.addAll(other.masks);
        return new Obligations(
                List.copyOf(all),
                Math.min(maxRows, other.maxRows),
                Math.min(maxBytes, other.maxBytes));
    }
}
