package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// One program for each driver, run against PostgreSQL and through the gateway, is told the same:
/// line by line, but for what `quality/drivers/differences.txt` names with its reason. Through the
/// gateway it runs twice: on a target where nothing is labelled (`plain`), and on one with labels
/// (`shop`). Here those that are on the machine anyhow; `quality/drivers/run` brings all of them
/// (`-Dcountersign.drivers=DIR`).
class DriverMatrixTest {
    private static final String INSTALLED = System.getProperty("countersign.drivers", "");
    private static final Path PROGRAMS = Path.of("..", "drivers");
    private static final long LONGEST_SECONDS = 180;

    private static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - {name: writes, on: [sql], when: "stmt.verb == 'write' && stmt.tables.all(t, t in ['public.things', 'public.parts'])", allow: true}
            - {name: bounded, on: [sql], when: "stmt.effects.exists(e, e in ['update', 'delete']) && (!stmt.has_where || stmt.where_is_tautology)", deny: UPDATE and DELETE must be restricted.}
            - {name: scratch, on: [sql], when: "stmt.verb == 'define' && stmt.tables.all(t, t.contains('scratch'))", allow: true}
            - {name: channels, on: [sql], when: "stmt.effects.all(e, e == 'privilege') && action.resources.all(r, r == 'channel:jobs')", allow: true}
            """;

    @TempDir static Path directory;

    /// By name, the commands of those that this machine has.
    private static Map<String, List<String>> drivers() {
        var out = new LinkedHashMap<String, List<String>>();
        out.put(
                "pgjdbc",
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "dev.countersign.system.MatrixJdbc",
                        PROGRAMS.toString()));
        if (runs("psql", "--version")) {
            out.put("psql", List.of("bash", program("with_psql")));
        }
        if (!INSTALLED.isEmpty()) {
            var installed = Path.of(INSTALLED);
            var python = installed.resolve("python/bin/python").toString();
            out.put("psycopg", List.of(python, program("with_psycopg.py")));
            out.put("asyncpg", List.of(python, program("with_asyncpg.py")));
            out.put("SQLAlchemy", List.of(python, program("with_sqlalchemy.py")));
            out.put("node-postgres", List.of("node", program("with_node_postgres.js")));
            out.put("pgx", List.of(installed.resolve("pgx").toString(), PROGRAMS.toString()));
            if (Boolean.getBoolean(
                    "countersign.drivers.dump")) { // it must be no older than the server
                out.put("pg_dump", List.of("bash", program("with_pg_dump")));
            }
        }
        var only = System.getProperty("countersign.drivers.only", "");
        if (!only.isEmpty()) {
            out.keySet().retainAll(List.of(only.split(",")));
        }
        return out;
    }

    private static String program(String name) {
        return PROGRAMS.resolve(name).toString();
    }

    private static boolean runs(String... command) {
        try {
            return new ProcessBuilder(command)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Test
    @Timeout(value = 30, unit = TimeUnit.MINUTES) // for as many drivers as were installed
    void drivers_are_told_the_same_as_without_the_gateway() throws Exception {
        try (var house = new House(directory, POLICY)) {
            house.set("listen-channels: [jobs]");
            house.withoutLabels();
            var known = Difference.all();
            var table = new ArrayList<String>();
            var problems = new ArrayList<String>();
            for (var driver : drivers().entrySet()) {
                var direct = heard(house, driver, "");
                for (var target : List.of("plain", "shop")) {
                    var through = heard(house, driver, target);
                    var compared = Compared.of(driver.getKey(), target, direct, through, known);
                    table.add(compared.row());
                    problems.addAll(compared.problems());
                }
            }
            house.stop();

            var all = new ArrayList<>(table);
            all.addAll(problems);
            if (INSTALLED.isEmpty()) {
                all.forEach(System.out::println);
            } else {
                Files.write(Path.of(INSTALLED).resolve("table.txt"), all);
            }
            assertThat(problems).isEmpty();
            var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
            assertThat(report.exitCode()).as(report.findings().toString()).isZero();
            house.start();
        }
    }

    private static void tables(House house) throws IOException, SQLException {
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute(Files.readString(PROGRAMS.resolve("schema.sql")));
        }
    }

    /// All that the program prints.
    ///
    /// @param target of the gateway; empty for none
    private static List<String> heard(
            House house, Map.Entry<String, List<String>> driver, String target)
            throws IOException, SQLException, InterruptedException {
        tables(house);
        house.restart(); // the catalogue knows them
        var name = driver.getKey() + (target.isEmpty() ? ".direct" : ".gateway-" + target);
        var folder = INSTALLED.isEmpty() ? directory : Path.of(INSTALLED);
        var out = folder.resolve(name + ".txt");
        var builder =
                new ProcessBuilder(driver.getValue())
                        .redirectOutput(out.toFile())
                        .redirectError(folder.resolve(name + ".log").toFile());
        builder.environment().putAll(environment(house, target));
        var process = builder.start();
        if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            Files.writeString(
                    out,
                    "ended: no, not in " + LONGEST_SECONDS + " s\n",
                    java.nio.file.StandardOpenOption.APPEND);
        }
        return Files.readAllLines(out, StandardCharsets.UTF_8);
    }

    private static Map<String, String> environment(House house, String target) {
        boolean direct = target.isEmpty();
        var port = direct ? house.database.getPort() : house.port;
        return Map.ofEntries(
                Map.entry("PGHOST", "127.0.0.1"),
                Map.entry("PGPORT", Integer.toString(port)),
                Map.entry("PGDATABASE", direct ? "shop" : target),
                Map.entry("PGUSER", direct ? House.ROLE : "eve"),
                Map.entry("PGPASSWORD", direct ? house.rolePassword() : house.token()),
                Map.entry("PGSSLMODE", "verify-full"),
                Map.entry("PGSSLROOTCERT", house.certificates.ca.toString()),
                Map.entry("PGAPPNAME", "matrix"),
                Map.entry("PGTZ", "UTC"),
                Map.entry("TZ", "UTC"),
                Map.entry("PYTHONIOENCODING", "utf-8"),
                Map.entry("NODE_PATH", Path.of(INSTALLED).resolve("node_modules").toString()));
    }

    /// A difference that is as it should be.
    ///
    /// @param target of the gateway, or `*` for each
    /// @param driver its name, or `*` for each
    /// @param line the name of its line; `*` in it stands for anything
    record Difference(String target, String driver, String line, String reason) {
        static List<Difference> all() throws IOException {
            var out = new ArrayList<Difference>();
            for (var text : Files.readAllLines(PROGRAMS.resolve("differences.txt"))) {
                if (!text.isBlank() && !text.startsWith("#")) {
                    var words = text.split(" +", 4);
                    out.add(new Difference(words[0], words[1], words[2], words[3]));
                }
            }
            return out;
        }

        boolean explains(String target, String driver, String line) {
            return (this.target.equals("*") || this.target.equals(target))
                    && (this.driver.equals("*") || this.driver.equals(driver))
                    && line.matches(this.line.replace(".", "\\.").replace("*", ".*"));
        }
    }

    /// @param row of the table
    /// @param problems each difference that nothing explains
    record Compared(String row, List<String> problems) {
        static Compared of(
                String driver,
                String target,
                List<String> direct,
                List<String> through,
                List<Difference> known) {
            var before = named(direct);
            var after = named(through);
            var names = new TreeSet<>(before.keySet());
            names.addAll(after.keySet());
            var problems = new ArrayList<String>();
            var used = new TreeSet<String>();
            int equal = 0;
            for (var name : names) {
                var one = before.getOrDefault(name, "(nothing)");
                var other = after.getOrDefault(name, "(nothing)");
                var reason =
                        known.stream().filter(k -> k.explains(target, driver, name)).findFirst();
                if (one.equals(other)) {
                    equal++;
                } else if (reason.isPresent()) {
                    used.add(name);
                } else {
                    problems.add(
                            "%s, %s, %s:\n  direct:  %s\n  gateway: %s"
                                    .formatted(driver, target, name, cut(one), cut(other)));
                }
            }
            if (!before.containsKey("end")) {
                problems.add(driver + ": the program did not come to its end without the gateway");
            }
            var row =
                    "%-14s %-5s %-36s %4d lines, %4d equal, %3d differ as named: %s"
                            .formatted(
                                    driver,
                                    target,
                                    before.getOrDefault("version", ""),
                                    names.size(),
                                    equal,
                                    used.size(),
                                    problems.isEmpty() ? "ok" : "FAIL (" + problems.size() + ")");
            return new Compared(row + used(used), problems);
        }

        private static String used(TreeSet<String> used) {
            return used.isEmpty() ? "" : "\n    " + String.join(", ", used);
        }

        /// Lines by their names; a line without one belongs to the one before it.
        private static Map<String, String> named(List<String> lines) {
            var out = new LinkedHashMap<String, String>();
            var name = "";
            for (var line : lines) {
                int colon = line.indexOf(": ");
                if (colon > 0 && line.substring(0, colon).matches("[a-z][-A-Za-z0-9._]*")) {
                    name = line.substring(0, colon);
                    out.merge(name, line.substring(colon + 2), (a, b) -> a + "\n" + b);
                } else {
                    out.merge(name, line, (a, b) -> a + "\n" + b);
                }
            }
            return out;
        }

        private static String cut(String text) {
            return text.length() <= 600 ? text : text.substring(0, 600) + "…";
        }
    }
}
