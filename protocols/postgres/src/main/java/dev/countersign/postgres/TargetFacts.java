package dev.countersign.postgres;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What a target and its role are. Nothing of anybody's data.
///
/// @param superuser the role may do everything
/// @param bypassesRowSecurity row security does not hold for it
/// @param createsRoles it may make others, and give them what it has
/// @param powers predefined roles that it has and that reach beyond tables: files, programs, every
///   table
/// @param ownsRelations tables and views that it owns, or owns by a role that it has: it can change
///   and drop them
/// @param tracksCounts `track_counts` is on, by which rows are counted that a write changed
/// @param logsStatements settings by which the target's own log gets statements, values included:
///   `log_statement = all`
/// @param missingColumns labelled in the configuration, and not there
public record TargetFacts(
        boolean superuser,
        boolean bypassesRowSecurity,
        boolean createsRoles,
        List<String> powers,
        long ownsRelations,
        boolean tracksCounts,
        List<String> logsStatements,
        List<String> missingColumns) {

    private static final String ROLE =
            "SELECT rolsuper, rolbypassrls, rolcreaterole FROM pg_catalog.pg_roles"
                    + " WHERE rolname = current_user";

    private static final String POWERS =
            "SELECT r.rolname FROM pg_catalog.pg_roles r WHERE r.rolname IN ('pg_read_all_data',"
                    + " 'pg_write_all_data', 'pg_read_server_files', 'pg_write_server_files',"
                    + " 'pg_execute_server_program') AND pg_catalog.pg_has_role(r.oid, 'MEMBER')"
                    + " ORDER BY r.rolname";

    private static final String OWNS =
            "SELECT pg_catalog.count(*) FROM pg_catalog.pg_class c"
                    + " WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f')"
                    + " AND pg_catalog.pg_has_role(c.relowner, 'USAGE')";

    private static final String SETTINGS =
            "SELECT name, setting FROM pg_catalog.pg_settings WHERE name IN ('track_counts',"
                    + " 'log_statement', 'log_min_duration_statement',"
                    + " 'log_min_duration_sample')";

    public TargetFacts {
        powers = List.copyOf(powers);
        logsStatements = List.copyOf(logsStatements);
        missingColumns = List.copyOf(missingColumns);
    }

    static TargetFacts read(PostgresQueries queries, List<String> missing) throws IOException {
        try {
            var role = queries.rows(ROLE).getFirst();
            boolean superuser = yes(role.get(0));
            var settings =
                    queries.rows(SETTINGS).stream()
                            .collect(
                                    Collectors.toMap(
                                            row -> text(row.get(0)), row -> text(row.get(1))));
            return new TargetFacts(
                    superuser,
                    yes(role.get(1)),
                    yes(role.get(2)),
                    superuser // it has them all
                            ? List.of()
                            : queries.rows(POWERS).stream().map(row -> text(row.get(0))).toList(),
                    superuser ? 0 : Long.parseLong(text(queries.rows(OWNS).getFirst().get(0))),
                    settings.getOrDefault("track_counts", "").equals("on"),
                    logs(settings),
                    missing);
        } catch (QueryFailed e) {
            throw new IOException(e.getMessage(), e);
        } catch (RuntimeException e) { // no row, no number
            throw new IOException("the target answers otherwise than PostgreSQL does", e);
        }
    }

    private static List<String> logs(Map<String, String> settings) {
        var quiet =
                Map.of(
                        "log_statement", "none",
                        "log_min_duration_statement", "-1",
                        "log_min_duration_sample", "-1");
        return quiet.entrySet().stream()
                .filter(one -> !settings.getOrDefault(one.getKey(), "").equals(one.getValue()))
                .filter(one -> settings.containsKey(one.getKey()))
                .map(one -> one.getKey() + " = " + settings.get(one.getKey()))
                .sorted()
                .toList();
    }

    private static boolean yes(@Nullable String value) {
        return "t".equals(value);
    }

    private static String text(@Nullable String value) {
        return value == null ? "" : value;
    }
}
