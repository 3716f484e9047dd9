package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Texts that cost the grammar more than they cost whoever sends them. With the heap of the
/// launcher, 256 MB, the first of them ends the gateway (`OutOfMemoryError`).
class HeavyStatementsTest {
    private static final String HEAVY = "SELECT 1" + "+1".repeat(60_000);
    private static final Duration SOON = Duration.ofSeconds(5);

    @TempDir Path directory;

    private House house;

    @BeforeEach
    void start() throws Exception {
        house = new House(directory, MaskEvasionTest.EVERYTHING);
    }

    @AfterEach
    void stop() throws Exception {
        house.close();
    }

    @Test
    void are_refused_at_once_and_make_nobody_wait() throws Exception {
        try (var eve = house.connect("preferQueryMode", "simple");
                var ann = house.connect("preferQueryMode", "simple")) {
            long began = System.nanoTime();
            var heavy =
                    CompletableFuture.supplyAsync(() -> {
                        try {
                            return Tried.all(eve, HEAVY);
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    });
            TimeUnit.SECONDS.sleep(1);
            var others = Tried.all(ann, "SELECT id, id AS again FROM orders LIMIT 1");
            var afterOthers = Duration.ofNanos(System.nanoTime() - began);
            heavy.get(60, TimeUnit.SECONDS).refused();
            var afterAll = Duration.ofNanos(System.nanoTime() - began);

            others.ran();
            assertThat(afterOthers).isLessThan(SOON);
            assertThat(afterAll).isLessThan(SOON);
        }
    }
}
