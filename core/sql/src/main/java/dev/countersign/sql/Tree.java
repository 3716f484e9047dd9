package dev.countersign.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A node of the grammar's tree as libpg_query prints it: `{"SelectStmt": {"targetList": […], …}}`.
/// Read-only once read. Where in the text a node stood is left out.
///
/// @param fields maps, lists, strings, longs and booleans
record Tree(Map<String, Object> fields) {

    Optional<Tree> node(String key) {
        return fields.get(key) instanceof Tree tree ? Optional.of(tree) : Optional.empty();
    }

    /// The members of a list that are nodes; of an absent list, none.
    List<Tree> list(String key) {
        var out = new ArrayList<Tree>();
        if (fields.get(key) instanceof List<?> items) {
            for (var item : items) {
                if (item instanceof Tree tree) {
                    out.add(tree);
                }
            }
        }
        return out;
    }

    String text(String key) {
        return fields.get(key) instanceof String text ? text : "";
    }

    long number(String key) {
        return fields.get(key) instanceof Long number ? number : 0;
    }

    boolean flag(String key) {
        return Boolean.TRUE.equals(fields.get(key));
    }

    boolean has(String key) {
        return fields.containsKey(key);
    }

    /// A node's kind, where this is a wrapper around exactly one: `SelectStmt`; empty otherwise.
    String kind() {
        if (fields.size() == 1) {
            var key = fields.keySet().iterator().next();
            if (Character.isUpperCase(key.charAt(0)) && fields.get(key) instanceof Tree) {
                return key;
            }
        }
        return "";
    }

    /// What is inside such a wrapper.
    Tree inside() {
        return (Tree) fields.values().iterator().next();
    }

    /// How many nodes it has, itself included.
    int size() {
        int size = 1;
        for (var value : fields.values()) {
            size += size(value);
        }
        return size;
    }

    private static int size(Object value) {
        return switch (value) {
            case Tree tree -> tree.size();
            case List<?> items -> items.stream().mapToInt(Tree::size).sum();
            default -> 0;
        };
    }

    static Tree parse(String json) {
        return (Tree) new Reader(json).value();
    }

    /// Our own reader: the tree may be far deeper than any document of ours, and this runs on a
    /// thread with a large stack.
    private static final class Reader {
        private static final Set<String> PLACES =
                Set.of(
                        "location",
                        "stmt_location",
                        "stmt_len",
                        "list_start",
                        "list_end",
                        "rexpr_list_start",
                        "rexpr_list_end");

        private final String json;
        private int at;

        Reader(String json) {
            this.json = json;
        }

        Object value() {
            char c = json.charAt(at);
            return switch (c) {
                case '{' -> object();
                case '[' -> array();
                case '"' -> string();
                case 't' -> {
                    at += 4;
                    yield true;
                }
                case 'f' -> {
                    at += 5;
                    yield false;
                }
                default -> number();
            };
        }

        private Tree object() {
            var names = new ArrayList<String>();
            var values = new ArrayList<Object>();
            at++;
            while (json.charAt(at) != '}') {
                if (json.charAt(at) == ',') {
                    at++;
                }
                var key = string();
                at++; // the colon
                var value = value();
                if (!PLACES.contains(key)) {
                    names.add(key.intern());
                    values.add(value);
                }
            }
            at++;
            return new Tree(new Fields(names, values));
        }

        private List<Object> array() {
            var items = new ArrayList<Object>();
            at++;
            while (json.charAt(at) != ']') {
                if (json.charAt(at) == ',') {
                    at++;
                }
                items.add(value());
            }
            at++;
            return items;
        }

        private String string() {
            int end = ++at;
            while (json.charAt(end) != '"' && json.charAt(end) != '\\') {
                end++;
            }
            if (json.charAt(end) == '"') {
                var plain = json.substring(at, end);
                at = end + 1;
                return plain;
            }
            var out = new StringBuilder();
            while (json.charAt(at) != '"') {
                char c = json.charAt(at++);
                if (c != '\\') {
                    out.append(c);
                    continue;
                }
                char escaped = json.charAt(at++);
                switch (escaped) {
                    case 'n' -> out.append('\n');
                    case 't' -> out.append('\t');
                    case 'r' -> out.append('\r');
                    case 'b' -> out.append('\b');
                    case 'f' -> out.append('\f');
                    case 'u' -> {
                        out.append((char) Integer.parseInt(json, at, at + 4, 16));
                        at += 4;
                    }
                    default -> out.append(escaped);
                }
            }
            at++;
            return out.toString();
        }

        private Long number() {
            int start = at;
            while ("-0123456789".indexOf(json.charAt(at)) >= 0) {
                at++;
            }
            return Long.parseLong(json, start, at, 10);
        }
    }
}
