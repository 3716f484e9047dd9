package dev.countersign.evidence;

import dev.countersign.evidence.Batch.Append;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The log in files: one writer, group commit without a timer, standard tiles behind it.
///
/// ```
///  append ─▶ queue ─▶ writer: encode, seal, order, hash ─▶ flusher: one write, one flush ─▶ done
///                                                             │
///                                                             └─▶ publisher: payload files,
///                                                                 tiles, checkpoint
/// ```
///
/// A batch is what the homes appended until one of them said that it had done what it was at: an
/// event loop, all that it read in one go ([#dueAfter]). The writer makes its records while it
/// grows and while the one before is flushed, and hands it on when it is due, or [#EAGER] records
/// and the flusher idle ([Batch], [Flusher]). There is no timer. Payloads stand before their record
/// in the same write, so that one flush covers both.
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

    /// Appends after which the writer is woken to prepare them, and records that are worth a flush
    /// of their own although their home has more to say.
    private static final int EAGER = 8;

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
    private final Flusher flusher;
    private final BlockingQueue<Append> queue;
    private final Thread writer =
            Thread.ofPlatform().name("evidence-writer").daemon().unstarted(this::write);
    private final long booted = System.nanoTime();

    // the writer's
    private Batch batch = new Batch(MAX_BATCH_BYTES + (1 << 20));
    private Batch other = new Batch(MAX_BATCH_BYTES + (1 << 20)); // or the flusher's
    private boolean now;
    private long looked;
    private long begun;

    /// Whether some home has been asked to wake the writer.
    private final AtomicBoolean asked = new AtomicBoolean();

    /// Whether what was appended so far is to be made durable.
    private final AtomicBoolean due = new AtomicBoolean();

    private final AtomicInteger unprepared = new AtomicInteger();

    private List<OpenReview> openReviews = List.of();
    private volatile boolean full;
    private volatile boolean closed;

    private FileEvidenceLog(EvidenceSettings settings, Disk disk, Start.Opened opened) {
        this.settings = settings;
        this.disk = disk;
        this.opened = opened;
        this.encoder = opened.encoder();
        this.chains = opened.chains();
        this.wal = opened.wal();
        this.publisher = opened.publisher();
        this.flusher = new Flusher(wal, publisher, writer, this::stopped, opened.size());
        batch.begin(opened.nextBatch(), opened.size());
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
        log.flusher.start();
        log.writer.start();
        try {
            var first = log.commit(new Append(opened::first), false);
            log.due();
            first.join();
            log.publish();
            log.openReviews =
                    new OpenReviewReader(settings, log.publisher.size())
                            .read(opened.open(), opened.rejected());
        } catch (RuntimeException e) {
            log.close();
            throw e;
        }
        return log;
    }

    /// The reviews of earlier starts that were open or approved and not used when this log was
    /// opened, and those whose rejection may still hold; the oldest first. Whoever takes them up
    /// ends those that cannot go on. Without a guard file that vouches for the log there are none:
    /// they have been ended.
    public List<OpenReview> openReviews() {
        return openReviews;
    }

    @Override
    public CompletionStage<?> guarded(Receipt of, Executor home) {
        return publisher.guarded(of.index(), home);
    }

    @Override
    public CompletionStage<List<Receipt>> append(List<? extends Evidence> records, Executor home) {
        var mine = List.copyOf(records);
        boolean noRoom = full && mine.stream().anyMatch(FileEvidenceLog::begins);
        var done = commit(new Append(() -> encoder.drafts(mine), home), noRoom);
        dueAfter(home);
        return done;
    }

    /// Whether it begins something new, which a full disk refuses; the ends of things still fit.
    private static boolean begins(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Configured _,
                    Evidence.IssuerKeys _,
                    Evidence.LoggedIn _,
                    Evidence.SessionOpened _,
                    Evidence.Intent _,
                    Evidence.ReviewRequested _,
                    Evidence.ApprovalConsumed _,
                    Evidence.CredentialMinted _,
                    Evidence.Read _ ->
                    true;
            case Evidence.Alert _,
                    Evidence.LoginFailed _,
                    Evidence.SessionClosed _,
                    Evidence.Settled _,
                    Evidence.ByGateway _,
                    Evidence.Ruled _,
                    Evidence.RulingRefused _,
                    Evidence.CredentialRevoked _,
                    Evidence.Recorded _ ->
                    false;
        };
    }

    /// @param noRoom whether it begins something new on a full disk
    private CompletableFuture<List<Receipt>> commit(Append append, boolean noRoom) {
        if (flusher.failed() || closed) {
            append.done().completeExceptionally(stopped());
        } else if (noRoom) {
            append.done().completeExceptionally(noRoom());
        } else if (!queue.offer(append)) {
            append.done()
                    .completeExceptionally(
                            new EvidenceFailure(
                                    EvidenceFailure.Code.BUSY,
                                    "more than "
                                            + settings.waiting()
                                            + " appends wait; try again"));
        } else if (flusher.failed()) {
            refuseWaiting(); // the writer ended between the look and the offer
        }
        return append.done();
    }

    /// The batch is due when `home` has done what it does just now, so that whatever else it
    /// appends meanwhile shares it; with many, the writer begins to prepare it before.
    private void dueAfter(Executor home) {
        if (asked.compareAndSet(false, true)) {
            try {
                home.execute(this::due);
            } catch (RejectedExecutionException e) {
                due();
            }
        }
        if (unprepared.incrementAndGet() % EAGER == 0) {
            LockSupport.unpark(writer);
        }
    }

    private void due() {
        asked.set(false);
        due.set(true);
        LockSupport.unpark(writer);
    }

    private EvidenceFailure stopped() {
        return flusher.failed()
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
        return !flusher.failed() && !closed && !full && !publisher.troubled();
    }

    /// Why nothing new is taken just now: [EvidenceFailure.Code#FAILED] until a restart,
    /// [EvidenceFailure.Code#FULL] until there is room or the files can be written again,
    /// [EvidenceFailure.Code#CLOSED]; empty while it is [#writable()].
    public Optional<EvidenceFailure.Code> trouble() {
        if (flusher.failed()) {
            return Optional.of(EvidenceFailure.Code.FAILED);
        }
        if (closed) {
            return Optional.of(EvidenceFailure.Code.CLOSED);
        }
        return full || publisher.troubled()
                ? Optional.of(EvidenceFailure.Code.FULL)
                : Optional.empty();
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
        var marker = new Append(List::of);
        if (flusher.failed() || closed) {
            throw stopped();
        }
        try {
            queue.put(marker);
            due();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EvidenceFailure(EvidenceFailure.Code.CLOSED, "interrupted", e);
        }
        marker.done().orTimeout(PUBLISH_LIMIT.toSeconds(), TimeUnit.SECONDS).join();
        publisher.await(flusher.written(), PUBLISH_LIMIT);
    }

    // ---- the writer

    private void write() {
        try {
            while (!(closed && queue.isEmpty() && batch.isEmpty()) && !flusher.failed()) {
                lookAtDisk();
                now |= due.getAndSet(false);
                unprepared.set(0);
                prepare();
                if (!handedOn()) {
                    LockSupport.parkNanos(this, LOOK_AT_DISK.toNanos());
                }
            }
        } catch (RuntimeException e) {
            flusher.fail(e);
        } finally {
            if (!closed) {
                flusher.refuse();
            }
            batch.failed(stopped());
            refuseWaiting();
            flusher.close(PUBLISH_LIMIT);
        }
    }

    /// Hands the batch on if the one before is durable, and it is due or worth it.
    private boolean handedOn() {
        boolean room = room();
        if (batch.isEmpty()) {
            now = false;
            return false;
        }
        boolean worth = batch.records() >= EAGER;
        if (!flusher.free() || !(now || worth || !room || closed || overdue())) {
            return false;
        }
        var whole = batch;
        batch = other;
        batch.begin(whole.number() + (whole.records() > 0 ? 1 : 0), whole.next());
        other = whole;
        flusher.give(whole);
        now &= !room; // then what had no room is due too
        return true;
    }

    /// Should a home have ended before it could say that it has done: the next may say so again.
    private boolean overdue() {
        if (System.nanoTime() - begun <= LOOK_AT_DISK.toNanos()) {
            return false;
        }
        asked.set(false);
        return true;
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

    private void prepare() {
        long mono = System.nanoTime() - booted;
        long now = Chains.micros(settings.clock().instant());
        if (batch.isEmpty()) {
            begun = System.nanoTime();
        }
        for (var append = room() ? queue.poll() : null; append != null; ) {
            batch.add(append, chains, opened.places(), now, mono);
            append = room() ? queue.poll() : null;
        }
    }

    private boolean room() {
        return batch.records() < MAX_BATCH && batch.bytes() < MAX_BATCH_BYTES;
    }

    /// Writes the end of the log, publishes it, and lets the directory go.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (!flusher.failed()) {
            var stop =
                    commit(
                            new Append(() -> List.of(encoder.plain("log.stop", encoder.body()))),
                            false);
            due();
            var _ =
                    stop.handle((_, failure) -> failure)
                            .orTimeout(PUBLISH_LIMIT.toSeconds(), TimeUnit.SECONDS)
                            .join();
        }
        closed = true;
        due();
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
