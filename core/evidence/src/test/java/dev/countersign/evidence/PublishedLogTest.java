package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.Evidence;
import dev.countersign.model.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading a log that somebody else writes.
class PublishedLogTest {
    @TempDir Path folder;

    private static Evidence alert(int number) {
        return new Evidence.Alert("test", Map.of("number", Integer.toString(number)));
    }

    private static List<Json.Obj> read(PublishedLog log, long from, long to) {
        var out = new ArrayList<Json.Obj>();
        log.read(from, to, (_, text) -> out.add(PublishedLog.parse(text)));
        return out;
    }

    @Test
    void any_part_of_it_can_be_read() {
        var data = folder.resolve("data");
        try (var log = FileEvidenceLog.open(Samples.settings(data))) {
            for (int i = 0; i < 600; i++) {
                log.append(List.of(alert(i))).toCompletableFuture().join();
            }
            log.publish();
            var published = PublishedLog.of(data);
            var all = new ArrayList<Json.Obj>();
            log.replay(entry -> all.add(entry.record()));

            assertThat(published.size()).isEqualTo(all.size());
            assertThat(read(published, 0, all.size())).isEqualTo(all);
            assertThat(read(published, 250, 530)).isEqualTo(all.subList(250, 530));
            assertThat(read(published, 256, 256)).isEmpty();
            var first = new ArrayList<Long>();
            assertThat(
                            published.read(
                                    255,
                                    all.size(),
                                    (index, _) -> {
                                        first.add(index);
                                        return first.size() < 3;
                                    }))
                    .isEqualTo(258);
            assertThat(first).containsExactly(255L, 256L, 257L);
        }
    }

    @Test
    void it_is_read_while_it_is_written() throws Exception {
        var data = folder.resolve("data");
        var done = new AtomicBoolean();
        try (var log = FileEvidenceLog.open(Samples.settings(data))) {
            var writer =
                    Thread.ofVirtual()
                            .start(() -> {
                                for (int i = 0; i < 2_000; i++) {
                                    log.append(List.of(alert(i))).toCompletableFuture().join();
                                }
                                log.publish();
                                done.set(true);
                            });
            var published = PublishedLog.of(data);
            long next = 0;
            var numbers = new ArrayList<String>();
            boolean last;
            do {
                last = done.get();
                next =
                        published.read(
                                next,
                                published.size(),
                                (_, text) -> {
                                    PublishedLog.parse(text)
                                            .object("x")
                                            .flatMap(x -> x.object("facts"))
                                            .flatMap(facts -> facts.text("number"))
                                            .ifPresent(numbers::add);
                                    return true;
                                });
            } while (!last);
            writer.join();

            assertThat(numbers).hasSize(2_000).doesNotHaveDuplicates();
            assertThat(numbers.getLast()).isEqualTo("1999");
        }
    }

    @Test
    void a_missing_bundle_is_told() throws Exception {
        var data = folder.resolve("data");
        FileEvidenceLog.open(Samples.settings(data)).close();
        var published = PublishedLog.of(data);
        long size = published.size();
        Files.delete(data.resolve("evidence/log/tile/entries/000.p/" + size));

        assertThatThrownBy(() -> read(published, 0, size))
                .isInstanceOf(EvidenceFailure.class)
                .hasMessageContaining("is missing");
        assertThatThrownBy(() -> PublishedLog.of(folder.resolve("nothing")).size())
                .isInstanceOf(EvidenceFailure.class);
    }
}
