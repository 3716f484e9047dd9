package dev.countersign.system;

import dev.countersign.server.Server;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import no.nav.security.mock.oauth2.MockOAuth2Server;
import no.nav.security.mock.oauth2.token.DefaultOAuth2TokenCallback;

/// Everything real, on loopback: PostgreSQL 18 with TLS and SCRAM, an issuer that we did not write,
/// and the gateway with TLS on both legs and its evidence in a directory.
final class House implements AutoCloseable {
    static final String ROLE = "agent";
    static final String AUDIENCE = "countersign";

    /// Digits that stand in the database's labelled columns and must never come out.
    static final String CANARY_SSN = "536-90-4399";

    static final String CANARY_CARD = "4000 1234 5678 9017";

    final Path directory;
    final Certificates certificates;
    final EmbeddedPostgres database;
    final MockOAuth2Server issuer;
    final int port = freePort();
    final int apiPort = freePort();

    private final String password = "pw" + Long.toHexString(System.nanoTime());
    private Server server;

    House(Path directory, String policy) throws IOException, SQLException {
        this(directory, policy, 100);
    }

    /// @param connections that the database takes
    House(Path directory, String policy, int connections) throws IOException, SQLException {
        this.directory = directory;
        this.certificates = new Certificates(directory);
        this.database = startDatabase(connections);
        this.issuer = new MockOAuth2Server();
        issuer.start(InetAddress.getLoopbackAddress(), 0);
        answers();
        configure(policy);
        this.server = Server.start(config());
    }

    /// Its first answers may take longer than the gateway waits for an issuer, on a busy machine.
    private void answers() throws IOException {
        for (var path : List.of("/.well-known/openid-configuration", "/jwks")) {
            try (var in =
                    issuer.issuerUrl("idp").uri().resolve("/idp" + path).toURL().openStream()) {
                in.readAllBytes();
            }
        }
    }

    Path config() {
        return directory.resolve("countersign.yaml");
    }

    /// Where the gateway keeps everything.
    Path data() {
        return directory.resolve("data");
    }

    /// The gateway stops and starts again on the same directory.
    void restart() throws IOException {
        server.close();
        server = Server.start(config());
    }

    /// From the next start on, machines can ask it how it is.
    ///
    /// @return the port
    int monitor() throws IOException {
        int at = freePort();
        var text = Files.readString(config());
        Files.writeString(
                config(),
                text.replace(
                        "  api: {at:", "  monitor: {at: \"127.0.0.1:" + at + "\"}\n  api: {at:"));
        return at;
    }

    /// From the next start on, the configuration says `now` where it said `before`.
    void replace(String before, String now) throws IOException {
        var text = Files.readString(config());
        if (!text.contains(before)) {
            throw new IllegalArgumentException("the configuration does not say " + before);
        }
        Files.writeString(config(), text.replace(before, now));
    }

    /// From the next start on, the target's detectors are on.
    void detect() throws IOException {
        set("detectors: {enabled: true}");
    }

    /// From the next start on, the target has this setting too.
    void set(String line) throws IOException {
        var text = Files.readString(config());
        Files.writeString(
                config(),
                text.replace(
                        "secret: file:shop.secret\n", "secret: file:shop.secret\n" + line + "\n"));
    }

    /// From the next start on, there is the same target once more, as `plain`: nothing in it is
    /// labelled.
    void withoutLabels() throws IOException {
        var text = Files.readString(config());
        int from = text.indexOf("kind: Target");
        var target =
                text.substring(from, text.indexOf("columns:", from))
                        .replace("name: shop\n", "name: plain\n");
        Files.writeString(config(), text + "---\n" + target);
    }

    /// From the next start on, the gateway reaches the database without TLS, and at another port.
    void plainBehind(int port) throws IOException, SQLException {
        Files.writeString(
                directory.resolve("database/pg_hba.conf"),
                "host all " + ROLE + " 127.0.0.1/32 scram-sha-256\n",
                java.nio.file.StandardOpenOption.APPEND);
        reload();
        var text = Files.readString(config());
        Files.writeString(
                config(),
                text.replace(
                                "address: \"127.0.0.1:" + database.getPort() + "\"",
                                "address: \"127.0.0.1:" + port + "\"")
                        .replaceAll("tls: \\{mode: verify-full, ca: .*}", "tls: {mode: plain}"));
    }

