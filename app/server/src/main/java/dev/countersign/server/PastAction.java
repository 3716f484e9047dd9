package dev.countersign.server;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import dev.countersign.model.Resource;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/// An action as its records tell it: what a policy asks for, and nothing that could run.
///
/// @param unknown facts that the records do not tell
record PastAction(Action action, Set<String> unknown) {

    /// @param intent its record
    /// @param canonical its payload
    /// @param groups of the principal; empty where they are not known
    /// @param target as the configuration that is tried names it
    static PastAction of(
            Json.Obj intent, Json.Obj canonical, Optional<Set<String>> groups, Target target) {
        var unknown = new TreeSet<String>();
        var x = intent.object("x").orElseGet(PastAction::empty);
        if (groups.isEmpty()) {
            unknown.add("actor.groups");
        }
        var resources = resources(canonical);
        var session =
                new Session(
                        new SessionId(intent.text("sess").orElse("")),
                        principal(intent, groups.orElse(Set.of())),
                        target,
                        new Session.Source(
                                intent.object("src").flatMap(src -> src.text("peer")).orElse(""),
                                "",
                                ""),
                        work(intent, canonical),
                        false,
                        Map.of());
        return new PastAction(
                new Action(
                        new ActionId(intent.text("id").orElse("")),
                        session,
                        Request.of(Bytes.EMPTY),
                        effects(x),
                        resources,
                        facts(x, resources, unknown),
                        x.text("shape").orElse("")),
                Set.copyOf(unknown));
    }

    private static Json.Obj empty() {
        return Json.object().build();
    }

    private static Set<Effect> effects(Json.Obj x) {
        var words = x.texts("effects");
        var out = new HashSet<Effect>();
        for (var effect : Effect.values()) {
            if (words.contains(effect.word())) {
                out.add(effect);
            }
        }
        return out;
    }

    private static List<Resource> resources(Json.Obj canonical) {
        var out = new ArrayList<Resource>();
        if (canonical.get("resources").orElse(canonical) instanceof Json.Arr(var items)) {
            for (var item : items) {
                if (item instanceof Json.Obj one) {
                    out.add(
                            new Resource(
                                    one.text("kind").orElse(""),
                                    one.text("name").orElse(""),
                                    one.text("id").orElse("")));
                }
            }
        }
        return out;
    }

    private static Facts facts(Json.Obj x, List<Resource> resources, Set<String> unknown) {
        var told = x.object("facts").orElseGet(PastAction::empty);
        var tables =
                resources.stream()
                        .filter(one -> one.kind().equals("table"))
                        .map(Resource::name)
                        .distinct()
                        .toList();
        if (tables.contains("?")) {
            unknown.add("stmt.tables"); // it was judged by the caller's own word
        }
        return new Facts.Sql(
                truth(told, "proven_read", unknown),
                x.get("prepare").equals(Optional.of(Json.of(true))),
                tables,
                names(told, "columns_by_value", unknown),
                names(told, "columns_by_control", unknown),
                names(told, "functions", unknown),
                truth(told, "has_where", unknown),
                truth(told, "where_is_tautology", unknown),
                0,
                false);
    }

    private static List<String> names(Json.Obj told, String name, Set<String> unknown) {
        if (told.get(name).isEmpty()) {
            unknown.add("stmt." + name);
        }
        return told.texts(name);
    }

    private static boolean truth(Json.Obj told, String name, Set<String> unknown) {
        if (told.get(name).isEmpty()) {
            unknown.add("stmt." + name);
        }
        return told.get(name).equals(Optional.of(Json.of(true)));
    }

    private static Principal principal(Json.Obj intent, Set<String> groups) {
        var actor = intent.object("actor").orElseGet(PastAction::empty);
        var kind = actor.text("kind").orElse("");
        return new Principal(
                Arrays.stream(Principal.Kind.values())
                        .filter(one -> one.word().equals(kind))
                        .findFirst()
                        .orElse(Principal.Kind.AGENT),
                party(actor),
                actor.object("on_behalf_of").map(PastAction::party).orElse(null),
                List.of(),
                actor.text("azp").orElse(""),
                groups,
                Instant.MAX,
                Set.of(),
                List.of());
    }

    private static Principal.Party party(Json.Obj party) {
        return new Principal.Party(party.text("iss").orElse(""), party.text("sub").orElse(""));
    }

    private static Work work(Json.Obj intent, Json.Obj canonical) {
        var assurance = intent.object("work").flatMap(work -> work.text("assurance")).orElse("B0");
        return new Work(
                canonical.text("plan").orElse(""),
                canonical.text("step").orElse(""),
                "",
                "",
                Work.Assurance.valueOf(assurance));
    }
}
