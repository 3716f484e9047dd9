package dev.countersign.sql;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.stream.Collectors;

/// The functions of `pg_catalog` that have no effect, by name (`builtins.txt`). Anything else is a
/// call; of some calls it is known what they do.
public final class Builtins {
    /// They have an effect, and show no data: numbers of sequences, locks, numbers of transactions,
    /// sizes, time.
    private static final Set<String> ACTING =
            Set.of(
                    "nextval",
                    "currval",
                    "lastval",
                    "setval",
                    "pg_advisory_lock",
                    "pg_advisory_lock_shared",
                    "pg_advisory_unlock",
                    "pg_advisory_unlock_all",
                    "pg_advisory_unlock_shared",
                    "pg_advisory_xact_lock",
                    "pg_advisory_xact_lock_shared",
                    "pg_try_advisory_lock",
                    "pg_try_advisory_lock_shared",
                    "pg_try_advisory_xact_lock",
                    "pg_try_advisory_xact_lock_shared",
                    "txid_current",
                    "pg_current_xact_id",
                    "pg_database_size",
                    "pg_tablespace_size",
                    "pg_sleep",
                    "pg_sleep_for",
                    "pg_sleep_until");

    private static final Set<String> NAMES = read();

    /// They tell how long all values of a relation are together.
    private static final Set<String> SIZES =
            Set.of(
                    "pg_relation_size",
                    "pg_table_size",
                    "pg_total_relation_size",
                    "pg_indexes_size",
                    "pg_database_size",
                    "pg_tablespace_size");

    private Builtins() {}

    /// @param name of a function of `pg_catalog`
    public static boolean contains(String name) {
        return NAMES.contains(name);
    }

    /// Whether it tells the size of something that may hold labelled values.
    ///
    /// @param name as a statement writes it, with or without `pg_catalog`
    public static boolean sizes(String name) {
        return SIZES.contains(bare(name));
    }

    /// Whether it is one of those that have an effect, and neither read data nor run anybody's
    /// code.
    ///
    /// @param name as a statement writes it, with or without `pg_catalog`
    public static boolean acts(String name) {
        return ACTING.contains(bare(name));
    }

    private static String bare(String name) {
        return name.startsWith("pg_catalog.") ? name.substring("pg_catalog.".length()) : name;
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
