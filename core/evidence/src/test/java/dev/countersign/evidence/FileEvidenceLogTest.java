package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Json;
import dev.countersign.model.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The log, whole and broken. Longer than 400 lines, because the disk that fails lies with its
/// tests.
class FileEvidenceLogTest {
    @TempDir Path folder;

    private Path directory() {
        return folder.resolve("data");
    }

    private FileEvidenceLog open() {
        return FileEvidenceLog.open(Samples.settings(directory()));
    }

    private static List<EvidenceLog.Receipt> join(FileEvidenceLog log, List<Evidence> records) {
        return log.append(records).toCompletableFuture().join();
    }

    static List<String> kinds(List<Json.Obj> records) {
        return records.stream().map(record -> record.text("k").orElse("")).toList();
    }

    @Test
    void a_session_is_written_in_order_and_the_tree_is_right() throws Exception {
        var session = Samples.session();
        var intent = Samples.intent(session, "SELECT * FROM orders WHERE id = 987654");
        List<EvidenceLog.Receipt> receipts;
        try (var log = open()) {
            join(log, Samples.opened(session));
            receipts = join(log, List.of(intent));
            join(log, List.of(Samples.settled(intent)));
            join(log, List.of(new Evidence.SessionClosed(session, "client")));
        }

        var records = CheckLog.whole(directory());

        assertThat(kinds(records))
                .containsExactly(
                        "log.genesis",
                        "log.start",
                        "auth.ok",
                        "session.open",
                        "intent",
                        "outcome",
                        "session.close",
                        "log.stop");
        var outcome = records.get(5).object("x").orElseThrow();
        assertThat(outcome.text("intent")).contains(receipts.getFirst().leaf().toString());
        assertThat(receipts.getFirst().index()).isEqualTo(4);
        assertThat(records.get(6).object("x").orElseThrow().integer("records")).contains(5L);
        var everything =
                Files.readString(
                        directory().resolve("evidence/log/tile/entries/000.p/8"),
                        java.nio.charset.StandardCharsets.ISO_8859_1);
        assertThat(everything).doesNotContain("987654").doesNotContain("plan-7");
    }

    @Test
    void payloads_open_with_the_key_and_are_what_was_committed_to() throws Exception {
        var session = Samples.session();
        var intent = Samples.intent(session, "SELECT 'a secret literal'");
        try (var log = open()) {
            join(log, Samples.opened(session));
            join(log, List.of(intent));
            join(log, List.of(Samples.settled(intent)));
        }
        var record =
                CheckLog.whole(directory()).stream()
                        .filter(one -> one.text("k").orElse("").equals("intent"))
                        .findFirst()
                        .orElseThrow();

        var content =
                PayloadReader.open(directory(), directory().resolve("keys/payload")).read(record);

        assertThat(content.toArray()).isEqualTo(intent.action().canonical());
        assertThat(content.sha256()).isEqualTo(intent.action().fingerprint());
    }

    @Test
    void a_payload_that_was_rewritten_is_noticed() throws Exception {
        var session = Samples.session();
        try (var log = open()) {
            join(log, Samples.opened(session));
        }
        var record = CheckLog.whole(directory()).get(2);
        var file = directory().resolve("evidence/blobs/00000000");
        var bytes = Files.readAllBytes(file);
        bytes[20] ^= 1;
        Files.write(file, bytes);
        var reader = PayloadReader.open(directory(), directory().resolve("keys/payload"));

        assertThatThrownBy(() -> reader.read(record))
                .isInstanceOf(EvidenceFailure.class)
                .hasMessageContaining("not what was stored");
    }

