package dev.countersign.verifier;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Verifies a log offline: nothing but its files, no database, no network, no trust in whoever
/// wrote them beyond the log key.
///
/// In this order: the checkpoint's signature; every entry and every tile, hashed again up to the
/// signed root; each record's canonical form; counters, links and times; an outcome for each intent
/// and a close for each session; every payload's hash. `docs/evidence-format.md` says what all of
/// these are.
public final class Verifier {
    /// Findings that are told; a further one says only that there are more.
    static final int MAX_FINDINGS = 100;

    private static final int MAX_NOTE = 64 << 10;
    private static final int MAX_PAYLOAD = 64 << 20;

    private final Path directory;
    private final List<Finding> findings = new ArrayList<>();

    /// @param since an older checkpoint of this log, which it must still contain; empty for none
    public record Options(String since) {
        public static final Options DEFAULT = new Options("");
    }

    private Verifier(Path directory) {
        this.directory = directory;
    }

    /// @param directory the data directory, with `evidence/log` and `evidence/log.vkey` in it
    public static Report verify(Path directory, Options options) {
        return new Verifier(directory).verify(options);
    }

    private Report verify(Options options) {
        var evidence = directory.resolve("evidence");
        var vkey = text(evidence, "log.vkey");
        var note = text(evidence.resolve("log"), "checkpoint");
        if (vkey.isEmpty() || note.isEmpty()) {
            found(
                    Code.UNREADABLE,
                    -1,
                    "there is no evidence/log/checkpoint or no evidence/log.vkey, or it is no text");
            return report(0, 0);
        }
        var checkpoint = checkpoint("", note.get(), vkey.get());
        if (checkpoint.isEmpty()) {
            return report(0, 0);
        }
        Optional<Checkpoint> since = Optional.empty();
        if (!options.since().isEmpty()) {
            since = checkpoint("the older checkpoint: ", options.since(), vkey.get());
            if (since.isEmpty()) {
                return report(0, 0);
            }
        }
        return entries(evidence, checkpoint.get(), since);
    }

    /// Empty where it is refused, which has been told then.
    private Optional<Checkpoint> checkpoint(String which, String note, String vkey) {
        try {
            return Optional.of(Checkpoint.verify(note, vkey));
        } catch (Checkpoint.Refused e) {
            found(e.code, -1, which + e.getMessage());
            return Optional.empty();
        }
    }

    /// Empty also where it is no UTF-8: a lenient reader would show other bytes than were signed.
    private static Optional<String> text(Path folder, String name) {
        return Tree.read(folder, name, MAX_NOTE)
                .flatMap(bytes -> {
                    try {
                        return Optional.of(
                                StandardCharsets.UTF_8
                                        .newDecoder()
                                        .decode(ByteBuffer.wrap(bytes))
                                        .toString());
                    } catch (CharacterCodingException e) {
                        return Optional.empty();
                    }
                });
    }

    private Report entries(Path evidence, Checkpoint checkpoint, Optional<Checkpoint> since) {
        var tree = new Tree(evidence.resolve("log"), checkpoint.size());
        var story = new Story(this::found);
        since.ifPresent(older -> contains(tree, older));
        try (var payloads = new Payloads(evidence.resolve("blobs"))) {
            while (tree.count() < checkpoint.size()) {
                var bundle = tree.bundle(tree.count() / Tree.WIDTH);
                long want =
                        Math.min(checkpoint.size(), (tree.count() / Tree.WIDTH + 1) * Tree.WIDTH);
                if (bundle.isEmpty()
                        || !entries(bundle.get(), want, tree, story, payloads, since)) {
                    found(
                            Code.ENTRY_MISSING,
                            tree.count(),
                            "this entry was signed and is not in its bundle");
                    return report(checkpoint.size(), 0);
                }
            }
        }
        tree.edge(this::found);
        if (!Arrays.equals(tree.root(), checkpoint.root())) {
            found(Code.ROOT_MISMATCH, -1, "the entries are not those that were signed");
        }
        if (since.isPresent() && since.get().size() > checkpoint.size()) {
            found(Code.ROLLBACK, -1, "an older checkpoint covers more records than this one");
        }
        return report(checkpoint.size(), story.end());
    }

