package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;

/// After a class of tests, no buffer was lost: every one that was allocated was released by
/// somebody. Netty sees it when a buffer is collected, and tells at its next allocation.
final class NoLeaks implements BeforeAllCallback, AfterAllCallback {
    private static final List<String> LEAKS = new CopyOnWriteArrayList<>();
    private static final int ROUNDS = 5;

    @Override
    public void beforeAll(ExtensionContext context) {
        listen();
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        assertThat(found()).isEmpty();
    }

    static void listen() {
        assertThat(ResourceLeakDetector.getLevel()).isEqualTo(ResourceLeakDetector.Level.PARANOID);
        ByteBufUtil.setLeakListener((type, records) -> LEAKS.add(type + records));
    }

    /// What was lost since it was last asked.
    static List<String> found() throws InterruptedException {
        for (int i = 0; i < ROUNDS; i++) {
            System.gc();
            Thread.sleep(50);
            for (ByteBufAllocator allocator :
                    List.of(
                            ByteBufAllocator.DEFAULT,
                            PooledByteBufAllocator.DEFAULT,
                            UnpooledByteBufAllocator.DEFAULT)) {
                allocator.directBuffer(16).release();
                allocator.heapBuffer(16).release();
            }
        }
        var leaks = List.copyOf(LEAKS);
        LEAKS.clear();
        return leaks;
    }

    /// On a class whose tests must not lose a buffer.
    @ExtendWith(NoLeaks.class)
    @java.lang.annotation.Inherited
    @java.lang.annotation.Retention(java.lang.annotation.RetentionPolicy.RUNTIME)
    @java.lang.annotation.Target(java.lang.annotation.ElementType.TYPE)
    @interface Checked {}
}
