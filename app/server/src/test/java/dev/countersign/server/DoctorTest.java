package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.postgres.Postgres;
import dev.countersign.secrets.SecretUnavailable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What doctor finds in files and at the machine. What it finds at issuers and targets is tested
/// with real ones, in the system tests.
class DoctorTest {
    private static final Postgres POSTGRES = new Postgres(Clock.systemUTC());
    private static final Clock CLOCK = Clock.systemUTC();

    private static final String TARGET =
            """
            ---
            kind: Target
            name: shop
            protocol: postgres
            address: "db.internal:5432"
            database: shop
            role: agent
            secret: file:shop.secret
            """;

    private static final String PANEL =
            """
            ---
            kind: Panel
            name: dba
            groups: [dba]
            """;

    @TempDir Path folder;

    @AfterAll
    static void close() {
        POSTGRES.close();
    }

    private String server(String listen, String more) {
        return """
        listen:
          %s
        data-dir: data
        origin: example.com/countersign/test
        issuers:
          - {issuer: "https://idp.example", audience: countersign}
        %s
        """
                .formatted(listen, more);
    }

    private String plain() {
        return server("postgres: {at: \"127.0.0.1:0\", plaintext: true}", "");
    }

    private static String permissions(String nine, Path file) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(nine));
        return file.toString();
    }

    private List<Finding> found(String yaml) throws IOException {
        var file = Files.writeString(folder.resolve("countersign.yaml"), yaml);
        var configuration =
                Configuration.read(file, Map.of(POSTGRES.id(), POSTGRES), Clock.systemUTC());
        var out = new ArrayList<Finding>();
        PlaceCheck.check(configuration, CLOCK, out::add);
        ListenCheck.check(configuration, CLOCK, out::add);
        return out;
    }

    private List<String> codes(String yaml) throws IOException {
        return found(yaml).stream().map(Finding::code).toList();
    }

    @Test
    void a_good_configuration_lacks_nothing_but_a_guard() throws IOException {
        assertThat(codes(plain())).containsExactly("guard-none");
    }

    @Test
    void what_is_wrong_with_the_files_is_told_with_its_place() throws IOException {
        var file = Files.writeString(folder.resolve("c.yaml"), plain().replace("origin", "orgin"));

        assertThat(Doctor.files(file))
                .extracting(Finding::code)
                .isNotEmpty()
                .containsOnly("configuration");
        assertThat(Doctor.files(file).getFirst().about()).startsWith(file + ":");
    }

    @Test
    void what_counts_as_its_strictest_is_told() throws IOException {
        var file =
                Files.writeString(
                        folder.resolve("c.yaml"), plain() + TARGET + "session-settings: free\n");

        assertThat(Doctor.files(file)).extracting(Finding::code).contains("configuration-strict");
    }

    @Test
    void another_java_and_few_files_are_told() {
        var out = new ArrayList<Finding>();

        MachineCheck.check(new MachineCheck.Machine(26, 1_024), out::add);
        assertThat(out).extracting(Finding::code).containsExactly("java-version", "file-limit");

        out.clear();
        MachineCheck.check(new MachineCheck.Machine(25, 65_536), out::add);
        assertThat(out).isEmpty();
    }

    @Test
    void a_data_directory_that_cannot_be_made_is_wrong() throws IOException {
        Files.writeString(folder.resolve("data"), "a file");

        assertThat(codes(plain())).contains("data-dir");
    }

    @Test
    void a_data_directory_that_others_may_look_into_is_told() throws IOException {
        permissions("rwxr-xr-x", Files.createDirectory(folder.resolve("data")));
        assertThat(codes(plain())).contains("data-dir-open");

        permissions("rwx------", folder.resolve("data"));
        assertThat(codes(plain())).doesNotContain("data-dir-open");
    }

    @Test
    void a_disk_with_little_room_is_told_and_one_with_none_is_wrong() {
        var out = new ArrayList<Finding>();
        PlaceCheck.room(folder, PlaceCheck.LITTLE, out::add);
        assertThat(out).isEmpty();

        PlaceCheck.room(folder, PlaceCheck.LITTLE - 1, out::add);
        PlaceCheck.room(folder, PlaceCheck.LEAST - 1, out::add);
        assertThat(out)
                .extracting(Finding::severity)
                .containsExactly(Finding.Severity.WARNING, Finding.Severity.WRONG);
        assertThat(out).extracting(Finding::code).containsOnly("disk-low");
    }

    @Test
    void a_guard_file_that_guards_nothing_is_told() throws IOException {
        var at = "postgres: {at: \"127.0.0.1:0\", plaintext: true}";

        assertThat(codes(server(at, "guard-file: data/guard"))).contains("guard-inside");
        assertThat(codes(server(at, "guard-file: guards/last"))).contains("guard-same-disk");
        Files.writeString(folder.resolve("full"), "a file");
        assertThat(codes(server(at, "guard-file: full/last"))).contains("guard-file");
    }

    @Test
    void keys_and_secrets_that_others_may_read_are_told() throws IOException {
        Files.createDirectories(folder.resolve("data/keys"));
        permissions("rw-r--r--", Files.writeString(folder.resolve("data/keys/log"), "k"));
        permissions("rw-r--r--", Files.writeString(folder.resolve("shop.secret"), "s3cr3t"));

        assertThat(codes(plain() + TARGET)).contains("key-file-open", "secret-file-open");
        assertThat(found(plain() + TARGET).toString()).doesNotContain("s3cr3t");

        permissions("rw-------", folder.resolve("data/keys/log"));
        permissions("rw-------", folder.resolve("shop.secret"));
        assertThat(codes(plain() + TARGET)).doesNotContain("key-file-open", "secret-file-open");
    }

    @Test
    void a_secret_that_is_not_there_is_wrong() throws IOException {
        var file = Files.writeString(folder.resolve("countersign.yaml"), plain() + TARGET);
        var read = Configuration.read(file, Map.of(POSTGRES.id(), POSTGRES), Clock.systemUTC());

        assertThat(PlaceCheck.readable("file:none", read, "target shop"))
                .map(Finding::code)
                .contains("secret-missing");
    }

    @Test
    void a_port_that_another_has_is_told() throws IOException {
        try (var other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var at = "postgres: {at: \"127.0.0.1:" + other.getLocalPort() + "\", plaintext: true}";

            assertThat(codes(server(at, ""))).contains("port-taken");
        }
    }

    @Test
    void an_address_that_is_not_this_machines_is_told() throws IOException {
        // of the block that is for documentation (RFC 5737), so nobody has it
        var at = "api: {at: \"192.0.2.1:8443\", tls: {certificate: a, key: b}}";

        assertThat(codes(server("postgres: {at: \"127.0.0.1:0\", plaintext: true}\n  " + at, "")))
                .contains("listen-address");
    }

    @Test
    void tokens_in_clear_elsewhere_than_on_loopback_are_wrong() throws IOException {
        assertThat(codes(server("postgres: {at: \"0.0.0.0:0\", plaintext: true}", "")))
                .contains("listen-plain");
        assertThat(codes(plain().replace("data-dir", "  api: {at: \"0.0.0.0:0\"}\ndata-dir")))
                .contains("listen-plain");
        assertThat(codes(plain().replace("data-dir", "  monitor: {at: \"0.0.0.0:0\"}\ndata-dir")))
                .doesNotContain("listen-plain");
    }

    @Test
    void a_certificate_that_is_not_there_is_wrong() throws IOException {
        var at =
                "postgres: {at: \"127.0.0.1:0\", tls: {certificate: file:gw.crt, key: file:gw.key}}";

        assertThat(codes(server(at, ""))).contains("certificate");
    }

    @Test
    void panels_that_nobody_can_answer_for_are_wrong() throws IOException {
        assertThat(codes(plain() + PANEL)).contains("reviews-nowhere", "reviews-nobody");
        assertThat(
                        codes(
                                plain().replace(
                                                        "data-dir",
                                                        "  api: {at: \"127.0.0.1:0\"}\ndata-dir")
                                                .replace(
                                                        "audience: countersign}",
                                                        "audience: countersign, review-audience: r,"
                                                                + " review-client: c}")
                                        + PANEL))
                .doesNotContain("reviews-nowhere", "reviews-nobody");
    }

    @Test
    void a_wrong_clock_is_told_and_one_that_is_very_wrong_is_wrong() {
        var out = new ArrayList<Finding>();

        IssuersCheck.skew("https://idp.example", Duration.ofSeconds(-2), out::add);
        assertThat(out).isEmpty();

        IssuersCheck.skew("https://idp.example", Duration.ofSeconds(20), out::add);
        IssuersCheck.skew("https://idp.example", Duration.ofMinutes(-5), out::add);
        assertThat(out).extracting(Finding::code).containsExactly("clock-skew", "clock-skew");
        assertThat(out.getFirst().what()).contains("20 s ahead of");
        assertThat(out.getLast().what()).contains("300 s behind");
        assertThat(out)
                .extracting(Finding::severity)
                .containsExactly(Finding.Severity.WARNING, Finding.Severity.WRONG);
    }

    @Test
    void the_documentation_lists_every_code_and_no_other() throws IOException {
        var codes = new TreeSet<String>();
        try (var sources = Files.list(Path.of("src/main/java/dev/countersign/server"))) {
            for (var source : sources.toList()) {
                Pattern.compile(
                                "Finding[.](?:wrong|warning)\\(\\s*\"([a-z-]+)\"|^ +\"([a-z]+-[a-z-]+)\",$",
                                Pattern.MULTILINE)
                        .matcher(
                                source.toString().endsWith("Check.java")
                                                || source.endsWith("Doctor.java")
                                        ? Files.readString(source)
                                        : "")
                        .results()
                        .map(found -> found.group(1) == null ? found.group(2) : found.group(1))
                        .forEach(codes::add);
            }
        }
        codes.addAll(
                List.of(
                        SecretUnavailable.MISSING,
                        SecretUnavailable.UNREADABLE,
                        SecretUnavailable.EMPTY,
                        SecretUnavailable.TOO_LONG,
                        SecretUnavailable.NOT_TEXT,
                        SecretUnavailable.TIMEOUT,
                        SecretUnavailable.TAMPERED));
        var rows = Files.readString(Path.of("../../docs/operations.md")).lines();
        var listed =
                rows.filter(line -> line.startsWith("| `"))
                        .map(line -> line.split("\\|", -1)[1])
                        .flatMap(cell -> Pattern.compile("`([a-z-]+)`").matcher(cell).results())
                        .map(found -> found.group(1))
                        .collect(Collectors.toCollection(TreeSet::new));

        assertThat(listed).isEqualTo(codes).hasSizeGreaterThanOrEqualTo(15);
    }
}
