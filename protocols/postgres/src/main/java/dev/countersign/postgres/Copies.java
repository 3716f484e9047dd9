package dev.countersign.postgres;

import dev.countersign.gate.Conversation.Effects;
import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Spooled;
import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/// The copy that is under way in a session, if one is. What the client sends passes as it is, and
/// its digest is kept; what it is sent is masked.
final class Copies {
    /// Bytes of one message of what was held back.
    private static final int CHUNK = 64 << 10;

    private Way way = Way.NONE;
    private @Nullable CopyMask mask;
    private @Nullable CopyLines lines;

    private enum Way {
        NONE,
        /// The client may send rows.
        IN,
        /// The client is sent rows.
        OUT
    }

    boolean running() {
        return way != Way.NONE;
    }

    boolean in() {
        return way == Way.IN;
    }

    boolean out() {
        return way == Way.OUT;
    }

    void beginIn() {
        way = Way.IN;
    }

    /// @param mask null where nothing is labelled
    /// @param detecting looks at the lines then; null where nobody wants that
    void beginOut(Tally tally, @Nullable CopyMask mask, @Nullable Detecting detecting) {
        way = Way.OUT;
        tally.copies();
        this.mask = mask;
        lines = mask == null && detecting != null ? new CopyLines(detecting, tally.masked) : null;
    }

    /// The copy ended, in whatever way.
    void over() {
        way = Way.NONE;
        mask = null;
        lines = null;
    }

    /// The client says what has no place among the rows that it sends.
    static MalformedFrame stray(Frame frame) {
        return new MalformedFrame(
                "a copy is under way, and the client sent a message '" + (char) frame.tag() + "'");
    }

    /// A CopyData of the client, or a piece of one, or the end of the copy.
    void fromClient(Frame frame, Tally tally, Effects out) {
        if (frame.tag() == 'd') {
            tally.streamed(frame.buffer(), body(frame), frame.end());
        } else {
            over();
        }
        out.toTarget(tally.permit, frame);
    }

    /// All that the client sends was held back: it goes, and the copy ends.
    void spooled(Spooled spooled, Tally tally, Effects out) {
        var content = spooled.content().toArray();
        for (int at = 0; at < content.length; at += CHUNK) {
            int length = Math.min(CHUNK, content.length - at);
            var data = out.allocator().buffer(PostgresFraming.HEADER + length);
            data.writeByte('d').writeInt(4 + length).writeBytes(content, at, length);
            tally.streamed(data, PostgresFraming.HEADER, data.writerIndex());
            out.toTarget(tally.permit, data);
        }
        over();
        out.toTarget(tally.permit, Messages.copyDone(out.allocator()));
    }

    /// A CopyData of the target, or a piece of one.
    void data(Frame frame, Tally tally, Effects out) throws MalformedFrame {
        var in = frame.buffer();
        if (lines != null) {
            lines.feed(
                    in,
                    body(frame),
                    frame.end(),
                    out.allocator(),
                    row -> toClient(row, tally, out));
        } else if (mask != null) {
            mask.feed(
                    in,
                    body(frame),
                    frame.end(),
                    out.allocator(),
                    row -> toClient(row, tally, out));
        } else {
            tally.copied(in, frame.start(), frame.end(), frame.first(), frame.last());
            out.toClient(frame);
        }
    }

    /// The target has sent all.
    void end(Tally tally, Effects out) throws MalformedFrame {
        if (mask != null && !tally.cut) {
            mask.end();
        }
        if (lines != null) {
            lines.end(out.allocator(), row -> toClient(row, tally, out));
        }
        over();
    }

    private static void toClient(ByteBuf row, Tally tally, Effects out) {
        if (tally.cut || Limits.cutsOff(tally, row.readableBytes(), out)) {
            row.release();
            return;
        }
        tally.copied(row, row.readerIndex(), row.writerIndex(), true, true);
        out.toClient(row);
    }

    private static int body(Frame frame) {
        return frame.first() ? frame.start() + PostgresFraming.HEADER : frame.start();
    }
}
