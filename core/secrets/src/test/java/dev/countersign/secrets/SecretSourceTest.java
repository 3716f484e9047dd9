package dev.countersign.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

class SecretSourceTest {
    private static final SecretStore STORE =
            new SecretStore(Path.of("nowhere"), Path.of("nowhere"));
    private static final String VALUE = "hunter2-é";

    @TempDir private Path folder;

    @Test
    void a_file_is_read_against_the_folder_of_the_configuration() throws IOException {
        write(VALUE);
        assertThat(SecretSource.parse("file:shop.secret", folder, STORE).read())
                .isEqualTo(VALUE.toCharArray());
        assertThat(
                        SecretSource.parse(
                                        "file:" + folder.resolve("shop.secret"),
                                        Path.of("/"),
                                        STORE)
                                .read())
                .isEqualTo(VALUE.toCharArray());
    }

    @Test
    void a_rotated_file_is_picked_up_at_the_next_call() throws IOException {
        write("before");
        var source = SecretSource.parse("file:shop.secret", folder, STORE);
        assertThat(source.read()).isEqualTo("before".toCharArray());
        write("after");
        assertThat(source.read()).isEqualTo("after".toCharArray());
    }

    @Test
    void what_one_caller_wipes_the_next_one_still_gets() throws IOException {
        write(VALUE);
        var source = SecretSource.parse("file:shop.secret", folder, STORE);
        Arrays.fill(source.read(), '\0');
        assertThat(source.read()).isEqualTo(VALUE.toCharArray());
    }

    @Test
    void exactly_one_trailing_line_break_is_no_part_of_it() throws IOException {
        var source = SecretSource.parse("file:shop.secret", folder, STORE);
        write(VALUE + "\n");
        assertThat(source.read()).isEqualTo(VALUE.toCharArray());
        write(VALUE + "\r\n");
        assertThat(source.read()).isEqualTo(VALUE.toCharArray());
        write(VALUE + "\n\n");
        assertThat(source.read()).isEqualTo((VALUE + "\n").toCharArray());
        write(" " + VALUE + " ");
        assertThat(source.read()).isEqualTo((" " + VALUE + " ").toCharArray());
    }

    @Test
    void the_longest_secret_is_read_and_one_byte_more_is_not() throws IOException {
        var source = SecretSource.parse("file:shop.secret", folder, STORE);
        write("a".repeat(SecretSource.MAX_BYTES));
        assertThat(source.read()).hasSize(SecretSource.MAX_BYTES);
        write("a".repeat(SecretSource.MAX_BYTES + 1));
        unavailable(source::read, SecretUnavailable.TOO_LONG, "aaaa");
    }

    @Test
    void what_is_not_there_is_told_with_its_place() {
        var source = SecretSource.parse("file:shop.secret", folder, STORE);
        assertThatThrownBy(source::read)
                .isInstanceOf(SecretUnavailable.class)
                .hasMessageContaining(folder.resolve("shop.secret").toString())
                .hasNoCause();
        unavailable(source::read, SecretUnavailable.MISSING, VALUE);
    }

    @Test
    void a_file_in_a_folder_that_is_none_is_unavailable() throws IOException {
        write(VALUE);
        var source = SecretSource.parse("file:shop.secret/further", folder, STORE);
        assertThatThrownBy(source::read).isInstanceOf(SecretUnavailable.class);
    }

    @Test
    void an_empty_file_is_no_secret() throws IOException {
        var source = SecretSource.parse("file:shop.secret", folder, STORE);
        write("");
        unavailable(source::read, SecretUnavailable.EMPTY, VALUE);
        write("\n");
        unavailable(source::read, SecretUnavailable.EMPTY, VALUE);
    }

    @Test
    void bytes_that_are_no_text_are_refused_without_showing_them() throws IOException {
        Files.write(
                folder.resolve("shop.secret"),
                new byte[] {'s', 'e', 'c', (byte) 0xC3, (byte) 0x28});
        var source = SecretSource.parse("file:shop.secret", folder, STORE);
        unavailable(source::read, SecretUnavailable.NOT_TEXT, "sec(");
        Files.write(folder.resolve("shop.secret"), new byte[] {'s', 'e', 'c', (byte) 0xC3});
        unavailable(source::read, SecretUnavailable.NOT_TEXT, "sec(");
    }

