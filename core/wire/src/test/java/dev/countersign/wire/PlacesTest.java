package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Places are few, and each that was taken is given back once.
@NoLeaks.Checked
class PlacesTest {
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
    void a_route_that_the_driver_does_not_go_turns_away_and_frees_its_place() throws Exception {
        // given
        rebuild(
                Rig.Plan.PLAIN
                        .with(LoginTest.settings(LoginTest.DEADLINE, 10, 10, 1))
                        .withOwnRoute());

        for (int i = 0; i < 3; i++) {
            // when
            var client = rig.connect();
            client.send("hello good");

            // then
            assertThat(client.read(2)).containsExactly("away TARGET", ToyClient.CLOSED);
        }
        assertThat(rig.listener.enter()).isTrue();
        assertThat(rig.listener.enter()).as("one place, taken").isFalse();
        rig.listener.leave();
    }

    @Test
    void too_many_sessions_are_busy_until_one_ends() throws Exception {
        // given
        rebuild(Rig.Plan.PLAIN.with(LoginTest.settings(Duration.ofSeconds(10), 10, 10, 2)));
        var one = rig.enter();
        var _ = rig.enter();

        // when
        var third = rig.connect();
        third.send("hello good");

        // then
        assertThat(third.read(2)).containsExactly("away BUSY", ToyClient.CLOSED);
        one.close();
        Rig.until(() -> rig.listener.sessions() == 1);
        stillServes();
    }

    @Test
    void failed_logins_free_their_places() throws Exception {
        // given
        rebuild(Rig.Plan.PLAIN.with(LoginTest.settings(Duration.ofSeconds(10), 2, 2, 1)));

        for (int i = 0; i < 10; i++) {
            // when
            var client = rig.connect();
            client.send(i % 2 == 0 ? "hello forged" : "nonsense");

            // then
            assertThat(client.read()).isIn("away IDENTITY", "malformed");
            assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        }
        stillServes();
    }

    @Test
    void too_many_that_log_in_at_a_time_are_closed_until_some_leave() throws Exception {
        // given
        rebuild(Rig.Plan.PLAIN.with(LoginTest.settings(Duration.ofSeconds(60), 3, 10, 10)));
        var clients = new ArrayList<ToyClient>();

        // when
        for (int i = 0; i < 4; i++) {
            clients.add(rig.connect());
        }

        // then
        Rig.until(() -> open(clients) == 3);
        Thread.sleep(100);
        assertThat(open(clients)).isEqualTo(3);
        for (var client : clients) {
            client.close();
        }
        Rig.until(this::serves);
    }

    @Test
    void one_address_does_not_take_all_places() throws Exception {
        // given
        rebuild(Rig.Plan.PLAIN.with(LoginTest.settings(Duration.ofSeconds(60), 10, 2, 10)));
        var clients = new ArrayList<ToyClient>();

        // when
        for (int i = 0; i < 3; i++) {
            clients.add(rig.connect());
        }

        // then
        Rig.until(() -> open(clients) == 2);
        for (var client : clients) {
            client.vanish();
        }
        Rig.until(this::serves);
    }

    private static long open(List<ToyClient> clients) throws IOException {
        long open = 0;
        for (var client : clients) {
            open += client.ended() ? 0 : 1;
        }
        return open;
    }

    private boolean serves() throws IOException {
        var client = rig.connect();
        try {
            client.send("hello good");
            return client.read().startsWith("welcome");
        } catch (IOException _) {
            return false;
        }
    }

    @Test
    void clients_that_connect_and_vanish_leave_nothing() throws Exception {
        // given
        rebuild(Rig.Plan.PLAIN.with(LoginTest.settings(Duration.ofSeconds(60), 20, 20, 5)));

        // when
        for (int i = 0; i < 100; i++) {
            var client = rig.connect();
            try {
                switch (i % 3) {
                    case 0 -> client.send("hel".getBytes(StandardCharsets.UTF_8));
                    case 1 -> client.send("hello good");
                    default -> {}
                }
            } catch (IOException _) {
                // closed at once: too many were logging in
            }
            client.vanish();
        }

        // then
        Rig.until(this::serves);
        rig.everythingEnds();
        assertThat(rig.reasons()).containsOnly("client-gone");
    }
}