    private void contains(Tree tree, Checkpoint older) {
        if (older.size() == tree.count() && !Arrays.equals(tree.root(), older.root())) {
            found(
                    Code.ROLLBACK,
                    older.size(),
                    "the records before this one are not those of the older checkpoint");
        }
    }

    private boolean entries(
            byte[] bundle,
            long want,
            Tree tree,
            Story story,
            Payloads payloads,
            Optional<Checkpoint> since) {
        var in = ByteBuffer.wrap(bundle);
        while (tree.count() < want) {
            if (in.remaining() < Short.BYTES) {
                return false;
            }
            int length = Short.toUnsignedInt(in.getShort());
            if (length > in.remaining()) {
                return false;
            }
            var entry = new byte[length];
            in.get(entry);
            long index = tree.count();
            var leaf = tree.leaf(entry);
            tree.append(leaf, this::found);
            since.ifPresent(older -> contains(tree, older));
            try {
                var record = CanonicalJson.object(entry);
                story.tell(index, record, HexFormat.of().formatHex(leaf));
                payloads.check(index, record);
            } catch (CanonicalJson.NotCanonical e) {
                found(Code.NON_CANONICAL, index, String.valueOf(e.getMessage()));
            }
        }
        return true;
    }

    /// The stored objects that records refer to.
    private final class Payloads implements AutoCloseable {
        private final Path folder;
        private long number = -1;
        private Optional<RandomAccessFile> open = Optional.empty();

        Payloads(Path folder) {
            this.folder = folder;
        }

        void check(long index, Map<String, Object> record) {
            var payload = Story.map(Story.map(record, "x"), "payload");
            if (payload.isEmpty()) {
                return;
            }
            var where = Story.text(payload, "where");
            if (!where.matches("\\d{1,8}:\\d{1,10}:\\d{1,8}")) {
                found(Code.SCHEMA, index, "its payload lies nowhere");
                return;
            }
            var parts = where.split(":", -1);
            try {
                var bytes =
                        read(
                                Long.parseLong(parts[0]),
                                Long.parseLong(parts[1]),
                                Integer.parseInt(parts[2]));
                if (bytes.isEmpty()) {
                    found(Code.BLOB_MISSING, index, "its payload is not there");
                } else if (!HexFormat.of()
                        .formatHex(Checkpoint.sha256().digest(bytes.get()))
                        .equals(Story.text(payload, "ct"))) {
                    found(Code.BLOB_MISMATCH, index, "its payload was rewritten");
                }
            } catch (IOException e) {
                found(Code.BLOB_MISSING, index, "its payload cannot be read");
            }
        }

        private Optional<byte[]> read(long file, long from, int length) throws IOException {
            if (number != file) {
                close();
                number = file;
                var path = folder.resolve("%08d".formatted(file));
                open =
                        java.nio.file.Files.isRegularFile(
                                        path, java.nio.file.LinkOption.NOFOLLOW_LINKS)
                                ? Optional.of(new RandomAccessFile(path.toFile(), "r"))
                                : Optional.empty();
            }
            if (open.isEmpty() || length > MAX_PAYLOAD || from + length > open.get().length()) {
                return Optional.empty();
            }
            var out = new byte[length];
            open.get().seek(from);
            open.get().readFully(out);
            return Optional.of(out);
        }

        @Override
        public void close() {
            try {
                if (open.isPresent()) {
                    open.get().close();
                }
            } catch (IOException e) {
                found(Code.BLOB_MISSING, -1, "a payload file cannot be closed");
            }
        }
    }

    private void found(Code code, long index, String message) {
        if (findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(code, index, message));
        } else if (findings.size() == MAX_FINDINGS) {
            findings.add(new Finding(Code.MORE, index, "and more; these are the first"));
        }
    }

    private Report report(long size, long running) {
        return new Report(
                findings,
                size,
                "self-signed: it was written by the holder of the log key, who with the disk could"
                        + " also have written it anew",
                running);
    }
}
