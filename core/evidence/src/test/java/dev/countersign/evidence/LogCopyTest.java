package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What is fetched of a log verifies where it was fetched to.
class LogCopyTest {
    @TempDir Path folder;

    /// @return names of its files, in order
    private static List<String> unpack(InputStream in, Path to) throws IOException {
        var names = new ArrayList<String>();
        var zip = new ZipInputStream(in);
        for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            var file = to.resolve(entry.getName());
            Files.createDirectories(file.resolveSibling(""));
            Files.write(file, zip.readAllBytes());
            names.add(entry.getName());
        }
        return names;
    }

    private static List<String> copy(Path data, Path to) throws IOException {
        var bytes = new java.io.ByteArrayOutputStream();
        LogCopy.of(data).write(bytes, Optional.empty());
        return unpack(new java.io.ByteArrayInputStream(bytes.toByteArray()), to);
    }

    @Test
    void a_copy_made_while_more_is_written_verifies_and_holds_no_key() throws Exception {
        var data = folder.resolve("data");
        var done = new AtomicBoolean();
        try (var log = FileEvidenceLog.open(Samples.settings(data))) {
            var writer =
                    Thread.ofVirtual()
                            .start(() -> {
                                while (!done.get()) {
                                    var session = Samples.session();
                                    log.append(Samples.opened(session));
                                    var intent = Samples.intent(session, "SELECT 1");
                                    log.append(List.of(intent, Samples.settled(intent)))
                                            .toCompletableFuture()
                                            .join();
                                }
                            });
            for (int i = 0; i < 20; i++) {
                var to = folder.resolve("copy-" + i);
                var names = copy(data, to);

                assertThat(names.getLast()).isEqualTo("evidence/log/checkpoint");
                assertThat(names).noneMatch(name -> name.contains("keys"));
                var report = Verifier.verify(to, Verifier.Options.DEFAULT);
                assertThat(report.findings()).isEmpty();
                assertThat(report.size()).isPositive();
            }
            done.set(true);
            writer.join();
            for (int i = 0; i < 130; i++) { // enough for a full tile, on any machine
                log.append(Samples.opened(Samples.session())).toCompletableFuture().join();
            }
        }
        assertThat(copy(data, folder.resolve("last")))
                .anyMatch("evidence/log/tile/entries/000"::equals)
                .anyMatch("evidence/log/tile/0/000"::equals)
                .anyMatch("evidence/blobs/00000000"::equals);
        assertThat(Verifier.verify(folder.resolve("last"), Verifier.Options.DEFAULT).findings())
                .extracting(finding -> finding.code().name())
                .as("sessions that the test never closed")
                .containsOnly("SESSION_OPEN", "MORE");
    }
}
