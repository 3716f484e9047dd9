package dev.countersign.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Logs that were made to harm whoever verifies them: always a finding, never an exception, and
/// nothing that is read whole because its length says so.
class HostileLogTest {
    private static final long HUGE = 1L << 36;

    @TempDir Path folder;

    private List<Code> codes() {
        return HandLog.codes(folder);
    }

    @Test
    void a_folder_without_a_log_is_unreadable() throws IOException {
        assertThat(codes()).containsExactly(Code.UNREADABLE);
        assertThat(HandLog.codes(folder.resolve("nothing"))).containsExactly(Code.UNREADABLE);
        var file = Files.createFile(folder.resolve("file"));
        assertThat(HandLog.codes(file)).containsExactly(Code.UNREADABLE);
    }

    @ParameterizedTest
    @ValueSource(longs = {9, 256, 65_536, 9_999_999_999_999_999L})
    void a_signed_size_that_nothing_stands_behind_ends_where_the_entries_end(long size) {
        HandLog.write(folder, Tale.begun());
        HandLog.put(
                HandLog.checkpoint(folder),
                HandLog.KEY.sign(NoteKey.body(HandLog.KEY.name, size, new byte[32])));

        assertThat(codes()).containsExactly(Code.ENTRY_MISSING);
    }

    /// They take no room on the disk, and would take all of the memory.
    @ParameterizedTest
    @CsvSource({
        "log/checkpoint, UNREADABLE",
        "log.vkey, UNREADABLE",
        "log/tile/0/000.p/2, UNREADABLE",
        "log/tile/entries/000.p/2, ENTRY_MISSING"
    })
    void a_huge_file_is_not_read(String name, Code code) throws IOException {
        HandLog.write(folder, Tale.begun());
        try (var file = open(name)) {
            file.setLength(HUGE);
        }

        assertThat(codes()).containsExactly(code);
    }

    private RandomAccessFile open(String name) throws IOException {
        return new RandomAccessFile(folder.resolve("evidence").resolve(name).toFile(), "rw");
    }

    @Test
    void a_huge_payload_is_read_in_pieces() throws IOException {
        HandLog.write(folder, twisted("where", "0:4294967296:99999999").close("1"));
        try (var file = open("blobs/00000000")) {
            file.setLength(HUGE);
        }

        assertThat(codes()).contains(Code.BLOB_MISMATCH);
    }

    private static Tale twisted(String member, Object value) {
        return Tale.begun().twist(record -> payload(record).put(member, value)).open("1");
    }

    @SuppressWarnings("unchecked") // Tale makes it so
    private static Map<String, Object> payload(Map<String, Object> record) {
        return (Map<String, Object>) Tale.body(record).getOrDefault("payload", Map.of());
    }

    @ParameterizedTest
    @CsvSource({
        "0:0:33, BLOB_MISMATCH",
        "0:0:0, BLOB_MISMATCH",
        "0:1:31, BLOB_MISMATCH",
        "0:32:1, BLOB_MISSING",
        "0:9999999999:1, BLOB_MISSING",
        "99999999:9999999999:99999999, BLOB_MISSING",
        "1:0:32, BLOB_MISSING",
        "0:0:999999999, SCHEMA",
        "-1:0:32, SCHEMA",
        "0:-1:32, SCHEMA",
        "0:0, SCHEMA",
        "../../x:0:32, SCHEMA",
        "0:0:3\u0662, SCHEMA",
        "'', SCHEMA"
    })
    void a_payload_that_lies_elsewhere_or_nowhere_is_found(String where, Code code)
            throws IOException {
        HandLog.write(folder, twisted("where", where));
        var blobs = folder.resolve("evidence/blobs/00000000");
        if (where.equals("0:0:33")) {
            Files.write(blobs, new byte[33]);
        }

        assertThat(codes()).containsExactly(code);
    }

    @Test
    void a_link_or_a_folder_in_the_place_of_payloads_is_not_read() throws IOException {
        HandLog.write(folder, Tale.begun().open("1"));
        var blobs = folder.resolve("evidence/blobs/00000000");
        var elsewhere = folder.resolve("elsewhere");
        Files.move(blobs, elsewhere);
        Files.createSymbolicLink(blobs, elsewhere);
        assertThat(codes()).containsExactly(Code.BLOB_MISSING);

        Files.delete(blobs);
        Files.createDirectories(blobs);
        assertThat(codes()).containsExactly(Code.BLOB_MISSING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":1,\"a\":2}",
                "{\"b\":1,\"a\":2}",
                "{\"a\":1e9}",
                "{\"a\":99999999999999999999999999}",
                "{\"a\": 1}",
                "{\"a\":null}",
                "[]",
                "null",
                "",
                "{"
            })
    void an_entry_that_two_readers_could_read_otherwise_is_found(String entry) {
        HandLog.write(folder, Tale.begun().raw(entry.getBytes(StandardCharsets.UTF_8)));

        assertThat(codes()).containsExactly(Code.NON_CANONICAL);
    }

