package dev.countersign.api;

import dev.countersign.evidence.PublishedLog;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/// Which sessions the log tells of, and where in it: a list that is made of the published records
/// when somebody asks, and goes on from where it was the next time. What nobody looks at costs
/// nothing, and a restart loses nothing.
///
/// It keeps the latest [#MAX_SESSIONS], about half a KiB each. Most records are not taken apart for
/// it: a raw `"sess":"` cannot stand inside of a JSON string, whose quotes are escaped.
final class SessionBook {
    /// Sessions that are kept; the oldest that has ended goes for a new one.
    static final int MAX_SESSIONS = 50_000;

    /// How long one request reads on; who comes after that is told to ask again.
    static final Duration CATCH_UP = Duration.ofSeconds(10);

    /// What stands in a record that ends a session, and in no other.
    static final String CLOSE = "\"k\":\"session.close\"";

    private static final String SESSION = "\"sess\":\"";
    private static final String INTENT = "\"k\":\"intent\"";
    private static final String REFUSED = "\"refused\":\"";
    private static final int UUID = 36;

    private final PublishedLog log;
    private final int most;
    private final Clock clock;
    private final ReentrantLock lock = new ReentrantLock();

    // guarded by `lock`
    private final LinkedHashMap<String, Page> sessions = new LinkedHashMap<>();
    private long read;

    SessionBook(PublishedLog log, Clock clock) {
        this(log, MAX_SESSIONS, clock);
    }

    SessionBook(PublishedLog log, int most, Clock clock) {
        this.log = log;
        this.most = most;
        this.clock = clock;
    }

    /// One session, as far as the log was published.
    ///
    /// @param who as the records name them: whoever else counts as part of it is not known any more
    /// @param begun RFC 3339
    /// @param assurance of its plan: B0 where none was named
    /// @param first number of its first record
    /// @param last and of its last so far
    /// @param intent number of its first intent; -1 where it has none
    /// @param ended empty while it runs
    record Told(
            String id,
            Principal who,
            String target,
            String peer,
            String begun,
            String assurance,
            long first,
            long last,
            long intent,
            long actions,
            long refused,
            String ended,
            String reason) {}

    /// A [Told] that grows.
    private static final class Page {
        final String id;
        final Json.Obj record;
        final long first;
        long last;
        long intent = -1;
        long actions;
        long refused;
        String ended = "";
        String reason = "";

        /// @param record the first of the session
        Page(String id, Json.Obj record, long first) {
            this.id = id;
            this.record = record;
            this.first = first;
        }

        Told told() {
            return new Told(
                    id,
                    principal(record),
                    record.object("tgt").flatMap(target -> target.text("conn")).orElse(""),
                    record.object("src").flatMap(source -> source.text("peer")).orElse(""),
                    record.text("t").orElse(""),
                    record.object("work").flatMap(work -> work.text("assurance")).orElse("B0"),
                    first,
                    last,
                    intent,
                    actions,
                    refused,
                    ended,
                    reason);
        }
    }

    /// All that are kept, the latest first.
    ///
    /// @throws Problem if the log cannot be read to its end in time
    List<Told> latest() {
        return locked(() -> {
            var out = new ArrayList<Told>(sessions.size());
            sessions.sequencedValues().reversed().forEach(page -> out.add(page.told()));
            return out;
        });
    }

    /// @throws Problem as [#latest()]
    Optional<Told> find(String id) {
        return locked(() -> Optional.ofNullable(sessions.get(id)).map(Page::told));
    }

    private interface Look<T> {
        T look();
    }

    private <T> T locked(Look<T> look) {
        try {
            if (!lock.tryLock(CATCH_UP.toMillis(), TimeUnit.MILLISECONDS)) {
                throw behind();
            }
            try {
                catchUp();
                return look.look();
            } finally {
                lock.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem(503, "stopping", "the gateway is stopping");
        }
    }

    private void catchUp() {
        long size = log.size();
        var end = clock.instant().plus(CATCH_UP);
        read =
                log.read(
                        read,
                        size,
                        (index, text) -> {
                            take(index, text);
                            return clock.instant().isBefore(end);
                        });
        if (read < size) {
            throw behind();
        }
    }

    private Problem behind() {
        return new Problem(
                503,
                "log-behind",
                "the gateway has not read its whole log yet, since it started; try again in a"
                        + " moment");
    }

    private void take(long index, String text) {
        var id = session(text);
        if (id.isEmpty()) {
            return;
        }
        var page = sessions.get(id);
        if (page == null) {
            makeRoom();
            page = new Page(id, head(text), index);
            sessions.put(id, page);
        }
        page.last = index;
        if (text.contains(INTENT)) {
            page.intent = page.intent < 0 ? index : page.intent;
            page.actions++;
            page.refused += text.contains(REFUSED) ? 1 : 0;
        } else if (text.contains(CLOSE)) {
            var record = PublishedLog.parse(text);
            page.ended = record.text("t").orElse("");
            page.reason = record.object("x").flatMap(x -> x.text("reason")).orElse("");
        }
    }

    /// The session's name in a record; empty where it belongs to none.
    static String session(String text) {
        int at = text.indexOf(SESSION) + SESSION.length();
        return at < SESSION.length() || at + UUID > text.length()
                ? ""
                : text.substring(at, at + UUID);
    }

    /// What all records of a session share, without the rest.
    private static Json.Obj head(String text) {
        var record = PublishedLog.parse(text);
        var out = Json.object();
        for (var name : List.of("actor", "src", "t", "tgt", "work")) {
            out.put(name, record.get(name));
        }
        return out.build();
    }

    private void makeRoom() {
        if (sessions.size() >= most) {
            var oldest =
                    sessions.values().stream()
                            .filter(page -> !page.ended.isEmpty())
                            .findFirst()
                            .orElseGet(() -> sessions.firstEntry().getValue());
            sessions.remove(oldest.id);
        }
    }

    /// Who acts, as a record says it.
    static Principal principal(Json.Obj record) {
        var actor = record.object("actor").orElseGet(() -> Json.object().build());
        var chain = new ArrayList<Principal.Party>();
        if (actor.get("chain").orElse(actor) instanceof Json.Arr(var items)) {
            for (var one : items) {
                if (one instanceof Json.Obj party) {
                    chain.add(party(party));
                }
            }
        }
        var kind = actor.text("kind").orElse("");
        return new Principal(
                kind.equals("human")
                        ? Principal.Kind.HUMAN
                        : kind.equals("system") ? Principal.Kind.SYSTEM : Principal.Kind.AGENT,
                party(actor),
                actor.object("on_behalf_of").map(SessionBook::party).orElse(null),
                chain,
                actor.text("azp").orElse(""),
                Set.of(),
                Instant.MAX,
                Set.of(),
                List.of());
    }

    private static Principal.Party party(Json.Obj party) {
        return new Principal.Party(party.text("iss").orElse(""), party.text("sub").orElse(""));
    }
}
