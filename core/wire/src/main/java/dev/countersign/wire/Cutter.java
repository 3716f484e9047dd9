package dev.countersign.wire;

import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.MalformedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/// Cuts what was received into frames.
///
/// A frame that lies whole in one receive buffer is a view of it: nothing is copied. Only a frame
/// that crosses from one buffer into the next is put together, in a buffer that grows with what
/// really came, never with what a header claims. A frame that may come in pieces is put together as
/// long as it is short, and cut where the buffers end if it is not.
final class Cutter {
    /// The longest frame that is put together although it might come in pieces.
    static final int SHORT = 64 << 10;

    /// Bytes in which a header is expected; what is still not clear behind them is looked at in
    /// steps that double, so that a long search costs no more than it is long.
    private static final int HEADER = 32;

    private final ByteBufAllocator allocator;
    private final Deque<ByteBuf> received = new ArrayDeque<>();
    private final Frame frame;
    private int bytes;

    /// A frame that began in a buffer that is used up.
    private @Nullable ByteBuf crossing;

    private int crossingLength = -1;

    /// Of a frame in pieces: what is still to come, its tag and whole length.
    private int rest;

    private int restTag;
    private int restLength;

    /// Handed out at the last call, to be let go at the next.
    private @Nullable ByteBuf lent;

    Cutter(ByteBufAllocator allocator, ByteBuf empty) {
        this.allocator = allocator;
        this.frame = new Frame(empty);
    }

    /// Takes ownership of `in`.
    void add(ByteBuf in) {
        if (in.isReadable()) {
            received.add(in);
            bytes += in.readableBytes();
        } else {
            in.release();
        }
    }

    /// Bytes that were received and not cut yet.
    int bytes() {
        var begun = crossing;
        return bytes + (begun == null ? 0 : begun.readableBytes());
    }

    /// Whether nothing is left, not even the beginning of a frame.
    boolean isEmpty() {
        return bytes() == 0 && rest == 0;
    }

    /// The next frame or piece, or null until more is received. It is lent until the next call.
    @Nullable Frame next(Framing framing) throws MalformedFrame {
        giveBack();
        if (rest > 0) {
            return piece();
        }
        if (crossing != null) {
            return across(framing);
        }
        var in = head();
        if (in == null) {
            return null;
        }
        int at = in.readerIndex();
        int available = in.readableBytes();
        long header = framing.peek(in, at, available);
        if (header != Framing.INCOMPLETE) {
            int length = Framing.length(header);
            int tag = Framing.tag(header);
            if (length <= available) {
                take(in, length);
                return frame.at(in, tag, at, at + length, length, true, true);
            }
            if (length > SHORT && framing.pieces(tag)) {
                begin(tag, length, available);
                take(in, available);
                return frame.at(in, tag, at, at + available, length, true, false);
            }
            crossingLength = length;
        }
        var begun = allocator.buffer(Math.max(available * 2, 256));
        crossing = begun;
        move(in, begun, available);
        return across(framing);
    }

    private @Nullable Frame piece() {
        var in = head();
        if (in == null) {
            return null;
        }
        int at = in.readerIndex();
        int size = Math.min(rest, in.readableBytes());
        rest -= size;
        take(in, size);
        return frame.at(in, restTag, at, at + size, restLength, false, rest == 0);
    }

    private void begin(int tag, int length, int here) {
        restTag = tag;
        restLength = length;
        rest = length - here;
    }

    private @Nullable Frame across(Framing framing) throws MalformedFrame {
        var begun = crossing;
        while (begun != null) {
            if (crossingLength < 0) {
                long header = framing.peek(begun, begun.readerIndex(), begun.readableBytes());
                if (header != Framing.INCOMPLETE) {
                    int tag = Framing.tag(header);
                    int length = Framing.length(header);
                    if (length > SHORT && framing.pieces(tag) && begun.readableBytes() < length) {
                        begin(tag, length, begun.readableBytes());
                        return lend(begun, tag, length, false);
                    }
                    if (length < begun.readableBytes()) {
                        return backToReceived(begun, framing);
                    }
                    crossingLength = length;
                }
            }
            if (crossingLength >= 0 && begun.readableBytes() >= crossingLength) {
                long header = framing.peek(begun, begun.readerIndex(), begun.readableBytes());
                return lend(begun, Framing.tag(header), crossingLength, true);
            }
            var in = head();
            if (in == null) {
                return null;
            }
            int have = begun.readableBytes();
            int wanted = crossingLength >= 0 ? crossingLength - have : have < HEADER ? 1 : have;
            move(in, begun, Math.min(wanted, in.readableBytes()));
        }
        return null;
    }

    /// More was put together than the frame is long: it lies whole in this buffer now.
    private @Nullable Frame backToReceived(ByteBuf begun, Framing framing) throws MalformedFrame {
        crossing = null;
        received.addFirst(begun);
        bytes += begun.readableBytes();
        return next(framing);
    }

    private Frame lend(ByteBuf begun, int tag, int length, boolean whole) {
        crossing = null;
        crossingLength = -1;
        lent = begun;
        return frame.at(begun, tag, begun.readerIndex(), begun.writerIndex(), length, true, whole);
    }

    private @Nullable ByteBuf head() {
        return received.peek();
    }

    /// The buffer is let go when it is used up, but not before the frame in it was handled.
    private void take(ByteBuf in, int length) {
        in.skipBytes(length);
        bytes -= length;
        if (!in.isReadable()) {
            received.remove();
            lent = in;
        }
    }

    private void move(ByteBuf in, ByteBuf to, int length) {
        to.writeBytes(in, length);
        bytes -= length;
        if (!in.isReadable()) {
            received.remove();
            in.release();
        }
    }

    private void giveBack() {
        var buffer = lent;
        if (buffer != null) {
            lent = null;
            buffer.release();
        }
    }

    void release() {
        giveBack();
        received.forEach(ByteBuf::release);
        received.clear();
        var begun = crossing;
        if (begun != null) {
            crossing = null;
            begun.release();
        }
        bytes = 0;
        rest = 0;
    }
}
