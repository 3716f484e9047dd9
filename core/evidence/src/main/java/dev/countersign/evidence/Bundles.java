package dev.countersign.evidence;

import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Json;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Reads what was published: the entries in their bundles.
final class Bundles {
    private Bundles() {}

    /// Every published entry from the first, up to `size`.
    static void replay(EvidenceSettings settings, long size, Consumer<EvidenceLog.Entry> each) {
        try {
            var at = new long[] {0};
            entries(
                    settings.evidence(),
                    size,
                    entry ->
                            each.accept(
                                    new EvidenceLog.Entry(
                                            at[0]++,
                                            Frontier.leaf(entry),
                                            (Json.Obj)
                                                    Json.parse(
                                                            new String(
                                                                    entry,
                                                                    StandardCharsets.UTF_8)))));
        } catch (IOException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.UNREADABLE, "the log cannot be read: " + e, e);
        }
    }

    /// The entries up to `size`, as they were stored.
    ///
    /// @throws EvidenceFailure if a bundle is missing
    static void entries(Path evidence, long size, Consumer<byte[]> each) throws IOException {
        for (long read = 0; read < size; ) {
            var file = bundle(evidence.resolve("log"), read / Tiles.WIDTH, size);
            if (file == null) {
                throw new EvidenceFailure(
                        EvidenceFailure.Code.CORRUPT,
                        "the bundle with record " + read + " is missing");
            }
            try (var in =
                    new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
                for (long end = Math.min(size, (read / Tiles.WIDTH + 1) * Tiles.WIDTH);
                        read < end;
                        read++) {
                    each.accept(in.readNBytes(in.readUnsignedShort()));
                }
            }
        }
    }

    /// The entry of one index, as it was stored.
    ///
    /// @throws EvidenceFailure if its bundle is missing
    static byte[] entry(Path evidence, long index, long size) throws IOException {
        var file = bundle(evidence.resolve("log"), index / Tiles.WIDTH, size);
        if (file == null || index >= size) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.CORRUPT,
                    "the bundle with record " + index + " is missing");
        }
        try (var in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
            for (long at = index - index % Tiles.WIDTH; at < index; at++) {
                in.skipNBytes(in.readUnsignedShort());
            }
            return in.readNBytes(in.readUnsignedShort());
        }
    }

    /// The full bundle, or the partial one that reaches far enough.
    private static @Nullable Path bundle(Path log, long number, long size) throws IOException {
        var whole = log.resolve(Tiles.path("entries", number, 0));
        if (Files.exists(whole)) {
            return whole;
        }
        long width = size - number * Tiles.WIDTH;
        var folder = log.resolve(Tiles.path("entries", number, 0) + ".p");
        if (width >= Tiles.WIDTH || !Files.isDirectory(folder)) {
            return null;
        }
        try (var parts = Files.list(folder)) {
            return parts.filter(part -> part.getFileName().toString().matches("\\d{1,3}"))
                    .filter(part -> Integer.parseInt(part.getFileName().toString()) >= width)
                    .findFirst()
                    .orElse(null);
        }
    }
}
