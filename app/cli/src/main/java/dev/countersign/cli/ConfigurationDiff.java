package dev.countersign.cli;

import dev.countersign.model.Json;
import dev.countersign.settings.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/// A configuration as names and values, to be compared with another.
///
/// @param documents by `Target shop`; each value by its path. The items of a list that have a
///   `name` go by it: their order means nothing
record ConfigurationDiff(Map<String, Map<String, String>> documents) {

    static ConfigurationDiff of(List<Document> documents) {
        var out = new TreeMap<String, Map<String, String>>();
        for (var one : documents) {
            out.put(name(one.kind(), one.text("name")), named(one.values()));
        }
        return new ConfigurationDiff(out);
    }

    /// As the control API tells what is in force.
    static ConfigurationDiff of(Json.Obj told) {
        var out = new TreeMap<String, Map<String, String>>();
        for (var one : Asking.items(told, "documents")) {
            var values = new TreeMap<String, String>();
            one.object("values")
                    .ifPresent(all ->
                            all.members()
                                    .forEach((path, _) ->
                                            values.put(path, all.text(path).orElse(""))));
            out.put(name(one.text("kind").orElse(""), one.text("name").orElse("")), named(values));
        }
        return new ConfigurationDiff(out);
    }

    private static String name(String kind, String name) {
        return kind.isEmpty() ? "gateway" : kind + " " + name;
    }

    /// `rules.0.when` is `rules.reads.when` where `rules.0.name` is `reads`.
    private static Map<String, String> named(Map<String, String> values) {
        var out = new TreeMap<String, String>();
        values.forEach((path, value) -> {
            var parts = path.split("\\.", -1);
            var at = new StringBuilder();
            var told = new StringBuilder();
            for (var part : parts) {
                at.append(at.isEmpty() ? "" : ".").append(part);
                var called = part.matches("[0-9]+") ? values.get(at + ".name") : null;
                told.append(told.isEmpty() ? "" : ".").append(called == null ? part : called);
            }
            out.put(told.toString(), value);
        });
        return out;
    }

    /// What must be done to come from this one to the other, a line each.
    List<String> to(ConfigurationDiff next) {
        var out = new ArrayList<String>();
        var names = new TreeSet<>(documents.keySet());
        names.addAll(next.documents.keySet());
        for (var name : names) {
            var before = documents.getOrDefault(name, Map.of());
            var after = next.documents.getOrDefault(name, Map.of());
            var paths = new TreeSet<>(before.keySet());
            paths.addAll(after.keySet());
            for (var path : paths) {
                var was = before.get(path);
                var is = after.get(path);
                if (was == null) {
                    out.add("+ " + name + ": " + path + ": " + is);
                } else if (is == null) {
                    out.add("- " + name + ": " + path + ": " + was);
                } else if (!was.equals(is)) {
                    out.add("~ " + name + ": " + path + ": " + was + " -> " + is);
                }
            }
        }
        return out;
    }
}
