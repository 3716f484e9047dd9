package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What comes to a port that is open to the world.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AbuseTest {
    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void start() throws Exception {
        house = new House(directory, SpineTest.POLICY);
    }

    @AfterAll
    void stop() throws Exception {
        house.close();
        assertThat(Verifier.verify(directory.resolve("data"), Verifier.Options.DEFAULT).exitCode())
                .isZero();
    }

    /// What the gateway answers to these bytes before it closes.
    private String answer(byte[] bytes) throws IOException {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), house.port)) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            try {
                return new String(
                        socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
            } catch (java.net.SocketException reset) {
                return "";
            }
        }
    }

    private static byte[] startup(int version, String... pairs) {
        var text = new StringBuilder();
        for (var word : pairs) {
            text.append(word).append('\0');
        }
        text.append('\0');
        var body = text.toString().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + body.length)
                .putInt(8 + body.length)
                .putInt(version)
                .put(body)
                .array();
    }

    private void stillServes() throws Exception {
        try (var eve = house.connect()) {
            assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
        }
    }

    @Test
    void garbage_is_answered_with_a_close() throws Exception {
        var random = new Random(5);
        for (int i = 0; i < 200; i++) {
            var bytes = new byte[8 + random.nextInt(300)];
            random.nextBytes(bytes);
            bytes[0] = 0;
            bytes[1] = 0;
            bytes[2] = 0;
            bytes[3] = (byte) bytes.length;
            var _ = answer(bytes);
        }
        var _ = answer("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        stillServes();
    }

    @Test
    void impossible_lengths_and_versions_are_refused_at_once() throws Exception {
        for (int length :
                new int[] {0, 1, 4, 7, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, 10_001}) {
            var _ = answer(ByteBuffer.allocate(12).putInt(length).putInt(196608).putInt(0).array());
        }
        assertThat(answer(startup(2 << 16, "user", "eve"))).contains("FATAL");
        assertThat(answer(startup(4 << 16, "user", "eve"))).contains("FATAL");
        assertThat(
                        answer(
                                startup(
                                        3 << 16,
                                        "user",
                                        "eve",
                                        "database",
                                        "shop",
                                        "replication",
                                        "true")))
                .contains("FATAL");
        stillServes();
    }

    @Test
    void bytes_behind_an_ssl_request_end_the_connection() throws Exception {
        var hidden = startup(3 << 16, "user", "eve", "database", "shop");
        var bytes =
                ByteBuffer.allocate(8 + hidden.length)
                        .putInt(8)
                        .putInt(80877103)
                        .put(hidden)
                        .array();

        assertThat(answer(bytes)).isIn("", "S");
        stillServes();
    }

    @Test
    void many_half_open_connections_do_not_keep_an_honest_client_out() throws Exception {
        var held = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 100; i++) {
                var socket = new Socket(InetAddress.getLoopbackAddress(), house.port);
                socket.getOutputStream().write(new byte[] {0, 0});
                held.add(socket);
            }
            stillServes();
        } finally {
            for (var socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void a_guessed_cancel_key_cancels_nothing_and_gets_no_answer() throws Exception {
        var random = new Random(9);
        for (int i = 0; i < 50; i++) {
            var cancel =
                    ByteBuffer.allocate(16)
                            .putInt(16)
                            .putInt(80877102)
                            .putInt(random.nextInt())
                            .putInt(random.nextInt())
                            .array();
            assertThat(answer(cancel)).isEmpty();
        }
        stillServes();
    }
}
