package dev.countersign.settings;

import dev.countersign.model.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// One YAML document of a configuration.
///
/// @param kind as its `kind:` says; empty for the process's own
public record Document(Path file, String kind, MappingNode root) {

    /// Where a problem with this whole document is told.
    public Problem problem(String message) {
        return at(root, message);
    }

    /// The plain value of a key at the top; empty where there is none.
    public String text(String key) {
        for (var entry : root.getValue()) {
            if (scalar(entry.getKeyNode()).equals(key)
                    && entry.getValueNode() instanceof ScalarNode value) {
                return value.getValue();
            }
        }
        return "";
    }

    Problem at(Node node, String message) {
        return node.getStartMark()
                .map(mark ->
                        new Problem(
                                file.toString(), mark.getLine() + 1, mark.getColumn() + 1, message))
                .orElseGet(() -> new Problem(file.toString(), 1, 1, message));
    }

    /// The whole of it as JSON, for a digest. Every plain value is a string.
    public Json json() {
        return json(root);
    }

    private static Json json(Node node) {
        return switch (node) {
            case MappingNode map -> {
                var members = new TreeMap<String, Json>();
                map.getValue()
                        .forEach(entry ->
                                members.put(
                                        scalar(entry.getKeyNode()), json(entry.getValueNode())));
                yield new Json.Obj(members);
            }
            case SequenceNode list -> {
                var items = new ArrayList<Json>();
                list.getValue().forEach(item -> items.add(json(item)));
                yield new Json.Arr(List.copyOf(items));
            }
            default -> Json.of(scalar(node));
        };
    }

    static String scalar(Node node) {
        return node instanceof ScalarNode value ? value.getValue() : "";
    }
}
