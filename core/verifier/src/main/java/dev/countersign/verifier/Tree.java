package dev.countersign.verifier;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The RFC 6962 tree of a log, made anew from its entries and compared with the published tiles
/// (C2SP tlog-tiles) as it grows. What is held is one unfinished tile for each level, and the right
/// edge that the checkpoint was made with: it is read first, because a log that is being written
/// soon publishes a wider one in its place.
final class Tree {
    static final int WIDTH = 256;
    static final int HASH = 32;

    private final Path log;
    private final long size;
    private final MessageDigest sha = Checkpoint.sha256();
    private final Map<String, byte[]> edge = new HashMap<>();
    private final List<Level> levels = new ArrayList<>();
    private final List<byte[]> frontier = new ArrayList<>();
    private long count;

    private static final class Level {
        final byte[] hashes = new byte[WIDTH * HASH];
        int filled;
        long full;
    }

    /// Told of what does not fit.
    interface Wrong {
        /// @param record the first that the tile covers
        void tile(Code code, long record, String message);
    }

    /// @param size of the checkpoint
    Tree(Path log, long size) {
        this.log = log;
        this.size = size;
        keep("entries", size, MAX_BUNDLE);
        int level = 0;
        for (long covered = size; covered > 0; covered /= WIDTH, level++) {
            keep(Integer.toString(level), covered, WIDTH * HASH);
        }
    }

    /// Reads the unfinished one of these tiles, where there is one.
    private void keep(String kind, long covered, int most) {
        if (covered % WIDTH > 0) {
            var name = path(kind, covered / WIDTH, (int) (covered % WIDTH));
            read(log, name, most).ifPresent(bytes -> edge.put(name, bytes));
        }
    }

    private Optional<byte[]> tile(String name, int most) {
        var kept = edge.get(name);
        return kept != null ? Optional.of(kept) : read(log, name, most);
    }

    byte[] leaf(byte[] entry) {
        sha.update((byte) 0);
        return sha.digest(entry);
    }

    private byte[] node(byte[] left, byte[] right) {
        sha.update((byte) 1);
        sha.update(left);
        return sha.digest(right);
    }

    void append(byte[] leaf, Wrong wrong) {
        var root = leaf;
        for (long full = count; (full & 1) == 1; full >>= 1) {
            root = node(frontier.removeLast(), root);
        }
        frontier.add(root);
        count++;
        add(0, leaf, wrong);
    }

    private void add(int at, byte[] hash, Wrong wrong) {
        if (at == levels.size()) {
            levels.add(new Level());
        }
        var level = levels.get(at);
        System.arraycopy(hash, 0, level.hashes, level.filled++ * HASH, HASH);
        if (level.filled == WIDTH) {
            compare(at, level, wrong);
            var above = rootOf(level);
            level.filled = 0;
            level.full++;
            add(at + 1, above, wrong);
        }
    }

    private byte[] rootOf(Level level) {
        var row = new ArrayList<byte[]>();
        for (int i = 0; i < WIDTH; i++) {
            row.add(Arrays.copyOfRange(level.hashes, i * HASH, i * HASH + HASH));
        }
        while (row.size() > 1) {
            var next = new ArrayList<byte[]>();
            for (int i = 0; i < row.size(); i += 2) {
                next.add(node(row.get(i), row.get(i + 1)));
            }
            row = next;
        }
        return row.getFirst();
    }

    /// The unfinished tiles at the right edge.
    void finish(Wrong wrong) {
        for (int at = 0; at < levels.size(); at++) {
            if (levels.get(at).filled > 0) {
                compare(at, levels.get(at), wrong);
            }
        }
    }

    private void compare(int at, Level level, Wrong wrong) {
        long covers = level.full * WIDTH * power(at);
        var name = path(Integer.toString(at), level.full, level.filled % WIDTH);
        var bytes = tile(name, WIDTH * HASH);
        int length = level.filled * HASH;
        int whole = length;
        if (bytes.isEmpty()) {
            // a full tile holds what the partial one held
            bytes = read(log, path(Integer.toString(at), level.full, 0), WIDTH * HASH);
            whole = WIDTH * HASH;
        }
        if (bytes.isEmpty() || bytes.get().length != whole) {
            wrong.tile(Code.UNREADABLE, covers, name + " is missing or of another length");
            return;
        }
        int differs = Arrays.mismatch(bytes.get(), 0, length, level.hashes, 0, length);
        if (differs >= 0) {
            wrong.tile(
                    at == 0 ? Code.LEAF_MISMATCH : Code.TILE_MISMATCH,
                    covers + differs / HASH * power(at),
                    name + " has another hash than what lies below it");
        }
    }

    private static long power(int level) {
        long out = 1;
        for (int i = 0; i < level; i++) {
            out *= WIDTH;
        }
        return out;
    }

    byte[] root() {
        if (frontier.isEmpty()) {
            return sha.digest();
        }
        var root = frontier.getLast();
        for (int i = frontier.size() - 2; i >= 0; i--) {
            root = node(frontier.get(i), root);
        }
        return root;
    }

    long count() {
        return count;
    }

    /// The entries of one bundle.
    ///
    /// @param exact it ends with the last entry that was signed; a full bundle that stands for a
    ///   partial one does not
    @SuppressWarnings("ArrayRecordComponent") // read once, never compared
    record Bundle(byte[] bytes, boolean exact) {}

    /// Empty where it is missing.
    Optional<Bundle> bundle(long number) {
        int width = (int) Math.min(WIDTH, size - number * WIDTH);
        var bytes = tile(path("entries", number, width % WIDTH), MAX_BUNDLE);
        return bytes.isPresent()
                ? bytes.map(found -> new Bundle(found, true))
                : read(log, path("entries", number, 0), MAX_BUNDLE)
                        .map(found -> new Bundle(found, false));
    }

    private static final int MAX_BUNDLE = WIDTH * (2 + 65_535);

    /// `tile/0/x001/x234/067.p/12`
    static String path(String level, long number, int width) {
        var out = new StringBuilder("%03d".formatted(number % 1_000));
        for (long rest = number / 1_000; rest > 0; rest /= 1_000) {
            out.insert(0, "x%03d/".formatted(rest % 1_000));
        }
        return "tile/" + level + "/" + out + (width == 0 ? "" : ".p/" + width);
    }

    /// A plain file of at most `most` bytes; empty where it is not there, is a link, or is longer.
    static Optional<byte[]> read(Path folder, String name, int most) {
        var file = folder.resolve(name);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(file)) {
            var bytes = in.readNBytes(most + 1); // whatever its length is said to be
            return bytes.length > most ? Optional.empty() : Optional.of(bytes);
        } catch (IOException e) {
            return Optional.empty(); // told as missing by whoever wanted it
        }
    }
}
