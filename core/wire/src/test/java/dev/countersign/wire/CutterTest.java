package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.Framing;
import dev.countersign.gate.MalformedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// Frames of a tag, a length in four bytes, and a body; those of tag `p` may come in pieces.
@NoLeaks.Checked
class CutterTest {
    private static final int MAX = 1 << 20;

    private static final Framing TAGGED =
            new Framing() {
                @Override
                public long peek(ByteBuf in, int at, int available) throws MalformedFrame {
                    if (available < 5) {
                        return INCOMPLETE;
                    }
                    int length = in.getInt(at + 1);
                    if (length < 5 || length > MAX) {
                        throw new MalformedFrame("a length out of bounds");
                    }
                    return Framing.header(in.getByte(at), length);
                }

                @Override
                public boolean pieces(int tag) {
                    return tag == 'p';
                }
            };

    /// Lines: where they end is known only when all of one is there.
    private static final class Lines implements Framing {
        private long lookedAt;

        @Override
        public long peek(ByteBuf in, int at, int available) {
            int length = in.bytesBefore(at, available, (byte) '\n');
            lookedAt += length < 0 ? available : length;
            return length < 0 ? INCOMPLETE : Framing.header('l', length + 1);
        }

        @Override
        public boolean pieces(int tag) {
            return false;
        }
    }

    private static byte[] frame(char tag, int length, Random random) {
        var bytes = new byte[length];
        random.nextBytes(bytes);
        bytes[0] = (byte) tag;
        Unpooled.wrappedBuffer(bytes).setInt(1, length);
        return bytes;
    }

    private static ByteBuf received(byte[] bytes, int from, int to) {
        return ByteBufAllocator.DEFAULT
                .buffer(Math.max(1, to - from))
                .writeBytes(bytes, from, to - from);
    }

    private static Cutter cutter() {
        return new Cutter(ByteBufAllocator.DEFAULT, Unpooled.EMPTY_BUFFER);
    }

    /// What comes out, pieces put together again.
    private static List<byte[]> cut(Cutter cutter, Framing framing) throws MalformedFrame {
        var frames = new ArrayList<byte[]>();
        var begun = new ByteArrayOutputStream();
        for (var next = cutter.next(framing); next != null; next = cutter.next(framing)) {
            assertThat(next.size()).isPositive();
            assertThat(next.first()).isEqualTo(begun.size() == 0);
            begun.writeBytes(next.copy());
            if (next.last()) {
                assertThat(begun.size()).isEqualTo(next.length());
                frames.add(begun.toByteArray());
                begun.reset();
            } else {
                assertThat(next.tag()).isEqualTo('p');
                assertThat(next.length()).isGreaterThan(Cutter.SHORT);
            }
        }
        assertThat(begun.size()).isZero();
        return frames;
    }

    @Test
    void frames_come_out_as_they_went_in_however_they_are_chopped() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            // given
            var random = new Random(seed);
            var frames = new ArrayList<byte[]>();
            var all = new ByteArrayOutputStream();
            for (int i = 0; i < 20; i++) {
                int length = 5 + random.nextInt(random.nextInt(8) == 0 ? 200_000 : 300);
                frames.add(frame(random.nextBoolean() ? 'p' : 'w', length, random));
                all.writeBytes(frames.getLast());
            }
            var bytes = all.toByteArray();

            // when
            var cutter = cutter();
            for (int at = 0; at < bytes.length; ) {
                int many = 1 + random.nextInt(random.nextInt(4) == 0 ? 70_000 : 100);
                int to = Math.min(bytes.length, at + many);
                cutter.add(received(bytes, at, to));
                at = to;
            }

