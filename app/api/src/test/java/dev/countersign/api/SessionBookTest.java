package dev.countersign.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.evidence.EvidenceSettings;
import dev.countersign.evidence.FileEvidenceLog;
import dev.countersign.evidence.PublishedLog;
import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.Principal;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionBookTest {
    @TempDir Path folder;

    private FileEvidenceLog log;
    private PublishedLog published;

    @BeforeEach
    void open() {
        log =
                FileEvidenceLog.open(
                        EvidenceSettings.of(
                                folder,
                                "example.com/countersign/test",
                                folder.resolve("keys/log"),
                                folder.resolve("keys/payload"),
                                Optional.empty(),
                                Clock.systemUTC()));
        published = PublishedLog.of(folder);
    }

    @AfterEach
    void close() {
        log.close();
    }

    private Session begin() {
        var session =
                new Session(
                        SessionId.fresh(),
                        new Principal(
                                Principal.Kind.AGENT,
                                new Principal.Party("https://idp", "eve"),
                                new Principal.Party("https://idp", "ann"),
                                List.of(new Principal.Party("https://idp", "planner")),
                                "cli",
                                Set.of(),
                                Instant.MAX,
                                Set.of(),
                                List.of()),
                        new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of()),
                        new Session.Source("127.0.0.1:1", "postgres 127.0.0.1:6432", ""),
                        Work.NONE,
                        false,
                        Map.of());
        write(
                new Evidence.LoggedIn(session, "token", Bytes.utf8("header.payload")),
                new Evidence.SessionOpened(session));
        return session;
    }

    private void end(Session session) {
        write(new Evidence.SessionClosed(session, "client"));
    }

    private void write(Evidence... records) {
        log.append(List.of(records)).toCompletableFuture().join();
        log.publish();
    }

    private static List<String> ids(SessionBook book) {
        return book.latest().stream().map(SessionBook.Told::id).toList();
    }

    @Test
    void it_goes_on_from_where_it_was() {
        var book = new SessionBook(published, Clock.systemUTC());
        var first = begin();
        assertThat(ids(book)).containsExactly(first.id().value());
        assertThat(book.latest().getFirst().ended()).isEmpty();

        var second = begin();
        end(first);

        assertThat(ids(book)).containsExactly(second.id().value(), first.id().value());
        var told = book.find(first.id().value()).orElseThrow();
        assertThat(told.reason()).isEqualTo("client");
        assertThat(told.ended()).isNotEmpty();
        assertThat(told.target()).isEqualTo("shop");
        assertThat(told.who().toString()).isEqualTo("eve for ann");
        assertThat(told.who().chain())
                .containsExactly(new Principal.Party("https://idp", "planner"));
        assertThat(book.find("019ac5d2-0000-7000-8000-000000000000")).isEmpty();
    }

    @Test
    void the_oldest_that_has_ended_goes_for_a_new_one() {
        var book = new SessionBook(published, 2, Clock.systemUTC());
        var first = begin();
        var second = begin();
        end(second);

        var third = begin();

        assertThat(ids(book)).containsExactly(third.id().value(), first.id().value());

        var fourth = begin();
        assertThat(ids(book))
                .as("where none has, the oldest")
                .containsExactly(fourth.id().value(), third.id().value());
    }

    @Test
    void whoever_asks_while_it_is_far_behind_is_told_to_ask_again_and_it_gets_there() {
        begin();
        var late = begin();
        var hurried = new HurriedClock();
        var book = new SessionBook(published, hurried.toClock());

        assertThatThrownBy(() -> book.find(late.id().value()))
                .isInstanceOfSatisfying(
                        Problem.class, why -> assertThat(why.code()).isEqualTo("log-behind"));

        hurried.step = Duration.ZERO;
        assertThat(book.find(late.id().value())).isPresent();
    }

    /// Whose every look is later than the last by more than a request may take.
    private static final class HurriedClock implements InstantSource {
        private Instant now = Instant.EPOCH;
        private Duration step = SessionBook.CATCH_UP.plusSeconds(1);

        @Override
        public Instant instant() {
            now = now.plus(step);
            return now;
        }

        Clock toClock() {
            return withZone(ZoneOffset.UTC);
        }
    }
}
