package dev.countersign.model;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// One thing somebody wants done, in words no protocol owns: who, where, what, to what, in which
/// exact bytes.
///
/// @param effects empty counts as [Effect#UNKNOWN]
/// @param resources what it touches, as far as analysis could tell
/// @param shape the command with literals and caller-chosen names replaced by slots: safe to show
public record Action(
        ActionId id,
        Session session,
        Request request,
        Set<Effect> effects,
        List<Resource> resources,
        Facts facts,
        String shape) {

    public Action {
        effects = effects.isEmpty() ? Set.of(Effect.UNKNOWN) : Set.copyOf(effects);
        resources = List.copyOf(resources);
    }

    public Verb verb() {
        return Effect.worst(effects);
    }

    public boolean provenRead() {
        return facts instanceof Facts.Sql sql && sql.provenRead();
    }

    /// The canonical action: everything an approval is bound to, and nothing else. Members may be
    /// added, never renamed (`docs/evidence-format.md`). The policy is not in it: it is asked again
    /// at execution.
    public Json.Obj canonical() {
        var work = session.work();
        var settings = new TreeMap<String, Json>();
        request.settings().forEach((name, value) -> settings.put(name, Json.of(value)));
        var out =
                Json.object()
                        .put("v", "cs.action/1")
                        .put("kind", facts.kind())
                        .put("actor", session.who().json())
                        .put("target", session.where().json())
                        .put("command", Json.bytes(request.command()))
                        .put("parameters", Json.list(request.parameters(), Request.Parameter::json))
                        .put(
                                "result_formats",
                                Json.list(
                                        request.resultFormats(), format -> Json.of((long) format)))
                        .put("names", Json.list(request.names(), Request.Named::json))
                        .put("settings", new Json.Obj(settings))
                        .put("resources", Json.list(resources, Resource::json))
                        .put("temporary_objects", request.temporaryObjects())
                        .put("prepare", request.prepare())
                        .put("plan", work.plan())
                        .put("step", work.step());
        var stream = request.stream();
        return (stream == null ? out : out.put("stream", stream.toString())).build();
    }

    /// SHA-256 over the RFC 8785 bytes of [#canonical()]: what an approval is bound to.
    public Hash fingerprint() {
        return Hash.sha256(canonical().canonical());
    }
}
