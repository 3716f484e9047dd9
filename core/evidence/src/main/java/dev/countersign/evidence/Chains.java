package dev.countersign.evidence;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.JsonText;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Everything in a record that depends on the order: counters, links to the record before, times.
/// One thread uses it. At the start it is fed every record of the log, and then tells what was left
/// open.
final class Chains {
    /// Bytes of a record: an entry of a C2SP bundle has a length of two bytes.
    static final int MAX_RECORD = 65_535;

    private static final DateTimeFormatter SECONDS =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss").withZone(ZoneOffset.UTC);

    private final String node;
    private final String boot;
    private final Map<String, Link> actors = new HashMap<>();
    private final Map<String, OpenSession> sessions = new LinkedHashMap<>();

    private final JsonText out = new JsonText(4_096);
    private long n;
    private long lastMicros;
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    private record Link(long next, Hash last) {}

    /// A session without its close.
    static final class OpenSession {
        /// JSON of the envelope's members that all its records share.
        final Map<String, Bytes> shared = new HashMap<>();

        final Map<String, Hash> intents = new LinkedHashMap<>();
        final Frontier recording = new Frontier();
        final String actorKey;
        long next;
        @Nullable Hash last;

        OpenSession(String actorKey) {
            this.actorKey = actorKey;
        }
    }

    /// A record as it will be stored.
    @SuppressWarnings("ArrayRecordComponent") // handed from here to the file, never compared
    record Written(byte[] bytes, Hash leaf) {}

    Chains(String node, String boot) {
        this.node = node;
        this.boot = boot;
    }

    // ---- what is there already

    /// @throws IllegalArgumentException if it is no record of ours
    void replay(Json.Obj record, Hash leaf) {
        var kind = record.text("k").orElseThrow(IllegalArgumentException::new);
        record.text("t")
                .ifPresent(t -> lastMicros = Math.max(lastMicros, micros(Instant.parse(t))));
        record.object("actor")
                .ifPresent(actor -> {
                    var key = actor.text("iss").orElse("") + "#" + actor.text("sub").orElse("");
                    actors.put(key, new Link(record.integer("a_n").orElse(0L) + 1, leaf));
                });
        var session = record.text("sess");
        if (session.isEmpty()) {
            return;
        }
        if (kind.equals("session.close")) {
            sessions.remove(session.get());
            return;
        }
        var open = sessions.computeIfAbsent(session.get(), _ -> replayed(record));
        open.next = record.integer("s_n").orElse(0L) + 1;
        open.last = leaf;
        var x = record.object("x").orElseThrow(IllegalArgumentException::new);
        switch (kind) {
            case "intent" -> open.intents.put(record.text("id").orElse(""), leaf);
            case "outcome" ->
                    bodies(x).forEach(body -> open.intents.remove(body.text("action").orElse("")));
            case "rec.chunk" ->
                    x.object("payload")
                            .flatMap(payload -> payload.text("cm"))
                            .ifPresent(cm ->
                                    open.recording.append(Frontier.leaf(Hash.parse(cm).bytes())));
            default -> {
                // nothing else is left open
            }
        }
    }

    /// Of an outcome: itself, or those that share the record.
    private static List<Json.Obj> bodies(Json.Obj x) {
        if (!(x.get("of").orElse(x) instanceof Json.Arr of)) {
            return List.of(x);
        }
        var out = new ArrayList<Json.Obj>();
        for (var one : of.items()) {
            if (!(one instanceof Json.Obj body)) {
                throw new IllegalArgumentException("an outcome that is none");
            }
            out.add(body);
        }
        return out;
    }

    private static OpenSession replayed(Json.Obj record) {
        var actor = record.object("actor").orElseThrow(IllegalArgumentException::new);
        var open =
                new OpenSession(actor.text("iss").orElse("") + "#" + actor.text("sub").orElse(""));
        for (var name : new String[] {"actor", "src", "tgt", "work"}) {
            record.get(name)
                    .ifPresent(value -> open.shared.put(name, Bytes.owned(value.canonical())));
        }
        return open;
    }

    /// Sessions without a close, by name, the oldest first.
    Map<String, OpenSession> open() {
        return sessions;
    }

    // ---- what is written now

