package dev.countersign.evidence;

import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
    private final StringBuilder out = new StringBuilder(4_096);
    private long n;
    private long lastMicros;
    private long second = Long.MIN_VALUE;
    private String secondText = "";

    private record Link(long next, Hash last) {}

    /// A session without its close.
    static final class OpenSession {
        /// JSON of the envelope's members that all its records share.
        final Map<String, String> shared = new HashMap<>();

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
            case "outcome" -> open.intents.remove(x.text("action").orElse(""));
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

    private static OpenSession replayed(Json.Obj record) {
        var actor = record.object("actor").orElseThrow(IllegalArgumentException::new);
        var open =
                new OpenSession(actor.text("iss").orElse("") + "#" + actor.text("sub").orElse(""));
        for (var name : new String[] {"actor", "src", "tgt", "work"}) {
            record.get(name).ifPresent(value -> open.shared.put(name, value.text()));
        }
        return open;
    }

    /// Sessions without a close, by name, the oldest first.
    Map<String, OpenSession> open() {
        return sessions;
    }

    // ---- what is written now

    /// @param where of its payload, empty where it has none
    /// @throws EvidenceFailure if it is longer than a record can be; nothing is changed then
    Written write(Draft draft, String where, long now, long mono) {
        long micros = Math.max(now, lastMicros);
        var who = draft.who();
        var session = who == null ? null : session(who);
        var actor = who == null ? null : actors.get(who.actorKey());
        out.setLength(0);
        out.append('{');
        if (who != null) {
            member(out, "a_n", actor == null ? 0 : actor.next());
            if (actor != null) {
                member(out, "a_prev", actor.last());
            }
            raw(out, "actor", who.actor());
        }
        member(out, "boot", boot);
        member(out, "id", draft.id());
        member(out, "k", draft.kind());
        member(out, "mono", Long.toString(mono));
        member(out, "n", n);
        member(out, "node", node);
        if (!draft.policy().isEmpty()) {
            key(out, "pol").append("{\"bundle\":\"").append(draft.policy()).append("\"}");
        }
        if (session != null) {
            member(out, "s_n", session.next);
            if (session.last != null) {
                member(out, "s_prev", session.last);
            }
        }
        if (who != null) {
            member(out, "sess", who.session());
        }
        if (micros != now) {
            raw(out, "skew", "true");
        }
        var source = who == null ? draft.source() : who.source();
        if (!source.isEmpty()) {
            raw(out, "src", source);
        }
        member(out, "t", time(micros));
        if (micros != now) {
            member(out, "t_raw", time(now));
        }
        if (who != null) {
            raw(out, "tgt", who.target());
        }
        member(out, "v", "cs.ev/1");
        if (who != null && !who.work().isEmpty()) {
            raw(out, "work", who.work());
        }
        out.append(",\"x\":").append(draft.head());
        late(out, draft, session, where);
        out.append('}');
        var bytes = out.toString().getBytes(StandardCharsets.UTF_8);
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

    private OpenSession session(Draft.Fragments who) {
        return sessions.computeIfAbsent(who.session(), _ -> new OpenSession(who.actorKey()));
    }

    private static void late(
            StringBuilder out, Draft draft, @Nullable OpenSession session, String where) {
        var tail = draft.tail();
        switch (draft.late()) {
            case Draft.Late.None _ -> out.append(tail);
            case Draft.Late.Where _, Draft.Late.Chunk _ ->
                    out.append('"').append(where).append('"').append(tail);
            case Draft.Late.IntentOf(var action) -> {
                var intent = session == null ? null : session.intents.get(action.value());
                out.append('"');
                if (intent != null) {
                    intent.appendTo(out);
                }
                out.append('"').append(tail);
            }
            case Draft.Late.Sum _ -> {
                if (session == null) {
                    throw new IllegalStateException("a session.close outside of a session");
                }
                // `records` and `root` sort behind what the draft has
                out.append(session.recording.size())
                        .append(tail, 0, tail.length() - 1)
                        .append(",\"records\":")
                        .append(session.next + 1)
                        .append(",\"root\":\"")
                        .append(session.recording.root())
                        .append("\"}");
            }
        }
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
            case Draft.Late.IntentOf(var action) -> session.intents.remove(action.value());
            case Draft.Late.Chunk(var cm) -> session.recording.append(Frontier.leaf(cm.bytes()));
            case Draft.Late.Sum _ -> sessions.remove(who.session());
            case Draft.Late.Where _ -> {
                if (draft.kind().equals("intent")) {
                    session.intents.put(draft.id(), leaf);
                }
            }
            case Draft.Late.None _ -> {}
        }
    }

    private static void member(StringBuilder out, String name, long value) {
        key(out, name).append(value);
    }

    private static void member(StringBuilder out, String name, Hash value) {
        value.appendTo(key(out, name).append('"'));
        out.append('"');
    }

    /// @param value of letters, digits and marks that JSON need not escape
    private static void member(StringBuilder out, String name, String value) {
        key(out, name).append('"').append(value).append('"');
    }

    private static void raw(StringBuilder out, String name, String json) {
        key(out, name).append(json);
    }

    private static StringBuilder key(StringBuilder out, String name) {
        if (out.length() > 1) {
            out.append(',');
        }
        return out.append('"').append(name).append("\":");
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
