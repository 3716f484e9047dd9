package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// A peer that does not read costs the gateway little: the other side is not read either, until it
/// does.
@NoLeaks.Checked
class SlowPeersTest {
    private static final int LINE = 4_000;
    private static final int LINES = 16_384;
    private static final int WINDOW = 32 << 10;

    /// What the gateway may hold of one session's bytes, all told.
    private static final long HELD = 16 << 20;

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

    /// Bytes that the kernel may take of one connection for a reader that does not read.
    private static long kernel() throws IOException {
        return largest("tcp_rmem", 6 << 20) + largest("tcp_wmem", 4 << 20);
    }

    private static long largest(String name, long usual) throws IOException {
        var file = Path.of("/proc/sys/net/ipv4", name);
        if (!Files.isReadable(file)) {
            return usual;
        }
        try (var in = Files.newInputStream(file)) {
            var bytes = new byte[100];
            int length = in.read(bytes); // such a file gives all at the first read, or never
            var text = new String(bytes, 0, length, StandardCharsets.US_ASCII).strip();
            return Long.parseLong(text.substring(text.lastIndexOf('\t') + 1));
        }
    }

    /// The number once it has stopped growing.
    private static long settled(LongSupplier number) throws InterruptedException {
        long before = -1;
        for (int i = 0; i < 60; i++) {
            long now = number.getAsLong();
            if (now == before && now > LINE) {
                return now;
            }
            before = now;
            Thread.sleep(500);
        }
        throw new AssertionError("it never stops: " + before);
    }

    private static long held() {
        var metric = ((ByteBufAllocatorMetricProvider) ByteBufAllocator.DEFAULT).metric();
        return metric.usedDirectMemory() + metric.usedHeapMemory();
    }

    @Test
    void a_client_that_does_not_read_stops_the_target_and_gets_all_when_it_does() throws Exception {
        // given
        long all = (long) LINES * (LINE + 1);
        var client = new ToyClient(rig.listener.address(), WINDOW).hello();
        long before = held();

        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            // when
            var sending =
                    CompletableFuture.runAsync(
                            () -> {
                                try {
                                    client.send(
                                            ("big " + LINE + "\n")
                                                    .repeat(LINES)
                                                    .getBytes(StandardCharsets.UTF_8));
                                } catch (IOException e) {
                                    throw new UncheckedIOException(e);
                                }
                            },
                            threads);
            long written = settled(rig.target::written);

            // then
            assertThat(written).isLessThan(Math.min(all, kernel() + HELD));
            assertThat(held() - before).isLessThan(HELD);
            assertThat(rig.enter().ask("read")).isEqualTo("did read");
            for (int i = 0; i < LINES; i++) {
                assertThat(client.read()).hasSize(LINE);
            }
            sending.get(ToyClient.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } finally {
            client.close();
        }
    }

    @Test
    void a_client_that_floods_and_does_not_read_is_not_read_either() throws Exception {
        try (var client = new ToyClient(rig.listener.address(), WINDOW).hello();
                var flood = SocketChannel.open()) {
            // given
            flood.setOption(StandardSocketOptions.SO_RCVBUF, WINDOW);
            flood.connect(rig.listener.address());
            flood.write(ByteBuffer.wrap("hello good\n".getBytes(StandardCharsets.UTF_8)));
            flood.configureBlocking(false);
            var line = ("write " + "x".repeat(LINE) + "\n").getBytes(StandardCharsets.UTF_8);
            var lines = ByteBuffer.allocate(line.length * 64);
            while (lines.hasRemaining()) {
                lines.put(line);
            }
            lines.flip();
            long before = held();

            // when
            long sent = 0;
            long progress = System.nanoTime();
            long most = 6 * (kernel() + HELD);
            while (sent < most && System.nanoTime() - progress < Duration.ofSeconds(2).toNanos()) {
                int wrote = flood.write(lines);
                if (wrote > 0) {
                    sent += wrote;
                    progress = System.nanoTime();
                } else {
                    Thread.sleep(5);
                }
                if (!lines.hasRemaining()) {
                    lines.rewind();
                }
            }

            // then: client to gateway, gateway to target, and the way back
            assertThat(sent).isLessThan(4 * kernel() + HELD);
            assertThat(held() - before).isLessThan(HELD);
            assertThat(client.ask("read")).isEqualTo("did read");
        }
    }

    /// The only test here that takes its time: what it excludes happened after 30 s.
    @Test
    @Timeout(150)
    void a_client_that_pauses_for_long_is_not_taken_for_one_that_vanished() throws Exception {
        // given
        int lines = 4_000;
        var client = new ToyClient(rig.listener.address(), WINDOW).hello();
        client.send(("big " + LINE + "\n").repeat(lines).getBytes(StandardCharsets.UTF_8));

        // when
        Thread.sleep(Duration.ofSeconds(36));

        // then
        for (int i = 0; i < lines; i++) {
            assertThat(client.read()).hasSize(LINE);
        }
        client.close();
    }

    @Test
    void an_answer_in_many_pieces_to_a_client_that_reads_slowly_is_whole() throws Exception {
        // given
        var client = new ToyClient(rig.listener.address(), WINDOW).hello();
        int size = 1_000_000;

        // when
        client.send("big " + size, "read");
        Thread.sleep(200);

        // then
        assertThat(client.read()).hasSize(size);
        assertThat(client.read()).isEqualTo("did read");
        client.close();
    }
}
