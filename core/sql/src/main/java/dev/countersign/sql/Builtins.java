package dev.countersign.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/// The functions of `pg_catalog` that have no effect, by name (`builtins.txt`). Anything else is a
/// call.
public final class Builtins {
    private static final Set<String> NAMES = read();

    private Builtins() {}

    /// @param name of a function of `pg_catalog`
    public static boolean contains(String name) {
        return NAMES.contains(name);
    }

    private static Set<String> read() {
        try (var in = Builtins.class.getResourceAsStream("builtins.txt")) {
            if (in == null) {
                throw new IllegalStateException("builtins.txt is missing from this build");
            }
            return new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .collect(Collectors.toUnmodifiableSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Functions that the views of `information_schema` are made with, and drivers call (pgjdbc's
    /// primary keys): immutable, over their arguments only.
    static boolean ofInformationSchema(String name) {
        return switch (name) {
            case "_pg_expandarray",
                    "_pg_truetypid",
                    "_pg_truetypmod",
                    "_pg_char_max_length",
                    "_pg_char_octet_length",
                    "_pg_numeric_precision",
                    "_pg_numeric_precision_radix",
                    "_pg_numeric_scale",
                    "_pg_datetime_precision",
                    "_pg_interval_type" ->
                    true;
            default -> false;
        };
    }
}
