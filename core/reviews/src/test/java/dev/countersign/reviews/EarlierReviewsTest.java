package dev.countersign.reviews;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Decision.Requirement.Approval;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Hash;
import dev.countersign.model.Obligations;
import dev.countersign.model.Preview;
import dev.countersign.model.Refusal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.reviews.ReviewView.State;
import dev.countersign.reviews.Said.Heard;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/// Reviews of an earlier start, taken up.
class EarlierReviewsTest {
    private static final Instant NOW = Instant.parse("2026-11-28T10:00:00Z");
    private static final Instant END = NOW.plusSeconds(300);
    private static final Hash INTENT = new Hash(1, 0, 0, 0);
    private static final Hash REQUEST = new Hash(2, 0, 0, 0);
    private static final Hash FIRST = new Hash(3, 0, 0, 0);

    private final List<Evidence> written = new ArrayList<>();
    private final Action action = Cast.action("eve", "x = 1");
    private final ReviewId id = ReviewId.fresh();
    private Instant now = NOW;
    private Reviews reviews = of(new Panel("dba", List.of("dba"), 2, List.of()));

    private Reviews of(Panel... panels) {
        return new Reviews(
                List.of(panels),
                new ReviewSettings(
                        Duration.ofMinutes(10), Duration.ofSeconds(30), "http://here", "log"),
                new Book(),
                new Hands(),
                _ -> {});
    }

    private final class Book implements EvidenceLog {
        @Override
        public CompletionStage<List<Receipt>> append(
                List<? extends Evidence> records, Executor home) {
            written.addAll(records);
            return CompletableFuture.completedStage(
                    List.of(new Receipt(9, new Hash(9, 0, 0, written.size()))));
        }

        @Override
        public void replay(Consumer<Entry> each) {
            // what there is was told by hand
        }

        @Override
        public boolean writable() {
            return true;
        }
    }

    private final class Hands extends Clock {
        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    private static Approval need() {
        return new Approval("dba", 1, Duration.ofMinutes(15), false);
    }

    private static Rebuilt.Vote vote(Reviewer by, boolean yes) {
        return new Rebuilt.Vote(
                new ReviewView.Vote(
                        by,
                        yes ? Ruling.APPROVED : Ruling.REJECTED,
                        Ruling.Assurance.SESSION,
                        "because",
                        NOW.minusSeconds(60)),
                FIRST);
    }

    private Optional<String> takeUp(int people, Rebuilt.Vote... votes) {
        return takeUp(id, END, people, votes);
    }

    private Optional<String> takeUp(
            ReviewId id, Instant expires, int people, Rebuilt.Vote... votes) {
        return reviews.takeUp(
                new Rebuilt(
                        id,
                        action,
                        List.of(new Decision.RuleRef("p", "r")),
                        List.of(need()),
                        people,
                        NOW.minusSeconds(600),
                        expires,
                        OptionalLong.of(3),
                        INTENT,
                        REQUEST,
                        List.of(votes)));
    }

    private Look look(Action action) {
        return reviews.look(
                action,
                new Decision.Require(
                        List.of(new Decision.RuleRef("p", "r")), List.of(need()), Obligations.NONE),
                false,
                Preview.unknown("nobody counted"));
    }

    private Action again() {
        return Cast.action("eve", "x = 1");
    }

    private State state() {
        return reviews.view(id).orElseThrow().state();
    }

    private static String code(Heard heard) {
        return heard instanceof Heard.Refused(var code, _) ? code : "";
    }

    @Test
    void an_open_one_is_shown_as_it_was_and_its_requester_is_gone() {
        assertThat(takeUp(2, vote(Cast.person("dana", "dba"), true))).isEmpty();

        var view = reviews.view(id).orElseThrow();
        assertThat(view.state()).isEqualTo(State.PENDING);
        assertThat(view.goneSince()).contains(NOW);
        assertThat(view.expires()).isEqualTo(END);
        assertThat(view.rows()).hasValue(3);
        assertThat(view.request()).isEqualTo(REQUEST);
        assertThat(view.intent()).isEqualTo(INTENT);
        assertThat(view.votes()).hasSize(1);
        assertThat(written).isEmpty();
    }

    @Test
    void what_one_said_before_counts_with_what_another_says_now() {
        assertThat(takeUp(2, vote(Cast.person("dana", "dba"), true))).isEmpty();
        var client = ((Look.Waits) look(again())).client();
        assertThat(client.record()).as("it joins").isEmpty();

        reviews.rule(id, Cast.says("dana", true));
        assertThat(state()).as("said again").isEqualTo(State.PENDING);
        assertThat(code(reviews.rule(id, Cast.says("dana", false)))).isEqualTo("already-ruled");
        reviews.rule(id, Cast.says("olga", true));

        assertThat(client.ended().toCompletableFuture().join())
                .isInstanceOfSatisfying(
                        Wait.End.Approved.class,
                        end -> assertThat(end.rulings()).hasSize(2).startsWith(FIRST));
        assertThat(look(again())).as("used").isInstanceOf(Look.Waits.class);
    }

