package dev.countersign.verifier;

import java.security.MessageDigest;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// What the records tell, one after the other: counters without gaps, links to the record before,
/// times that do not go back, an outcome for each intent, what people had to say before it
/// ([Approvals]), a close for each session with the right sum. Members and kinds that it does not
/// know it passes over.
final class Story {
    private static final Pattern TIME =
            Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z");

    private final String origin;
    private final Wrong wrong;
    private final Map<String, Link> actors = new HashMap<>();
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Once ids = new Once();
    private final Once names = new Once();
    private final Approvals approvals;
    private String boot = "";
    private boolean stopped;
    private long n = -1;
    private String time = "";

    /// Told of what is wrong with a record.
    interface Wrong {
        void record(Code code, long index, String message);
    }

    private record Link(long number, String leaf) {}

    private static final class Session {
        final String boot;
        final Map<String, Intent> intents = new LinkedHashMap<>();
        final List<byte[]> chunks = new ArrayList<>();
        final long first;
        long number = -1;
        @Nullable String leaf;

        Session(String boot, long first) {
            this.boot = boot;
            this.first = first;
        }
    }

    /// @param origin what the log calls itself, and each of its records too
    Story(String origin, Wrong wrong) {
        this.origin = origin;
        this.wrong = wrong;
        this.approvals = new Approvals(origin, wrong);
    }

    void tell(long index, Map<String, Object> record, String leaf) {
        var kind = text(record, "k");
        var id = text(record, "id");
        if (!"cs.ev/1".equals(record.get("v")) || kind.isEmpty() || !Kinds.isUuid(id)) {
            wrong.record(Code.SCHEMA, index, "it has no version, kind or id");
            return;
        }
        Kinds.check(index, record, wrong);
        if (index == 0 && !kind.equals("log.genesis")) {
            wrong.record(Code.SCHEMA, index, "the first record is no log.genesis");
        }
        if (record.containsKey("node") && !origin.equals(record.get("node"))) {
            wrong.record(Code.SCHEMA, index, "its node is not this log");
        }
        if (!ids.add(id)) {
            wrong.record(Code.DUPLICATE_ID, index, "its id was used before");
        }
        boot(index, record);
        stopped = kind.equals("log.stop");
        time(index, text(record, "t"));
        if (kind.equals("approval.ruling")) {
            approvals.ruling(index, record, leaf);
        }
        if (record.containsKey("sess")) {
            session(index, kind, record, leaf);
        }
    }

    private void time(long index, String at) {
        if (!isTime(at)) {
            wrong.record(Code.SCHEMA, index, "its time is none");
        } else if (at.compareTo(time) < 0) {
            wrong.record(Code.TIME_REGRESSION, index, "it is older than the record before it");
        } else {
            time = at;
        }
    }

