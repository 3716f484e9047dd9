package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.FramedToy;
import dev.countersign.model.Evidence;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What comes to an open port before anybody has said who they are.
@NoLeaks.Checked
class LoginTest {
    /// Long enough for an honest login on a slow machine where a test needs one.
    static final Duration DEADLINE = Duration.ofSeconds(2);

    private Rig rig = rig(Rig.Plan.PLAIN);

    private static Rig rig(Rig.Plan plan) {
        try {
            return new Rig(plan);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void rebuild(Rig.Plan plan) throws IOException {
        rig.close();
        rig = rig(plan);
    }

    /// With this login deadline.
    static WireSettings withLogin(int seconds) {
        return settings(Duration.ofSeconds(seconds), 100, 100, 100);
    }

    static WireSettings settings(Duration login, int maxLogins, int maxOfAddress, int maxSessions) {
        var usual = WireSettings.DEFAULT;
        return new WireSettings(
                login,
                maxLogins,
                maxOfAddress,
                maxSessions,
                usual.high(),
                usual.low(),
                usual.connect(),
                usual.farewell(),
                usual.halfClosed(),
                usual.maxWrongCancels());
    }

    @AfterEach
    void theBooksAreRight() throws IOException {
        try (var ended = rig) {
            ended.everythingEnds();
        }
    }

    private void stillServes() throws IOException {
        assertThat(rig.enter().ask("x")).isEqualTo("did x");
    }

    @Test
    void a_client_that_says_nothing_is_closed_at_the_deadline() throws Exception {
        // given
        rebuild(Rig.Plan.PLAIN.with(settings(DEADLINE, 10, 10, 10)));

        // when
        var silent = rig.connect();

        // then
        assertThat(silent.read(2)).containsExactly("malformed", ToyClient.CLOSED);
        stillServes();
    }

    @Test
    void a_client_that_drips_is_closed_at_the_deadline() throws Exception {
        // given
        rebuild(Rig.Plan.PLAIN.with(settings(DEADLINE, 10, 10, 10)));
        var slow = rig.connect();

        // when
        long began = System.nanoTime();
        boolean open = true;
        while (open && System.nanoTime() - began < ToyClient.PATIENCE.toNanos()) {
            try {
                slow.send(new byte[] {'h'});
                Thread.sleep(20);
            } catch (IOException _) {
                open = false;
            }
        }

        // then
        assertThat(open).isFalse();
        stillServes();
    }

    @Test
    void a_client_whose_login_waits_for_us_is_turned_away_at_the_deadline() throws Exception {
        // given
        rebuild(Rig.Plan.PLAIN.with(settings(DEADLINE, 10, 10, 10)));
        rig.target.goDeaf();
        var client = rig.connect();

        // when
        client.send("hello good");

        // then
        assertThat(client.read(2)).containsExactly("away UNREACHABLE", ToyClient.CLOSED);
        rig.everythingEnds();
        assertThat(rig.reasons()).containsExactly("login-timeout");
    }

    @Test
    void garbage_is_told_and_closed() throws Exception {
        // given
        var random = new Random(7);

        for (int i = 0; i < 100; i++) {
            // when
            var bytes = new byte[1 + random.nextInt(300)];
            random.nextBytes(bytes);
            bytes[bytes.length - 1] = '\n';
            var client = rig.connect();
            client.send(bytes);

            // then
            assertThat(client.read()).isIn("malformed", ToyClient.CLOSED);
            client.close();
        }
        assertThat(rig.sources).isEmpty();
        assertThat(rig.target.heard).isEmpty();
        stillServes();
    }

    @Test
    void words_that_are_nearly_right_are_malformed() throws Exception {
        for (var line :
                new String[] {
                    "hello",
                    "hello a b",
                    "cancel",
                    "cancel 1",
                    "cancel x 00",
                    "cancel 1 zz",
                    "",
                    "\0"
                }) {
            var client = rig.connect();

            client.send(line);

            assertThat(client.read(2)).containsExactly("malformed", ToyClient.CLOSED);
        }
    }

    @Test
    void a_line_without_an_end_is_closed_when_it_is_too_long() throws Exception {
        // given
        var client = rig.connect();

        // when
        boolean open = true;
        for (int i = 0; i < 64 && open; i++) {
            try {
                client.send("x".repeat(1 << 16).getBytes(StandardCharsets.UTF_8));
            } catch (IOException _) {
                open = false;
            }
        }

        // then
        assertThat(client.read()).isIn("malformed", ToyClient.CLOSED);
        stillServes();
    }

    @Test
    void a_token_that_is_not_accepted_is_told_and_written_down_and_reaches_nothing()
            throws Exception {
        // given
        var client = rig.connect();

        // when
        client.send("hello forged", "write");

        // then
        assertThat(client.read(2)).containsExactly("away IDENTITY", ToyClient.CLOSED);
        var failed = rig.evidence.written(Evidence.LoginFailed.class);
        assertThat(failed).hasSize(1);
        assertThat(failed.getFirst().from().peer()).startsWith("127.0.0.1:");
        assertThat(failed.getFirst().from().listener())
                .isEqualTo("toy 127.0.0.1:" + rig.listener.address().getPort());
        assertThat(failed.getFirst().from().tls()).isEmpty();
        assertThat(rig.target.heard).isEmpty();
        assertThat(rig.evidence.written(Evidence.Intent.class)).isEmpty();
    }

    @Test
    void a_client_that_vanishes_while_it_is_being_identified_is_written_down() throws Exception {
        // given
        rig.evidence.hold(Evidence.SessionOpened.class::isInstance);
        var client = rig.connect();
        client.send("hello good");
        Rig.until(rig.evidence::holding);

        // when
        client.vanish();
        Thread.sleep(100);
        rig.evidence.release();

        // then
        rig.everythingEnds();
        assertThat(rig.reasons()).containsExactly("client-gone");
        assertThat(rig.target.received).isEmpty();
    }

    @Test
    void a_client_that_is_being_identified_when_the_listener_drains_does_not_come_in()
            throws Exception {
        // given
        rig.evidence.hold(Evidence.SessionOpened.class::isInstance);
        var client = rig.connect();
        client.send("hello good");
        Rig.until(rig.evidence::holding);

        // when
        rig.listener.drain(Duration.ZERO);
        rig.evidence.release();

        // then
        assertThat(client.read(2)).containsExactly("away SHUTDOWN", ToyClient.CLOSED);
        rig.everythingEnds();
        assertThat(rig.reasons()).containsExactly("shutdown");
        assertThat(rig.target.heard).isEmpty();
    }

    @Test
    void what_a_client_sends_while_it_is_being_identified_is_kept() throws Exception {
        // given
        rig.evidence.hold(Evidence.SessionOpened.class::isInstance);
        var client = rig.connect();

        // when
        client.send("hello good", "read 1", "read 2");
        Rig.until(rig.evidence::holding);
        client.send("read 3");
        client.hearsNothing();
        rig.evidence.release();

        // then
        assertThat(client.read()).startsWith("welcome ");
        assertThat(client.read(3)).containsExactly("did read 1", "did read 2", "did read 3");
    }

    @Test
    void a_listener_in_clear_is_for_loopback_only() {
        var open = new InetSocketAddress("0.0.0.0", 0);

        assertThatThrownBy(() ->
                        rig.wire.listen(
                                new FramedToy(rig.target.leg()),
                                open,
                                new ListenerSecurity.PlainLoopback(),
                                (_, _, _) -> {
                                    throw new IllegalStateException();
                                },
                                rig.gate))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not loopback");
    }
}