    @Test
    void what_a_home_appends_until_it_rests_is_one_batch() throws Exception {
        // given
        var disk = new FailingDisk();
        var home = new LinkedBlockingQueue<Runnable>();
        var done = new ArrayList<CompletableFuture<?>>();
        try (var log = FileEvidenceLog.open(Samples.settings(directory()), disk)) {
            var session = Samples.session();
            join(log, Samples.opened(session));
            int before = disk.flushes.get();

            // when
            disk.gate.acquire(); // nothing is durable before the home has said all
            for (int i = 0; i < 50; i++) {
                var intent = Samples.intent(session, "SELECT " + i);
                done.add(log.append(List.of(intent), home::add).toCompletableFuture());
            }
            disk.gate.release();
            while (!done.stream().allMatch(CompletableFuture::isDone)) {
                var task = home.poll(30, TimeUnit.SECONDS);
                assertThat(task).as("the home is told").isNotNull();
                task.run();
            }

            // then
            assertThat(disk.flushes.get() - before)
                    .as("what was worth a flush by itself, and all the rest")
                    .isBetween(1, 2);
        }
        assertThat(CheckLog.whole(directory())).hasSizeGreaterThan(50);
    }

    @Test
    void a_home_that_ends_before_it_says_so_holds_nobody_up() throws Exception {
        // given
        var lost = new AtomicInteger();
        Executor home =
                task -> {
                    if (lost.getAndIncrement() > 0) {
                        task.run();
                    }
                };
        try (var log = open()) {
            var session = Samples.session();
            join(log, Samples.opened(session));

            // when
            var first = log.append(List.of(Samples.intent(session, "SELECT 1")), home);

            // then
            assertThat(first.toCompletableFuture().get(30, TimeUnit.SECONDS)).hasSize(1);
            var second = log.append(List.of(Samples.intent(session, "SELECT 2")), home);
            assertThat(second.toCompletableFuture().get(30, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    @Test
    void thousands_of_records_from_many_threads_make_one_tree() throws Exception {
        var done = new ArrayList<CompletableFuture<?>>();
        try (var log = open()) {
            var session = Samples.session();
            join(log, Samples.opened(session));
            for (int i = 0; i < 3_000; i++) {
                var intent = Samples.intent(session, "SELECT " + i);
                done.add(log.append(List.of(intent)).toCompletableFuture());
                done.add(log.append(List.of(Samples.settled(intent))).toCompletableFuture());
            }
            CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)).join();
        }

        assertThat(CheckLog.whole(directory())).hasSizeGreaterThan(6_000);
        assertThat(WriteAhead.files(directory().resolve("evidence/wal")))
                .as("what is in full tiles is freed")
                .hasSizeLessThan(4);
    }

    @Test
    void it_goes_on_where_it_stopped() throws Exception {
        for (int boot = 0; boot < 4; boot++) {
            try (var log = open()) {
                var session = Samples.session();
                join(log, Samples.opened(session));
                for (int i = 0; i < 300; i++) {
                    var intent = Samples.intent(session, "SELECT " + i);
                    join(log, List.of(intent, Samples.settled(intent)));
                }
                join(log, List.of(new Evidence.SessionClosed(session, "client")));
            }
        }

        var records = CheckLog.whole(directory());

        assertThat(kinds(records)).containsOnlyOnce("log.genesis");
        assertThat(kinds(records).stream().filter("log.start"::equals)).hasSize(4);
        assertThat(kinds(records).stream().filter("session.close"::equals)).hasSize(4);
    }

    @Test
    void what_a_crash_left_open_is_closed_at_the_next_start() throws Exception {
        var copy = folder.resolve("copy");
        var session = Samples.session();
        var log = open();
        join(log, Samples.opened(session));
        var intent = Samples.intent(session, "DELETE FROM orders");
        join(log, List.of(intent));
        copy(directory(), copy);
        log.close();

        FileEvidenceLog.open(settingsWithoutGuard(copy)).close();

        var records = CheckLog.whole(copy);
        assertThat(kinds(records))
                .endsWith("intent", "outcome", "session.close", "log.start", "log.stop");
        var outcome = records.get(records.size() - 4).object("x").orElseThrow();
        assertThat(outcome.text("status")).contains("unknown");
        assertThat(outcome.text("code")).contains("crash");
        assertThat(outcome.text("action")).contains(intent.action().id().value());
    }

    @Test
    void outcomes_that_share_a_record_are_those_of_their_intents() throws Exception {
        // given
        var copy = folder.resolve("copy");
        var session = Samples.session();
        var log = open();
        join(log, Samples.opened(session));
        var one = Samples.intent(session, "SELECT 1");
        var two = Samples.intent(session, "SELECT 2");
        var open = Samples.intent(session, "SELECT 3");
        var leaves = join(log, List.of(one, two, open));
        var ends = new ArrayList<Evidence.Ended>();
        ends.addAll(Samples.settled(two).all());
        ends.addAll(Samples.settled(one).all());

        // when
        join(log, List.of(new Evidence.Settled(session, ends)));
        copy(directory(), copy);
        log.close();
        FileEvidenceLog.open(settingsWithoutGuard(copy)).close();

        // then
        var records = CheckLog.whole(copy);
        assertThat(kinds(records))
                .endsWith("outcome", "outcome", "session.close", "log.start", "log.stop");
        var of =
                ((Json.Arr)
                                records.get(records.size() - 5)
                                        .object("x")
                                        .flatMap(x -> x.get("of"))
                                        .orElseThrow())
                        .items();
        assertThat(of)
                .extracting(body -> ((Json.Obj) body).text("intent").orElseThrow())
                .containsExactly(leaves.get(1).leaf().toString(), leaves.get(0).leaf().toString());
        var crashed = records.get(records.size() - 4).object("x").orElseThrow();
        assertThat(crashed.text("action")).contains(open.action().id().value());
    }

    static EvidenceSettings settingsWithoutGuard(Path directory) {
        var settings = Samples.settings(directory);
        return new EvidenceSettings(
                directory,
                settings.origin(),
                settings.logKey(),
                settings.payloadKey(),
                java.util.Optional.empty(),
                settings.clock(),
                settings.segment(),
                settings.waiting());
    }

    @Test
    void a_torn_tail_is_trimmed_wherever_it_was_torn() throws Exception {
        var session = Samples.session();
        var log = open();
        join(log, Samples.opened(session));
        log.publish();
        var base = folder.resolve("base");
        var before = Files.readAllBytes(directory().resolve("evidence/log/checkpoint"));
        var intent = Samples.intent(session, "SELECT 1");
        join(log, List.of(intent));
        copy(directory(), base);
        log.close();
        var wal = WriteAhead.files(base.resolve("evidence/wal")).getLast();
        var bytes = Files.readAllBytes(wal);
        int end = end(bytes);
        Files.write(base.resolve("evidence/log/checkpoint"), before);
        int begin = beginOfLastBatch(bytes, end);

        for (int cut = begin; cut < end; cut += 397) {
            var torn = folder.resolve("torn-" + cut);
            copy(base, torn);
            var file = torn.resolve("evidence/wal").resolve(wal.getFileName());
            var damaged = bytes.clone();
            java.util.Arrays.fill(damaged, cut, end, (byte) 0);
            Files.write(file, damaged);

            FileEvidenceLog.open(settingsWithoutGuard(torn)).close();

            assertThat(kinds(CheckLog.whole(torn)))
                    .doesNotContain("intent")
                    .contains("session.open");
        }
    }

    private static int end(byte[] bytes) {
        int end = bytes.length;
        while (end > 0 && bytes[end - 1] == 0) {
            end--;
        }
        return end;
    }

    private static int beginOfLastBatch(byte[] bytes, int end) {
        var in = java.nio.ByteBuffer.wrap(bytes);
        int at = 0;
        int begin = 0;
        long batch = -1;
        while (at < end) {
            long now = in.getLong(at + 16);
            if (now != batch) {
                begin = at;
                batch = now;
            }
            at += Frames.size(in.getInt(at + 8));
        }
        return begin;
    }

    @Test
    void damage_before_later_records_refuses_the_start() throws Exception {
        try (var log = open()) {
            var session = Samples.session();
            join(log, Samples.opened(session));
            join(log, List.of(Samples.intent(session, "SELECT 1")));
        }
        var wal = WriteAhead.files(directory().resolve("evidence/wal")).getFirst();
        var bytes = Files.readAllBytes(wal);
        bytes[40] ^= 1;
        Files.write(wal, bytes);

        assertThatThrownBy(this::open)
                .isInstanceOf(EvidenceFailure.class)
                .hasMessageContaining("CS-EVIDENCE-003");
    }

    @Test
    void an_old_copy_of_the_directory_is_refused() throws Exception {
        var old = folder.resolve("old");
        try (var log = open()) {
            join(log, Samples.opened(Samples.session()));
            log.publish();
        }
        copy(directory(), old);
        try (var log = open()) {
            join(log, Samples.opened(Samples.session()));
        }
        delete(directory());
        copy(old, directory());

        assertThatThrownBy(this::open)
                .isInstanceOf(EvidenceFailure.class)
                .hasMessageContaining("CS-EVIDENCE-004");
    }

    @Test
    void a_directory_belongs_to_one_gateway() {
        try (var _ = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOf(EvidenceFailure.class)
                    .hasMessageContaining("CS-EVIDENCE-001");
        }
    }

    @Test
    void another_key_or_name_is_refused() throws Exception {
        open().close();
        Files.delete(directory().resolve("keys/log"));

        assertThatThrownBy(this::open)
                .isInstanceOf(EvidenceFailure.class)
                .hasMessageContaining("CS-EVIDENCE-002");
    }

    @Test
    void a_failed_flush_is_final() throws Exception {
        var disk = new FailingDisk();
        try (var log = FileEvidenceLog.open(Samples.settings(directory()), disk)) {
            var session = Samples.session();
            join(log, Samples.opened(session));
            disk.failFlush = true;

            assertThatThrownBy(() -> join(log, List.of(Samples.intent(session, "SELECT 1"))))
                    .hasMessageContaining("CS-EVIDENCE-006");

            disk.failFlush = false;
            assertThat(log.writable()).isFalse();
            assertThatThrownBy(() -> join(log, List.of(Samples.intent(session, "SELECT 2"))))
                    .hasMessageContaining("CS-EVIDENCE-006");
        }
        open().close();
        assertThat(kinds(CheckLog.whole(directory()))).contains("session.close");
    }

    @Test
    void what_comes_during_a_flush_waits_for_the_next_one_and_shares_it() throws Exception {
        var disk = new FailingDisk();
        try (var log = FileEvidenceLog.open(Samples.settings(directory()), disk)) {
            var session = Samples.session();
            join(log, Samples.opened(session));
            log.publish();
            int before = disk.flushes.get();
            disk.gate.acquire(); // the next flush takes as long as this test likes
            var first = append(log, session, 1);
            org.awaitility.Awaitility.await().until(disk.gate::hasQueuedThreads);

            var others = new ArrayList<CompletableFuture<List<EvidenceLog.Receipt>>>();
            for (int i = 2; i <= 40; i++) {
                others.add(append(log, session, i));
            }

            org.awaitility.Awaitility.await()
                    .during(Duration.ofMillis(100))
                    .until(() ->
                            !first.isDone()
                                    && others.stream().noneMatch(CompletableFuture::isDone));
            disk.gate.release();
            long index = first.join().getFirst().index();
            for (var other : others) {
                assertThat(other.join().getFirst().index()).isEqualTo(++index);
            }
            assertThat(disk.flushes.get() - before).isEqualTo(2);
        }
        assertThat(kinds(CheckLog.whole(directory()))).endsWith("log.stop");
    }

    @Test
    void a_flush_that_fails_takes_what_was_made_meanwhile_with_it() throws Exception {
        var disk = new FailingDisk();
        try (var log = FileEvidenceLog.open(Samples.settings(directory()), disk)) {
            var session = Samples.session();
            var underWay = flushAndNext(log, disk, session);
            disk.failFlush = true;

            disk.gate.release();

            assertThatRefused(underWay);
            assertThat(log.writable()).isFalse();
        }
    }

    @Test
    void a_flusher_that_ends_badly_refuses_what_it_was_given_and_all_that_comes() throws Exception {
        var disk = new FailingDisk();
        try (var log = FileEvidenceLog.open(Samples.settings(directory()), disk)) {
            var session = Samples.session();
            var underWay = flushAndNext(log, disk, session);
            disk.broken = new LinkageError("no such method");

            disk.gate.release();

            assertThatRefused(underWay);
            assertThatRefused(List.of(append(log, session, 3)));
            assertThat(log.writable()).isFalse();
        }
        disk.broken = null;
        open().close();
        assertThat(kinds(CheckLog.whole(directory()))).contains("session.close");
    }

    /// One intent whose flush waits until the gate is released, and one behind it.
    private static List<CompletableFuture<?>> flushAndNext(
            FileEvidenceLog log, FailingDisk disk, Session session) throws Exception {
        join(log, Samples.opened(session));
        log.publish();
        disk.gate.acquire();
        var first = append(log, session, 1);
        org.awaitility.Awaitility.await().until(disk.gate::hasQueuedThreads);
        return List.of(first, append(log, session, 2));
    }

    private static void assertThatRefused(List<CompletableFuture<?>> appends) {
        for (var each : appends) {
            assertThatThrownBy(() -> each.get(30, TimeUnit.SECONDS))
                    .hasMessageContaining("CS-EVIDENCE-006");
        }
    }

    @Test
    void eight_records_are_handed_on_although_their_home_never_rests() throws Exception {
        // given
        var told = new LinkedBlockingQueue<Runnable>();
        var caller = Thread.currentThread();
        Executor home =
                task -> {
                    if (!Thread.currentThread()
                            .equals(caller)) { // whoever appends asks when it rests
                        told.add(task);
                    }
                };
        int rounds = 20;
        long began = System.nanoTime();
        try (var log = open()) {
            var session = Samples.session();
            join(log, Samples.opened(session));

            // when
            for (int round = 0; round < rounds; round++) {
                var done = new ArrayList<CompletableFuture<?>>();
                for (int i = 0; i < 8; i++) {
                    var intent = Samples.intent(session, "SELECT " + i);
                    done.add(log.append(List.of(intent), home).toCompletableFuture());
                }
                while (!done.stream().allMatch(CompletableFuture::isDone)) {
                    var task = told.poll(30, TimeUnit.SECONDS);
                    assertThat(task).as("the home is told").isNotNull();
                    task.run();
                }
            }
        }

        // then
        assertThat(Duration.ofNanos(System.nanoTime() - began))
                .as("records that only the second helps on take one a round")
                .isLessThan(Duration.ofSeconds(rounds / 2));
    }

    private static CompletableFuture<List<EvidenceLog.Receipt>> append(
            FileEvidenceLog log, Session session, int number) {
        return log.append(List.of(Samples.intent(session, "SELECT " + number)))
                .toCompletableFuture();
    }

    @Test
    void a_full_disk_refuses_what_is_new_lets_what_runs_end_and_recovers_alone() throws Exception {
        var disk = new FailingDisk();
        try (var log = FileEvidenceLog.open(Samples.settings(directory()), disk)) {
            var session = Samples.session();
            join(log, Samples.opened(session));
            var running = Samples.intent(session, "UPDATE orders SET a = 1");
            join(log, List.of(running));
            disk.free = 0;
            org.awaitility.Awaitility.await().until(() -> !log.writable());

            assertThatThrownBy(() -> join(log, List.of(Samples.intent(session, "SELECT 1"))))
                    .hasMessageContaining("CS-EVIDENCE-005");
            join(log, List.of(Samples.settled(running)));

            disk.free = Long.MAX_VALUE;
            org.awaitility.Awaitility.await().until(log::writable);
            join(log, List.of(Samples.intent(session, "SELECT 2")));
        }
        CheckLog.whole(directory());
    }

    @Test
    void a_record_that_is_too_long_is_refused_alone() throws Exception {
        try (var log = open()) {
            assertThatThrownBy(() ->
                            join(
                                    log,
                                    List.of(
                                            new Evidence.Alert(
                                                    "big", Map.of("a", "x".repeat(70_000))))))
                    .hasMessageContaining("CS-EVIDENCE-007");
            join(log, List.of(new Evidence.Alert("small", Map.of("a", "x"))));
        }
        assertThat(kinds(CheckLog.whole(directory()))).containsOnlyOnce("alert");
    }

    @Test
    void a_record_that_is_too_long_is_told_at_its_home() {
        var told = new CompletableFuture<String>();
        var listening = new CompletableFuture<Void>();
        try (var log = open();
                var home =
                        Executors.newSingleThreadExecutor(
                                Thread.ofPlatform().name("home").factory())) {
            home.execute(listening::join); // it tells nobody before somebody listens
            var big = new Evidence.Alert("big", Map.of("a", "x".repeat(70_000)));
            var _ =
                    log.append(List.of(big), home)
                            .whenComplete(
                                    (_, _) -> told.complete(Thread.currentThread().getName()));
            listening.complete(null);
            assertThat(told.orTimeout(10, TimeUnit.SECONDS).join()).isEqualTo("home");
        }
    }

    @Test
    void replay_gives_every_entry_from_the_first() {
        var entries = new ArrayList<EvidenceLog.Entry>();
        try (var log = open()) {
            join(log, Samples.opened(Samples.session()));
            log.replay(entries::add);
        }

        assertThat(entries).extracting(EvidenceLog.Entry::index).containsExactly(0L, 1L, 2L, 3L);
        assertThat(entries.getLast().record().text("k")).contains("session.open");
    }

    @Test
    void a_statement_longer_than_a_file_of_the_log_gets_one_of_its_own() throws Exception {
        var session = Samples.session();
        try (var log = open()) {
            join(log, Samples.opened(session));
            var long1 = Samples.intent(session, "SELECT '" + "x".repeat(3 << 20) + "'");
            join(log, List.of(long1, Samples.settled(long1)));
            join(log, List.of(Samples.intent(session, "SELECT 1")));
        }
        open().close();
        CheckLog.whole(directory());
    }

    static void copy(Path from, Path to) throws IOException {
        try (var files = Files.walk(from)) {
            for (var file : (Iterable<Path>) files::iterator) {
                var target = to.resolve(from.relativize(file).toString());
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else if (Files.exists(file)) {
                    Files.copy(file, target, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }

    static void delete(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /// A disk that fails when it is told to.
    private static final class FailingDisk implements Disk {
        private final Disk real = new Real();
        final AtomicInteger flushes = new AtomicInteger();
        final Semaphore gate = new Semaphore(1);
        volatile boolean failFlush;
        volatile @Nullable Error broken;
        volatile long free = Long.MAX_VALUE;

        @Override
        public long usable(Path at) {
            return free;
        }

        @Override
        public Segment open(Path file) throws IOException {
            var segment = real.open(file);
            return new Segment() {
                @Override
                public void write(java.nio.ByteBuffer bytes, long at) throws IOException {
                    segment.write(bytes, at);
                }

                @Override
                public void force() throws IOException {
                    gate.acquireUninterruptibly();
                    try {
                        var error = broken;
                        if (error != null) {
                            throw error;
                        }
                        if (failFlush) {
                            throw new IOException("Input/output error");
                        }
                        segment.force();
                        flushes.incrementAndGet();
                    } finally {
                        gate.release();
                    }
                }

                @Override
                public long size() throws IOException {
                    return segment.size();
                }

                @Override
                public void close() throws IOException {
                    segment.close();
                }
            };
        }

        @Override
        public void replace(Path file, byte[] bytes) throws IOException {
            real.replace(file, bytes);
        }

        @Override
        public void flush(Path path) throws IOException {
            real.flush(path);
        }
    }
}
