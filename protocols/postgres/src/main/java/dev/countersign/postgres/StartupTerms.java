package dev.countersign.postgres;

import dev.countersign.gate.Wanted;
import dev.countersign.model.Work;
import dev.countersign.sql.Settings;
import dev.countersign.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/// What of a startup packet a client gets. An allow-list: whatever is not named here is refused.
///
/// | Parameter | |
/// |---|---|
/// | `user` | must be there and says nothing: who it is, the token says |
/// | `database` | the target; the user where it is missing, as the server does |
/// | `options` | settings, by [StartupOptions]; a parameter of its own beats them |
/// | `countersign.plan`, `.step`, `.reason`, `.trace` | what the client says it is doing, why, and in which trace; never sent on |
/// | `application_name` | kept for the record, and read for `plan=…;step=…` where nothing else says it; the target is told the session's own name |
/// | `client_encoding` | UTF8; SQL_ASCII is served as UTF8 |
/// | `search_path` | by [SearchPath] |
/// | time limits | more than zero, so that none is lifted; whether it is below the role's own only the target knows |
/// | the rest | as [Settings] says of a SET |
/// | `replication` | never: it would make all data leave unmasked |
///
/// A value in which a token is, is refused wherever it stands: all of these reach logs.
final class StartupTerms {
    /// Characters of a database name that could be a target's.
    static final int MAX_TARGET = 63;

    private static final Set<String> FALSE = Set.of("false", "off", "no", "0", "f", "n");
    private static final Set<String> UTF8 = Set.of("utf8", "unicode", "sqlascii");
    private static final Set<String> SECRETS =
            Set.of("token", "access_token", "jwt", "password", "secret");

    /// The beginning of a JWT: a Base64 `{"`, and a dot.
    private static final Pattern JWT = Pattern.compile("eyJ[A-Za-z0-9_-]{8,}\\.");

