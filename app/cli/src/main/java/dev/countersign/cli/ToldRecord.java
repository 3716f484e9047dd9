package dev.countersign.cli;

import dev.countersign.model.Json;
import java.util.ArrayList;
import java.util.List;

/// A record of a session for a terminal: a line for itself, and under it the statement that was
/// asked or what the client saw. Whatever somebody else chose is shown and does nothing there.
final class ToldRecord {
    private ToldRecord() {}

    /// @param record with what it refers to as `payload`, where that could be opened
    static List<String> lines(Json.Obj record) {
        var out = new ArrayList<String>();
        out.add(
                Shown.of(
                        "%s  %-17s %s"
                                .formatted(
                                        record.text("t").orElse(""),
                                        record.text("k").orElse(""),
                                        told(record))));
        var kind = record.text("k").orElse("");
        if (kind.equals("intent") || kind.equals("rec.chunk")) {
            record.text("payload").ifPresent(opened -> content(opened, out));
        }
        record.text("payload_missing").ifPresent(why -> out.add("    " + Shown.of(why)));
        return out;
    }

    /// What a record says, in a few words.
    static String told(Json.Obj record) {
        var x = Members.map(Members.of(record), "x");
        return switch (record.text("k").orElse("")) {
            case "intent" ->
                    Members.text(Members.map(x, "decision"), "verdict")
                            + " "
                            + Members.map(x, "decision").getOrDefault("because", "")
                            + "  "
                            + Members.text(x, "shape");
            case "outcome" -> Outcomes.of(x);
            case "session.close" -> Members.text(x, "reason");
            default -> "";
        };
    }

    private static void content(String opened, List<String> out) {
        for (var line : opened.split("\n", -1)) {
            if (!line.isEmpty()) {
                out.add("    " + Shown.of(statement(line)));
            }
        }
    }

    /// Of a canonical action what people want to see: the command.
    static String statement(String line) {
        try {
            if (Json.parse(line) instanceof Json.Obj object) {
                return object.object("command")
                        .flatMap(command -> command.text("text"))
                        .orElse(line);
            }
        } catch (IllegalArgumentException e) {
            // no JSON: it is shown as it is
        }
        return line;
    }
}
