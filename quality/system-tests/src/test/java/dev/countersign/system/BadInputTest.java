package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.verifier.Verifier;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is out of all proportion, or not what it should be: masked, or refused with a clear error.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BadInputTest {
    private static final int COLUMNS = 1_600;

    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void start() throws Exception {
        house = new House(directory, SpineTest.POLICY);
        var names =
                IntStream.range(0, COLUMNS)
                        .mapToObj(i -> "c" + i + " text")
                        .collect(Collectors.joining(", "));
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute("CREATE TABLE broad (" + names + ")");
            statement.execute("INSERT INTO broad (c0, c1599) VALUES ('first', 'last')");
            statement.execute(
                    "CREATE TABLE odd (id int, \"a\"\"; DROP TABLE odd; --\" text, \"two\nlines\" text,"
                            + " \"${jndi:ldap://x}\" text, \"\u202Egnp\" text)");
            statement.execute("INSERT INTO odd VALUES (1, 'a', 'b', 'c', 'd')");
            statement.execute("CREATE VIEW shifting AS SELECT id, name AS what FROM customers");
            statement.execute("GRANT ALL ON ALL TABLES IN SCHEMA public TO agent");
            statement.execute("ALTER VIEW shifting OWNER TO agent");
        }
        house.restart(); // the catalogue knows them
    }

    @AfterAll
    void stop() throws Exception {
        house.close();
        assertThat(Verifier.verify(directory.resolve("data"), Verifier.Options.DEFAULT).exitCode())
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT '\u00FF\u00FE'", "SELECT \u00C3(", "\u0080"})
    void a_statement_that_is_no_utf8_ends_the_session_with_a_reason(String bytes) throws Exception {
        try (var eve = new WireClient(house)) {
            assertThat(eve.query(bytes))
                    .contains("C08P01", "a string inside a message is not valid UTF-8");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET client_encoding = 'LATIN1'",
                "SET NAMES 'SJIS'",
                "SELECT set_config('client_encoding', 'BIG5', false)"
            })
    void no_other_encoding_is_spoken(String sql) throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            assertThatThrownBy(() -> statement.execute(sql))
                    .isInstanceOf(SQLException.class)
                    .extracting("SQLState")
                    .isEqualTo("ZC014");
        }
    }

    @Test
    void a_row_of_as_many_columns_as_there_can_be_is_masked() throws Exception {
        var both =
                IntStream.range(0, 1_660)
                        .mapToObj(i -> i == 1_200 ? "ssn" : "id AS c" + i)
                        .collect(Collectors.joining(", "));
        try (var eve = house.connect()) {
            assertThat(SpineTest.column(eve, "SELECT * FROM broad")).containsExactly("first");
            try (var statement = eve.createStatement();
                    var rows =
                            statement.executeQuery(
                                    "SELECT " + both + " FROM customers WHERE id = 1")) {
                assertThat(rows.next()).isTrue();
                assertThat(rows.getString(1_201)).isEqualTo("[pii.ssn]  ");
                assertThat(rows.getString(1_660)).isEqualTo("1");
            }
        }
    }

    @Test
    void a_cell_of_a_hundred_million_bytes_passes_where_nothing_is_labelled() throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement();
                var rows = statement.executeQuery("SELECT repeat('x', 100000000)")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getBytes(1)).hasSize(100_000_000);
        }
    }

    @Test
    void a_row_that_is_too_long_to_be_masked_ends_the_session_with_a_reason() throws Exception {
        try (var eve = house.connect()) {
            assertThatThrownBy(() ->
                            SpineTest.column(
                                    eve, "SELECT ssn, repeat('x', 20000000) FROM customers"))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("a row of more than 16777216 bytes cannot be masked")
                    .extracting("SQLState")
                    .isEqualTo("ZC012");
        }
    }

    @Test
    void a_document_that_is_nested_too_deeply_is_masked_whole() throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            var deep = "[".repeat(2_000) + "\"536-90-4399\"" + "]".repeat(2_000);
            try (var owner = house.direct();
                    var writing = owner.createStatement()) {
                writing.execute(
                        "INSERT INTO papers VALUES (77, '{\"cards\": " + deep + "}', NULL)");
            }
            assertThat(SpineTest.column(eve, "SELECT doc FROM papers WHERE id = 77"))
                    .containsExactly("\"[pci.pan,pii.pay,pii.ssn]\"");
            statement.execute("SELECT 1");
        }
    }

    @Test
    void names_of_columns_are_what_the_client_asked_for_and_nothing_more() throws Exception {
        try (var eve = house.connect();
                var statement = eve.createStatement();
                var rows =
                        statement.executeQuery(
                                "SELECT o.*, c.ssn FROM odd o JOIN customers c USING (id)")) {
            assertThat(rows.next()).isTrue();
            assertThat(rows.getMetaData().getColumnName(2)).isEqualTo("a\"; DROP TABLE odd; --");
            assertThat(rows.getString(3)).isEqualTo("b");
            assertThat(rows.getString(6)).isEqualTo("[pii.ssn]  ");
        }
    }

    /// A plan that was prepared before knows nothing of it; its rows are masked by what is there
    /// now.
    @Test
    void what_a_view_shows_by_the_time_of_execution_counts() throws Exception {
        try (var eve = house.connect("prepareThreshold", "1");
                var prepared = eve.prepareStatement("SELECT what FROM shifting WHERE id = 1")) {
            for (int i = 0; i < 3; i++) {
                try (var rows = prepared.executeQuery()) {
                    rows.next();
                    assertThat(rows.getString(1)).isEqualTo("Ada");
                }
            }
            try (var owner = house.direct();
                    var statement = owner.createStatement()) {
                statement.execute(
                        "CREATE OR REPLACE VIEW shifting AS SELECT id, ssn::text AS what FROM customers");
            }
            try (var other = house.connect();
                    var statement = other.createStatement()) {
                statement.execute("CREATE TABLE scratch_seen (id int)");
            }

            String seen = null;
            try (var rows = prepared.executeQuery()) {
                rows.next();
                seen = rows.getString(1);
            } catch (SQLException refused) {
                assertThat(refused.getSQLState()).isEqualTo("ZC012");
            }
            assertThat(seen).isNull();
        }
    }

    @Test
    void a_target_that_does_not_tell_its_catalogue_is_not_read() throws Exception {
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute("REVOKE SELECT ON pg_catalog.pg_rewrite FROM PUBLIC");
            try {
                house.restart();
                try (var eve = house.connect()) {
                    assertThatThrownBy(() -> SpineTest.column(eve, "SELECT id FROM customers"))
                            .isInstanceOf(SQLException.class)
                            .hasMessageContaining("catalogue");
                }
            } finally {
                statement.execute("GRANT SELECT ON pg_catalog.pg_rewrite TO PUBLIC");
                house.restart();
            }
        }
    }
}
