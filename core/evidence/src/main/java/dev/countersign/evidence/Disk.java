package dev.countersign.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// What the log asks of a file system. A test has one that fails when it is told to.
interface Disk {
    /// Bytes that the gateway may still write there.
    long usable(Path folder) throws IOException;

    /// A file of the write-ahead log.
    Segment open(Path file) throws IOException;

    /// Writes `bytes` as the whole content of `file`: a temporary file, renamed. Not flushed.
    void replace(Path file, byte[] bytes) throws IOException;

    /// Flushes a file or a folder.
    void flush(Path path) throws IOException;

    /// One open file.
    interface Segment extends AutoCloseable {
        void write(ByteBuffer bytes, long at) throws IOException;

        /// Returns once everything written is durable.
        void force() throws IOException;

        long size() throws IOException;

        @Override
        void close() throws IOException;
    }

    /// The real one.
    final class Real implements Disk {
        @Override
        public long usable(Path folder) throws IOException {
            return Files.getFileStore(folder).getUsableSpace();
        }

        @Override
        public Segment open(Path file) throws IOException {
            var channel =
                    FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            return new Segment() {
                @Override
                public void write(ByteBuffer bytes, long at) throws IOException {
                    for (long to = at; bytes.hasRemaining(); ) {
                        to += channel.write(bytes, to);
                    }
                }

                @Override
                public void force() throws IOException {
                    channel.force(false);
                }

                @Override
                public long size() throws IOException {
                    return channel.size();
                }

                @Override
                public void close() throws IOException {
                    channel.close();
                }
            };
        }

        @Override
        public void replace(Path file, byte[] bytes) throws IOException {
            var temporary = file.resolveSibling(file.getFileName() + ".tmp");
            try (var channel =
                    FileChannel.open(
                            temporary,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                for (var left = ByteBuffer.wrap(bytes); left.hasRemaining(); ) {
                    channel.write(left); // in one piece, where Files.write would take many
                }
            }
            Files.move(
                    temporary,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        }

        @Override
        public void flush(Path path) throws IOException {
            try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
