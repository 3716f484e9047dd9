package dev.countersign.evidence;

import dev.countersign.model.Hash;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// The published tree of a log: `tile/<L>/<N>` and `tile/entries/<N>`, as C2SP tlog-tiles has them.
///
/// Only what is not full yet is held: for each level up to 255 hashes, and up to 255 entries. A
/// full tile is written once and for all; the part at the right edge is written anew under its
/// width whenever the log is published.
final class Tiles {
    static final int WIDTH = 256;

    private final Path root;
    private final Disk disk;
    private final List<Level> levels = new ArrayList<>();
    private final ByteArrayOutputStream bundle = new ByteArrayOutputStream();
    private final Frontier frontier = new Frontier();

    /// To be written by [#write()].
    private final Map<Path, byte[]> pending = new LinkedHashMap<>();

    /// Written, and perhaps not on disk yet.
    private final Set<Path> unflushed = new HashSet<>();

    /// Of what was written, since the last flush.
    private final Set<Path> folders = new HashSet<>();

    /// Partial files of the last publication, and of the one before it, which a reader may still be
    /// at.
    private Set<Path> edge = new HashSet<>();

    private Set<Path> before = new HashSet<>();
    private Set<Path> next = new HashSet<>();

    private static final class Level {
        final List<Hash> hashes = new ArrayList<>(WIDTH);
        long full;
    }

    Tiles(Path root, Disk disk) {
        this.root = root;
        this.disk = disk;
    }

    long size() {
        return frontier.size();
    }

    Hash root() {
        return frontier.root();
    }

    /// Records that stand in full bundles.
    long full() {
        return frontier.size() / WIDTH * WIDTH;
    }

    /// @param write whether full tiles are written; not while reading what is there already
    void append(byte[] entry, Hash leaf, boolean write) {
        bundle.write(entry.length >> 8);
        bundle.write(entry.length);
        bundle.writeBytes(entry);
        frontier.append(leaf);
        if (frontier.size() % WIDTH == 0) {
            if (write) {
                put("entries", frontier.size() / WIDTH - 1, bundle.toByteArray());
            }
            bundle.reset();
        }
        add(0, leaf, write);
    }

    private void add(int at, Hash hash, boolean write) {
        if (at == levels.size()) {
            levels.add(new Level());
        }
        var level = levels.get(at);
        level.hashes.add(hash);
        if (level.hashes.size() == WIDTH) {
            if (write) {
                put(Integer.toString(at), level.full, bytes(level.hashes));
            }
            var above = new Frontier();
            level.hashes.forEach(above::append);
            level.hashes.clear();
            level.full++;
            add(at + 1, above.root(), write);
        }
    }

    /// Makes ready what is not full, so that a checkpoint over everything appended can be
    /// published.
    void edge() {
        next = new HashSet<>();
        int width = (int) (frontier.size() % WIDTH);
        if (width > 0) {
            atEdge("entries", frontier.size() / WIDTH, width, bundle::toByteArray);
        }
        for (int at = 0; at < levels.size(); at++) {
            var level = levels.get(at);
            if (!level.hashes.isEmpty()) {
                atEdge(
                        Integer.toString(at),
                        level.full,
                        level.hashes.size(),
                        () -> bytes(level.hashes));
            }
        }
    }

    /// What the last publication had is there already: the name says how much is in it.
    private void atEdge(String level, long number, int width, Supplier<byte[]> content) {
        var file = root.resolve(path(level, number, width));
        next.add(file);
        if (!edge.contains(file)) {
            pending.put(file, content.get());
        }
    }

    /// Writes what is ready. What was written before a failure is not written again.
    void write() throws IOException {
        for (var file : List.copyOf(pending.keySet())) {
            var folder = file.getParent();
            if (folder != null && !folders.contains(folder)) {
                Files.createDirectories(folder);
                folders.add(folder); // only now: what fails is tried again
            }
            disk.replace(file, pending.getOrDefault(file, new byte[0]));
            unflushed.add(file);
            pending.remove(file);
        }
    }

    /// The edge is published: what only the publication before the last needed goes.
    void published() throws IOException {
        before.removeAll(next);
        before.removeAll(edge);
        for (var file : before) {
            Files.deleteIfExists(file);
            unflushed.remove(file);
        }
        before = edge;
        edge = next;
        next = new HashSet<>();
    }

    /// Flushes everything that was written so far.
    void flush() throws IOException {
        for (var file : List.copyOf(unflushed)) {
            if (Files.exists(file)) {
                disk.flush(file);
            }
            unflushed.remove(file);
        }
        for (var folder : folders) {
            disk.flush(folder);
        }
        folders.clear();
    }

    private void put(String level, long number, byte[] content) {
        pending.put(root.resolve(path(level, number, 0)), content);
    }

    private static byte[] bytes(List<Hash> hashes) {
        var out = new ByteArrayOutputStream(hashes.size() * Hash.BYTES);
        hashes.forEach(hash -> out.writeBytes(hash.bytes()));
        return out.toByteArray();
    }

    /// `tile/0/x001/x234/067.p/12`; a width of 0 means a full one.
    static String path(String level, long number, int width) {
        var out = new StringBuilder("%03d".formatted(number % 1_000));
        for (long rest = number / 1_000; rest > 0; rest /= 1_000) {
            out.insert(0, "x%03d/".formatted(rest % 1_000));
        }
        return "tile/" + level + "/" + out + (width == 0 ? "" : ".p/" + width);
    }
}
