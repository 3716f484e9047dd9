package dev.countersign.postgres;

import dev.countersign.gate.Framing;
import dev.countersign.gate.MalformedFrame;
import io.netty.buffer.ByteBuf;

/// A client's first packets: a length that counts itself, and no tag (protocol page "Message
/// Formats", StartupMessage). One kind of frame, [#PACKET]; what it is stands in the code behind
/// the length.
final class StartupFraming implements Framing {
    static final StartupFraming FRAMING = new StartupFraming();

    static final int PACKET = 0;

    /// Length and code.
    static final int MIN = 8;

    /// As the server's own MAX_STARTUP_PACKET_LENGTH.
    static final int MAX = 10_000;

    /// The first byte of a TLS handshake.
    private static final int TLS_HANDSHAKE = 0x16;

    private StartupFraming() {}

    @Override
    public long peek(ByteBuf in, int at, int available) throws MalformedFrame {
        if (available == 0) {
            return INCOMPLETE;
        }
        int first = in.getUnsignedByte(at);
        if (first == TLS_HANDSHAKE) {
            throw new MalformedFrame(
                    "TLS began without an SSLRequest (sslnegotiation=direct), which is not served");
        }
        if (first != 0) {
            throw new MalformedFrame("this is no PostgreSQL startup packet");
        }
        if (available < 4) {
            return INCOMPLETE;
        }
        int length = in.getInt(at);
        if (length < MIN || length > MAX) {
            throw new MalformedFrame(
                    "a startup packet of length " + length + "; allowed is " + MIN + " to " + MAX);
        }
        return Framing.header(PACKET, length);
    }

    @Override
    public boolean pieces(int tag) {
        return false;
    }
}
