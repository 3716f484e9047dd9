package dev.countersign.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Secrets that lie encrypted on this machine.
class SecretStoreTest {
    @TempDir Path folder;

    private Path key;
    private Path files;
    private SecretStore store;

    @BeforeEach
    void open() throws IOException {
        key = folder.resolve("keys/secrets");
        files = folder.resolve("store");
        store = new SecretStore(files, key);
        store.put("shop", bytes("hunter2\n"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private char[] read(String name) {
        return SecretSource.parse("store:" + name, folder, store).read();
    }

    private void fails(String name, String code) {
        assertThatThrownBy(() -> read(name))
                .isInstanceOfSatisfying(
                        SecretUnavailable.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(name)
                .hasNoCause();
    }

    @Test
    void what_is_kept_is_read_and_what_is_kept_again_is_read_at_the_next_login()
            throws IOException {
        var source = SecretSource.parse("store:shop", folder, store);

        assertThat(source.read()).isEqualTo("hunter2".toCharArray());
        store.put("shop", bytes("hunter3"));
        assertThat(source.read()).isEqualTo("hunter3".toCharArray());
        assertThat(source).hasToString("secret in the store");
        assertThat(store.names()).containsExactly("shop");
    }

    @Test
    void nothing_of_it_lies_in_clear_and_only_this_user_may_read_it() throws IOException {
        var file = files.resolve("shop.secret");

        assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                .doesNotContain("hunter2");
        for (var one : new Path[] {file, key}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void every_changed_byte_is_noticed() throws IOException {
        var file = files.resolve("shop.secret");
        var good = Files.readAllBytes(file);
        for (int at = 0; at < good.length; at++) {
            var bad = good.clone();
            bad[at] ^= 1;
            Files.write(file, bad);
            fails("shop", "secret-tampered");
        }
        for (int length = 0; length < good.length; length++) {
            Files.write(file, java.util.Arrays.copyOf(good, length));
            fails("shop", "secret-tampered");
        }
    }

    @Test
    void one_secret_in_anothers_place_is_noticed() throws IOException {
        store.put("other", bytes("x"));
        Files.copy(
                files.resolve("shop.secret"),
                files.resolve("other.secret"),
                StandardCopyOption.REPLACE_EXISTING);

        fails("other", "secret-tampered");
    }

    @Test
    void another_key_opens_nothing_and_without_one_it_is_said() throws IOException {
        Files.write(key, new byte[32]);
        fails("shop", "secret-tampered");
        Files.write(key, new byte[31]);
        fails("shop", "secret-unreadable");
        Files.delete(key);
        fails("shop", "secret-missing");
        fails("nobody", "secret-missing");
    }

    @Test
    void what_is_removed_is_gone() throws IOException {
        assertThat(store.remove("shop")).isTrue();
        assertThat(store.remove("shop")).isFalse();
        fails("shop", "secret-missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "../shop", "a/b", "Shop", ".hidden", "a b", "x\0y"})
    void a_name_is_no_path(String name) {
        assertThatThrownBy(() -> store.put(name, bytes("x")))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> SecretSource.parse("store:" + name, folder, store))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> store.remove(name)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void none_that_is_empty_or_too_long_is_kept() {
        for (int length : new int[] {0, SecretSource.MAX_BYTES + 1}) {
            assertThatThrownBy(() -> store.put("x", new byte[length]))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("from 1 to");
        }
    }
}
