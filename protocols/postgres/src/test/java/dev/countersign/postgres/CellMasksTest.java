package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.masking.MaskSettings;
import dev.countersign.masking.MaskSettings.DatePart;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Every masked cell is read by a real server, in both formats, as a value of its column's type.
class CellMasksTest {
    private static final String NULL = "NULL";

    private static Connection connection;

    @BeforeAll
    static void connect() throws SQLException {
        connection = RealPostgres.get().owner();
        try (var statement = connection.createStatement()) {
            statement.execute("SET TimeZone = 'Asia/Kolkata'");
            statement.execute("DROP TYPE IF EXISTS mood, pair CASCADE");
            statement.execute("CREATE TYPE mood AS ENUM ('sad', 'glad')");
            statement.execute("CREATE TYPE pair AS (a int, b text)");
            statement.execute("DROP DOMAIN IF EXISTS short CASCADE");
            statement.execute("CREATE DOMAIN short AS varchar(5)");
        }
    }

    @AfterAll
    static void close() throws SQLException {
        connection.close();
    }

    private static void both(MaskSettings mask, String type, String literal, String seen)
            throws Exception {
        var desk = new CellDesk(connection, type);
        for (boolean binary : List.of(false, true)) {
            assertThat(String.valueOf(desk.masked(mask, literal, binary)).replace("null", NULL))
                    .as(type + (binary ? " in binary" : " in text"))
                    .isEqualTo(seen);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "text | 'x' | [pii.x]",
                "varchar | '' | [pii.x]",
                "varchar(5) | 'abc' | [pii.",
                "short | 'abc' | [pii.",
                "char(9) | 'abc' | `[pii.x]`",
                "char(3) | 'abc' | [pi",
                "name | 'abc' | [pii.x]",
                "json | '{\"a\": 1}' | \"[pii.x]\"",
                "jsonb | '{\"a\": 1}' | \"[pii.x]\"",
                "int2 | 32767 | 0",
                "int4 | -5 | 0",
                "int8 | 9223372036854775807 | 0",
                "oid | 4294967295 | 0",
                "float4 | 'NaN' | 0",
                "float8 | 1e300 | 0",
                "numeric | 123456.789 | 0",
                "numeric(6,2) | -1234.56 | 0.00",
                "money | 1234.5 | $0.00",
                "bool | true | NULL",
                "\"char\" | 'x' | NULL",
                "date | '1984-02-29' | 2000-01-01",
                "date | 'infinity' | 2000-01-01",
                "timestamp | '1984-02-29 12:34:56' | 2000-01-01 00:00:00",
                "timestamptz | '1984-02-29 12:34:56+00' | 2000-01-01 05:30:00+05:30",
                "time | '12:34:56' | 00:00:00",
                "timetz | '12:34:56+02' | 00:00:00+00",
                "interval | '1 year 2 days' | 00:00:00",
                "uuid | gen_random_uuid() | 00000000-0000-0000-0000-000000000000",
                "bytea | '\\x001122' | \\x",
                "inet | '10.1.2.3' | 0.0.0.0/0",
                "cidr | '2001:db8::/32' | 0.0.0.0/0",
                "mood | 'sad' | NULL",
                "pair | (1,'x') | NULL",
                "int4range | '[1,5)' | NULL",
                "xml | '<a/>' | NULL",
                "tsvector | 'a b' | NULL",
                "point | '(1,2)' | NULL",
                "macaddr | '08:00:2b:01:02:03' | NULL",
                "varbit | B'101' | NULL",
                "int4[] | '{1,NULL,3}' | {0,NULL,0}",
                "int4[] | '{}' | {}",
                "int4[] | '[0:1][5:6]={{1,2},{3,NULL}}' | [0:1][5:6]={{0,0},{0,NULL}}",
                "text[] | '{a,\"b \\\" c\",NULL,\"NULL\"}' | {[pii.x],[pii.x],NULL,[pii.x]}",
                "varchar(5)[] | '{abc}' | {[pii.}",
                "bool[] | '{t,f,NULL}' | {NULL,NULL,NULL}",
                "jsonb[] | '{\"{\\\"a\\\": 1}\"}' | `{\"\\\"[pii.x]\\\"\"}`",
                "bytea[] | '{\"\\\\x01\"}' | `{\"\\\\x\"}`",
                "timestamp[] | '{2020-02-02 02:02:02}' | {\"2000-01-01 00:00:00\"}",
                "uuid[] | ARRAY[gen_random_uuid()] | {00000000-0000-0000-0000-000000000000}",
                "mood[] | '{sad}' | NULL",
                "pair[] | ARRAY[(1,'x')::pair] | NULL",
            })
    void redact_is_one_value_of_the_type(String type, String literal, String seen)
            throws Exception {
        both(MaskSettings.REDACT, type, literal, seen);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "text",
                "varchar(9)",
                "char(9)",
                "name",
                "json",
                "jsonb",
                "int4",
                "numeric",
                "date",
                "timestamptz",
                "uuid",
                "bytea",
                "inet",
                "int4[]",
                "text[]"
            })
    void null_is_a_value_of_every_type(String type) throws Exception {
        var desk = new CellDesk(connection, type);
        for (boolean binary : List.of(false, true)) {
            var mask = desk.mask(MaskSettings.NULL, binary, Styles.DEFAULT);

            assertThat(mask).isSameAs(CellMask.Same.NULL);
            assertThat(desk.read(mask.apply(new byte[0], 0, 0), binary)).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "text | 'x' | n/a \"\\",
                "varchar(2) | 'x' | n/",
                "jsonb | '1' | \"n/a \\\"\\\\\"",
                "json | '1' | \"n/a \\\"\\\\\"",
                "text[] | '{x}' | {\"n/a \\\"\\\\\"}",
                "int4 | 7 | 0",
                "date | '1984-02-29' | 2000-01-01",
            })
    void a_constant_is_a_text_and_elsewhere_the_types_own(String type, String literal, String seen)
            throws Exception {
        both(MaskSettings.constant("n/a \"\\"), type, literal, seen);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "text | '4111 1111 1111 1234' | **** **** **** 1234",
                "varchar(9) | '123456789' | *****6789",
                "char(12) | '123456789' | *****6789",
                "name | '123456789' | *****6789",
                "text[] | '{123456789,\"12 34 567 8\",NULL}' | {*****6789,\"** ** 567 8\",NULL}",
                "json | '123456789' | \"[pii.x]\"",
                "int8 | 123456789 | 0",
                "uuid | gen_random_uuid() | 00000000-0000-0000-0000-000000000000",
            })
    void partial_is_for_texts_and_elsewhere_the_types_constant(
            String type, String literal, String seen) throws Exception {
        both(MaskSettings.partial(0, 4), type, literal, seen);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "int2 | 12345 | 12000",
                "int2 | -32768 | NULL",
                "int4 | -1 | -1000",
                "int4 | 2147483647 | 2147483000",
                "int4 | -2147483648 | NULL",
                "int8 | 9223372036854775807 | 9223372036854775000",
                "int8 | -9223372036854775808 | NULL",
                "oid | 4294967295 | 4294967000",
                "float4 | 1999.5 | 1000",
                "float4 | 16777216 | NULL",
                "float8 | -0.5 | -1000",
                "float8 | 1234567.8 | 1234000",
                "float8 | 1e16 | NULL",
                "float8 | 'NaN' | NULL",
                "float8 | '-Infinity' | NULL",
                "numeric | 123456789012345678901234567890.5 | 123456789012345678901234567000",
                "numeric | -0.0001 | -1000",
                "numeric | 0.0000000000000000000000000001 | 0",
                "numeric | 10000000 | 10000000",
                "numeric | 'NaN' | NULL",
                "numeric | 'Infinity' | NULL",
                "numeric | 1e300 | NULL",
                "numeric(3,0) | -999 | NULL",
                "numeric(6,2) | 9999.99 | 9000.00",
                "numeric(6,2)[] | '{1234.5,NULL,-1}' | {1000.00,NULL,-1000.00}",
                "money | 1234.5 | $0.00",
                "text | '1234' | [pii.x]",
                "date | '1984-02-29' | 2000-01-01",
            })
    void a_bucket_is_for_numbers(String type, String literal, String seen) throws Exception {
        both(MaskSettings.bucket(1000), type, literal, seen);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "date | '1984-02-29' | 1984-01-01 | 1984-02-01",
                "date | '5874897-12-31' | 5874897-01-01 | 5874897-12-01",
                "date | '0001-07-05 BC' | 0001-01-01 BC | 0001-07-01 BC",
                "date | '4714-11-25 BC' | NULL | NULL",
                "date | '-infinity' | NULL | NULL",
                "timestamp | '1984-02-29 12:34:56.789' | 1984-01-01 00:00:00 | 1984-02-01 00:00:00",
                "timestamp | 'infinity' | NULL | NULL",
                "timestamptz | '2026-01-01 04:00+05:30' | 2025-01-01 05:30:00+05:30 |"
                        + " 2025-12-01 05:30:00+05:30",
                "timestamptz | '0044-03-15 12:00 BC' | 0044-01-01 05:53:28+05:53:28 BC |"
                        + " 0044-03-01 05:53:28+05:53:28 BC",
                "date[] | '{1984-02-29,NULL}' | {1984-01-01,NULL} | {1984-02-01,NULL}",
                "time | '12:34' | 00:00:00 | 00:00:00",
                "text | '1984-02-29' | [pii.x] | [pii.x]",
            })
    void a_date_is_cut_to_its_first_day(String type, String literal, String year, String month)
            throws Exception {
        both(MaskSettings.date(DatePart.YEAR), type, literal, year);
        both(MaskSettings.date(DatePart.MONTH), type, literal, month);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "varchar(30)", "name", "json", "jsonb", "uuid", "text[]"})
    void a_pseudonym_is_the_same_in_both_formats_and_another_for_another_value(String type)
            throws Exception {
        var one = "'536904399'";
        var other = "'536904398'";
        if (type.equals("uuid")) {
            one = "'00000000-0000-0000-0000-000536904399'";
            other = "'00000000-0000-0000-0000-000536904398'";
        } else if (type.equals("text[]")) {
            one = "'{536904399}'";
            other = "'{536904398}'";
        }
        var desk = new CellDesk(connection, type);

        var seen = desk.masked(MaskSettings.HMAC, one, true);

        assertThat(seen)
                .isEqualTo(desk.masked(MaskSettings.HMAC, one, false))
                .isNotEqualTo(desk.masked(MaskSettings.HMAC, other, true))
                .matches(
                        type.equals("uuid")
                                ? "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
                                : "[{\"]?cs1_[a-z2-7]{26}[}\"]?");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "varchar(17) | cs1_[a-z2-7]{13}",
                "varchar(16) | \\[pii\\.x]",
                "char(40) | cs1_[a-z2-7]{26}",
                "int4 | 0",
            })
    void a_pseudonym_is_cut_to_its_column_or_not_given_at_all(String type, String seen)
            throws Exception {
        for (boolean binary : List.of(false, true)) {
            assertThat(
                            String.valueOf(
                                            new CellDesk(connection, type)
                                                    .masked(
                                                            MaskSettings.HMAC,
                                                            "'536904399'",
                                                            binary))
                                    .strip())
                    .matches(seen);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "varchar(11) | '536-90-4399' | \\d{3}-\\d{2}-\\d{4}",
                "char(12) | '536-90-4399' | \\d{3}-\\d{2}-\\d{4}",
                "text[] | '{536-90-4399,x}' | \\{\\d{3}-\\d{2}-\\d{4},\\[pii.x]}",
                "text | '12345' | \\[pii.x]",
                "text | 'AB123456' | \\[pii.x]",
                "json | '5369043990' | `\"\\[pii.x]\"`",
                "int8 | 5369043990 | 0",
            })
    void a_number_that_is_a_text_keeps_its_shape(String type, String literal, String seen)
            throws Exception {
        for (boolean binary : List.of(false, true)) {
            assertThat(new CellDesk(connection, type).masked(MaskSettings.FPE, literal, binary))
                    .matches(seen)
                    .doesNotContain("536-90-4399");
        }
    }

    @Test
    void the_blanks_behind_a_char_count_for_nothing() throws Exception {
        assertThat(new CellDesk(connection, "char(40)").masked(MaskSettings.HMAC, "'a'", false))
                .startsWith("cs1_")
                .isEqualToIgnoringWhitespace(
                        new CellDesk(connection, "text").masked(MaskSettings.HMAC, "'a'", true));
    }

    @Test
    void a_long_constant_of_a_name_is_cut_at_the_end_of_a_character() throws Exception {
        both(MaskSettings.constant("aé".repeat(40)), "name", "'x'", "aé".repeat(21));
    }
}
