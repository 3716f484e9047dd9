package dev.countersign.evidence;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// A copy of what a log has published, for those who verify it elsewhere: the tree up to one
/// checkpoint, the verifier key, and the payloads as they are stored, encrypted. No key is in it,
/// wrapped or not: a copy opens nothing, and what is erased here does not live on there.
///
/// The unfinished tiles are read when it is made, because a log that is being written soon
/// publishes wider ones in their place: at most 16 MiB. All else never changes, and goes through a
/// small buffer.
public final class LogCopy {
    /// How often the unfinished tiles are looked for, where they are replaced meanwhile.
    private static final int TRIES = 5;

    private static final int BUFFER = 64 << 10;

    private final Path evidence;
    private final String checkpoint;
    private final long size;
    private final Map<String, byte[]> edge;

    private LogCopy(Path evidence, String checkpoint, long size, Map<String, byte[]> edge) {
        this.evidence = evidence;
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
                return new LogCopy(evidence, checkpoint, size, edge(evidence, size));
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

    /// Records that it covers.
    public long size() {
        return size;
    }

    /// Writes it as a ZIP whose files are named as below the data directory. The checkpoint is the
    /// last, so that a copy which broke off is none.
    ///
    /// @throws IOException if a file cannot be read, or nobody takes what is written
    public void write(OutputStream to) throws IOException {
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
