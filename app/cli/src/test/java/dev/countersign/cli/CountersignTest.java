package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CountersignTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void the_help_says_of_each_command_what_it_is_for() {
        assertThat(run("--help")).isZero();
        assertThat(out.toString())
                .startsWith("A gateway between AI agents")
                .contains("countersign demo")
                .containsPattern("demo +Starts a database")
                .containsPattern("server +Runs the gateway")
                .containsPattern("evidence +Verifies and shows")
                .containsPattern("sessions +Lists sessions")
                .containsPattern("masks +Says what the masks make");
    }

    @Test
    void the_help_of_each_command_has_an_example() {
        for (var command :
                new String[] {"demo", "server", "evidence", "sessions", "credentials", "masks"}) {
            out.getBuffer().setLength(0);
            assertThat(run(command, "--help")).isZero();
            assertThat(out.toString()).contains("Examples:", "  countersign " + command);
        }
    }

    @Test
    void a_directory_that_is_not_there_is_a_slip_and_no_log_that_does_not_verify(
            @TempDir Path folder) {
        assertThat(run("evidence", "verify", folder.resolve("none").toString())).isEqualTo(2);
        assertThat(err.toString()).contains("there is no directory " + folder.resolve("none"));
    }

    @Test
    void a_directory_without_a_log_does_not_verify(@TempDir Path folder) {
        assertThat(run("evidence", "verify", folder.toString())).isEqualTo(7);
    }

    private int run(String... args) {
        return Countersign.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }
}
