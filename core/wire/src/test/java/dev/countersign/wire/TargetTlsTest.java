package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.countersign.gate.ToyTarget;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/// The target's leg: its certificate must be signed by who is believed, bear the name, and be of
/// today, or not a byte of the secret leaves.
@NoLeaks.Checked
class TargetTlsTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir Path directory;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private Certificates authority;

    @BeforeEach
    void begin() throws IOException {
        authority = new Certificates(directory);
        log.start();
        ((Logger) LoggerFactory.getLogger(Login.class)).addAppender(log);
    }

    @AfterEach
    void stop() {
        ((Logger) LoggerFactory.getLogger(Login.class)).detachAppender(log);
    }

    private Rig.Plan to(Rig.TargetTls target) {
        return Rig.Plan.PLAIN.to(target);
    }

    private Rig.TargetTls good() {
        return new Rig.TargetTls(authority.target(), authority.ca.toString(), "localhost");
    }

    /// The client is turned away, the session is written down as ended, and the operator is told.
    private void turnsAway(Rig rig, String told) throws IOException {
        var client = rig.connect();
        client.send("hello good", "write");

        assertThat(client.read(2)).containsExactly("away UNREACHABLE", ToyClient.CLOSED);
        rig.everythingEnds();
        assertThat(rig.target.heard)
                .as("the secret stays here")
                .noneMatch(line -> line.contains(ToyTarget.SECRET) || line.contains("login"));
        assertThat(rig.target.received).doesNotContain("write");
        assertThat(rig.reasons()).containsExactly("target-unreachable");
        assertThat(List.copyOf(log.list))
                .extracting(ILoggingEvent::getFormattedMessage)
                .anySatisfy(message ->
                        assertThat(message).contains("a target could not be had").contains(told));
    }

    @Test
    void a_target_with_a_good_certificate_is_logged_in_to_behind_tls() throws Exception {
        try (var rig = new Rig(to(good()))) {
            // when
            assertThat(rig.enter().ask("x")).isEqualTo("did x");

            // then
            assertThat(rig.target.heard).containsExactly("tls", "login " + ToyTarget.SECRET, "x");
            rig.everythingEnds();
        }
    }

    @Test
    void a_cancel_goes_behind_tls_too() throws Exception {
        try (var rig = new Rig(to(good()))) {
            // given
            var client = rig.enter();
            client.send("late");
            rig.untilReceived("late");

            // when
            rig.connect().send(client.cancelLine());

            // then
            assertThat(client.read()).isEqualTo("cancelled");
            assertThat(rig.target.heard).endsWith("tls", "cancel");
            rig.everythingEnds();
        }
    }

    @Test
    void a_certificate_of_another_authority_is_not_accepted() throws Exception {
        var stranger = new Certificates(directory);
        try (var rig =
                new Rig(
                        to(
                                new Rig.TargetTls(
                                        stranger.target(),
                                        authority.ca.toString(),
                                        "localhost")))) {
            turnsAway(rig, "its certificate or TLS is not accepted");
        }
    }

    @Test
    void a_certificate_of_another_name_is_not_accepted() throws Exception {
        try (var rig =
                new Rig(
                        to(
                                new Rig.TargetTls(
                                        authority.target("db.example", DAY),
                                        authority.ca.toString(),
                                        "localhost")))) {
            turnsAway(rig, "its certificate or TLS is not accepted");
        }
    }

    @Test
    void the_name_is_the_one_that_the_settings_say_and_not_the_address() throws Exception {
        try (var rig =
                new Rig(
                        to(
                                new Rig.TargetTls(
                                        authority.target("db.example", DAY),
                                        authority.ca.toString(),
                                        "db.example")))) {
            assertThat(rig.enter().ask("x")).isEqualTo("did x");
            rig.everythingEnds();
        }
    }

    @Test
    void a_certificate_that_has_ended_is_not_accepted() throws Exception {
        try (var rig =
                new Rig(
                        to(
                                new Rig.TargetTls(
                                        authority.target("localhost", DAY.negated()),
                                        authority.ca.toString(),
                                        "localhost")))) {
            turnsAway(rig, "its certificate or TLS is not accepted");
        }
    }

    @Test
    void the_machines_own_authorities_do_not_know_it() throws Exception {
        try (var rig = new Rig(to(new Rig.TargetTls(authority.target(), "", "localhost")))) {
            turnsAway(rig, "its certificate or TLS is not accepted");
        }
    }

    @Test
    void authorities_that_cannot_be_read_are_nobody() throws Exception {
        try (var rig =
                new Rig(
                        to(
                                new Rig.TargetTls(
                                        authority.target(),
                                        directory.resolve("none").toString(),
                                        "localhost")))) {
            turnsAway(rig, "its authorities cannot be found");
            assertThat(rig.target.heard).isEmpty();
        }
    }

    @Test
    void bytes_in_clear_behind_the_agreement_to_tls_end_it() throws Exception {
        try (var rig = new Rig(to(good()))) {
            rig.target.sayBehindGo("ok\n");

            turnsAway(rig, "bytes in clear behind its agreement to TLS");
        }
    }

    @Test
    void a_target_that_does_not_speak_tls_is_not_spoken_to_in_clear() throws Exception {
        try (var clear = new ToyTarget();
                var rig =
                        new Rig(
                                Rig.Plan.PLAIN.to(
                                        clear.leg(authority.ca.toString(), "localhost")))) {
            // when
            var client = rig.connect();
            client.send("hello good");

            // then
            assertThat(client.read(2)).containsExactly("away UNREACHABLE", ToyClient.CLOSED);
            assertThat(clear.heard).containsExactly("tls");
            rig.everythingEnds();
        }
    }
}
