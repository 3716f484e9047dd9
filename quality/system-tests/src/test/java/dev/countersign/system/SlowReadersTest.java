package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.verifier.Verifier;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Clients that read a large result slowly cost time and no memory.
/// `-Dcountersign.slow.megabytes=N` for larger results (`quality/hard-days/slow-readers`).
class SlowReadersTest {
    private static final int MEGABYTES = Integer.getInteger("countersign.slow.megabytes", 100);
    private static final int READERS = Integer.getInteger("countersign.slow.readers", 4);
    private static final long REST_MILLIS = 50;
    private static final int ROW = 1_000;
    private static final long MORE_MEMORY = 64 << 20;

    @TempDir Path directory;

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES) // for as large a result as is asked for
    void slow_readers_of_large_results_leave_memory_flat() throws Exception {
        try (var house = new House(directory, SpineTest.POLICY)) {
            house.stop();
            // as the launcher starts it
            var gateway =
                    Gateway.launch(
                            house,
                            "-XX:+UseSerialGC",
                            "-Xms64m",
                            "-Xmx256m",
                            "-XX:MaxDirectMemorySize=128m",
                            "-XX:+ExitOnOutOfMemoryError",
                            "-Dio.netty.leakDetection.level=disabled");
            try {
                read(house, 2, 10); // what it needs once
                long before = GarbageTest.resident(gateway);
                long most = before;
                long began = System.nanoTime();
                try (var readers = Executors.newVirtualThreadPerTaskExecutor()) {
                    var all = new ArrayList<Future<Long>>();
                    for (int i = 0; i < READERS; i++) {
                        all.add(readers.submit((Callable<Long>) () -> read(house, 1, MEGABYTES)));
                    }
                    while (!all.stream().allMatch(Future::isDone)) {
                        Thread.sleep(200);
                        most = Math.max(most, GarbageTest.resident(gateway));
                    }
                    for (var one : all) {
                        assertThat(one.get()).isEqualTo(rows(MEGABYTES));
                    }
                }
                System.out.printf(
                        "%d readers of %d MB each, %d s: resident memory %d MiB before, %d MiB at most%n",
                        READERS,
                        MEGABYTES,
                        (System.nanoTime() - began) / 1_000_000_000,
                        before >> 20,
                        most >> 20);
                assertThat(most - before).as("memory is flat").isLessThan(MORE_MEMORY);
            } finally {
                gateway.destroy();
                gateway.waitFor();
            }
            var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
            assertThat(report.exitCode()).as(report.findings().toString()).isZero();
            house.start();
        }
    }

    private static long rows(int megabytes) {
        return megabytes * 1_000_000L / ROW;
    }

    /// How many rows came.
    private static long read(House house, int times, int megabytes) throws Exception {
        long rows = 0;
        try (var eve = new WireClient(house)) {
            for (int i = 0; i < times; i++) {
                rows =
                        eve.drain(
                                "SELECT repeat('x', "
                                        + ROW
                                        + ") FROM generate_series(1, "
                                        + rows(megabytes)
                                        + ")",
                                REST_MILLIS);
            }
        }
        return rows;
    }
}
