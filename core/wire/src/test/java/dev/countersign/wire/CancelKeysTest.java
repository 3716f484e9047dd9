package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// A key cancels what its own session runs. Nothing else does, and nobody is told which keys exist.
@NoLeaks.Checked
class CancelKeysTest {
    private Rig rig;

    @BeforeEach
    void begin() throws IOException {
        rig = new Rig();
    }

    @AfterEach
    void theBooksAreRight() throws IOException {
        try (var ended = rig) {
            ended.everythingEnds();
        }
    }

    private String say(String line) throws IOException {
        try (var client = rig.connect()) {
            client.send(line);
            return client.read();
        }
    }

    @Test
    void a_good_key_cancels_and_gets_no_answer() throws Exception {
        // given
        var client = rig.enter();
        client.send("late");
        rig.untilReceived("late");

        // when
        var answer = say(client.cancelLine());

        // then
        assertThat(answer).isEqualTo(ToyClient.CLOSED);
        assertThat(client.read()).isEqualTo("cancelled");
    }

    @Test
    void a_guessed_key_does_nothing_and_gets_no_answer() throws Exception {
        // given
        var client = rig.enter();
        var id = client.cancelLine().split(" ", -1)[1];
        client.send("late");
        rig.untilReceived("late");
        var random = new Random(3);

        for (int i = 0; i < 10; i++) {
            // when
            var ofThis = say("cancel " + id + " " + "%016x".formatted(random.nextLong()));
            var ofNobody =
                    say(
                            "cancel "
                                    + random.nextInt(1 << 30)
                                    + " "
                                    + "%016x".formatted(random.nextLong()));

            // then
            assertThat(ofThis).isEqualTo(ToyClient.CLOSED);
            assertThat(ofNobody).isEqualTo(ToyClient.CLOSED);
        }
        assertThat(client.read()).isEqualTo("did late");
        assertThat(rig.target.wasCancelled()).isFalse();
    }

    @Test
    void a_part_of_a_key_or_more_than_it_does_nothing() throws Exception {
        // given
        var client = rig.enter();
        var key = client.cancelLine();
        client.send("late");
        rig.untilReceived("late");

        // when
        var _ = say(key.substring(0, key.length() - 2));
        var _ = say(key + "00");
        var _ = say(key.substring(0, key.lastIndexOf(' ') + 1));

        // then
        assertThat(client.read()).isEqualTo("did late");
        assertThat(rig.target.wasCancelled()).isFalse();
    }

    @Test
    void a_key_of_one_session_does_not_cancel_another() throws Exception {
        // given
        var one = rig.enter();
        var other = rig.enter();
        one.send("late");
        rig.untilReceived("late");

        // when
        var mixed =
                "cancel "
                        + one.cancelLine().split(" ", -1)[1]
                        + " "
                        + other.cancelLine().split(" ", -1)[2];
        var _ = say(mixed);

        // then
        assertThat(one.read()).isEqualTo("did late");
        assertThat(rig.target.wasCancelled()).isFalse();
    }

    @Test
    void who_guesses_too_often_is_not_listened_to() throws Exception {
        // given
        var client = rig.enter();
        for (int i = 0; i < WireSettings.DEFAULT.maxWrongCancels(); i++) {
            var _ = say("cancel 1 0011223344556677");
        }
        client.send("late");
        rig.untilReceived("late");

        // when
        var _ = say(client.cancelLine());

        // then
        assertThat(client.read()).isEqualTo("did late");
        assertThat(rig.target.wasCancelled()).isFalse();
    }

    @Test
    void a_key_ends_with_its_session() throws Exception {
        // given
        var client = rig.enter();
        var key = client.cancelLine();
        client.close();
        rig.everythingEnds();
        int heard = rig.target.heard.size();

        // when
        var answer = say(key);

        // then
        assertThat(answer).isEqualTo(ToyClient.CLOSED);
        assertThat(rig.target.heard).hasSize(heard);
    }

    @Test
    void a_target_that_does_not_answer_a_cancel_does_not_hold_a_connection_for_ever()
            throws Exception {
        try (var deaf = new Rig(Rig.Plan.PLAIN.with(LoginTest.withLogin(1)))) {
            // given
            var client = deaf.enter();
            deaf.target.goDeaf();

            // when
            try (var other = deaf.connect()) {
                other.send(client.cancelLine());
                assertThat(other.read()).isEqualTo(ToyClient.CLOSED);
            }
            Rig.until(() -> deaf.target.heard.contains("cancel"));

            // then
            deaf.everythingEnds();
        }
    }
}
