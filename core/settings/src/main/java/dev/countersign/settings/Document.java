package dev.countersign.settings;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// One YAML document of a configuration.
///
/// @param kind as its `kind:` says; empty for the process's own
public record Document(Path file, String kind, MappingNode root) {

    /// Tells a problem at the value that `path` leads to, or as far as it leads.
    ///
    /// @param path keys of mappings (`String`) and places in lists (`Integer`, from 0); none for
    ///   the whole document
    public Problem problem(String message, Object... path) {
        Node node = root;
        for (var step : path) {
            var next = node instanceof MappingNode map ? value(map, step) : item(node, step);
            if (next == null) {
                break;
            }
            node = next;
        }
        return at(node, message);
    }

    private static @Nullable Node value(MappingNode map, Object key) {
        for (var entry : map.getValue()) {
            if (scalar(entry.getKeyNode()).equals(key)) {
                return entry.getValueNode();
            }
        }
        return null;
    }

    private static @Nullable Node item(Node list, Object place) {
        return list instanceof SequenceNode items
                        && place instanceof Integer at
                        && at >= 0
                        && at < items.getValue().size()
                ? items.getValue().get(at)
                : null;
    }

    /// The plain value of a key at the top; empty where there is none.
    public String text(String key) {
        return value(root, key) instanceof ScalarNode found ? found.getValue() : "";
    }

    Problem at(Node node, String message) {
        return node.getStartMark()
                .map(mark ->
                        new Problem(
                                file.toString(), mark.getLine() + 1, mark.getColumn() + 1, message))
                .orElseGet(() -> new Problem(file.toString(), 1, 1, message));
    }

    /// All that it says, in one form that does not hang on blanks, comments or the order of keys:
    /// for a digest.
    public String canonical() {
        var out = new StringBuilder();
        write(root, out);
        return out.toString();
    }

    /// Each value behind its length, so that no two documents have one form.
    private static void write(Node node, StringBuilder out) {
        switch (node) {
            case MappingNode map -> {
                var members = new TreeMap<String, Node>();
                map.getValue()
                        .forEach(entry ->
                                members.put(scalar(entry.getKeyNode()), entry.getValueNode()));
                out.append('{').append(members.size()).append(':');
                members.forEach((key, value) -> {
                    out.append(key.length()).append('=').append(key);
                    write(value, out);
                });
            }
            case SequenceNode list -> {
                out.append('[').append(list.getValue().size()).append(':');
                list.getValue().forEach(item -> write(item, out));
            }
            default -> out.append(scalar(node).length()).append('=').append(scalar(node));
        }
    }

    /// Each plain value by its path: `rules.0.when`. An empty map or list stands as `{}` or `[]`.
    public Map<String, String> values() {
        var out = new TreeMap<String, String>();
        gather("", root, out);
        return out;
    }

    private static void gather(String path, Node node, Map<String, String> out) {
        var before = path.isEmpty() ? "" : path + ".";
        switch (node) {
            case MappingNode map when !map.getValue().isEmpty() || path.isEmpty() ->
                    map.getValue()
                            .forEach(entry ->
                                    gather(
                                            before + scalar(entry.getKeyNode()),
                                            entry.getValueNode(),
                                            out));
            case SequenceNode list when !list.getValue().isEmpty() -> {
                for (int at = 0; at < list.getValue().size(); at++) {
                    gather(before + at, list.getValue().get(at), out);
                }
            }
            case MappingNode _ -> out.put(path, "{}");
            case SequenceNode _ -> out.put(path, "[]");
            default -> out.put(path, scalar(node));
        }
    }

    static String scalar(Node node) {
        return node instanceof ScalarNode value ? value.getValue() : "";
    }
}
