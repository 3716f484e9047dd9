package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// 2,000 connections bring anything but a login, from eight addresses, while ten good clients work.
class GarbageTest {
    private static final int GARBAGE = 2_000;
    private static final int WARM = 300;
    private static final int AT_ONCE = 100;
    private static final int GOOD = 10;
    private static final long MORE_MEMORY = 64 << 20;
    private static final long MORE_FILES = 20;

    @TempDir Path directory;

    private final Random random = new Random(2_000);
    private final List<Socket> open = new ArrayList<>();

    @Test
    @Timeout(value = 2, unit = TimeUnit.MINUTES) // the flood itself takes no minute
    void ten_good_clients_work_without_an_error_while_2000_others_bring_garbage() throws Exception {
        try (var house = new House(directory, SpineTest.POLICY)) {
            house.stop();
            var gateway =
                    Gateway.launch(
                            house,
                            "-XX:+UseSerialGC",
                            "-Xms64m",
                            "-Xmx256m",
                            "-XX:MaxDirectMemorySize=128m");
            try {
                var wrong = new ConcurrentLinkedQueue<String>();
                var done = new AtomicInteger();
                var stop = new AtomicBoolean();
                try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (int i = 0; i < GOOD; i++) {
                        var _ = clients.submit(() -> work(house, stop, done, wrong));
                    }
                    SpineTest.await(() -> done.get() >= GOOD * 20 || !wrong.isEmpty());
                    flood(house, WARM);
                    long memory = resident(gateway);
                    long files = files(gateway);
                    int before = done.get();
                    long began = System.nanoTime();
                    flood(house, GARBAGE - WARM);
                    assertThat(System.nanoTime() - began).isLessThan(60_000_000_000L);
                    assertThat(done.get()).as("they worked meanwhile").isGreaterThan(before + GOOD);
                    SpineTest.await(() -> files(gateway) <= files + MORE_FILES);
                    assertThat(resident(gateway) - memory)
                            .as("memory is flat")
                            .isLessThan(MORE_MEMORY);
                    stop.set(true);
                }
                assertThat(wrong).isEmpty();
                assertThat(gateway.isAlive()).isTrue();
                System.out.printf(
                        "%d garbage connections, %d statements of %d good clients, %d errors%n",
                        GARBAGE, done.get(), GOOD, wrong.size());
            } finally {
                gateway.destroy();
                gateway.waitFor();
            }
            var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
            assertThat(report.exitCode()).as(report.findings().toString()).isZero();
            house.start();
        }
    }

    /// Logs in anew after each ten statements.
    private static void work(
            House house,
            AtomicBoolean stop,
            AtomicInteger done,
            ConcurrentLinkedQueue<String> wrong) {
        try {
            while (!stop.get()) {
                try (var eve = house.connect()) {
                    for (int i = 0; i < 10 && !stop.get(); i++) {
                        var names = SpineTest.column(eve, "SELECT name FROM customers ORDER BY id");
                        if (!names.equals(List.of("Ada", "Ben", "Cho"))) {
                            wrong.add(names.toString());
                        }
                        done.incrementAndGet();
                        Thread.sleep(50);
                    }
                }
            }
        } catch (SQLException e) {
            wrong.add(e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void flood(House house, int count) throws InterruptedException, IOException {
        var places = new Semaphore(AT_ONCE);
        try (var all = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < count; i++) {
                int number = i;
                var bytes = garbage(number);
                places.acquire();
                var _ =
                        all.submit(() -> {
                            try {
                                bring(house, number, bytes);
                            } finally {
                                places.release();
                            }
                        });
            }
        }
        synchronized (open) {
            for (var socket : open) {
                socket.close();
            }
            open.clear();
        }
    }

    /// Every fourth stays, and says nothing more.
    private void bring(House house, int number, byte[] bytes) {
        try {
            var socket = new Socket();
            socket.bind(new InetSocketAddress("127.0.0." + (2 + number % 8), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), house.port));
            if (number % 4 == 0) {
                synchronized (open) {
                    open.add(socket);
                }
                socket.getOutputStream().write(bytes, 0, Math.min(3, bytes.length));
                return;
            }
            try (socket) {
                socket.setSoTimeout(500);
                socket.getOutputStream().write(bytes);
                while (socket.getInputStream().read() >= 0) {
                    // until it is closed, or for half a second
                }
            }
        } catch (IOException e) {
            // refused, reset or silent: as it may be
        }
    }

    private byte[] garbage(int number) {
        var noise = new byte[1 + random.nextInt(4_000)];
        random.nextBytes(noise);
        return switch (number % 9) {
            case 0 -> noise;
            case 1 -> halfHello();
            case 2 -> then(sslRequest(), halfHello());
            case 3 -> then(sslRequest(), noise);
            case 4 -> ByteBuffer.allocate(8).putInt(Integer.MAX_VALUE).putInt(196_608).array();
            case 5 -> ByteBuffer.allocate(8).putInt(-1).putInt(196_608).array();
            case 6 -> "GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            case 7 -> then(ByteBuffer.allocate(8).putInt(9_000).putInt(196_608).array(), noise);
            default -> new byte[0];
        };
    }

    private static byte[] sslRequest() {
        return ByteBuffer.allocate(8).putInt(8).putInt(80_877_103).array();
    }

    /// A record that promises 500 bytes and brings 60.
    private byte[] halfHello() {
        var out = ByteBuffer.allocate(65);
        var body = new byte[60];
        random.nextBytes(body);
        body[0] = 1;
        return out.put((byte) 0x16)
                .put((byte) 3)
                .put((byte) 1)
                .putShort((short) 500)
                .put(body)
                .array();
    }

    private static byte[] then(byte[] one, byte[] other) {
        return ByteBuffer.allocate(one.length + other.length).put(one).put(other).array();
    }

    static long resident(Process process) throws IOException {
        return Files.readAllLines(Path.of("/proc", Long.toString(process.pid()), "status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .sum();
    }

    private static long files(Process process) {
        try (var all = Files.list(Path.of("/proc", Long.toString(process.pid()), "fd"))) {
            return all.count();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
