package dev.countersign.evidence;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Makes batches durable, one at a time and in order, while the writer makes the next one.
///
/// ```
///  writer ── give ─▶ one batch: one write, one flush ─▶ publisher, then whoever waits
///     ◀────── free ─────┘
/// ```
///
/// A thread of its own, because a flush is two or three waits for the disk, in which the writer has
/// something to do.
///
/// The first batch that cannot be written is the last that is tried: after a failed write or flush
/// the system may have dropped what it then calls clean.
final class Flusher {
    private static final Logger LOG = LoggerFactory.getLogger(Flusher.class);

    private final WriteAhead wal;
    private final Publisher publisher;
    private final Thread writer;
    private final Supplier<EvidenceFailure> stopped;
    private final Thread thread =
            Thread.ofPlatform().name("evidence-flusher").daemon().unstarted(this::run);

    /// What is being made durable; null when it could take one.
    private volatile @Nullable Batch given;

    private volatile boolean closing;
    private volatile boolean failed;
    private volatile long written;

    /// @param writer woken when another batch can be given
    /// @param stopped what everybody is told once it [#failed()]
    /// @param size of the log
    Flusher(
            WriteAhead wal,
            Publisher publisher,
            Thread writer,
            Supplier<EvidenceFailure> stopped,
            long size) {
        this.wal = wal;
        this.publisher = publisher;
        this.writer = writer;
        this.stopped = stopped;
        this.written = size;
    }

    void start() {
        thread.start();
    }

    /// Whether a batch can be given to it, and the one before is the writer's again.
    boolean free() {
        return given == null;
    }

    /// @param batch whole; not touched by anybody else until it is [#free()]
    void give(Batch batch) {
        given = batch;
        LockSupport.unpark(thread);
    }

    /// Whether a write or a flush went wrong: nothing more becomes durable.
    boolean failed() {
        return failed;
    }

    /// Records that are durable.
    long written() {
        return written;
    }

    private void run() {
        try {
            var batch = given;
            while (batch != null || !closing) {
                if (batch == null) {
                    LockSupport.park(this);
                } else {
                    finish(batch);
                    given = null;
                    LockSupport.unpark(writer);
                }
                batch = given;
            }
        } finally {
            var left = given; // something worse than a failure; it stays, so that no other is given
            if (left != null) {
                refuse();
                left.failed(stopped.get());
                LockSupport.unpark(writer);
            }
        }
    }

    private void finish(Batch batch) {
        try {
            if (failed) {
                batch.failed(stopped.get());
            } else {
                commit(batch);
            }
        } catch (IOException | InterruptedException | RuntimeException e) {
            fail(e); // before anybody is told
            batch.failed(stopped.get());
        }
    }

    private void commit(Batch batch) throws IOException, InterruptedException {
        if (batch.records() > 0) {
            wal.commit(batch.end(), batch.number(), batch.next() - 1);
            written = batch.next();
            publisher.add(batch.done());
        }
        batch.durable();
    }

    /// Nothing more becomes durable until a restart has read everything again.
    void fail(Exception why) {
        refuse();
        LOG.atError()
                .addKeyValue("code", "CS-EVIDENCE-006")
                .setCause(why)
                .log("the evidence log failed: nothing more is admitted until a restart");
    }

    void refuse() {
        failed = true;
    }

    /// Finishes what was given, and ends.
    void close(Duration limit) {
        closing = true;
        LockSupport.unpark(thread);
        try {
            if (!thread.join(limit)) {
                LOG.error("the evidence flusher did not end within {} s", limit.toSeconds());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
