package dev.countersign.evidence;

import dev.countersign.model.Bytes;
import dev.countersign.model.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A copy of what a log has published, for those who verify it elsewhere: the tree up to one
/// checkpoint, the verifier key, and the payloads as they are stored, encrypted. No key is in it,
/// wrapped or not: a copy opens nothing, and what is erased here does not live on there. Only the
/// proofs of signed rulings may be in it opened, where that is asked for.
///
/// The unfinished tiles are read when it is made, because a log that is being written soon
/// publishes wider ones in their place: at most 16 MiB. All else never changes, and goes through a
/// small buffer.
public final class LogCopy {
    /// How often the unfinished tiles are looked for, where they are replaced meanwhile.
    private static final int TRIES = 5;

    private static final int BUFFER = 64 << 10;
    private static final String RULING = "\"k\":\"approval.ruling\"";
    private static final String SIGNED = "\"assurance\":\"signed\"";
    private static final Logger LOG = LoggerFactory.getLogger(LogCopy.class);

    private final Path evidence;
    private final PublishedLog log;
    private final String checkpoint;
    private final long size;
    private final Map<String, byte[]> edge;

    private LogCopy(Path directory, String checkpoint, long size, Map<String, byte[]> edge) {
        this.evidence = directory.resolve("evidence");
        this.log = PublishedLog.of(directory);
        this.checkpoint = checkpoint;
        this.size = size;
        this.edge = edge;
    }

    /// @param directory the data directory
    /// @throws EvidenceFailure if it cannot be read
    public static LogCopy of(Path directory) {
        var evidence = directory.resolve("evidence");
        for (int i = 1; ; i++) {
            var checkpoint = PublishedLog.of(directory).checkpoint();
            long size = PublishedLog.size(checkpoint);
            try {
                return new LogCopy(directory, checkpoint, size, edge(evidence, size));
            } catch (NoSuchFileException e) {
                if (i == TRIES) {
                    throw unreadable(e);
                }
            } catch (IOException e) {
                throw unreadable(e);
            }
        }
    }

    private static Map<String, byte[]> edge(Path evidence, long size) throws IOException {
        var out = new LinkedHashMap<String, byte[]>();
        keep(evidence, "entries", size, out);
        int level = 0;
        for (long covered = size; covered > 0; covered /= Tiles.WIDTH, level++) {
            keep(evidence, Integer.toString(level), covered, out);
        }
        return out;
    }

    private static void keep(Path evidence, String level, long covered, Map<String, byte[]> out)
            throws IOException {
        int width = (int) (covered % Tiles.WIDTH);
        if (width > 0) {
            var name = Tiles.path(level, covered / Tiles.WIDTH, width);
            out.put(name, Files.readAllBytes(evidence.resolve("log").resolve(name)));
        }
    }

    /// Opens what a record refers to.
    public interface Opener {
        /// @return 32 random bytes and the content, as [PayloadReader#reveal]
        /// @throws EvidenceFailure if it cannot, which leaves it out
        Bytes open(Json.Obj record);
    }

    /// Records that it covers.
    public long size() {
        return size;
    }

    /// Writes it as a ZIP whose files are named as below the data directory. The checkpoint is the
    /// last, so that a copy which broke off is none.
    ///
    /// @param rulings opens what signed rulings refer to; empty where they stay closed
    /// @throws IOException if a file cannot be read, or nobody takes what is written
    public void write(OutputStream to, Optional<Opener> rulings) throws IOException {
        var zip = new ZipOutputStream(to);
        zip.setLevel(1); // most of it is encrypted
        put(zip, "evidence/log.vkey", evidence.resolve("log.vkey"));
        tiles(zip, "entries", size);
        int level = 0;
        for (long covered = size; covered > 0; covered /= Tiles.WIDTH, level++) {
            tiles(zip, Integer.toString(level), covered);
        }
        for (var tile : edge.entrySet()) {
            put(zip, "evidence/log/" + tile.getKey(), tile.getValue());
        }
        payloads(zip);
        if (rulings.isPresent()) {
            opened(zip, rulings.get());
        }
        put(zip, "evidence/log/checkpoint", checkpoint.getBytes(StandardCharsets.UTF_8));
        zip.finish();
        zip.flush();
    }

    private void tiles(ZipOutputStream zip, String level, long covered) throws IOException {
        for (long number = 0; number < covered / Tiles.WIDTH; number++) {
            var name = Tiles.path(level, number, 0);
            put(zip, "evidence/log/" + name, evidence.resolve("log").resolve(name));
        }
    }

    /// Whatever was written by now: all that the checkpoint covers is.
    private void payloads(ZipOutputStream zip) throws IOException {
        var blobs = evidence.resolve("blobs");
        for (long number = 0; Files.isRegularFile(Places.file(blobs, number)); number++) {
            var file = Places.file(blobs, number);
            put(zip, "evidence/blobs/" + file.getFileName(), file);
        }
    }

    private void opened(ZipOutputStream zip, Opener rulings) throws IOException {
        try {
            log.read(
                    0,
                    size,
                    (_, text) -> {
                        if (text.contains(RULING) && text.contains(SIGNED)) {
                            opened(zip, rulings, PublishedLog.parse(text));
                        }
                        return true;
                    });
        } catch (UncheckedIOException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static void opened(ZipOutputStream zip, Opener rulings, Json.Obj record) {
        byte[] clear;
        try {
            clear = rulings.open(record).toArray();
        } catch (EvidenceFailure e) {
            LOG.atWarn().setCause(e).log("the proof of a ruling is not in a copy of the log");
            return;
        }
        try {
            put(zip, "evidence/opened/" + record.text("id").orElse(""), clear);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(content);
        zip.closeEntry();
    }

    private static void put(ZipOutputStream zip, String name, Path file) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        try (var in = Files.newInputStream(file)) {
            var buffer = new byte[BUFFER];
            long left = Files.size(file); // it may grow meanwhile, faster than anybody takes it
            for (int some; left > 0; left -= some) {
                some = in.read(buffer, 0, (int) Math.min(buffer.length, left));
                if (some < 0) {
                    throw new IOException(name + " became shorter");
                }
                zip.write(buffer, 0, some);
            }
        }
        zip.closeEntry();
    }

    private static EvidenceFailure unreadable(IOException why) {
        return new EvidenceFailure(
                EvidenceFailure.Code.UNREADABLE, "the log cannot be copied: " + why, why);
    }
}
