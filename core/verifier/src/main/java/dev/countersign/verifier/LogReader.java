package dev.countersign.verifier;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;

/// Reads a log's records in order, without judging them.
public final class LogReader {
    private LogReader() {}

    /// Takes one record.
    @FunctionalInterface
    public interface Each {
        /// @param leaf its leaf hash, hexadecimal
        /// @param json exactly as it is stored
        /// @param members text, [Long], [Boolean], lists and maps
        void record(long index, String leaf, String json, Map<String, Object> members);
    }

    /// @param directory the data directory
    /// @throws IOException if it holds no log, or one that cannot be read
    public static void read(Path directory, Each each) throws IOException {
        var log = directory.resolve("evidence/log");
        var note =
                Tree.read(log, "checkpoint", 64 << 10)
                        .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
                        .orElseThrow(() ->
                                new IOException(directory + " has no evidence/log/checkpoint"));
        var lines = note.split("\n", 3);
        if (lines.length < 3 || !lines[1].matches("\\d{1,16}")) {
            throw new IOException(directory + " has no checkpoint that can be read");
        }
        long size = Long.parseLong(lines[1]);
        var tree = new Tree(log, size);
        for (long index = 0; index < size; ) {
            var bundle =
                    tree.bundle(index / Tree.WIDTH)
                            .orElseThrow(() -> new IOException("a bundle of entries is missing"));
            var in = ByteBuffer.wrap(bundle.bytes());
            long end = Math.min(size, (index / Tree.WIDTH + 1) * Tree.WIDTH);
            for (; index < end; index++) {
                if (in.remaining() < Short.BYTES
                        || in.remaining() - Short.BYTES
                                < Short.toUnsignedInt(in.getShort(in.position()))) {
                    throw new IOException("a bundle of entries is too short");
                }
                var entry = new byte[Short.toUnsignedInt(in.getShort())];
                in.get(entry);
                try {
                    each.record(
                            index,
                            HexFormat.of().formatHex(tree.leaf(entry)),
                            new String(entry, StandardCharsets.UTF_8),
                            CanonicalJson.object(entry));
                } catch (CanonicalJson.NotCanonical e) {
                    throw new IOException(
                            "record " + index + " cannot be read: " + e.getMessage(), e);
                }
            }
        }
    }
}
