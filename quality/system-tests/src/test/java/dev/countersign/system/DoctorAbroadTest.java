package dev.countersign.system;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Json;
import dev.countersign.server.Doctor;
import dev.countersign.server.Finding;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What doctor finds at real targets, certificates and issuers.
class DoctorAbroadTest {
    @TempDir static Path directory;

    private static House house;
    private static String good = "";

    @BeforeAll
    static void opens() throws Exception {
        house =
                new House(
                        directory,
                        "- {name: all, on: [sql], when: \"stmt.verb == 'read'\", allow: true}\n");
        good = Files.readString(house.config());
    }

    @AfterAll
    static void closes() throws IOException {
        house.close();
    }

    @BeforeEach
    @AfterEach
    void as_it_was() throws Exception {
        Files.writeString(house.config(), good);
        owner("ALTER ROLE agent NOSUPERUSER NOBYPASSRLS NOCREATEROLE");
        owner("ALTER ROLE agent RESET ALL");
    }

    private static void owner(String sql) throws SQLException {
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute(sql);
        }
    }

    private static List<String> codes() {
        return Doctor.examine(house.config()).stream().map(Finding::code).toList();
    }

    @Test
    void nothing_is_wrong_with_a_gateway_that_runs() {
        assertThat(Doctor.examine(house.config()))
                .filteredOn(found -> found.severity() == Finding.Severity.WRONG)
                .isEmpty();
    }

    @Test
    void a_role_that_may_more_than_it_should_is_told() throws Exception {
        owner("ALTER ROLE agent BYPASSRLS CREATEROLE");
        owner("GRANT pg_read_server_files TO agent");
        owner("CREATE TABLE mine (id int)");
        owner("ALTER TABLE mine OWNER TO agent");
        try {
            assertThat(codes())
                    .contains(
                            "role-bypassrls",
                            "role-creates-roles",
                            "role-powers",
                            "role-owns-tables")
                    .doesNotContain("role-superuser");

            owner("ALTER ROLE agent SUPERUSER");
            assertThat(codes()).contains("role-superuser");
        } finally {
            owner("REVOKE pg_read_server_files FROM agent");
            owner("DROP TABLE mine");
        }
    }

    @Test
    void settings_of_the_target_that_somebody_should_know_are_told() throws Exception {
        assertThat(codes()).doesNotContain("target-track-counts", "target-logs-statements");

        owner("ALTER ROLE agent SET track_counts = off");
        owner("ALTER ROLE agent SET log_statement = 'all'");

        assertThat(codes()).contains("target-track-counts", "target-logs-statements");
    }

    @Test
    void labels_on_columns_that_are_not_there_are_wrong() throws Exception {
        house.replace("public.customers.ssn:", "public.customers.sssn:");

        assertThat(Doctor.examine(house.config()))
                .filteredOn(found -> found.code().equals("columns-missing"))
                .singleElement()
                .satisfies(found -> assertThat(found.what()).contains("public.customers.sssn"));
    }

    @Test
    void a_target_that_is_not_there_is_wrong() throws Exception {
        house.replace(
                "address: \"127.0.0.1:" + house.database.getPort(),
                "address: \"127.0.0.1:" + House.freePort());

        assertThat(codes()).contains("target-unreachable");
    }

    @Test
    void a_target_that_shows_somebody_elses_certificate_is_wrong() throws Exception {
        var other = Files.createDirectory(directory.resolve("other"));
        house.replace(house.certificates.ca.toString(), new Certificates(other).ca.toString());

        assertThat(codes()).contains("target-tls");
    }

    @Test
    void a_secret_that_does_not_open_is_wrong_and_never_shown() throws Exception {
        var secret = directory.resolve("shop.secret");
        var right = Files.readString(secret);
        Files.writeString(secret, "zanzibar4711");
        try {
            var found = Doctor.examine(house.config());
            assertThat(found).extracting(Finding::code).contains("target-login");
            assertThat(found.toString()).doesNotContain("zanzibar4711").doesNotContain(right);
        } finally {
            Files.writeString(secret, right);
        }
        house.replace("secret: file:shop.secret", "secret: file:none.secret");
        assertThat(codes()).contains("secret-missing");
    }

    @Test
    void a_certificate_that_ends_or_has_another_name_is_told() throws Exception {
        assertThat(Doctor.examine(house.config()))
                .as("it ends tomorrow")
                .filteredOn(found -> found.code().equals("certificate-ends"))
                .allMatch(found -> found.severity() == Finding.Severity.WARNING)
                .isNotEmpty();

        var over =
                house.certificates.issue(
                        Files.createDirectory(directory.resolve("over")),
                        "over",
                        Duration.ofDays(-1));
        house.replace(directory.resolve("gateway.crt").toString(), over.certificate().toString());
        assertThat(Doctor.examine(house.config()))
                .filteredOn(found -> found.code().equals("certificate-ends"))
                .anyMatch(found -> found.severity() == Finding.Severity.WRONG);

        Files.writeString(house.config(), good);
        house.replace("at: \"127.0.0.1:" + house.port, "at: \"127.0.0.2:" + house.port);
        assertThat(codes()).contains("certificate-name");
    }

    // ---- issuers

    /// What doctor says of an issuer that answers everything with this document, and has this
    /// clock. By hand: an HTTP server of the JDK writes the Date itself.
    private static List<String> told(String document, Instant date) throws IOException {
        try (var server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            var name = "http://127.0.0.1:" + server.getLocalPort();
            var body = document.replace("NAME", name);
            var answer =
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\nDate: %s\r\n\r\n%s"
                            .formatted(
                                    body.length(),
                                    DateTimeFormatter.RFC_1123_DATE_TIME.format(
                                            date.atOffset(ZoneOffset.UTC)),
                                    body);
            Thread.ofVirtual().start(() -> answers(server, answer));
            Files.writeString(house.config(), good);
            house.replace(house.issuer.issuerUrl("idp").toString(), name);
            return codes();
        }
    }

    private static void answers(ServerSocket server, String answer) {
        while (true) {
            try (var socket = server.accept()) {
                socket.setSoTimeout(5_000);
                var in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
                var line = in.readLine(); // the request's head, which says nothing that matters
                while (line != null && !line.isEmpty()) {
                    line = in.readLine();
                }
                socket.getOutputStream().write(answer.getBytes(UTF_8));
            } catch (IOException e) {
                return; // the test is over
            }
        }
    }

    @Test
    void an_issuer_that_is_not_what_the_configuration_says_is_wrong() throws Exception {
        var now = Instant.now();
        assertThat(told("{\"issuer\": \"NAME/\"}", now)).contains("issuer-name");
        assertThat(told("no json", now)).contains("issuer-document");
        assertThat(told("{\"issuer\": \"NAME\", \"subject_types_supported\": [\"pairwise\"]}", now))
                .contains("issuer-subjects");
        assertThat(
                        told(
                                "{\"issuer\": \"NAME\", \"subject_types_supported\": [\"public\"],"
                                        + " \"jwks_uri\": \"https://elsewhere.example/keys\"}",
                                now))
                .contains("issuer-keys-origin");

        Files.writeString(house.config(), good);
        house.replace(
                house.issuer.issuerUrl("idp").toString(), "http://127.0.0.1:" + House.freePort());
        assertThat(codes()).contains("issuer-unreachable");
    }

    @Test
    void a_clock_that_is_not_the_issuers_is_told() throws Exception {
        assertThat(told("{}", Instant.now().minusSeconds(600))).contains("clock-skew");
        assertThat(told("{}", Instant.now())).doesNotContain("clock-skew");
    }

    // ---- the command

    @Test
    void the_command_ends_with_1_where_something_is_wrong() throws Exception {
        var command = new CommandLine(house, directory);
        var fine = command.start("doctor", "--config", house.config().toString(), "--json");
        var said = new String(fine.getInputStream().readAllBytes(), UTF_8);
        assertThat(fine.waitFor()).as(said).isZero();
        assertThat(((Json.Arr) Json.parse(said.lines().toList().getLast())).items())
                .allSatisfy(one -> {
                    var found = (Json.Obj) one;
                    assertThat(found.text("code")).isPresent();
                    assertThat(found.text("fix")).isPresent();
                    assertThat(found.text("severity")).contains("warning");
                });

        house.replace("public.customers.ssn:", "public.customers.sssn:");
        var wrong = command.start("doctor", "--config", house.config().toString());
        var told = new String(wrong.getInputStream().readAllBytes(), UTF_8);
        assertThat(wrong.waitFor()).isEqualTo(1);
        assertThat(told).contains("wrong  columns-missing  target shop: ", "  fix: ");
    }
}
