package dev.countersign.cli;

import dev.countersign.model.Json;
import java.util.Map;
import java.util.TreeMap;

/// Members of a record as the reader of the log gives them.
final class Members {
    private Members() {}

    /// The same of JSON that came by another way.
    static Map<String, Object> of(Json.Obj object) {
        var out = new TreeMap<String, Object>();
        object.members().forEach((name, value) -> out.put(name, plain(value)));
        return out;
    }

    private static Object plain(Json value) {
        return switch (value) {
            case Json.Obj object -> of(object);
            case Json.Arr(var items) -> items.stream().map(Members::plain).toList();
            case Json.Str(var text) -> text;
            case Json.Int(var number) -> number;
            case Json.Bool(var flag) -> flag;
        };
    }

    static String text(Map<String, Object> map, String key) {
        return map.get(key) instanceof String text ? text : "";
    }

    /// 0 where there is none.
    static long number(Map<String, Object> map, String key) {
        return map.get(key) instanceof Long number ? number : 0;
    }

    @SuppressWarnings("unchecked") // the reader makes maps of text only
    static Map<String, Object> map(Map<String, Object> map, String key) {
        return map.get(key) instanceof Map<?, ?> inner ? (Map<String, Object>) inner : Map.of();
    }
}
