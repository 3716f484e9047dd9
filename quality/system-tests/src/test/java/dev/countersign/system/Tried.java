package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/// What came of statements that were tried: every cell, or the refusal.
///
/// @param seen all cells and error texts, a line each
/// @param code SQLSTATE of the error; empty if there was none
record Tried(String seen, String code) {
    /// How values of labelled columns begin, in any writing that a test could meet them in.
    static final List<String> CANARIES =
            List.of(
                    "536-90",
                    "536904399",
                    "4000 1234",
                    "5105 1051",
                    "219-09",
                    "ada@",
                    "ADA@",
                    "ben@",
                    "BEN@",
                    "1990-05",
                    "1985-11");

    /// Runs the statements one by one on this connection; stops at the first error.
    static Tried all(Connection connection, String... statements) throws SQLException {
        var out = new StringBuilder();
        try (var statement = connection.createStatement()) {
            for (var sql : statements) {
                boolean rows = statement.execute(sql);
                while (rows || statement.getUpdateCount() >= 0) {
                    if (rows) {
                        cells(statement, out);
                    }
                    rows = statement.getMoreResults();
                }
            }
        } catch (SQLException e) {
            return new Tried(out + "\n" + e, e.getSQLState());
        }
        return new Tried(out.toString(), "");
    }

    private static void cells(Statement statement, StringBuilder out) throws SQLException {
        try (var result = statement.getResultSet()) {
            int columns = result.getMetaData().getColumnCount();
            for (int i = 1; i <= columns; i++) {
                out.append(result.getMetaData().getColumnName(i)).append('\n');
            }
            while (result.next()) {
                for (int i = 1; i <= columns; i++) {
                    out.append(result.getString(i)).append('\n');
                }
            }
        }
    }

    /// Nothing of a labelled column is in it.
    Tried harmless() {
        assertThat(seen).doesNotContain(CANARIES);
        return this;
    }

    /// The gateway refused it, with a code of its own or as not served.
    Tried refused() {
        assertThat(code).as(seen).matches("ZC0[0-9]{2}|0A000");
        return harmless();
    }

    /// It ran.
    Tried ran() {
        assertThat(code).as(seen).isEmpty();
        return harmless();
    }
}
