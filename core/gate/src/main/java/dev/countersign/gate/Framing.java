package dev.countersign.gate;

import io.netty.buffer.ByteBuf;

/// Where one frame ends and the next begins. Looks at headers only, keeps nothing, and refuses a
/// claimed length above the named maximum of its kind before anybody allocates for it.
public interface Framing {
    /// Not enough bytes yet to read a header.
    long INCOMPLETE = -1;

    /// Reads the header at index `at` of `in`, of which `available` bytes are there. Consumes
    /// nothing.
    ///
    /// @return [#header(int, int)], or [#INCOMPLETE]
    /// @throws MalformedFrame if no frame can begin so, or its length is out of bounds
    long peek(ByteBuf in, int at, int available) throws MalformedFrame;

    /// Whether a frame of this tag may be handed on in pieces; all others are handed on whole.
    boolean pieces(int tag);

    /// A tag and the length of the whole frame, header included, in one number.
    static long header(int tag, int length) {
        return ((long) tag << 32) | length;
    }

    static int tag(long header) {
        return (int) (header >> 32);
    }

    static int length(long header) {
        return (int) header;
    }
}
