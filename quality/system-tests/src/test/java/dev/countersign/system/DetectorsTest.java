package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLWarning;

/// A target with detectors: what looks like a card or an address is masked wherever it stands.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DetectorsTest {
    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void open() throws Exception {
        house =
                new House(
                        directory,
                        SpineTest.POLICY
                                + """
                                - {name: say, on: [sql], when: "stmt.functions == ['say']", allow: true}
                                """);
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            statement.execute(
                    "CREATE TABLE letters (id int, body text, facts jsonb, mails text[])");
            statement.execute(
                    "INSERT INTO letters VALUES (1, 'pay with 4111 1111 1111 1111, Ada',"
                            + " '{\"mail\": \"ada@letters.org\", \"n\": 7}', ARRAY['ada@letters.org', 'x'])");
            statement.execute("GRANT ALL ON letters TO agent");
            statement.execute(
                    """
                    CREATE FUNCTION say() RETURNS void LANGUAGE plpgsql AS $$ BEGIN
                      RAISE NOTICE 'to %', (SELECT mails[1] FROM letters) USING HINT = 'or 4111 1111 1111 1111';
                      RAISE EXCEPTION 'no' USING DETAIL = (SELECT body FROM letters), HINT = 'ask ada@letters.org',
                        COLUMN = 'ada@letters.org'; END $$
                    """);
        }
        house.detect();
        house.withoutLabels();
        house.restart();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended", "extendedForPrepared"})
    void what_is_found_is_masked_and_its_neighbours_are_as_they_were(String mode)
            throws SQLException {
        try (var eve = house.connect("preferQueryMode", mode);
                var statement = eve.createStatement()) {
            for (int again = 0; again < 7; again++) {
                try (var rows =
                        statement.executeQuery(
                                "SELECT id, body, facts, mails, facts->>'mail' FROM letters")) {
                    assertThat(rows.next()).isTrue();
                    assertThat(rows.getInt(1)).isEqualTo(1);
                    assertThat(rows.getString(2)).isEqualTo("pay with [CREDIT_CARD], Ada");
                    assertThat(rows.getString(3)).isEqualTo("{\"n\": 7, \"mail\": \"[EMAIL]\"}");
                    assertThat(rows.getString(4)).contains("[EMAIL]").contains("x");
                    assertThat(rows.getString(5)).isEqualTo("[EMAIL]");
                }
            }
        }
    }

    @Test
    void a_copy_in_text_is_looked_at_and_one_in_binary_is_refused() throws Exception {
        try (var eve = house.connect()) {
            var api = eve.unwrap(PGConnection.class).getCopyAPI();
            var out = new ByteArrayOutputStream();
            api.copyOut("COPY (SELECT id, body FROM letters) TO STDOUT", out);
            assertThat(out.toString(StandardCharsets.UTF_8))
                    .isEqualTo("1\tpay with [CREDIT_CARD], Ada\n");
            assertThatThrownBy(() -> api.copyOut("COPY letters TO STDOUT (FORMAT binary)", out))
                    .isInstanceOfSatisfying(
                            SQLException.class,
                            refused -> assertThat(refused.getSQLState()).isEqualTo("ZC012"));
        }
    }

    @Test
    void the_client_is_told_how_many_cells_were_masked_by_which_rule() throws SQLException {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            try (var rows = statement.executeQuery("SELECT body, facts FROM letters")) {
                rows.next();
            }
            assertThat(statement.getWarnings().getMessage())
                    .isEqualTo("countersign masked cells by these rules: CREDIT_CARD 1, EMAIL 1");
        }
    }

    @Test
    void labels_hold_beside_them() throws SQLException {
        try (var eve = house.connect();
                var statement = eve.createStatement();
                var rows = statement.executeQuery("SELECT ssn, name FROM customers WHERE id = 1")) {
            rows.next();
            assertThat(rows.getString(1)).startsWith("[pii.ssn]");
            assertThat(rows.getString(2)).isEqualTo("Ada");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"simple", "extended"})
    void words_of_a_function_are_looked_at_field_by_field(String mode) throws Exception {
        try (var eve = house.connectTo("plain", house.token(), "preferQueryMode", mode);
                var statement = eve.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT say()"))
                    .isInstanceOfSatisfying(
                            PSQLException.class,
                            failed -> {
                                var words = Objects.requireNonNull(failed.getServerErrorMessage());
                                assertThat(words.getSQLState()).isEqualTo("P0001");
                                assertThat(words.getDetail())
                                        .isEqualTo("pay with [CREDIT_CARD], Ada");
                                assertThat(words.getHint()).isEqualTo("ask [EMAIL]");
                                assertThat(words.getColumn()).isEqualTo("[EMAIL]");
                            });
            var notice = (PSQLWarning) Objects.requireNonNull(statement.getWarnings());
            assertThat(notice.getMessage()).isEqualTo("to [EMAIL]");
            assertThat(Objects.requireNonNull(notice.getServerErrorMessage()).getHint())
                    .isEqualTo("or [CREDIT_CARD]");
        }
        house.stop();
        try {
            assertThat(Records.of(house.data(), "outcome").toString())
                    .contains("CREDIT_CARD=Int[value=2]", "EMAIL=Int[value=");
        } finally {
            house.start();
        }
    }

    @Test
    void an_error_of_a_cleared_read_is_looked_at() throws SQLException {
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            assertThatThrownBy(() -> statement.execute("SELECT body::int FROM letters"))
                    .hasMessageContaining("\"pay with [CREDIT_CARD], Ada\"");
        }
    }

    @Test
    void arrays_in_binary_are_looked_at_element_by_element() throws Exception {
        var script = directory.resolve("arrays.py");
        Files.writeString(
                script,
                """
                import os, psycopg
                with psycopg.connect(os.environ["DSN"], autocommit=True) as conn:
                    for binary in (False, True):
                        cur = conn.cursor(binary=binary)
                        print(cur.execute(
                            "SELECT mails, mails::varchar[], ARRAY[facts], ARRAY[facts::json], ARRAY[mails, mails]"
                            " FROM letters WHERE id = %s", (1,)).fetchone())
                """);
        var printed = house.python(script);
        Assumptions.assumeFalse(printed.contains("No module named"), "psycopg is not here");
        assertThat(printed.lines().distinct().toList())
                .containsExactly(
                        "(['[EMAIL]', 'x'], ['[EMAIL]', 'x'], [{'n': 7, 'mail': '[EMAIL]'}],"
                                + " [{'n': 7, 'mail': '[EMAIL]'}], [['[EMAIL]', 'x'], ['[EMAIL]', 'x']])");
        assertThat(printed.lines()).hasSize(2);
    }
}
