package dev.countersign.masking;

import dev.countersign.settings.Default;
import java.util.List;

/// A detector of one's own.
///
/// @param pattern a regular expression in RE2's syntax; it runs in linear time whatever the text
/// @param check what the digits of a match must pass besides
/// @param words one of which must stand in the name of the column or key, or within 64 bytes before
///   the match; none: it always fires
/// @param longest bytes of a match; a longer one is none
/// @param action `mask`, `count` or `off`
public record CustomSettings(
        String pattern,
        @Default("none") Check check,
        List<String> words,
        @Default("256") int longest,
        @Default("mask") DetectorSettings.Action action) {
    static final int LONGEST = 4096;
    static final int MOST_WORDS = 100;

    /// A check of the digits (and letters, for `mod97`) of a match.
    public enum Check {
        NONE,
        LUHN,
        MOD97,
        VERHOEFF,
        MOD11_10
    }

    public CustomSettings {
        Custom.compile(pattern);
        if (longest < 1 || longest > LONGEST) {
            throw new IllegalArgumentException("`longest` is between 1 and " + LONGEST);
        }
        if (words.size() > MOST_WORDS || words.stream().anyMatch(String::isBlank)) {
            throw new IllegalArgumentException(
                    "`words` are at most " + MOST_WORDS + ", and none is blank");
        }
    }
}