    @Test
    void a_folder_or_a_device_is_never_read() {
        var folderItself = SecretSource.parse("file:.", folder, STORE);
        unavailable(folderItself::read, SecretUnavailable.UNREADABLE, VALUE);
        var endless = SecretSource.parse("file:/dev/zero", folder, STORE);
        unavailable(endless::read, SecretUnavailable.UNREADABLE, VALUE);
    }

    @Test
    void a_file_open_to_everybody_is_warned_of_once_without_its_value() throws IOException {
        var logger = (Logger) LoggerFactory.getLogger(SecretFile.class);
        var heard = new ListAppender<ILoggingEvent>();
        heard.start();
        logger.addAppender(heard);
        try {
            write(VALUE);
            var source = SecretSource.parse("file:shop.secret", folder, STORE);
            mode("rw-r-----");
            var _ = source.read();
            assertThat(heard.list).isEmpty();
            mode("rw-r--r--");
            var _ = source.read();
            var _ = source.read();
            assertThat(heard.list).hasSize(1);
            assertThat(heard.list.getFirst().getFormattedMessage())
                    .contains("shop.secret", "chmod 600")
                    .doesNotContain(VALUE);
            mode("rw-------");
            var _ = source.read();
            mode("rw--w--w-");
            var _ = source.read();
            assertThat(heard.list).hasSize(2);
        } finally {
            logger.detachAppender(heard);
        }
    }

    @Test
    void a_variable_is_read() {
        var source = new SecretVariable("SHOP", name -> name.equals("SHOP") ? VALUE + "\n" : null);
        assertThat(source.read()).isEqualTo(VALUE.toCharArray());
        assertThat(SecretSource.parse("env:PATH", folder, STORE).read())
                .isEqualTo(System.getenv("PATH").toCharArray());
    }

    @Test
    void a_variable_that_is_missing_empty_or_giant_is_unavailable() {
        unavailable(new SecretVariable("SHOP", _ -> null)::read, SecretUnavailable.MISSING, VALUE);
        unavailable(new SecretVariable("SHOP", _ -> "")::read, SecretUnavailable.EMPTY, VALUE);
        unavailable(
                new SecretVariable("SHOP", _ -> "é".repeat(SecretSource.MAX_BYTES / 2 + 1))::read,
                SecretUnavailable.TOO_LONG,
                "éé");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hunter2",
                "",
                "file:",
                "file: ",
                "env:",
                "env:A B",
                "env:hunter2=",
                "FILE:hunter2",
                "vault:hunter2",
                "file:hunter2\u0000",
                ":hunter2"
            })
    void a_reference_that_is_none_is_refused_without_quoting_it(String reference) {
        assertThatThrownBy(() -> SecretSource.parse(reference, folder, STORE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasNoCause()
                .message()
                .isNotBlank()
                .doesNotContain("hunter2");
    }

    @Test
    void it_never_shows_itself() throws IOException {
        write(VALUE);
        assertThat(SecretSource.parse("file:shop.secret", folder, STORE))
                .hasToString("secret in a file");
        assertThat(SecretSource.parse("env:PATH", folder, STORE))
                .hasToString("secret in a variable");
    }

    private static void unavailable(ThrowingCallable read, String code, String value) {
        assertThatThrownBy(read)
                .isInstanceOfSatisfying(
                        SecretUnavailable.class,
                        told -> {
                            assertThat(told.code()).isEqualTo(code);
                            assertThat(told).hasNoCause();
                            assertThat(told.getMessage()).isNotBlank().doesNotContain(value);
                        });
    }

    private void write(String text) throws IOException {
        Files.writeString(folder.resolve("shop.secret"), text);
    }

    private void mode(String permissions) throws IOException {
        Files.setPosixFilePermissions(
                folder.resolve("shop.secret"), PosixFilePermissions.fromString(permissions));
    }
}
