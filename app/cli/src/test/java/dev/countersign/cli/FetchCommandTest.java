package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Copies that no gateway of ours would send.
class FetchCommandTest {
    @TempDir Path folder;

    private static InputStream zip(int length, String... names) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var zip = new ZipOutputStream(out)) {
            for (var name : names) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(new byte[length]);
                zip.closeEntry();
            }
        }
        return new ByteArrayInputStream(out.toByteArray());
    }

    @Test
    void what_a_copy_has_is_written_below_the_directory() throws Exception {
        var copy =
                zip(
                        10,
                        "evidence/log.vkey",
                        "evidence/log/tile/entries/x001/000",
                        "evidence/log/tile/0/000.p/17",
                        "evidence/blobs/00000000",
                        "evidence/log/checkpoint");

        assertThat(FetchCommand.unpack(copy, folder)).isEqualTo(5);

        assertThat(folder.resolve("evidence/log/tile/entries/x001/000")).hasSize(10);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../evidence/log.vkey",
                "/etc/passwd",
                "evidence/blobs/keys/x",
                "evidence/log/../../x",
                "keys/log",
                "evidence/log/tile/entries/../../../x",
                "evidence\\log.vkey"
            })
    void nothing_else_is_written(String name) throws Exception {
        var copy = zip(1, name);

        assertThatThrownBy(() -> FetchCommand.unpack(copy, folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no copy of a log");
        try (var inside = Files.list(folder)) {
            assertThat(inside).isEmpty();
        }
    }

    @Test
    void a_file_that_is_too_long_or_comes_twice_is_refused() throws Exception {
        assertThatThrownBy(() -> FetchCommand.unpack(zip(5_000, "evidence/log.vkey"), folder))
                .hasMessageContaining("longer than it may be");
        assertThatThrownBy(() -> FetchCommand.unpack(zip(5, "evidence/log.vkey"), folder))
                .isInstanceOf(IOException.class);
    }

    @Test
    void a_copy_that_broke_off_is_none() throws Exception {
        var copy = zip(5, "evidence/log.vkey");

        assertThatThrownBy(() -> FetchCommand.unpack(copy, folder))
                .hasMessageContaining("broke off");
    }
}
