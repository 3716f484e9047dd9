package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `kill -9` of a gateway at each step of an approval's way, and an old copy of its directory put
/// back: what was approved runs at most once, what was used is never used again, and the log
/// verifies. `-Dcountersign.kills=N` for more rounds.
class ApprovalCrashTest {
    private static final int ROUNDS = Integer.getInteger("countersign.kills", 1);

    @TempDir Path directory;

    /// Where the gateway dies.
    private enum Step {
        /// nobody has decided
        HELD,
        /// the person was told that the ruling counts, and nobody knows what came of it
        RULED,
        /// the approval is used, and the target is at work on it
        RUNNING,
        /// approved, and nobody waits for it any more
        UNUSED
    }

    private House house() throws Exception {
        var house = new House(directory, HeldCases.POLICY);
        house.stop();
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL)");
            statement.execute("INSERT INTO counter SELECT i, 0 FROM generate_series(1, 10000) i");
            statement.execute("CREATE TABLE expired (id int)");
            statement.execute("GRANT SELECT, UPDATE ON counter TO agent");
        }
        return house;
    }

    private static String update(int id) {
        return "UPDATE counter SET n = n + 1 WHERE id = " + id + " AND true";
    }

    /// The same, and the target takes its time.
    private static String slowUpdate(int id) {
        return update(id) + " AND pg_sleep(2) IS NOT NULL";
    }

    private static int ran(House house, int id) throws SQLException {
        try (var owner = house.direct()) {
            return Integer.parseInt(
                    SpineTest.column(owner, "SELECT n FROM counter WHERE id = " + id).getFirst());
        }
    }

    /// How many statements of agents the target is at work on.
    private static int atWork(House house) {
        try (var owner = house.direct()) {
            return Integer.parseInt(
                    SpineTest.column(
                                    owner,
                                    "SELECT count(*) FROM pg_stat_activity WHERE usename = 'agent'"
                                            + " AND state = 'active' AND query LIKE 'UPDATE%'")
                            .getFirst());
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whether a slow statement runs: it is not only being prepared.
    private static boolean runs(House house) throws SQLException {
        try (var owner = house.direct()) {
            return !SpineTest.column(
                            owner,
                            "SELECT pid FROM pg_stat_activity WHERE usename = 'agent'"
                                    + " AND wait_event = 'PgSleep'")
                    .isEmpty();
        }
    }

    private static CompletableFuture<Integer> send(Connection eve, String sql) {
        return HeldStatementsTest.meanwhile(() -> {
            try (var statement = eve.createStatement()) {
                return statement.executeUpdate(sql);
            }
        });
    }

    private static void kill(Process process) throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES) // for as many rounds as are asked for
    void a_gateway_killed_on_the_way_of_an_approval_runs_it_at_most_once() throws Exception {
        try (var house = house()) {
            int id = 0;
            for (int round = 0; round < ROUNDS; round++) {
                for (var step : Step.values()) {
                    id++;
                    var sql = step == Step.RUNNING ? slowUpdate(id) : update(id);
                    var before = dies(house, step, id, sql);
                    await().atMost(Duration.ofSeconds(20)).until(() -> atWork(house) == 0);
                    int ran = ran(house, id);
                    assertThat(ran).as("%s, round %s", step, round).isLessThanOrEqualTo(1);
                    if (step == Step.HELD || step == Step.UNUSED) {
                        assertThat(ran).as("%s, round %s", step, round).isZero();
                    }

                    var after = resent(house, id, sql, ran);

                    assertThat(after).as("%s: it is asked anew", step).isNotEqualTo(before);
                    assertThat(ran(house, id))
                            .as("%s: and runs once more", step)
                            .isEqualTo(ran + 1);
                }
            }

            house.start();
            house.stop();

            verifies(house);
            var used = used(house);
            assertThat(new HashSet<>(used)).as("each is used once").hasSameSizeAs(used);
            try (var owner = house.direct()) {
                assertThat(
                                Long.parseLong(
                                        SpineTest.column(owner, "SELECT sum(n) FROM counter")
                                                .getFirst()))
                        .as("nothing ran whose approval was not used up before")
                        .isLessThanOrEqualTo(used.size());
            }
            assertThat(
                            Records.outcomes(house.data()).stream()
                                    .filter(outcome -> outcome.text().contains("\"unknown\"")))
                    .as("what was running when it died, nobody knows")
                    .hasSizeGreaterThanOrEqualTo(ROUNDS);
        }
    }

    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES) // for as many rounds as are asked for
    void under_a_guard_file_what_people_said_counts_behind_a_kill_and_runs_at_most_once()
            throws Exception {
        try (var house = house()) {
            house.say("guard-file: guard");
            int id = 100;
            for (int round = 0; round < ROUNDS; round++) {
                for (var step : Step.values()) {
                    id++;
                    var sql = step == Step.RUNNING ? slowUpdate(id) : update(id);
                    var review = dies(house, step, id, sql);
                    await().atMost(Duration.ofSeconds(20)).until(() -> atWork(house) == 0);
                    int ran = ran(house, id);

                    goesOn(house, step, review, sql, id);

                    assertThat(ran(house, id))
                            .as("%s, round %s: what was sent twice", step, round)
                            .isEqualTo(ran + 1);
                }
            }

            house.start();
            house.stop();

            verifies(house);
            var used = used(house);
            assertThat(new HashSet<>(used)).as("each is used once").hasSameSizeAs(used);
        }
    }

    /// The identical statement, at a gateway that has started again: it joins what waits, or runs
    /// if it was approved and nobody had used that; where it was used, it is asked anew.
    private static void goesOn(House house, Step step, String review, String sql, int id)
            throws Exception {
        holdFor(house, "10m");
        var process = Gateway.launch(house);
        try (var eve = house.connect()) {
            boolean used = used(house).contains(review);
            if (step != Step.RULED) { // where nobody knows which came first, the ruling or its use
                assertThat(used).as("%s", step).isEqualTo(step == Step.RUNNING);
            }
            var dana = house.desk("dana", "dba");
            assertThat(dana.open().stream().map(open -> open.text("id").orElseThrow()))
                    .as("%s", step)
                    .isEqualTo(step == Step.HELD ? List.of(review) : List.of());
            var told = send(eve, sql);
            if (used || step == Step.HELD) {
                var now = dana.waitsFor("id = " + id + " ");
                assertThat(now.equals(review)).as("%s: the same review", step).isEqualTo(!used);
                await().atMost(Duration.ofSeconds(20))
                        .until(() ->
                                dana.get("/v1/reviews/" + now)
                                        .body()
                                        .integer("waiting")
                                        .equals(Optional.of(1L)));
                approve(dana, now);
            }
            assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        } finally {
            kill(process);
        }
    }

    /// @return the review
    private static String dies(House house, Step step, int id, String sql) throws Exception {
        holdFor(house, step == Step.UNUSED ? "1s" : "10m");
        var process = Gateway.launch(house);
        try (var eve = house.connect()) {
            var told = send(eve, sql);
            var dana = house.desk("dana", "dba");
            var review = dana.waitsFor("id = " + id + " ");
            switch (step) {
                case HELD -> assertThat(told).isNotDone();
                case RULED -> approve(dana, review);
                case RUNNING -> {
                    approve(dana, review);
                    await().atMost(Duration.ofSeconds(20)).until(() -> runs(house));
                }
                case UNUSED -> leaveAndApprove(told, dana, review);
            }
            kill(process);
            return review;
        } finally {
            kill(process);
        }
    }

    private static void approve(Desk dana, String review) throws Exception {
        var now = dana.approve(review);
        assertThat(now.status()).as(now.body().text()).isEqualTo(200);
    }

    /// From the next start on.
    private static void holdFor(House house, String time) throws IOException {
        house.sayOnce("reviews: {hold: " + time + ", hold-in-transaction: " + time + "}");
    }

    /// The client is told that its wait is over; the review is not, and somebody approves it.
    private static void leaveAndApprove(CompletableFuture<Integer> told, Desk dana, String review)
            throws Exception {
        assertThatThrownBy(() -> told.get(20, TimeUnit.SECONDS))
                .hasMessageContaining("nobody of dba has answered");
        assertThat(dana.approve(review).body().text("state")).hasValue("approved");
    }

    /// The identical statement, at a gateway that has started again: it waits for people, and what
    /// was said before the gateway died lets nothing run.
    ///
    /// @return the review
    private static String resent(House house, int id, String sql, int ran) throws Exception {
        holdFor(house, "10m");
        var process = Gateway.launch(house);
        try (var eve = house.connect()) {
            var told = send(eve, sql);
            var dana = house.desk("dana", "dba");
            var review = dana.waitsFor("id = " + id + " ");
            assertThat(told).isNotDone();
            assertThat(ran(house, id)).isEqualTo(ran);
            approve(dana, review);
            assertThat(told.get(30, TimeUnit.SECONDS)).isEqualTo(1);
            return review;
        } finally {
            kill(process);
        }
    }

    /// By review, in the order in which they were used.
    private static List<String> used(House house) throws IOException {
        return Records.of(house.data(), "approval.consume").stream()
                .map(record -> record.object("x").flatMap(x -> x.text("review")).orElseThrow())
                .toList();
    }

    private static void verifies(House house) throws IOException {
        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
        assertThat(report.exitCode()).as(report.findings().toString()).isZero();
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void an_old_copy_of_the_directory_brings_no_approval_back() throws Exception {
        try (var house = house()) {
            var used = usedBehindACopy(house, 1);

            putBack(house);
            var after = resent(house, 1, update(1), 1);

            assertThat(after).isNotEqualTo(used);
            assertThat(ran(house, 1)).isEqualTo(2);
            house.start();
        }
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void with_a_guard_file_no_gateway_starts_on_an_old_copy() throws Exception {
        try (var house = house()) {
            house.say("guard-file: guard");
            usedBehindACopy(house, 2);
            var whole = house.directory.resolve("whole");
            Files.move(house.data(), whole);

            putBack(house);
            var process = Gateway.begin(house);

            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isNotZero();
            assertThat(Files.readString(Gateway.log(house)))
                    .contains("was an old copy of", "put back?");
            assertThat(ran(house, 2)).isEqualTo(1);
            erase(house.data());
            Files.move(whole, house.data());
            house.start();
            house.stop();
            verifies(house);
        }
    }

    /// The guard file knows of the use before the target knows of the statement.
    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES)
    void nor_on_one_of_before_a_use_in_which_the_machine_died() throws Exception {
        try (var house = house()) {
            house.say("guard-file: guard");
            holdFor(house, "1s");
            var process = Gateway.launch(house);
            try (var eve = house.connect()) {
                approvedAndCopied(house, process, eve, 3, slowUpdate(3));
                var _ = send(eve, slowUpdate(3));
                await().atMost(Duration.ofSeconds(20))
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> runs(house));
            } finally {
                kill(process);
            }

            putBack(house);
            var next = Gateway.begin(house);

            assertThat(next.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(next.exitValue()).isNotZero();
            assertThat(Files.readString(Gateway.log(house))).contains("was an old copy of");
        }
    }

    /// An approval is given, and nobody has used it when the directory is copied.
    ///
    /// @return the review
    private static String approvedAndCopied(
            House house, Process process, Connection eve, int id, String sql) throws Exception {
        var dana = house.desk("dana", "dba");
        var told = send(eve, sql);
        var review = dana.waitsFor("id = " + id + " ");
        leaveAndApprove(told, dana, review);
        signal(process, "STOP");
        copy(house.data(), house.directory.resolve("old"));
        signal(process, "CONT");
        return review;
    }

    /// An approval is given, the directory is copied in one moment of time, and the approval is
    /// used.
    ///
    /// @return the review
    private static String usedBehindACopy(House house, int id) throws Exception {
        holdFor(house, "1s");
        var process = Gateway.launch(house);
        try (var eve = house.connect()) {
            var review = approvedAndCopied(house, process, eve, id, update(id));
            assertThat(send(eve, update(id)).get(30, TimeUnit.SECONDS)).isEqualTo(1);
            await().atMost(Duration.ofSeconds(20)).until(() -> used(house).contains(review));
            process.destroy();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(ran(house, id)).isEqualTo(1);
            return review;
        } finally {
            kill(process);
        }
    }

    private static void signal(Process process, String name) throws IOException {
        House.run(List.of("sh", "-c", "kill -" + name + " " + process.pid()), Map.of(), "");
    }

    private static void putBack(House house) throws IOException {
        if (Files.exists(house.data())) {
            erase(house.data());
        }
        Files.move(house.directory.resolve("old"), house.data());
    }

    private static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : files.toList()) {
                Files.copy(
                        file,
                        to.resolve(from.relativize(file)),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    private static void erase(Path directory) throws IOException {
        Files.walkFileTree(
                directory,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes about)
                            throws IOException {
                        Files.delete(file);
                        return FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                            throws IOException {
                        Files.delete(folder);
                        return FileVisitResult.CONTINUE;
                    }
                });
    }
}
