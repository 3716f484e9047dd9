package dev.countersign.evidence;

import dev.countersign.model.EvidenceLog.Receipt;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What goes to the disk in one write, as it comes together: its frames, and who is told when they
/// are durable. The writer's thread uses it, over and over.
///
/// A record is encoded, ordered, hashed and framed when it is added, not when the batch is written:
/// the writer does that while the loops still read what comes behind it.
final class Batch {
    private static final Logger LOG = LoggerFactory.getLogger(Batch.class);

    private ByteBuffer frames;
    private List<Append> appends = new ArrayList<>();
    private List<List<Receipt>> receipts = new ArrayList<>();
    private List<Chains.Written> entries = new ArrayList<>();
    private List<Publisher.Blob> blobs = new ArrayList<>();
    private List<Publisher.WrappedKey> keys = new ArrayList<>();
    private long number;
    private long first;

    /// The record added last; its frame says whether another follows.
    private byte @Nullable [] held;

    /// Records of one caller.
    ///
    /// @param drafts made when it is their turn
    /// @param home where it is told
    record Append(
            Supplier<List<Draft>> drafts, CompletableFuture<List<Receipt>> done, Executor home) {

        Append(Supplier<List<Draft>> drafts, Executor home) {
            this(drafts, new CompletableFuture<>(), home);
        }

        Append(Supplier<List<Draft>> drafts) {
            this(drafts, Runnable::run);
        }
    }

    /// @param bytes to begin with; it grows with a batch that is longer
    Batch(int bytes) {
        frames = ByteBuffer.allocateDirect(bytes);
    }

    /// Begins anew.
    ///
    /// @param batch its number
    /// @param index of its first record
    void begin(long batch, long index) {
        number = batch;
        first = index;
        frames.clear();
        appends = new ArrayList<>(); // those before may still be told
        receipts = new ArrayList<>();
        entries = new ArrayList<>();
        blobs = new ArrayList<>();
        keys = new ArrayList<>();
        held = null;
    }

    boolean isEmpty() {
        return appends.isEmpty() && entries.isEmpty();
    }

    int records() {
        return entries.size();
    }

    long number() {
        return number;
    }

    /// Index of the record behind its last.
    long next() {
        return first + entries.size();
    }

    /// Of its frames so far.
    int bytes() {
        return frames.position();
    }

    /// Adds the records of one caller, each behind the key and the payload that it needs.
    ///
    /// If they cannot be made, nothing of them is ordered, and their caller is told at its home. So
    /// it is if one is too long, but then what was ordered before it in the same append stays, for
    /// it has its number already; nothing of it is admitted.
    void add(Append append, Chains chains, Places places, long now, long mono) {
        List<Draft> drafts;
        try {
            drafts = append.drafts().get();
        } catch (EvidenceFailure e) {
            refuse(append, e);
            return;
        } catch (RuntimeException e) { // a mistake of ours, in records of one caller
            LOG.atError()
                    .setCause(e)
                    .log("records could not be made, so what they are of is refused");
            refuse(append, e);
            return;
        }
        var mine = new ArrayList<Receipt>(drafts.size());
        try {
            for (var draft : drafts) {
                mine.add(add(draft, chains, places, now, mono));
            }
            appends.add(append);
            receipts.add(mine);
        } catch (EvidenceFailure e) {
            refuse(append, e);
        } catch (RuntimeException e) {
            refuse(append, e);
            throw e;
        }
    }

    private static void refuse(Append append, RuntimeException why) {
        tell(append.home(), () -> append.done().completeExceptionally(why));
    }

    private Receipt add(Draft draft, Chains chains, Places places, long now, long mono) {
        var payload = draft.payload();
        long place = 0;
        var where = "";
        if (payload != null) {
            place = places.take(payload.length);
            where = Places.written(place, payload.length);
        }
        var written = chains.write(draft, where, now, mono);
        endRecord(false);
        var wrapped = draft.key();
        if (wrapped != null) {
            var key = new Publisher.WrappedKey(wrapped.scope(), wrapped.wrapped().toArray());
            keys.add(key);
            put(Frames.Kind.KEY, false, 0, named(key));
        }
        if (payload != null) {
            var blob = new Publisher.Blob(place, payload);
            blobs.add(blob);
            put(Frames.Kind.PAYLOAD, false, place, blob.object());
        }
        entries.add(written);
        held = written.bytes();
        return new Receipt(first + entries.size() - 1, written.leaf());
    }

    private static byte[] named(Publisher.WrappedKey key) {
        var name = key.scope().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(2 + name.length + key.wrapped().length)
                .putShort((short) name.length)
                .put(name)
                .put(key.wrapped())
                .array();
    }

    private void endRecord(boolean last) {
        var record = held;
        if (record != null) {
            held = null;
            put(Frames.Kind.RECORD, last, first + entries.size() - 1, record);
        }
    }

    private void put(Frames.Kind kind, boolean last, long index, byte[] content) {
        int size = Frames.size(content.length);
        if (size > frames.remaining()) {
            int bytes = Math.max(2 * frames.capacity(), frames.position() + size);
            frames = ByteBuffer.allocateDirect(bytes).put(frames.flip());
        }
        Frames.put(frames, kind, number, last, index, content);
    }

    /// All of its frames; nothing is added to it any more.
    ///
    /// @return lent until it begins anew
    ByteBuffer end() {
        endRecord(true);
        return frames.flip();
    }

    /// What is left to do when it is durable.
    Publisher.Done done() {
        return new Publisher.Done(entries, blobs, keys);
    }

    void durable() {
        var mine = receipts;
        tell((done, i) -> done.complete(mine.get(i)));
    }

    void failed(EvidenceFailure why) {
        tell((done, _) -> done.completeExceptionally(why));
    }

    /// Tells each home once.
    private void tell(ObjIntConsumer<CompletableFuture<List<Receipt>>> each) {
        var homes = new LinkedHashMap<Executor, List<Runnable>>();
        for (int i = 0; i < appends.size(); i++) {
            int at = i;
            var append = appends.get(i);
            homes.computeIfAbsent(append.home(), _ -> new ArrayList<>())
                    .add(() -> each.accept(append.done(), at));
        }
        homes.forEach((home, told) -> tell(home, () -> told.forEach(Runnable::run)));
    }

    private static void tell(Executor home, Runnable what) {
        try {
            home.execute(what);
        } catch (RejectedExecutionException e) {
            what.run(); // its thread has ended; whoever still waits is elsewhere
        }
    }
}
