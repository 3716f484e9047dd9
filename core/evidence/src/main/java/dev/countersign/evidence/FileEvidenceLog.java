package dev.countersign.evidence;

import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log in files: one writer, group commit without a timer, standard tiles behind it.
///
/// ```
///  append ─▶ encode, seal (caller's thread) ─▶ queue ─▶ writer: order, hash, one write, one flush ─▶ done
///                                                          │
///                                                          └─▶ publisher: payload files, tiles, checkpoint
/// ```
///
/// A batch is whatever came while the last one was being flushed. Payloads stand before their
/// record in the same write, so that one flush covers both.
///
/// What goes wrong: a *full disk* refuses everything that would begin something, while the ends of
/// what is under way still fit into the reserve; it recovers alone. A *failed write or flush* is
/// final: nothing more is written until a restart has read everything again, because after a failed
/// flush the system may have dropped what it then calls clean.
public final class FileEvidenceLog implements EvidenceLog, AutoCloseable {
    /// Records of one batch.
    static final int MAX_BATCH = 4_096;

    /// Bytes of one batch after which no further append joins it.
    static final int MAX_BATCH_BYTES = 4 << 20;

    /// Bytes that must be free for anything new to begin, beside the reserve.
    static final long MIN_FREE = 64L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(FileEvidenceLog.class);
    private static final Duration PUBLISH_LIMIT = Duration.ofSeconds(30);
    private static final Duration LOOK_AT_DISK = Duration.ofSeconds(1);

    private final EvidenceSettings settings;
    private final Disk disk;
    private final Start.Opened opened;
    private final Encoder encoder;
    private final Chains chains;
    private final WriteAhead wal;
    private final Publisher publisher;
    private final BlockingQueue<Append> queue;
    private final Thread writer =
            Thread.ofPlatform().name("evidence-writer").daemon().unstarted(this::write);
    private final long booted = System.nanoTime();

    private final BatchBuffer buffer = new BatchBuffer(MAX_BATCH_BYTES + (1 << 20));
    private long batch;
    private long index;
    private long looked;

    private final AtomicBoolean waking = new AtomicBoolean();

    private volatile long written;
    private volatile boolean full;
    private volatile boolean failed;
    private volatile boolean closed;

    private record Append(
            List<Draft> drafts, CompletableFuture<List<Receipt>> done, Executor home) {
        Append(List<Draft> drafts) {
            this(drafts, new CompletableFuture<>(), Runnable::run);
        }
    }

    private FileEvidenceLog(EvidenceSettings settings, Disk disk, Start.Opened opened) {
        this.settings = settings;
        this.disk = disk;
        this.opened = opened;
        this.encoder = opened.encoder();
        this.chains = opened.chains();
        this.wal = opened.wal();
        this.publisher = opened.publisher();
        this.batch = opened.nextBatch();
        this.index = opened.size();
        this.queue = new ArrayBlockingQueue<>(settings.waiting());
    }

    /// Opens the log of a directory, or begins one. What a crash left open is closed in the log
    /// before this returns: an action without an outcome gets an unknown one.
    ///
    /// @throws EvidenceFailure if somebody else has it, a key is missing, the log is damaged, or
    ///   what was signed before is not in it any more
    public static FileEvidenceLog open(EvidenceSettings settings) {
        return open(settings, new Disk.Real());
    }

