package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/// Small pieces are put together, and none is lost or overtakes another.
class SenderTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Sender sender = new Sender(channel);

    private byte[] sent() {
        var out = new ByteArrayOutputStream();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            var bytes = new byte[next.readableBytes()];
            next.readBytes(bytes);
            next.release();
            out.writeBytes(bytes);
        }
        return out.toByteArray();
    }

    @Test
    void pieces_of_every_length_leave_in_their_order() {
        // given
        int[] lengths = {1, Sender.SMALL, Sender.SMALL + 1, 5, 0, Sender.TOGETHER + 1, 600};
        var all = new ByteArrayOutputStream();

        // when
        for (int i = 0; i < 40; i++) {
            var bytes = new byte[lengths[i % lengths.length]];
            Arrays.fill(bytes, (byte) i);
            all.writeBytes(bytes);
            sender.add(Unpooled.wrappedBuffer(bytes));
        }
        sender.flush();

        // then
        assertThat(sent()).isEqualTo(all.toByteArray());
        assertThat(sender.unflushed()).isZero();
    }

    @Test
    void small_pieces_leave_as_one() {
        // when
        sender.add(Unpooled.wrappedBuffer(new byte[] {1}));
        sender.add(Unpooled.wrappedBuffer(new byte[] {2, 3}));
        sender.flush();

        // then
        assertThat(channel.outboundMessages()).hasSize(1);
        assertThat(sent()).containsExactly(1, 2, 3);
    }

    @Test
    void what_was_discarded_never_leaves() {
        // given
        sender.add(Unpooled.wrappedBuffer(new byte[] {1}));

        // when
        sender.discard();
        sender.flush();

        // then
        assertThat(sent()).isEmpty();
    }
}
