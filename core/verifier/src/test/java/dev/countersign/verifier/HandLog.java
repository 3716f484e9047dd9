package dev.countersign.verifier;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Writes a log's files by hand, from the text of the specifications and with nothing of the code
/// that is tested: RFC 6962 for the hashes, C2SP tlog-tiles for the files, signed-note for the
/// checkpoint.
final class HandLog {
    static final NoteKey KEY = NoteKey.fresh("example.com/countersign/hand");

    private HandLog() {}

    /// A whole data directory over all entries of `tale`, signed by [#KEY].
    static Path write(Path directory, Tale tale) {
        return write(directory, tale.entries(), tale.payloads());
    }

    static Path write(Path directory, List<byte[]> entries, byte[] payloads) {
        tree(directory, entries);
        var evidence = directory.resolve("evidence");
        put(evidence.resolve("blobs/00000000"), payloads);
        put(evidence.resolve("log.vkey"), KEY.vkey() + "\n");
        put(checkpoint(directory), note(entries));
        return directory;
    }

    /// A checkpoint over `entries`.
    static String note(List<byte[]> entries) {
        return KEY.sign(NoteKey.body(KEY.name, entries.size(), root(leaves(entries))));
    }

    /// Entries and tiles, without a checkpoint.
    static void tree(Path directory, List<byte[]> entries) {
        for (int from = 0; from < entries.size(); from += 256) {
            var bundle = new ByteArrayOutputStream();
            var part = entries.subList(from, Math.min(entries.size(), from + 256));
            for (var entry : part) {
                bundle.write(entry.length >> 8);
                bundle.write(entry.length);
                bundle.writeBytes(entry);
            }
            put(tile(directory, "entries", from / 256, part.size()), bundle.toByteArray());
        }
        var hashes = leaves(entries);
        for (int level = 0; !hashes.isEmpty(); level++) {
            var above = new ArrayList<byte[]>();
            for (int from = 0; from < hashes.size(); from += 256) {
                var part = hashes.subList(from, Math.min(hashes.size(), from + 256));
                var tile = new ByteArrayOutputStream();
                part.forEach(tile::writeBytes);
                put(
                        tile(directory, Integer.toString(level), from / 256, part.size()),
                        tile.toByteArray());
                if (part.size() == 256) {
                    above.add(root(part));
                }
            }
            hashes = above;
        }
    }

    static Path checkpoint(Path directory) {
        return directory.resolve("evidence/log/checkpoint");
    }

    static Path tile(Path directory, String level, int number, int width) {
        var name = "%03d".formatted(number % 1_000);
        if (number >= 1_000) {
            name = "x%03d/".formatted(number / 1_000) + name;
        }
        return directory.resolve(
                "evidence/log/tile/" + level + "/" + name + (width == 256 ? "" : ".p/" + width));
    }

    static List<byte[]> leaves(List<byte[]> entries) {
        var out = new ArrayList<byte[]>();
        entries.forEach(entry -> out.add(leaf(entry)));
        return out;
    }

    static byte[] leaf(byte[] entry) {
        return NoteKey.sha256(new byte[] {0}, entry);
    }

    /// RFC 6962, section 2.1, as it is written there.
    static byte[] root(List<byte[]> leaves) {
        if (leaves.size() < 2) {
            return leaves.isEmpty() ? NoteKey.sha256() : leaves.getFirst();
        }
        int k = Integer.highestOneBit(leaves.size() - 1);
        return NoteKey.sha256(
                new byte[] {1}, root(leaves.subList(0, k)), root(leaves.subList(k, leaves.size())));
    }

    static void put(Path file, byte[] bytes) {
        try {
            var folder = file.getParent();
            if (folder != null) {
                Files.createDirectories(folder);
            }
            Files.write(file, bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void put(Path file, String text) {
        put(file, text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    static Report verify(Path directory) {
        return Verifier.verify(directory, Verifier.Options.DEFAULT);
    }

    /// Which codes were found, each once.
    static List<Code> codes(Path directory) {
        return verify(directory).findings().stream().map(Finding::code).distinct().toList();
    }
}
