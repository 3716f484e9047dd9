package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` under load, again and again on one directory: nothing acknowledged is lost, nothing
/// ran that was not written down, and the log verifies and goes on. `-Dcountersign.kills=N` for
/// more.
class CrashTest {
    private static final int KILLS = Integer.getInteger("countersign.kills", 3);
    private static final int CLIENTS = 4;

    @TempDir Path directory;

    @Test
    @Timeout(value = 20, unit = TimeUnit.MINUTES) // for as many kills as are asked for
    void a_killed_gateway_leaves_a_log_that_verifies_and_goes_on() throws Exception {
        try (var house = new House(directory, SpineTest.POLICY)) {
            house.stop();
            var next = new AtomicInteger(100_000);
            var acknowledged = ConcurrentHashMap.<Integer>newKeySet();
            for (int kill = 0; kill < KILLS; kill++) {
                var process = Gateway.launch(house);
                try {
                    load(house, process, next, acknowledged, 40 * (kill + 1));
                } finally {
                    process.destroyForcibly().waitFor();
                }
            }

            house.start();
            house.stop();

            assertThat(acknowledged).hasSizeGreaterThan(CLIENTS);
            var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
            assertThat(report.exitCode()).as(report.findings().toString()).isZero();
            try (var owner = house.direct()) {
                var there =
                        Set.copyOf(
                                SpineTest.column(
                                        owner, "SELECT id FROM orders WHERE id >= 100000"));
                assertThat(there)
                        .as("nothing acknowledged is lost")
                        .containsAll(acknowledged.stream().map(String::valueOf).toList());
                assertThat(inserts(house))
                        .as("nothing ran that was not written down first")
                        .isGreaterThanOrEqualTo(there.size());
            }
            assertThat(Records.of(house.data(), "log.start")).hasSize(KILLS + 2);
            assertThat(Records.of(house.data(), "intent"))
                    .as("each intent has its outcome, if only an unknown one")
                    .hasSameSizeAs(Records.outcomes(house.data()));
            assertThat(Records.of(house.data(), "session.open"))
                    .hasSameSizeAs(Records.of(house.data(), "session.close"));
        }
    }

    private static long inserts(House house) throws IOException {
        return Records.of(house.data(), "intent").stream()
                .map(record -> record.object("x").orElseThrow())
                .filter(x -> x.get("effects").map(Json::text).orElse("").contains("insert"))
                .count();
    }

    /// Single inserts from a few clients until `enough` were acknowledged; then the kill.
    private static void load(
            House house, Process process, AtomicInteger next, Set<Integer> acknowledged, int enough)
            throws Exception {
        var stop = new AtomicBoolean();
        int before = acknowledged.size();
        var failures = new ArrayList<String>();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < CLIENTS; i++) {
                var _ =
                        clients.submit(() -> {
                            try (var eve = house.connect();
                                    var insert =
                                            eve.prepareStatement(
                                                    "INSERT INTO orders VALUES (?, 1, 1, 'new', 'crash')")) {
                                while (!stop.get()) {
                                    int id = next.getAndIncrement();
                                    insert.setInt(1, id);
                                    insert.executeUpdate();
                                    acknowledged.add(id);
                                }
                            } catch (SQLException e) {
                                synchronized (failures) {
                                    failures.add(e.toString());
                                }
                            }
                        });
            }
            SpineTest.await(() ->
                    acknowledged.size() >= before + enough
                            || failures.size() == CLIENTS
                            || !process.isAlive());
            process.destroyForcibly();
            stop.set(true);
            clients.shutdown();
            assertThat(clients.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(acknowledged.size()).as(List.copyOf(failures).toString()).isGreaterThan(before);
    }
}
