package dev.countersign.model;

import java.util.OptionalLong;

/// What an action would change, as far as anybody can tell without doing it.
///
/// @param rows it would change these and no more: what people are shown is what they allow; empty
///   where nobody knows
/// @param estimate what the target's planner guesses; empty where it was not asked
/// @param unknown why nobody knows the rows; empty where somebody does
public record Preview(OptionalLong rows, OptionalLong estimate, String unknown) {
    public static Preview of(long rows, OptionalLong estimate) {
        return new Preview(OptionalLong.of(rows), estimate, "");
    }

    /// Nobody can tell.
    ///
    /// @param why in words for people
    public static Preview unknown(String why) {
        return new Preview(OptionalLong.empty(), OptionalLong.empty(), why);
    }

    /// The same where a run that was undone has shown that it changes more.
    public Preview atLeast(long seen) {
        return rows.isPresent() && rows.getAsLong() < seen
                ? new Preview(OptionalLong.of(seen), estimate, unknown)
                : this;
    }
}
