package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Evidence;
import dev.countersign.model.Outcome;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What must hold between a client, the gate and a target, however the bytes are carried.
@NoLeaks.Checked
abstract class FramedContract {
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
        }
    }

    @Test
    void nothing_reaches_the_target_before_its_intent_is_durable() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.hold(Evidence.Intent.class::isInstance);

        // when
        client.send("write");

        // then
        Rig.until(rig.evidence::holding);
        client.hearsNothing();
        assertThat(rig.target.received).isEmpty();
        rig.evidence.release();
        assertThat(client.read()).isEqualTo("did write");
    }

    @Test
    void a_proven_read_runs_at_once_and_its_answer_waits_for_the_intent() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.hold(Evidence.Intent.class::isInstance);

        // when
        client.send("read");

        // then
        Rig.until(() -> rig.target.sent.contains("did read"));
        client.hearsNothing();
        rig.evidence.release();
        assertThat(client.read()).isEqualTo("did read");
    }

    @Test
    void no_answer_leaves_before_its_outcome_is_durable() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.hold(Evidence.Settled.class::isInstance);

        // when
        client.send("write");

        // then
        Rig.until(() -> rig.target.sent.contains("did write"));
        client.hearsNothing();
        rig.evidence.release();
        assertThat(client.read()).isEqualTo("did write");
    }

    @Test
    void answers_behind_one_that_waits_keep_their_order() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.hold(Evidence.Settled.class::isInstance);

        // when
        client.send("do 1", "do 2", "do 3");

        // then
        Rig.until(() -> rig.target.sent.contains("did do 3"));
        client.hearsNothing();
        rig.evidence.release();
        assertThat(client.read(3)).containsExactly("did do 1", "did do 2", "did do 3");
    }

    @Test
    void the_answer_of_a_proven_read_waits_for_its_intent_and_not_for_its_outcome()
            throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.hold(Evidence.Settled.class::isInstance);

        // when
        client.send("read 1");

        // then
        assertThat(client.read(1)).containsExactly("did read 1");
        rig.evidence.release();
    }

    @Test
    void proven_reads_right_after_each_other_share_a_record_of_outcomes() throws Exception {
        // given
        var client = rig.enter();

        // when
        for (int i = 0; i < 20; i++) {
            assertThat(client.ask("read " + i)).isEqualTo("did read " + i);
        }

        // then
        Rig.until(() -> rig.outcomes().size() == 20);
        assertThat(rig.evidence.written(Evidence.Settled.class).size()).isLessThan(20);
    }

    @Test
    void what_was_being_asked_when_its_client_went_ends_before_its_session() throws Exception {
        // given
        var client = rig.enter();
        rig.evidence.hold(Evidence.Intent.class::isInstance);
        client.send("write");
        Rig.until(rig.evidence::holding);

        // when
        client.vanish();

        // then
        Awaitility.await().pollDelay(Duration.ofMillis(300)).until(() -> true);
        rig.evidence.release();
        Rig.until(() -> !rig.reasons().isEmpty());
    }

    @Test
    void a_refused_action_reaches_nothing_and_the_session_goes_on() throws Exception {
        // given
        var client = rig.enter();

        // when
        var denied = client.ask("bad");
        var never = client.ask("broken");
        var served = client.ask("good");

        // then
        assertThat(denied).isEqualTo("no POLICY");
        assertThat(never).isEqualTo("no NEVER");
        assertThat(served).isEqualTo("did good");
        assertThat(rig.target.received).containsExactly("good");
        assertThat(rig.outcomes())
                .extracting(settled -> settled.outcome().status())
                .containsExactly(Outcome.Status.REFUSED, Outcome.Status.REFUSED, Outcome.Status.OK);
    }

    @Test
    void lines_of_one_segment_are_one_batch_that_ends_at_its_first_refusal() throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("one", "two", "bad", "four");

        // then
        assertThat(client.read(4))
                .containsExactlyInAnyOrder("did one", "did two", "no POLICY", "not reached");
        assertThat(rig.target.received).containsExactly("one", "two");
        assertThat(rig.evidence.written(Evidence.Intent.class)).hasSize(3);
    }

    @Test
    void a_batch_that_is_long_is_answered_in_order() throws Exception {
        // given
        var client = rig.enter();
        var lines = new String[500];
        for (int i = 0; i < lines.length; i++) {
            lines[i] = "write " + i;
        }

        // when
        client.send(lines);

        // then
        var answers = client.read(lines.length);
        assertThat(answers).first().isEqualTo("did write 0");
        assertThat(answers).last().isEqualTo("did write 499");
        assertThat(rig.target.received).containsExactly(lines);
    }

    @Test
    void a_long_answer_arrives_whole() throws Exception {
        // given
        var client = rig.enter();

        // when
        var answer = client.ask("big 100000");

        // then
        assertThat(answer).isEqualTo("x".repeat(100_000));
    }

    @Test
    void input_chopped_anywhere_gives_the_same_answers() throws Exception {
        var input = "hello good\nread a\nwrite b\nread c\n".getBytes(StandardCharsets.UTF_8);
        for (int at = 0; at <= input.length; at++) {
            // given
            var client = rig.connect();

            // when
            client.send(Arrays.copyOfRange(input, 0, at));
            Thread.sleep(3); // so that it travels alone, mostly
            client.send(Arrays.copyOfRange(input, at, input.length));

            // then
            assertThat(client.read()).startsWith("welcome ");
            assertThat(client.read(3)).containsExactly("did read a", "did write b", "did read c");
            client.close();
        }
        assertThat(rig.evidence.written(Evidence.Intent.class)).hasSize(3 * (input.length + 1));
    }

    @Test
    void bytes_that_travel_alone_give_the_same_answers() throws Exception {
        // given
        rig.target.drip();
        var client = rig.connect();

        // when
        for (byte one : "hello good\nread a\nwrite b\n".getBytes(StandardCharsets.UTF_8)) {
            client.send(new byte[] {one});
            Thread.sleep(1);
        }

        // then
        assertThat(client.read()).startsWith("welcome ");
        assertThat(client.read(2)).containsExactly("did read a", "did write b");
    }

    @Test
    void sessions_side_by_side_do_not_mix() throws Exception {
        // given
        var one = rig.enter();
        var other = rig.enter();

        for (int i = 0; i < 50; i++) {
            // when
            one.send("read one " + i);
            other.send("read other " + i);

            // then
            assertThat(other.read()).isEqualTo("did read other " + i);
            assertThat(one.read()).isEqualTo("did read one " + i);
        }
    }

    @Test
    void a_client_that_is_gone_is_written_down_once() throws Exception {
        // given
        var client = rig.enter();
        assertThat(client.ask("x")).isEqualTo("did x");

        // when
        client.close();

        // then
        rig.everythingEnds();
        assertThat(rig.reasons()).isEqualTo(List.of("client-gone"));
    }
}
