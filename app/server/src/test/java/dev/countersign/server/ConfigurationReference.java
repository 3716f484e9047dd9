package dev.countersign.server;

import dev.countersign.settings.Shape;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;

/// The reference page, made of the records that documents are bound to and of their comments.
final class ConfigurationReference {
    private final SettingsComments comments = new SettingsComments();
    private final StringBuilder out = new StringBuilder();
    private final Set<Class<?>> told = new LinkedHashSet<>();

    String page() {
        out.append(
                """
                # All settings

                Made of the records that the gateway binds its documents to; a test keeps it so (`GeneratedPagesTest`). For a whole file
                with words around it see [configuration.md](configuration.md). `countersign config schema` prints the same as a JSON Schema
                for editors. A key is required unless something stands under *otherwise*; `-` there is nothing, an empty list or an empty map.
                """);
        ConfigurationSchema.KINDS.forEach((kind, type) -> {
            var title = kind.isEmpty() ? "The gateway's own document" : "`kind: " + kind + "`";
            if (kind.equals("Target")) {
                title += " with `protocol: postgres`";
            }
            section("## " + title, Shape.of(type));
        });
        return out.toString();
    }

    private void section(String title, Shape.Keys keys) {
        Deque<Shape.Keys> inner = new ArrayDeque<>();
        table(title, keys, inner);
        while (!inner.isEmpty()) {
            var next = inner.pop();
            if (told.add(next.type())) {
                table("### " + anchor(next), next, inner);
            }
        }
    }

    private void table(String title, Shape.Keys keys, Deque<Shape.Keys> inner) {
        out.append('\n').append(title).append("\n\n");
        var summary = comments.summary(keys.type());
        if (!summary.isEmpty()) {
            out.append(cell(summary)).append("\n\n");
        }
        if (!keys.shorthand().isEmpty()) {
            out.append("One plain value in its place is its `")
                    .append(keys.shorthand())
                    .append("`.\n\n");
        }
        out.append("| Key | Value | Otherwise | |\n|---|---|---|---|\n");
        for (var key : keys.keys()) {
            out.append("| `")
                    .append(key.name())
                    .append("` | ")
                    .append(value(key.shape(), inner))
                    .append(" | ")
                    .append(otherwise(key))
                    .append(" | ")
                    .append(cell(comments.of(keys.type(), key.component())))
                    .append(" |\n");
        }
    }

    private static String otherwise(Shape.Key key) {
        return key.required()
                ? ""
                : key.otherwise().isEmpty() ? "-" : "`" + cell(key.otherwise()) + "`";
    }

    private String value(Shape shape, Deque<Shape.Keys> inner) {
        return switch (shape) {
            case Shape.Text _ -> "text";
            case Shape.WholeNumber _ -> "whole number";
            case Shape.Truth _ -> "`true`, `false`";
            case Shape.Time _ -> "duration: `15m`";
            case Shape.Size _ -> "number, or size: `64MiB`";
            case Shape.FilePath _ -> "path";
            case Shape.Choice(var words) -> "`" + String.join("`, `", words) + "`";
            case Shape.Items(var of) -> "list: " + value(of, inner);
            case Shape.Entries(var of) -> "map: " + value(of, inner);
            case Shape.Keys keys -> {
                inner.add(keys);
                yield "[" + anchor(keys) + "](#" + anchor(keys) + ")";
            }
        };
    }

    private static String anchor(Shape.Keys keys) {
        return ConfigurationSchema.name(keys.type())
                .replaceAll("(Settings|Document)?\\.", "-")
                .replaceAll("([a-z])([A-Z])", "$1-$2")
                .toLowerCase(Locale.ROOT);
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replaceAll("\\[#?(\\w+)]", "`$1`");
    }
}