    /// A setting's name that may be repeated to whoever sent it: too plain to be a secret.
    private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_.]{1,40}");

    /// No zero, nothing that could be rounded to it.
    private static final Pattern TIME_LIMIT = Pattern.compile("[1-9][0-9]{0,9} *(ms|s|min|h|d)?");

    private static final Pattern CLAIM = Pattern.compile("(?:^|[;\\s])(plan|step)=([^;\\s]*)");

    private final Map<String, String> settings = new LinkedHashMap<>();
    private String plan = "";
    private String step = "";
    private String trace = "";
    private String reason = "";

    private StartupTerms() {}

    static Wanted read(Startup startup) throws StartupRefused {
        return new StartupTerms().wanted(startup);
    }

    private Wanted wanted(Startup startup) throws StartupRefused {
        var parameters = startup.parameters();
        for (var value : parameters.values()) {
            refuseToken(value);
        }
        refuseReplication(parameters.getOrDefault("replication", "false"));
        for (var option : StartupOptions.read(parameters.getOrDefault("options", ""))) {
            refuseToken(option.name());
            refuseToken(option.value());
            setting(option.name(), option.value());
        }
        for (var parameter : parameters.entrySet()) {
            switch (parameter.getKey()) {
                case "user", "database", "options", "replication" -> {
                    // read for themselves
                }
                default ->
                        setting(parameter.getKey().toLowerCase(Locale.ROOT), parameter.getValue());
            }
        }
        return new Wanted(
                target(parameters), settings, work(), startup.version(), startup.cancelKeyLength());
    }

    private static String target(Map<String, String> parameters) throws StartupRefused {
        var user = parameters.getOrDefault("user", "");
        if (user.isEmpty()) {
            throw new StartupRefused(
                    SqlState.NOT_AUTHORISED,
                    "no user name in the startup packet",
                    "Any name will do: who you are, the token in the password says.");
        }
        var database = parameters.getOrDefault("database", "");
        var target = database.isEmpty() ? user : database;
        if (target.length() > MAX_TARGET) {
            throw new StartupRefused(
                    SqlState.NO_SUCH_TARGET,
                    "there is no target of that name here",
                    "The database name names the target.");
        }
        return target;
    }

    private void setting(String name, String value) throws StartupRefused {
        switch (name) {
            case "countersign.plan" -> plan = claim(value);
            case "countersign.step" -> step = claim(value);
            case "countersign.reason" -> reason = claim(value);
            case "countersign.trace" -> trace = trace(claim(value));
            case "client_encoding" -> refuseOtherEncoding(value);
            case "search_path" -> settings.put(name, SearchPath.read(value));
            case "statement_timeout",
                    "lock_timeout",
                    "transaction_timeout",
                    "idle_in_transaction_session_timeout" -> {
                refuseNoLimit(name, value);
                settings.put(name, value);
            }
            default -> listed(name, value);
        }
    }

    private void listed(String name, String value) throws StartupRefused {
        if (SECRETS.contains(name.substring(name.lastIndexOf('.') + 1))) {
            throw tokenInTheOpen();
        }
        switch (Settings.of(new Statement.SettingChange(name, value), false)) {
            case SETTABLE -> {
                if (!name.equals("standard_conforming_strings")) {
                    settings.put(name, value);
                }
            }
            case PINNED ->
                    throw new StartupRefused(
                            SqlState.SETTING,
                            "the setting " + shown(name) + " is pinned here",
                            "It decides how statements are read, or who they run as. Connect"
                                    + " without it.");
            case UNLISTED ->
                    throw new StartupRefused(
                            SqlState.SETTING,
                            "the setting " + shown(name) + " is not one that a client may ask for",
                            "Connect without it. DateStyle, TimeZone, IntervalStyle,"
                                    + " extra_float_digits, bytea_output, application_name,"
                                    + " client_min_messages, search_path and time limits may be"
                                    + " asked for.");
        }
    }

    /// What the client says it is doing: in its options, else in its application name.
    private Work work() throws StartupRefused {
        if (plan.isEmpty() && step.isEmpty()) {
            var claims = CLAIM.matcher(settings.getOrDefault("application_name", ""));
            while (claims.find()) {
                if ("plan".equals(claims.group(1))) {
                    plan = claim(claims.group(2));
                } else {
                    step = claim(claims.group(2));
                }
            }
        }
        return (plan + step + trace + reason).isEmpty()
                ? Work.NONE
                : new Work(plan, step, trace, reason, Work.Assurance.B1);
    }

    private static String trace(String value) throws StartupRefused {
        if (!value.isEmpty() && !Claims.trace(value)) {
            throw new StartupRefused(
                    SqlState.BAD_PARAMETER, "a countersign.trace that is no W3C traceparent", "");
        }
        return value;
    }

    private static String claim(String value) throws StartupRefused {
        if (!Claims.word(value)) {
            throw new StartupRefused(
                    SqlState.BAD_PARAMETER,
                    "a plan, step, trace or reason of more than "
                            + Work.MAX_LENGTH
                            + " characters, or with control characters in it",
                    "");
        }
        return value;
    }

    private static void refuseNoLimit(String name, String value) throws StartupRefused {
        if (!TIME_LIMIT.matcher(value).matches()) {
            throw new StartupRefused(
                    SqlState.BAD_PARAMETER,
                    "a value of " + name + " that is no time limit",
                    "Whole and more than zero, in ms, s, min, h or d: 30s.");
        }
    }

    /// Names of encodings count by their letters and digits only, as in the server.
    private static void refuseOtherEncoding(String value) throws StartupRefused {
        var name = value.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
        if (!UTF8.contains(name)) {
            throw new StartupRefused(
                    SqlState.BAD_PARAMETER,
                    "only the client encoding UTF8 is served",
                    "Connect with client_encoding=UTF8 (PGCLIENTENCODING=UTF8).");
        }
    }

    private static void refuseReplication(String value) throws StartupRefused {
        if (!FALSE.contains(value.toLowerCase(Locale.ROOT))) {
            throw new StartupRefused(
                    SqlState.NOT_SERVED,
                    "replication is not served",
                    "Connect without the replication parameter.");
        }
    }

    private static void refuseToken(String text) throws StartupRefused {
        if (JWT.matcher(text).find()) {
            throw tokenInTheOpen();
        }
    }

    private static StartupRefused tokenInTheOpen() {
        return new StartupRefused(
                SqlState.NOT_AUTHORISED,
                "a token stands in the startup packet, where it reaches logs",
                "Give the token as the password, and consider this one known: have it revoked.");
    }

    private static String shown(String name) {
        return PLAIN_NAME.matcher(name).matches() ? name : "(its name is not repeated here)";
    }
}
