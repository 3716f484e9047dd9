package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Json;
import dev.countersign.verifier.LogReader;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The format as it was promised, in committed bytes (`src/test/resources/golden`).
///
/// A log that the format's first version wrote must read the same for ever, so these files are
/// never written again. Whoever adds a kind or a member adds a folder beside them and leaves this
/// one alone: `-Dcountersign.golden=write` writes files that are missing, and no other.
class GoldenTest {
    static final Path GOLDEN = Path.of("src/test/resources/golden");

    private static final String NEVER =
            "%s is not what is committed: the evidence format may never change, only grow. Records"
                    + " that were written must be read by every later version; so let this file be,"
                    + " change the code, and put what is new into a golden folder of its own";

    @TempDir Path folder;

    @Test
    void the_writer_makes_exactly_the_committed_bytes() throws Exception {
        var data = folder.resolve("data");
        GoldenWriter.write(data, GoldenStory.whole());
        opened(data, folder.resolve("opened"));
        var made = files(folder);
        if ("write".equals(System.getProperty("countersign.golden"))) {
            writeWhatIsMissing(made);
        }

        var committed = files(GOLDEN);

        committed.remove("README.md");
        made.forEach((name, bytes) ->
                assertThat(bytes)
                        .as(NEVER, name)
                        .isEqualTo(committed.getOrDefault(name, new byte[0])));
        assertThat(made.keySet())
                .as(NEVER, "the list of files")
                .containsExactlyElementsOf(committed.keySet());
    }

    @Test
    void the_committed_log_verifies() throws Exception {
        var report = Verifier.verify(GOLDEN.resolve("data"), Verifier.Options.DEFAULT);

        assertThat(report.findings()).isEmpty();
        assertThat(report.size()).isEqualTo(records().size());
        assertThat(report.running()).isZero();
        CheckLog.whole(GOLDEN.resolve("data"));
    }

    @Test
    void the_committed_payloads_open() throws Exception {
        opened(GOLDEN.resolve("data"), folder);

        assertThat(files(folder)).isNotEmpty();
        files(folder)
                .forEach((name, bytes) ->
                        assertThat(GOLDEN.resolve("opened").resolve(name)).hasBinaryContent(bytes));
    }

    /// The records of the committed log.
    static List<Json.Obj> records() {
        var out = new ArrayList<Json.Obj>();
        try {
            LogReader.read(
                    GOLDEN.resolve("data"),
                    (_, _, json, _) -> out.add((Json.Obj) Json.parse(json)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return out;
    }

    /// What is in the payloads, each in a file that is named after its record.
    private static void opened(Path data, Path to) throws IOException {
        Files.createDirectories(to);
        var reader = PayloadReader.open(data, data.resolve("keys/payload"));
        LogReader.read(
                data,
                (index, _, json, _) -> {
                    var record = (Json.Obj) Json.parse(json);
                    var kind = record.text("k").orElse("");
                    if (record.object("x").flatMap(x -> x.object("payload")).isPresent()) {
                        var name = "%02d-%s".formatted(index, kind);
                        try {
                            Files.write(to.resolve(name), reader.read(record).toArray());
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    }
                });
    }

    /// All files below `root` but those that are the gateway's own, by name.
    private static Map<String, byte[]> files(Path root) throws IOException {
        var out = new TreeMap<String, byte[]>();
        try (var all = Files.walk(root)) {
            for (var file : all.filter(Files::isRegularFile).toList()) {
                var name = root.relativize(file).toString();
                if (!name.contains("evidence/wal/") && !name.endsWith("evidence/lock")) {
                    out.put(name, Files.readAllBytes(file));
                }
            }
        }
        return out;
    }

    private static void writeWhatIsMissing(Map<String, byte[]> made) throws IOException {
        for (var file : made.entrySet()) {
            var to = GOLDEN.resolve(file.getKey());
            if (!Files.exists(to)) {
                Files.createDirectories(to.resolveSibling(""));
                Files.write(to, file.getValue());
            }
        }
    }
}
