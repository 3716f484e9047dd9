package dev.countersign.postgres;

import dev.countersign.gate.ActionPermit;
import dev.countersign.model.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// A target that keeps the protocol's rules for the few statements that [Judge] knows, and watches
/// that what it runs is what was judged: the text itself, and what a name in it stands for by the
/// time it runs.
final class Pretender {
    private static final Packet.Column ID = new Packet.Column("id", Talk.PEOPLE, 1, 23);
    private static final Packet.Column SSN = new Packet.Column("ssn", Talk.PEOPLE, 2, 25);
    private static final Packet.Column LOST = new Packet.Column("lost", 0, 0, 25);
    private static final Packet.Column NAME = new Packet.Column("name", Talk.THINGS, 1, 25);

    /// Rows of every SELECT.
    static final int ROWS = 4;

    /// What ran without having been judged so; empty if all is well.
    final List<String> unjudged = new ArrayList<>();

    final List<String> ran = new ArrayList<>();
    final Deque<byte[]> answers = new ArrayDeque<>();

    private final Map<String, String> statements = new HashMap<>();
    private final Map<String, Bound> portals = new HashMap<>();

    /// Something came that has to be skipped, after the error that is the reason was taken away.
    boolean late;

    private byte[] failure = {};
    private char status = 'I';
    private boolean skipping;
    private int read;

    private static final class Bound {
        final String text;
        int given;

        Bound(String text) {
            this.text = text;
        }
    }

    /// Works through everything that was sent since the last time.
    Pretender work(Talk talk) {
        while (read < talk.sent.size()) {
            take(talk.sent.get(read++));
        }
        return this;
    }

    /// Works, and answers everything at once, until nothing more comes.
    static Pretender serve(Talk talk, Pretender pretender) {
        pretender.work(talk);
        while (!pretender.answers.isEmpty() && !talk.ended) {
            var all = pretender.answers.toArray(byte[][]::new);
            pretender.answers.clear();
            talk.target(all);
            pretender.work(talk);
        }
        return pretender;
    }

    private void take(Talk.Sent sent) {
        var in = ByteBuffer.wrap(sent.bytes().toArray()).position(5);
        char tag = sent.tag();
        if (skipping && tag != 'S' && tag != 'X') {
            late |= !answers.contains(failure);
            return;
        }
        switch (tag) {
            case 'Q' -> query(cstring(in), sent);
            case 'P' -> {
                var name = cstring(in);
                var text = cstring(in);
                judged(text, sent);
                if (text.contains("refused by")
                        || (!name.isEmpty() && statements.containsKey(name))) {
                    fail(text);
                } else {
                    statements.put(name, text);
                    answers.add(Packet.empty('1'));
                }
            }
            case 'B' -> {
                var portal = cstring(in);
                var text = statements.get(cstring(in));
                if (text == null) {
                    fail("");
                } else {
                    judged(text, sent);
                    portals.put(portal, new Bound(text));
                    answers.add(Packet.empty('2'));
                }
            }
            case 'D' -> describe((char) in.get(), cstring(in));
            case 'C' -> {
                var what = in.get() == 'S' ? statements : portals;
                what.remove(cstring(in));
                answers.add(Packet.empty('3'));
            }
            case 'E' -> {
                var portal = portals.get(cstring(in));
                int rows = in.getInt();
                if (portal == null) {
                    fail("");
                } else if (!run(portal.text, sent, portal, rows)) {
                    fail(portal.text);
                }
            }
            case 'S' -> {
                skipping = false;
                ready();
            }
            case 'F' -> {
                judged(SqlTexts.FUNCTION_CALL + in.getInt(), sent);
                if (status == 'E') {
                    fail("");
                    skipping = false;
                } else {
                    answers.add(Packet.of('V').int32(1).text("1").bytes());
                }
                ready();
            }
            case 'H', 'X' -> {
                // nothing to answer
            }
            default -> throw new IllegalStateException("a test sends " + tag);
        }
    }

    private void ready() {
        if (status == 'I') {
            portals.clear();
        }
        answers.add(Packet.ready(status));
    }

    private void fail(String text) {
        status = status == 'I' ? 'I' : 'E';
        skipping = true;
        failure = Packet.error("22P02", text.contains("ssn") ? Talk.CANARY : "it failed");
        answers.add(failure);
    }

