package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The client's leg where the listener has a certificate: no token is taken in clear, and nothing
/// that came in clear is believed.
@NoLeaks.Checked
class ClientTlsTest {
    @TempDir Path directory;

    private Certificates authority;
    private Rig rig;

    @BeforeEach
    void begin() throws IOException {
        authority = new Certificates(directory);
        rig =
                new Rig(
                        Rig.Plan.PLAIN
                                .secured(authority.listener(), authority.trust())
                                .with(LoginTest.withLogin(3)));
    }

    @AfterEach
    void theBooksAreRight() throws IOException {
        try (var ended = rig) {
            ended.everythingEnds();
        }
    }

    private ToyClient inClear() throws IOException {
        return new ToyClient(rig.listener.address());
    }

    private void stillServes() throws IOException {
        assertThat(rig.enter().ask("x")).isEqualTo("did x");
    }

    @Test
    void the_newest_version_is_spoken_and_written_down() throws Exception {
        // when
        stillServes();

        // then
        assertThat(rig.sources.getFirst().tls()).isEqualTo("TLSv1.3");
    }

    @Test
    void version_1_2_is_spoken_with_who_does_not_know_better() throws Exception {
        // given
        var trust = authority.trust();

        // when
        try (var client = inClear()) {
            client.send("tls");
            assertThat(client.read()).isEqualTo("go");
            client.handshake(trust, "TLSv1.2");
            client.hello();

            // then
            assertThat(client.ask("x")).isEqualTo("did x");
            assertThat(rig.sources.getFirst().tls()).isEqualTo("TLSv1.2");
        }
    }

    /// A hello of an old client; the answer is a handshake (22) or an alert (21, fatal, 70 for a
    /// version that is not spoken).
    private byte[] answerToHello(int minor) throws IOException {
        var ciphers = new int[] {0xC02B, 0xC009, 0xC00A, 0x002F};
        var extensions =
                new byte[] {
                    0,
                    10,
                    0,
                    4,
                    0,
                    2,
                    0,
                    23, // secp256r1
                    0,
                    11,
                    0,
                    2,
                    1,
                    0, // uncompressed points
                    0,
                    13,
                    0,
                    4,
                    0,
                    2,
                    4,
                    3 // ecdsa_secp256r1_sha256
                };
        int body = 2 + 32 + 1 + 2 + 2 * ciphers.length + 2 + 2 + extensions.length;
        var hello =
                ByteBuffer.allocate(9 + body)
                        .put(new byte[] {22, 3, 1})
                        .putShort((short) (4 + body))
                        .putInt((1 << 24) | body)
                        .put(new byte[] {3, (byte) minor})
                        .put(new byte[32])
                        .put((byte) 0)
                        .putShort((short) (2 * ciphers.length));
        for (int cipher : ciphers) {
            hello.putShort((short) cipher);
        }
        hello.put(new byte[] {1, 0}).putShort((short) extensions.length).put(extensions);
        try (var socket =
                new Socket(InetAddress.getLoopbackAddress(), rig.listener.address().getPort())) {
            socket.setSoTimeout((int) ToyClient.PATIENCE.toMillis());
            socket.getOutputStream().write(new byte[] {'t', 'l', 's', '\n'});
            assertThat(socket.getInputStream().readNBytes(3)).containsExactly('g', 'o', '\n');
            socket.getOutputStream().write(hello.array());
            return socket.getInputStream().readNBytes(7);
        }
    }

    @Test
    void versions_before_1_2_are_not_spoken() throws Exception {
        assertThat(answerToHello(3)[0]).as("1.2").isEqualTo((byte) 22);
        for (int minor = 1; minor <= 2; minor++) {
            var answer = answerToHello(minor);
            assertThat(answer[0]).as("1.%d", minor - 1).isEqualTo((byte) 21);
            assertThat(answer[6]).as("protocol_version").isEqualTo((byte) 70);
        }
        stillServes();
    }

    @Test
    void a_token_in_clear_is_not_looked_at() throws Exception {
        try (var client = inClear()) {
            // when
            client.send("hello good", "write");

            // then
            assertThat(client.read(2)).containsExactly("away IDENTITY", ToyClient.CLOSED);
            assertThat(rig.sources).isEmpty();
            assertThat(rig.target.heard).isEmpty();
        }
    }

    @Test
    void bytes_behind_the_request_for_tls_end_the_connection() throws Exception {
        try (var client = inClear()) {
            // when
            client.send("tls", "hello good");

            // then
            assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
            assertThat(rig.sources).isEmpty();
        }
        stillServes();
    }

