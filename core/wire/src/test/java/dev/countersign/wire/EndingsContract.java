package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.Ending;
import dev.countersign.gate.FramedToy;
import dev.countersign.gate.Leg;
import dev.countersign.model.Evidence;
import dev.countersign.model.Outcome;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// However a session ends, each action has one outcome, the session one end, and nothing stays
/// open.
@NoLeaks.Checked
abstract class EndingsContract {
    private Rig rig;

    abstract Rig.Plan plan() throws IOException;

    @BeforeEach
    void begin() throws IOException {
        rig = new Rig(plan());
    }

    @AfterEach
    void theBooksAreRight() throws IOException {
        try (var ended = rig) {
            ended.everythingEnds();
            ended.nothingIsHeld();
        }
    }

    private Outcome onlyOutcome() {
        Rig.until(() -> !rig.outcomes().isEmpty());
        assertThat(rig.outcomes()).hasSize(1);
        return rig.outcomes().getFirst().outcome();
    }

    @Test
    void a_client_that_says_goodbye_and_hangs_up_is_forgotten_at_once() throws Exception {
        // given
        var client = rig.enter();
        client.ask("this");

        // when
        client.send("bye");
        client.close();

        // then
        rig.everythingEnds();
        rig.nothingIsHeld();
    }

    @Test
    void a_late_answer_is_waited_for() throws Exception {
        // given
        var client = rig.enter();

        // when
        var answer = client.ask("late");

        // then
        assertThat(answer).isEqualTo("did late");
    }

    @Test
    void a_late_answer_that_is_cancelled_comes_early() throws Exception {
        // given
        var client = rig.enter();
        client.send("late");
        rig.untilReceived("late");

        // when
        var other = rig.connect();
        other.send(client.cancelLine());

        // then
        assertThat(other.read()).isEqualTo(ToyClient.CLOSED);
        assertThat(client.read()).isEqualTo("cancelled");
        assertThat(rig.target.wasCancelled()).isTrue();
    }

    @Test
    void a_client_that_cancels_and_vanishes_leaves_one_outcome_and_one_end() throws Exception {
        // given
        var client = rig.enter();
        client.send("late");
        rig.untilReceived("late");

        // when
        rig.connect().send(client.cancelLine());
        client.vanish();

        // then
        rig.everythingEnds();
        assertThat(rig.target.wasCancelled()).isTrue();
        assertThat(rig.outcomes()).hasSize(1);
        assertThat(rig.reasons()).containsExactly("client-gone");
    }

    @Test
    void a_client_that_vanishes_while_its_action_runs_leaves_an_unknown_outcome() throws Exception {
        // given
        var client = rig.enter();
        client.send("late");
        rig.untilReceived("late");

        // when
        client.vanish();

        // then
        assertThat(onlyOutcome().status()).isEqualTo(Outcome.Status.UNKNOWN);
    }

    @Test
    void an_action_that_is_admitted_when_its_client_is_gone_does_not_run() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.hold(Evidence.Intent.class::isInstance);
        client.send("write");
        Rig.until(rig.evidence::holding);

        // when
        client.vanish();
        Rig.until(() -> rig.listener.sessions() == 0 || rig.target.wasCancelled());
        rig.evidence.release();

