package dev.countersign.api;

import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.evidence.PublishedLog;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sessions as they are recorded. Who watches reads the log that others write, at a pace of their
/// own: there is no queue that could fill up, and no session that would wait for them.
final class SessionWatch {
    /// Connections that may watch sessions at once: each reads all that is written.
    static final int MAX = 20;

    /// And of one person.
    static final int MAX_OF_ONE = 3;

    /// How often it looks for what is new.
    private static final Duration EVERY = Duration.ofMillis(250);

    /// How often somebody who watches hears something.
    private static final Duration STILL_THERE = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(SessionWatch.class);

    private final PublishedLog log;
    private final SessionRecords records;
    private final Oversight oversight;
    private final Clock clock;
    private final Seats seats = new Seats("too-many", "watch sessions", MAX, MAX_OF_ONE);

    SessionWatch(PublishedLog log, SessionRecords records, Oversight oversight, Clock clock) {
        this.log = log;
        this.records = records;
        this.oversight = oversight;
        this.clock = clock;
    }

    /// One that runs, until it ends or the person's sign-in does.
    void one(Api api, ServerResponse response, Api.Person person, String session)
            throws InterruptedException {
        watch(
                api,
                response,
                person,
                session,
                text -> SessionBook.session(text).equals(session),
                text -> text.contains(SessionBook.CLOSE));
    }

    /// All that they may see, until their sign-in ends.
    void all(Api api, ServerResponse response, Api.Person person) throws InterruptedException {
        watch(
                api,
                response,
                person,
                "",
                text ->
                        !SessionBook.session(text).isEmpty()
                                && oversight.of(
                                        person.reviewer(),
                                        SessionBook.principal(PublishedLog.parse(text))),
                _ -> false);
    }

    /// @param last whether a record is the last that is wanted
    private void watch(
            Api api,
            ServerResponse response,
            Api.Person person,
            String of,
            Predicate<String> wanted,
            Predicate<String> last)
            throws InterruptedException {
        try (var _ = seats.take(person.reviewer().person())) {
            long from = log.size();
            api.read(person, "session.events", of);
            try (var sink = Api.headers(response).sink(SseSink.TYPE)) {
                sink.emit(SseEvent.builder().comment("watching").build());
                var end = person.reviewer().expires();
                new Watching(sink, from, end, wanted, last).run();
            } catch (UncheckedIOException e) {
                // whoever watched has gone
            } catch (EvidenceFailure e) {
                LOG.atError().setCause(e).log("a session cannot be watched any more");
            }
        }
    }

    /// One connection.
    private final class Watching {
        private final SseSink sink;
        private final Instant end;
        private final Predicate<String> wanted;
        private final Predicate<String> last;
        private final CountDownLatch never = new CountDownLatch(1);
        private long next;
        private boolean over;
        private Instant heard = clock.instant();

        Watching(
                SseSink sink,
                long from,
                Instant end,
                Predicate<String> wanted,
                Predicate<String> last) {
            this.sink = sink;
            this.next = from;
            this.end = end;
            this.wanted = wanted;
            this.last = last;
        }

        void run() throws InterruptedException {
            while (goesOn()) {
                next = log.read(next, log.size(), (_, text) -> take(text));
                if (heard.plus(STILL_THERE).isBefore(clock.instant())) {
                    emit(SseEvent.builder().comment("still there").build());
                }
                if (never.await(EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            }
        }

        private boolean goesOn() {
            return !over && clock.instant().isBefore(end);
        }

        private boolean take(String text) {
            if (wanted.test(text)) {
                var record = records.shown(PublishedLog.parse(text), false);
                emit(
                        SseEvent.builder()
                                .name(record.text("k").orElse(""))
                                .data(record.text())
                                .build());
                over = last.test(text);
            }
            return goesOn();
        }

        private void emit(SseEvent event) {
            sink.emit(event);
            heard = clock.instant();
        }
    }
}
