package dev.countersign.verifier;

import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What the records tell, one after the other: counters without gaps, links to the record before,
/// times that do not go back, an outcome for each intent, a close for each session with the right
/// sum. Members and kinds that it does not know it passes over.
final class Story {
    private final Wrong wrong;
    private final Map<String, Link> actors = new HashMap<>();
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private final Set<String> ids = new HashSet<>();
    private String boot = "";
    private long n = -1;
    private String time = "";

    /// Told of what is wrong with a record.
    interface Wrong {
        void record(Code code, long index, String message);
    }

    private record Link(long number, String leaf) {}

    private static final class Session {
        final String boot;
        final Map<String, String> intents = new LinkedHashMap<>();
        final List<byte[]> chunks = new ArrayList<>();
        final long first;
        long number = -1;
        @Nullable String leaf;

        Session(String boot, long first) {
            this.boot = boot;
            this.first = first;
        }
    }

    Story(Wrong wrong) {
        this.wrong = wrong;
    }

    void tell(long index, Map<String, Object> record, String leaf) {
        var kind = text(record, "k");
        if (!"cs.ev/1".equals(record.get("v")) || kind.isEmpty() || text(record, "id").isEmpty()) {
            wrong.record(Code.SCHEMA, index, "it has no version, kind or id");
            return;
        }
        if (index == 0 && !kind.equals("log.genesis")) {
            wrong.record(Code.SCHEMA, index, "the first record is no log.genesis");
        }
        if (!ids.add(text(record, "id"))) {
            wrong.record(Code.DUPLICATE_ID, index, "its id was used before");
        }
        boot(index, record);
        var at = text(record, "t");
        if (!at.matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z")) {
            wrong.record(Code.SCHEMA, index, "its time is none");
        } else if (at.compareTo(time) < 0) {
            wrong.record(Code.TIME_REGRESSION, index, "it is older than the record before it");
        } else {
            time = at;
        }
        if (record.containsKey("sess")) {
            session(index, kind, record, leaf);
        }
    }

    private void boot(long index, Map<String, Object> record) {
        var its = text(record, "boot");
        long number = number(record, "n");
        if (its.equals(boot) ? number != n + 1 : number != 0) {
            wrong.record(Code.CHAIN_GAP, index, "its boot's counter is " + number);
        }
        boot = its;
        n = number;
    }

    private void session(long index, String kind, Map<String, Object> record, String leaf) {
        var actor = map(record, "actor");
        var key = text(actor, "iss") + "#" + text(actor, "sub");
        if (text(actor, "sub").isEmpty() || map(record, "tgt").isEmpty()) {
            wrong.record(Code.SCHEMA, index, "it names no actor or no target");
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

        var name = text(record, "sess");
        var session = sessions.computeIfAbsent(name, _ -> new Session(boot, index));
        link(index, "session", record, "s_n", "s_prev", session.number, session.leaf);
        session.number = number(record, "s_n");
        session.leaf = leaf;
        var x = map(record, "x");
        switch (kind) {
            case "intent" -> session.intents.put(text(record, "id"), leaf);
            case "outcome" -> outcome(index, session, x);
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

    private void outcome(long index, Session session, Map<String, Object> x) {
        var intent = session.intents.remove(text(x, "action"));
        if (intent == null || !intent.equals(text(x, "intent"))) {
            wrong.record(Code.INTENT_DRIFT, index, "it is the outcome of no intent that is open");
        }
    }

    private void chunk(long index, Session session, Map<String, Object> x) {
        if (number(x, "chunk") != session.chunks.size()) {
            wrong.record(Code.RECORDING_MISMATCH, index, "a chunk before it is missing");
        }
        try {
            session.chunks.add(HexFormat.of().parseHex(text(map(x, "payload"), "cm")));
        } catch (IllegalArgumentException e) {
            wrong.record(Code.SCHEMA, index, "its commitment is none");
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

    /// @return sessions of the last boot that are still open
    long end() {
        long running = 0;
        for (var session : sessions.values()) {
            if (session.boot.equals(boot)) {
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
