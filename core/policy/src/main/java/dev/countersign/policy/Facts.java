package dev.countersign.policy;

import com.google.common.collect.ImmutableList;
import dev.cel.common.types.CelType;
import dev.cel.common.types.ListType;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.countersign.model.Action;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts.Exec;
import dev.countersign.model.Facts.Http;
import dev.countersign.model.Facts.Sql;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import dev.countersign.model.Resource;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import java.time.Clock;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// The facts that conditions are written in: their names, their types, and their values for one
/// action. Names are those of the reference page; a condition that names another does not load.
///
/// Facts that no part of this version can tell yet have the default of their type, as the reference
/// says: `plan.actions` is 0, `session.break_glass` is false.
final class Facts {
    private static final CelType STRINGS = ListType.create(SimpleType.STRING);
    private static final CelType WORDS = MapType.create(SimpleType.STRING, SimpleType.STRING);

    private static final Map<String, CelType> ANY =
            types(
                    "action.kind", SimpleType.STRING,
                    "action.verb", SimpleType.STRING,
                    "action.resources", STRINGS,
                    "actor.is_agent", SimpleType.BOOL,
                    "actor.agent", SimpleType.STRING,
                    "actor.has_human", SimpleType.BOOL,
                    "actor.human", SimpleType.STRING,
                    "actor.groups", STRINGS,
                    "actor.issuer", SimpleType.STRING,
                    "target.name", SimpleType.STRING,
                    "target.protocol", SimpleType.STRING,
                    "target.labels", WORDS,
                    "session.break_glass", SimpleType.BOOL,
                    "session.source", SimpleType.STRING,
                    "plan.id", SimpleType.STRING,
                    "plan.step", SimpleType.STRING,
                    "plan.assurance", SimpleType.STRING,
                    "plan.actions", SimpleType.INT,
                    "plan.rows_out", SimpleType.INT,
                    "plan.unproven_cells", SimpleType.INT,
                    "plan.egress", SimpleType.INT,
                    "plan.approved_hosts", STRINGS,
                    "request.unmask", STRINGS,
                    "now", SimpleType.TIMESTAMP);

    private static final Map<String, CelType> SQL =
            types(
                    "stmt.effects", STRINGS,
                    "stmt.verb", SimpleType.STRING,
                    "stmt.proven_read", SimpleType.BOOL,
                    "stmt.prepare", SimpleType.BOOL,
                    "stmt.writes", SimpleType.BOOL,
                    "stmt.tables", STRINGS,
                    "stmt.columns_by_value", STRINGS,
                    "stmt.columns_by_control", STRINGS,
                    "stmt.functions", STRINGS,
                    "stmt.has_where", SimpleType.BOOL,
                    "stmt.where_is_tautology", SimpleType.BOOL,
                    "stmt.est_rows", SimpleType.INT);

    private static final Map<String, CelType> HTTP =
            types(
                    "http.method", SimpleType.STRING,
                    "http.host", SimpleType.STRING,
                    "http.route", SimpleType.STRING,
                    "http.path", SimpleType.STRING,
                    "http.query", WORDS,
                    "http.body", WORDS,
                    "http.content_type", SimpleType.STRING,
                    "http.idempotency_key", SimpleType.STRING);

    private static final Map<String, CelType> EXEC =
            types(
                    "exec.programs", STRINGS,
                    "exec.argv", STRINGS,
                    "exec.paths", STRINGS,
                    "exec.destinations", STRINGS,
                    "exec.reads_stdin", SimpleType.BOOL,
                    "exec.pty", SimpleType.BOOL);

    private final Action action;
    private final Map<String, String> labels;
    private final Clock clock;

    private final Set<String> unknown;
    private final Set<String> missed;

    private Facts(
            Action action,
            Map<String, String> labels,
            Clock clock,
            Set<String> unknown,
            Set<String> missed) {
        this.action = action;
        this.labels = labels;
        this.clock = clock;
        this.unknown = unknown;
        this.missed = missed;
    }

    /// The same where some facts are not known.
    ///
    /// @param missed takes those of them that are asked for
    Facts without(Set<String> unknown, Set<String> missed) {
        return new Facts(action, labels, clock, unknown, missed);
    }

    private static Map<String, CelType> types(Object... pairs) {
        var out = new LinkedHashMap<String, CelType>();
        for (int i = 0; i < pairs.length; i += 2) {
            out.put((String) pairs[i], (CelType) pairs[i + 1]);
        }
        return out;
    }

    /// The facts that every one of these kinds of action has.
    static Map<String, CelType> of(List<String> kinds) {
        var out = new LinkedHashMap<>(ANY);
        if (kinds.size() == 1) {
            switch (kinds.getFirst()) {
                case "sql" -> out.putAll(SQL);
                case "http" -> out.putAll(HTTP);
                case "exec" -> out.putAll(EXEC);
                default -> {
                    // any: nothing that only one kind has
                }
            }
        }
        return out;
    }

