package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.server.Preview;
import java.io.StringWriter;
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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/// Labels on places inside of JSON documents: they are masked there, and beside them everything is
/// as comfortable as without.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DocumentLabelsTest {
    private static final String SEEN =
            "{\"pay\": 51000, \"ssn\": \"***-**-4399\", \"city\": \"Rome\","
                    + " \"cards\": [{\"kind\": \"visa\", \"number\": \"[pci.pan]\"}]}";

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

    private static List<String> rows(Connection connection, String sql) throws SQLException {
        var out = new ArrayList<String>();
        try (var statement = connection.prepareStatement(sql);
                var rows = statement.executeQuery()) {
            while (rows.next()) {
                var row = new ArrayList<String>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                out.add(String.join(" | ", row.stream().map(String::valueOf).toList()));
            }
        }
        return out;
    }

    @ParameterizedTest
    @ValueSource(strings = {"false", "true"})
    void a_document_keeps_all_but_what_is_labelled_in_both_formats(String binary) throws Exception {
        try (var eve = house.connect("binaryTransfer", binary, "prepareThreshold", "-1")) {
            assertThat(rows(eve, "SELECT doc FROM papers ORDER BY id"))
                    .containsExactly(
                            SEEN, "{\"ssn\": null, \"city\": \"Oslo\", \"cards\": []}", "null");
            assertThat(rows(eve, "SELECT raw FROM papers ORDER BY id"))
                    .containsExactly(
                            "{\"ssn\" : \"[pii.ssn]\",  \"ssn\":\"[pii.ssn]\", \"city\": \"Rome\"}",
                            "[]",
                            "null");
            assertThat(rows(eve, "SELECT paper FROM towns WHERE id = 1")).containsExactly(SEEN);
        }
    }

    @Test
    void a_copy_of_documents_is_masked_alike() throws Exception {
        try (var eve = house.connect()) {
            var out = new StringWriter();
            eve.unwrap(PGConnection.class)
                    .getCopyAPI()
                    .copyOut("COPY (SELECT doc FROM papers WHERE id = 1) TO STDOUT", out);

            assertThat(out).hasToString(SEEN + "\n");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT doc ->> 'city' FROM papers WHERE doc ->> 'city' = 'Rome' | Rome",
                "SELECT doc -> 'cards' -> 0 ->> 'kind' FROM papers WHERE id = 1 | visa",
                "SELECT city FROM towns WHERE city LIKE 'R%' ORDER BY city | Rome",
                "SELECT count(*) FROM papers GROUP BY doc ->> 'city' HAVING doc ->> 'city' = 'Rome' | 1",
                "SELECT doc ->> 'ssn' FROM papers WHERE id = 1 | null",
                "SELECT doc -> 'cards' FROM papers WHERE id = 1 | null",
            })
    void what_stands_beside_a_label_is_as_it_is(String sql, String expected) throws Exception {
        try (var eve = house.connect()) {
            assertThat(rows(eve, sql)).containsExactly(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM papers WHERE doc ->> 'ssn' LIKE '5%'",
                "SELECT raw ->> 'city' FROM papers",
                "SELECT id FROM papers ORDER BY doc",
                "SELECT jsonb_path_query(doc, '$.ssn') FROM papers",
                "SELECT id FROM towns WHERE paper ->> 'ssn' IS NULL",
                "UPDATE papers SET doc = doc || '{\"x\": 1}' WHERE id = 1"
            })
    void what_would_tell_of_a_label_is_refused(String sql) throws Exception {
        try (var eve = house.connect()) {
            assertThatThrownBy(() -> rows(eve, sql))
                    .isInstanceOf(SQLException.class)
                    .extracting("SQLState")
                    .isEqualTo("ZC012");
        }
    }

    /// Texts that differ in a literal alone share what was read of them, but not where the literal
    /// is a key.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT doc ->> 'city' FROM papers WHERE id = 1 | SELECT doc ->> 'ssn' FROM papers WHERE id = 1",
                "SELECT doc ->> ('city') FROM papers WHERE id = 1 | SELECT doc ->> ('ssn') FROM papers WHERE id = 1",
                "SELECT doc #>> '{cards,0,kind}' FROM papers WHERE id = 1 | SELECT doc #>> '{cards,0,number}' FROM papers WHERE id = 1",
                "SELECT doc['city'] FROM papers WHERE id = 1 | SELECT doc['ssn'] FROM papers WHERE id = 1",
            })
    void what_was_judged_for_one_key_does_not_hold_for_another(String free, String labelled)
            throws Exception {
        try (var eve = house.connect("preferQueryMode", "simple")) {
            assertThat(rows(eve, free)).doesNotContain("null");
            assertThat(rows(eve, labelled)).containsExactly("null");
            assertThat(rows(eve, free)).doesNotContain("null");
        }
    }

    @Test
    void nor_in_a_condition_or_in_a_view() throws Exception {
        try (var owner = house.direct();
                var statement = owner.createStatement()) {
            for (var key : List.of("city", "ssn", "town")) {
                statement.execute(
                        "CREATE VIEW v_%1$s AS SELECT id, doc ->> '%1$s' AS x FROM papers"
                                .formatted(key));
            }
            statement.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO agent");
        }
        house.restart();
        try (var eve = house.connect("preferQueryMode", "simple")) {
            assertThat(rows(eve, "SELECT x FROM v_city WHERE id = 1")).containsExactly("Rome");
            assertThat(rows(eve, "SELECT x FROM v_ssn WHERE id = 1")).containsExactly("null");
            assertThat(rows(eve, "SELECT id FROM papers WHERE doc ->> 'city' LIKE 'R%'"))
                    .containsExactly("1");
            assertThatThrownBy(() ->
                            rows(eve, "SELECT id FROM papers WHERE doc ->> 'ssn' LIKE '536%'"))
                    .isInstanceOf(SQLException.class);
        }
    }

    @Test
    void a_key_that_the_client_gives_as_a_parameter_may_be_any() throws Exception {
        try (var eve = house.connect();
                var statement = eve.prepareStatement("SELECT doc ->> ? FROM papers")) {
            statement.setString(1, "city");

            assertThatThrownBy(statement::executeQuery)
                    .isInstanceOf(SQLException.class)
                    .extracting("SQLState")
                    .isEqualTo("ZC012");
        }
    }

    @Test
    void explaining_says_which_places_are_masked_and_how() throws Exception {
        var explained = Preview.explain(house.config(), "shop", "SELECT doc FROM papers");

        assertThat(explained.statements().getFirst().columns().getFirst().toString())
                .contains("pci.pan,pii.pay,pii.ssn")
                .contains("$.ssn {partial: {last: 4}}")
                .contains("$.cards[*].number redact")
                .contains("$.pay {bucket: 1000}");
    }
}