    private static boolean isTime(String at) {
        try {
            return TIME.matcher(at).matches() && Instant.parse(at) != null;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private void boot(long index, Map<String, Object> record) {
        var its = text(record, "boot");
        long number = number(record, "n");
        if (its.equals(boot) ? number != n + 1 : number != 0) {
            wrong.record(Code.CHAIN_GAP, index, "its boot's counter is " + number);
        }
        if (!its.equals(boot) && !names.add("boot " + its)) {
            wrong.record(Code.DUPLICATE_ID, index, "its boot had ended before");
        }
        boot = its;
        n = number;
    }

    private void session(long index, String kind, Map<String, Object> record, String leaf) {
        var actor = map(record, "actor");
        var key = text(actor, "iss") + "#" + text(actor, "sub");
        var name = text(record, "sess");
        if (text(actor, "sub").isEmpty() || map(record, "tgt").isEmpty() || !Kinds.isUuid(name)) {
            wrong.record(Code.SCHEMA, index, "it names no actor, no target or no session");
            return;
        }
        var before = actors.get(key);
        link(
                index,
                "actor",
                record,
                "a_n",
                "a_prev",
                before == null ? -1 : before.number(),
                before == null ? null : before.leaf());
        actors.put(key, new Link(number(record, "a_n"), leaf));

        var session = sessions.get(name);
        if (session == null) {
            session = new Session(boot, index);
            sessions.put(name, session);
            if (!names.add("session " + name)) {
                wrong.record(Code.DUPLICATE_ID, index, "its session was closed before");
            }
        }
        link(index, "session", record, "s_n", "s_prev", session.number, session.leaf);
        session.number = number(record, "s_n");
        session.leaf = leaf;
        var x = map(record, "x");
        switch (kind) {
            case "intent" -> session.intents.put(text(record, "id"), Intent.of(record, leaf));
            case "approval.request" -> approvals.request(index, record, leaf, session.intents);
            case "approval.consume" -> approvals.consume(index, record, session.intents);
            case "outcome" -> outcomes(index, session, x);
            case "rec.chunk" -> chunk(index, session, x);
            case "session.close" -> {
                close(index, session, x);
                sessions.remove(name);
            }
            default -> {
                // nothing else opens or closes anything
            }
        }
    }

    private void link(
            long index,
            String what,
            Map<String, Object> record,
            String number,
            String prev,
            long before,
            @Nullable String leaf) {
        if (number(record, number) != before + 1 || !Objects.equals(record.get(prev), leaf)) {
            wrong.record(
                    Code.CHAIN_GAP,
                    index,
                    "it does not follow the record before it of the same " + what);
        }
    }

    private void outcomes(long index, Session session, Map<String, Object> x) {
        Kinds.outcomes(x).forEach(one -> outcome(index, session, one));
    }

    private void outcome(long index, Session session, Map<String, Object> x) {
        var intent = session.intents.remove(text(x, "action"));
        if (intent == null || !intent.leaf.equals(text(x, "intent"))) {
            wrong.record(Code.INTENT_DRIFT, index, "it is the outcome of no intent that is open");
        } else if (intent.asks && !intent.approved && Intent.ran(text(x, "status"))) {
            wrong.record(
                    Code.APPROVAL_MISSING,
                    index,
                    "people had to be asked about its intent, and it ran without an approval");
        }
    }

    private void chunk(long index, Session session, Map<String, Object> x) {
        if (number(x, "chunk") != session.chunks.size()) {
            wrong.record(Code.RECORDING_MISMATCH, index, "a chunk before it is missing");
        }
        var commitment = text(map(x, "payload"), "cm");
        if (Kinds.isHash(commitment)) {
            session.chunks.add(HexFormat.of().parseHex(commitment));
        }
    }

    private void close(long index, Session session, Map<String, Object> x) {
        if (number(x, "records") != session.number + 1) {
            wrong.record(Code.CHAIN_GAP, index, "it counts other records than there are");
        }
        if (number(x, "chunks") != session.chunks.size()
                || !text(x, "root").equals(root(session.chunks))) {
            wrong.record(Code.RECORDING_MISMATCH, index, "the recording is not the one it closes");
        }
        session.intents
                .keySet()
                .forEach(action ->
                        wrong.record(
                                Code.OUTCOME_MISSING,
                                index,
                                "its session ends without the outcome of " + action));
    }

    /// RFC 6962 over the commitments, each as a leaf.
    private static String root(List<byte[]> chunks) {
        var sha = Checkpoint.sha256();
        var row = new ArrayList<byte[]>();
        for (var chunk : chunks) {
            sha.update((byte) 0);
            row.add(sha.digest(chunk));
        }
        return HexFormat.of().formatHex(root(row, sha));
    }

    private static byte[] root(List<byte[]> row, MessageDigest sha) {
        if (row.isEmpty()) {
            return sha.digest();
        }
        if (row.size() == 1) {
            return row.getFirst();
        }
        int split = Integer.highestOneBit(row.size() - 1);
        var left = root(row.subList(0, split), sha);
        var right = root(row.subList(split, row.size()), sha);
        sha.update((byte) 1);
        sha.update(left);
        return sha.digest(right);
    }

    /// @return sessions of the last boot that are still open, unless it has stopped: then they are
    ///   told of like those of earlier boots
    long end() {
        long running = 0;
        for (var session : sessions.values()) {
            if (session.boot.equals(boot) && !stopped) {
                running++;
                continue;
            }
            wrong.record(
                    Code.SESSION_OPEN,
                    session.first,
                    "the session that begins here was never closed, and its boot has ended");
            session.intents
                    .keySet()
                    .forEach(action ->
                            wrong.record(
                                    Code.OUTCOME_MISSING,
                                    session.first,
                                    "no outcome of " + action));
        }
        return running;
    }

    /// What people said, as far as it was told.
    Report.Rulings rulings() {
        return approvals.rulings();
    }

    static String text(Map<String, Object> map, String key) {
        return map.get(key) instanceof String text ? text : "";
    }

    static long number(Map<String, Object> map, String key) {
        return map.get(key) instanceof Long number ? number : Long.MIN_VALUE;
    }

    @SuppressWarnings("unchecked") // the reader makes maps of text only
    static Map<String, Object> map(Map<String, Object> map, String key) {
        return map.get(key) instanceof Map<?, ?> inner ? (Map<String, Object>) inner : Map.of();
    }
}
