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
                    // SQLSTATE is passed on as it comes: RAISE … USING ERRCODE = five digits.
                    open("an SQLSTATE carries five characters", "INTO tickets .*'state'"),
                    // ParameterStatus is passed on as it comes: a trigger's set_config carries
                    // 63 bytes of anything (masking.md 3.1: only what the client itself has sent).
                    open("a ParameterStatus carries a value", "INTO tickets .*'setting'"),
                    // No leak: replies are lost and the session then hangs, where a statement that
                    // is no
                    // read fails or is refused and has a second Execute behind it before the Sync.
                    open("a session falls out of step", "^out of step|k as a portal"));

    private static KnownOpen open(String why, String asks) {
        return new KnownOpen(why, Pattern.compile(asks));
    }

    /// @param asked one ask, or all that were asked in a row
    static Optional<KnownOpen> of(String asked) {
        return ALL.stream().filter(one -> one.asks.matcher(asked).find()).findFirst();
    }
}
