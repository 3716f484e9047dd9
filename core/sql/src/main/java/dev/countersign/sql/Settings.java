package dev.countersign.sql;

import java.util.Set;

/// The closed list of settings that a client may change, by whatever door: SET, `set_config`,
/// BEGIN's options.
public final class Settings {
    private static final Set<String> SETTABLE =
            Set.of(
                    "datestyle",
                    "timezone",
                    "intervalstyle",
                    "extra_float_digits",
                    "bytea_output",
                    "application_name",
                    "client_min_messages",
                    "statement_timeout",
                    "lock_timeout",
                    "idle_in_transaction_session_timeout",
                    "transaction_timeout",
                    // how, and never what: asyncpg turns it off to ask for types
                    "jit",
                    "transaction_isolation",
                    "default_transaction_isolation",
                    "transaction_deferrable",
                    "default_transaction_deferrable");

    private Settings() {}

    public enum Verdict {
        SETTABLE,
        /// decides how the next statement is read, or who it is run as
        PINNED,
        UNLISTED
    }

    /// @param readOnly whether the target holds the session read-only
    public static Verdict of(Statement.SettingChange change, boolean readOnly) {
        return switch (change.name()) {
            case "standard_conforming_strings" -> same(change, "on", "true", "1", "");
            case "client_encoding" -> same(change, "utf8", "utf-8", "unicode", "");
            // before PostgreSQL 16 a RESET of the first makes a read-only transaction writable
            case "transaction_read_only" ->
                    readOnly ? same(change, "on", "true", "1", "t") : Verdict.SETTABLE;
            case "default_transaction_read_only" ->
                    readOnly ? same(change, "on", "true", "1", "t", "") : Verdict.SETTABLE;
            case "search_path", "role", "session_authorization", "is_superuser" -> Verdict.PINNED;
            default -> SETTABLE.contains(change.name()) ? Verdict.SETTABLE : Verdict.UNLISTED;
        };
    }

    /// Setting what is pinned to what it is pinned to changes nothing: drivers do it.
    private static Verdict same(Statement.SettingChange change, String... values) {
        for (var value : values) {
            if (value.equalsIgnoreCase(change.value())) {
                return Verdict.SETTABLE;
            }
        }
        return Verdict.PINNED;
    }
}