    static FileEvidenceLog open(EvidenceSettings settings, Disk disk) {
        var opened = Start.open(settings, disk);
        var log = new FileEvidenceLog(settings, disk, opened);
        log.publisher.start();
        log.writer.start();
        try {
            var first = log.commit(new Append(opened.first()));
            log.wake();
            first.join();
            log.publish();
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
        return log;
    }

    @Override
    public CompletionStage<List<Receipt>> append(List<? extends Evidence> records, Executor home) {
        try {
            var drafts = new ArrayList<Draft>(records.size());
            for (var record : records) {
                drafts.add(encoder.draft(record));
            }
            var done = commit(new Append(drafts, new CompletableFuture<>(), home));
            wakeAfter(home);
            return done;
        } catch (EvidenceFailure e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private CompletableFuture<List<Receipt>> commit(Append append) {
        if (failed || closed) {
            append.done().completeExceptionally(stopped());
        } else if (full && append.drafts().stream().anyMatch(Draft::beginning)) {
            append.done().completeExceptionally(noRoom());
        } else if (!queue.offer(append)) {
            append.done()
                    .completeExceptionally(
                            new EvidenceFailure(
                                    EvidenceFailure.Code.BUSY,
                                    "more than "
                                            + settings.waiting()
                                            + " appends wait; try again"));
        } else if (failed) {
            refuseWaiting(); // the writer ended between the look and the offer
        }
        return append.done();
    }

    /// Wakes the writer when `home` has done what it does just now, so that whatever it appends
    /// meanwhile shares the batch.
    private void wakeAfter(Executor home) {
        if (waking.compareAndSet(false, true)) {
            try {
                home.execute(this::wake);
            } catch (RejectedExecutionException e) {
                wake();
            }
        }
    }

    private void wake() {
        waking.set(false);
        LockSupport.unpark(writer);
    }

    private EvidenceFailure stopped() {
        return failed
                ? new EvidenceFailure(
                        EvidenceFailure.Code.FAILED,
                        "the evidence log failed and takes nothing more; look at the disk of "
                                + settings.evidence()
                                + ", then start the gateway again")
                : new EvidenceFailure(EvidenceFailure.Code.CLOSED, "the evidence log is closed");
    }

    private EvidenceFailure noRoom() {
        return new EvidenceFailure(
                EvidenceFailure.Code.FULL,
                "the disk of "
                        + settings.evidence()
                        + " is full; nothing new is admitted until it is not");
    }

    @Override
    public boolean writable() {
        return !failed && !closed && !full && !publisher.troubled();
    }

    @Override
    public void replay(Consumer<Entry> each) {
        publish();
        Bundles.replay(settings, publisher.size(), each);
    }

    /// Returns once a signed checkpoint covers everything appended so far.
    ///
    /// @throws EvidenceFailure if it cannot be published within 30 s
    public void publish() {
        var marker = new Append(List.of());
        if (failed || closed) {
            throw stopped();
        }
        try {
            queue.put(marker);
            wake();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvidenceFailure(EvidenceFailure.Code.CLOSED, "interrupted", e);
        }
        marker.done().orTimeout(PUBLISH_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        publisher.await(written, PUBLISH_LIMIT);
    }

    // ---- the writer

    private void write() {
        try {
            while (true) {
                lookAtDisk();
                var first = queue.poll();
                if (first != null) {
                    writeBatch(first);
                } else if (closed) {
                    return;
                } else {
                    LockSupport.parkNanos(this, LOOK_AT_DISK.toNanos());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            fail(e);
        } catch (RuntimeException e) {
            fail(e);
        } finally {
            if (!closed) {
                failed = true;
            }
            refuseWaiting();
        }
    }

    private void fail(Exception why) {
        failed = true;
        LOG.atError()
                .addKeyValue("code", "CS-EVIDENCE-006")
                .setCause(why)
                .log("the evidence log failed: nothing more is admitted until a restart");
    }

    private void refuseWaiting() {
        for (var append = queue.poll(); append != null; append = queue.poll()) {
            append.done().completeExceptionally(stopped());
        }
    }

    /// Keeps a spare file ready, and notices a full disk before a batch does.
    private void lookAtDisk() {
        long now = System.nanoTime();
        if (now - looked < LOOK_AT_DISK.toNanos() && wal.spare()) {
            return;
        }
        looked = now;
        boolean was = full;
        try {
            wal.prepare();
            full = disk.usable(settings.evidence()) < MIN_FREE;
        } catch (IOException e) {
            full = true;
        }
        if (full && !was) {
            LOG.atError()
                    .addKeyValue("code", "CS-EVIDENCE-005")
                    .log("the disk of the evidence log is full: nothing new is admitted");
        } else if (was && !full) {
            LOG.info("the disk of the evidence log has room again");
        }
    }

    private void writeBatch(Append first) throws IOException, InterruptedException {
        var appends = new ArrayList<Append>();
        var receipts = new ArrayList<List<Receipt>>();
        var entries = new ArrayList<Chains.Written>();
        var blobs = new ArrayList<Publisher.Blob>();
        var keys = new ArrayList<Publisher.WrappedKey>();
        long now = Chains.micros(settings.clock().instant());
        long mono = System.nanoTime() - booted;
        int bytes = 0;
        for (var append = first; append != null; ) {
            var mine = new ArrayList<Receipt>(append.drafts().size());
            try {
                for (var draft : append.drafts()) {
                    var payload = draft.payload();
                    var where = "";
                    long place = 0;
                    if (payload != null) {
                        place = opened.places().take(payload.length());
                        where = Places.written(place, payload.length());
                    }
                    var written = chains.write(draft, where, now, mono);
                    if (payload != null) {
                        blobs.add(new Publisher.Blob(place, payload.toArray()));
                        bytes += payload.length();
                    }
                    var wrapped = draft.wrappedKey();
                    var who = draft.who();
                    if (wrapped != null && who != null) {
                        keys.add(new Publisher.WrappedKey(who.session(), wrapped.toArray()));
                    }
                    mine.add(new Receipt(index + entries.size(), written.leaf()));
                    entries.add(written);
                    bytes += written.bytes().length;
                }
                appends.add(append);
                receipts.add(mine);
            } catch (EvidenceFailure e) {
                // One record that is too long: what was ordered before it in the same append stays,
                // for it has its number already, but nothing of it is admitted.
                append.done().completeExceptionally(e);
            }
            append = entries.size() < MAX_BATCH && bytes < MAX_BATCH_BYTES ? queue.poll() : null;
        }
        if (!entries.isEmpty()) {
            try {
                wal.commit(
                        buffer.frames(batch, index, entries, blobs, keys),
                        batch,
                        index + entries.size() - 1);
            } catch (IOException e) {
                failed = true;
                tell(appends, (done, _) -> done.completeExceptionally(stopped()));
                throw e;
            }
            index += entries.size();
            batch++;
            written = index;
            publisher.add(new Publisher.Done(entries, blobs, keys));
        }
        tell(appends, (done, i) -> done.complete(receipts.get(i)));
    }

    /// Tells each home once.
    private static void tell(
            List<Append> appends, ObjIntConsumer<CompletableFuture<List<Receipt>>> each) {
        var homes = new LinkedHashMap<Executor, List<Runnable>>();
        for (int i = 0; i < appends.size(); i++) {
            int at = i;
            var append = appends.get(i);
            homes.computeIfAbsent(append.home(), _ -> new ArrayList<>())
                    .add(() -> each.accept(append.done(), at));
        }
        homes.forEach((home, told) -> {
            Runnable all = () -> told.forEach(Runnable::run);
            try {
                home.execute(all);
            } catch (RejectedExecutionException e) {
                all.run(); // its thread has ended; whoever still waits is elsewhere
            }
        });
    }

    /// Writes the end of the log, publishes it, and lets the directory go.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (!failed) {
            var stop = commit(new Append(List.of(encoder.plain("log.stop", Encoder.body(), false))));
            wake();
            var _ =
                    stop.handle((_, failure) -> failure)
                            .orTimeout(PUBLISH_LIMIT.toSeconds(), TimeUnit.SECONDS)
                            .join();
        }
        closed = true;
        wake();
        try {
            if (!writer.join(PUBLISH_LIMIT)) {
                LOG.error("the evidence writer did not end within 30 s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        publisher.close();
        opened.close();
    }
}
