package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// What `docs/session-recording.md` says, tried.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordingPageTest {
    private static final Path PAGE = Path.of("../../docs/session-recording.md");

    @TempDir static Path directory;

    private House house;
    private CommandLine command;
    private String session = "";

    @BeforeAll
    void a_session_of_the_day_before() throws Exception {
        house =
                new House(
                        directory,
                        """
                        - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
                        """);
        house.set("record: {rows: 2}");
        house.restart();
        command = new CommandLine(house, directory);
        assertThat(house.psql(house.token(), "SELECT id, note FROM orders ORDER BY id LIMIT 3"))
                .contains("3 rows");
        house.stop();
        var list = command.run("sessions", "list", "--dir", house.data().toString(), "--json");
        var all = (Json.Arr) Json.parse(list);
        session = ((Json.Obj) all.items().getFirst()).text("session").orElseThrow();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private String shown() throws IOException {
        return command.run("sessions", "show", session, "--dir", house.data().toString());
    }

    private void run(String script) throws Exception {
        var process = new ProcessBuilder("bash", "-euc", script).redirectErrorStream(true).start();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
    }

    /// The lines of the block behind this heading.
    private static String block(String heading) throws IOException {
        var page = Files.readString(PAGE);
        var from = page.substring(page.indexOf("## " + heading));
        return from.split("```\n", 3)[1];
    }

    @Test
    void a_recording_has_as_many_rows_as_the_target_says_and_erasing_it_breaks_no_proof()
            throws Exception {
        assertThat(shown()).contains("SELECT id, note FROM orders");
        var recorded = Records.of(house.data(), "rec.chunk");
        assertThat(recorded).isNotEmpty();

        var keys = house.data().resolve("evidence/blobs/keys");
        assertThat(Files.exists(keys.resolve(session))).isTrue();
        run("find " + keys + " -type f -exec touch -d '401 days ago' {} +");
        run(block("Retention").replace("DIR", house.data().toString()));

        assertThat(Files.exists(keys.resolve(session))).isFalse();
        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
        assertThat(report.exitCode()).as(report.findings().toString()).isZero();
        assertThat(shown())
                .doesNotContain("SELECT id, note FROM orders")
                .contains("cannot be read", "ok 3 rows");
        house.start();
        assertThat(house.psql(house.token(), "SELECT 1 AS goes_on")).contains("goes_on");
    }

    @Test
    void every_command_of_the_page_exists() throws Exception {
        var lines = Files.readString(PAGE).lines().filter(line -> line.startsWith("countersign "));

        for (var line : lines.toList()) {
            var words = List.of(line.split(" ")).subList(1, 3);
            assertThat(command.run(words.get(0), words.get(1), "--help"))
                    .as(line)
                    .contains("Usage: countersign " + String.join(" ", words));
        }
    }
}
