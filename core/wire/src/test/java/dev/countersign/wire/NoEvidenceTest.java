package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Evidence;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What cannot be written down does not happen, and whatever goes wrong ends in the open.
@NoLeaks.Checked
class NoEvidenceTest {
    private Rig rig;

    @BeforeEach
    void begin() throws IOException {
        rig = new Rig();
    }

    @AfterEach
    void nothingStaysOpen() throws IOException {
        try (var ended = rig) {
            ended.evidence.fail(_ -> false);
            ended.clientsGo();
            Rig.until(() -> ended.listener.sessions() == 0 && ended.target.connections() == 0);
        }
    }

    @Test
    void a_session_that_cannot_be_written_down_does_not_begin() throws Exception {
        // given
        rig.evidence.fail(Evidence.SessionOpened.class::isInstance);
        var client = rig.connect();

        // when
        client.send("hello good", "write");

        // then
        assertThat(client.read(2)).containsExactly("away NO_EVIDENCE", ToyClient.CLOSED);
        assertThat(rig.target.heard).isEmpty();
    }

    @Test
    void an_intent_that_cannot_be_written_down_is_refused_and_reaches_nothing() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.fail(Evidence.Intent.class::isInstance);

        // when
        var write = client.ask("write");
        var read = client.ask("read");

        // then
        assertThat(List.of(write, read)).containsOnly("no NO_EVIDENCE");
        assertThat(rig.target.received).isEmpty();
        rig.evidence.fail(_ -> false);
        assertThat(client.ask("write")).isEqualTo("did write");
    }

    @Test
    void an_intent_that_fails_late_is_refused_and_reaches_nothing() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.hold(Evidence.Intent.class::isInstance);
        client.send("one", "two");
        Rig.until(rig.evidence::holding);

        // when
        rig.evidence.failHeld();

        // then
        assertThat(client.read(2)).containsOnly("no NO_EVIDENCE");
        assertThat(rig.target.received).isEmpty();
        assertThat(client.ask("three")).isEqualTo("did three");
    }

    @Test
    void the_answer_of_a_read_whose_intent_fails_late_never_leaves() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.hold(Evidence.Intent.class::isInstance);
        client.send("read");
        Rig.until(() -> rig.target.sent.contains("did read"));

        // when
        rig.evidence.failHeld();

        // then
        assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        Rig.until(() -> rig.listener.sessions() == 0);
        assertThat(rig.reasons()).containsExactly("no-evidence");
    }

    @Test
    void an_answer_whose_outcome_cannot_be_written_down_never_leaves() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.fail(Evidence.Settled.class::isInstance);

        // when
        client.send("write");

        // then
        assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        Rig.until(() -> rig.listener.sessions() == 0);
        assertThat(rig.reasons()).containsExactly("no-evidence");
    }

    @Test
    void answers_before_an_outcome_that_cannot_be_written_down_are_not_lost() throws Exception {
        // given
        var client = rig.enter();
        assertThat(client.ask("one")).isEqualTo("did one");
        rig.evidence.fail(Evidence.Settled.class::isInstance);

        // when
        client.send("two", "three");

        // then
        assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        assertThat(rig.reasons()).containsExactly("no-evidence");
    }

    @Test
    void a_session_whose_end_cannot_be_written_down_ends_all_the_same() throws Exception {
        // given
        var client = rig.enter();
        assertThat(client.ask("one")).isEqualTo("did one");
        rig.evidence.fail(Evidence.SessionClosed.class::isInstance);

        // when
        client.close();

        // then
        Rig.until(() -> rig.listener.sessions() == 0 && rig.target.connections() == 0);
    }

    @Test
    void a_conversation_that_fails_ends_its_session_and_somebody_is_told() throws Exception {
        // given
        var client = rig.enter();
        client.send("late");
        rig.untilReceived("late");
        var other = rig.enter();

        // when
        client.send("boom");

        // then
        assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        Rig.until(() -> rig.listener.sessions() == 1);
        assertThat(rig.reasons()).containsExactly("internal");
        assertThat(rig.evidence.written(Evidence.Alert.class))
                .extracting(Evidence.Alert::code)
                .containsExactly("conversation-failed");
        assertThat(other.ask("x")).isEqualTo("did x");
        rig.everythingEnds();
    }

    @Test
    void nothing_reaches_the_target_under_a_permit_that_is_over() throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("dead");

        // then
        assertThat(client.read(2)).containsExactly("did dead", ToyClient.CLOSED);
        rig.everythingEnds();
        assertThat(rig.target.received).containsExactly("dead");
        assertThat(rig.reasons()).containsExactly("dead-permit");
        assertThat(rig.evidence.written(Evidence.Alert.class))
                .extracting(Evidence.Alert::code)
                .containsExactly("dead-permit");
    }
}
