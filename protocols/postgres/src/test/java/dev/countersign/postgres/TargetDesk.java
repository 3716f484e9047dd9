package dev.countersign.postgres;

import dev.countersign.gate.Dialer;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.gate.Ready;
import dev.countersign.model.Bytes;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A login to a target and everything it asked for, fed with what a target says.
final class TargetDesk implements Dialer.Effects {
    final Dialer dialer;
    final ByteArrayOutputStream sent = new ByteArrayOutputStream();

    boolean handshake;
    @Nullable Supplier<Bytes> work;
    @Nullable Ready ready;
    @Nullable String failed;
    int ends;

    TargetDesk(Dialer dialer) {
        this.dialer = dialer;
        dialer.begin(this);
    }

    /// Hands on every whole frame; derives keys as it goes.
    TargetDesk says(byte[]... parts) throws MalformedFrame {
        var in = Unpooled.wrappedBuffer(Packet.all(parts));
        while (in.isReadable()) {
            long header = dialer.framing().peek(in, in.readerIndex(), in.readableBytes());
            if (header == Framing.INCOMPLETE || Framing.length(header) > in.readableBytes()) {
                throw new IllegalArgumentException("the test sends half a message");
            }
            dialer.fromTarget(
                    Frame.whole(Framing.tag(header), in.readSlice(Framing.length(header))), this);
            var now = work;
            if (now != null) {
                work = null;
                dialer.derived(now.get(), this);
            }
        }
        return this;
    }

    TargetDesk secured() {
        handshake = false;
        dialer.secured(this);
        return this;
    }

    String text() {
        return sent.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public void toTarget(ByteBuf bytes) {
        var out = new byte[bytes.readableBytes()];
        bytes.readBytes(out);
        bytes.release();
        sent.writeBytes(out);
    }

    @Override
    public void startTls() {
        handshake = true;
    }

    @Override
    public void derive(Supplier<Bytes> work) {
        this.work = work;
    }

    @Override
    public void ready(Ready ready) {
        this.ready = ready;
        ends++;
    }

    @Override
    public void failed(String message) {
        failed = message;
        ends++;
    }

    @Override
    public ByteBufAllocator allocator() {
        return UnpooledByteBufAllocator.DEFAULT;
    }
}
