package dev.countersign.sql;

import dev.countersign.model.Facts.Form;
import java.util.Locale;

/// A COPY between a client and a relation or query.
///
/// @param in rows come from the client
/// @param form how they are sent: [Form#OTHER] with delimiters, quotes or NULLs of the client's own
public record Copy(boolean in, Form form) {

    /// @param statement a CopyStmt
    static Copy of(Tree statement) {
        var format = "text";
        boolean names = false;
        boolean other = false;
        for (var option : statement.list("options")) {
            var element = option.inside();
            var value = element.node("arg").map(Copy::word).orElse("");
            switch (element.text("defname")) {
                case "format" -> format = value.toLowerCase(Locale.ROOT);
                case "header" ->
                        names =
                                !(value.equals("false")
                                        || value.equals("off")
                                        || value.equals("0"));
                case "freeze",
                        "force_quote",
                        "force_not_null",
                        "force_null",
                        "on_error",
                        "log_verbosity",
                        "reject_limit" -> {
                    // says nothing of how a row is read
                }
                case "delimiter" -> other |= !value.equals(format.equals("csv") ? "," : "\t");
                default -> other = true;
            }
        }
        return new Copy(statement.flag("is_from"), other ? Form.OTHER : form(format, names));
    }

    private static Form form(String format, boolean names) {
        return switch (format) {
            case "text" -> names ? Form.TEXT_WITH_NAMES : Form.TEXT;
            case "csv" -> names ? Form.CSV_WITH_NAMES : Form.CSV;
            case "binary" -> Form.BINARY;
            default -> Form.OTHER;
        };
    }

    private static String word(Tree argument) {
        var inside = argument.kind().isEmpty() ? argument : argument.inside();
        return switch (argument.kind()) {
            case "String" -> inside.text("sval");
            case "Boolean" -> Boolean.toString(inside.flag("boolval"));
            case "Integer" -> Long.toString(inside.number("ival"));
            case "TypeName" -> Reach.last(inside.list("names"));
            default -> "?";
        };
    }
}
