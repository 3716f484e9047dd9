package dev.countersign.settings;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// Binds a document to a record by the names of its components: `maxRows` is `max-rows`. All that
/// is wrong is gathered.
///
/// Components are text, whole numbers, truth values, durations (`15m`), sizes (`64MiB`, as a
/// `long`), paths (against the file's folder; `file:` may stand before them), enum constants,
/// lists, maps, optional ones of these, and further records. A component is required unless it is a
/// list, a map, optional or has a [Default]. Messages thrown by a record's constructor are told at
/// the place of the record.
public final class Binder {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,9})(ms|s|m|h|d)");
    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})(B|KiB|MiB|GiB)?");

    private final Document document;
    private final List<Problem> problems;

    /// @param problems takes what is found wrong
    public Binder(Document document, List<Problem> problems) {
        this.document = document;
        this.problems = problems;
    }

    /// Empty if anything was wrong, which is then among the problems. `kind` and `include` are
    /// nobody's components.
    public <T> Optional<T> bind(Class<T> type) {
        int before = problems.size();
        var value = record(document.root(), type, true);
        return problems.size() == before ? Optional.ofNullable(type.cast(value)) : Optional.empty();
    }

    private @Nullable Object record(MappingNode map, Class<?> type, boolean whole) {
        var components = type.getRecordComponents();
        var byKey = new LinkedHashMap<String, Node>();
        for (var entry : map.getValue()) {
            var key = Document.scalar(entry.getKeyNode());
            boolean known =
                    Arrays.stream(components).anyMatch(component -> key(component).equals(key));
            if (!known && !(whole && (key.equals("kind") || key.equals("include")))) {
                wrong(
                        entry.getKeyNode(),
                        "there is no key `" + key + "` here" + suggestion(key, components));
            } else if (byKey.put(key, entry.getValueNode()) != null) {
                wrong(entry.getKeyNode(), "the key `" + key + "` stands here twice");
            }
        }
        int before = problems.size();
        var values = new @Nullable Object[components.length];
        var types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            values[i] = component(map, byKey.get(key(components[i])), components[i]);
        }
        if (problems.size() > before) {
            return null;
        }
        return make(map, type, types, values);
    }

    private @Nullable Object make(
            Node at, Class<?> type, Class<?>[] types, @Nullable Object[] values) {
        try {
            var constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException told) {
                String.valueOf(told.getMessage()).lines().forEach(line -> wrong(at, line));
                return null;
            }
            throw new IllegalStateException(
                    "the settings " + type.getName() + " failed", e.getCause());
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    "the settings " + type.getName() + " cannot be made", e);
        }
    }

    private @Nullable Object component(
            MappingNode map, @Nullable Node node, RecordComponent component) {
        var type = component.getType();
        if (type == Optional.class) {
            return node == null ? Optional.empty() : optional(node, component);
        }
        if (node != null) {
            return value(node, component.getGenericType());
        }
        var otherwise = component.getAnnotation(Default.class);
        if (otherwise != null) {
            return plain(map, otherwise.value(), type);
        }
        if (type == List.class) {
            return List.of();
        }
        if (type == Map.class) {
            return Map.of();
        }
        wrong(map, "the key `" + key(component) + "` is missing");
        return null;
    }

    private @Nullable Object optional(Node node, RecordComponent component) {
        var of = ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
        var value = value(node, of);
        return value == null ? null : Optional.of(value);
    }

    private @Nullable Object value(Node node, Type type) {
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            return generic.getRawType() == List.class
                    ? list(node, arguments[0])
                    : map(node, arguments[1]);
        }
        var plain = (Class<?>) type;
        if (plain.isRecord()) {
            return switch (node) {
                case MappingNode map -> record(map, plain, false);
                case ScalarNode scalar when plain.isAnnotationPresent(Shorthand.class) ->
                        shorthand(scalar, plain);
                default -> wrong(node, "expected a map of keys");
            };
        }
        return node instanceof ScalarNode scalar
                ? plain(node, scalar.getValue(), plain)
                : wrong(node, "expected one plain value");
    }

    private @Nullable Object shorthand(ScalarNode scalar, Class<?> type) {
        var key = type.getAnnotation(Shorthand.class).value();
        var components = type.getRecordComponents();
        int before = problems.size();
        var values = new @Nullable Object[components.length];
        var types = new Class<?>[components.length];
        for (int i = 0; i < components.length; i++) {
            types[i] = components[i].getType();
            var otherwise = components[i].getAnnotation(Default.class);
            values[i] =
                    components[i].getName().equals(key)
                            ? plain(scalar, scalar.getValue(), types[i])
                            : otherwise == null
                                    ? empty(types[i])
                                    : plain(scalar, otherwise.value(), types[i]);
        }
        return problems.size() > before ? null : make(scalar, type, types, values);
    }

    private static Object empty(Class<?> type) {
        return type == Map.class ? Map.of() : type == Optional.class ? Optional.empty() : List.of();
    }

    private @Nullable Object list(Node node, Type of) {
        if (!(node instanceof SequenceNode sequence)) {
            return wrong(node, "expected a list");
        }
        var out = new ArrayList<Object>();
        for (var item : sequence.getValue()) {
            var value = value(item, of);
            if (value != null) {
                out.add(value);
            }
        }
        return List.copyOf(out);
    }

    private @Nullable Object map(Node node, Type of) {
        if (!(node instanceof MappingNode map)) {
            return wrong(node, "expected a map");
        }
        var out = new LinkedHashMap<String, Object>();
        for (var entry : map.getValue()) {
            var value = value(entry.getValueNode(), of);
            if (value != null && out.put(Document.scalar(entry.getKeyNode()), value) != null) {
                wrong(
                        entry.getKeyNode(),
                        "the key `" + Document.scalar(entry.getKeyNode()) + "` stands here twice");
            }
        }
        return Collections.unmodifiableMap(out); // in the order of the file
    }

    private @Nullable Object plain(Node at, String text, Class<?> type) {
        if (type == String.class) {
            return text;
        }
        if (type == boolean.class) {
            return text.equals("true") || text.equals("false")
                    ? (Object) Boolean.valueOf(text)
                    : wrong(at, "expected true or false, this is `" + text + "`");
        }
        if (type == int.class || type == Integer.class) {
            return text.matches("\\d{1,9}")
                    ? (Object) Integer.valueOf(text)
                    : wrong(at, "expected a whole number, this is `" + text + "`");
        }
        if (type == long.class) {
            return size(at, text);
        }
        if (type == Duration.class) {
            return duration(at, text);
        }
        if (type == Path.class) {
            return path(at, text.startsWith("file:") ? text.substring(5) : text);
        }
        if (type.isEnum()) {
            for (var constant : type.getEnumConstants()) {
                if (kebab(constant.toString()).equals(text)) {
                    return constant;
                }
            }
            return wrong(
                    at,
                    "expected one of "
                            + Arrays.stream(type.getEnumConstants())
                                    .map(c -> kebab(c.toString()))
                                    .toList()
                            + ", this is `"
                            + text
                            + "`");
        }
        throw new IllegalStateException("no setting can be a " + type.getName());
    }

    private @Nullable Object path(Node at, String text) {
        try {
            var folder = document.file().toAbsolutePath().getParent();
            return folder == null ? Path.of(text) : folder.resolve(text).normalize();
        } catch (InvalidPathException e) {
            return wrong(at, "expected a path");
        }
    }

    private @Nullable Object duration(Node at, String text) {
        var parts = DURATION.matcher(text);
        if (!parts.matches()) {
            return wrong(
                    at, "expected a duration such as 15m (ms, s, m, h, d), this is `" + text + "`");
        }
        long amount = Long.parseLong(parts.group(1));
        return switch (parts.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }

    private @Nullable Object size(Node at, String text) {
        var parts = SIZE.matcher(text);
        if (!parts.matches()) {
            return wrong(at, "expected a number, or a size such as 64MiB, this is `" + text + "`");
        }
        int shift =
                switch (parts.group(2)) {
                    case "KiB" -> 10;
                    case "MiB" -> 20;
                    case "GiB" -> 30;
                    case null, default -> 0;
                };
        long amount = Long.parseLong(parts.group(1));
        return amount > Long.MAX_VALUE >> shift
                ? wrong(at, "expected a size below 8,589,934,592GiB, this is `" + text + "`")
                : (Object) Long.valueOf(amount << shift);
    }

    private @Nullable Object wrong(Node at, String message) {
        problems.add(document.at(at, message));
        return null;
    }

    private static String suggestion(String key, RecordComponent[] components) {
        return Arrays.stream(components)
                .map(Binder::key)
                .filter(known -> distance(known, key) <= Math.max(1, key.length() / 3))
                .min(Comparator.comparingInt(known -> distance(known, key)))
                .map(known -> "; did you mean `" + known + "`?")
                .orElse("");
    }

    /// Levenshtein's distance.
    private static int distance(String a, String b) {
        var row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int above = row[j];
                int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                row[j] = Math.min(Math.min(above, row[j - 1]) + 1, diagonal + change);
                diagonal = above;
            }
        }
        return row[b.length()];
    }

    static String key(RecordComponent component) {
        var named = component.getAnnotation(Key.class);
        return named == null ? kebab(component.getName()) : named.value();
    }

    /// `maxRows` and `MAX_ROWS` are `max-rows`.
    static String kebab(String name) {
        return name.replace('_', '-')
                .replaceAll("([a-z0-9])([A-Z])", "$1-$2")
                .toLowerCase(Locale.ROOT);
    }
}
