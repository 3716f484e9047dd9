package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// An auditor fetches the log of a gateway that runs, and verifies it at home.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EvidenceFetchTest {
    @TempDir static Path directory;

    private House house;
    private CommandLine command;
    private String omar = "";

    @BeforeAll
    void open() throws Exception {
        house = new House(directory, SpineTest.POLICY);
        house.say("administrators: [auditors]");
        house.restart();
        command = new CommandLine(house, directory);
        omar = command.file("omar.token", house.personToken("omar", "auditors", Map.of()));
        try (var eve = house.connect()) {
            for (int i = 0; i < 150; i++) {
                SpineTest.column(eve, "SELECT name FROM customers WHERE id = " + i);
            }
        }
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private boolean recorded(String what) throws Exception {
        return Records.of(house.data(), "evidence.read").stream()
                .anyMatch(record -> record.text().contains("\"what\":\"" + what + "\""));
    }

    @Test
    void a_copy_verifies_opens_nothing_and_is_in_the_log() throws Exception {
        var copy = directory.resolve("copy");

        var said = command.run("evidence", "fetch", copy.toString(), "--token-file", omar);

        assertThat(said).contains("next: countersign evidence verify");
        assertThat(command.run("evidence", "verify", copy.toString())).startsWith("good: ");
        try (var files = Files.walk(copy)) {
            assertThat(files).noneMatch(file -> file.toString().contains("keys"));
        }
        await().atMost(Duration.ofSeconds(5)).until(() -> recorded("evidence.log"));
        assertThat(command.run("evidence", "fetch", copy.toString(), "--token-file", omar))
                .contains("is there and not empty");

        Files.write(copy.resolve("evidence/blobs/00000000"), new byte[] {1});
        assertThat(command.run("evidence", "verify", copy.toString()))
                .contains("BLOB_MISSING", "incomplete");
    }

    @Test
    void the_checkpoint_is_what_a_later_log_must_contain() throws Exception {
        var request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + house.apiPort
                                                + "/v1/evidence/checkpoint"))
                        .header("Authorization", "Bearer " + Files.readString(Path.of(omar)))
                        .build();
        String checkpoint;
        try (var http = HttpClient.newHttpClient()) {
            checkpoint = http.send(request, HttpResponse.BodyHandlers.ofString()).body();
        }
        assertThat(checkpoint).startsWith("example.com/countersign/test\n");
        var kept = Files.writeString(directory.resolve("kept"), checkpoint).toString();

        assertThat(command.run("evidence", "verify", house.data().toString(), "--since", kept))
                .contains("good: ");
        await().atMost(Duration.ofSeconds(5)).until(() -> recorded("evidence.checkpoint"));
    }

    @Test
    void nobody_else_gets_it() throws Exception {
        for (var path : new String[] {"checkpoint", "log"}) {
            assertThat(house.desk("ann", "dev").get("/v1/evidence/" + path).code())
                    .isEqualTo("not-administrator");
            assertThat(new Desk(house.apiPort, house.token()).get("/v1/evidence/" + path).status())
                    .isEqualTo(401);
        }
        var ann = command.file("ann.token", house.personToken("ann", "dev", Map.of()));
        assertThat(
                        command.run(
                                "evidence",
                                "fetch",
                                directory.resolve("none").toString(),
                                "--token-file",
                                ann))
                .contains("not-administrator");
    }
}
