package dev.countersign.cli;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/// What a record of outcomes says, on one line: of one action, or of several reads that share it.
final class Outcomes {
    private Outcomes() {}

    /// @param x the record's body
    static String of(Map<String, Object> x) {
        return x.get("of") instanceof List<?> many
                ? many.stream()
                        .map(one -> one(Members.map(Map.of("one", one), "one")))
                        .collect(Collectors.joining("; "))
                : one(x);
    }

    private static String one(Map<String, Object> body) {
        var code = Members.text(body, "code");
        var masked = Members.map(body, "masked");
        return Members.text(body, "status")
                + (code.isEmpty() ? "" : " " + code)
                + " "
                + Members.number(body, "rows")
                + " rows"
                + (masked.isEmpty() ? "" : " " + masked);
    }
}
