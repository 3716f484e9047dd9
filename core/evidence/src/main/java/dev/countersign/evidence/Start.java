package dev.countersign.evidence;

import dev.countersign.model.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// How a log is opened: everything in it is read and hashed again, what was signed before must be
/// in it, what a crash tore is trimmed, and what it left open is closed.
final class Start {
    private static final Logger LOG = LoggerFactory.getLogger(Start.class);

    private final EvidenceSettings settings;
    private final Disk disk;
    private final Path evidence;
    private final Chains chains;
    private final Tiles tiles;
    private final OpenReviews reviews = new OpenReviews();
    private final List<Publisher.Blob> blobs = new ArrayList<>();
    private final List<Publisher.WrappedKey> keys = new ArrayList<>();
    private final List<Checkpoint> signed = new ArrayList<>();
    private boolean guarded;

    /// Records that the guard file vouches for.
    private long vouched;

    private long nextPlace;
    private long lastBatch = -1;
    private String lastKind = "";

    private Start(EvidenceSettings settings, Disk disk, String boot) {
        this.settings = settings;
        this.disk = disk;
        this.evidence = settings.evidence();
        this.chains = new Chains(settings.origin(), boot);
        this.tiles = new Tiles(evidence.resolve("log"), disk);
    }

    /// @param first what is to be written before anything else
    /// @param open reviews of earlier starts that may go on
    /// @param rejected those that ended by a rejection, which may still hold
    record Opened(
            Encoder encoder,
            Chains chains,
            Tiles tiles,
            Places places,
            WriteAhead wal,
            Publisher publisher,
            FileChannel lock,
            long nextBatch,
            long size,
            List<Draft> first,
            List<OpenReviews.Found> open,
            List<OpenReviews.Found> rejected)
            implements AutoCloseable {
        @Override
        public void close() {
            try {
                wal.close();
                lock.close();
            } catch (IOException e) {
                LOG.atError().setCause(e).log("the evidence directory could not be let go");
            }
        }
    }

