package dev.countersign.evidence;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes of what is durable what others can read: payload files, tiles, and a signed checkpoint at
/// most every [#EVERY]. Has a thread of its own, because signing would halve the writer's pace.
///
/// All it writes can be made again from the write-ahead log; it is flushed before a file of that
/// log is freed. A full disk stops it, and it tries again; nothing is lost by that, and the log
/// takes no new intents meanwhile.
final class Publisher implements AutoCloseable {
    /// How long a durable record waits for a checkpoint at most.
    static final Duration EVERY = Duration.ofMillis(100);

    /// Batches that may wait to be published; then the writer waits.
    static final int WAITING = 1_024;

    /// How long the use of an approval waits for the guard file at most.
    static final Duration GUARDED_WITHIN = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    private final EvidenceSettings settings;
    private final Disk disk;
    private final LogKey key;
    private final Tiles tiles;
    private final WriteAhead wal;
    private final Set<Path> unflushed = new HashSet<>();
    private final BlockingQueue<Done> queue = new ArrayBlockingQueue<>(WAITING);
    private final Thread thread =
            Thread.ofPlatform().name("evidence-publisher").daemon().unstarted(this::run);

    private final PayloadFiles payloads;
    private final GuardWaits guardWaits = new GuardWaits(0, GUARDED_WITHIN);
    private long lastPublished;

    // guarded by this
    private long publishedSize;
    private boolean troubled;
    private boolean closing;
    private boolean ended;

    /// What one batch left to do.
    ///
    /// @param entries of its records, in order
    record Done(List<Chains.Written> entries, List<Blob> blobs, List<WrappedKey> keys) {}

    /// @param place where it lies
    @SuppressWarnings("ArrayRecordComponent") // handed from the writer to a file
    record Blob(long place, byte[] object) {}

    @SuppressWarnings("ArrayRecordComponent") // likewise
    record WrappedKey(String scope, byte[] wrapped) {}

    Publisher(
            EvidenceSettings settings,
            Disk disk,
            LogKey key,
            Tiles tiles,
            WriteAhead wal,
            long publishedSize) {
        this.settings = settings;
        this.disk = disk;
        this.key = key;
        this.tiles = tiles;
        this.wal = wal;
        this.payloads = new PayloadFiles(settings.evidence().resolve("blobs"), unflushed);
        this.publishedSize = publishedSize;
    }

    void start() {
        thread.start();
    }

    /// Blocks the writer while too much waits.
    void add(Done batch) throws InterruptedException {
        queue.put(batch);
    }

    /// Whether what is durable cannot be published at the moment.
    synchronized boolean troubled() {
        return troubled;
    }

