package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Array;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Masked columns of every kind of type, as an unmodified driver reads them.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TypedCellsTest {
    private static final String ALL = "SELECT * FROM typed ORDER BY id";

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

    private List<List<String>> rows(String... properties) throws SQLException {
        var out = new ArrayList<List<String>>();
        try (var connection = house.connect(properties);
                Statement zone = connection.createStatement()) {
            zone.execute("SET TIME ZONE 'UTC'");
            try (var statement = connection.prepareStatement(ALL);
                    var rows = statement.executeQuery()) {
                int columns = rows.getMetaData().getColumnCount();
                while (rows.next()) {
                    var row = new ArrayList<String>();
                    for (int i = 1; i <= columns; i++) {
                        row.add(
                                rows.getObject(i) instanceof Array array
                                        ? Arrays.toString((Object[]) array.getArray())
                                        : String.valueOf(rows.getString(i)));
                    }
                    out.add(row);
                }
            }
        }
        return out;
    }

    @ParameterizedTest
    @CsvSource({
        "in binary, prepareThreshold, -1, binaryTransfer, true",
        "in text, prepareThreshold, 5, binaryTransfer, false",
        "asked simply, preferQueryMode, simple, binaryTransfer, true",
    })
    void a_driver_reads_every_cell(
            String how, String one, String first, String other, String second) throws SQLException {
        var rows = rows(one, first, other, second);

        assertThat(rows.getFirst().subList(0, 7))
                .as(how)
                .containsExactly(
                        "1",
                        "0",
                        "0",
                        "0.00",
                        first.equals("-1") ? "0.0" : "0",
                        "null",
                        "2000-01-01");
        assertThat(rows.getFirst().get(7)).startsWith("1984-02-01 00:00:00");
        assertThat(rows.getFirst().get(9))
                .matches("[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
        assertThat(rows.getFirst().get(10)).isEqualTo("\"[t.doc]\"");
        assertThat(rows.getFirst().get(12)).isEqualTo("0.0.0.0/0");
        assertThat(rows.getFirst().subList(13, 18))
                .containsExactly(
                        "[****me, null, *, \"*\"]",
                        "[500, null, -100]",
                        "n/a  ",
                        "1984-01-01",
                        "50000.00");
        assertThat(rows.getFirst().getLast()).isEqualTo("null");
        assertThat(rows.get(3).subList(1, 20)).as("NULL stays NULL").containsOnly("null");
        assertThat(rows.toString()).doesNotContain("5369", "sesame", "Eva", "12345", "-29");
    }

    @Test
    void a_pseudonym_joins_inside_a_session_and_not_beyond() throws SQLException {
        var here = rows();
        var there = rows();

        assertThat(here.get(1).get(18))
                .startsWith("cs1_")
                .isEqualTo(here.get(2).get(18))
                .isNotEqualTo(here.get(0).get(18))
                .isNotEqualTo(there.get(1).get(18));
        assertThat(here.get(0).get(9))
                .isEqualTo(here.get(1).get(9))
                .isNotEqualTo(there.get(0).get(9));
    }
}
