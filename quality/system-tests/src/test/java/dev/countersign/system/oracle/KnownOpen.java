package dev.countersign.system.oracle;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// What the oracles find and is not closed yet, or never will be because the limits say so
/// (`SECURITY.md`). To be emptied: an entry that finds nothing any more fails the test.
///
/// @param why what goes on
/// @param asks what is asked where it does
record KnownOpen(String why, Pattern asks) {
    static final List<KnownOpen> ALL =
            List.of(
                    // A trigger that somebody made on the target copies a labelled column into
                    // another one: a limit that SECURITY.md tells.
                    open("a trigger copies a value into a column", "INTO tickets .*'copy'"),
                    // The same by a column's default.
                    open("a default copies a value into a column", "INTO defaulted"),
                    // Code on the target decides by a labelled value whether rows are kept, may be
                    // written, are seen.
                    open("a trigger drops rows by a value", "INTO tickets .*'rows'"),
                    open("a CHECK fails by a value", "INTO checked|COPY checked"),
                    open("row security shows rows by a value", "\\bsecured\\b"),
                    // A trigger's set_config is what SHOW shows afterwards: a limit that
                    // SECURITY.md
                    // tells.
                    open("a setting carries a value", "INTO tickets .*'setting'"));

    private static KnownOpen open(String why, String asks) {
        return new KnownOpen(why, Pattern.compile(asks));
    }

    /// @param asked one ask, or all that were asked in a row
    static Optional<KnownOpen> of(String asked) {
        return ALL.stream().filter(one -> one.asks.matcher(asked).find()).findFirst();
    }
}
