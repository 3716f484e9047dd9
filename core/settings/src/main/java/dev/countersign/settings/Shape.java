package dev.countersign.settings;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What [Binder] takes for a type, to be told to people and to their editors.
public sealed interface Shape {
    /// Any text.
    record Text() implements Shape {}

    /// From 0 to 999,999,999.
    record WholeNumber() implements Shape {}

    /// `true` or `false`.
    record Truth() implements Shape {}

    /// `15m`.
    record Time() implements Shape {}

    /// A number, or `64MiB`.
    record Size() implements Shape {}

    /// Against the file's folder.
    record FilePath() implements Shape {}

    /// One of these words.
    record Choice(List<String> words) implements Shape {
        public Choice {
            words = List.copyOf(words);
        }
    }

    record Items(Shape of) implements Shape {}

    /// A map from names that the writer chooses.
    record Entries(Shape of) implements Shape {}

    /// A map of these keys.
    ///
    /// @param type the record that it becomes
    /// @param shorthand the key whose value may stand in the place of the whole map; empty where
    ///   none may
    record Keys(Class<?> type, List<Key> keys, String shorthand) implements Shape {
        public Keys {
            keys = List.copyOf(keys);
        }
    }

    /// One key.
    ///
    /// @param component of the record, by its name in Java
    /// @param required whether it must stand there
    /// @param otherwise what holds where it does not, as it would be written; empty where that is
    ///   nothing
    record Key(String name, String component, Shape shape, boolean required, String otherwise) {}

    /// The shape of a record of settings.
    static Keys of(Class<?> record) {
        var shorthand = record.getAnnotation(Shorthand.class);
        return new Keys(
                record,
                Arrays.stream(record.getRecordComponents()).map(Shape::key).toList(),
                shorthand == null ? "" : Binder.kebab(shorthand.value()));
    }

    private static Key key(RecordComponent component) {
        var otherwise = component.getAnnotation(Default.class);
        var type = component.getType();
        boolean mayLack =
                otherwise != null
                        || type == List.class
                        || type == Map.class
                        || type == Optional.class;
        return new Key(
                Binder.key(component),
                component.getName(),
                of(component.getGenericType()),
                !mayLack,
                otherwise == null ? "" : otherwise.value());
    }

    private static Shape of(Type type) {
        if (type instanceof ParameterizedType generic) {
            var arguments = generic.getActualTypeArguments();
            var raw = generic.getRawType();
            return raw == Optional.class
                    ? of(arguments[0])
                    : raw == List.class
                            ? new Items(of(arguments[0]))
                            : new Entries(of(arguments[1]));
        }
        var plain = (Class<?>) type;
        if (plain.isRecord()) {
            return of(plain);
        }
        if (plain.isEnum()) {
            return new Choice(
                    Arrays.stream(plain.getEnumConstants())
                            .map(one -> Binder.kebab(one.toString()))
                            .toList());
        }
        if (plain == boolean.class) {
            return new Truth();
        }
        if (plain == int.class || plain == Integer.class) {
            return new WholeNumber();
        }
        if (plain == long.class) {
            return new Size();
        }
        if (plain == Duration.class) {
            return new Time();
        }
        if (plain == Path.class) {
            return new FilePath();
        }
        if (plain == String.class) {
            return new Text();
        }
        throw new IllegalStateException("no setting can be a " + plain.getName());
    }
}
