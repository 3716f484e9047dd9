package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/// COPY through the gateway, by pgjdbc's CopyManager.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CopyTest {
    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void open() throws Exception {
        house =
                new House(
                        directory,
                        SpineTest.POLICY
                                + "- {name: inbox, on: [sql], when: \"stmt.verb == 'write' && stmt.tables.all(t, t == 'public.inbox')\", allow: true}\n");
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE inbox (id int PRIMARY KEY, note text)");
            statement.execute("GRANT ALL ON inbox TO agent");
            // which a COPY of the whole table leaves out
            statement.execute(
                    "ALTER TABLE customers ADD COLUMN mail_lower text GENERATED ALWAYS AS (lower(email)) STORED");
        }
        house.restart();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private static CopyManager copies(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }

    private String out(String sql) throws Exception {
        try (var eve = house.connect()) {
            var bytes = new ByteArrayOutputStream();
            copies(eve).copyOut(sql, bytes);
            try (var statement = eve.createStatement();
                    var rows = statement.executeQuery("SELECT 1")) {
                assertThat(rows.next()).as("the session goes on").isTrue();
            }
            return bytes.toString(StandardCharsets.UTF_8);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY customers TO STDOUT",
                "COPY customers (id, ssn, card, email, dob) TO STDOUT (FORMAT csv, HEADER)",
                "COPY customers TO STDOUT (FORMAT binary)",
                "COPY (SELECT id, ssn AS a, upper(email), dob FROM customers) TO STDOUT",
                "COPY (SELECT ssn FROM customers) TO STDOUT WITH CSV",
                "COPY (TABLE contacts) TO STDOUT",
                "COPY (UPDATE customers SET name = name WHERE id = 1 RETURNING ssn, card) TO STDOUT"
            })
    void labelled_columns_are_masked(String sql) throws Exception {
        assertThat(out(sql)).isNotEmpty().doesNotContain(Tried.CANARIES);
    }

    @Test
    void what_is_masked_is_a_row_that_can_be_read_and_its_neighbours_are_as_they_were()
            throws Exception {
        assertThat(out("COPY (SELECT id, name, ssn FROM customers WHERE id = 1) TO STDOUT"))
                .isEqualTo("1\tAda\t[pii.ssn]\n");
        assertThat(
                        out(
                                "COPY (SELECT id, name, ssn FROM customers WHERE id = 1) TO STDOUT (FORMAT csv, HEADER)"))
                .isEqualTo("id,name,ssn\n1,Ada,\"[pii.ssn]\"\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "COPY (SELECT name FROM customers WHERE ssn LIKE '5%') TO STDOUT",
                "COPY (SELECT ssn::int FROM customers) TO STDOUT",
                "COPY customers TO STDOUT (DELIMITER 'x')",
                "COPY customers TO STDOUT (FORMAT csv, QUOTE '5')",
                "COPY customers TO STDOUT (NULL '536-90-4399')",
                "COPY customers TO STDOUT (ENCODING 'LATIN1')",
                "COPY customers TO '/tmp/x'",
                "COPY customers TO PROGRAM 'cat'",
                "COPY pg_stats TO STDOUT"
            })
    void what_cannot_be_masked_is_refused(String sql) {
        assertThatThrownBy(() -> out(sql))
                .isInstanceOfSatisfying(
                        SQLException.class,
                        refused ->
                                assertThat(refused.getSQLState())
                                        .as(refused.getMessage())
                                        .matches("ZC01[0-4]|0A000"));
    }

    @Test
    void tables_without_labels_are_copied_as_they_are() throws Exception {
        try (var owner = house.direct();
                var eve = house.connect()) {
            for (var sql :
                    new String[] {
                        "COPY (SELECT id, note FROM orders ORDER BY id LIMIT 50) TO STDOUT",
                        "COPY (SELECT id, note FROM orders ORDER BY id LIMIT 50) TO STDOUT (FORMAT binary)",
                        "COPY (SELECT id, note FROM orders ORDER BY id LIMIT 50) TO STDOUT (DELIMITER '|', NULL '-')"
                    }) {
                var direct = new ByteArrayOutputStream();
                var through = new ByteArrayOutputStream();
                copies(owner).copyOut(sql, direct);
                copies(eve).copyOut(sql, through);
                assertThat(through.toByteArray()).isEqualTo(direct.toByteArray());
            }
        }
    }

    @Test
    void rows_come_in_and_a_mistake_in_them_is_the_targets_error() throws Exception {
        try (var eve = house.connect()) {
            assertThat(
                            copies(eve)
                                    .copyIn(
                                            "COPY inbox FROM STDIN",
                                            new StringReader("1\ta\n2\tb\n")))
                    .isEqualTo(2);
            assertThatThrownBy(() ->
                            copies(eve)
                                    .copyIn("COPY inbox FROM STDIN", new StringReader("3\tc\nx\n")))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            error -> assertThat(error.getSQLState()).isEqualTo("22P02"));
            var cancelled = copies(eve).copyIn("COPY inbox FROM STDIN");
            cancelled.writeToCopy("4\td\n".getBytes(StandardCharsets.UTF_8), 0, 4);
            cancelled.cancelCopy();
            try (var statement = eve.createStatement();
                    var rows =
                            statement.executeQuery("SELECT count(*) FROM inbox WHERE id < 1000")) {
                rows.next();
                assertThat(rows.getInt(1)).isEqualTo(2);
            }
        }
    }

    @Test
    void many_rows_come_in_and_go_out() throws Exception {
        var rows = new StringBuilder();
        for (int i = 1_000; i < 101_000; i++) {
            rows.append(i).append("\tthe note of number ").append(i).append('\n');
        }
        var bytes = rows.toString().getBytes(StandardCharsets.UTF_8);
        try (var eve = house.connect()) {
            assertThat(copies(eve).copyIn("COPY inbox FROM STDIN", new ByteArrayInputStream(bytes)))
                    .isEqualTo(100_000);
        }
        try (var owner = house.direct()) {
            var out = new ByteArrayOutputStream();
            copies(owner)
                    .copyOut(
                            "COPY (SELECT * FROM inbox WHERE id >= 1000 ORDER BY id) TO STDOUT",
                            out);
            assertThat(out.toByteArray()).isEqualTo(bytes);
        }
    }

    @Test
    void a_file_or_program_of_the_target_is_never_read() {
        for (var sql :
                new String[] {"COPY inbox FROM '/etc/passwd'", "COPY inbox FROM PROGRAM 'id'"}) {
            assertThatThrownBy(
                            () -> {
                                try (var eve = house.connect();
                                        var statement = eve.createStatement()) {
                                    statement.execute(sql);
                                }
                            })
                    .isInstanceOf(SQLException.class);
        }
    }
}
