package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Files of the write-ahead log are used again: what an earlier use left in them is nothing.
class WriteAheadTest {
    private static final int SEGMENT = 4_096;
    private static final int CONTENT = 900;

    @TempDir Path folder;

    private static ByteBuffer batch(long number) {
        var out = ByteBuffer.allocate(Frames.size(CONTENT));
        var content = new byte[CONTENT];
        var text = ("batch " + number).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, content, 0, text.length);
        Frames.put(out, Frames.Kind.RECORD, number, true, number, content);
        return out.flip();
    }

    /// Batches that a start would find.
    private List<Long> found() throws IOException {
        var out = new ArrayList<Long>();
        long last = -1;
        for (var file : WriteAhead.files(folder)) {
            var scan = Frames.scan(file, last);
            scan.frames().forEach(frame -> out.add(frame.batch()));
            last = scan.batch();
        }
        return out;
    }

    @Test
    void at_every_moment_what_is_found_is_what_was_written_and_not_freed() throws Exception {
        long freed = 0;
        try (var wal = new WriteAhead(folder, SEGMENT, new Disk.Real(), 0, 0)) {
            for (long number = 0; number < 60; number++) {
                wal.prepare();
                wal.commit(batch(number), number, number);
                if (number % 7 == 6) {
                    freed = number - 2;
                    wal.free(freed);
                }

                var found = found();
                assertThat(found).endsWith(number).isSorted();
                assertThat(found.getFirst()).isLessThanOrEqualTo(freed);
                assertThat(found).hasSize((int) (number - found.getFirst() + 1));
            }
            try (var files = Files.list(folder)) {
                assertThat(files).as("files are used again").hasSizeLessThan(10);
            }
        }
    }

    @Test
    void a_batch_that_was_torn_in_a_used_file_is_trimmed_and_no_older_one_takes_its_place()
            throws Exception {
        try (var wal = new WriteAhead(folder, SEGMENT, new Disk.Real(), 0, 0)) {
            for (long number = 0; number < 41; number++) {
                wal.prepare();
                wal.commit(batch(number), number, number);
                wal.free(number);
            }
        }
        var current = WriteAhead.files(folder).getLast();
        var bytes = Files.readAllBytes(current);
        long last = found().getLast();
        int at = 0;
        for (int seek = 0; seek + Frames.HEADER < bytes.length; seek += 8) {
            if (ByteBuffer.wrap(bytes).getLong(seek + 16) == last
                    && ByteBuffer.wrap(bytes).getInt(seek + 4) == (0x100 | 1)) {
                at = seek;
            }
        }

        for (int tear = 1; tear < CONTENT; tear += 97) {
            var torn = bytes.clone();
            torn[at + Frames.HEADER + tear] ^= 1;
            Files.write(current, torn);

            assertThat(found()).doesNotContain(last).allMatch(number -> number < last);
        }
    }

    @Test
    void a_file_that_lost_its_beginning_is_damaged_and_not_empty() throws Exception {
        try (var wal = new WriteAhead(folder, SEGMENT, new Disk.Real(), 0, 0)) {
            wal.commit(batch(0), 0, 0);
        }
        var file = WriteAhead.files(folder).getFirst();
        var bytes = Files.readAllBytes(file);
        for (int at = 0; at < 24; at++) {
            var damaged = bytes.clone();
            damaged[at] ^= 1;
            Files.write(file, damaged);

            assertThatThrownBy(() -> Frames.scan(file, -1))
                    .isInstanceOf(EvidenceFailure.class)
                    .hasMessageContaining("damaged");
        }
    }

    @Test
    void a_file_that_is_missing_between_two_is_noticed() throws Exception {
        try (var wal = new WriteAhead(folder, SEGMENT, new Disk.Real(), 0, 0)) {
            for (long number = 0; number < 12; number++) {
                wal.prepare();
                wal.commit(batch(number), number, number);
            }
        }
        var files = WriteAhead.files(folder);
        Files.delete(files.get(1));

        assertThatThrownBy(this::found).isInstanceOf(EvidenceFailure.class);
    }
}
