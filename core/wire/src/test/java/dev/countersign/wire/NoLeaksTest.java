package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import org.junit.jupiter.api.Test;

/// The check checks.
class NoLeaksTest {
    @Test
    void a_lost_buffer_is_found_and_a_released_one_is_not() throws Exception {
        NoLeaks.listen();
        var _ = NoLeaks.found();

        ByteBufAllocator.DEFAULT.directBuffer(64).release();
        assertThat(NoLeaks.found()).isEmpty();

        lose();
        assertThat(NoLeaks.found()).hasSize(1);
    }

    private static void lose() {
        var _ = ByteBufAllocator.DEFAULT.directBuffer(64).writeLong(1);
    }
}
