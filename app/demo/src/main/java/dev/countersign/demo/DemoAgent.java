package dev.countersign.demo;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/// The scripted planner-executor agent: an ordinary JDBC client that names its plan and step as any
/// client can.
final class DemoAgent implements AutoCloseable {
    private final Connection connection;

    private DemoAgent(Connection connection) {
        this.connection = connection;
    }

    /// @param token that the issuer gave for eve, acting for ann; it is the password
    static DemoAgent connect(int port, String token, String step) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", "eve");
        properties.setProperty("password", token);
        properties.setProperty(
                "sslmode", "disable"); // the demo's listener is on loopback and says so
        properties.setProperty(
                "options", "-c countersign.plan=refunds-nov -c countersign.step=" + step);
        properties.setProperty("ApplicationName", "demo-agent");
        properties.setProperty("loginTimeout", "20");
        return new DemoAgent(
                DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + port + "/" + DemoDatabase.NAME,
                        properties));
    }

    /// Rows as text, the columns' names first.
    ///
    /// @throws SQLException the refusal, as any client gets it
    List<List<String>> rows(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            var out = new ArrayList<List<String>>();
            if (statement.execute(sql)) {
                try (var result = statement.getResultSet()) {
                    var shape = result.getMetaData();
                    var names = new ArrayList<String>();
                    for (int i = 1; i <= shape.getColumnCount(); i++) {
                        names.add(shape.getColumnLabel(i));
                    }
                    out.add(names);
                    while (result.next()) {
                        var row = new ArrayList<String>();
                        for (int i = 1; i <= names.size(); i++) {
                            row.add(String.valueOf(result.getString(i)));
                        }
                        out.add(row);
                    }
                }
            }
            return out;
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
