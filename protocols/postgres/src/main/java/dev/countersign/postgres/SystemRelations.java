package dev.countersign.postgres;

import java.util.Set;

/// The system's own relations that clients may read on a target with labels: what drivers and psql
/// need to describe tables, types and functions. Whatever shows data, samples of data or what other
/// sessions do is not among them (`pg_stats`, `pg_statistic`, `pg_stat_activity`,
/// `pg_prepared_statements`, `pg_user_mappings`, `pg_authid`, …).
final class SystemRelations {
    private static final Set<String> CATALOGUE =
            Set.of(
                    "pg_aggregate",
                    "pg_am",
                    "pg_amop",
                    "pg_amproc",
                    "pg_attrdef",
                    "pg_attribute",
                    "pg_auth_members",
                    "pg_available_extensions",
                    "pg_cast",
                    "pg_class",
                    "pg_collation",
                    "pg_constraint",
                    "pg_conversion",
                    "pg_database",
                    "pg_db_role_setting",
                    "pg_default_acl",
                    "pg_depend",
                    "pg_description",
                    "pg_enum",
                    "pg_event_trigger",
                    "pg_extension",
                    "pg_foreign_data_wrapper",
                    "pg_foreign_server",
                    "pg_foreign_table",
                    "pg_group",
                    "pg_index",
                    "pg_indexes",
                    "pg_inherits",
                    "pg_init_privs",
                    "pg_language",
                    "pg_matviews",
                    "pg_namespace",
                    "pg_opclass",
                    "pg_operator",
                    "pg_opfamily",
                    "pg_partitioned_table",
                    "pg_policies",
                    "pg_policy",
                    "pg_proc",
                    "pg_publication",
                    "pg_publication_namespace",
                    "pg_publication_rel",
                    "pg_publication_tables",
                    "pg_range",
                    "pg_rewrite",
                    "pg_roles",
                    "pg_rules",
                    "pg_seclabels",
                    "pg_sequence",
                    "pg_sequences",
                    "pg_settings",
                    "pg_shdepend",
                    "pg_shdescription",
                    "pg_statistic_ext",
                    "pg_tables",
                    "pg_tablespace",
                    "pg_timezone_abbrevs",
                    "pg_timezone_names",
                    "pg_transform",
                    "pg_trigger",
                    "pg_ts_config",
                    "pg_ts_config_map",
                    "pg_ts_dict",
                    "pg_ts_parser",
                    "pg_ts_template",
                    "pg_type",
                    "pg_user",
                    "pg_views");

    private static final Set<String> NOT_SCHEMA =
            Set.of(
                    "user_mapping_options",
                    "user_mappings",
                    "foreign_server_options",
                    "_pg_user_mappings");

    private SystemRelations() {}

    static boolean cleared(String schema, String name) {
        return schema.equals("pg_catalog") ? CATALOGUE.contains(name) : !NOT_SCHEMA.contains(name);
    }

    /// A column of a cleared relation that holds data after all: what rows had before the column
    /// was added. It is treated as labelled wherever anything is.
    static boolean hidden(String relation, String column) {
        return switch (relation) {
            case "pg_attribute" -> column.equals("attmissingval");
            // how long all values of a table are together
            case "pg_class" ->
                    column.equals("relpages")
                            || column.equals("relallvisible")
                            || column.equals("relallfrozen");
            default -> false;
        };
    }
}
