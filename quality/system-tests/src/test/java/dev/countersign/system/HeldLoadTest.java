package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Many statements held at once: people see all of them, and a held session costs memory and no
/// thread. Few here; `quality/holds/run --load` has a thousand (`-Dcountersign.holds.load=1000`)
/// and writes figures down.
class HeldLoadTest {
    private static final String INSTALLED = System.getProperty("countersign.holds", "");
    private static final int REVIEWS = Integer.getInteger("countersign.holds.load", 100);
    private static final int OF_ONE_AGENT = 5;
    private static final int LOGINS_AT_ONCE = 8;

    /// As `countersign server` starts its Java.
    private static final String[] FLAGS = {
        "-XX:+UseSerialGC",
        "-Xms64m",
        "-Xmx256m",
        "-XX:MaxDirectMemorySize=128m",
        "-Dio.netty.leakDetection.level=disabled"
    };

    @TempDir static Path directory;

    /// The gateway's process, seen from outside.
    ///
    /// @param heap bytes that live behind a collection
    /// @param resident bytes
    private record Size(long heap, long resident, long threads) {
        static Size of(Process process) throws IOException {
            var pid = Long.toString(process.pid());
            var histogram =
                    House.run(
                            List.of(
                                    Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                            .toString(),
                                    pid,
                                    "GC.class_histogram"),
                            Map.of(),
                            "");
            var total =
                    histogram
                            .lines()
                            .filter(line -> line.startsWith("Total"))
                            .findFirst()
                            .orElseThrow();
            var status = Files.readString(Path.of("/proc", pid, "status"));
            return new Size(
                    Long.parseLong(total.split(" +", -1)[2]),
                    1024 * figure(status, "VmRSS"),
                    figure(status, "Threads"));
        }

        private static long figure(String status, String name) {
            var line =
                    status.lines().filter(l -> l.startsWith(name + ":")).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("[^0-9]", ""));
        }

        String than(Size before) {
            return "%.1f KiB of heap and %.1f KiB resident a session, %+d threads"
                    .formatted(
                            (heap - before.heap) / 1024.0 / REVIEWS,
                            (resident - before.resident) / 1024.0 / REVIEWS,
                            threads - before.threads);
        }
    }

    /// In milliseconds.
    private record Times(List<Double> all) {
        static Times none() {
            return new Times(new ArrayList<>());
        }

        void since(long nanos) {
            all.add((System.nanoTime() - nanos) / 1e6);
        }

        @Override
        public String toString() {
            var sorted = all.stream().sorted().toList();
            return "median %.1f ms, p99 %.1f ms, longest %.1f ms"
                    .formatted(
                            sorted.get(sorted.size() / 2),
                            sorted.get(sorted.size() * 99 / 100),
                            sorted.getLast());
        }
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES) // for as many as are asked for
    void people_see_all_that_waits_and_a_held_session_costs_no_thread() throws Exception {
        try (var house = new House(directory, HeldCases.POLICY, REVIEWS + 50)) {
            house.stop();
            try (var owner = house.direct();
                    var statement = owner.createStatement()) {
                statement.execute("CREATE TABLE load (id int PRIMARY KEY, n int)");
                statement.execute(
                        "INSERT INTO load SELECT i, 0 FROM generate_series(1, " + REVIEWS + ") i");
                statement.execute("CREATE TABLE expired (id int)");
                statement.execute("GRANT SELECT, UPDATE ON load TO agent");
            }
            var process = Gateway.launch(house, FLAGS);
            try {
                measure(house, process);
            } finally {
                process.destroy();
                assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            }
            house.start();
        }
    }

    private static void measure(House house, Process process) throws Exception {
        var dana = house.desk("dana", "dba");
        connect(house, 1).forEach(HeldLoadTest::close);
        assertThat(dana.open()).isEmpty();
        var empty = Size.of(process);
        var clients = connect(house, REVIEWS);
        var idle = Size.of(process);
        var answers = new ArrayList<CompletableFuture<String>>();
        for (int i = 0; i < clients.size(); i++) {
            int id = i + 1;
            var client = clients.get(i);
            answers.add(
                    HeldStatementsTest.meanwhile(
                            () -> client.query("UPDATE load SET n = n + 1 WHERE id = " + id)));
        }
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> dana.open().size() == REVIEWS);
        var held = Size.of(process);

        var list = Times.none();
        for (int i = 0; i < 10; i++) {
            long from = System.nanoTime();
            assertThat(dana.open()).hasSize(REVIEWS);
            list.since(from);
        }
        var look = Times.none();
        var approve = Times.none();
        for (var review : dana.open()) {
            var id = review.text("id").orElseThrow();
            long from = System.nanoTime();
            assertThat(dana.get("/v1/reviews/" + id).status()).isEqualTo(200);
            look.since(from);
            from = System.nanoTime();
            assertThat(dana.approve(id).status()).isEqualTo(200);
            approve.since(from);
        }
        for (var answer : answers) {
            assertThat(answer.get(60, TimeUnit.SECONDS)).contains("UPDATE 1");
        }
        var after = Size.of(process);
        clients.forEach(HeldLoadTest::close);

        print(
                List.of(
                        REVIEWS + " reviews of " + REVIEWS / OF_ONE_AGENT + " agents were open",
                        "list of all:  " + list,
                        "one, whole:   " + look,
                        "approve:      " + approve,
                        "a session that rests, against none: " + idle.than(empty),
                        "a held one, against one that rests: " + held.than(idle),
                        "approved and done, against before:  " + after.than(idle),
                        "the process while it holds all:     %.0f MiB of heap, %.0f MiB resident, %d threads"
                                .formatted(
                                        held.heap / 1048576.0,
                                        held.resident / 1048576.0,
                                        held.threads)));
        try (var owner = house.direct()) {
            assertThat(SpineTest.column(owner, "SELECT sum(n) || ' ' || max(n) FROM load"))
                    .containsExactly(REVIEWS + " 1");
        }
        assertThat(held.threads - idle.threads).isLessThan(REVIEWS / 10);
        assertThat((held.heap - idle.heap) / REVIEWS).isLessThanOrEqualTo(64 * 1024);
    }

    /// So many sessions, five to an agent, and each has read something.
    private static List<WireClient> connect(House house, int sessions) throws Exception {
        var tls = WireClient.trusting(house);
        var out = new ArrayList<CompletableFuture<WireClient>>();
        var atOnce = new Semaphore(LOGINS_AT_ONCE);
        for (int i = 0; i < sessions; i++) {
            var agent = "agent-" + i / OF_ONE_AGENT;
            var token = house.token(agent, House.AUDIENCE, Duration.ofHours(1));
            atOnce.acquire();
            out.add(
                    HeldStatementsTest.meanwhile(() -> {
                        try {
                            var client = new WireClient(house, tls, agent, token);
                            client.query("SELECT 1");
                            return client;
                        } finally {
                            atOnce.release();
                        }
                    }));
        }
        var clients = new ArrayList<WireClient>();
        for (var client : out) {
            clients.add(client.get(60, TimeUnit.SECONDS));
        }
        return clients;
    }

    private static void close(WireClient client) {
        try {
            client.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void print(List<String> lines) throws IOException {
        var text = String.join("\n", lines) + "\n";
        if (INSTALLED.isEmpty()) {
            System.out.print(text);
        } else {
            Files.writeString(Path.of(INSTALLED).resolve("load.txt"), text);
        }
    }
}