    private void reload() throws SQLException {
        try (var connection = database.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    void stop() {
        server.close();
    }

    void start() {
        server = Server.start(config());
    }

    private EmbeddedPostgres startDatabase(int connections) throws IOException, SQLException {
        var pair = certificates.issue(directory, "db", Duration.ofDays(1));
        var started =
                EmbeddedPostgres.builder()
                        .setDataDirectory(directory.resolve("database"))
                        .setCleanDataDirectory(true)
                        .setServerConfig("ssl", "on")
                        .setServerConfig("ssl_cert_file", pair.certificate().toString())
                        .setServerConfig("ssl_key_file", pair.key().toString())
                        .setServerConfig("password_encryption", "scram-sha-256")
                        .setServerConfig("max_connections", Integer.toString(connections))
                        .setServerConfig("max_prepared_transactions", "2")
                        .setPGStartupWait(Duration.ofSeconds(60))
                        .start();
        try (var connection = started.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + ROLE + " LOGIN PASSWORD '" + password + "'");
            statement.execute("CREATE DATABASE shop");
        }
        try (var connection = started.getDatabase("postgres", "shop").getConnection();
                var statement = connection.createStatement()) {
            statement.execute(SCHEMA);
        }
        Files.writeString(
                directory.resolve("database/pg_hba.conf"),
                """
                host    all postgres 127.0.0.1/32 trust
                hostssl all all      127.0.0.1/32 scram-sha-256
                """);
        try (var connection = started.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute("SELECT pg_reload_conf()");
        }
        return started;
    }

    private void configure(String policy) throws IOException {
        var pair = certificates.issue(directory, "gateway", Duration.ofDays(1));
        var secret = directory.resolve("shop.secret");
        Files.writeString(secret, password);
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        Files.writeString(
                config(),
                """
                listen:
                  postgres:
                    at: "127.0.0.1:%d"
                    tls: {certificate: "file:%s", key: "file:%s"}
                  api: {at: "127.0.0.1:%d"}
                data-dir: data
                origin: example.com/countersign/test
                issuers:
                  - {issuer: "%s", audience: %s, review-audience: reviews, review-client: cli, agent-claim: act.sub, human-claim: sub, subjects: public}
                ---
                kind: Panel
                name: dba
                groups: [dba]
                ---
                kind: Panel
                name: owners
                groups: [owners]
                ---
                kind: Target
                name: shop
                protocol: postgres
                address: "127.0.0.1:%d"
                database: shop
                role: %s
                tls: {mode: verify-full, ca: "file:%s"}
                secret: file:shop.secret
                labels: {env: prod}
                columns:
                  public.customers.email: {label: pii.email, mask: redact}
                  public.papers.doc.$.ssn: {label: pii.ssn, mask: {partial: {last: 4}}}
                  public.papers.doc.$.cards[*].number: {label: pci.pan, mask: redact}
                  public.papers.doc.$.pay: {label: pii.pay, mask: {bucket: 1000}}
                  public.papers.raw.$.ssn: {label: pii.ssn, mask: redact}
                  public.customers.card: {label: pci.pan, mask: {partial: {last: 4}}}
                  public.customers.ssn: {label: pii.ssn, mask: redact}
                  public.customers.dob: {label: pii.dob, mask: redact}
                  public.typed.small: {label: t.small, mask: redact}
                  public.typed.whole: {label: t.whole, mask: {partial: {last: 4}}}
                  public.typed.num: {label: t.num, mask: hmac}
                  public.typed.ratio: {label: t.ratio, mask: redact}
                  public.typed.flag: {label: t.flag, mask: redact}
                  public.typed.day: {label: t.day, mask: {constant: "n/a"}}
                  public.typed.moment: {label: t.moment, mask: {date: month}}
                  public.typed.span: {label: t.span, mask: redact}
                  public.typed.ref: {label: t.ref, mask: hmac}
                  public.typed.doc: {label: t.doc, mask: redact}
                  public.typed.raw: {label: t.raw, mask: redact}
                  public.typed.host: {label: t.host, mask: redact}
                  public.typed.words: {label: t.words, mask: {partial: {last: 2}}}
                  public.typed.nums: {label: t.nums, mask: {bucket: 100}}
                  public.typed.code: {label: t.code, mask: {constant: "n/a"}}
                  public.typed.born: {label: t.born, mask: {date: year}}
                  public.typed.salary: {label: t.salary, mask: {bucket: 10000}}
                  public.typed.who: {label: t.who, mask: hmac}
                  public.typed.secret: {label: t.secret, mask: null}
                ---
                kind: Policy
                name: test
                rules:
                %s
                """
                        .formatted(
                                port,
                                pair.certificate(),
                                pair.key(),
                                apiPort,
                                issuer.issuerUrl("idp"),
                                AUDIENCE,
                                database.getPort(),
                                ROLE,
                                certificates.ca,
                                policy.indent(2)));
    }

    /// A token for eve, acting for ann.
    String token() {
        return token("eve", AUDIENCE, Duration.ofMinutes(10));
    }

    /// A token for another agent, acting for ann.
    String token(String agent) {
        return token(agent, AUDIENCE, Duration.ofMinutes(10));
    }

    String token(String agent, String audience, Duration lifetime) {
        return issuer.issueToken(
                        "idp",
                        "countersign-client",
                        new DefaultOAuth2TokenCallback(
                                "idp",
                                "ann",
                                "JWT",
                                List.of(audience),
                                Map.of("act", Map.of("sub", agent), "groups", List.of("dev")),
                                lifetime.toSeconds()))
                .serialize();
    }

    /// A token of a person who may see and decide, with what else it claims.
    String personToken(String person, String group, Map<String, Object> more) {
        var claims = new java.util.HashMap<String, Object>();
        claims.put("groups", List.of(group));
        claims.put("azp", "cli");
        claims.put("auth_time", java.time.Instant.now().getEpochSecond());
        claims.putAll(more);
        return issuer.issueToken(
                        "idp",
                        "cli",
                        new DefaultOAuth2TokenCallback(
                                "idp", person, "JWT", List.of("reviews"), claims, 600))
                .serialize();
    }

    /// The control API as such a person uses it.
    Desk desk(String person, String group) {
        return new Desk(apiPort, personToken(person, group, Map.of()));
    }

    /// From the next start on, the gateway's own document has this line too.
    void say(String line) throws IOException {
        var key = line.substring(0, line.indexOf(':') + 1);
        var before =
                Files.readString(config())
                        .lines()
                        .filter(one -> !one.startsWith(key))
                        .collect(Collectors.joining("\n"));
        Files.writeString(
                config(), before.replace("data-dir: data\n", "data-dir: data\n" + line + "\n"));
    }

    /// The same, in place of what the document said of this key before.
    void sayOnce(String line) throws IOException {
        var key = line.substring(0, line.indexOf(':') + 1);
        var text = Files.readString(config());
        Files.writeString(config(), text.replaceAll("(?m)^" + key + ".*\\n", ""));
        say(line);
    }

    /// A connection through the gateway as pgjdbc makes it, over TLS and with every check.
    Connection connect(String... more) throws SQLException {
        return connectAs(token(), more);
    }

    Connection connectAs(String token, String... more) throws SQLException {
        return connectTo("shop", token, more);
    }

    Connection connectTo(String target, String token, String... more) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "eve");
        properties.setProperty("password", token);
        properties.setProperty("sslmode", "verify-full");
        properties.setProperty("sslrootcert", certificates.ca.toString());
        properties.setProperty("loginTimeout", "20");
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + target, properties);
    }

    /// What the target's own role logs in with.
    String rolePassword() {
        return password;
    }

    /// A connection that goes round the gateway, as the database's owner.
    Connection direct() throws SQLException {
        return database.getDatabase("postgres", "shop").getConnection();
    }

    /// What a script prints that connects as eve to the `DSN` of its environment.
    String python(Path script) throws IOException {
        return run(
                List.of("python3", script.toString()),
                Map.of(
                        "PGPASSWORD",
                        token(),
                        "DSN",
                        "host=127.0.0.1 port="
                                + port
                                + " dbname=shop user=eve sslmode=verify-full sslrootcert="
                                + certificates.ca),
                "");
    }

    /// What psql prints for `script`, standard output and errors together.
    String psql(String token, String script, String... more) throws IOException {
        var command = new ArrayList<>(List.of("psql", "-X", "-v", "ON_ERROR_STOP=0"));
        command.addAll(List.of(more));
        command.add(
                "host=127.0.0.1 port="
                        + port
                        + " dbname=shop user=eve sslmode=verify-full sslrootcert="
                        + certificates.ca);
        return run(command, Map.of("PGPASSWORD", token), script);
    }

    static String run(List<String> command, Map<String, String> environment, String input)
            throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(environment);
        var process = builder.start();
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(StandardCharsets.UTF_8));
        }
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return out;
    }

    static int freePort() {
        try (var probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return probe.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException("no free port", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        issuer.shutdown();
        database.close();
    }

    private static final String SCHEMA =
            """
            CREATE TABLE customers (
                id int PRIMARY KEY, name text NOT NULL, email text UNIQUE, card varchar(19), ssn char(11), dob date);
            INSERT INTO customers VALUES
                (1, 'Ada', 'ada@example.com', '%2$s', '%1$s', '1990-05-17'),
                (2, 'Ben', 'ben@example.com', NULL, NULL, NULL),
                (3, 'Cho', 'cho@example.com', '5105 1051 0510 5100', '219-09-9999', '1985-11-02');
            CREATE TABLE orders (id int PRIMARY KEY, customer_id int, amount numeric(10, 2), status text, note text);
            INSERT INTO orders SELECT n, 1 + n %% 3, n * 1.5, 'paid', 'note ' || n FROM generate_series(1, 1000) AS n;
            CREATE TABLE typed (
                id int PRIMARY KEY, small int2, whole int8, num numeric(10, 2), ratio float8, flag bool, day date,
                moment timestamptz, span interval, ref uuid, doc jsonb, raw bytea, host inet, words text[], nums int[],
                code char(5), born date, salary numeric(12, 2), who text, secret text);
            INSERT INTO typed SELECT
                n, 12345, 536904399, 53690.43, 5.3690, true, '1984-02-29', '1984-02-29 12:34:56+00', '53 days', '53690439-0000-4000-8000-000000000009',
                '{"ssn": "536-90-4399"}', '\\x536904399000', '53.69.43.99', ARRAY['sesame', NULL, 'a, "b"'], ARRAY[536, NULL, -1],
                '53690', '1984-02-29', 53690.43, 'Eva ' || n / 2, 'open sesame'
                FROM generate_series(1, 3) AS n;
            INSERT INTO typed (id) VALUES (4);
            CREATE TABLE papers (id int PRIMARY KEY, doc jsonb, raw json);
            INSERT INTO papers VALUES
                (1, '{"ssn": "536-90-4399", "city": "Rome", "pay": 51234, "cards": [{"number": "4000 1234 5678 9017", "kind": "visa"}]}',
                    '{"ssn" : "536-90-4399",  "ssn":"again", "city": "Rome"}'),
                (2, '{"city": "Oslo", "ssn": null, "cards": []}', '[]'),
                (3, NULL, NULL);
            CREATE VIEW towns AS SELECT id, doc ->> 'city' AS city, doc AS paper FROM papers;
            CREATE VIEW names AS SELECT id, name FROM customers;
            CREATE VIEW contacts AS SELECT id, name AS who, email AS reach FROM customers;
            CREATE TABLE events (id int, day date, customer_id int) PARTITION BY RANGE (day);
            CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
            CREATE FUNCTION peek(who int) RETURNS text LANGUAGE sql AS 'SELECT ssn::text FROM customers WHERE id = who';
            GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO agent;
            GRANT CREATE ON SCHEMA public TO agent;
            """
                    .formatted(CANARY_SSN, CANARY_CARD);
}
