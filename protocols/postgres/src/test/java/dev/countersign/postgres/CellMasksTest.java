package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.masking.MaskSettings;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
