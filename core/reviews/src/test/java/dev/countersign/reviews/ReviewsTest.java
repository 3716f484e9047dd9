package dev.countersign.reviews;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Hash;
import dev.countersign.model.Obligations;
import dev.countersign.model.Preview;
import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Ruling;
import dev.countersign.reviews.ReviewView.State;
import dev.countersign.reviews.Said.Heard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ReviewsTest {
    private final Book book = new Book();
    private final Hands clock = new Hands();
    private final List<String> rung = new ArrayList<>();
    private final Reviews reviews =
            new Reviews(
                    List.of(
                            new Panel("dba", List.of("dba"), 1, List.of()),
                            new Panel("two", List.of("dba"), 2, List.of())),
                    new ReviewSettings(
                            Duration.ofMinutes(10), Duration.ofSeconds(30), "http://here", "log"),
                    book,
                    clock,
                    ring -> rung.add(ring.happened()));

    /// A log in memory that can keep what is appended from being durable.
    private static final class Book implements EvidenceLog {
        final List<Evidence> written = new ArrayList<>();
        @Nullable CompletableFuture<String> gate;
        volatile boolean waiting;

        @Override
        public CompletionStage<List<Receipt>> append(
                List<? extends Evidence> records, Executor home) {
            var waits = gate;
            waiting = waits != null;
            return (waits == null ? CompletableFuture.completedFuture("") : waits)
                    .thenApply(_ -> {
                        var out = new ArrayList<Receipt>();
                        for (var record : records) {
                            out.add(new Receipt(written.size(), new Hash(0, 0, 0, written.size())));
                            written.add(record);
                        }
                        return out;
                    });
        }

        @Override
        public void replay(Consumer<Entry> each) {
            // nothing of another boot
        }

        @Override
        public boolean writable() {
            return true;
        }
    }

    private static final class Hands extends Clock {
        Instant now = Instant.parse("2026-11-28T10:00:00Z");

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private Look look(Action action, String panel) {
        var need = new Decision.Requirement.Approval(panel, 1, Duration.ofMinutes(15), false);
        return reviews.look(
                action,
                new Decision.Require(
                        List.of(new Decision.RuleRef("p", "r")), List.of(need), Obligations.NONE),
                false,
                Preview.unknown("nobody counted"));
    }

    private Wait waits(Action action, String panel) {
        var client = ((Look.Waits) look(action, panel)).client();
        var receipt = new EvidenceLog.Receipt(1, new Hash(0, 0, 0, 1));
        client.written(receipt, receipt);
        return client;
    }

    private Wait waits(String sql) {
        return waits(Cast.action("eve", sql), "dba");
    }

    private State state(ReviewId id) {
        return reviews.view(id).orElseThrow().state();
    }

    private static Wait.End end(Wait client) {
        assertThat(client.ended().toCompletableFuture()).isDone();
        return client.ended().toCompletableFuture().join();
    }

    private static Refusal.Reason refused(Wait client) {
        return ((Wait.End.Refused) end(client)).why().reason();
    }

    private static String code(Heard heard) {
        return heard instanceof Heard.Refused(var code, _) ? code : "";
    }

    @Test
    void the_longest_waiting_of_several_gets_the_approval_and_the_others_ask_anew() {
        var first = waits("x = 1");
        var second = waits("x = 1");

        assertThat(second.id()).isEqualTo(first.id());
        assertThat(second.record()).isEmpty();
        reviews.rule(first.id(), Cast.says("dana", true));

        assertThat(end(first)).isInstanceOf(Wait.End.Approved.class);
        assertThat(end(second)).isInstanceOf(Wait.End.Again.class);
        assertThat(state(first.id())).isEqualTo(State.USED);
    }

    @Test
    void where_two_are_needed_one_is_not_enough_and_the_same_person_counts_once() {
        var client = waits(Cast.action("eve", "x = 1"), "two");

        reviews.rule(client.id(), Cast.says("dana", true));
        assertThat(code(reviews.rule(client.id(), Cast.says("dana", true)))).isEmpty();
        assertThat(code(reviews.rule(client.id(), Cast.says("dana", false))))
                .isEqualTo("already-ruled");
        assertThat(state(client.id())).isEqualTo(State.PENDING);
        reviews.rule(client.id(), Cast.says("dora", true));

        assertThat(((Wait.End.Approved) end(client)).rulings()).hasSize(2);
    }

    @Test
    void nobody_answered_is_expired_and_never_rejected() {
        var client = waits("x = 1");
        clock.now = clock.now.plus(Duration.ofMinutes(15));

        reviews.expire();

        assertThat(refused(client)).isEqualTo(Refusal.Reason.UNANSWERED);
        assertThat(code(reviews.rule(client.id(), Cast.says("dana", true)))).isEqualTo("over");
    }

    @Test
    void an_approval_that_nobody_used_in_time_is_worth_nothing() {
        var client = waits("x = 1");
        client.leave(Wait.Leave.GONE);
        reviews.rule(client.id(), Cast.says("dana", true));
        assertThat(state(client.id())).isEqualTo(State.APPROVED);
        clock.now = clock.now.plus(Duration.ofMinutes(15));

        assertThat(look(Cast.action("eve", "x = 1"), "dba")).isInstanceOf(Look.Waits.class);
    }

    @Test
    void an_approval_is_for_the_same_principal_and_the_same_terms() {
        var client = waits("x = 1");
        client.leave(Wait.Leave.PENDING);
        assertThat(refused(client)).isEqualTo(Refusal.Reason.PENDING);
        reviews.rule(client.id(), Cast.says("dana", true));

        assertThat(look(Cast.action("mallory", "x = 1"), "dba")).isInstanceOf(Look.Waits.class);
        assertThat(look(Cast.action("eve", "x = 2"), "dba")).isInstanceOf(Look.Waits.class);
        assertThat(look(Cast.action("eve", "x = 1"), "two")).isInstanceOf(Look.Waits.class);
        assertThat(look(Cast.action("eve", "x = 1"), "dba")).isInstanceOf(Look.Granted.class);
        assertThat(look(Cast.action("eve", "x = 1"), "dba")).isInstanceOf(Look.Waits.class);
    }

    @Test
    void a_rejection_holds_for_the_shape_until_the_review_would_have_expired() {
        var client = waits("x = 1");
        reviews.rule(client.id(), Cast.says("dana", false));
        assertThat(refused(client)).isEqualTo(Refusal.Reason.REJECTED);

        assertThat(look(Cast.action("eve", "x = 2"), "dba")).isInstanceOf(Look.Refused.class);
        assertThat(look(Cast.action("mallory", "x = 2"), "dba")).isInstanceOf(Look.Waits.class);
        clock.now = clock.now.plus(Duration.ofMinutes(15));
        assertThat(look(Cast.action("eve", "x = 2"), "dba")).isInstanceOf(Look.Waits.class);
    }

    @Test
    void five_reviews_of_one_principal_are_enough() {
        for (int i = 0; i < ReviewSettings.MAX_OPEN_OF_ONE; i++) {
            waits("x" + i + " = 1");
        }

        assertThat(look(Cast.action("eve", "y = 1"), "dba"))
                .isInstanceOfSatisfying(
                        Look.Refused.class,
                        refused ->
                                assertThat(refused.why().reason())
                                        .isEqualTo(Refusal.Reason.TOO_MANY_REVIEWS));
        assertThat(look(Cast.action("mallory", "y = 1"), "dba")).isInstanceOf(Look.Waits.class);
    }

    @Test
    void what_is_withdrawn_while_somebody_rules_stands_behind_the_ruling() throws Exception {
        var client = waits("x = 1");
        var gate = new CompletableFuture<String>();
        book.gate = gate;
        var ruled =
                CompletableFuture.supplyAsync(
                        () -> reviews.rule(client.id(), Cast.says("dana", true)));
        await().until(() -> book.waiting);
        assertThat(code(reviews.rule(client.id(), Cast.says("dora", true)))).isEqualTo("busy");

        client.leave(Wait.Leave.WITHDRAWN);
        gate.complete("");
        ruled.get(10, TimeUnit.SECONDS);

        assertThat(refused(client)).isEqualTo(Refusal.Reason.WITHDRAWN);
        assertThat(state(client.id())).isEqualTo(State.WITHDRAWN);
        assertThat(
                        book.written.stream()
                                .filter(Evidence.Ruled.class::isInstance)
                                .map(record -> ((Evidence.Ruled) record).ruling()))
                .containsExactly(Ruling.APPROVED, Ruling.WITHDRAWN);
    }

    @Test
    void who_joined_a_review_that_could_not_be_written_asks_anew() {
        var first = ((Look.Waits) look(Cast.action("eve", "x = 1"), "dba")).client();
        var second = ((Look.Waits) look(Cast.action("eve", "x = 1"), "dba")).client();

        first.failed();

        assertThat(end(second)).isInstanceOf(Wait.End.Again.class);
        assertThat(reviews.views()).isEmpty();
    }

    @Test
    void what_is_not_durable_is_shown_to_nobody() {
        var client = ((Look.Waits) look(Cast.action("eve", "x = 1"), "dba")).client();

        assertThat(reviews.views()).isEmpty();
        assertThat(code(reviews.rule(client.id(), Cast.says("dana", true))))
                .isEqualTo("no-such-review");
        assertThat(book.written).allMatch(Evidence.RulingRefused.class::isInstance);
    }

    @Test
    void those_who_watch_hear_what_happens() {
        var client = waits("x = 1");
        client.leave(Wait.Leave.GONE);
        reviews.rule(client.id(), Cast.says("dana", true));

        assertThat(rung).containsExactly("opened", "left", "ended");
    }

    @Test
    void nobody_joins_a_review_that_is_being_withdrawn() throws Exception {
        var client = waits("x = 1");
        var gate = new CompletableFuture<String>();
        book.gate = gate;
        var ruled =
                CompletableFuture.supplyAsync(
                        () -> reviews.rule(client.id(), Cast.says("dana", true)));
        await().until(() -> book.waiting);
        client.leave(Wait.Leave.WITHDRAWN);

        var other = ((Look.Waits) look(Cast.action("eve", "x = 1"), "dba")).client();
        gate.complete("");
        ruled.get(10, TimeUnit.SECONDS);

        assertThat(other.id()).isNotEqualTo(client.id());
        assertThat(other.ended().toCompletableFuture()).isNotDone();
    }

    @Test
    void a_rejection_is_not_forgotten_because_others_come() {
        var client = waits("x = 1");
        reviews.rule(client.id(), Cast.says("dana", false));

        for (int i = 0; i <= ReviewSettings.MAX_OVER + 5; i++) {
            waits("y" + i + " = 1").leave(Wait.Leave.WITHDRAWN);
        }

        assertThat(look(Cast.action("eve", "x = 2"), "dba")).isInstanceOf(Look.Refused.class);
        assertThat(reviews.views()).hasSizeLessThanOrEqualTo(ReviewSettings.MAX_OVER + 1);
    }

    @Test
    void what_waits_beside_it_for_the_same_kind_of_thing_is_rejected_with_it() {
        var one = waits("x = 1");
        var other = waits("x = 2");

        reviews.rule(one.id(), Cast.says("dana", false));

        assertThat(refused(other)).isEqualTo(Refusal.Reason.REJECTED);
        assertThat(code(reviews.rule(other.id(), Cast.says("dora", true)))).isEqualTo("over");
    }

    @Test
    void nobody_is_asked_about_what_is_too_long_to_be_read() {
        var sql = "x = " + "1".repeat(ReviewSettings.MAX_SHOWN);

        assertThat(look(Cast.action("eve", sql), "dba"))
                .isInstanceOfSatisfying(
                        Look.Refused.class,
                        refused ->
                                assertThat(refused.why().reason()).isEqualTo(Refusal.Reason.LIMIT));
    }
}
