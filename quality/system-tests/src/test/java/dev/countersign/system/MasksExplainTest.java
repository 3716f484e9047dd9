package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.model.Json;
import dev.countersign.postgres.Explanation;
import dev.countersign.postgres.Explanation.Happens;
import dev.countersign.server.NoSuchTarget;
import dev.countersign.server.Preview;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// `countersign masks explain` against a real target: what it says is what the gateway does.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MasksExplainTest {
    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void start() throws Exception {
        house = new House(directory, SpineTest.POLICY);
        SpineTest.await(this::letsIn);
    }

    @AfterAll
    void stop() throws Exception {
        house.close();
    }

    /// The issuer's keys have come.
    private boolean letsIn() {
        try (var connection = house.connect()) {
            return connection.isValid(10);
        } catch (SQLException e) {
            return false;
        }
    }

    private Explanation explain(String sql) throws IOException {
        return Preview.explain(house.config(), "shop", sql);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id, lower(email), ssn, card AS c, 1 + 1 FROM customers ORDER BY id",
                "SELECT * FROM customers ORDER BY id",
                "SELECT who, reach, id * 2 FROM contacts ORDER BY id",
                "WITH w (a, b) AS (SELECT name, dob FROM customers ORDER BY id) SELECT b, a FROM w",
                "SELECT o.id, c.ssn FROM orders o JOIN customers c ON c.id = o.customer_id"
                        + " ORDER BY o.id LIMIT 5",
                "SELECT (SELECT email FROM customers WHERE id = 1) AS one, note FROM orders"
                        + " ORDER BY id LIMIT 3",
                "SELECT amount::text, coalesce(note, '') FROM orders ORDER BY id LIMIT 3",
            })
    void what_comes_out_of_the_gateway_is_what_was_explained(String sql) throws Exception {
        var told = explain(sql).statements().getFirst();
        var clear = result(house.direct(), sql);
        var seen = result(house.connect(), sql);

        assertThat(told.refused()).isEmpty();
        assertThat(told.provenRead()).isTrue();
        assertThat(told.more()).isFalse();
        assertThat(seen.getFirst()).hasSize(told.columns().size());
        for (int i = 0; i < told.columns().size(); i++) {
            int at = i;
            var column = told.columns().get(at);
            var was = clear.stream().skip(1).map(row -> row.get(at)).toList();
            var is = seen.stream().skip(1).map(row -> row.get(at)).toList();
            if (!column.name().isEmpty()) {
                assertThat(seen.getFirst().get(at)).isEqualTo(column.name());
            }
            switch (column.happens()) {
                case Happens.AsItIs _ -> assertThat(is).isEqualTo(was);
                case Happens.Constant _ -> assertThat(is).as(column.name()).containsOnly("null");
                case Happens.Masked _ -> {
                    assertThat(is).doesNotContainAnyElementsOf(without(was));
                    assertThat(is.indexOf("null")).isEqualTo(was.indexOf("null"));
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM customers WHERE ssn > '5'",
                "SELECT ssn::int FROM customers",
                "SELECT id FROM customers ORDER BY card",
                "SELECT peek(1)",
                "SELECT * FROM nowhere",
                "EXPLAIN SELECT ssn FROM customers",
                "SET search_path = elsewhere",
                "ALTER TABLE customers ADD COLUMN more int",
                "COPY orders TO '/tmp/orders'",
                "EXECUTE nobody",
                "SELECT ssn FORM customers",
            })
    void what_is_refused_is_refused_with_the_gateways_own_words(String sql) throws Exception {
        var refused = explain(sql).statements().getFirst().refused().orElseThrow();

        try (var connection = house.connect("preferQueryMode", "simple")) {
            var failure = catchThrowableOfType(SQLException.class, () -> execute(connection, sql));
            assertThat(failure.getSQLState()).isEqualTo(refused.code());
            assertThat(failure.getMessage())
                    .contains(refused.refusal().message(), refused.refusal().hint());
        }
    }

    @Test
    void each_statement_is_told_as_if_those_before_it_had_run() throws IOException {
        var told =
                explain(
                        """
                        PREPARE p AS SELECT ssn FROM customers;
                        EXECUTE p;
                        UPDATE orders SET note = 'x' WHERE id = 1 RETURNING note;
                        SELECT count(*) FROM customers WHERE dob > '1990-01-01'
                        """);

        assertThat(told.refused()).isTrue();
        assertThat(told.statements().stream().map(Explanation.Told::text).toList())
                .containsExactly(
                        "PREPARE p AS SELECT ssn FROM customers",
                        "EXECUTE p",
                        "UPDATE orders SET note = 'x' WHERE id = 1 RETURNING note",
                        "SELECT count(*) FROM customers WHERE dob > '1990-01-01'");
        assertThat(told.statements().stream().map(one -> one.refused().isPresent()).toList())
                .containsExactly(false, false, false, true);
        assertThat(told.statements().get(1).columns())
                .extracting(Explanation.Column::happens)
                .containsExactly(new Happens.Masked("public.customers.ssn", "pii.ssn", "redact"));
        assertThat(told.statements().get(2).tables()).containsExactly("public.orders");
        assertThat(told.statements().get(2).provenRead()).isFalse();
    }

    @Test
    void cursors_hidden_columns_and_queries_that_come_later_are_told_too() throws IOException {
        var told =
                explain(
                        """
                        DECLARE c CURSOR FOR SELECT email FROM customers;
                        FETCH c;
                        SELECT attmissingval FROM pg_attribute;
                        WITH RECURSIVE a AS (SELECT * FROM b), b AS (SELECT ssn FROM customers) SELECT * FROM a;
                        SHOW server_version
                        """);

        assertThat(told.refused()).isFalse();
        assertThat(told.statements().get(1).columns())
                .extracting(Explanation.Column::happens)
                .containsExactly(
                        new Happens.Masked("public.customers.email", "pii.email", "redact"));
        assertThat(told.statements().get(2).columns())
                .extracting(Explanation.Column::happens)
                .containsExactly(
                        new Happens.Masked(
                                "pg_catalog.pg_attribute.attmissingval",
                                "system.hidden",
                                "redact"));
        assertThat(told.statements().get(3).columns())
                .singleElement()
                .extracting(Explanation.Column::happens)
                .isInstanceOf(Happens.Constant.class);
        assertThat(told.statements().get(4).columns()).isEmpty();
        assertThat(told.statements().get(4).more()).isTrue();
    }

    @Test
    void the_command_prints_it_and_leaves_the_target_as_it_was() throws Exception {
        var ran =
                run(
                        "shop",
                        "SELECT id, lower(email), card FROM customers;"
                                + " DELETE FROM orders WHERE id = 1 RETURNING note");

        assertThat(ran.out())
                .contains("  read, proven to have no effect; tables: public.customers")
                .contains("  1  id     as it is      public.customers.id, nothing labels it")
                .contains("  2  lower  one constant  made of public.customers.email (pii.email)")
                .contains("  3  card   masked        public.customers.card · pci.pan")
                .contains("  write (delete), not proven to be a read; tables: public.orders")
                .contains("  1  note  as it is      public.orders.note, nothing labels it");
        assertThat(ran.exit()).as(ran.err()).isZero();
        assertThat(ran.err()).doesNotContain("Exception");
        assertThat(result(house.direct(), "SELECT id FROM orders WHERE id = 1")).hasSize(2);
    }

    @Test
    void a_refused_statement_ends_with_7_and_is_one_object_for_machines() throws Exception {
        var ran = run("--json", "shop", "SELECT id FROM customers WHERE ssn > '5'");

        assertThat(ran.exit()).as(ran.err()).isEqualTo(7);
        var json = (Json.Obj) Json.parse(ran.out().strip());
        assertThat(json.get("allowed")).contains(Json.of(false));
        assertThat(ran.out()).contains("\"code\":\"ZC012\"", "\"reason\":\"unmaskable\"");
    }

    @Test
    void a_target_that_is_not_there_is_a_slip() throws Exception {
        var ran = run("shpo", "SELECT 1");

        assertThat(ran.exit()).isEqualTo(2);
        assertThat(ran.err()).contains("there is no target `shpo`; there are [shop]");
        assertThatThrownBy(() -> Preview.explain(house.config(), "shpo", "SELECT 1"))
                .isInstanceOf(NoSuchTarget.class);
    }

    @Test
    void a_target_that_cannot_be_reached_or_does_not_let_in_is_told_in_one_line()
            throws IOException {
        var yaml = Files.readString(house.config());
        var port = Integer.toString(house.database.getPort());
        var nobody =
                Files.writeString(
                        directory.resolve("nobody.yaml"),
                        yaml.replace(":" + port, ":" + House.freePort()));
        Files.copy(directory.resolve("shop.secret"), directory.resolve("wrong.secret"));
        Files.writeString(directory.resolve("wrong.secret"), "hunter2");
        var wrong =
                Files.writeString(
                        directory.resolve("wrong.yaml"),
                        yaml.replace("file:shop.secret", "file:wrong.secret"));
        for (var config : List.of(nobody, wrong)) {
            assertThatThrownBy(() -> Preview.explain(config, "shop", "SELECT 1"))
                    .as(config.toString())
                    .message()
                    .startsWith("the catalogue of target shop cannot be read: ")
                    .doesNotContain("hunter2", "Exception", "null", "\n");
        }
    }

    @Test
    void a_secret_that_is_not_there_is_told_by_its_place() throws Exception {
        var yaml = Files.readString(house.config());
        var without =
                Files.writeString(
                        directory.resolve("without.yaml"),
                        yaml.replace("file:shop.secret", "file:gone.secret"));

        var ran = run(without, "shop", "SELECT 1");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.err())
                .startsWith("explain: ")
                .contains("gone.secret does not exist")
                .doesNotContain("Exception", "\tat ");
    }

    @Test
    void a_configuration_that_is_wrong_is_told_with_all_that_is_wrong() throws Exception {
        var wrong =
                Files.writeString(
                        directory.resolve("slips.yaml"),
                        Files.readString(house.config())
                                .replace("data-dir:", "datadir:")
                                .replace("role:", "rule:"));

        var ran = run(wrong, "shop", "SELECT 1");

        assertThat(ran.exit()).isEqualTo(1);
        assertThat(ran.err())
                .contains("did you mean `data-dir`?", "did you mean `role`?")
                .doesNotContain("Exception", "\tat ");
    }

    // ---- the command, as a shell runs it

    private record Ran(int exit, String out, String err) {}

    private Ran run(String... args) throws IOException, InterruptedException {
        return run(house.config(), args);
    }

    private static Ran run(Path config, String... args) throws IOException, InterruptedException {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "--enable-native-access=ALL-UNNAMED",
                                "--sun-misc-unsafe-memory-access=allow",
                                "-XX:TieredStopAtLevel=1",
                                "-Dstdout.encoding=UTF-8",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.countersign.cli.Countersign",
                                "masks",
                                "explain",
                                "--config",
                                config.toString()));
        command.addAll(List.of(args));
        var err = directory.resolve("err.txt");
        var process = new ProcessBuilder(command).redirectError(err.toFile()).start();
        process.getOutputStream().close();
        var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ran(process.waitFor(), out, Files.readString(err));
    }

    // ---- results

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The names of the columns, and behind them the rows.
    private static List<List<String>> result(Connection connection, String sql)
            throws SQLException {
        try (connection;
                var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            int columns = rows.getMetaData().getColumnCount();
            var out = new ArrayList<List<String>>();
            var names = new ArrayList<String>();
            for (int i = 1; i <= columns; i++) {
                names.add(rows.getMetaData().getColumnLabel(i));
            }
            out.add(names);
            while (rows.next()) {
                var row = new ArrayList<String>();
                for (int i = 1; i <= columns; i++) {
                    row.add(String.valueOf(rows.getString(i)));
                }
                out.add(row);
            }
            return out;
        }
    }

    private static List<String> without(List<String> values) {
        return values.stream().filter(value -> !value.equals("null")).toList();
    }
}
