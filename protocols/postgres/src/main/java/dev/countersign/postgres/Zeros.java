package dev.countersign.postgres;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/// The one value of a type that stands for all others: 0, nothing, the first day of 2000, which is
/// PostgreSQL's own zero. Every client reads it as it would read any other.
final class Zeros {
    private static final LocalDate DAY = LocalDate.of(2000, 1, 1);

    private Zeros() {}

    /// @return null where the type has none that is not a lie: NULL
    static byte @Nullable [] of(CellType type, int modifier, boolean binary, Styles styles) {
        if (type == CellType.NUMERIC) {
            return Numeric.cell(BigInteger.ZERO, binary, modifier);
        }
        return binary ? binary(type) : text(type, styles);
    }

    private static byte @Nullable [] binary(CellType type) {
        return switch (type) {
            // a third answer there is not, and any letter may mean something
            case BOOL, CHAR -> null;
            case TEXT, VARCHAR, BPCHAR, NAME, JSON, JSONB, NUMERIC -> null; // made elsewhere
            case BYTEA -> new byte[0];
            case INT2 -> new byte[Short.BYTES];
            case INT4, OID, FLOAT4, DATE -> new byte[Integer.BYTES];
            case INT8, FLOAT8, MONEY, TIME, TIMESTAMP, TIMESTAMPTZ -> new byte[Long.BYTES];
            case TIMETZ -> new byte[Long.BYTES + Integer.BYTES];
            case INTERVAL -> new byte[Long.BYTES + 2 * Integer.BYTES];
            case UUID -> new byte[UuidCells.BYTES];
            // family, bits of the network, whether it is one, length, address
            case INET -> new byte[] {2, 0, 0, 4, 0, 0, 0, 0};
            case CIDR -> new byte[] {2, 0, 1, 4, 0, 0, 0, 0};
        };
    }

    private static byte @Nullable [] text(CellType type, Styles styles) {
        var text =
                switch (type) {
                    case BOOL, CHAR -> null;
                    case TEXT, VARCHAR, BPCHAR, NAME, JSON, JSONB, NUMERIC -> null;
                    case BYTEA -> "\\x";
                    case INT2, INT4, INT8, OID, FLOAT4, FLOAT8 -> "0";
                    // in every locale, with no sign of a currency, and with one that is cut off
                    case MONEY -> "0.00";
                    case TIME -> "00:00:00";
                    case TIMETZ -> "00:00:00+00";
                    case INTERVAL -> interval(styles.interval());
                    case DATE, TIMESTAMP, TIMESTAMPTZ -> DateTexts.of(styles.date(), type, DAY);
                    case UUID -> "00000000-0000-0000-0000-000000000000";
                    case INET, CIDR -> "0.0.0.0/0";
                };
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    private static String interval(String style) {
        return switch (style) {
            case "iso_8601" -> "PT0S";
            case "sql_standard" -> "0";
            case "postgres_verbose" -> "@ 0";
            default -> "00:00:00";
        };
    }
}
