package dev.countersign.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A program that prints a secret: a good one, and those that print too much, nothing, or never
/// end.
class SecretProgramTest {
    @TempDir Path folder;

    private SecretProgram program(String script) throws IOException {
        var file = Files.writeString(folder.resolve("vault-read"), "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return new SecretProgram(List.of(file.toString(), "kv/shop"), Duration.ofSeconds(2));
    }

    private static void fails(SecretProgram program, String code, String words) {
        assertThatThrownBy(program::read)
                .isInstanceOfSatisfying(
                        SecretUnavailable.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining("the program vault-read")
                .hasMessageContaining(words)
                .hasMessageNotContaining("kv/shop")
                .hasNoCause();
    }

    @Test
    void what_it_prints_is_the_secret_and_its_arguments_come_as_they_stand() throws IOException {
        assertThat(program("echo \"of $1\"").read()).isEqualTo("of kv/shop".toCharArray());
        assertThat(SecretProgram.command("/bin/x  a  $HOME"))
                .containsExactly("/bin/x", "a", "$HOME");
    }

    @Test
    void it_is_run_anew_each_time() throws IOException {
        var program = program("echo x >> " + folder + "/runs; wc -l < " + folder + "/runs");

        assertThat(new String(program.read()).strip()).isEqualTo("1");
        assertThat(new String(program.read()).strip()).isEqualTo("2");
    }

    @Test
    void one_that_fails_is_no_secret_and_its_words_are_nobodys() throws IOException {
        fails(program("echo hunter2; echo hunter2 >&2; exit 3"), "secret-unreadable", "status 3");
    }

    @Test
    void one_that_prints_nothing_or_too_much_is_refused() throws IOException {
        fails(program("true"), "secret-empty", "empty");
        fails(program("yes"), "secret-too-long", "more than");
        fails(program("head -c 65537 /dev/zero | tr '\\0' a"), "secret-too-long", "more than");
    }

    @Test
    void one_that_never_ends_is_killed_and_so_are_its_children() throws IOException {
        var before = Instant.now();

        fails(
                program("sleep 1000 & echo $! > " + folder + "/child; sleep 1000"),
                "secret-timeout",
                "killed");

        assertThat(Duration.between(before, Instant.now())).isLessThan(Duration.ofSeconds(8));
        var child = Long.parseLong(Files.readString(folder.resolve("child")).strip());
        await().atMost(Duration.ofSeconds(10))
                .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void a_child_that_keeps_the_output_open_does_not_hold_it_up() throws IOException {
        assertThat(program("echo fast; sleep 3 &").read()).isEqualTo("fast".toCharArray());
    }

    @Test
    void one_that_is_not_there_is_told() {
        assertThatThrownBy(new SecretProgram(List.of("/nowhere/vault-read"))::read)
                .isInstanceOf(SecretUnavailable.class)
                .hasMessageContaining("cannot be started");
        assertThatThrownBy(() -> SecretProgram.command("vault-read kv/shop"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("whole path")
                .hasMessageNotContaining("kv/shop");
    }
}
