package dev.countersign.postgres;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.masking.DetectorSettings;
import dev.countersign.masking.Detectors;
import dev.countersign.masking.Scanner;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What the detectors find inside arrays, in binary and as they are written.
class DetectedArraysTest {
    private static final String CARD = "4111 1111 1111 1111";

    private final Scanner scanner = Detectors.of(DetectorSettings.STANDARD).scanner();
    private final Map<String, Long> masked = new HashMap<>();

    private static byte[] array(long element, int[] dimensions, @Nullable String... texts)
            throws IOException {
        var bytes = new ByteArrayOutputStream();
        var out = new DataOutputStream(bytes);
        out.writeInt(dimensions.length);
        out.writeInt(Arrays.asList(texts).contains(null) ? 1 : 0);
        out.writeInt((int) element);
        for (int dimension : dimensions) {
            out.writeInt(dimension);
            out.writeInt(1);
        }
        for (var text : texts) {
            if (text == null) {
                out.writeInt(-1);
                continue;
            }
            var utf8 = text.getBytes(UTF_8);
            boolean jsonb = element == CellType.JSONB.oid;
            out.writeInt(utf8.length + (jsonb ? 1 : 0));
            if (jsonb) {
                out.write(1);
            }
            out.write(utf8);
        }
        return bytes.toByteArray();
    }

    private byte @Nullable [] found(long type, boolean binary, byte[] cell) {
        var detecting =
                Objects.requireNonNull(
                        Detecting.of(new Shape.Column("c", 0, 0, type, -1, binary), scanner));
        // the buffer that a row is read into is longer than its cell
        return detecting.found(Arrays.copyOf(cell, cell.length + 7), cell.length, masked);
    }

    private static long arrayOf(CellType element) {
        for (long oid = 1; oid < 4_000; oid++) {
            if (CellType.element(oid) == element) {
                return oid;
            }
        }
        throw new IllegalStateException("no array of " + element);
    }

    @ParameterizedTest
    @EnumSource(
            value = CellType.class,
            names = {"TEXT", "VARCHAR", "BPCHAR", "NAME"})
    void each_element_of_a_binary_array_is_a_value_of_its_own(CellType type) throws IOException {
        var cell =
                array(type.oid, new int[] {5}, "x", "pay " + CARD, null, "4111 1111", "1111 1111");

        assertThat(found(arrayOf(type), true, cell))
                .isEqualTo(
                        array(
                                type.oid,
                                new int[] {5},
                                "x",
                                "pay [CREDIT_CARD]",
                                null,
                                "4111 1111",
                                "1111 1111"));
        assertThat(masked).isEqualTo(Map.of("CREDIT_CARD", 1L));
    }

    @ParameterizedTest
    @EnumSource(
            value = CellType.class,
            names = {"JSON", "JSONB"})
    void json_inside_stays_json(CellType type) throws IOException {
        var cell =
                array(
                        type.oid,
                        new int[] {2},
                        "{\"mail\": \"a@example.org\"}",
                        "{\"card\": 4111111111111111}");

        assertThat(found(arrayOf(type), true, cell))
                .isEqualTo(
                        array(type.oid, new int[] {2}, "{\"mail\": \"[EMAIL]\"}", "{\"card\": 0}"));
        assertThat(masked).isEqualTo(Map.of("EMAIL", 1L, "CREDIT_CARD", 1L));
    }

    @Test
    void dimensions_stay() throws IOException {
        var cell = array(25, new int[] {2, 2}, "a", CARD, "b", "a@example.org");

        assertThat(found(1009, true, cell))
                .isEqualTo(array(25, new int[] {2, 2}, "a", "[CREDIT_CARD]", "b", "[EMAIL]"));
    }

    @Test
    void where_nothing_is_found_nothing_is_changed() throws IOException {
        assertThat(found(1009, true, array(25, new int[] {2}, "a", null))).isNull();
        assertThat(found(1009, true, array(25, new int[] {}))).isNull();
        assertThat(found(1009, false, "{a,NULL,\"b, c\"}".getBytes(UTF_8))).isNull();
        assertThat(masked).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "1009 | {x,\"pay 4111 1111 1111 1111\",NULL} | {x,\"pay [CREDIT_CARD]\",NULL}",
                "1015 | {a@example.org,{b}} | {[EMAIL],{b}}",
                "1003 | {a@example.org} | {[EMAIL]}",
                "199 | {\"{\\\"m\\\": \\\"a@example.org\\\"}\"} | {\"{\\\"m\\\": \\\"[EMAIL]\\\"}\"}",
                "3807 | {\"{\\\"card\\\": 4111111111111111}\"} | {\"{\\\"card\\\": 0}\"}",
                "1009 | {4111,1111,1111,1111} | {4111,1111,1111,1111}"
            })
    void an_array_as_it_is_written_is_the_same(long type, String cell, String seen) {
        var found = found(type, false, cell.getBytes(UTF_8));

        assertThat(found == null ? cell : new String(found, UTF_8)).isEqualTo(seen);
    }

    @Test
    void an_element_of_more_than_a_mebibyte_and_an_array_of_more_than_four_are_looked_through()
            throws IOException {
        var filler = "x".repeat(3 << 20);

        assertThat(found(1009, true, array(25, new int[] {2}, filler + " " + CARD, filler)))
                .isEqualTo(array(25, new int[] {2}, filler + " [CREDIT_CARD]", filler));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 8, 11, 12, 15, 19, 20, 23, 24, 30, 43, 44})
    void what_cannot_be_read_as_an_array_is_one_text(int cut) throws IOException {
        var cell = Arrays.copyOf(array(25, new int[] {2}, "a " + CARD, "b"), cut);

        var found = found(1009, true, cell);

        assertThat(new String(found == null ? cell : found, UTF_8)).doesNotContain(CARD);
    }

    @Test
    void lies_about_dimensions_counts_and_types_hide_nothing() throws IOException {
        for (var cell :
                new byte[][] {
                    array(23, new int[] {1}, CARD),
                    array(25, new int[] {Integer.MAX_VALUE}, CARD),
                    array(25, new int[] {-1}, CARD),
                    array(25, new int[] {0}, CARD),
                    array(25, new int[] {1}, "a", CARD),
                    array(25, new int[] {3}, "a", CARD),
                    array(25, new int[] {1, 1, 1, 1, 1, 1, 1}, CARD),
                    array(25, new int[] {65_536, 65_536, 65_536}, CARD)
                }) {
            var found = Objects.requireNonNull(found(1009, true, cell));

            assertThat(new String(found, UTF_8)).doesNotContain(CARD).contains("[CREDIT_CARD]");
        }
    }
}
