package dev.countersign.postgres;

import dev.countersign.gate.Framing;
import dev.countersign.gate.MalformedFrame;
import io.netty.buffer.ByteBuf;

/// Messages after the startup packet: a tag of one byte and a length of four that counts itself ("Message Formats"). Each kind
/// has a maximum; an unknown one is no message at all.
final class PostgresFraming implements Framing {
    /// A statement's text, with its message around it.
    static final int MAX_STATEMENT = 1 << 20;

    /// All parameters of one Bind.
    static final int MAX_BIND = 16 << 20;

    /// What else a client says.
    static final int MAX_OTHER = 64 << 10;

    /// A row or a piece of a copy: PostgreSQL's own limit. It comes in pieces and is never held.
    static final int MAX_ROW = 1 << 30;

    /// What else a target says.
    static final int MAX_REPLY = 1 << 20;

    private static final int HEADER = 5;
    private static final String CLIENT = "QPBEDCHSXFdcfp";
    private static final String TARGET = "DCTZ123IEnstNSRKAGHWcdVv";
    private static final Framing FROM_CLIENT = new PostgresFraming(CLIENT);
    private static final Framing FROM_TARGET = new PostgresFraming(TARGET);

    private final String known;

    private PostgresFraming(String known) {
        this.known = known;
    }

    static Framing client() {
        return FROM_CLIENT;
    }

    static Framing target() {
        return FROM_TARGET;
    }

    @Override
    public long peek(ByteBuf in, int at, int available) throws MalformedFrame {
        if (available < 1) {
            return INCOMPLETE;
        }
        int tag = in.getUnsignedByte(at);
        if (known.indexOf(tag) < 0) {
            throw new MalformedFrame("no such message: 0x" + Integer.toHexString(tag));
        }
        if (available < HEADER) {
            return INCOMPLETE;
        }
        int length = in.getInt(at + 1);
        if (length < 4 || length > maximum(tag)) {
            throw new MalformedFrame("a message '" + (char) tag + "' of " + length + " bytes");
        }
        return Framing.header(tag, length + 1);
    }

    private int maximum(int tag) {
        if (this == FROM_TARGET) {
            return tag == 'D' || tag == 'd' ? MAX_ROW : MAX_REPLY;
        }
        return switch (tag) {
            case 'Q', 'P' -> MAX_STATEMENT;
            case 'B', 'F' -> MAX_BIND;
            case 'p' -> MAX_OTHER + 16;
            default -> MAX_OTHER;
        };
    }

    @Override
    public boolean pieces(int tag) {
        return this == FROM_TARGET && tag == 'D';
    }
}
