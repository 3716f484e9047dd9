package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Evidence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/// A disk that is really full. `quality/hard-days/full-disk` mounts one and runs this.
@EnabledIfSystemProperty(named = "countersign.small-disk", matches = ".+")
class SmallDiskTest {
    private static void join(FileEvidenceLog log, List<? extends Evidence> records) {
        log.append(records).toCompletableFuture().join();
    }

    @Test
    void a_full_disk_lets_nothing_begin_and_what_is_under_way_end() throws Exception {
        var disk = Path.of(System.getProperty("countersign.small-disk"));
        var directory = disk.resolve("data");
        var filler = disk.resolve("filler");
        try (var log = FileEvidenceLog.open(Samples.settings(directory))) {
            var session = Samples.session();
            join(log, Samples.opened(session));
            var running = new ArrayList<Evidence.Intent>();
            for (int i = 0; i < 500; i++) {
                var intent = Samples.intent(session, "UPDATE orders SET a = " + i);
                join(log, List.of(intent));
                running.add(intent);
            }

            fill(filler);
            await().until(() -> !log.writable());

            assertThatThrownBy(() -> join(log, List.of(Samples.intent(session, "SELECT 1"))))
                    .hasMessageContaining("CS-EVIDENCE-005");
            for (var intent : running) {
                join(log, List.of(Samples.settled(intent)));
            }

            Files.delete(filler);
            await().until(log::writable);
            join(log, List.of(Samples.intent(session, "SELECT 2")));
        }
        assertThat(CheckLog.whole(directory)).hasSizeGreaterThan(1_000);
        FileEvidenceLog.open(Samples.settings(directory)).close();
        CheckLog.whole(directory);
    }

    private static void fill(Path file) throws IOException {
        var block = new byte[1 << 20];
        try (var out = Files.newOutputStream(file)) {
            while (true) {
                try {
                    out.write(block);
                } catch (IOException full) {
                    assertThat(full).hasMessageContaining("No space left");
                    return;
                }
            }
        }
    }
}
