package dev.countersign.cli;

import dev.countersign.model.Json;
import java.util.List;
import java.util.stream.Collectors;

/// A review for a terminal. Whatever somebody else chose is shown and does nothing there.
final class ShownReview {
    /// Characters of a statement in a line.
    private static final int MAX_STATEMENT = 100;

    private ShownReview() {}

    static String line(Json.Obj review) {
        var statement = text(review, "statement").strip().replaceAll("\\s+", " ");
        return Shown.of(
                "%s  %-9s  %d of %d  %s  %s on %s  %s  %s"
                        .formatted(
                                text(review, "id"),
                                text(review, "state"),
                                review.integer("approvals").orElse(0L),
                                review.integer("needed").orElse(0L),
                                left(review),
                                who(review),
                                inner(review, "target", "name"),
                                text(review, "verb"),
                                statement.length() <= MAX_STATEMENT
                                        ? statement
                                        : statement.substring(0, MAX_STATEMENT) + "…"));
    }

    static String whole(Json.Obj review) {
        var rows = text(review, "rows");
        var out = new StringBuilder();
        row(out, "review", text(review, "id") + ", " + text(review, "state") + ", " + left(review));
        row(out, "who", who(review) + " (" + inner(review, "who", "kind") + ")");
        row(
                out,
                "target",
                inner(review, "target", "name")
                        + ", "
                        + inner(review, "target", "protocol")
                        + " "
                        + inner(review, "target", "address"));
        row(out, "statement", text(review, "statement"));
        row(out, "values", values(review));
        sends(review, out);
        means(review, out);
        row(out, "does", text(review, "verb") + ", " + effects(review));
        row(out, "touches", objects(review));
        row(out, "effect", effect(review, rows));
        row(out, "asked by", list(review, "because"));
        row(
                out,
                "decides",
                text(review, "panels")
                        + ", "
                        + review.integer("approvals").orElse(0L)
                        + " of "
                        + review.integer("needed").orElse(0L)
                        + (flag(review, "signed") ? ", each by a sign-in of its own" : ""));
        row(
                out,
                "claims",
                "plan "
                        + orNone(inner(review, "claims", "plan"))
                        + ", step "
                        + orNone(inner(review, "claims", "step"))
                        + said(review, "trace")
                        + said(review, "reason")
                        + " (the agent says so, "
                        + inner(review, "claims", "assurance")
                        + ")");
        row(
                out,
                "requester",
                text(review, "requester_gone").isEmpty()
                        ? review.integer("waiting").orElse(0L) + " waiting"
                        : "gone since " + text(review, "requester_gone"));
        votes(review, out);
        row(out, "earlier", earlier(review));
        if (!flag(review, "whole")) {
            row(
                    out,
                    "masked",
                    "parts of it are masked; --exact opens them, and it cannot be approved before");
        }
        return out.toString();
    }

    private static String effect(Json.Obj review, String rows) {
        var estimate = text(review, "estimate");
        return (rows.equals("unknown")
                        ? "EFFECT UNKNOWN, and nothing is undone: "
                                + text(review, "rows_unknown_because")
                        : rows + (rows.equals("1") ? " row" : " rows") + ", and no more")
                + (estimate.isEmpty() ? "" : " (the target's planner guesses " + estimate + ")");
    }

    /// The canonical action, unmasked.
    static String exact(Json.Obj opened) {
        var out = new StringBuilder();
        row(out, "exactly", opened.get("asked").map(Json::text).orElse(""));
        sends(opened, out);
        return out.toString();
    }

    /// The rows that the client sends behind a COPY, each in a line of its own.
    private static void sends(Json.Obj review, StringBuilder out) {
        review.object("sends")
                .ifPresent(content -> {
                    var text = content.text("text");
                    if (text.isPresent()) {
                        text.get().lines().forEach(line -> row(out, "sends", line));
                    } else {
                        row(out, "sends", text(content, "base64") + " (base64)");
                    }
                });
    }

