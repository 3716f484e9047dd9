package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Bytes;
import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/// Reads the body of one whole message; every read is checked against its end.
final class Body {
    private static final int HEADER = 5;

    private final ByteBuf in;
    private final int end;
    private int at;

    Body(Frame frame) {
        this(frame, HEADER);
    }

    /// @param header bytes in front of the body; a client's first packets have no tag
    Body(Frame frame, int header) {
        this.in = frame.buffer();
        this.at = frame.start() + header;
        this.end = frame.end();
    }

    int int8() throws MalformedFrame {
        need(1);
        return in.getUnsignedByte(at++);
    }

    int int16() throws MalformedFrame {
        need(2);
        at += 2;
        return in.getUnsignedShort(at - 2);
    }

    int int32() throws MalformedFrame {
        need(4);
        at += 4;
        return in.getInt(at - 4);
    }

    long unsigned32() throws MalformedFrame {
        return int32() & 0xFFFF_FFFFL;
    }

    Bytes bytes(int length) throws MalformedFrame {
        if (length < 0) {
            throw new MalformedFrame("a negative length inside a message");
        }
        need(length);
        var out = new byte[length];
        in.getBytes(at, out);
        at += length;
        return Bytes.owned(out);
    }

    /// Up to the next zero byte, which must come, in strict UTF-8.
    String cstring() throws MalformedFrame {
        int zero = in.indexOf(at, end, (byte) 0);
        if (zero < 0) {
            throw new MalformedFrame("a string inside a message has no end");
        }
        var raw = new byte[zero - at];
        in.getBytes(at, raw);
        at = zero + 1;
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw)).toString();
        } catch (CharacterCodingException e) {
            throw new MalformedFrame("a string inside a message is not valid UTF-8");
        }
    }

    /// Bytes up to the end.
    int left() {
        return end - at;
    }

    boolean more() {
        return at < end;
    }

    /// Nothing may be left.
    void done() throws MalformedFrame {
        if (at != end) {
            throw new MalformedFrame((end - at) + " bytes too many at the end of a message");
        }
    }

    private void need(int length) throws MalformedFrame {
        if (end - at < length) {
            throw new MalformedFrame("a message is shorter than its content");
        }
    }
}