    @Test
    void entries_of_the_greatest_length_are_read_or_refused() {
        var tale = Tale.begun();
        for (var fill : List.of("[", "{\"a\":", "\"", "9", "\\", "\0")) {
            var text = "{\"a\":" + fill.repeat(65_530 / fill.length());
            tale.raw(text.getBytes(StandardCharsets.UTF_8));
        }
        tale.raw(new byte[65_535]);
        HandLog.write(folder, tale);

        assertThat(codes()).containsExactly(Code.NON_CANONICAL);
        assertThat(HandLog.verify(folder).findings()).hasSize(7);
    }

    @Test
    void members_of_any_type_and_size_are_no_trouble() {
        List<Object> values =
                List.of(
                        0,
                        -1,
                        (1L << 53) - 1,
                        -((1L << 53) - 1),
                        true,
                        "",
                        "x".repeat(50_000),
                        "\uFFFD",
                        List.of(),
                        Map.of(),
                        Map.of("iss", 1, "sub", List.of(), "cm", Map.of(), "where", "::"));
        for (int at = 0; at < 9; at++) {
            for (var value : values) {
                for (var member :
                        List.of(
                                "x", "actor", "sess", "t", "n", "s_n", "a_n", "boot", "tgt",
                                "s_prev", "a_prev", "k", "id", "v", "node")) {
                    tell(at, record -> record.put(member, value));
                }
                for (var member :
                        List.of(
                                "payload", "chunk", "chunks", "records", "root", "action",
                                "intent")) {
                    tell(at, record -> Tale.body(record).put(member, value));
                }
            }
        }
    }

    private void tell(int at, java.util.function.Consumer<Map<String, Object>> change) {
        var tale = new Tale().boot();
        List<Runnable> parts =
                List.of(
                        tale::genesis,
                        () -> tale.open("1"),
                        () -> tale.intent("1", "a"),
                        () -> tale.chunk("1", "x"),
                        () -> tale.outcome("1", "a"),
                        () -> tale.close("1"),
                        () -> tale.boot().alert("a"));
        for (int i = 0; i < parts.size(); i++) {
            if (i == at) {
                tale.twist(change);
            }
            parts.get(i).run();
        }
        var story = new Story(HandLog.KEY.name, (_, _, _) -> {});
        assertThatCode(() -> tell(story, tale)).doesNotThrowAnyException();
    }

    private static void tell(Story story, Tale tale) throws CanonicalJson.NotCanonical {
        long index = 0;
        for (var entry : tale.entries()) {
            story.tell(index++, CanonicalJson.object(entry), "leaf");
        }
        story.end();
    }

    @Test
    void what_is_told_is_bounded() {
        var tale = Tale.begun();
        for (int i = 0; i < 3_000; i++) {
            tale.raw(new byte[] {'!'});
        }
        var report = HandLog.verify(HandLog.write(folder, tale));

        assertThat(report.findings()).hasSize(Verifier.MAX_FINDINGS + 1);
        assertThat(report.findings().getLast().message()).startsWith("2900 more");
    }

    @Test
    void random_bytes_in_any_file_are_never_good_and_never_an_exception() throws IOException {
        var random = new Random(7);
        HandLog.write(folder, Tale.whole());
        var files = new ArrayList<Path>();
        try (var all = Files.walk(folder)) {
            all.filter(Files::isRegularFile).forEach(files::add);
        }
        for (int round = 0; round < 400; round++) {
            var file = files.get(random.nextInt(files.size()));
            var right = Files.readAllBytes(file);
            var wrong = random.nextBoolean() ? new byte[random.nextInt(2_000)] : right.clone();
            random.nextBytes(round % 4 == 0 ? wrong : new byte[0]);
            for (int i = 0; i < 8 && wrong.length > 0; i++) {
                int at = random.nextInt(wrong.length);
                wrong[at] = (byte) (wrong[at] + 1 + random.nextInt(255));
            }
            Files.write(file, wrong);

            assertThat(HandLog.verify(folder).exitCode()).as(file.toString()).isEqualTo(7);
            assertThatCode(
                            () -> {
                                try {
                                    LogReader.read(folder, (_, _, _, _) -> {});
                                } catch (IOException e) {
                                    assertThat(e).hasMessageMatching("(?s).+");
                                }
                            })
                    .doesNotThrowAnyException();
            Files.write(file, right);
        }
        assertThat(codes()).isEmpty();
    }
}
