package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.server.Doctor;
import dev.countersign.server.Finding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `countersign init` against a real issuer and a real database.
class InitTest {
    @TempDir static Path directory;

    @TempDir Path folder;

    private static House house;

    private Path file = Path.of("");

    @BeforeAll
    static void opens() throws Exception {
        house =
                new House(
                        directory,
                        "- {name: all, on: [sql], when: \"stmt.verb == 'read'\", allow: true}\n");
    }

    @AfterAll
    static void closes() throws IOException {
        house.close();
    }

    @BeforeEach
    void somewhere() {
        file = folder.resolve("gw.yaml");
    }

    private record Ended(int code, String said) {}

    private Ended init(String input, String... more) throws Exception {
        var arguments =
                new ArrayList<>(
                        List.of(
                                "init",
                                file.toString(),
                                "--yes",
                                "--address",
                                "127.0.0.1:" + House.freePort(),
                                "--data-dir",
                                folder.resolve("data").toString(),
                                "--target",
                                "agent@127.0.0.1:" + house.database.getPort() + "/shop",
                                "--target-ca",
                                house.certificates.ca.toString()));
        arguments.addAll(List.of(more));
        var process = new CommandLine(house, directory).start(arguments.toArray(String[]::new));
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), said);
    }

    private static String[] good(String... more) {
        var all =
                new ArrayList<>(
                        List.of(
                                "--issuer",
                                house.issuer.issuerUrl("idp").toString(),
                                "--subjects",
                                "public",
                                "--secret-file",
                                directory.resolve("shop.secret").toString()));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void what_it_writes_is_a_configuration_that_a_gateway_starts_with() throws Exception {
        var ended = init("", good("--reviewers", "dba"));

        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(ended.said())
                .contains("written: " + file)
                .contains("next: countersign doctor --config " + file);
        assertThat(Files.readString(file)).contains("groups: [\"dba\"]", "# ");
        assertThat(Doctor.files(file)).isEmpty();
        assertThat(file.resolveSibling("gw.yaml.draft")).doesNotExist();
    }

    @Test
    void a_file_that_is_there_is_not_written_over_without_force() throws Exception {
        Files.writeString(file, "mine");
        assertThat(init("", good()).code()).isEqualTo(2);
        assertThat(Files.readString(file)).isEqualTo("mine");

        assertThat(init("", good("--force")).code()).isZero();
        assertThat(Files.readString(file)).contains("kind: Target");
    }

    @Test
    void an_issuer_or_a_target_that_is_not_so_leaves_no_file() throws Exception {
        var noIssuer =
                init(
                        "",
                        "--issuer",
                        "http://127.0.0.1:" + House.freePort(),
                        "--secret-file",
                        directory.resolve("shop.secret").toString());
        assertThat(noIssuer.code()).isEqualTo(1);
        assertThat(noIssuer.said()).contains("issuer-unreachable", "nothing was written");
        assertThat(file).doesNotExist();

        var wrong = Files.writeString(folder.resolve("wrong"), "zanzibar4711");
        Files.setPosixFilePermissions(wrong, PosixFilePermissions.fromString("rw-------"));
        var noLogin =
                init(
                        "",
                        "--issuer",
                        house.issuer.issuerUrl("idp").toString(),
                        "--subjects",
                        "public",
                        "--secret-file",
                        wrong.toString());
        assertThat(noLogin.code()).isEqualTo(1);
        assertThat(noLogin.said()).contains("target-login").doesNotContain("zanzibar4711");
    }

    @Test
    void offline_asks_nobody() throws Exception {
        var ended =
                init(
                        "",
                        "--issuer",
                        "http://127.0.0.1:" + House.freePort(),
                        "--secret-file",
                        "none",
                        "--offline");

        assertThat(ended.code()).as(ended.said()).isZero();
        assertThat(Doctor.files(file)).isEmpty();
    }

    @Test
    void a_password_comes_from_stdin_and_is_kept_where_only_its_owner_reads_it() throws Exception {
        var password = Files.readString(directory.resolve("shop.secret"));
        var ended =
                init(
                        password + "\n",
                        "--issuer",
                        house.issuer.issuerUrl("idp").toString(),
                        "--subjects",
                        "public",
                        "--secret-file",
                        "-");

        assertThat(ended.code()).as(ended.said()).isZero();
        var kept = folder.resolve("shop.secret");
        assertThat(Files.readString(kept)).isEqualTo(password);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(kept)))
                .isEqualTo("rw-------");
        assertThat(Files.readString(file) + ended.said()).doesNotContain(password);
    }

    @Test
    void nobody_is_asked_where_there_is_no_terminal() throws Exception {
        var process = new CommandLine(house, directory).start("init", file.toString());
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).isEqualTo(2);
        assertThat(said).contains("there is no terminal to ask at: say --address, or --yes");
    }

    @Test
    void doctor_finds_nothing_wrong_with_what_was_written() throws Exception {
        assertThat(init("", good()).code()).isZero();

        assertThat(Doctor.examine(file))
                .filteredOn(found -> found.severity() == Finding.Severity.WRONG)
                .filteredOn(found -> !found.code().equals("port-taken")) // 8443 may be somebody's
                .isEmpty();
    }
}