    @Test
    void an_approved_one_is_used_once_by_the_identical_action_of_the_same_principal() {
        reviews = of(new Panel("dba", List.of("dba"), 1, List.of()));
        assertThat(takeUp(1, vote(Cast.person("dana", "dba"), true))).isEmpty();
        assertThat(state()).isEqualTo(State.APPROVED);

        assertThat(look(Cast.action("mallory", "x = 1"))).isInstanceOf(Look.Waits.class);
        assertThat(look(Cast.action("eve", "x = 2"))).isInstanceOf(Look.Waits.class);
        assertThat(look(again()))
                .isInstanceOfSatisfying(
                        Look.Granted.class,
                        grant -> assertThat(grant.rulings()).containsExactly(FIRST));
        assertThat(state()).isEqualTo(State.USED);
        assertThat(look(again())).isInstanceOf(Look.Waits.class);
    }

    @Test
    void it_expires_when_it_would_have() {
        assertThat(takeUp(2)).isEmpty();
        now = END;

        reviews.expire();

        assertThat(state()).isEqualTo(State.EXPIRED);
        assertThat(written)
                .singleElement()
                .isInstanceOfSatisfying(
                        Evidence.Ruled.class,
                        ruled -> assertThat(ruled.request()).isEqualTo(REQUEST));
        assertThat(look(again())).isInstanceOf(Look.Waits.class);
    }

    @Test
    void who_asks_does_not_decide() {
        assertThat(takeUp(2)).isEmpty();

        assertThat(code(reviews.rule(id, Cast.says("ann", true)))).isEqualTo("requester");
    }

    @Test
    void a_rejection_holds_for_the_same_kind_of_thing_until_it_would_have_expired() {
        assertThat(takeUp(2, vote(Cast.person("dana", "dba"), false))).isEmpty();

        assertThat(state()).isEqualTo(State.REJECTED);
        assertThat(look(Cast.action("eve", "x = 7")))
                .isInstanceOfSatisfying(
                        Look.Refused.class,
                        refused -> {
                            assertThat(refused.why().reason()).isEqualTo(Refusal.Reason.REJECTED);
                            assertThat(refused.why().message()).contains("dana", "because");
                        });
        now = END;
        assertThat(look(Cast.action("eve", "x = 7"))).isInstanceOf(Look.Waits.class);
    }

    /// Its end was not written yet when the gateway died.
    @Test
    void what_was_rejected_with_another_stays_withdrawn() {
        takeUp(
                id,
                END.plusSeconds(600),
                2,
                vote(Cast.person("dana", "dba"), true),
                vote(Cast.person("otto", "dba"), true));
        assertThat(state()).isEqualTo(State.APPROVED);

        takeUp(ReviewId.fresh(), END, 2, vote(Cast.person("dana", "dba"), false));

        assertThat(state()).isEqualTo(State.WITHDRAWN);
        now = END.plusSeconds(1);
        assertThat(look(again())).isInstanceOf(Look.Waits.class);
        assertThat(written)
                .singleElement()
                .isInstanceOfSatisfying(
                        Evidence.Ruled.class,
                        end -> assertThat(end.ruling()).isEqualTo(Ruling.WITHDRAWN));
    }

    @Test
    void open_ones_of_before_count_for_how_many_one_principal_may_have() {
        assertThat(takeUp(2)).isEmpty();
        for (int i = 1; i < ReviewSettings.MAX_OPEN_OF_ONE; i++) {
            assertThat(look(Cast.action("eve", "y" + i + " = 1"))).isInstanceOf(Look.Waits.class);
        }

        assertThat(look(Cast.action("eve", "z = 1"))).isInstanceOf(Look.Refused.class);
    }

    @Test
    void one_whose_panel_is_gone_or_wants_fewer_people_now_does_not_go_on() {
        reviews = of(new Panel("dba", List.of("dba"), 1, List.of()));
        assertThat(takeUp(2, vote(Cast.person("dana", "dba"), true)).orElseThrow())
                .contains("fewer people now");
        reviews = of(new Panel("owners", List.of("owners"), 1, List.of()));
        assertThat(takeUp(1).orElseThrow()).contains("not configured any more");

        assertThat(reviews.views()).isEmpty();
        assertThat(look(again())).isInstanceOf(Look.Refused.class);
    }

    @Test
    void where_more_people_are_wanted_now_those_of_before_are_not_enough() {
        assertThat(takeUp(1, vote(Cast.person("dana", "dba"), true))).isEmpty();

        assertThat(state()).isEqualTo(State.PENDING);
        assertThat(look(again())).isInstanceOf(Look.Waits.class);
    }

    @Test
    void who_is_in_no_panel_any_more_fills_no_place() {
        reviews = of(new Panel("dba", List.of("dba"), 1, List.of()));
        assertThat(takeUp(1, vote(Cast.person("dana", "interns"), true))).isEmpty();

        assertThat(state()).isEqualTo(State.PENDING);
    }

    @Test
    void one_that_somebody_ruled_on_who_counts_among_those_who_ask_now_does_not_go_on() {
        assertThat(takeUp(2, vote(Cast.person("ann", "dba"), true)).orElseThrow())
                .contains("counts among those who ask");
    }
}
