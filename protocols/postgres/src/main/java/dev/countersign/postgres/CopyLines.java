package dev.countersign.postgres;

import dev.countersign.masking.MaskSink;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.Map;

/// What the detectors find in a copy of which nothing is labelled, in text or CSV. What they hold
/// back until they have seen enough of it leaves with a later piece, or at the end.
final class CopyLines implements MaskSink {
    private final Detecting detecting;
    private final Map<String, Long> masked;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    /// @param masked counts what was found, by detector
    CopyLines(Detecting detecting, Map<String, Long> masked) {
        this.detecting = detecting;
        this.masked = masked;
        detecting.begin(this);
    }

    void feed(ByteBuf in, int from, int to, ByteBufAllocator allocator, CopyMask.Rows rows) {
        var bytes = new byte[to - from];
        in.getBytes(from, bytes);
        detecting.feed(bytes, 0, bytes.length);
        leave(allocator, rows);
    }

    void end(ByteBufAllocator allocator, CopyMask.Rows rows) {
        detecting.end();
        leave(allocator, rows);
    }

    private void leave(ByteBufAllocator allocator, CopyMask.Rows rows) {
        if (out.size() > 0) {
            var frame = allocator.buffer(PostgresFraming.HEADER + out.size());
            frame.writeByte('d').writeInt(Integer.BYTES + out.size());
            frame.writeBytes(out.toByteArray());
            out.reset();
            rows.row(frame);
        }
    }

    @Override
    public void bytes(byte[] b, int from, int to) {
        out.write(b, from, to - from);
    }

    @Override
    public void span(String detector, long from, long to) {
        masked.merge(detector, 1L, Long::sum);
    }
}
