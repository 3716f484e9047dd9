package dev.countersign.verifier;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Verifies a log offline: nothing but its files, no database, no network, no trust in whoever
/// wrote them beyond the log key.
///
/// In this order: the checkpoint's signature; every entry and every tile, hashed again up to the
/// signed root; each record's canonical form; counters, links and times; an outcome for each
/// intent, the approval that it needs and a close for each session; every payload's hash; of signed
/// rulings that can be opened, what the issuer signed. `docs/evidence-format.md` says what all of
/// these are.
///
/// It reads a log once, from its beginning, and whoever wrote it cannot make it hold much: one
/// bundle of entries and the unfinished one, two tiles for each level, 64 KiB of a payload. What
/// grows with the log is small: for each record, session and review the hash of its name, 24 to 48
/// bytes ([Once]), a few hundred bytes for each actor, and what is open: the actions of sessions
/// that are, and reviews until their end. Ten million records take half a GiB.
public final class Verifier {
    /// Findings that are told; of further ones only the first of each code, and how many there are.
    static final int MAX_FINDINGS = 100;

    private static final int MAX_NOTE = 64 << 10;

    private final Path directory;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<Code> codes = EnumSet.noneOf(Code.class);
    private long untold;

    /// @param since an older checkpoint of this log, which it must still contain; empty for none
    /// @param payloadKey 32 bytes in base64, which open the proofs of signed rulings; empty for
    ///   none
    public record Options(String since, String payloadKey) {
        public static final Options DEFAULT = new Options("");

        /// Without a payload key.
        public Options(String since) {
            this(since, "");
        }

        /// Without the key.
        @Override
        public String toString() {
            return "Options";
        }
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
            return report(0, 0, Report.Rulings.NONE, List.of());
        }
        var checkpoint = checkpoint("", note.get(), vkey.get());
        if (checkpoint.isEmpty()) {
            return report(0, 0, Report.Rulings.NONE, List.of());
        }
        Optional<Checkpoint> since = Optional.empty();
        if (!options.since().isEmpty()) {
            since = checkpoint("the older checkpoint: ", options.since(), vkey.get());
            if (since.isEmpty()) {
                return report(0, 0, Report.Rulings.NONE, List.of());
            }
        }
        var proofs = new Proofs(new Opened(evidence, options.payloadKey()), this::found);
        return entries(evidence, checkpoint.get(), since, proofs);
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

    private Report entries(
            Path evidence, Checkpoint checkpoint, Optional<Checkpoint> since, Proofs proofs) {
        var tree = new Tree(evidence.resolve("log"), checkpoint.size());
        var story = new Story(checkpoint.origin(), this::found);
        since.ifPresent(older -> contains(tree, older));
        try (var payloads = new Payloads(evidence.resolve("blobs"), this::found)) {
            while (tree.count() < checkpoint.size()) {
                var bundle = tree.bundle(tree.count() / Tree.WIDTH);
                long want =
                        Math.min(checkpoint.size(), (tree.count() / Tree.WIDTH + 1) * Tree.WIDTH);
                if (bundle.isEmpty()
                        || !entries(bundle.get(), want, tree, story, payloads, proofs, since)) {
                    found(
                            Code.ENTRY_MISSING,
                            tree.count(),
                            "this entry was signed and is not in its bundle");
                    return report(checkpoint.size(), 0, story.rulings(), proofs.told());
                }
            }
        }
        tree.finish(this::found);
        if (!Arrays.equals(tree.root(), checkpoint.root())) {
            found(Code.ROOT_MISMATCH, -1, "the entries are not those that were signed");
        }
        if (since.isPresent() && since.get().size() > checkpoint.size()) {
            found(Code.ROLLBACK, -1, "an older checkpoint covers more records than this one");
        }
        return report(checkpoint.size(), story.end(), story.rulings(), proofs.told());
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
            Tree.Bundle bundle,
            long want,
            Tree tree,
            Story story,
            Payloads payloads,
            Proofs proofs,
            Optional<Checkpoint> since) {
        var in = ByteBuffer.wrap(bundle.bytes());
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
                proofs.tell(index, record);
            } catch (CanonicalJson.NotCanonical e) {
                found(Code.NON_CANONICAL, index, String.valueOf(e.getMessage()));
            }
        }
        if (bundle.exact() && in.hasRemaining()) {
            found(Code.UNREADABLE, want - 1, "its bundle goes on behind what was signed");
        }
        return true;
    }

    /// The first [#MAX_FINDINGS], and the first of each code behind them: many small faults do not
    /// hide a grave one.
    private void found(Code code, long index, String message) {
        if (codes.add(code) || findings.size() < MAX_FINDINGS) {
            findings.add(new Finding(code, index, message));
        } else {
            untold++;
        }
    }

    private Report report(long size, long running, Report.Rulings rulings, List<Proof> proofs) {
        if (untold > 0) {
            findings.add(
                    new Finding(
                            Code.MORE, -1, untold + " more; these are the first, and each kind"));
        }
        return new Report(
                findings,
                size,
                "self-signed: it was written by the holder of the log key, who with the disk could"
                        + " also have written it anew",
                running,
                rulings,
                proofs);
    }
}
