package dev.countersign.system.oracle;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;

/// Two databases that differ in labelled values alone, a gateway in a process of its own with a
/// target for each, and an issuer; all on loopback.
///
/// Under a policy that allows everything: only masks stand between a client and the values.
final class OracleHouse implements AutoCloseable {
    /// How labelled columns look: on the targets that the twins use, by what ignores the value.
    enum Masks {
        REDACTED("twin"),

        /// By what shows a part of it, too: for canaries alone.
        SHOWN_IN_PART("part");

        private final String prefix;

        Masks(String prefix) {
            this.prefix = prefix;
        }

        String target(int side) {
            return prefix + side;
        }
    }

    /// What is labelled, and how the second kind of target masks it.
    private static final Map<String, String> LABELS =
            Map.ofEntries(
                    Map.entry("customers.email", "redact"),
                    Map.entry("customers.ssn", "{partial: {last: 4}}"),
                    Map.entry("customers.card", "{partial: {first: 1, last: 4}}"),
                    Map.entry("customers.dob", "redact"),
                    Map.entry("customers.salary", "redact"),
                    Map.entry("customers.meta.$.ssn", "{partial: {last: 4}}"),
                    Map.entry("customers.meta.$.n", "redact"),
                    Map.entry("customers.meta.$.deep[*].k", "redact"),
                    Map.entry("customers.tags", "redact"),
                    Map.entry("events.who", "{partial: {first: 2}}"),
                    Map.entry("people.phone", "{partial: {last: 2}}"),
                    Map.entry("profiles.email", "redact"),
                    Map.entry("codes.code", "redact"),
                    Map.entry("visits.during", "redact"),
                    Map.entry("refers.mail", "redact"));

    private static final List<String> VAULT =
            List.of(
                    "pin",
                    "who",
                    "level",
                    "period",
                    "secret",
                    "doc",
                    "key",
                    "at",
                    "addr",
                    "big",
                    "f",
                    "flag",
                    "codes",
                    "contacts",
                    "price",
                    "path",
                    "ts",
                    "bits",
                    "span",
                    "label",
                    "fixed");

    private static final String ROLE = "agent";
    private static final String AUDIENCE = "countersign";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path directory;
    private final List<EmbeddedPostgres> databases = new ArrayList<>();
    private final List<TwinScript> scripts = List.of(new TwinScript(0), new TwinScript(1));
    private final String password = "pw" + Long.toHexString(System.nanoTime());
    private final MockOAuth2Server issuer = new MockOAuth2Server();
    private final int port = freePort();
    private final Process gateway;

    OracleHouse(Path directory) throws IOException, SQLException, InterruptedException {
        this.directory = directory;
        issuer.start(InetAddress.getLoopbackAddress(), 0);
        for (int side = 0; side < 2; side++) {
            databases.add(database(side));
        }
        configure();
        gateway = launch();
        for (int side = 0; side < 2; side++) {
            for (var masks : Masks.values()) {
                letIn(door(masks, side));
            }
        }
    }

