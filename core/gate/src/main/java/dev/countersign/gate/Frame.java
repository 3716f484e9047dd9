package dev.countersign.gate;

import io.netty.buffer.ByteBuf;

/// One frame of a protocol, or a piece of a long one, as a view of the receive buffer.
///
/// The view is lent: it is valid only during the call it is handed to, and one object serves many
/// frames. What must outlive the call is copied. A frame comes in pieces where its [Framing] lets
/// it: the first piece has the header, no piece is empty, and no piece says where values begin or
/// end.
public final class Frame {
    private ByteBuf buffer;
    private int tag;
    private int start;
    private int end;
    private int length;
    private boolean first;
    private boolean last;

    public Frame(ByteBuf buffer) {
        this.buffer = buffer;
    }

    /// Points this view at another frame or piece.
    ///
    /// @param length of the whole frame, header included
    public Frame at(
            ByteBuf in, int tag, int start, int end, int length, boolean first, boolean last) {
        this.buffer = in;
        this.tag = tag;
        this.start = start;
        this.end = end;
        this.length = length;
        this.first = first;
        this.last = last;
        return this;
    }

    /// A whole frame: all of `in`'s readable bytes.
    public static Frame whole(int tag, ByteBuf in) {
        int start = in.readerIndex();
        int end = in.writerIndex();
        return new Frame(in).at(in, tag, start, end, end - start, true, true);
    }

    public ByteBuf buffer() {
        return buffer;
    }

    /// The kind of the frame as its [Framing] names it.
    public int tag() {
        return tag;
    }

    /// Index in [#buffer()] of the first byte; the header's where [#first()].
    public int start() {
        return start;
    }

    /// Index in [#buffer()] behind the last byte.
    public int end() {
        return end;
    }

    /// The bytes of this view.
    public int size() {
        return end - start;
    }

    /// The bytes of the whole frame, header included, as its header claims.
    public int length() {
        return length;
    }

    public boolean first() {
        return first;
    }

    public boolean last() {
        return last;
    }

    public boolean whole() {
        return first && last;
    }

    /// A copy of these bytes.
    public byte[] copy() {
        var out = new byte[size()];
        buffer.getBytes(start, out);
        return out;
    }
}