    static Opened open(EvidenceSettings settings, Disk disk) {
        var random = new byte[16];
        new SecureRandom().nextBytes(random);
        try {
            return new Start(settings, disk, HexFormat.of().formatHex(random)).open();
        } catch (IOException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.UNREADABLE,
                    settings.evidence() + " cannot be opened: " + e,
                    e);
        }
    }

    private Opened open() throws IOException {
        Files.createDirectories(evidence.resolve("log"));
        Files.createDirectories(evidence.resolve("blobs/keys"));
        Files.createDirectories(evidence.resolve("wal"));
        var lock = lock();
        try {
            var key = LogKey.open(settings.logKey(), settings.origin());
            verifierKey(key);
            readSigned();
            long next = readAll();
            checkSigned();
            var ids = new RecordIds(settings.clock());
            var encoder = new Encoder(PayloadKey.open(settings.payloadKey()), ids);
            var wal =
                    new WriteAhead(
                            evidence.resolve("wal"), settings.segment(), disk, next, lastBatch + 1);
            for (var file : WriteAhead.files(evidence.resolve("wal"))) {
                if (WriteAhead.number(file) < next) {
                    wal.keepOld(file, lastRecordOf(file));
                }
            }
            tiles.write();
            var publisher = new Publisher(settings, disk, key, tiles, wal, published());
            publisher.add(new Publisher.Done(List.of(), blobs, keys));
            var open = reviews.open();
            return new Opened(
                    encoder,
                    chains,
                    tiles,
                    new Places(nextPlace),
                    wal,
                    publisher,
                    lock,
                    lastBatch + 1,
                    tiles.size(),
                    new FirstRecords(chains, encoder, ids)
                            .drafts(
                                    settings.origin(),
                                    key,
                                    tiles.size(),
                                    lastKind,
                                    open.stream().filter(review -> !goesOn(review)).toList()),
                    open.stream().filter(this::goesOn).toList(),
                    guarded ? reviews.rejected() : List.of());
        } catch (InterruptedException e) {
            lock.close();
            Thread.currentThread().interrupt();
            throw new EvidenceFailure(EvidenceFailure.Code.CLOSED, "interrupted", e);
        } catch (IOException | RuntimeException e) {
            lock.close();
            throw e;
        }
    }

    /// Without a guard file an old copy of the log could bring an approval back that was used. And
    /// nobody has signed what stands behind the last checkpoint: whoever can write to the directory
    /// could have added what people never said.
    private boolean goesOn(OpenReviews.Found review) {
        return guarded && review.goesOn() && review.saidWithin(vouched);
    }

    private long published() {
        return signed.isEmpty() ? 0 : signed.getFirst().size();
    }

    private FileChannel lock() throws IOException {
        var file = evidence.resolve("lock");
        var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = null;
        try {
            held = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            LOG.debug("the lock is held by this very process", e);
        }
        if (held == null) {
            channel.close();
            throw new EvidenceFailure(
                    EvidenceFailure.Code.LOCKED,
                    evidence
                            + " is in use by another gateway; one directory belongs to one process");
        }
        return channel;
    }

    private void verifierKey(LogKey key) throws IOException {
        var file = evidence.resolve("log.vkey");
        if (!Files.exists(file)) {
            Files.writeString(file, key.vkey() + "\n");
        } else if (!Files.readString(file).strip().equals(key.vkey())) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.KEY,
                    settings.logKey()
                            + " is not the key of this log, or `origin` was changed: "
                            + file
                            + " says another");
        }
    }

    // ---- what is there

    /// The checkpoint inside the directory, and the one that the guard file remembers.
    ///
    /// The guard file is written first, so it is never behind the other, unless a start without it,
    /// or with another one, came between: then it tells nothing of what was used since.
    private void readSigned() throws IOException {
        long published = 0;
        var inside = Publisher.checkpointFile(evidence);
        if (Files.exists(inside)) {
            var checkpoint = Checkpoint.parse(Files.readString(inside), settings.origin(), inside);
            published = checkpoint.size();
            signed.add(checkpoint);
        }
        var guard = settings.guardFile();
        if (guard.isPresent() && Files.exists(guard.get())) {
            var checkpoint =
                    Checkpoint.parse(Files.readString(guard.get()), settings.origin(), guard.get());
            guarded = checkpoint.size() >= published;
            vouched = checkpoint.size();
            signed.add(checkpoint);
        }
    }

    /// Reads full bundles up to the write-ahead log, then that.
    ///
    /// @return the number of the next file of the write-ahead log
    private long readAll() throws IOException {
        var folder = evidence.resolve("wal");
        try (var left = Files.list(folder)) {
            for (var file : left.toList()) {
                if (file.getFileName().toString().startsWith("ready-")) {
                    Files.delete(file);
                }
            }
        }
        var files = WriteAhead.files(folder);
        var frames = new ArrayList<List<Frames.Frame>>();
        for (int i = 0; i < files.size(); i++) {
            var scan = Frames.scan(files.get(i), lastBatch);
            if (scan.end() < Files.size(files.get(i))) {
                trim(files.get(i), scan.end());
            }
            frames.add(scan.frames());
            lastBatch = scan.batch();
        }
        long from =
                frames.stream()
                        .flatMap(List::stream)
                        .filter(frame -> frame.kind() == Frames.Kind.RECORD)
                        .mapToLong(Frames.Frame::index)
                        .findFirst()
                        .orElse(0);
        nextPlace = placeBehindFiles();
        Bundles.entries(evidence, from, entry -> take(entry, false));
        if (tiles.size() != from) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.CORRUPT,
                    "the write-ahead log begins with record "
                            + from
                            + ", but the bundles hold "
                            + tiles.size());
        }
        for (var file : frames) {
            for (var frame : file) {
                switch (frame.kind()) {
                    case RECORD -> {
                        if (frame.index() != tiles.size()) {
                            throw new EvidenceFailure(
                                    EvidenceFailure.Code.CORRUPT,
                                    "record " + tiles.size() + " is missing from the log");
                        }
                        take(frame.content(), true);
                    }
                    case PAYLOAD -> {
                        blobs.add(new Publisher.Blob(frame.index(), frame.content()));
                        nextPlace = Math.max(nextPlace, frame.index() + frame.content().length);
                    }
                    case KEY -> keys.add(key(frame.content()));
                    case BEGIN -> throw new IllegalStateException("a scan leaves it out");
                }
            }
        }
        return files.isEmpty() ? 0 : WriteAhead.number(files.getLast()) + 1;
    }

    private void trim(Path file, int end) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(end);
            channel.force(true);
        }
    }

    private static Publisher.WrappedKey key(byte[] content) {
        var in = ByteBuffer.wrap(content);
        var name = new byte[in.getShort()];
        in.get(name);
        var wrapped = new byte[in.remaining()];
        in.get(wrapped);
        return new Publisher.WrappedKey(new String(name, StandardCharsets.US_ASCII), wrapped);
    }

    private void take(byte[] entry, boolean write) {
        var leaf = Frontier.leaf(entry);
        for (var checkpoint : signed) {
            check(checkpoint);
        }
        tiles.append(entry, leaf, write);
        try {
            var record = (Json.Obj) Json.parse(new String(entry, StandardCharsets.UTF_8));
            lastKind = record.text("k").orElse("");
            chains.replay(record, leaf);
            reviews.replay(tiles.size() - 1, record, leaf);
        } catch (IllegalArgumentException | ClassCastException e) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.CORRUPT,
                    "record " + (tiles.size() - 1) + " cannot be read",
                    e);
        }
    }

    private void checkSigned() {
        for (var checkpoint : signed) {
            check(checkpoint);
            if (checkpoint.size() > tiles.size()) {
                throw new EvidenceFailure(
                        EvidenceFailure.Code.ROLLBACK,
                        "a checkpoint over "
                                + checkpoint.size()
                                + " records was signed, but only "
                                + tiles.size()
                                + " are here: was an old copy of "
                                + settings.directory()
                                + " put back?");
            }
        }
    }

    private void check(Checkpoint checkpoint) {
        if (checkpoint.size() == tiles.size() && !checkpoint.root().equals(tiles.root())) {
            throw new EvidenceFailure(
                    EvidenceFailure.Code.ROLLBACK,
                    "the first "
                            + checkpoint.size()
                            + " records are not those that were signed: another log was put"
                            + " into "
                            + settings.directory());
        }
    }

    /// Behind all payload files, which may be ahead of what the write-ahead log still holds.
    private long placeBehindFiles() throws IOException {
        try (var files = Files.list(evidence.resolve("blobs"))) {
            long place = 0;
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var name = file.getFileName().toString();
                if (name.matches("\\d{8}")) {
                    place = Math.max(place, (Long.parseLong(name) << 32) + Files.size(file));
                }
            }
            return place;
        }
    }

    private long lastRecordOf(Path file) throws IOException {
        return Frames.scan(file, -1).frames().stream()
                .filter(frame -> frame.kind() == Frames.Kind.RECORD)
                .mapToLong(Frames.Frame::index)
                .max()
                .orElse(-1);
    }
}
