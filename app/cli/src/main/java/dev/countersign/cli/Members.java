package dev.countersign.cli;

import java.util.Map;

/// Members of a record as the reader of the log gives them.
final class Members {
    private Members() {}

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
