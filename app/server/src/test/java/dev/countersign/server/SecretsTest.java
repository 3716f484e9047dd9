package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.gate.CancelKey;
import dev.countersign.gate.Token;
import dev.countersign.model.Bytes;
import dev.countersign.secrets.SecretSource;
import dev.countersign.secrets.SecretStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What holds a secret never shows it.
class SecretsTest {
    private static final SecretStore STORE =
            new SecretStore(Path.of("nowhere"), Path.of("nowhere"));

    private static final String SECRET = "hunter2hunter2";

    @TempDir Path folder;

    @Test
    void nothing_that_holds_a_secret_shows_it() throws IOException {
        var file = folder.resolve("shop.secret");
        Files.writeString(file, SECRET);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        var source = SecretSource.parse("file:shop.secret", folder, STORE);
        assertThat(source.read()).containsExactly(SECRET.toCharArray());

        for (Object holder :
                List.of(
                        source,
                        new Token(SECRET),
                        new CancelKey(1, Bytes.utf8(SECRET)),
                        Bytes.utf8(SECRET))) {
            assertThat(holder.toString()).doesNotContain("hunter2");
        }
    }

    @Test
    void a_reference_that_is_none_is_not_repeated() {
        for (var reference : List.of(SECRET, "plain:" + SECRET, "env:" + SECRET + "!", "")) {
            assertThatThrownBy(() -> SecretSource.parse(reference, folder, STORE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageNotContaining("hunter2");
        }
    }
}
