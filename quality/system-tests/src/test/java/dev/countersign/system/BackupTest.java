package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What `docs/operations.md` says of backup and restore, tried.
class BackupTest {
    private static final String READS =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            """;

    @TempDir static Path directory;

    private static void copy(Path from, Path to) throws Exception {
        var process = new ProcessBuilder("cp", "-a", from.toString(), to.toString()).start();
        assertThat(process.waitFor()).isZero();
    }

    private static void replace(Path directory, Path by) throws Exception {
        var process = new ProcessBuilder("rm", "-r", directory.toString()).start();
        assertThat(process.waitFor()).isZero();
        copy(by, directory);
    }

    private static String asks(House house, String word) throws IOException {
        return house.psql(house.token(), "SELECT '" + word + "' AS said");
    }

    @Test
    void a_copy_goes_on_an_older_one_does_not_and_knowingly_it_may_but_auditors_see_it()
            throws Exception {
        var guard = directory.resolve("guard/checkpoint");
        Files.createDirectories(guard.getParent());
        try (var house = new House(directory, READS)) {
            house.say("guard-file: " + guard);
            house.restart();
            assertThat(asks(house, "before")).contains("before");
            house.stop();
            var backup = directory.resolve("backup");
            copy(house.data(), backup);

            replace(house.data(), backup);
            house.start();
            assertThat(asks(house, "as new as the guard")).contains("as new as the guard");
            house.stop();

            replace(house.data(), backup);
            assertThatThrownBy(house::start)
                    .isInstanceOfSatisfying(
                            EvidenceFailure.class,
                            e -> assertThat(e.code()).isEqualTo(EvidenceFailure.Code.ROLLBACK))
                    .hasMessageContaining("an old copy");

            var before = guard.resolveSibling("checkpoint.before-restore");
            Files.move(guard, before);
            house.start();
            assertThat(asks(house, "goes on")).contains("goes on");
            house.stop();
            assertThat(Verifier.verify(house.data(), Verifier.Options.DEFAULT).exitCode()).isZero();
            var command = new CommandLine(house, directory);
            assertThat(
                            command.run(
                                    "evidence",
                                    "verify",
                                    house.data().toString(),
                                    "--since",
                                    before.toString()))
                    .contains("ROLLBACK");
            house.start();
        }
    }
}
