package dev.countersign.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretSourceTest {
    @TempDir Path folder;

    @Test
    void a_file_is_read_anew_and_without_its_line_break() throws Exception {
        var file = folder.resolve("pw");
        var source = SecretSource.parse("file:pw", folder);
        Files.writeString(file, "first\n");
        assertThat(source.read()).isEqualTo("first".toCharArray());
        Files.writeString(file, "sécond\r\n");
        assertThat(source.read()).isEqualTo("sécond".toCharArray());
    }

    @Test
    void what_cannot_be_had_is_said_without_what_was_found() throws Exception {
        var source = SecretSource.parse("file:pw", folder);
        assertThatThrownBy(source::read).isInstanceOf(SecretUnavailable.class);
        Files.write(folder.resolve("pw"), new byte[] {'k', (byte) 0xFF, 'x'});
        assertThatThrownBy(source::read)
                .hasMessageContaining("CS-SECRET-001")
                .hasMessageNotContaining("kx");
        Files.writeString(folder.resolve("pw"), "\n");
        assertThatThrownBy(source::read).hasMessageContaining("empty");
        Files.write(folder.resolve("pw"), new byte[SecretSource.MAX_BYTES + 1]);
        assertThatThrownBy(source::read).hasMessageContaining("longer");
        assertThatThrownBy(SecretSource.parse("env:COUNTERSIGN_NOT_SET", folder)::read)
                .hasMessageContaining("COUNTERSIGN_NOT_SET");
        assertThat(source.toString()).isEqualTo("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hunter2", "file:", "env:", "env:A B", "exec:pass", "vault:x"})
    void anything_else_is_refused_and_not_quoted(String reference) {
        assertThatThrownBy(() -> SecretSource.parse(reference, folder))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hunter2");
    }
}
