package dev.countersign.decisionhttp;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import dev.countersign.model.Resource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The question, as an access evaluation request of the OpenID AuthZEN Authorization API 1.0. Facts
/// only: of what a caller wrote nothing but names that the target's catalogue knows and the
/// statement's shape, whose literals are cut, and what it calls its plan and step.
final class Evaluation {
    /// In the place of a name that the catalogue does not know.
    private static final String UNKNOWN = "?";

    private final Action action;

    private Evaluation(Action action) {
        this.action = action;
    }

    static Json.Obj of(Action action, Decision decision) {
        var evaluation = new Evaluation(action);
        return Json.object()
                .put("subject", subject(action.session().who()))
                .put("action", evaluation.action())
                .put("resource", evaluation.resource())
                .put("context", evaluation.context(decision))
                .build();
    }

    private static Json.Obj subject(Principal who) {
        return Json.object()
                .put("type", who.kind().word())
                .put("id", who.actor().subject())
                .put(
                        "properties",
                        Json.object()
                                .put("issuer", who.actor().issuer())
                                .putIfAny("client", who.client())
                                .put("on_behalf_of", who.onBehalfOf().map(Evaluation::party))
                                .put("chain", Json.list(who.chain(), Evaluation::party))
                                .put("groups", sorted(who.groups()))
                                .build())
                .build();
    }

    private static Json.Obj party(Principal.Party party) {
        return Json.object().put("issuer", party.issuer()).put("subject", party.subject()).build();
    }

    private Json.Obj action() {
        var properties =
                Json.object()
                        .put("kind", action.facts().kind())
                        .put(
                                "effects",
                                sorted(
                                        action.effects().stream()
                                                .map(Effect::word)
                                                .collect(Collectors.toSet())))
                        .put("shape", action.shape())
                        .put("bytes", action.request().command().length())
                        .put("parameters", action.request().parameters().size());
        switch (action.facts()) {
            case Facts.Sql sql ->
                    properties
                            .put("tables", Json.strings(tables()))
                            .put("functions", Json.strings(functions(sql)))
                            .put("columns_by_value", Json.strings(sql.columnsByValue()))
                            .put("columns_by_control", Json.strings(sql.columnsByControl()))
                            .put("has_where", sql.hasWhere())
                            .put("where_is_tautology", sql.whereIsTautology())
                            .put("proven_read", sql.provenRead());
            case Facts.Http http ->
                    properties
                            .put("method", http.method())
                            .put("host", http.host())
                            .put("route", http.route());
            case Facts.Exec exec ->
                    properties
                            .put("programs", Json.strings(exec.programs()))
                            .put("reads_stdin", exec.readsStdin())
                            .put("pty", exec.pty());
        }
        return Json.object()
                .put("name", action.verb().word())
                .put("properties", properties.build())
                .build();
    }

    private List<String> tables() {
        return action.resources().stream()
                .filter(one -> one.kind().equals("table"))
                .map(Resource::name)
                .distinct()
                .toList();
    }

    /// A function is called by the caller's own word unless the catalogue knows it; only then does
    /// its name stand in the shape.
    private List<String> functions(Facts.Sql sql) {
        var out = new LinkedHashSet<String>();
        for (var name : sql.functions()) {
            var last = name.substring(name.lastIndexOf('.') + 1);
            boolean shown =
                    !last.isEmpty()
                            && Pattern.compile("(?<![\\w$])" + Pattern.quote(last) + "(?![\\w$])")
                                    .matcher(action.shape())
                                    .find();
            out.add(shown ? name : UNKNOWN);
        }
        return List.copyOf(out);
    }

    private Json.Obj resource() {
        var target = action.session().where();
        var labels = Json.object();
        target.labels().forEach(labels::put);
        return Json.object()
                .put("type", target.protocol())
                .put("id", target.name())
                .put(
                        "properties",
                        Json.object()
                                .putIfAny("namespace", target.namespace())
                                .putIfAny("role", target.role())
                                .put("labels", labels.build())
                                .put(
                                        "objects",
                                        Json.list(
                                                action.resources(),
                                                one ->
                                                        Json.object()
                                                                .put("type", one.kind())
                                                                .put("id", one.name())
                                                                .build()))
                                .build())
                .build();
    }

    private Json.Obj context(Decision decision) {
        var work = action.work();
        return Json.object()
                .put("action_id", action.id().value())
                .put("session_id", action.session().id().value())
                .put("source", action.session().from().peer())
                .put("in_transaction", action.request().inTransaction())
                .putIfAny("plan", work.plan())
                .putIfAny("step", work.step())
                .put("plan_assurance", work.assurance().name())
                .put("policy", decision instanceof Decision.Require ? "require" : "allow")
                .put(
                        "because",
                        Json.strings(decision.because().stream().map(Object::toString).toList()))
                .build();
    }

    private static Json sorted(Iterable<String> words) {
        var out = new TreeSet<String>();
        words.forEach(out::add);
        return Json.strings(List.copyOf(out));
    }
}