    /// @param where of its payload, empty where it has none
    /// @throws EvidenceFailure if it is longer than a record can be, or names an intent that is not
    ///   open; nothing is changed then
    Written write(Draft draft, String where, long now, long mono) {
        if (draft.late() instanceof Draft.Late.IntentOf(var action, _)
                && !open(draft.who(), action)) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.NO_INTENT,
                    "a record of kind "
                            + draft.kind()
                            + " is of action "
                            + action
                            + ", which has no intent that is open");
        }
        long micros = Math.max(now, lastMicros);
        var who = draft.who();
        var session = who == null ? null : session(who);
        var actor = who == null ? null : actors.get(who.actorKey());
        out.again().open();
        if (who != null) {
            out.put("a_n", actor == null ? 0 : actor.next());
            if (actor != null) {
                out.put("a_prev", actor.last());
            }
            out.key("actor").raw(who.actor());
        }
        out.put("boot", boot)
                .put("id", draft.id())
                .put("k", draft.kind())
                .put("mono", Long.toString(mono))
                .put("n", n)
                .put("node", node);
        if (!draft.policy().isEmpty()) {
            out.key("pol").open().put("bundle", draft.policy()).close();
        }
        if (session != null) {
            out.put("s_n", session.next);
            if (session.last != null) {
                out.put("s_prev", session.last);
            }
        }
        if (who != null) {
            out.put("sess", who.session());
        }
        if (micros != now) {
            out.put("skew", true);
        }
        var source = who == null ? draft.source() : who.source();
        if (source.length() > 0) {
            out.key("src").raw(source);
        }
        out.put("t", time(micros));
        if (micros != now) {
            out.put("t_raw", time(now));
        }
        if (who != null) {
            out.key("tgt").raw(who.target());
        }
        out.put("v", "cs.ev/1");
        if (who != null && who.works()) {
            out.key("work").raw(who.work());
        }
        body(draft, session, where);
        var bytes = out.close().utf8();
        if (bytes.length > MAX_RECORD) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.TOO_LONG,
                    "a record of kind "
                            + draft.kind()
                            + " has "
                            + bytes.length
                            + " bytes, and at most "
                            + MAX_RECORD
                            + " can be written");
        }
        var leaf = Frontier.leaf(bytes);
        keep(draft, session, actor, leaf);
        n++;
        lastMicros = micros;
        return new Written(bytes, leaf);
    }

    private boolean open(Draft.@Nullable Fragments who, ActionId action) {
        var session = who == null ? null : sessions.get(who.session());
        return session != null && session.intents.containsKey(action.value());
    }

    private OpenSession session(Draft.Fragments who) {
        return sessions.computeIfAbsent(who.session(), _ -> new OpenSession(who.actorKey()));
    }

    private void body(Draft draft, @Nullable OpenSession session, String where) {
        out.key("x");
        switch (draft.late()) {
            case Draft.Late.None _ -> out.raw(draft.body());
            case Draft.Late.Where _, Draft.Late.Chunk _ -> {
                before(draft);
                behind(out.text(where), draft);
            }
            case Draft.Late.IntentsOf(var actions) -> {
                int from = 0;
                for (var ended : actions) {
                    out.part(draft.body(), from, ended.slot());
                    from = ended.slot();
                    var intent =
                            session == null ? null : session.intents.get(ended.action().value());
                    var _ = intent == null ? out.text("") : out.hash(intent);
                }
                out.rest(draft.body(), from);
            }
            case Draft.Late.IntentOf(var action, var slot) -> {
                var intent = session == null ? null : session.intents.get(action.value());
                if (intent == null) {
                    throw new IllegalStateException("it was looked for before");
                }
                out.part(draft.body(), 0, slot);
                out.hash(intent).rest(draft.body(), slot);
            }
            case Draft.Late.Sum(var reason) -> {
                if (session == null) {
                    throw new IllegalStateException("a session.close outside of a session");
                }
                out.open()
                        .put("chunks", session.recording.size())
                        .put("reason", reason)
                        .put("records", session.next + 1)
                        .put("root", session.recording.root())
                        .close();
            }
        }
    }

    private void before(Draft draft) {
        out.part(draft.body(), 0, draft.slot());
    }

    private static void behind(JsonText out, Draft draft) {
        out.rest(draft.body(), draft.slot());
    }

    private void keep(Draft draft, @Nullable OpenSession session, @Nullable Link actor, Hash leaf) {
        var who = draft.who();
        if (who == null || session == null) {
            return;
        }
        actors.put(who.actorKey(), new Link(actor == null ? 1 : actor.next() + 1, leaf));
        session.next++;
        session.last = leaf;
        switch (draft.late()) {
            case Draft.Late.IntentsOf(var actions) ->
                    actions.forEach(ended -> session.intents.remove(ended.action().value()));
            case Draft.Late.Chunk(var cm) -> session.recording.append(Frontier.leaf(cm.bytes()));
            case Draft.Late.Sum _ -> sessions.remove(who.session());
            case Draft.Late.Where _ -> {
                if (draft.kind().equals("intent")) {
                    session.intents.put(draft.id(), leaf);
                }
            }
            case Draft.Late.None _, Draft.Late.IntentOf _ -> {}
        }
    }

    static long micros(Instant instant) {
        return instant.getEpochSecond() * 1_000_000 + instant.getNano() / 1_000;
    }

    /// RFC 3339 in UTC with six digits of a second.
    private String time(long micros) {
        long seconds = Math.floorDiv(micros, 1_000_000L);
        if (seconds != second) {
            second = seconds;
            secondText = SECONDS.format(Instant.ofEpochSecond(seconds));
        }
        var fraction = Long.toString(1_000_000 + Math.floorMod(micros, 1_000_000L));
        return secondText + "." + fraction.substring(1) + "Z";
    }
}
