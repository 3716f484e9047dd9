package dev.countersign.evidence;

import dev.countersign.model.Json;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// What a log has published, for those who show it while it is being written: records by their
/// number, as far as the last checkpoint covers them, which is a tenth of a second old at most. It
/// reads files only and holds one record at a time, so that a reader who is slow keeps nobody up.
public final class PublishedLog {
    /// How often it looks again where the unfinished bundle was replaced under it.
    private static final int TRIES = 5;

    private static final int MAX_CHECKPOINT = 64 << 10;

    private final Path evidence;

    private PublishedLog(Path evidence) {
        this.evidence = evidence;
    }

    /// @param directory the data directory
    public static PublishedLog of(Path directory) {
        return new PublishedLog(directory.resolve("evidence"));
    }

    /// Takes one record.
    @FunctionalInterface
    public interface Each {
        /// @param text exactly as it is stored
        /// @return whether it wants the next one
        boolean record(long index, String text);
    }

    /// The last signed checkpoint, a C2SP note.
    ///
    /// @throws EvidenceFailure if it cannot be read
    public String checkpoint() {
        try (var in = Files.newInputStream(Publisher.checkpointFile(evidence))) {
            return new String(in.readNBytes(MAX_CHECKPOINT), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable("the checkpoint cannot be read", e);
        }
    }

    /// Records that it covers.
    ///
    /// @throws EvidenceFailure if it cannot be read
    public long size() {
        return size(checkpoint());
    }

    static long size(String checkpoint) {
        var lines = checkpoint.split("\n", 3);
        if (lines.length < 3 || !lines[1].matches("0|[1-9]\\d{0,17}")) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.UNREADABLE, "the checkpoint is no checkpoint");
        }
        return Long.parseLong(lines[1]);
    }

    /// The records from `from` on, in order, until `each` wants no more or `to` is reached.
    ///
    /// @param to not larger than [#size()] was
    /// @return the number of the first record that was not read
    /// @throws EvidenceFailure if one cannot be read
    public long read(long from, long to, Each each) {
        long next = from;
        int failures = 0;
        while (next < to) {
            var reading = new Reading(next, Math.min(to, (next / Tiles.WIDTH + 1) * Tiles.WIDTH));
            try {
                if (!reading.bundle(size(), each)) {
                    return reading.next;
                }
                failures = 0;
            } catch (NoSuchFileException e) {
                if (++failures == TRIES) {
                    throw unreadable("the bundle with record " + reading.next + " is missing", e);
                }
            } catch (IOException e) {
                throw unreadable("the bundle with record " + reading.next + " cannot be read", e);
            }
            next = reading.next;
        }
        return next;
    }

    /// Of one bundle.
    private final class Reading {
        private final long end;
        private long next;

        Reading(long from, long end) {
            this.next = from;
            this.end = end;
        }

        /// @param size that was published when its file was looked for
        /// @return whether more is wanted
        boolean bundle(long size, Each each) throws IOException {
            long number = next / Tiles.WIDTH;
            var file = file("entries", number, size);
            try (var in =
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                for (long index = number * Tiles.WIDTH; index < end; index++) {
                    int length = in.readUnsignedShort();
                    if (index < next) {
                        in.skipNBytes(length);
                        continue;
                    }
                    var entry = in.readNBytes(length);
                    if (entry.length < length) {
                        throw new IOException("it ends in the middle of a record");
                    }
                    next = index + 1;
                    if (!each.record(index, new String(entry, StandardCharsets.UTF_8))) {
                        return false;
                    }
                }
            }
            return true;
        }
    }

    /// The full tile, or the partial one that a checkpoint of this size stands on.
    private Path file(String level, long number, long covered) {
        long width = covered - number * Tiles.WIDTH;
        return evidence.resolve("log")
                .resolve(Tiles.path(level, number, width < Tiles.WIDTH ? (int) width : 0));
    }

    /// A stored record.
    ///
    /// @throws EvidenceFailure if it is none
    public static Json.Obj parse(String text) {
        try {
            return (Json.Obj) Json.parse(text);
        } catch (IllegalArgumentException | ClassCastException e) {
            throw unreadable("a record is no record", e);
        }
    }

    private static EvidenceFailure unreadable(String what, Exception why) {
        return new EvidenceFailure(EvidenceFailure.Code.UNREADABLE, what, why);
    }
}
