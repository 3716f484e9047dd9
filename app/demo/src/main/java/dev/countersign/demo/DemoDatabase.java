package dev.countersign.demo;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;

/// A real PostgreSQL 18 from its Maven artifact, with a shop in it. The only thing that knows the
/// agent role's password, apart from the file that the gateway reads it from.
final class DemoDatabase implements AutoCloseable {
    static final String NAME = "shop";
    static final String ROLE = "countersign_agent";
    private static final Duration START_LIMIT = Duration.ofSeconds(60);

    private final EmbeddedPostgres server;

    private DemoDatabase(EmbeddedPostgres server) {
        this.server = server;
    }

    /// @param password of the role that the gateway logs in as
    static DemoDatabase start(Path directory, int port, String password)
            throws IOException, SQLException {
        var server =
                EmbeddedPostgres.builder()
                        .setPort(port)
                        .setDataDirectory(directory)
                        .setCleanDataDirectory(true)
                        .setServerConfig("password_encryption", "scram-sha-256")
                        .setServerConfig("listen_addresses", "127.0.0.1")
                        .setPGStartupWait(START_LIMIT)
                        .start();
        var database = new DemoDatabase(server);
        database.fill(password);
        Files.writeString(
                directory.resolve("pg_hba.conf"),
                """
                # the owner over the socket and for the demo itself; everybody else by password
                host  all  postgres           127.0.0.1/32  trust
                host  all  all                127.0.0.1/32  scram-sha-256
                """);
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_reload_conf()");
        }
        return database;
    }

    private void fill(String password) throws IOException, SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + NAME);
            // made of letters and digits by the demo itself
            statement.execute("CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + password + "'");
        }
        try (var in = DemoDatabase.class.getResourceAsStream("shop.sql");
                var connection = server.getDatabase("postgres", NAME).getConnection();
                var statement = connection.createStatement()) {
            if (in == null) {
                throw new IOException("shop.sql is missing from this build");
            }
            statement.execute(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            statement.execute(
                    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO "
                            + ROLE);
            statement.execute("ANALYZE");
        }
    }

    int port() {
        return server.getPort();
    }

    String version() throws SQLException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement();
                var result = statement.executeQuery("SHOW server_version")) {
            result.next();
            return result.getString(1).split(" ", 2)[0];
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