    /// @param labelNames every label name that the configuration uses; a target that has none of
    ///   that name has `""`
    static Facts of(Action action, Set<String> labelNames, Clock clock) {
        return new Facts(
                action, labels(action.session().where(), labelNames), clock, Set.of(), Set.of());
    }

    static Map<String, String> labels(Target target, Set<String> names) {
        var out = new HashMap<String, String>();
        names.forEach(name -> out.put(name, ""));
        out.putAll(target.labels());
        return out;
    }

    /// Every fact that there is for this kind of action, by its name.
    Map<String, Json> all() {
        var out = new LinkedHashMap<String, Json>();
        of(List.of(action.facts().kind()))
                .keySet()
                .forEach(name -> find(name).ifPresent(value -> out.put(name, Tracing.json(value))));
        return out;
    }

    /// One fact's value by its name; empty where there is no such fact for this kind of action.
    Optional<Object> find(String name) {
        if (!unknown.isEmpty() && unknown.contains(name)) {
            missed.add(name);
            return Optional.empty();
        }
        return Optional.ofNullable(
                switch (name) {
                    case "action.kind" -> action.facts().kind();
                    case "action.verb", "stmt.verb" -> action.verb().word();
                    case "action.resources" ->
                            list(action.resources().stream().map(Resource::toString).toList());
                    case "now" -> clock.instant();
                    case "session.break_glass" -> false;
                    case "session.source" -> action.session().from().peer();
                    case "plan.id" -> work().plan();
                    case "plan.step" -> work().step();
                    case "plan.assurance" -> work().assurance().name();
                    case "plan.actions", "plan.rows_out", "plan.unproven_cells", "plan.egress" ->
                            0L;
                    case "plan.approved_hosts", "request.unmask" -> List.of();
                    case "stmt.effects" ->
                            list(
                                    new TreeSet<>(
                                                    action.effects().stream()
                                                            .map(Effect::word)
                                                            .toList())
                                            .stream().toList());
                    case "target.labels" -> labels;
                    default ->
                            name.startsWith("actor.") || name.startsWith("target.")
                                    ? known(name, action.session().who(), action.session().where())
                                    : ofKind(name);
                });
    }

    private Work work() {
        return action.work();
    }

    /// What is known of a session before anything was asked in it; null where this is none of it.
    static @org.jspecify.annotations.Nullable Object known(
            String name, Principal who, Target where) {
        return switch (name) {
            case "actor.is_agent" -> who.kind() == Principal.Kind.AGENT;
            case "actor.agent" -> who.actor().subject();
            case "actor.has_human" -> who.onBehalfOf().isPresent();
            case "actor.human" -> who.onBehalfOf().map(Principal.Party::subject).orElse("");
            case "actor.groups" -> list(new TreeSet<>(who.groups()).stream().toList());
            case "actor.issuer" -> who.actor().issuer();
            case "target.name" -> where.name();
            case "target.protocol" -> where.protocol();
            default -> null;
        };
    }

    private @org.jspecify.annotations.Nullable Object ofKind(String name) {
        return switch (action.facts()) {
            case Sql sql ->
                    switch (name) {
                        case "stmt.proven_read" -> sql.provenRead();
                        case "stmt.prepare" -> sql.prepare();
                        case "stmt.writes" ->
                                action.verb().compareTo(dev.countersign.model.Verb.READ) > 0;
                        case "stmt.tables" -> list(sql.tables());
                        case "stmt.columns_by_value" -> list(sql.columnsByValue());
                        case "stmt.columns_by_control" -> list(sql.columnsByControl());
                        case "stmt.functions" -> list(sql.functions());
                        case "stmt.has_where" -> sql.hasWhere();
                        case "stmt.where_is_tautology" -> sql.whereIsTautology();
                        case "stmt.est_rows" -> sql.estimatedRows();
                        default -> null;
                    };
            case Http http ->
                    switch (name) {
                        case "http.method" -> http.method();
                        case "http.host" -> http.host();
                        case "http.route" -> http.route();
                        case "http.path" -> http.path();
                        case "http.query" -> http.query();
                        case "http.body" -> http.body();
                        case "http.content_type" -> http.contentType();
                        case "http.idempotency_key" -> http.idempotencyKey();
                        default -> null;
                    };
            case Exec exec ->
                    switch (name) {
                        case "exec.programs" -> list(exec.programs());
                        case "exec.argv" -> list(exec.argv());
                        case "exec.paths" -> list(exec.paths());
                        case "exec.destinations" -> list(exec.destinations());
                        case "exec.reads_stdin" -> exec.readsStdin();
                        case "exec.pty" -> exec.pty();
                        default -> null;
                    };
        };
    }

    private static List<String> list(List<String> values) {
        return ImmutableList.copyOf(values);
    }
}