    /// What names in the text stand for, and in which settings it would run.
    private static void means(Json.Obj review, StringBuilder out) {
        var asked = review.object("asked").orElse(review);
        for (var one : items(asked, "names")) {
            if (one instanceof Json.Obj named) {
                var text = named.object("text").flatMap(is -> is.text("text")).orElse("(not text)");
                row(out, "stands for", text(named, "name") + ": " + text);
            }
        }
        asked.object("settings")
                .filter(settings -> !settings.members().isEmpty())
                .ifPresent(settings -> row(out, "settings", settings.text()));
        for (var one : items(asked, "reached")) {
            if (one instanceof Json.Obj reached && text(reached, "kind").equals("startup")) {
                row(out, "connected", text(reached, "name") + " = " + text(reached, "id"));
            }
        }
    }

    private static void votes(Json.Obj review, StringBuilder out) {
        for (var one : items(review, "votes")) {
            if (one instanceof Json.Obj vote) {
                row(
                        out,
                        "ruling",
                        text(vote, "by")
                                + " "
                                + text(vote, "ruling")
                                + " (assurance: "
                                + text(vote, "assurance")
                                + ") "
                                + text(vote, "reason"));
            }
        }
    }

    private static String earlier(Json.Obj review) {
        var all = items(review, "earlier");
        return all.isEmpty()
                ? "nothing of this kind by this principal"
                : all.stream()
                        .filter(Json.Obj.class::isInstance)
                        .map(one ->
                                text((Json.Obj) one, "id") + " " + text((Json.Obj) one, "state"))
                        .limit(5)
                        .collect(Collectors.joining(", "));
    }

    private static void row(StringBuilder out, String name, String value) {
        out.append("  %-10s ".formatted(name)).append(Shown.of(value)).append('\n');
    }

    private static String who(Json.Obj review) {
        var operator = inner(review, "who", "operator");
        return CredentialsCommand.who(review)
                + (operator.isEmpty() ? "" : " (operator " + operator + ")");
    }

    private static String left(Json.Obj review) {
        long seconds = review.integer("seconds_left").orElse(0L);
        return text(review, "state").equals("pending")
                ? seconds / 60 + "m" + "%02d".formatted(seconds % 60) + "s left"
                : "over";
    }

    private static String values(Json.Obj review) {
        var asked = review.object("asked");
        var parameters = asked.map(one -> items(one, "parameters")).orElse(List.of());
        return parameters.isEmpty()
                ? "none bound"
                : parameters.stream().map(Json::text).collect(Collectors.joining(" "));
    }

    private static String effects(Json.Obj review) {
        return review.object("action").map(action -> list(action, "effects")).orElse("");
    }

    private static String objects(Json.Obj review) {
        return review
                .object("action")
                .map(action -> items(action, "objects"))
                .orElse(List.of())
                .stream()
                .filter(Json.Obj.class::isInstance)
                .map(one -> text((Json.Obj) one, "kind") + " " + text((Json.Obj) one, "name"))
                .collect(Collectors.joining(", "));
    }

    private static String list(Json.Obj object, String key) {
        return items(object, key).stream()
                .map(one -> one instanceof Json.Str(var text) ? text : one.text())
                .collect(Collectors.joining(", "));
    }

    private static List<Json> items(Json.Obj object, String key) {
        return object.get(key).orElse(object) instanceof Json.Arr(var items) ? items : List.of();
    }

    private static String text(Json.Obj object, String key) {
        return object.text(key).orElse("");
    }

    private static String inner(Json.Obj object, String key, String inner) {
        return object.object(key).flatMap(one -> one.text(inner)).orElse("");
    }

    private static boolean flag(Json.Obj object, String key) {
        return object.get(key).map(Json::text).orElse("false").equals("true");
    }

    private static String said(Json.Obj review, String claim) {
        var text = inner(review, "claims", claim);
        return text.isEmpty() ? "" : ", " + claim + " " + text;
    }

    private static String orNone(String text) {
        return text.isEmpty() ? "none" : text;
    }
}
