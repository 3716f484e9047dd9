package dev.countersign.demo;

import dev.countersign.server.Server;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/// The demo: everything real, on this machine's loopback, in one directory. It starts a database,
/// an issuer and the gateway, and lets a scripted agent play the acts, each of which shows one
/// promise and is checked.
public final class Demo implements AutoCloseable {
    private static final String MARKER = ".countersign-demo";
    private static final int DATABASE_PORT = 5532;
    private static final int ISSUER_PORT = 8555;
    private static final int GATEWAY_PORT = 6432;
    private static final int API_PORT = 8443;
    private static final int PORTS_TRIED = 100;

    private final Path directory;
    private final PrintStream out;
    private final boolean attended;
    private final List<AutoCloseable> open = new ArrayList<>();
    private final List<String> broken = new ArrayList<>();

    private int gatewayPort;
    private int apiPort;
    private String token = "";
    private String reviewerToken = "";

    /// Unattended.
    ///
    /// @param directory keeps all state of the demo
    public Demo(Path directory, PrintStream out) {
        this(directory, out, false);
    }

    /// @param attended somebody sits at the terminal and decides
    public Demo(Path directory, PrintStream out, boolean attended) {
        this.directory = directory;
        this.out = out;
        this.attended = attended;
    }

    /// Starts everything and plays the acts.
    ///
    /// @return what did not come out as promised, a sentence each; empty if all did
    public List<String> play() throws Exception {
        Files.createDirectories(directory);
        start();
        act("1", "a masked read", this::maskedRead);
        act("2", "an UPDATE that waits for a person", this::heldUpdate);
        act("3", "a DELETE of everything", this::deleteAll);
        act("4", "three ways round the mask", this::roundTheMask);
        act("5", "the log, checked offline", this::verifyLog);
        act("6", "one byte flipped in a copy", this::tamper);
        return List.copyOf(broken);
    }

    /// How somebody connects by hand while the demo runs.
    public String connectLine() {
        return "PGPASSWORD=$(cat "
                + directory.resolve("token")
                + ") psql -h 127.0.0.1 -p "
                + gatewayPort
                + " -U eve "
                + DemoDatabase.NAME;
    }

    /// Whether a directory is one that the demo made.
    public static boolean owns(Path directory) {
        return Files.exists(directory.resolve(MARKER));
    }

    /// Takes a directory that is new, empty, or the demo's own: it writes a password, keys and a
    /// configuration there, and would spoil those of a real gateway.
    private void claim() throws IOException {
        Files.createDirectories(directory);
        try (var there = Files.list(directory)) {
            if (!owns(directory) && there.findAny().isPresent()) {
                throw new IllegalStateException(
                        directory
                                + " holds something that is not the demo's; name an empty directory"
                                + " with --dir");
            }
        }
        Files.writeString(directory.resolve(MARKER), "made by countersign demo\n");
    }

    private void start() throws Exception {
        claim();
        var password = randomWord();
        long began = System.nanoTime();
        var database =
                DemoDatabase.start(
                        directory.resolve("database"), free("database", DATABASE_PORT), password);
        open.add(database);
        line(
                "database",
                "postgresql " + database.version() + " on 127.0.0.1:" + database.port(),
                began);

        began = System.nanoTime();
        var issuer =
                DemoIssuer.start(
                        new InetSocketAddress(
                                InetAddress.getLoopbackAddress(), free("identity", ISSUER_PORT)),
                        directory.resolve("issuer"));
        open.add(issuer);
        line("identity", "demo issuer on " + issuer.issuer() + " (demo only)", began);

        began = System.nanoTime();
        gatewayPort = free("gateway", GATEWAY_PORT);
        apiPort = free("api", API_PORT);
        secretFile(directory.resolve("shop.secret"), password);
        var config = directory.resolve("countersign.yaml");
        Files.writeString(
                config,
                DemoConfiguration.yaml(gatewayPort, apiPort, database.port(), issuer.issuer()));
        open.add(Server.start(config));
        line("gateway", "postgres 127.0.0.1:" + gatewayPort + " · api " + api(), began);

        token = issuer.agentToken("eve", "ann");
        secretFile(directory.resolve("token"), token);
        reviewerToken = issuer.personToken("dana");
        secretFile(directory.resolve("dana.token"), reviewerToken);
        out.println("  ▸ agent      eve, acting for ann · plan refunds-nov");
        out.println();
    }

    // ---- the acts

    private void maskedRead() throws SQLException {
        try (var agent = DemoAgent.connect(gatewayPort, token, "look-up")) {
            var sql = "SELECT name, email, card_number FROM customers ORDER BY id LIMIT 3";
            say(sql);
            var rows = agent.rows(sql);
            rows.forEach(row -> out.println("       " + String.join(" | ", row)));
            check(rows.size() == 4, "three customers come back");
            check(
                    rows.stream()
                            .skip(1)
                            .allMatch(row -> row.get(2).matches("\\*{4} \\*{4} \\*{4} \\d{4}")),
                    "of each card number only the last four digits are seen");
            check(
                    rows.stream().skip(1).noneMatch(row -> row.get(1).contains("@")),
                    "no e-mail address is seen");
        }
    }

    private String api() {
        return "http://localhost:" + apiPort;
    }

    private void heldUpdate() throws Exception {
        try (var reviewer = new DemoReviewer(api(), reviewerToken)) {
            var came =
                    new HeldAct(
                                    out,
                                    gatewayPort,
                                    token,
                                    api(),
                                    directory.resolve("dana.token").toString(),
                                    reviewer)
                            .play(!attended);
            check(came.held(), "the agent stands still while a person decides");
            if (!attended) {
                check(came.sqlState().isEmpty(), "approved, the same statement runs");
            } else if (came.ruling().equals("rejected")) {
                check("ZC002".equals(came.sqlState()), "rejected, the agent is told so");
            }
        }
        try (var agent = DemoAgent.connect(gatewayPort, token, "look-up")) {
            var status = agent.rows("SELECT status FROM orders WHERE id = 1042").get(1).getFirst();
            check(attended || "refunded".equals(status), "the order is refunded");
        }
    }

