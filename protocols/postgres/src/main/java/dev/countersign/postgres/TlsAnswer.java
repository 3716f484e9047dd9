package dev.countersign.postgres;

import dev.countersign.gate.Framing;
import io.netty.buffer.ByteBuf;

/// A target's answer to SSLRequest: one byte, `S` or `N`. Anything else, an ErrorResponse included,
/// is a frame of one byte too, so that nothing said before TLS is ever read as text.
final class TlsAnswer implements Framing {
    static final TlsAnswer FRAMING = new TlsAnswer();

    private TlsAnswer() {}

    @Override
    public long peek(ByteBuf in, int at, int available) {
        return available == 0 ? INCOMPLETE : Framing.header(in.getUnsignedByte(at), 1);
    }

    @Override
    public boolean pieces(int tag) {
        return false;
    }
}
