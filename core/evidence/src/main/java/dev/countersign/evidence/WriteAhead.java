package dev.countersign.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The files of the write-ahead log, each of full length before it is used, so that a flush has no
/// file length to write. A file that is not needed any more is used again under a new name.
///
/// ```
///  kept: all in them that is not yet in full tiles ── current ── spare │ reserve 1, 2
///    └──────────────────────── freed, used again ──────────────────▲
/// ```
///
/// The reserve is used by nothing but the ends of what is under way when the disk is full. The
/// writer's thread uses it; `prepare` and `free` may be called from another.
final class WriteAhead implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(WriteAhead.class);

    /// Files that are only used when no other can be had.
    static final int RESERVE = 2;

    /// Files that may lie ready; more are removed. Under load one is freed some while after the
    /// next was needed, so with only one spare every file would be made anew.
    static final int MAX_READY = RESERVE + 3;

    private final Path folder;
    private final int segment;
    private final Disk disk;
    private final ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);

    // guarded by this
    private final Deque<Path> ready = new ArrayDeque<>();
    private final Deque<Kept> kept = new ArrayDeque<>();
    private long number;
    private long made;

    private Disk.Segment current;
    private int at;

    /// @param last index of the last record in it, -1 where it has none
    private record Kept(Path file, long last) {}

    /// @param next number of the next file
    /// @param batch number of the next batch
    WriteAhead(Path folder, int segment, Disk disk, long next, long batch) throws IOException {
        this.folder = folder;
        this.segment = segment;
        this.disk = disk;
        this.number = next;
        prepare();
        this.current = take(batch);
    }

    /// Files of an earlier boot, which are kept until their records are in full tiles.
    synchronized void keepOld(Path file, long last) {
        var now = kept.removeLast();
        kept.add(new Kept(file, last));
        kept.add(now); // the current one stays the last
    }

    static List<Path> files(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().matches("\\d{12}"))
                    .sorted()
                    .toList();
        }
    }

    static long number(Path file) {
        return Long.parseLong(file.getFileName().toString());
    }

    /// Makes a spare and the reserve, where they are missing.
    ///
    /// @throws IOException if the disk is full: all that there is is the reserve
    synchronized void prepare() throws IOException {
        while (ready.size() < RESERVE + 1) {
            var file = folder.resolve("ready-" + made);
            try (var fresh = disk.open(file)) {
                for (long to = 0; to < segment; to += zeros.capacity()) {
                    fresh.write(
                            zeros.clear().limit((int) Math.min(zeros.capacity(), segment - to)),
                            to);
                }
                fresh.force();
            } catch (IOException e) {
                Files.deleteIfExists(file);
                throw e;
            }
            ready.add(file);
            made++;
        }
    }

    /// Whether the next file would not be one of the reserve.
    synchronized boolean spare() {
        return ready.size() > RESERVE;
    }

    private synchronized Disk.Segment take(long batch) throws IOException {
        if (ready.isEmpty()) {
            throw new IOException("no room for the write-ahead log");
        }
        return use(ready.remove(), batch);
    }

    /// A batch that is longer than a file gets one of its own, which grows as it is written.
    private synchronized Disk.Segment grown(long batch) throws IOException {
        return use(folder.resolve("ready-" + made++), batch);
    }

    private Disk.Segment use(Path file, long batch) throws IOException {
        try (var begun = disk.open(file)) {
            begun.write(Frames.begin(batch), 0);
            begun.force();
        }
        var used = folder.resolve("%012d".formatted(number++));
        Files.move(file, used);
        disk.flush(folder);
        kept.add(new Kept(used, -1));
        at = Frames.HEADER;
        return disk.open(used);
    }

    /// Writes one batch and returns when it is durable.
    ///
    /// @param number of the batch
    /// @param last index of its last record
    void commit(ByteBuffer batch, long number, long last) throws IOException {
        int length = batch.remaining();
        if (at + length > segment) {
            current.close();
            current = length > segment - Frames.HEADER ? grown(number) : take(number);
        }
        current.write(batch, at);
        current.force();
        at += length;
        synchronized (this) {
            var file = kept.removeLast();
            kept.add(new Kept(file.file(), last));
        }
    }

    /// Lets go of the files all of whose records stand below `full`, which is durable elsewhere.
    synchronized void free(long full) throws IOException {
        while (kept.size() > 1 && kept.element().last() < full) {
            var file = kept.remove().file();
            if (ready.size() < MAX_READY && Files.size(file) == segment) {
                var again = folder.resolve("ready-" + made++);
                Files.move(file, again);
                ready.add(again);
            } else {
                Files.delete(file);
            }
            LOG.atDebug().addKeyValue("file", file.getFileName()).log("write-ahead file freed");
        }
    }

    /// Whether [#free] with this number would remove anything.
    synchronized boolean freeable(long full) {
        return kept.size() > 1 && kept.element().last() < full;
    }

    @Override
    public void close() throws IOException {
        current.close();
        for (var file : new ArrayList<>(ready)) {
            Files.deleteIfExists(file);
        }
    }
}