        // then
        assertThat(onlyOutcome().status()).isEqualTo(Outcome.Status.ERROR);
        assertThat(onlyOutcome().code()).startsWith("not-forwarded");
        assertThat(rig.target.received).doesNotContain("write");
    }

    @Test
    void a_client_that_sends_nothing_more_still_gets_its_answers() throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("late", "read");
        client.halfClose();

        // then
        assertThat(client.read(3)).containsExactly("did late", "did read", ToyClient.CLOSED);
        assertThat(rig.reasons()).containsExactly("client-gone");
        assertThat(rig.outcomes())
                .extracting(settled -> settled.outcome().status())
                .containsExactly(Outcome.Status.OK, Outcome.Status.OK);
    }

    @Test
    void a_target_that_dies_in_the_middle_is_told_and_nobody_knows_what_came_of_it()
            throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("die");

        // then
        assertThat(client.read(2)).containsExactly("target gone", ToyClient.CLOSED);
        assertThat(onlyOutcome().status()).isEqualTo(Outcome.Status.UNKNOWN);
        assertThat(onlyOutcome().code()).isEqualTo("target-lost");
        assertThat(rig.reasons()).containsExactly("target-lost");
    }

    @Test
    void half_an_answer_is_no_answer() throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("half");

        // then
        assertThat(client.read(2)).containsExactly("target gone", ToyClient.CLOSED);
        assertThat(onlyOutcome().status()).isEqualTo(Outcome.Status.UNKNOWN);
    }

    @Test
    void a_target_that_is_not_there_is_told() throws Exception {
        // given
        int free;
        try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = taken.getLocalPort();
        }
        var nowhere = new Leg("127.0.0.1", free, Leg.Tls.PLAIN, "", "localhost");

        try (var lost = new Rig(plan().to(nowhere))) {
            // when
            var client = lost.connect();
            client.send("hello good");

            // then
            assertThat(client.read(2)).containsExactly("away UNREACHABLE", ToyClient.CLOSED);
            lost.everythingEnds();
            assertThat(lost.reasons()).containsExactly("target-unreachable");
        }
    }

    @Test
    void a_target_that_does_not_let_the_gateway_in_is_told() throws Exception {
        try (var refused = new Rig(plan().withSecret("wrong"))) {
            // when
            var client = refused.connect();
            client.send("hello good", "write");

            // then
            assertThat(client.read(2)).containsExactly("away UNREACHABLE", ToyClient.CLOSED);
            refused.everythingEnds();
            assertThat(refused.target.received).isEmpty();
            assertThat(refused.reasons()).containsExactly("target-unreachable");
        }
    }

    @Test
    void a_client_that_breaks_the_protocol_is_told_closed_and_written_down() throws Exception {
        // given
        var client = rig.enter();
        assertThat(client.ask("read")).isEqualTo("did read");

        // when
        client.send("\0");

        // then
        assertThat(client.read(2)).containsExactly("malformed", ToyClient.CLOSED);
        rig.everythingEnds();
        assertThat(rig.reasons()).containsExactly("malformed");
    }

    @Test
    void a_line_without_an_end_is_malformed_when_it_is_too_long() throws Exception {
        // given
        var client = rig.enter();

        // when
        try {
            client.send(new byte[] {'x'});
            client.send("y".repeat(FramedToy.MAX_LINE));
        } catch (IOException _) {
            // closed while it was sending
        }

        // then
        assertThat(client.read()).isIn("malformed", ToyClient.CLOSED);
        rig.everythingEnds();
        assertThat(rig.reasons()).containsExactly("malformed");
    }

    @Test
    void a_target_that_breaks_the_protocol_is_closed_and_written_down() throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("garbage");

        // then
        assertThat(client.read(2)).containsExactly("malformed", ToyClient.CLOSED);
        assertThat(onlyOutcome().status()).isEqualTo(Outcome.Status.UNKNOWN);
        assertThat(rig.reasons()).containsExactly("malformed");
    }

    @Test
    void an_answer_to_nothing_never_reaches_the_client() throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("twice");

        // then
        assertThat(client.read(3)).containsExactly("did once", "malformed", ToyClient.CLOSED);
        assertThat(onlyOutcome().status()).isEqualTo(Outcome.Status.OK);
    }

    @Test
    void draining_ends_who_is_at_rest_and_waits_for_who_is_not() throws Exception {
        // given
        var idle = rig.enter();
        var busy = rig.enter();
        busy.send("late");
        rig.untilReceived("late");
        var at = rig.listener.address();

        // when
        rig.listener.drain(ToyClient.PATIENCE);

        // then
        assertThat(idle.read()).isEqualTo(ToyClient.CLOSED);
        assertThat(busy.read(2)).containsExactly("did late", ToyClient.CLOSED);
        assertThat(rig.reasons()).containsExactly("shutdown", "shutdown");
        assertThat(onlyOutcome().status()).isEqualTo(Outcome.Status.OK);
        assertThat(reachable(at)).isFalse();
    }

    @Test
    void draining_without_patience_ends_all() throws Exception {
        // given
        var client = rig.enter();
        client.send("late");
        rig.untilReceived("late");

        // when
        rig.listener.drain(Duration.ZERO);

        // then
        assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        assertThat(rig.listener.sessions()).isZero();
        assertThat(onlyOutcome().status()).isEqualTo(Outcome.Status.UNKNOWN);
    }

    private static boolean reachable(InetSocketAddress at) {
        try (var socket = new Socket()) {
            socket.connect(at, 1_000);
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void a_session_that_somebody_ends_is_told_and_nobody_else_is() throws Exception {
        // given
        var one = rig.enter();
        one.ask("this");
        var first = rig.listener.live().getFirst().id();
        var other = rig.enter();

        // when
        int ended = rig.listener.end(session -> session.id().equals(first), Ending.KILLED);

        // then
        assertThat(ended).isEqualTo(1);
        assertThat(one.read(2)).containsExactly("killed", ToyClient.CLOSED);
        assertThat(other.ask("that")).isEqualTo("did that");
        Rig.until(() -> rig.listener.live().size() == 1);
        assertThat(rig.reasons()).containsExactly("killed");
        assertThat(rig.listener.end(session -> session.id().equals(first), Ending.KILLED)).isZero();
    }

    @Test
    void what_runs_is_cancelled_when_somebody_ends_its_session() throws Exception {
        // given
        var client = rig.enter();
        client.send("late");
        Rig.until(() -> rig.target.heard.contains("late"));

        // when
        rig.listener.end(_ -> true, Ending.REVOKED);

        // then
        assertThat(client.read(2)).containsExactly("revoked", ToyClient.CLOSED);
        assertThat(onlyOutcome().status()).isEqualTo(Outcome.Status.UNKNOWN);
        assertThat(onlyOutcome().code()).isEqualTo("revoked");
        Rig.until(rig.target::wasCancelled);
    }

    @Test
    void a_session_whose_credential_ended_while_it_logged_in_ends_when_it_begins()
            throws Exception {
        // given
        rig.stands = false;
        var client = rig.connect();

        // when
        client.send("hello good");

        // then
        assertThat(client.read()).startsWith("welcome ");
        assertThat(client.read(2)).containsExactly("revoked", ToyClient.CLOSED);
        rig.everythingEnds();
        assertThat(rig.reasons()).containsExactly("revoked");
    }
}
