package dev.countersign.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What the sources say of settings: the comment of each record, and its `@param` lines.
final class SettingsComments {
    private static final Pattern PARAM = Pattern.compile("@param (\\w+) +(.*)");

    private final Map<Class<?>, Said> said = new HashMap<>();

    private record Said(String summary, Map<String, String> components) {}

    /// The first paragraph of a record's comment; empty where it has none.
    String summary(Class<?> record) {
        return said(record).summary();
    }

    /// What its comment says of one component; empty where that is nothing.
    String of(Class<?> record, String component) {
        return said(record).components().getOrDefault(component, "");
    }

    private Said said(Class<?> record) {
        return said.computeIfAbsent(record, SettingsComments::read);
    }

    private static Said read(Class<?> record) {
        var outer = record;
        while (outer.getEnclosingClass() != null) {
            outer = outer.getEnclosingClass();
        }
        var lines = source(outer);
        int at = 0;
        while (!lines.get(at).matches(".*\\brecord " + record.getSimpleName() + "\\(.*")) {
            at++;
        }
        int from = at;
        while (from > 0 && lines.get(from - 1).strip().matches("(///|@).*")) {
            from--;
        }
        return comment(
                lines.subList(from, at).stream()
                        .map(String::strip)
                        .filter(line -> line.startsWith("///"))
                        .map(line -> line.substring(3).strip())
                        .toList());
    }

    /// Modules lie two folders below the top.
    private static List<String> source(Class<?> type) {
        var end = "src/main/java/" + type.getName().replace('.', '/') + ".java";
        for (var floor : List.of("core", "protocols", "adapters", "app")) {
            try (var modules = Files.list(Path.of("../..", floor))) {
                var file =
                        modules.map(module -> module.resolve(end))
                                .filter(Files::exists)
                                .findFirst();
                if (file.isPresent()) {
                    return Files.readAllLines(file.get());
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        throw new IllegalStateException("there is no source of " + type);
    }

    private static Said comment(List<String> lines) {
        var summary = new StringBuilder();
        var components = new HashMap<String, String>();
        var component = "";
        boolean first = true;
        for (var line : lines) {
            var param = PARAM.matcher(line);
            if (param.matches()) {
                component = param.group(1);
                components.put(component, param.group(2));
                first = false;
            } else if (!component.isEmpty()) {
                components.merge(component, line, (a, b) -> (a + " " + b).strip());
            } else if (line.isEmpty()) {
                first = false;
            } else if (first) {
                summary.append(summary.isEmpty() ? "" : " ").append(line);
            }
        }
        return new Said(summary.toString(), components);
    }
}
