package dev.countersign.server;

import dev.countersign.model.Json;
import java.util.stream.Collectors;

/// JSON for people: a member a line.
final class Indented {
    private Indented() {}

    static String of(Json json) {
        return of(json, "\n");
    }

    private static String of(Json json, String line) {
        var inner = line + "  ";
        return switch (json) {
            case Json.Obj(var members) when !members.isEmpty() ->
                    members.entrySet().stream()
                            .map(it ->
                                    new Json.Str(it.getKey()).text()
                                            + ": "
                                            + of(it.getValue(), inner))
                            .collect(Collectors.joining("," + inner, "{" + inner, line + "}"));
            case Json.Arr(var items)
                    when items.stream()
                            .anyMatch(
                                    item -> item instanceof Json.Obj || item instanceof Json.Arr) ->
                    items.stream()
                            .map(item -> of(item, inner))
                            .collect(Collectors.joining("," + inner, "[" + inner, line + "]"));
            default -> json.text();
        };
    }
}
