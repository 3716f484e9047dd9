package dev.countersign.evidence;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Puts sealed payloads where the writer said they lie. Neighbours are written together.
final class PayloadFiles implements AutoCloseable {
    /// Bytes of one write; a longer payload is one of its own.
    static final int MAX_WRITE = 1 << 20;

    private final Path folder;

    /// Told which files have to be flushed.
    private final Set<Path> unflushed;

    private @Nullable RandomAccessFile open;
    private long number = -1;

    PayloadFiles(Path folder, Set<Path> unflushed) {
        this.folder = folder;
        this.unflushed = unflushed;
    }

    /// What was written before a failure may be written again: it is the same.
    void write(List<Publisher.Blob> blobs) throws IOException {
        for (int from = 0; from < blobs.size(); ) {
            int to = from + 1;
            int length = blobs.get(from).object().length;
            while (to < blobs.size()
                    && length + blobs.get(to).object().length <= MAX_WRITE
                    && follows(blobs.get(to), blobs.get(from).place() + length)) {
                length += blobs.get(to++).object().length;
            }
            write(blobs.get(from).place(), joined(blobs.subList(from, to), length));
            from = to;
        }
    }

    private static boolean follows(Publisher.Blob blob, long place) {
        return blob.place() == place;
    }

    private static byte[] joined(List<Publisher.Blob> blobs, int length) {
        if (blobs.size() == 1) {
            return blobs.getFirst().object();
        }
        var out = new byte[length];
        int at = 0;
        for (var blob : blobs) {
            System.arraycopy(blob.object(), 0, out, at, blob.object().length);
            at += blob.object().length;
        }
        return out;
    }

    private void write(long place, byte[] bytes) throws IOException {
        var file = open;
        if (file == null || number != Places.number(place)) {
            close();
            number = Places.number(place);
            file = new RandomAccessFile(path().toFile(), "rw");
            open = file;
        }
        unflushed.add(path());
        file.seek(Places.offset(place));
        file.write(bytes);
    }

    private Path path() {
        return Places.file(folder, number);
    }

    @Override
    public void close() throws IOException {
        var file = open;
        if (file != null) {
            open = null;
            file.close();
        }
    }
}