    private void query(String sql, Talk.Sent sent) {
        statements.remove("");
        judged(sql, sent);
        for (var part : sql.split(";", -1)) {
            var text = part.strip();
            if (text.isEmpty()) {
                answers.add(Packet.empty('I'));
                continue;
            }
            var shape = shape(text);
            if (!shape.isEmpty() && !text.contains("fail")) {
                answers.add(Packet.rowDescription(0, shape));
            }
            if (!run(text, sent, new Bound(text), 0)) {
                fail(text);
                skipping = false;
                break;
            }
        }
        ready();
    }

    private void describe(char what, String name) {
        String text;
        if (what == 'S') {
            text = statements.get(name);
        } else {
            var portal = portals.get(name);
            text = portal == null ? null : portal.text;
        }
        if (text == null) {
            fail("");
            return;
        }
        if (what == 'S') {
            answers.add(Packet.of('t').int16(0).bytes());
        }
        var shape = shape(text);
        answers.add(shape.isEmpty() ? Packet.empty('n') : Packet.rowDescription(0, shape));
    }

    private List<Packet.Column> shape(String text) {
        if (text.startsWith("execute ")) {
            return shape(statements.getOrDefault(text.substring(8).strip(), ""));
        }
        if (!text.startsWith("select")) {
            return List.of();
        }
        return text.contains("lost")
                ? List.of(LOST)
                : text.contains("id, ssn")
                        ? List.of(ID, SSN)
                        : text.contains("ssn") ? List.of(SSN) : List.of(NAME);
    }

    /// Whether it went well.
    private boolean run(String text, Talk.Sent sent, Bound bound, int limit) {
        var meant = text;
        if (text.startsWith("execute ")) {
            var name = text.substring(8).strip();
            meant = statements.getOrDefault(name, "fail");
            named(name, meant, sent);
        }
        if (!meant.contains("refused by")) {
            ran.add(meant);
        }
        if (meant.contains("fail")
                || meant.contains("refused by")
                || (status == 'E' && !text.startsWith("rollback"))) {
            return false;
        }
        var words = meant.split(" ", -1);
        switch (words[0]) {
            case "select" -> {
                rows(meant, bound, limit);
                return true;
            }
            case "begin" -> status = 'T';
            case "commit", "rollback" -> status = 'I';
            case "prepare" -> {
                if (!meant.contains(" as ") || statements.containsKey(words[1])) {
                    return false;
                }
                statements.put(words[1], meant.split(" as ", 2)[1]);
            }
            case "deallocate" -> {
                if (words.length < 2 || statements.remove(words[1]) == null) {
                    return false;
                }
            }
            default -> {
                // an update, a create, a set: nothing that is remembered here
            }
        }
        if (meant.contains("notice")) {
            answers.add(Packet.report('N', "NOTICE", "00000", "he said " + Talk.CANARY));
        }
        answers.add(Packet.complete(words[0].toUpperCase(java.util.Locale.ROOT) + " 1"));
        return true;
    }

    private void rows(String text, Bound bound, int limit) {
        int given = 0;
        while (bound.given < ROWS) {
            if (limit > 0 && given == limit) {
                answers.add(Packet.empty('s'));
                return;
            }
            answers.add(
                    text.contains("lost")
                            ? Packet.row(text.contains("ssn") ? Talk.CANARY : "sum")
                            : text.contains("id, ssn")
                                    ? Packet.row("1", Talk.CANARY)
                                    : text.contains("ssn")
                                            ? Packet.row(Talk.CANARY)
                                            : Packet.row("Ada"));
            bound.given++;
            given++;
        }
        answers.add(Packet.complete("SELECT " + given));
    }

    // ---- what was judged

    private void judged(String text, Talk.Sent sent) {
        if (sent.permit() instanceof ActionPermit permit) {
            if (!text.equals(request(permit).command().text().orElse(""))) {
                unjudged.add("runs `" + text + "`");
            }
        } else if (!text.contains("refused by countersign")) {
            unjudged.add("runs `" + text + "` under the session's permit");
        }
    }

    private void named(String name, String meant, Talk.Sent sent) {
        boolean known =
                sent.permit() instanceof ActionPermit permit
                        && request(permit).names().stream()
                                .anyMatch(one ->
                                        one.name().equals(name)
                                                && one.text().text().orElse("").equals(meant));
        if (!known && !meant.equals("fail")) {
            unjudged.add("`execute " + name + "` runs `" + meant + "`");
        }
    }

    private static Request request(ActionPermit permit) {
        return permit.action().request();
    }

    private static String cstring(ByteBuffer in) {
        int start = in.position();
        while (in.get() != 0) {
            // up to the zero
        }
        return new String(
                in.array(),
                in.arrayOffset() + start,
                in.position() - 1 - start,
                StandardCharsets.UTF_8);
    }
}
