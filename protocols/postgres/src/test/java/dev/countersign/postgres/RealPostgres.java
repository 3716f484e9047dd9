package dev.countersign.postgres;

import dev.countersign.gate.Framed;
import dev.countersign.masking.MaskSettings;
import dev.countersign.sql.Statements;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// PostgreSQL 18 with TLS and SCRAM, one for all tests of this room. The embedded server trusts
/// everybody by default: its `pg_hba.conf` is written anew.
final class RealPostgres {
    static final String PASSWORD = "pw of the agent";

    private static final Path DIRECTORY = directory();
    private static final RealPostgres ONE = start();

    final Certificates authority;
    private final EmbeddedPostgres server;

    private RealPostgres(Certificates authority, EmbeddedPostgres server) {
        this.authority = authority;
        this.server = server;
    }

    static RealPostgres get() {
        return ONE;
    }

    private static Path directory() {
        try {
            return Files.createTempDirectory("real-postgres");
        } catch (IOException e) {
            throw new IllegalStateException("no directory for the server", e);
        }
    }

    private static RealPostgres start() {
        try {
            var authority = new Certificates(DIRECTORY, "ca");
            var pair = authority.issue(DIRECTORY, "db", Duration.ofDays(1));
            var server =
                    EmbeddedPostgres.builder()
                            .setDataDirectory(DIRECTORY.resolve("database"))
                            .setCleanDataDirectory(true)
                            .setServerConfig("ssl", "on")
                            .setServerConfig("ssl_cert_file", pair.certificate().toString())
                            .setServerConfig("ssl_key_file", pair.key().toString())
                            .setServerConfig("password_encryption", "scram-sha-256")
                            .setPGStartupWait(Duration.ofSeconds(50))
                            .start();
            var real = new RealPostgres(authority, server);
            real.execute(
                    "CREATE ROLE agent LOGIN PASSWORD '" + PASSWORD + "'",
                    "CREATE ROLE trusted LOGIN",
                    "CREATE ROLE clear LOGIN PASSWORD '" + PASSWORD + "'",
                    "GRANT CREATE ON SCHEMA public TO agent");
            Files.writeString(
                    DIRECTORY.resolve("database/pg_hba.conf"),
                    """
                    host    all postgres 127.0.0.1/32 trust
                    hostssl all trusted  127.0.0.1/32 trust
                    hostssl all clear    127.0.0.1/32 password
                    hostssl all all      127.0.0.1/32 scram-sha-256
                    """);
            real.execute("SELECT pg_reload_conf()");
            return real;
        } catch (IOException | SQLException e) {
            throw new IllegalStateException("the server does not start", e);
        }
    }

    /// As the owner of everything, past all rules.
    void execute(String... statements) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            for (var sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /// As the owner of everything; whoever asks closes it.
    Connection owner() throws SQLException {
        return server.getPostgresDatabase().getConnection();
    }

    long oid(String relation) throws SQLException {
        try (Connection connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var rows = statement.executeQuery("SELECT '" + relation + "'::regclass::oid")) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /// From now on the server shows another certificate.
    void show(Certificates.Pair pair) throws IOException, SQLException {
        Files.copy(
                pair.certificate(),
                DIRECTORY.resolve("db.crt"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.key(), DIRECTORY.resolve("db.key"), StandardCopyOption.REPLACE_EXISTING);
        execute("SELECT pg_reload_conf()");
    }

    static Path folder() {
        return DIRECTORY;
    }

    PostgresTarget target(String role, PostgresTarget.TlsSettings tls, String... labelled) {
        var columns = new java.util.HashMap<String, PostgresTarget.ColumnSettings>();
        for (var column : labelled) {
            columns.put(
                    column,
                    new PostgresTarget.ColumnSettings("pii.ssn", MaskSettings.REDACT, "none"));
        }
        return new PostgresTarget(
                "shop",
                "postgres",
                "127.0.0.1:" + server.getPort(),
                "postgres",
                role,
                Optional.of(tls),
                "env:PW",
                Map.of(),
                columns,
                60,
                Optional.empty(),
                List.of(),
                List.of(),
                true,
                "hidden",
                Optional.empty(),
                "pinned");
    }

    PostgresTarget.TlsSettings tls() {
        return new PostgresTarget.TlsSettings("verify-full", Optional.of(authority.ca), "");
    }

    /// Reads the catalogue with the right credential.
    static CatalogueReader reader(PostgresTarget target, Statements statements) {
        return new CatalogueReader(
                target,
                () -> {
                    try {
                        return connect(target, PASSWORD);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                statements);
    }

    PostgresTarget target(String... labelled) {
        return target("agent", tls(), labelled);
    }

    static PostgresDialer dialer(PostgresTarget target, String password) {
        return new PostgresDialer(
                target,
                password::toCharArray,
                new Framed.Terms("countersign test", false, Map.of()),
                new ScramKeys(),
                ScramClient.fresh());
    }

    static PostgresQueries connect(PostgresTarget target, String password) throws IOException {
        return PostgresQueries.connect(
                target.leg(), dialer(target, password), Duration.ofSeconds(10));
    }
}
