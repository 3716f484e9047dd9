package dev.countersign.wire;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import org.jspecify.annotations.Nullable;

/// Sends on one channel. Small pieces that leave at the same time are copied into one: a message of
/// a protocol is often shorter than what a buffer of its own costs.
final class Sender {
    /// Bytes of a piece that is copied; a longer one leaves as it is.
    static final int SMALL = 2 << 10;

    /// Bytes that are put together at most.
    static final int TOGETHER = 16 << 10;

    private static final int FIRST = 512;

    private final Channel channel;
    private @Nullable ByteBuf together;
    private int unflushed;

    Sender(Channel channel) {
        this.channel = channel;
    }

    /// Takes ownership. It leaves with the next [#flush].
    void add(ByteBuf bytes) {
        int length = bytes.readableBytes();
        unflushed += length;
        if (length > SMALL) {
            hand();
            write(bytes);
            return;
        }
        var to = together;
        if (to == null || to.maxWritableBytes() < length) {
            hand();
            to = channel.alloc().directBuffer(FIRST, TOGETHER);
            together = to;
        }
        to.writeBytes(bytes);
        bytes.release();
    }

    private void hand() {
        var ready = together;
        if (ready != null) {
            together = null;
            write(ready);
        }
    }

    private void write(ByteBuf bytes) {
        var _ = channel.write(bytes, channel.voidPromise());
    }

    /// Bytes that were added since the last flush.
    int unflushed() {
        return unflushed;
    }

    void flush() {
        if (unflushed > 0) {
            unflushed = 0;
            hand();
            channel.flush();
        }
    }

    /// What was not flushed never leaves.
    void discard() {
        var rest = together;
        if (rest != null) {
            together = null;
            rest.release();
        }
        unflushed = 0;
    }
}
