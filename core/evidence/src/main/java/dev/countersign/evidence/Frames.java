package dev.countersign.evidence;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// The frames of the write-ahead log: a header of 32 bytes, the content, zeros up to a multiple of
/// 8.
///
/// ```
///  magic  4 │ kind  4 │ length 4 │ crc 4 │ batch 8 │ index 8 │ content …
/// ```
///
/// The CRC-32C is over batch, index, kind, length and content. Batches are numbered without gaps,
/// and the last frame of each says so. One batch is written at a time, in one write, so what stands
/// behind the last whole batch is what a crash left of one that nobody was told of: its pages reach
/// the disk in any order, and it is trimmed. A good frame of a batch *behind* that one means that
/// something that was told of is lost.
///
/// Files are used again. Each begins with a frame that says which batch comes first in it, durable
/// before the file has its name; what an earlier use left behind has lower numbers, and is nothing.
final class Frames {
    static final int HEADER = 32;
    private static final int MAGIC = 0x43534C47;
    private static final int ALIGNED = 8;

    /// In `kind`: the last frame of its batch.
    private static final int LAST = 0x100;

    private Frames() {}

    enum Kind {
        RECORD(1),
        /// index is where it lies in its file of payloads
        PAYLOAD(2),
        /// a wrapped key, behind the name of its scope
        KEY(3),
        /// the first frame of a file; its batch is the first that stands in it
        BEGIN(4);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        static @Nullable Kind of(int number) {
            for (var kind : values()) {
                if (kind.number == number) {
                    return kind;
                }
            }
            return null;
        }
    }

    /// One good frame.
    ///
    /// @param index of the record; for a payload its place ([Places])
    @SuppressWarnings("ArrayRecordComponent") // read from a file and handed on, never compared
    record Frame(Kind kind, long batch, boolean last, long index, byte[] content) {}

    static int size(int content) {
        return HEADER + (content + ALIGNED - 1) / ALIGNED * ALIGNED;
    }

    /// @param last whether it ends its batch
    static void put(
            ByteBuffer out, Kind kind, long batch, boolean last, long index, byte[] content) {
        int at = out.position();
        int marked = kind.number | (last ? LAST : 0);
        out.putInt(MAGIC)
                .putInt(marked)
                .putInt(content.length)
                .putInt(crc(marked, batch, index, content, 0, content.length))
                .putLong(batch)
                .putLong(index)
                .put(content);
        while ((out.position() - at) % ALIGNED != 0) {
            out.put((byte) 0);
        }
    }

    private static int crc(int kind, long batch, long index, byte[] in, int from, int length) {
        var crc = new CRC32C();
        crc.update(
                ByteBuffer.allocate(24)
                        .putLong(batch)
                        .putLong(index)
                        .putInt(kind)
                        .putInt(length)
                        .flip());
        crc.update(in, from, length);
        return (int) crc.getValue();
    }

    /// The first frame of a file.
    static ByteBuffer begin(long batch) {
        var out = ByteBuffer.allocate(HEADER);
        put(out, Kind.BEGIN, batch, false, 0, new byte[0]);
        return out.flip();
    }

    /// The frames of the whole batches of one file.
    ///
    /// @param end behind the last of them
    /// @param batch the number of the last batch
    record Scan(List<Frame> frames, int end, long batch) {}

    /// @param batch the number of the last batch before this file; -1 where there is none
    /// @throws EvidenceFailure if it does not begin as a file of ours does, or good frames stand
    ///   behind a batch that is not whole
    static Scan scan(Path file, long batch) throws IOException {
        var bytes = Files.readAllBytes(file);
        var in = ByteBuffer.wrap(bytes);
        var whole = new ArrayList<Frame>();
        var pending = new ArrayList<Frame>();
        var first = frame(in, bytes, 0);
        if (first == null
                || first.kind() != Kind.BEGIN
                || (batch >= 0 && first.batch() != batch + 1)) {
            throw damaged(file, 0, "its beginning is not what was written there");
        }
        long last = first.batch() - 1;
        int end = HEADER;
        int at = HEADER;
        for (var frame = frame(in, bytes, at); frame != null; frame = frame(in, bytes, at)) {
            if (frame.batch() != last + 1) {
                break;
            }
            pending.add(frame);
            at += size(frame.content().length);
            if (frame.last()) {
                whole.addAll(pending);
                pending.clear();
                last = frame.batch();
                end = at;
            }
        }
        for (int ahead = at; ahead + HEADER <= bytes.length; ahead += ALIGNED) {
            if (in.getInt(ahead) == MAGIC && in.getLong(ahead + 16) > last + 1) {
                var frame = frame(in, bytes, ahead);
                if (frame != null) {
                    throw damaged(file, end, "later records stand there");
                }
            }
        }
        return new Scan(whole, end, last);
    }

    private static EvidenceFailure damaged(Path file, int behind, String why) {
        return new EvidenceFailure(
                EvidenceFailure.Code.CORRUPT,
                file
                        + " is damaged behind byte "
                        + behind
                        + ": "
                        + why
                        + ". Restore the file from a backup; nothing was changed");
    }

    /// Null where no good frame begins.
    private static @Nullable Frame frame(ByteBuffer in, byte[] bytes, int at) {
        if (at + HEADER > bytes.length || in.getInt(at) != MAGIC) {
            return null;
        }
        int marked = in.getInt(at + 4);
        var kind = Kind.of(marked & ~LAST);
        int length = in.getInt(at + 8);
        long batch = in.getLong(at + 16);
        long index = in.getLong(at + 24);
        if (kind == null
                || length < 0
                || length > bytes.length - at - HEADER
                || crc(marked, batch, index, bytes, at + HEADER, length) != in.getInt(at + 12)) {
            return null;
        }
        var content = new byte[length];
        System.arraycopy(bytes, at + HEADER, content, 0, length);
        return new Frame(kind, batch, (marked & LAST) != 0, index, content);
    }
}