    @Test
    void a_part_of_a_line_behind_the_request_for_tls_ends_the_connection() throws Exception {
        try (var client = inClear()) {
            // when
            client.send("tls\nh".getBytes(StandardCharsets.UTF_8));

            // then
            assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        }
    }

    @Test
    void clear_text_where_a_handshake_must_come_ends_the_connection() throws Exception {
        try (var client = inClear()) {
            // given
            client.send("tls");
            assertThat(client.read()).isEqualTo("go");

            // when
            client.send("hello good");

            // then
            Rig.until(() -> client.read().endsWith(ToyClient.CLOSED));
            assertThat(rig.sources).isEmpty();
        }
    }

    @Test
    void noise_where_a_handshake_must_come_ends_the_connection() throws Exception {
        var random = new Random(11);
        for (int i = 0; i < 20; i++) {
            try (var client = inClear()) {
                client.send("tls");
                assertThat(client.read()).isEqualTo("go");
                var noise = new byte[200];
                random.nextBytes(noise);
                noise[0] = 22;
                noise[1] = 3;
                noise[2] = 1;
                noise[3] = 0;
                noise[4] = 100;

                client.send(noise);

                Rig.until(() -> client.read().endsWith(ToyClient.CLOSED));
            }
        }
        stillServes();
    }

    @Test
    void clear_text_in_the_middle_of_a_session_ends_it() throws Exception {
        // given
        var client = rig.enter();
        assertThat(client.ask("x")).isEqualTo("did x");

        // when
        client.sendInClear("write\n");

        // then
        Rig.until(() -> rig.listener.sessions() == 0);
        rig.everythingEnds();
        assertThat(rig.target.received).containsExactly("x");
        assertThat(rig.reasons()).containsExactly("client-gone");
    }

    @Test
    void a_client_that_ends_its_tls_is_gone_though_its_connection_stays() throws Exception {
        // given
        var client = rig.enter();
        assertThat(client.ask("x")).isEqualTo("did x");

        // when
        client.endTls();

        // then
        assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        Rig.until(() -> rig.listener.sessions() == 0);
        assertThat(rig.reasons()).containsExactly("client-gone");
    }

    @Test
    void what_came_before_the_end_of_tls_is_still_asked() throws Exception {
        // given
        var client = rig.enter();

        // when
        client.send("write");
        client.endTls();

        // then
        rig.untilReceived("write");
        assertThat(client.read()).isIn("did write", ToyClient.CLOSED);
        rig.everythingEnds();
        assertThat(rig.outcomes()).hasSize(1);
    }

    @Test
    void a_client_that_ends_its_tls_while_it_logs_in_is_closed() throws Exception {
        // given
        var client = rig.connect();

        // when
        client.endTls();

        // then
        assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
    }

    @Test
    void tls_inside_tls_ends_the_connection() throws Exception {
        // given
        var client = rig.connect();

        // when
        client.send("tls");

        // then
        assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        stillServes();
    }

    @Test
    void a_handshake_that_does_not_come_is_closed_at_the_deadline() throws Exception {
        try (var client = inClear()) {
            // when
            client.send("tls");

            // then
            assertThat(client.read()).isEqualTo("go");
            Rig.until(() -> client.read().endsWith(ToyClient.CLOSED));
        }
        stillServes();
    }

    @Test
    void a_client_that_believes_another_authority_does_not_come_in() throws Exception {
        try (var client = inClear()) {
            // given
            var stranger = new Certificates(directory).trust();
            client.send("tls");
            assertThat(client.read()).isEqualTo("go");

            // when, then
            assertThatThrownBy(() -> client.handshake(stranger))
                    .isInstanceOf(SSLHandshakeException.class);
        }
        assertThat(rig.sources).isEmpty();
        stillServes();
    }

    @Test
    void a_listener_in_clear_has_no_tls_to_offer() throws Exception {
        try (var plain = new Rig();
                var client = plain.connect()) {
            // when
            client.send("tls");

            // then
            assertThat(client.read()).isEqualTo(ToyClient.CLOSED);
        }
    }

    @Test
    void a_certificate_that_cannot_be_read_is_told_at_the_start() throws Exception {
        var good = authority.listener();

        for (var bad :
                new ListenerSecurity.Tls[] {
                    new ListenerSecurity.Tls(directory.resolve("none"), good.key()),
                    new ListenerSecurity.Tls(good.certificate(), directory.resolve("none")),
                    new ListenerSecurity.Tls(good.key(), good.key()),
                    new ListenerSecurity.Tls(good.certificate(), authority.ca)
                }) {
            assertThatThrownBy(() -> Tls.server(bad.certificate(), bad.key()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("PEM");
        }
    }
}
