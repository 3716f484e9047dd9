package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.system.HeldCases.Case;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Drivers as they are out of the box stand still for people, and tell each of the five answers as
/// an error of its own kind. Here those that are on the machine anyhow, and short holds;
/// `quality/holds/run` brings more drivers (`-Dcountersign.holds=DIR`) and holds for longer
/// (`-Dcountersign.holds.seconds=90`).
class DriversHeldTest {
    private static final String INSTALLED = System.getProperty("countersign.holds", "");
    private static final Duration HELD =
            Duration.ofSeconds(Integer.getInteger("countersign.holds.seconds", 1));
    private static final Path PROGRAMS = Path.of("..", "holds");

    @TempDir static Path directory;

    private final Map<String, Map<Case, String>> table = new TreeMap<>();

    private interface Connects {
        HeldDriver connect() throws IOException, SQLException;
    }

    /// By name, those that this machine has.
    private static Map<String, Connects> drivers(House house) {
        var out = new LinkedHashMap<String, Connects>();
        out.put(
                "pgjdbc",
                () ->
                        new HeldDriver.Jdbc(
                                house.connectAs(house.token("pgjdbc"), "user", "pgjdbc")));
        if (runs("psql", "--version") && runs("script", "--version")) {
            out.put("psql", () -> new HeldDriver.Psql(environment(house, "psql")));
        }
        if (!INSTALLED.isEmpty()) {
            var installed = Path.of(INSTALLED);
            var python = installed.resolve("python/bin/python").toString();
            out.put("psycopg", program(house, "psycopg", python, "with_psycopg.py"));
            out.put("asyncpg", program(house, "asyncpg", python, "with_asyncpg.py"));
            out.put(
                    "node-postgres",
                    program(house, "node-postgres", "node", "with_node_postgres.js"));
            out.put("pgx", program(house, "pgx", installed.resolve("pgx").toString()));
        } else if (runs("python3", "-c", "import psycopg")) {
            out.put("psycopg", program(house, "psycopg", "python3", "with_psycopg.py"));
        }
        return out;
    }

    private static Connects program(House house, String name, String... command) {
        var whole = new ArrayList<>(List.of(command));
        if (whole.size() > 1) {
            whole.add(PROGRAMS.resolve(whole.removeLast()).toString());
        }
        return () ->
                new HeldDriver.Program(
                        whole, environment(house, name), directory.resolve(name + ".log"));
    }

