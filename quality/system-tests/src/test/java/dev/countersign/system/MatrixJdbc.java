package dev.countersign.system;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;
import org.postgresql.util.DriverInfo;
import org.postgresql.util.PSQLException;

/// The program of the matrix for pgjdbc ([DriverMatrixTest]). Its argument is the folder of
/// `types.txt` and `errors.txt`.
final class MatrixJdbc {
    private static final PrintStream OUT =
            new PrintStream(System.out, true, StandardCharsets.UTF_8);

    private final Path folder;
    private final Connection db;

    private MatrixJdbc(Path folder, Connection db) {
        this.folder = folder;
        this.db = db;
    }

    public static void main(String[] arguments) throws Exception {
        var folder = Path.of(arguments[0]);
        try (var db = connect()) {
            new MatrixJdbc(folder, db).all();
        }
        for (var mode :
                List.of("simple", "extended", "extendedForPrepared", "extendedCacheEverything")) {
            try (var db = connect("preferQueryMode", mode)) {
                new MatrixJdbc(folder, db).briefly(mode);
            }
        }
        say("version", "pgjdbc " + DriverInfo.DRIVER_VERSION);
        say("end", "closed");
    }

    private static Connection connect(String... more) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", System.getenv("PGUSER"));
        properties.setProperty("password", System.getenv("PGPASSWORD"));
        properties.setProperty("sslmode", System.getenv("PGSSLMODE"));
        properties.setProperty("sslrootcert", System.getenv("PGSSLROOTCERT"));
        properties.setProperty("loginTimeout", "20");
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection(
                "jdbc:postgresql://%s:%s/%s"
                        .formatted(
                                System.getenv("PGHOST"),
                                System.getenv("PGPORT"),
                                System.getenv("PGDATABASE")),
                properties);
    }

    private interface Work {
        Object go() throws SQLException, IOException;
    }

    private static void say(String name, @Nullable Object value) {
        OUT.println(name + ": " + value);
    }

    private static void attempt(String name, Work work) {
        try {
            say(name, work.go());
        } catch (SQLException e) {
            say(name, said(e));
        } catch (IOException e) {
            say(name, e);
        }
    }

    private static String said(SQLException e) {
        var server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
        var first =
                server == null
                        ? e.getClass().getSimpleName()
                                + " "
                                + e.getSQLState()
                                + " "
                                + e.getMessage()
                        : "%s %s %s|%s|%s at %d in %s.%s %s"
                                .formatted(
                                        server.getSeverity(),
                                        server.getSQLState(),
                                        server.getMessage(),
                                        server.getDetail(),
                                        server.getHint(),
                                        server.getPosition(),
                                        server.getTable(),
                                        server.getColumn(),
                                        server.getConstraint());
        return e.getNextException() == null ? first : first + " then " + said(e.getNextException());
    }

    private static String rows(ResultSet rows) throws SQLException {
        var out = new StringBuilder();
        var shape = rows.getMetaData();
        for (int i = 1; i <= shape.getColumnCount(); i++) {
            out.append(
                    "%s/%s/%s/%d/%d/%d/%s "
                            .formatted(
                                    shape.getColumnLabel(i),
                                    shape.getColumnTypeName(i),
                                    shape.getColumnClassName(i),
                                    shape.getPrecision(i),
                                    shape.getScale(i),
                                    shape.isNullable(i),
                                    shape.getTableName(i)));
        }
        while (rows.next()) {
            out.append('[');
            for (int i = 1; i <= shape.getColumnCount(); i++) {
                var value = rows.getObject(i);
                out.append(value instanceof byte[] b ? HexFormat.of().formatHex(b) : value)
                        .append(", ");
            }
            out.append(']');
        }
        return out.toString();
    }

    private String ask(String sql) throws SQLException {
        try (var statement = db.createStatement();
                var rows = statement.executeQuery(sql)) {
            return rows(rows);
        }
    }

    private void run(String sql) throws SQLException {
        try (var statement = db.createStatement()) {
            statement.execute(sql);
        }
    }

    private List<String> lines(String file) throws IOException {
        return Files.readAllLines(folder.resolve(file));
    }

    private void all() throws Exception {
        var product = db.getMetaData();
        say("connect.version", product.getDatabaseProductVersion());
        say("connect.parameters", db.unwrap(PGConnection.class).getParameterStatuses());
        attempt("connect.who", () -> ask("SELECT current_user, session_user, current_database()"));
        types();
        parameters();
        transactions();
        errors();
        cursors();
        copies();
        batches();
        large();
        cancels();
        notifications();
        catalogue();
        attempt(
                "masked.rows",
                () -> ask("SELECT id, name, email, card, ssn FROM customers ORDER BY id"));
        attempt("denied.all-rows", () -> ask("UPDATE things SET amount = amount RETURNING id"));
        attempt("denied.role", () -> ask("SET ROLE agent"));
    }

    private void types() throws IOException {
        int number = 0;
        for (var expression : lines("types.txt")) {
            var sql = "SELECT " + expression + " AS v";
            attempt("types.text." + number, () -> ask(sql));
            attempt(
                    "types.prepared." + number++,
                    () -> {
                        var out = new StringBuilder();
                        try (var statement = db.prepareStatement(sql)) {
                            for (int again = 0; again < 7; again++) { // in binary from the sixth on
                                try (var rows = statement.executeQuery()) {
                                    out.append(rows(rows));
                                }
                            }
                        }
                        return out;
                    });
        }
        attempt("types.rows", () -> ask("SELECT * FROM things ORDER BY id"));
    }

    private void parameters() throws SQLException {
        var values =
                new ArrayList<Object>(
                        List.of(
                                1,
                                1L << 40,
                                1.25,
                                true,
                                "Grüße 世界 🙂",
                                new byte[] {0, -1},
                                new BigDecimal("1.20"),
                                LocalDate.of(2026, 2, 28),
                                OffsetDateTime.parse("2026-02-28T01:02:03.000004Z"),
                                new UUID(0, 5),
                                db.createArrayOf("int", new Object[] {1, 2, null}),
                                db.createArrayOf("text", new Object[] {"a", null})));
        values.add(null);
        int number = 0;
        for (var value : values) {
            attempt(
                    "parameters." + number++,
                    () -> {
                        var out = new StringBuilder();
                        try (var statement =
                                db.prepareStatement("SELECT ? AS v, id FROM things WHERE id = ?")) {
                            for (int again = 0; again < 7; again++) {
                                statement.setObject(1, value);
                                statement.setInt(2, 1 + again % 3);
                                try (var rows = statement.executeQuery()) {
                                    out.append(rows(rows));
                                }
                            }
                            out.append(statement.getParameterMetaData().getParameterTypeName(2));
                        }
                        return out;
                    });
        }
    }

    private void transactions() throws SQLException {
        db.setAutoCommit(false);
        run("INSERT INTO things (id, name) VALUES (10, 'kept')");
        var one = db.setSavepoint("one");
        run("INSERT INTO things (id, name) VALUES (11, 'lost')");
        attempt("transactions.error", () -> ask("SELECT 1 / 0"));
        attempt("transactions.aborted", () -> ask("SELECT 1"));
        db.rollback(one);
        db.commit();
        attempt("transactions.kept", () -> ask("SELECT id, name FROM things WHERE id >= 10"));
        run("UPDATE things SET amount = 7 WHERE id = 10");
        db.rollback();
        db.setReadOnly(true);
        attempt(
                "transactions.read-only",
                () -> ask("DELETE FROM things WHERE id = 10 RETURNING 1"));
        db.rollback();
        db.setReadOnly(false);
        db.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        attempt("transactions.isolation", () -> ask("SHOW transaction_isolation"));
        db.commit();
        db.setTransactionIsolation(Connection.TRANSACTION_READ_COMMITTED);
        db.setAutoCommit(true);
        attempt(
                "transactions.returning",
                () -> ask("DELETE FROM things WHERE id = 10 RETURNING id, name, amount"));
    }

    private void errors() throws IOException {
        for (var line : lines("errors.txt")) {
            var words = line.split(": ", 2);
            attempt("errors." + words[0], () -> ask(words[1]));
        }
        attempt("errors.several", () -> several("SELECT 1; SELECT 'two'; VALUES (4), (5)"));
        attempt("errors.in-two", () -> several("SELECT 1; SELECT 1 / 0; SELECT 2"));
        attempt(
                "errors.warnings",
                () -> {
                    try (var statement = db.createStatement()) {
                        statement.execute("BEGIN; BEGIN; ROLLBACK; ROLLBACK");
                        var out = new StringBuilder();
                        for (SQLWarning w = statement.getWarnings();
                                w != null;
                                w = w.getNextWarning()) {
                            out.append(w.getSQLState())
                                    .append(' ')
                                    .append(w.getMessage())
                                    .append(", ");
                        }
                        return out;
                    }
                });
    }

    private String several(String sql) throws SQLException {
        var out = new StringBuilder();
        try (var statement = db.createStatement()) {
            boolean rows = statement.execute(sql);
            while (rows || statement.getUpdateCount() >= 0) {
                out.append(rows ? rows(statement.getResultSet()) : statement.getUpdateCount());
                rows = statement.getMoreResults();
            }
        }
        return out.toString();
    }

    private void cursors() throws SQLException {
        db.setAutoCommit(false);
        attempt(
                "cursors.sum",
                () -> {
                    try (var statement =
                            db.prepareStatement(
                                    "SELECT n, repeat('x', n) FROM generate_series(1, ?) AS n")) {
                        statement.setFetchSize(70);
                        statement.setInt(1, 1_000);
                        long sum = 0;
                        for (int again = 0; again < 7; again++) {
                            try (var rows = statement.executeQuery()) {
                                while (rows.next()) {
                                    sum += rows.getString(2).length();
                                }
                            }
                        }
                        return sum;
                    }
                });
        attempt(
                "cursors.interleaved",
                () -> {
                    try (var one = db.createStatement();
                            var two = db.createStatement()) {
                        one.setFetchSize(3);
                        two.setFetchSize(4);
                        long sum = 0;
                        try (var a = one.executeQuery("SELECT generate_series(1, 50)");
                                var b = two.executeQuery("SELECT generate_series(1, 50)")) {
                            while (a.next() && b.next()) {
                                sum += a.getLong(1) * b.getLong(1);
                            }
                        }
                        return sum;
                    }
                });
        db.commit();
        db.setAutoCommit(true);
        attempt(
                "cursors.scroll",
                () -> {
                    try (var statement =
                                    db.createStatement(
                                            ResultSet.TYPE_SCROLL_INSENSITIVE,
                                            ResultSet.CONCUR_UPDATABLE);
                            var rows =
                                    statement.executeQuery(
                                            "SELECT id, name FROM things ORDER BY id")) {
                        rows.last();
                        rows.updateString(2, "changed");
                        rows.updateRow();
                        return rows.getRow();
                    }
                });
        attempt("cursors.updated", () -> ask("SELECT name FROM things WHERE id = 3"));
        attempt(
                "cursors.most",
                () -> {
                    try (var statement = db.createStatement()) {
                        statement.setMaxRows(5);
                        try (var rows =
                                statement.executeQuery("SELECT generate_series(1, 50) AS n")) {
                            return rows(rows);
                        }
                    }
                });
    }

    private void copies() throws SQLException {
        var copy = db.unwrap(PGConnection.class).getCopyAPI();
        for (var form : List.of("text", "csv", "binary")) {
            attempt(
                    "copy.out." + form,
                    () -> {
                        var out = new ByteArrayOutputStream();
                        long count =
                                copy.copyOut(
                                        "COPY (SELECT id, amount, at, doc, raw FROM things ORDER BY id) TO STDOUT (FORMAT "
                                                + form
                                                + ")",
                                        out);
                        return count + " " + HexFormat.of().formatHex(out.toByteArray());
                    });
        }
        var lines = new StringBuilder();
        for (int n = 100; n < 1_100; n++) {
            lines.append(n).append("\tcopied ü\n");
        }
        attempt(
                "copy.in",
                () -> copy.copyIn("COPY things (id, name) FROM STDIN", bytes(lines.toString())));
        attempt(
                "copy.broken",
                () ->
                        copy.copyIn(
                                "COPY things (id, name) FROM STDIN", bytes("3000\tfine\nx\ty\n")));
        attempt(
                "copy.given-up",
                () -> {
                    var half = copy.copyIn("COPY things (id, name) FROM STDIN");
                    half.writeToCopy("3000\tfine\n".getBytes(StandardCharsets.UTF_8), 0, 10);
                    half.cancelCopy();
                    return half.isActive();
                });
        attempt("copy.there", () -> ask("SELECT count(*), max(name) FROM things WHERE id >= 100"));
        attempt(
                "copy.deleted",
                () -> {
                    try (var statement = db.createStatement()) {
                        return statement.executeUpdate("DELETE FROM things WHERE id >= 100");
                    }
                });
    }

    private static ByteArrayInputStream bytes(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private void batches() {
        attempt(
                "batch.sum",
                () -> {
                    try (var statement =
                            db.prepareStatement("INSERT INTO parts (thing, label) VALUES (?, ?)")) {
                        fill(statement, 1, 500);
                        int sum = 0;
                        for (int one : statement.executeBatch()) {
                            sum += one;
                        }
                        return sum;
                    }
                });
        attempt(
                "batch.keys",
                () -> {
                    try (var statement =
                            db.prepareStatement(
                                    "INSERT INTO parts (thing, label) VALUES (?, ?)",
                                    new String[] {"label", "twice"})) {
                        fill(statement, 2, 5);
                        statement.executeBatch();
                        return rows(statement.getGeneratedKeys());
                    }
                });
        attempt(
                "batch.failing",
                () -> {
                    try (var statement = db.createStatement()) {
                        statement.addBatch("INSERT INTO parts (thing, label) VALUES (3, 'a')");
                        statement.addBatch("INSERT INTO parts (thing, label) VALUES (3, 'a')");
                        statement.addBatch("INSERT INTO parts (thing, label) VALUES (3, 'b')");
                        return statement.executeBatch().length;
                    } catch (BatchUpdateException e) {
                        return e.getUpdateCounts().length + " " + said(e);
                    }
                });
        attempt(
                "batch.there",
                () -> ask("SELECT thing, count(*) FROM parts GROUP BY thing ORDER BY thing"));
        attempt(
                "batch.deleted",
                () ->
                        ask(
                                "WITH gone AS (DELETE FROM parts WHERE thing > 0 RETURNING 1) SELECT count(*) FROM gone"));
    }

    private static void fill(PreparedStatement statement, int thing, int count)
            throws SQLException {
        for (int n = 0; n < count; n++) {
            statement.setInt(1, thing);
            statement.setString(2, "l" + n);
            statement.addBatch();
        }
    }

    private void large() {
        attempt(
                "large.rows",
                () -> {
                    try (var statement = db.createStatement();
                            var rows =
                                    statement.executeQuery(
                                            "SELECT n, md5(n::text) FROM generate_series(1, 100000) AS n")) {
                        var digest = MessageDigest.getInstance("SHA-256");
                        while (rows.next()) {
                            digest.update(rows.getBytes(1));
                            digest.update(rows.getBytes(2));
                        }
                        return HexFormat.of().formatHex(digest.digest());
                    } catch (NoSuchAlgorithmException e) {
                        throw new IOException(e);
                    }
                });
        attempt(
                "large.cell",
                () ->
                        ask("SELECT length(v), md5(v) FROM (SELECT repeat('ü', 4000000) AS v) AS one")
                                .length());
        attempt("large.whole", () -> ask("SELECT repeat('ü', 4000000)").length());
    }

    private void cancels() throws Exception {
        try (var statement = db.createStatement()) {
            var cancelling = later(statement);
            long began = System.nanoTime();
            attempt("cancel.running", () -> statement.executeQuery("SELECT pg_sleep(20)"));
            say("cancel.soon", System.nanoTime() - began < 10_000_000_000L);
            cancelling.join();
        }
        try (var statement = db.createStatement()) {
            statement.setQueryTimeout(1); // which it does by a cancel of its own
            attempt("timeout.own", () -> statement.executeQuery("SELECT pg_sleep(20)"));
        }
        run("SET statement_timeout = '300ms'");
        attempt("timeout.statement", () -> ask("SELECT pg_sleep(20)"));
        run("RESET statement_timeout");
        attempt("timeout.after", () -> ask("SHOW statement_timeout"));
    }

    private static Thread later(Statement statement) {
        return Thread.ofVirtual()
                .start(() -> {
                    try {
                        Thread.sleep(700);
                        statement.cancel();
                    } catch (InterruptedException | SQLException e) {
                        say("cancel.failed", e);
                    }
                });
    }

    private void notifications() throws SQLException {
        run("LISTEN jobs");
        run("NOTIFY jobs, 'grüß dich'");
        var connection = db.unwrap(PGConnection.class);
        var came = connection.getNotifications(10_000);
        for (var one : came == null ? new org.postgresql.PGNotification[0] : came) {
            say(
                    "notify.came",
                    one.getName()
                            + " "
                            + one.getParameter()
                            + " "
                            + (one.getPID() == connection.getBackendPID()));
        }
        run("UNLISTEN *");
    }

    /// What tools ask of a driver's metadata.
    private void catalogue() throws SQLException {
        var about = db.getMetaData();
        attempt("catalogue.schemas", () -> rows(about.getSchemas()));
        attempt("catalogue.tables", () -> rows(about.getTables(null, "public", "%", null)));
        attempt("catalogue.columns", () -> rows(about.getColumns(null, "public", "%", "%")));
        attempt("catalogue.keys", () -> rows(about.getPrimaryKeys(null, "public", "parts")));
        attempt("catalogue.imported", () -> rows(about.getImportedKeys(null, "public", "parts")));
        attempt("catalogue.exported", () -> rows(about.getExportedKeys(null, "public", "things")));
        attempt(
                "catalogue.indexes",
                () -> rows(about.getIndexInfo(null, "public", "parts", false, true)));
        attempt("catalogue.types", () -> rows(about.getTypeInfo()));
        attempt("catalogue.udts", () -> rows(about.getUDTs(null, "public", "%", null)));
        attempt("catalogue.functions", () -> rows(about.getFunctions(null, "public", "%")));
        attempt("catalogue.procedures", () -> rows(about.getProcedures(null, "public", "%")));
        attempt(
                "catalogue.privileges",
                () -> rows(about.getTablePrivileges(null, "public", "things")));
        attempt(
                "catalogue.column-privileges",
                () -> rows(about.getColumnPrivileges(null, "public", "things", "%")));
        attempt(
                "catalogue.best",
                () -> rows(about.getBestRowIdentifier(null, "public", "things", 1, true)));
        attempt("catalogue.catalogs", () -> rows(about.getCatalogs()));
        attempt("catalogue.keywords", about::getSQLKeywords);
        attempt("catalogue.client-info", () -> rows(about.getClientInfoProperties()));
    }

    private void briefly(String mode) {
        attempt("mode." + mode + ".rows", () -> ask("SELECT * FROM things ORDER BY id"));
        attempt("mode." + mode + ".again", () -> ask("SELECT * FROM things ORDER BY id"));
        attempt("mode." + mode + ".several", () -> several("SELECT 1; SELECT 'two'"));
        attempt(
                "mode." + mode + ".parameter",
                () -> {
                    try (var statement =
                            db.prepareStatement(
                                    "SELECT name FROM things WHERE id = ? AND name = ?")) {
                        statement.setInt(1, 2);
                        statement.setString(2, "zwei");
                        try (var rows = statement.executeQuery()) {
                            return rows(rows);
                        }
                    }
                });
        attempt("mode." + mode + ".error", () -> ask("SELECT 1 / 0"));
    }
}