            // then
            assertThat(cutter.bytes()).isEqualTo(bytes.length);
            assertThat(cut(cutter, TAGGED)).as("seed %d", seed).containsExactlyElementsOf(frames);
            assertThat(cutter.isEmpty()).isTrue();
            cutter.release();
        }
    }

    @Test
    void every_split_of_two_frames_gives_the_same_two() throws Exception {
        // given
        var random = new Random(1);
        var one = frame('w', 9, random);
        var two = frame('p', 12, random);
        var bytes = Arrays.copyOf(one, 21);
        System.arraycopy(two, 0, bytes, 9, 12);

        for (int at = 0; at <= bytes.length; at++) {
            var cutter = cutter();

            // when
            cutter.add(received(bytes, 0, at));
            var frames = cut(cutter, TAGGED);
            cutter.add(received(bytes, at, bytes.length));
            frames.addAll(cut(cutter, TAGGED));

            // then
            assertThat(frames).containsExactly(one, two);
            cutter.release();
        }
    }

    @Test
    void lines_come_out_as_they_went_in_however_they_are_chopped() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            // given
            var random = new Random(seed);
            var lines = new ArrayList<byte[]>();
            var all = new ByteArrayOutputStream();
            for (int i = 0; i < 30; i++) {
                var line = "x".repeat(random.nextInt(random.nextInt(5) == 0 ? 5_000 : 40)) + "\n";
                lines.add(line.getBytes(StandardCharsets.US_ASCII));
                all.writeBytes(lines.getLast());
            }
            var bytes = all.toByteArray();
            var cutter = cutter();
            var framing = new Lines();

            // when
            var frames = new ArrayList<byte[]>();
            for (int at = 0; at < bytes.length; ) {
                int to = Math.min(bytes.length, at + 1 + random.nextInt(100));
                cutter.add(received(bytes, at, to));
                if (random.nextBoolean()) {
                    frames.addAll(cut(cutter, framing));
                }
                at = to;
            }
            frames.addAll(cut(cutter, framing));

            // then
            assertThat(frames).as("seed %d", seed).containsExactlyElementsOf(lines);
            cutter.release();
        }
    }

    @Test
    void a_long_search_for_an_end_costs_little_more_than_it_is_long() throws Exception {
        // given
        var framing = new Lines();
        var cutter = cutter();
        var bytes = new byte[1 << 20];

        // when
        for (int at = 0; at < bytes.length; at += 1 << 16) {
            cutter.add(received(bytes, at, at + (1 << 16)));
            assertThat(cutter.next(framing)).isNull();
        }

        // then
        assertThat(framing.lookedAt).isLessThan(40L * bytes.length);
        cutter.release();
    }

    @Test
    void a_claimed_length_takes_no_memory() throws Exception {
        // given
        var allocator = new UnpooledByteBufAllocator(false);
        var cutter = new Cutter(allocator, Unpooled.EMPTY_BUFFER);

        // when
        cutter.add(Unpooled.buffer().writeByte('w').writeInt(MAX).writeByte(1));

        // then
        assertThat(cutter.next(TAGGED)).isNull();
        assertThat(allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory())
                .isLessThan(4_096);
        cutter.release();
    }

    @Test
    void a_length_out_of_bounds_is_malformed() {
        for (int length : new int[] {0, 4, -1, Integer.MIN_VALUE, Integer.MAX_VALUE, MAX + 1}) {
            var cutter = cutter();
            cutter.add(Unpooled.buffer().writeByte('w').writeInt(length));

            assertThatThrownBy(() -> cutter.next(TAGGED)).isInstanceOf(MalformedFrame.class);

            cutter.release();
        }
    }

    @Test
    void what_was_not_cut_is_released_with_it() throws Exception {
        // given
        var whole = received(frame('w', 100, new Random(1)), 0, 100);
        var part = received(frame('w', 100, new Random(2)), 0, 50);
        var cutter = cutter();
        cutter.add(whole);
        cutter.add(part);
        assertThat(cutter.next(TAGGED)).isNotNull();
        assertThat(cutter.next(TAGGED)).isNull();

        // when
        cutter.release();

        // then
        assertThat(whole.refCnt()).isZero();
        assertThat(part.refCnt()).isZero();
        assertThat(cutter.isEmpty()).isTrue();
    }
}