    /// Waits until the gateway has met its issuer and its targets.
    private void letIn(RawClient.Door door) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try (var client = new RawClient(door)) {
                assertThat(client.query("SELECT 1").code()).isEmpty();
                return;
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw new IOException(e.getMessage() + read(log()), e);
                }
                Thread.sleep(500);
            }
        }
    }

    Path data() {
        return directory.resolve("data");
    }

    /// Standard output and errors of the gateway.
    Path log() {
        return directory.resolve("gateway.log");
    }

    List<Canary> canaries(int side) {
        return scripts.get(side).canaries();
    }

    /// To one of the twins through the gateway.
    RawClient.Door door(Masks masks, int side) {
        return new RawClient.Door(port, "eve", masks.target(side), "", token());
    }

    /// To a copy of one of the twins past the gateway, with the rights that the gateway's role has.
    /// What is done there leaves the twins as they are.
    RawClient.Door direct(int side) {
        return new RawClient.Door(
                databases.get(side).getPort(), "postgres", "proof", "-c role=" + ROLE, "");
    }

    /// Runs as the owner of everything.
    void administer(int side, String... statements) throws SQLException {
        try (var connection = databases.get(side).getDatabase("postgres", "shop").getConnection();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /// Tables that statements write to lie on their pages as if nobody had.
    void settle() throws SQLException {
        for (int side = 0; side < 2; side++) {
            administer(
                    side,
                    "VACUUM (FULL, ANALYZE) public_t, orders, customers, tickets, codes, refers, visits");
        }
    }

    private EmbeddedPostgres database(int side) throws IOException, SQLException {
        var place = directory.resolve("database" + side);
        var started =
                EmbeddedPostgres.builder()
                        .setDataDirectory(place)
                        .setCleanDataDirectory(true)
                        .setServerConfig("password_encryption", "scram-sha-256")
                        .setServerConfig("max_prepared_transactions", "2")
                        .setServerConfig("autovacuum", "off")
                        .setServerConfig("fsync", "off")
                        .setServerConfig("jit", "off")
                        .setServerConfig("max_parallel_workers_per_gather", "0")
                        .setServerConfig("timezone", "UTC")
                        .setServerConfig("statement_timeout", "8s")
                        .setServerConfig("wal_level", "logical")
                        .setPGStartupWait(PATIENCE)
                        .start();
        try (var connection = started.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + password + "'");
            statement.execute("CREATE DATABASE shop OWNER " + ROLE);
        }
        try (var connection = started.getDatabase("postgres", "shop").getConnection();
                var statement = connection.createStatement()) {
            statement.execute("GRANT CREATE, USAGE ON SCHEMA public TO " + ROLE);
            statement.execute("SET ROLE " + ROLE);
            for (var sql : scripts.get(side).statements()) {
                statement.execute(sql);
            }
            statement.execute("RESET ROLE");
            statement.execute("ANALYZE");
        }
        try (var connection = started.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE proof TEMPLATE shop OWNER " + ROLE);
        }
        Files.writeString(
                place.resolve("pg_hba.conf"),
                """
                host all postgres 127.0.0.1/32 trust
                host all all      127.0.0.1/32 scram-sha-256
                """);
        try (var connection = started.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_reload_conf()");
        }
        return started;
    }

    private void configure() throws IOException {
        var secret = directory.resolve("shop.secret");
        Files.writeString(secret, password);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        var out =
                new StringBuilder(
                        """
                        listen:
                          postgres: {at: "127.0.0.1:%d", plaintext: true}
                        data-dir: data
                        origin: example.com/countersign/oracles
                        issuers:
                          - {issuer: "%s", audience: %s, agent-claim: act.sub, human-claim: sub, subjects: public, max-lifetime: 24h}
                        ---
                        kind: Policy
                        name: everything
                        rules:
                          - {name: everything, on: [sql], when: "true", allow: true}
                        """
                                .formatted(port, issuer.issuerUrl("idp"), AUDIENCE));
        for (var masks : Masks.values()) {
            for (int side = 0; side < 2; side++) {
                out.append(target(masks, side));
            }
        }
        Files.writeString(directory.resolve("countersign.yaml"), out);
    }

    private String target(Masks masks, int side) {
        var out =
                new StringBuilder(
                        """
                        ---
                        kind: Target
                        name: %s
                        protocol: postgres
                        address: "127.0.0.1:%d"
                        database: shop
                        role: %s
                        tls: {mode: plain}
                        secret: file:shop.secret
                        labels: {env: test}
                        columns:
                        """
                                .formatted(
                                        masks.target(side), databases.get(side).getPort(), ROLE));
        LABELS.forEach((column, mask) ->
                out.append(
                        "  'public.%s': {label: pii.%s, mask: %s}\n"
                                .formatted(
                                        column,
                                        column.substring(column.indexOf('.') + 1)
                                                .replaceAll("[^a-z]", ""),
                                        masks == Masks.REDACTED ? "redact" : mask)));
        for (var column : VAULT) {
            out.append(
                    "  public.vault.%s: {label: pii.%s, mask: redact}\n".formatted(column, column));
        }
        return out.toString();
    }

    private String token() {
        return issuer.issueToken(
                        "idp",
                        "countersign-client",
                        new DefaultOAuth2TokenCallback(
                                "idp",
                                "ann",
                                "JWT",
                                List.of(AUDIENCE),
                                Map.of("act", Map.of("sub", "eve")),
                                Duration.ofHours(12).toSeconds()))
                .serialize();
    }

    private Process launch() throws IOException, InterruptedException {
        var process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-Xmx512m",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.countersign.cli.Countersign",
                                "server",
                                "--config",
                                directory.resolve("countersign.yaml").toString())
                        .redirectErrorStream(true)
                        .redirectOutput(log().toFile())
                        .start();
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (process.isAlive() && !listens() && System.nanoTime() < deadline) {
            Thread.sleep(50);
        }
        assertThat(process.isAlive()).as(() -> "the gateway starts: " + read(log())).isTrue();
        return process;
    }

    private boolean listens() {
        try (var _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private static int freePort() throws IOException {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        }
    }

    /// The gateway ends in order, so that all of its evidence is on the disk.
    void stopGateway() throws InterruptedException {
        gateway.destroy();
        if (!gateway.waitFor(30, TimeUnit.SECONDS)) {
            gateway.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            stopGateway();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        issuer.shutdown();
        for (var database : databases) {
            database.close();
        }
    }
}
