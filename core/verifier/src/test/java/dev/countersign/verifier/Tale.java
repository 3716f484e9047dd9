package dev.countersign.verifier;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/// Tells what happened, as records after `docs/evidence-format.md`: right unless it is told to be
/// wrong. [#twist] changes the next record before it is hashed, so that what follows links to what
/// is stored and only that one record is wrong.
final class Tale {
    static final Consumer<Map<String, Object>> AS_IT_IS = _ -> {};
    private static final long NOON = 12 * 3_600;

    private final List<byte[]> entries = new ArrayList<>();
    private final ByteArrayOutputStream payloads = new ByteArrayOutputStream();
    private final Map<String, Integer> counts = new HashMap<>();
    private final Map<String, String> last = new HashMap<>();
    private final Map<String, List<byte[]>> recordings = new HashMap<>();
    private Consumer<Map<String, Object>> twist = AS_IT_IS;
    private int boots;
    private int ids;
    private long waited;

    /// A log that has begun.
    static Tale begun() {
        return new Tale().boot().genesis().tell("log.start", Map.of("after", "nothing", "size", 0));
    }

    Tale genesis() {
        return tell(
                "log.genesis",
                Map.of(
                        "format",
                        "cs.ev/1",
                        "origin",
                        HandLog.KEY.name,
                        "log_key",
                        HandLog.KEY.vkey()));
    }

    Tale alert(String code) {
        return tell("alert", Map.of("code", code, "facts", Map.of()));
    }

    Tale failedLogin(String code) {
        return outside("auth.fail", Map.of("code", code, "times", 1));
    }

    /// Somebody did something outside of a session.
    Tale outside(String kind, Map<String, Object> body) {
        return also(record -> record.put("src", Map.of("peer", "192.0.2.1:40000")))
                .tell(kind, body);
    }

    /// A session of this name begins from nothing, though there was one.
    Tale forget(String session) {
        counts.remove("session " + session);
        last.remove("session " + session);
        recordings.remove(session);
        return this;
    }

    /// One session from its login to its close, and the end of the log.
    static Tale whole() {
        return begun().visit("1").tell("log.stop", Map.of());
    }

    /// A whole session: an action with its outcome, and a recording of two chunks.
    Tale visit(String session) {
        return open(session)
                .intent(session, "a" + session)
                .chunk(session, "{\"at\":1}\n")
                .outcome(session, "a" + session)
                .chunk(session, "{\"at\":2}\n")
                .close(session);
    }

    /// A process starts: other random bits, and counting from 0.
    Tale boot() {
        boots++;
        counts.remove("boot");
        return this;
    }

    /// @param change made to the next record only
    Tale twist(Consumer<Map<String, Object>> change) {
        twist = change;
        return this;
    }

    Tale twist(String member, Object value) {
        return twist(record -> record.put(member, value));
    }

    Tale twistBody(String member, Object value) {
        return twist(record -> body(record).put(member, value));
    }

    /// Changes the next record before whatever twists it.
    Tale also(Consumer<Map<String, Object>> change) {
        var before = twist;
        twist =
                record -> {
                    change.accept(record);
                    before.accept(record);
                };
        return this;
    }

    /// Nothing happens for a while.
    Tale waits(long seconds) {
        waited += seconds * 1_000_000;
        return this;
    }

    /// The leaf hash of the last record.
    String leaf() {
        return HexFormat.of().formatHex(HandLog.leaf(entries.getLast()));
    }

    @SuppressWarnings("unchecked") // made a few lines below
    static Map<String, Object> body(Map<String, Object> record) {
        return (Map<String, Object>) record.getOrDefault("x", Map.of());
    }

    // ---- kinds

    Tale open(String session) {
        tell("auth.ok", session, Map.of("method", "token", "payload", payload("token " + session)));
        return tell("session.open", session, Map.of("read_only", false, "settings", List.of()));
    }

    Tale intent(String session, String action) {
        var body = new TreeMap<String, Object>();
        body.put("effects", List.of("read"));
        body.put("verb", "read");
        body.put("kind", "sql");
        body.put("shape", "select ?");
        body.put("bytes", 8);
        body.put("parameters", 0);
        body.put("prepare", false);
        body.put("decision", Map.of("verdict", "allow", "because", List.of("baseline/reads")));
        body.put("payload", payload("select " + action));
        also(record -> record.put("id", uuid("action " + action)));
        tell("intent", session, body);
        last.put("intent " + action, last.getOrDefault("session " + session, ""));
        return this;
    }

    Tale outcome(String session, String action) {
        return tell("outcome", session, outcome(action));
    }

    /// Of proven reads that share a record.
    Tale outcomes(String session, String... actions) {
        return tell(
                "outcome",
                session,
                Map.of("of", Arrays.stream(actions).map(this::outcome).toList()));
    }

