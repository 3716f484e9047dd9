package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Clients that are no Java: psql, and psycopg with its newer libpq.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ClientsTest {
    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void start() throws Exception {
        house = new House(directory, SpineTest.POLICY);
    }

    @AfterAll
    void stop() throws Exception {
        house.close();
    }

    private static void need(String program, String... arguments) {
        try {
            var command = new java.util.ArrayList<>(List.of(program));
            command.addAll(List.of(arguments));
            var process =
                    new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            Assumptions.assumeTrue(process.waitFor() == 0, program + " is not usable here");
        } catch (java.io.IOException e) {
            Assumptions.abort(program + " is not here");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void psql_works_as_if_nothing_stood_between() throws Exception {
        need("psql", "--version");

        var out =
                house.psql(
                        house.token(),
                        """
                        \\set VERBOSITY verbose
                        \\conninfo
                        \\dt
                        \\d customers
                        \\d+ orders
                        \\dv
                        \\df
                        \\dn
                        SELECT 1 + 1 AS two;
                        SELECT id, ssn, card FROM customers ORDER BY id;
                        SELECT id FROM orders WHERE id < 4 \\; SELECT 'second' AS of_two;
                        DELETE FROM orders;
                        SELECT nonsense FROM;
                        SELECT 1 / 0;
                        \\echo done
                        """);

        assertThat(out)
                .contains("customers")
                .contains("ssn")
                .contains("of_two")
                .contains("ZC010")
                .contains("must be restricted")
                .contains("division by zero")
                .contains("done")
                .contains("**** **** **** 9017")
                .doesNotContain(House.CANARY_SSN)
                .doesNotContain("server closed the connection");
        assertThat(out.lines().filter(line -> line.startsWith("ERROR")).count())
                .as(out)
                .isEqualTo(3);
    }

    @Test
    void psql_keeps_savepoints_with_on_error_rollback() throws Exception {
        need("psql", "--version");

        var out =
                house.psql(
                        house.token(),
                        """
                        \\set ON_ERROR_ROLLBACK on
                        BEGIN;
                        UPDATE orders SET note = 'psql' WHERE id = 41;
                        DELETE FROM orders;
                        UPDATE orders SET status = 'psql' WHERE id = 41;
                        COMMIT;
                        SELECT note, status FROM orders WHERE id = 41;
                        """);

        assertThat(out).contains("psql | psql").contains("must be restricted");
    }

    @Test
    void psql_copies_and_large_objects_are_refused() throws Exception {
        need("psql", "--version");

        var out =
                house.psql(
                        house.token(),
                        """
                        \\set VERBOSITY verbose
                        \\copy (SELECT id, ssn FROM customers ORDER BY id LIMIT 1) TO STDOUT
                        COPY orders (id, note) FROM STDIN;
                        9001\tfrom psql
                        \\.
                        SELECT note FROM orders WHERE id = 9001;
                        SELECT lo_get(1);
                        SELECT 'still here' AS note;
                        """);

        assertThat(out)
                .contains("1\t[pii.ssn]")
                .contains("from psql")
                .contains("ZC012")
                .contains("still here");
    }

    @Test
    void psycopg_pipelines_prepares_and_streams() throws Exception {
        need("python3", "-c", "import psycopg");
        var script = directory.resolve("client.py");
        Files.writeString(
                script,
                """
                import os, psycopg
                dsn = os.environ["DSN"]
                with psycopg.connect(dsn, autocommit=True) as conn:
                    cur = conn.cursor()
                    print(cur.execute("SELECT name, ssn, card FROM customers ORDER BY id").fetchall())
                    cur = conn.cursor(binary=True)
                    for _ in range(8):
                        print(cur.execute("SELECT id, dob, ssn FROM customers WHERE id = %s", (1,)).fetchall())
                    with conn.pipeline():
                        curs = [conn.execute("SELECT %s::int", (i,)) for i in range(50)]
                    print(sum(c.fetchone()[0] for c in curs))
                    try:
                        with conn.pipeline() as p:
                            conn.execute("UPDATE orders SET note = 'p' WHERE id = 51")
                            conn.execute("DELETE FROM orders")
                            conn.execute("SELECT 1")
                            p.sync()
                    except psycopg.Error as e:
                        print("refused", e.sqlstate, e.diag.message_primary)
                    print(conn.execute("SELECT note FROM orders WHERE id = 51").fetchall())
                    print(len(list(conn.cursor().stream("SELECT generate_series(1, 5000)"))))
                    conn.execute("SET TIME ZONE 'Asia/Tokyo'")
                    print(conn.execute("SHOW timezone").fetchone())
                    with conn.transaction():
                        with conn.cursor(name="c") as named:
                            named.execute("SELECT id, ssn FROM customers ORDER BY id")
                            print(named.fetchmany(2))
                print("libpq", psycopg.pq.version(), "done")
                """);

        var out = house.python(script);

        assertThat(out)
                .contains("1225")
                .contains("refused ZC010")
                .contains("[('note 51',)]")
                .contains("5000")
                .contains("Asia/Tokyo")
                .contains("done")
                .contains("**** **** **** 9017")
                .doesNotContain("536-90")
                .doesNotContain("1990, 5, 17")
                .doesNotContain("Traceback");
    }

    @Test
    void psycopg_reads_masked_cells_of_every_type_in_both_formats() throws Exception {
        need("python3", "-c", "import psycopg");
        var script = directory.resolve("typed.py");
        Files.writeString(
                script,
                """
                import os, psycopg
                seen = []
                with psycopg.connect(os.environ["DSN"], autocommit=True) as conn:
                    conn.execute("SET TIME ZONE 'UTC'")
                    for binary in (False, True):
                        cur = conn.cursor(binary=binary)
                        seen.append(cur.execute("SELECT * FROM typed WHERE id = %s", (1,)).fetchall())
                        print(cur.execute("SELECT * FROM typed WHERE id = %s", (4,)).fetchall())
                    print(seen[0])
                    print("the same", seen[0] == seen[1])
                    for style in ("SQL, DMY", "Postgres, MDY", "German"):
                        conn.execute("SET DateStyle = '" + style + "'")
                        print(conn.execute("SELECT day, born FROM typed WHERE id = 1").fetchall())
                """);

        var out = house.python(script);

        assertThat(out)
                .contains("the same True")
                .contains("datetime.date(1984, 1, 1), Decimal('50000.00'), 'cs1_")
                .contains("['****me', None, '*, \"*\"'], [500, None, -100], 'n/a  '")
                .contains("(4, " + "None, ".repeat(18) + "None)")
                .doesNotContain("Traceback")
                .doesNotContain("sesame")
                .doesNotContain("5369");
        assertThat(
                        out.lines()
                                .filter(line ->
                                        line.equals(
                                                "[(datetime.date(2000, 1, 1), datetime.date(1984,"
                                                        + " 1, 1))]"))
                                .count())
                .as(out)
                .isEqualTo(3);
    }
}
