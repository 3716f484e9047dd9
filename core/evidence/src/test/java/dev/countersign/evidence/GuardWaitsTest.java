package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/// Who waits for the guard file.
class GuardWaitsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final GuardWaits waits = new GuardWaits(3, LONG);

    private boolean covered(long index) {
        return waits.until(index, Runnable::run).toCompletableFuture().isDone();
    }

    @Test
    void what_is_covered_is_not_waited_for() {
        assertThat(covered(2)).isTrue();
        assertThat(covered(3)).isFalse();
    }

    @Test
    void a_checkpoint_of_n_records_covers_those_before_n() {
        var second = waits.until(4, Runnable::run).toCompletableFuture();
        var third = waits.until(5, Runnable::run).toCompletableFuture();

        waits.covered(5);

        assertThat(second).isCompletedWithValue(4L);
        assertThat(third).isNotDone();
    }

    @Test
    void each_is_told_at_its_home() {
        var home = new ArrayList<Runnable>();
        var told = waits.until(3, home::add).toCompletableFuture();

        waits.covered(4);

        assertThat(told).isNotDone();
        home.getFirst().run();
        assertThat(told).isDone();
    }

    @Test
    void a_guard_file_that_is_not_written_in_time_fails_whoever_waits() {
        var late = new GuardWaits(0, Duration.ofMillis(50));

        var told = late.until(0, Runnable::run).toCompletableFuture();

        assertThatThrownBy(() -> told.get(20, TimeUnit.SECONDS))
                .hasCauseInstanceOf(TimeoutException.class);
    }

    @Test
    void no_more_wait_than_may_and_nobody_behind_the_end() {
        for (int i = 0; i < GuardWaits.MAX_WAITING; i++) {
            assertThat(covered(3 + i)).isFalse();
        }
        assertThat(waits.until(9, Runnable::run).toCompletableFuture()).isCompletedExceptionally();

        var waiting = new GuardWaits(0, LONG);
        var told = waiting.until(0, Runnable::run).toCompletableFuture();
        waiting.end();

        assertThat(told).isCompletedExceptionally();
        assertThat(waiting.until(0, Runnable::run).toCompletableFuture())
                .isCompletedExceptionally();
    }
}