    /// Returns once a checkpoint covers `size` records.
    ///
    /// @throws EvidenceFailure if that takes longer than `limit`
    synchronized void await(long size, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (publishedSize < size) {
            long left = end - System.nanoTime();
            if (left <= 0 || ended) {
                throw new EvidenceFailure(
                        EvidenceFailure.Code.FULL,
                        "no checkpoint covers record "
                                + size
                                + " after "
                                + limit.toSeconds()
                                + " s");
            }
            try {
                TimeUnit.NANOSECONDS.timedWait(this, left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EvidenceFailure(EvidenceFailure.Code.CLOSED, "interrupted", e);
            }
        }
    }

    /// Completes at `home` once the guard file covers the record of this index, within
    /// [#GUARDED_WITHIN] or exceptionally; at once where there is no guard file.
    CompletionStage<Long> guarded(long index, Executor home) {
        return settings.guardFile().isEmpty()
                ? CompletableFuture.completedStage(index)
                : guardWaits.until(index, home);
    }

    private void run() {
        try {
            while (!(isClosing() && queue.isEmpty() && tiles.size() == size())) {
                step();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            guardWaits.end();
            synchronized (this) {
                ended = true;
                notifyAll();
            }
        }
    }

    private synchronized boolean isClosing() {
        return closing;
    }

    private void step() throws InterruptedException {
        var batches = new ArrayList<Done>();
        var first =
                queue.poll(
                        tiles.size() == size() ? AGAIN.toMillis() : untilDue(),
                        TimeUnit.MILLISECONDS);
        if (first != null) {
            rest(untilDue());
            batches.add(first);
            queue.drainTo(batches);
            untilItWorks(() -> store(batches));
        }
        for (var batch : batches) {
            for (var entry : batch.entries()) {
                tiles.append(entry.bytes(), entry.leaf(), true);
            }
        }
        untilItWorks(tiles::write);
        if (tiles.size() > size() && (untilDue() == 0 || isClosing())) {
            tiles.edge();
            untilItWorks(this::publish);
        }
    }

    /// What comes while nothing is due shares its writes.
    private synchronized void rest(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while (left > 0 && !closing && queue.size() < WAITING / 2) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
    }

    private long untilDue() {
        return Math.max(0, EVERY.toMillis() - (System.nanoTime() - lastPublished) / 1_000_000);
    }

    private interface Work {
        void run() throws IOException;
    }

    private void untilItWorks(Work work) throws InterruptedException {
        while (true) {
            try {
                work.run();
                synchronized (this) {
                    troubled = false;
                }
                return;
            } catch (IOException e) {
                synchronized (this) {
                    if (!troubled) {
                        LOG.atError()
                                .addKeyValue("code", "CS-EVIDENCE-005")
                                .setCause(e)
                                .log("the evidence log cannot be published; trying again");
                    }
                    troubled = true;
                    if (closing) {
                        throw new InterruptedException("closing with an unpublished tail");
                    }
                    wait(AGAIN.toMillis());
                }
            }
        }
    }

    private void store(List<Done> batches) throws IOException {
        var blobs = new ArrayList<Blob>();
        for (var batch : batches) {
            for (var wrapped : batch.keys()) {
                write(keyFile(settings.evidence(), wrapped.scope()), wrapped.wrapped());
            }
            blobs.addAll(batch.blobs());
        }
        payloads.write(blobs);
    }

    static Path keyFile(Path evidence, String scope) {
        return evidence.resolve("blobs/keys").resolve(scope);
    }

    private void write(Path file, byte[] content) throws IOException {
        disk.replace(file, content);
        unflushed.add(file);
    }

    private void publish() throws IOException {
        lastPublished = System.nanoTime();
        tiles.write();
        var checkpoint = new Checkpoint(tiles.size(), tiles.root());
        var note = key.sign(checkpoint.body(settings.origin())).getBytes(StandardCharsets.UTF_8);
        guard(settings.guardFile(), note);
        guardWaits.covered(checkpoint.size());
        durably(checkpointFile(settings.evidence()), note);
        tiles.published();
        if (wal.freeable(tiles.full())) {
            tiles.flush();
            flush();
            wal.free(tiles.full());
        }
        synchronized (this) {
            publishedSize = checkpoint.size();
            notifyAll();
        }
    }

    static Path checkpointFile(Path evidence) {
        return evidence.resolve("log/checkpoint");
    }

    /// What was signed is known outside of the directory before anybody can read it inside.
    private void guard(Optional<Path> file, byte[] note) throws IOException {
        if (file.isPresent()) {
            var folder = file.get().toAbsolutePath().getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            durably(file.get(), note);
        }
    }

    private void durably(Path file, byte[] content) throws IOException {
        disk.replace(file, content);
        disk.flush(file);
        var folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            disk.flush(folder);
        }
    }

    private void flush() throws IOException {
        var folders = new HashSet<Path>();
        for (var file : unflushed) {
            disk.flush(file);
            var folder = file.getParent();
            if (folder != null) {
                folders.add(folder);
            }
        }
        for (var folder : folders) {
            disk.flush(folder);
        }
        unflushed.clear();
    }

    /// Records that a checkpoint covers.
    synchronized long size() {
        return publishedSize;
    }

    /// Publishes what is left, and ends.
    @Override
    public void close() {
        synchronized (this) {
            closing = true;
            notifyAll();
        }
        var _ = queue.offer(new Done(List.of(), List.of(), List.of())); // wakes the thread
        try {
            if (!thread.join(Duration.ofSeconds(30))) {
                thread.interrupt();
                LOG.error("the evidence publisher did not end within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            payloads.close();
        } catch (IOException e) {
            LOG.atError().setCause(e).log("a payload file could not be closed");
        }
    }
}
