package dev.countersign.system.oracle;

import java.util.List;
import java.util.Map;

/// What of the fixture the generator writes statements about.
final class Schema {
    private Schema() {}

    enum Kind {
        INT,
        TEXT,
        NUM,
        DATE,
        BOOL,
        JSON,
        TEXTS
    }

    /// @param labelled whether it shows a labelled value, under whatever name
    record Column(String name, Kind kind, boolean labelled) {}

    /// @param weight how often it is chosen
    record Relation(String name, int weight, List<Column> columns) {}

    /// Something in a FROM clause.
    ///
    /// @param alias by which it is named
    record Source(String alias, List<Column> columns) {}

    static final Relation PUBLIC = of("public_t", 20, "id:INT note:TEXT");
    static final Relation ORDERS =
            of("orders", 20, "id:INT customer_id:INT amount:NUM status:TEXT note:TEXT placed:DATE");
    static final Relation CUSTOMERS =
            of(
                    "customers",
                    36,
                    "id:INT name:TEXT dob:DATE* salary:NUM* email:TEXT* ssn:TEXT* card:TEXT*"
                            + " meta:JSON* tags:TEXTS*");

    static final List<Relation> RELATIONS =
            List.of(
                    PUBLIC,
                    ORDERS,
                    CUSTOMERS,
                    of("v_plain", 3, "id:INT name:TEXT"),
                    of("v_contacts", 4, "id:INT who:TEXT reach:TEXT*"),
                    of("v_expr", 2, "id:INT up:TEXT* part:TEXT* pay:NUM*"),
                    of("m_customers", 3, "id:INT mail:TEXT* number:TEXT*"),
                    of("events", 3, "id:INT day:DATE who:TEXT* kind:TEXT"),
                    of("events_2025", 1, "id:INT day:DATE who:TEXT* kind:TEXT"),
                    of("people", 2, "id:INT phone:TEXT*"),
                    of("people_child", 1, "id:INT phone:TEXT* extra:INT"),
                    of("profiles", 2, "id:INT email:TEXT* small:TEXT* virt:TEXT*"),
                    of("refers", 2, "id:INT mail:TEXT*"),
                    of("vault", 3, "id:INT pin:TEXT* flag:BOOL* f:NUM*"));

    /// Of the system's own, columns that do not change by themselves.
    static final Map<String, String> SYSTEM =
            Map.of(
                    "pg_class", "oid, relname, relkind, relnatts, relpages, reltuples",
                    "pg_attribute",
                            "attname, atttypid::regtype, attnum, attlen, atthasmissing, attmissingval",
                    "pg_stats",
                            "tablename, attname, null_frac, avg_width, n_distinct, most_common_vals, histogram_bounds",
                    "pg_statistic", "starelid, staattnum, stawidth, stavalues1",
                    "pg_constraint", "conname, contype, pg_get_constraintdef(oid)",
                    "pg_proc", "proname, prosrc",
                    "pg_views", "viewname, definition",
                    "pg_indexes", "indexname, indexdef",
                    "information_schema.columns", "table_name, column_name, data_type",
                    "pg_stats_ext", "statistics_name, most_common_vals, most_common_freqs");

    private static Relation of(String name, int weight, String columns) {
        return new Relation(
                name,
                weight,
                List.of(columns.split(" ", -1)).stream()
                        .map(text -> {
                            var parts = text.replace("*", "").split(":", 2);
                            return new Column(parts[0], Kind.valueOf(parts[1]), text.endsWith("*"));
                        })
                        .toList());
    }
}
