package dev.countersign.cli;

import dev.countersign.model.Effect;
import dev.countersign.model.Json;
import dev.countersign.postgres.Explanation;
import dev.countersign.postgres.Explanation.Happens;
import dev.countersign.postgres.Explanation.Labelled;
import dev.countersign.postgres.Explanation.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/// An [Explanation], for people and for machines.
///
/// ```
/// SELECT id, lower(email), ssn FROM customers
///   read, proven to have no effect; tables: public.customers
///   1  id     as it is      public.customers.id, nothing labels it
///   2  lower  one constant  made of public.customers.email (pii.email); select the column itself
///   3  ssn    masked        public.customers.ssn · pii.ssn · redact
/// ```
final class Explained {
    /// Characters of a name that the others are brought into line with.
    private static final int WIDEST = 32;

    private Explained() {}

    static List<String> lines(Explanation explanation) {
        var out = new ArrayList<String>();
        explanation
                .missing()
                .forEach(column ->
                        out.add(
                                "warning: the labelled column "
                                        + column
                                        + " does not exist on the target"));
        if (explanation.statements().isEmpty()) {
            out.add("nothing in it: an empty text runs, and has no result");
        }
        explanation.statements().forEach(statement -> statement(statement, out));
        if (explanation.refused() && explanation.statements().size() > 1) {
            out.add("refused as a whole: sent in one text, none of these statements would run");
        }
        return out.stream().map(Shown::of).toList();
    }

    private static void statement(Told told, List<String> out) {
        out.addAll(told.text().replace("\t", "    ").lines().toList());
        out.add("  " + countsAs(told));
        told.refused()
                .ifPresent(refused -> {
                    out.add("  refused (" + refused.code() + "): " + refused.refusal().message());
                    if (!refused.refusal().hint().isEmpty()) {
                        out.add("  " + refused.refusal().hint());
                    }
                });
        told.compared().forEach(path -> out.add("  compares " + path + ", as its label allows"));
        int wide =
                told.columns().stream()
                        .mapToInt(column -> name(column).length())
                        .filter(length -> length <= WIDEST)
                        .max()
                        .orElse(1);
        for (int i = 0; i < told.columns().size(); i++) {
            var column = told.columns().get(i);
            out.add(
                    ("  %d  %-" + wide + "s  %-12s  %s")
                            .formatted(
                                    i + 1,
                                    name(column),
                                    happens(column.happens()),
                                    why(column.happens())));
        }
        if (told.more()) {
            out.add(
                    told.columns().isEmpty()
                            ? "  whatever comes out: as it is, nothing labelled is in it"
                            : "  further columns: as they are, nothing labelled is in them");
        } else if (told.columns().isEmpty() && told.refused().isEmpty()) {
            out.add("  no columns come out");
        }
    }

    /// `write (insert, read), tables: public.orders`
    private static String countsAs(Told told) {
        var verb = verb(told);
        var effects = effects(told);
        return verb
                + (effects.equals(List.of(verb)) ? "" : " (" + String.join(", ", effects) + ")")
                + (told.provenRead() ? ", proven to have no effect" : ", not proven to be a read")
                + (told.tables().isEmpty() ? "" : "; tables: " + String.join(", ", told.tables()));
    }

    private static String verb(Told told) {
        return Effect.worst(told.effects()).name().toLowerCase(Locale.ROOT);
    }

    private static List<String> effects(Told told) {
        return told.effects().stream().sorted().map(Effect::word).toList();
    }

    private static String name(Explanation.Column column) {
        return column.name().isEmpty() ? "?" : column.name();
    }

    private static String happens(Happens happens) {
        return switch (happens) {
            case Happens.AsItIs _ -> "as it is";
            case Happens.Masked _ -> "masked";
            case Happens.Constant _ -> "one constant";
        };
    }

    private static String why(Happens happens) {
        return switch (happens) {
            case Happens.AsItIs(var path) when path.isEmpty() -> "nothing labelled is in it";
            case Happens.AsItIs(var path) -> path + ", nothing labels it";
            case Happens.Masked(var path, var label, var mask) ->
                    path + " · " + label + " · " + mask;
            case Happens.Constant(var from) ->
                    "made of "
                            + from.stream()
                                    .map(Explained::labelled)
                                    .collect(Collectors.joining(", "))
                            + "; select the column itself";
        };
    }

    private static String labelled(Labelled one) {
        return one.label().isEmpty() ? one.path() : one.path() + " (" + one.label() + ")";
    }

    // ---- for machines

    static Json json(String target, Explanation explanation) {
        return Json.object()
                .put("target", target)
                .put("allowed", !explanation.refused())
                .put("missing", Json.strings(explanation.missing()))
                .put("statements", Json.list(explanation.statements(), Explained::json))
                .build();
    }

    private static Json json(Told told) {
        var columns = new ArrayList<Json>();
        told.columns().forEach(column -> columns.add(json(columns.size() + 1, column)));
        return Json.object()
                .put("text", told.text())
                .put("allowed", told.refused().isEmpty())
                .put("verb", verb(told))
                .put("effects", Json.strings(effects(told)))
                .put("proven_read", told.provenRead())
                .put("tables", Json.strings(told.tables()))
                .put("compared", Json.strings(told.compared()))
                .put("columns", new Json.Arr(columns))
                .put("further_columns", told.more())
                .put(
                        "refused",
                        told.refused()
                                .map(refused ->
                                        Json.object()
                                                .put("code", refused.code())
                                                .put("reason", refused.refusal().reason().word())
                                                .put("message", refused.refusal().message())
                                                .putIfAny("hint", refused.refusal().hint())
                                                .build()))
                .build();
    }

    private static Json json(int position, Explanation.Column column) {
        var out = Json.object().put("position", position).put("name", column.name());
        switch (column.happens()) {
            case Happens.AsItIs(var path) ->
                    out.put("happens", "as-it-is")
                            .put("from", Json.strings(path.isEmpty() ? List.of() : List.of(path)));
            case Happens.Masked(var path, var label, var mask) ->
                    out.put("happens", "masked")
                            .put("from", Json.strings(List.of(path)))
                            .put("label", label)
                            .put("mask", mask);
            case Happens.Constant(var from) ->
                    out.put("happens", "constant")
                            .put("from", Json.strings(from.stream().map(Labelled::path).toList()))
                            .putIfAny(
                                    "label",
                                    from.stream()
                                            .map(Labelled::label)
                                            .filter(label -> !label.isEmpty())
                                            .distinct()
                                            .collect(Collectors.joining(", ")));
        }
        return out.build();
    }
}
