package dev.countersign.postgres;

import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.regex.Pattern;

/// The schemas that a client may ask for when it connects: a list of plain names, which the gateway
/// pins between `pg_catalog` and `pg_temp` for the whole session.
///
/// Whether a schema exists is the target's business, and what may be seen in it the policy's.
/// Schemas of the system's own, `pg_temp` above all, are never taken, because what stands before
/// the built-ins could pass for them; `pg_catalog` is only where it is pinned anyway, in front.
/// `"$user"` is not taken either: it would mean the gateway's role, not the client's.
final class SearchPath {
    /// Schemas in one path.
    static final int MAX_SCHEMAS = 32;

    /// Plain, or in double quotes for the capitals' sake; at most 63 characters, as the server
    /// cuts.
    private static final Pattern SCHEMA =
            Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,62}|\"[A-Za-z_][A-Za-z0-9_]{0,62}\"");

    private SearchPath() {}

    /// The schemas as they stand in the pinned path: `sales, "Odd"`.
    static String read(String asked) throws StartupRefused {
        var schemas = new LinkedHashSet<String>();
        var parts = asked.split(",", -1);
        if (parts.length > MAX_SCHEMAS) {
            throw refused("a search_path of more than " + MAX_SCHEMAS + " schemas");
        }
        for (int i = 0; i < parts.length; i++) {
            var schema = parts[i].strip();
            if (!SCHEMA.matcher(schema).matches()) {
                throw refused("a search_path that is no list of plain schema names");
            }
            var name =
                    schema.startsWith("\"")
                            ? schema.substring(1, schema.length() - 1)
                            : schema.toLowerCase(Locale.ROOT);
            if (i == 0 && parts.length > 1 && name.equals("pg_catalog")) {
                continue;
            }
            if (name.startsWith("pg_")) {
                throw refused("a search_path with a schema of the system's own");
            }
            schemas.add(name.equals(name.toLowerCase(Locale.ROOT)) ? name : '"' + name + '"');
        }
        return String.join(", ", schemas);
    }

    private static StartupRefused refused(String what) {
        return new StartupRefused(
                SqlState.BAD_PARAMETER,
                what,
                "Ask for plain names, for example search_path=sales,public; the gateway puts"
                        + " pg_catalog before and pg_temp behind them.");
    }
}