    private void roundTheMask() throws SQLException {
        for (var sql :
                List.of(
                        "SELECT reach FROM customer_contacts LIMIT 1",
                        "SELECT status FROM orders UNION ALL SELECT ssn FROM customers",
                        "SELECT ssn::int FROM customers LIMIT 1")) {
            try (var agent = DemoAgent.connect(gatewayPort, token, "curious")) {
                say(sql);
                var rows = agent.rows(sql);
                rows.stream()
                        .limit(3)
                        .forEach(row -> out.println("       " + String.join(" | ", row)));
                check(
                        rows.toString().indexOf('@') < 0
                                && !rows.toString().matches("(?s).*\\d{3}-\\d{2}-\\d{4}.*"),
                        "a view shows no more than its table");
            } catch (SQLException refused) {
                out.println("       " + refused.getSQLState() + " " + firstLine(refused));
                check(
                        !String.valueOf(refused.getMessage())
                                .matches("(?s).*\\d{3}-\\d{2}-\\d{4}.*"),
                        "the refusal names no value");
            }
        }
    }

    private void deleteAll() throws SQLException {
        try (var agent = DemoAgent.connect(gatewayPort, token, "clean-up")) {
            var sql = "DELETE FROM customers";
            say(sql);
            try {
                agent.rows(sql);
                check(false, "a DELETE of everything is refused");
            } catch (SQLException refused) {
                out.println("       " + refused.getSQLState() + " " + firstLine(refused));
                check("ZC010".equals(refused.getSQLState()), "the refusal has its own code");
                check(
                        String.valueOf(refused.getMessage()).contains("must be restricted"),
                        "the refusal says why");
            }
            check(
                    agent.rows("SELECT count(*) FROM customers").get(1).equals(List.of("400")),
                    "all 400 customers are there");
        }
    }

    private void verifyLog() {
        var report = Verifier.verify(directory, Verifier.Options.DEFAULT);
        out.println("       countersign evidence verify " + directory);
        out.println("       " + report.size() + " records, " + report.trust());
        report.findings().forEach(finding -> out.println("       " + finding));
        check(report.exitCode() == 0, "the log verifies");
    }

    private void tamper() throws IOException {
        var copy = directory.resolve("tampered");
        LiveLog.copy(directory.resolve("evidence"), copy.resolve("evidence"));
        check(
                Verifier.verify(copy, Verifier.Options.DEFAULT).exitCode() == 0,
                "the untouched copy verifies");
        // of the parts at the right edge only the one that the checkpoint names is covered by it
        var log = copy.resolve("evidence/log");
        long size = Long.parseLong(Files.readAllLines(log.resolve("checkpoint")).get(1));
        var bundle = log.resolve("tile/entries/" + (size < 256 ? "000.p/" + size : "000"));
        var bytes = Files.readAllBytes(bundle);
        bytes[bytes.length / 2] ^= 1;
        Files.write(bundle, bytes);
        var report = Verifier.verify(copy, Verifier.Options.DEFAULT);
        report.findings().stream().limit(2).forEach(finding -> out.println("       " + finding));
        check(report.exitCode() == 7, "one flipped byte is found");
    }

    // ---- how it is told

    private interface Act {
        void play() throws Exception;
    }

    private void act(String number, String title, Act act) throws Exception {
        out.println("  act " + number + "  " + title);
        act.play();
        out.println();
    }

    private void say(String sql) {
        out.println("  eve  " + sql);
    }

    private void check(boolean held, String promise) {
        if (!held) {
            broken.add(promise);
            out.println("       ✗ " + promise);
        }
    }

    private void line(String what, String where, long began) {
        out.printf(
                Locale.ROOT,
                "  ✓ %-10s %-50s %4.1f s%n",
                what,
                where,
                (System.nanoTime() - began) / 1_000_000_000.0);
    }

    private static String firstLine(SQLException refused) {
        return String.valueOf(refused.getMessage()).lines().findFirst().orElse("");
    }

    /// The wanted port, or the next free one, with a word.
    private int free(String what, int wanted) throws IOException {
        for (int port = wanted; port < wanted + PORTS_TRIED; port++) {
            try (var probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (port != wanted) {
                    out.println(
                            "  ! "
                                    + what
                                    + "   port "
                                    + wanted
                                    + " is taken, using "
                                    + probe.getLocalPort());
                }
                return port;
            } catch (IOException taken) {
                if (port == wanted + PORTS_TRIED - 1) {
                    throw new IOException("no free port between " + wanted + " and " + port, taken);
                }
            }
        }
        throw new IOException("no free port at " + wanted);
    }

    private static String randomWord() {
        var letters = "abcdefghijkmnpqrstuvwxyz23456789";
        var random = new SecureRandom();
        var out = new StringBuilder();
        for (int i = 0; i < 32; i++) {
            out.append(letters.charAt(random.nextInt(letters.length())));
        }
        return out.toString();
    }

    private static void secretFile(Path file, String content) throws IOException {
        Files.deleteIfExists(file);
        Files.createFile(
                file,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content, StandardCharsets.UTF_8);
    }

    /// Removes everything under `directory`, which the demo made.
    public static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        for (var part : open.reversed()) {
            try {
                part.close();
            } catch (IOException e) {
                throw e;
            } catch (Exception e) {
                throw new IOException("a part of the demo did not stop", e);
            }
        }
    }
}
