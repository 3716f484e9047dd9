package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.Conversation.Timer;
import dev.countersign.model.Evidence;
import dev.countersign.model.Ruling;
import dev.countersign.reviews.ReviewView;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A statement that people are asked about stands still on its open connection: what its client
/// hears, what the target hears, and the five ways in which that ends.
class HoldTest {
    private final Talk talk = Talk.reviewed();

    @AfterEach
    void nothing_is_left() {
        talk.close();
    }

    private ReviewView.State state() {
        return talk.reviews.views().getFirst().state();
    }

    private void poisoned() {
        talk.target(Packet.error("42601", "syntax error"), Packet.ready('I'));
    }

    @Test
    void a_query_is_held_and_nothing_of_it_is_sent() {
        talk.client(Packet.query("ask things"));

        assertThat(talk.forwarded()).isEmpty();
        assertThat(talk.heard()).isEqualTo("N S");
        assertThat(talk.text())
                .contains("waits for panel", "countersign.approval", "pending;id=apr_");
        assertThat(talk.wakes).contains(Held.KEEP_ALIVE, Duration.ofMinutes(10));
        assertThat(talk.conversation.listening()).isFalse();
    }

    @Test
    void every_five_seconds_the_client_hears_that_it_waits() {
        talk.client(Packet.query("ask things"));

        talk.conversation.due(Timer.KEEP_ALIVE, talk);

        assertThat(talk.heard()).isEqualTo("N S S");
        assertThat(talk.wakes).filteredOn(Held.KEEP_ALIVE::equals).hasSize(2);
    }

    @Test
    void approved_it_goes_on_with_exactly_the_held_bytes_after_the_use_is_durable() {
        talk.client(Packet.query("ask things"));
        talk.evidence.hold(Evidence.ApprovalConsumed.class::isInstance);

        talk.rule(true, "");

        assertThat(talk.forwarded()).isEmpty();
        talk.evidence.release();
        talk.pump();
        assertThat(talk.forwarded()).isEqualTo("Q");
        assertThat(talk.sent.getFirst().bytes().toArray()).isEqualTo(Packet.query("ask things"));
        talk.target(Packet.complete("UPDATE 1"), Packet.ready('I'));
        assertThat(talk.heard()).isEqualTo("N S S C ZI");
        assertThat(state()).isEqualTo(ReviewView.State.USED);
    }

    @Test
    void a_use_that_cannot_be_written_down_is_no_use() {
        talk.client(Packet.query("ask things"));
        talk.evidence.fail(Evidence.ApprovalConsumed.class::isInstance);

        talk.rule(true, "");

        assertThat(talk.forwarded()).isEqualTo("q");
        poisoned();
        assertThat(talk.text()).contains(SqlState.NO_EVIDENCE);
    }

    @Test
    void rejected_the_client_is_told_by_whom_and_why() {
        talk.client(Packet.query("ask things"));

        talk.rule(false, "not on a Friday");
        poisoned();

        assertThat(talk.text())
                .contains(
                        "ZC002",
                        "dana rejected review apr_",
                        "not on a Friday",
                        "state=rejected;",
                        "by=dana",
                        "Do not try a variant");
        assertThat(talk.forwardedText()).doesNotContain("ask things");
    }

    @Test
    void a_rejection_holds_for_the_same_kind_of_statement() {
        talk.client(Packet.query("ask things"));
        talk.rule(false, "no");
        poisoned();

        talk.client(Packet.query("ask things"));
        poisoned();

        assertThat(talk.text().split("ZC002", -1)).hasSize(3);
        assertThat(talk.reviews.views()).hasSize(1);
    }

    @Test
    void at_the_end_of_its_hold_it_is_pending_and_the_review_goes_on() {
        talk.client(Packet.query("ask things"));

        talk.conversation.due(Timer.END_OF_HOLD, talk);
        talk.pump();
        poisoned();

        assertThat(talk.text()).contains("ZC001", "state=pending;", "it joins this review");
        assertThat(state()).isEqualTo(ReviewView.State.PENDING);
        assertThat(talk.reviews.views().getFirst().goneSince()).isPresent();
    }

    @Test
    void the_same_again_joins_the_review_and_runs_once_it_was_approved() {
        talk.client(Packet.query("ask things"));
        talk.conversation.due(Timer.END_OF_HOLD, talk);
        talk.pump();
        poisoned();
        talk.rule(true, "");
        assertThat(state()).isEqualTo(ReviewView.State.APPROVED);

        talk.client(Packet.query("ask things"));

        assertThat(talk.forwardedText()).endsWith("ask things\0");
        talk.target(Packet.complete("UPDATE 1"), Packet.ready('I'));
        assertThat(state()).isEqualTo(ReviewView.State.USED);
        talk.client(Packet.query("ask things"));
        assertThat(talk.reviews.views()).hasSize(2);
    }

