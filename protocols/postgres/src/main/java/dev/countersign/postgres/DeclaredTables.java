package dev.countersign.postgres;

import dev.countersign.sql.Schema;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/// A catalogue of tables that a file declares, on a server that has nothing else: for statements
/// that are judged where there is no target. A table that is not declared is not there.
///
/// Columns are in the order in which they are declared. Nothing is declared of keys, indexes,
/// views, rules, triggers and functions, so there are none.
final class DeclaredTables {
    /// Columns of all tables of one target.
    static final int MAX_COLUMNS = 100_000;

    /// Of a type that somebody made.
    static final String OTHER = "other";

    /// Objects with smaller numbers come with the server.
    private static final long FIRST_MADE = 16_384;

    private static final Pattern MODIFIER =
            Pattern.compile("\\s*\\(\\s*\\d+(\\s*,\\s*\\d+)?\\s*\\)");

    /// What SQL calls otherwise than `pg_type` does.
    private static final Map<String, String> SPELLINGS =
            Map.ofEntries(
                    Map.entry("smallint", "int2"),
                    Map.entry("int", "int4"),
                    Map.entry("integer", "int4"),
                    Map.entry("serial", "int4"),
                    Map.entry("bigint", "int8"),
                    Map.entry("bigserial", "int8"),
                    Map.entry("real", "float4"),
                    Map.entry("double precision", "float8"),
                    Map.entry("decimal", "numeric"),
                    Map.entry("boolean", "bool"),
                    Map.entry("character varying", "varchar"),
                    Map.entry("character", "bpchar"),
                    Map.entry("char", "bpchar"),
                    Map.entry("time with time zone", "timetz"),
                    Map.entry("time without time zone", "time"),
                    Map.entry("timestamp with time zone", "timestamptz"),
                    Map.entry("timestamp without time zone", "timestamp"));

    private DeclaredTables() {}

    /// @param tables columns and their types by `schema.table`
    /// @throws IllegalArgumentException with all that is wrong, a line each
    static Catalogue catalogue(PostgresTarget target, Map<String, Map<String, String>> tables) {
        var wrong = new ArrayList<String>();
        var fresh = FreshServer.get();
        var builder = new CatalogueBuilder(target.columns());
        fresh.tell(builder);
        long oid = FIRST_MADE;
        int columns = 0;
        for (var table : tables.entrySet()) {
            var name = table.getKey().split("\\.", -1);
            if (name.length != 2 || name[0].isEmpty() || name[1].isEmpty()) {
                wrong.add("`tables` names each as schema.table, not `" + table.getKey() + "`");
                continue;
            }
            builder.relation(++oid, name[0], name[1], 'r');
            columns += table.getValue().size();
            int number = 1;
            for (var column : table.getValue().entrySet()) {
                column(builder, oid, number++, column.getKey(), column.getValue(), wrong);
            }
        }
        if (columns > MAX_COLUMNS) {
            wrong.add("`tables` has more than " + MAX_COLUMNS + " columns");
        }
        if (!wrong.isEmpty()) {
            throw new IllegalArgumentException(String.join("\n", wrong));
        }
        return builder.code(fresh.code()).build();
    }

    private static void column(
            CatalogueBuilder builder,
            long relation,
            int number,
            String name,
            String written,
            List<String> wrong) {
        if (written.equals(OTHER)) {
            builder.column(relation, number, name, FIRST_MADE, Schema.Kind.FOREIGN);
            return;
        }
        long type = type(written);
        if (type == 0) {
            wrong.add(
                    "column `"
                            + name
                            + "`: PostgreSQL has no type `"
                            + written
                            + "` of its own; write `"
                            + OTHER
                            + "` for one that somebody made");
            return;
        }
        builder.column(relation, number, name, type, FreshServer.get().types().kind(type));
    }

    /// `bigint`, `varchar(20)`, `timestamp(3) with time zone`, `text[]`
    static long type(String written) {
        var name = MODIFIER.matcher(written.strip().toLowerCase(Locale.ROOT)).replaceAll("");
        boolean array = name.endsWith("[]");
        while (name.endsWith("[]")) {
            name = name.substring(0, name.length() - 2).stripTrailing();
        }
        name = SPELLINGS.getOrDefault(name, name);
        return FreshServer.get().type(array ? "_" + name : name);
    }
}
