package dev.countersign.masking;

import dev.countersign.settings.Default;
import dev.countersign.settings.Shorthand;
import java.util.Optional;

/// How a labelled column looks to a client: `redact`, or `{partial: {last: 4}}`.
///
/// @param operator `redact`; empty where `partial` says how
/// @param partial characters that stay at either end
@Shorthand("operator")
public record MaskSettings(@Default("") String operator, Optional<Partial> partial) {
    public static final MaskSettings REDACT = new MaskSettings("redact", Optional.empty());

    /// @param first code points that stay in front
    /// @param last code points that stay at the end
    public record Partial(@Default("0") int first, @Default("0") int last) {}

    public MaskSettings {
        if (operator.isEmpty() == partial.isEmpty()) {
            throw new IllegalArgumentException(
                    "a mask is one of `redact` and `{partial: {first: N, last: N}}`");
        }
        if (partial.isEmpty() && !operator.equals("redact")) {
            throw new IllegalArgumentException(
                    "there is no mask `" + operator + "`; this version knows redact and partial");
        }
    }
}