    @Test
    void another_statement_does_not_use_the_approval() {
        talk.client(Packet.query("ask things"));
        talk.conversation.due(Timer.END_OF_HOLD, talk);
        talk.pump();
        poisoned();
        talk.rule(true, "");

        talk.client(Packet.query("ask things "));

        assertThat(talk.reviews.views()).hasSize(2);
        assertThat(talk.forwardedText()).doesNotContain("ask things ");
    }

    @Test
    void a_cancel_withdraws_the_review() {
        talk.client(Packet.query("ask things"));

        talk.conversation.cancel(talk);
        talk.pump();
        poisoned();

        assertThat(talk.cancels).isZero();
        assertThat(talk.text()).contains("ZC004", "state=withdrawn;");
        assertThat(state()).isEqualTo(ReviewView.State.WITHDRAWN);
        assertThat(talk.evidence.written(Evidence.Ruled.class).getFirst().ruling())
                .isEqualTo(Ruling.WITHDRAWN);
    }

    @Test
    void behind_a_begin_alone_nothing_is_locked_and_the_hold_is_long() {
        talk.client(Packet.query("begin"));
        talk.target(Packet.complete("BEGIN"), Packet.ready('T'));

        talk.client(Packet.query("ask things"));

        assertThat(talk.wakes.getLast()).isEqualTo(Duration.ofMinutes(10));
    }

    @Test
    void in_a_transaction_that_keeps_locks_all_holds_together_have_thirty_seconds() {
        talk.client(Packet.query("begin"));
        talk.target(Packet.complete("BEGIN"), Packet.ready('T'));
        talk.client(Packet.query("update rows"));
        talk.target(Packet.complete("UPDATE 1"), Packet.ready('T'));

        talk.client(Packet.query("ask things"));

        assertThat(talk.wakes.getLast()).isLessThanOrEqualTo(Duration.ofSeconds(30));
        talk.conversation.due(Timer.END_OF_HOLD, talk);
        talk.pump();
        talk.target(Packet.error("42601", "syntax error"), Packet.ready('E'));
        assertThat(talk.heard()).endsWith("E ZE");
        assertThat(talk.text()).contains("ZC004");
    }

    @Test
    void a_statement_that_was_only_prepared_keeps_nothing() {
        talk.client(
                Packet.parse("", "ask things"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());

        assertThat(talk.forwarded()).isEqualTo("P");
        assertThat(talk.wakes.getLast()).isEqualTo(Duration.ofMinutes(10));
        talk.own.close("test");
    }

    @Test
    void what_sees_its_own_uncommitted_writes_leaves_no_review_behind() {
        talk.client(Packet.query("begin"));
        talk.target(Packet.complete("BEGIN"), Packet.ready('T'));
        talk.client(Packet.query("update rows"));
        talk.target(Packet.complete("UPDATE 1"), Packet.ready('T'));

        talk.client(Packet.query("ask things"));
        talk.conversation.due(Timer.END_OF_HOLD, talk);
        talk.pump();
        talk.target(Packet.error("42601", "syntax error"), Packet.ready('E'));

        assertThat(talk.text()).contains("ZC004", "its own session");
        assertThat(state()).isEqualTo(ReviewView.State.WITHDRAWN);
    }

    @Test
    void in_a_pipeline_what_stands_before_runs_and_nothing_behind_overtakes() {
        talk.client(
                Packet.parse("", "update rows"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.parse("", "ask things"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.parse("", "select behind"),
                Packet.bind("", ""),
                Packet.execute("", 0),
                Packet.sync());

        assertThat(talk.forwardedText()).contains("update rows").doesNotContain("select behind");
        assertThat(talk.forwarded()).endsWith("P");

        talk.rule(true, "");

        assertThat(talk.forwarded()).endsWith("PBE" + "PBEh"); // behind a barrier the answers first
        var done = Packet.all(Packet.empty('1'), Packet.empty('2'), Packet.complete("UPDATE 1"));
        talk.target(done, done);
        assertThat(talk.forwarded()).endsWith("hPBEs");
        assertThat(talk.wakes).noneMatch(Duration.ofMinutes(10)::equals);
        talk.own.close("test");
    }

    @Test
    void a_client_that_went_leaves_its_review_open() {
        talk.client(Packet.query("ask things"));
        talk.conversation.clientGone(talk);

        assertThat(talk.hungUp).isEqualTo("client-gone");
        assertThat(state()).isEqualTo(ReviewView.State.PENDING);
    }

    @Test
    void when_the_gateway_stops_the_hold_ends_and_the_session_too() {
        talk.client(Packet.query("ask things"));

        talk.conversation.shutdown(talk);
        talk.pump();
        poisoned();

        assertThat(talk.text()).contains("ZC001", "shutting down");
        assertThat(talk.hungUp).isEqualTo("shutdown");
    }
}
