package dev.countersign.model;

import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/// One thing somebody wants done, in words no protocol owns: who, where, what, to what, in which
/// exact bytes.
///
/// @param effects empty counts as [Effect#UNKNOWN]
/// @param resources what it touches, as far as analysis could tell
/// @param reached what it reaches beside what it names, as it is now; told only where people are
///   asked
/// @param shape the command with literals and caller-chosen names replaced by slots: safe to show
public record Action(
        ActionId id,
        Session session,
        Request request,
        Set<Effect> effects,
        List<Resource> resources,
        Facts facts,
        List<Resource> reached,
        String shape) {

    /// Of which nobody asked what it reaches.
    public Action(
            ActionId id,
            Session session,
            Request request,
            Set<Effect> effects,
            List<Resource> resources,
            Facts facts,
            String shape) {
        this(id, session, request, effects, resources, facts, List.of(), shape);
    }

    public Action {
        effects = effects.isEmpty() ? Set.of(Effect.UNKNOWN) : Set.copyOf(effects);
        resources = List.copyOf(resources);
        reached = List.copyOf(reached);
    }

    /// The same, with what it reaches.
    public Action reaching(List<Resource> what) {
        return new Action(id, session, request, effects, resources, facts, what, shape);
    }

    /// The same in a transaction that has changed something by now.
    public Action behindWrites() {
        return new Action(
                id, session, request.behindWrites(), effects, resources, facts, reached, shape);
    }

    /// What its client says that it is doing: when it connected, and with this request.
    public Work work() {
        return session.work().and(request.said());
    }

    public Verb verb() {
        return Effect.worst(effects);
    }

    public boolean provenRead() {
        return facts instanceof Facts.Sql sql && sql.provenRead();
    }

    /// The canonical action (RFC 8785) in UTF-8: everything an approval is bound to, and nothing
    /// else. Members may be added, never renamed (`docs/evidence-format.md`). The policy is not in
    /// it: it is asked again at execution.
    public byte[] canonical() {
        var out = new JsonText(1_024);
        session.who().write(out.open().key("actor"));
        out.key("command").bytes(request.command());
        out.put("kind", facts.kind());
        out.put("names", request.names(), (to, named) -> named.write(to));
        if (request.ownWrites()) {
            out.put("own_writes", true);
        }
        out.put("parameters", request.parameters(), (to, parameter) -> parameter.write(to));
        out.put("plan", work().plan());
        out.put("prepare", request.prepare());
        if (!reached.isEmpty()) {
            out.put("reached", reached, (to, resource) -> resource.write(to));
        }
        out.put("resources", resources, (to, resource) -> resource.write(to));
        out.put("result_formats", request.resultFormats(), (to, format) -> to.number(format));
        out.key("settings").open();
        new TreeMap<>(request.settings()).forEach(out::put);
        out.close().put("step", work().step());
        var stream = request.stream();
        if (stream != null) {
            out.put("stream", stream.digest());
        }
        session.where().write(out.key("target"));
        out.put("temporary_objects", request.temporaryObjects());
        return out.put("v", "cs.action/1").close().utf8();
    }

    /// SHA-256 over [#canonical()]: what an approval is bound to.
    public Hash fingerprint() {
        return Hash.sha256(canonical());
    }
}