    private static boolean runs(String... command) {
        try {
            var process =
                    new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static Map<String, String> environment(House house, String agent) {
        return Map.of(
                "PGHOST",
                "127.0.0.1",
                "PGPORT",
                Integer.toString(house.port),
                "PGDATABASE",
                "shop",
                "PGUSER",
                agent,
                "PGPASSWORD",
                house.token(agent),
                "PGSSLMODE",
                "verify-full",
                "PGSSLROOTCERT",
                house.certificates.ca.toString(),
                "NODE_PATH",
                Path.of(INSTALLED).resolve("node_modules").toString());
    }

    @Test
    @Timeout(value = 5, unit = TimeUnit.MINUTES) // for as long a hold as is asked for
    void drivers_stand_still_and_are_told_what_people_decided() throws Exception {
        try (var house = new House(directory, HeldCases.POLICY)) {
            var drivers = drivers(house);
            tables(house, drivers.keySet());

            holds(house, "10m", "10m");
            together(house, drivers, false);
            holds(house, "2s", "1s");
            together(house, drivers, true);
            house.stop();

            print();
            assertThat(problems()).isEmpty();
            assertThat(ran(house)).isEqualTo(wanted(drivers));
            var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
            assertThat(report.exitCode()).as(report.findings().toString()).isZero();
            house.start();
        }
    }

    private static void tables(House house, Iterable<String> drivers) throws SQLException {
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            for (var one : Case.values()) {
                statement.execute(
                        "CREATE TABLE " + one.table() + " (driver text PRIMARY KEY, n int)");
                statement.execute("GRANT SELECT, UPDATE ON " + one.table() + " TO agent");
                for (var driver : drivers) {
                    statement.execute(
                            "INSERT INTO " + one.table() + " VALUES ('" + driver + "', 0)");
                }
            }
        }
    }

    private static void holds(House house, String hold, String inTransaction) throws IOException {
        house.sayOnce("reviews: {hold: " + hold + ", hold-in-transaction: " + inTransaction + "}");
        house.restart();
    }

    /// All drivers at once, each on one connection.
    private void together(House house, Map<String, Connects> drivers, boolean shortHolds)
            throws InterruptedException {
        var threads = new ArrayList<Thread>();
        drivers.forEach((name, connects) ->
                threads.add(
                        Thread.ofPlatform()
                                .start(() -> through(house, name, connects, shortHolds))));
        for (var thread : threads) {
            thread.join();
        }
    }

    private void through(House house, String name, Connects connects, boolean shortHolds) {
        var cases = List.of(Case.values()).stream().filter(c -> c.wantsShortHolds() == shortHolds);
        try (var connection = connects.connect()) {
            var all = new HeldCases(house, name, connection);
            cases.forEach(one -> note(name, one, outcome(all, one)));
        } catch (IOException | SQLException e) {
            note(name, Case.APPROVED, "no connection: " + e);
        }
    }

    private static String outcome(HeldCases all, Case one) {
        try {
            return all.go(one, HELD);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "interrupted";
        } catch (Exception e) {
            return e.toString();
        }
    }

    private void note(String driver, Case one, String wrong) {
        synchronized (table) {
            table.computeIfAbsent(driver, _ -> new TreeMap<>()).put(one, wrong);
        }
    }

    private void print() throws IOException {
        var out = new StringBuilder();
        out.append("%-15s".formatted("held " + HELD.toSeconds() + " s"));
        for (var one : Case.values()) {
            out.append("%-24s".formatted(one.table()));
        }
        out.append('\n');
        table.forEach((driver, cases) -> {
            out.append("%-15s".formatted(driver));
            for (var one : Case.values()) {
                var wrong = cases.getOrDefault(one, "not reached");
                out.append("%-24s".formatted(wrong.isEmpty() ? "ok" : "FAIL"));
            }
            out.append('\n');
        });
        problems().forEach(problem -> out.append(problem).append('\n'));
        if (INSTALLED.isEmpty()) {
            System.out.print(out);
        } else {
            Files.writeString(Path.of(INSTALLED).resolve("table.txt"), out);
        }
    }

    private List<String> problems() throws IOException {
        var out = new ArrayList<String>();
        for (var driver : table.entrySet()) {
            for (var one : driver.getValue().entrySet()) {
                if (!one.getValue().isEmpty()) {
                    var log = directory.resolve(driver.getKey() + ".log");
                    out.add(
                            driver.getKey()
                                    + ", "
                                    + one.getKey().table()
                                    + ": "
                                    + one.getValue()
                                    + (Files.exists(log) ? "\n" + Files.readString(log) : ""));
                }
            }
        }
        return out;
    }

    private static List<String> ran(House house) throws SQLException {
        var out = new ArrayList<String>();
        try (var owner = house.direct()) {
            for (var one : Case.values()) {
                out.addAll(
                        SpineTest.column(
                                owner,
                                "SELECT '"
                                        + one.table()
                                        + " ' || driver || ' ' || n FROM "
                                        + one.table()
                                        + " ORDER BY driver COLLATE \"C\""));
            }
        }
        return out;
    }

    /// What was approved reached the database, once; nothing else did.
    private static List<String> wanted(Map<String, Connects> drivers) {
        var out = new ArrayList<String>();
        for (var one : Case.values()) {
            drivers.keySet().stream()
                    .sorted()
                    .forEach(driver -> out.add(one.table() + " " + driver + " " + one.ran()));
        }
        return out;
    }
}
