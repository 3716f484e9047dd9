package dev.countersign.postgres;

import dev.countersign.masking.MaskKeys;
import dev.countersign.masking.MaskSettings;
import dev.countersign.masking.Operator;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/// One column of a real server: its cells as the server writes them, and masked cells as the server
/// reads them, in both formats.
final class CellDesk {
    static final MaskKeys KEYS = MaskKeys.of(new byte[MaskKeys.BYTES]);

    /// Signature, flags, and the length of nothing.
    private static final int COPY_HEADER = 11 + 2 * Integer.BYTES;

    private final Connection connection;
    private final CopyManager copy;
    private final String type;
    private final long oid;
    private final int modifier;

    /// @param type as written in a table: `varchar(5)`
    CellDesk(Connection connection, String type) throws SQLException {
        this.connection = connection;
        this.copy = connection.unwrap(PGConnection.class).getCopyAPI();
        this.type = type;
        execute(
                """
                CREATE OR REPLACE FUNCTION pg_temp.within(setting text, value text, query text)
                RETURNS text LANGUAGE plpgsql AS $$
                DECLARE
                    was text := current_setting(setting);
                    seen text;
                BEGIN
                    PERFORM set_config(setting, value, false);
                    EXECUTE 'SELECT (' || query || ')::text' INTO seen;
                    PERFORM set_config(setting, was, false);
                    RETURN seen;
                END $$\
                """);
        execute("DROP TABLE IF EXISTS pg_temp.cells");
        execute("CREATE TEMP TABLE cells (v " + type + ")");
        var column =
                Objects.requireNonNull(
                                ask(
                                        "SELECT coalesce(nullif(t.typbasetype, 0), t.oid) || ' ' ||"
                                                + " CASE WHEN t.typtype = 'd' THEN t.typtypmod"
                                                + " ELSE a.atttypmod END FROM pg_attribute a JOIN pg_type t"
                                                + " ON t.oid = atttypid WHERE attrelid ="
                                                + " 'pg_temp.cells'::regclass AND attnum = 1"))
                        .split(" ", 2);
        this.oid = Long.parseLong(column[0]);
        this.modifier = Integer.parseInt(column[1]);
    }

    void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Nullable String ask(String sql) throws SQLException {
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }

    /// What a query gives while a setting is another; the driver, which takes only one, never sees
    /// it.
    String within(String setting, String value, String query) throws SQLException {
        return Objects.requireNonNull(
                ask(
                        "SELECT pg_temp.within('%s', '%s', '%s')"
                                .formatted(setting, value, query.replace("'", "''"))));
    }

    Shape.Column column(boolean binary) {
        return new Shape.Column("v", 1, 1, oid, modifier, binary);
    }

    CellMask mask(MaskSettings settings, boolean binary, Styles styles) {
        return CellMasks.of(
                column(binary), Operator.of("pii.x", settings, KEYS.scoped("shop", "s1")), styles);
    }

    /// A value as the server writes it.
    ///
    /// @param literal as in SQL: `'x'`, `7`
    byte[] cell(String literal, boolean binary) throws SQLException, IOException {
        execute("TRUNCATE cells");
        execute("INSERT INTO cells VALUES (" + literal + ")");
        if (!binary) {
            return Objects.requireNonNull(
                            ask("SELECT convert_from(textsend(v::text), 'UTF8') FROM cells"))
                    .getBytes(StandardCharsets.UTF_8);
        }
        var out = new ByteArrayOutputStream();
        copy.copyOut("COPY cells TO STDOUT (FORMAT binary)", out);
        var in = ByteBuffer.wrap(out.toByteArray()).position(COPY_HEADER + Short.BYTES);
        var cell = new byte[in.getInt()];
        in.get(cell);
        return cell;
    }

    /// What the server reads a cell as, written out again; the server checks the type's every rule.
    @Nullable String read(byte @Nullable [] cell, boolean binary) throws SQLException, IOException {
        execute("TRUNCATE cells");
        if (binary) {
            int length = cell == null ? 0 : cell.length;
            var in = ByteBuffer.allocate(COPY_HEADER + 2 * Short.BYTES + Integer.BYTES + length);
            in.put("PGCOPY\n\u00FF\r\n\0".getBytes(StandardCharsets.ISO_8859_1)).putLong(0);
            in.putShort((short) 1).putInt(cell == null ? -1 : length);
            in.put(cell == null ? new byte[0] : cell).putShort((short) -1);
            copy.copyIn(
                    "COPY cells FROM STDIN (FORMAT binary)", new ByteArrayInputStream(in.array()));
        } else {
            var text =
                    cell == null
                            ? "\\N"
                            : new String(cell, StandardCharsets.UTF_8)
                                    .replace("\\", "\\\\")
                                    .replace("\n", "\\n")
                                    .replace("\t", "\\t");
            copy.copyIn("COPY cells FROM STDIN", new StringReader(text + "\n"));
        }
        return ask("SELECT v::text FROM cells");
    }

    /// A masked value, as the server reads it.
    @Nullable String masked(MaskSettings settings, String literal, boolean binary)
            throws SQLException, IOException {
        var cell = cell(literal, binary);
        return read(mask(settings, binary, Styles.DEFAULT).apply(cell, 0, cell.length), binary);
    }

    @Override
    public String toString() {
        return type;
    }
}