    private Map<String, Object> outcome(String action) {
        return Map.of(
                "action",
                uuid("action " + action),
                "intent",
                last.getOrDefault("intent " + action, ""),
                "status",
                "ok",
                "rows",
                1,
                "bytes",
                20,
                "took_us",
                300);
    }

    Tale chunk(String session, String lines) {
        var recording = recordings.computeIfAbsent(session, _ -> new ArrayList<>());
        var payload = payload(lines);
        var number = recording.size();
        recording.add(HexFormat.of().parseHex(String.valueOf(payload.get("cm"))));
        return tell(
                "rec.chunk",
                session,
                Map.of("chunk", number, "from_ms", number * 10, "payload", payload));
    }

    Tale close(String session) {
        var chunks = recordings.getOrDefault(session, List.of());
        var root = HandLog.root(HandLog.leaves(chunks));
        return tell(
                "session.close",
                session,
                Map.of(
                        "reason",
                        "client",
                        "records",
                        counts.getOrDefault("session " + session, 0) + 1,
                        "chunks",
                        chunks.size(),
                        "root",
                        HexFormat.of().formatHex(root)));
    }

    Tale tell(String kind, Map<String, Object> body) {
        return write(envelope(kind, body), null);
    }

    Tale tell(String kind, String session, Map<String, Object> body) {
        var record = envelope(kind, body);
        record.put("sess", uuid("session " + session));
        record.put("actor", Map.of("iss", "https://idp.example", "sub", "eve", "kind", "agent"));
        record.put("src", Map.of("peer", "127.0.0.1:4711", "listener", "postgres 127.0.0.1:6432"));
        record.put("tgt", Map.of("conn", "shop", "host", "db:5432", "type", "postgres"));
        link(record, "a_n", "a_prev", "actor");
        link(record, "s_n", "s_prev", "session " + session);
        return write(record, session);
    }

    // ---- how

    private Map<String, Object> envelope(String kind, Map<String, Object> body) {
        var record = new TreeMap<String, Object>();
        int n = counts.merge("boot", 1, Integer::sum) - 1;
        record.put("v", "cs.ev/1");
        record.put("k", kind);
        record.put("id", uuid("record " + ids++));
        record.put("node", HandLog.KEY.name);
        record.put("boot", digits(boots, 32));
        record.put("n", n);
        record.put("t", time(entries.size() + waited));
        record.put("mono", Integer.toString(n * 1_000));
        record.put("x", new TreeMap<>(body));
        return record;
    }

    private void link(Map<String, Object> record, String number, String prev, String chain) {
        record.put(number, counts.merge(chain, 1, Integer::sum) - 1);
        var before = last.get(chain);
        if (before != null) {
            record.put(prev, before);
        }
    }

    private Tale write(
            Map<String, Object> record, @org.jspecify.annotations.Nullable String session) {
        twist.accept(record);
        twist = AS_IT_IS;
        raw(Written.json(record).getBytes(StandardCharsets.UTF_8));
        if (session != null) {
            last.put("actor", leaf());
            last.put("session " + session, leaf());
        }
        return this;
    }

    /// Any bytes as an entry.
    Tale raw(byte[] entry) {
        entries.add(entry);
        return this;
    }

    Map<String, Object> payload(String content) {
        // sealed by nobody: who has no key cannot tell, and a verifier has none
        var object = NoteKey.sha256(content.getBytes(StandardCharsets.UTF_8));
        var where = "0:" + payloads.size() + ":" + object.length;
        payloads.writeBytes(object);
        return new TreeMap<>(
                Map.of(
                        "cm",
                        HexFormat.of().formatHex(NoteKey.sha256(object, object)),
                        "ct",
                        HexFormat.of().formatHex(NoteKey.sha256(object)),
                        "len",
                        content.length(),
                        "media",
                        "text/plain",
                        "scope",
                        "scope",
                        "where",
                        where));
    }

    static String time(long micros) {
        long second = NOON + micros / 1_000_000;
        return "2026-01-02T"
                + digits(second / 3_600, 2)
                + ":"
                + digits(second / 60 % 60, 2)
                + ":"
                + digits(second % 60, 2)
                + "."
                + digits(micros % 1_000_000, 6)
                + "Z";
    }

    private static String digits(long number, int count) {
        var text = Long.toString(number);
        return "0".repeat(count - text.length()) + text;
    }

    /// A UUID of version 7 that is made of `name`, so that a log is the same each time.
    static String uuid(String name) {
        var hex = HexFormat.of().formatHex(NoteKey.sha256(name.getBytes(StandardCharsets.UTF_8)));
        return "019b0000-0000-7"
                + hex.substring(0, 3)
                + "-a"
                + hex.substring(3, 6)
                + "-"
                + hex.substring(6, 18);
    }

    List<byte[]> entries() {
        return Collections.unmodifiableList(entries);
    }

    byte[] payloads() {
        return payloads.toByteArray();
    }
}
