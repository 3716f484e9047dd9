package dev.countersign.system;

import dev.countersign.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;

/// One connection through the gateway, as the users of one driver have it out of the box. A
/// statement gives one value, and `$1` in it is its one argument, the number 1.
interface HeldDriver extends AutoCloseable {
    /// Waits for the answer.
    Answer run(String sql) throws IOException;

    /// The driver's own way to take back what runs; from another thread.
    void cancel() throws IOException;

    Answer begin() throws IOException;

    Answer rollback() throws IOException;

    @Override
    void close() throws IOException;

    /// @param value of the one cell that came; empty where there was an error
    /// @param state SQLSTATE; empty where there was no error of the server's
    record Answer(String value, String state, String message, String detail, String hint) {
        static Answer of(String value) {
            return new Answer(value, "", "", "", "");
        }
    }

    /// pgjdbc, in this process.
    final class Jdbc implements HeldDriver {
        private final Connection connection;
        private volatile @Nullable PreparedStatement running;

        Jdbc(Connection connection) {
            this.connection = connection;
        }

        @Override
        public Answer run(String sql) {
            try (var statement = connection.prepareStatement(sql.replace("$1", "?"))) {
                if (sql.contains("$1")) {
                    statement.setInt(1, 1);
                }
                running = statement;
                try (var rows = statement.executeQuery()) {
                    rows.next();
                    return Answer.of(rows.getString(1));
                }
            } catch (SQLException e) {
                return said(e);
            }
        }

        private static Answer said(SQLException e) {
            var server = e instanceof PSQLException p ? p.getServerErrorMessage() : null;
            return server == null
                    ? new Answer("", "", String.valueOf(e.getMessage()), "", "")
                    : new Answer(
                            "",
                            text(server.getSQLState()),
                            text(server.getMessage()),
                            text(server.getDetail()),
                            text(server.getHint()));
        }

        private static String text(@Nullable String maybe) {
            return maybe == null ? "" : maybe;
        }

        @Override
        public void cancel() throws IOException {
            try {
                var statement = running;
                if (statement != null) {
                    statement.cancel();
                }
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }

        @Override
        public Answer begin() {
            return settled(() -> connection.setAutoCommit(false));
        }

        @Override
        public Answer rollback() {
            return settled(() -> {
                connection.rollback();
                connection.setAutoCommit(true);
            });
        }

        private interface Step {
            void take() throws SQLException;
        }

        private static Answer settled(Step step) {
            try {
                step.take();
                return Answer.of("");
            } catch (SQLException e) {
                return said(e);
            }
        }

        @Override
        public void close() throws IOException {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new IOException(e);
            }
        }
    }

    /// A program of `quality/holds`, which is told a line and answers one.
    final class Program implements HeldDriver {
        private final Child child;

        Program(List<String> command, Map<String, String> environment, Path errors)
                throws IOException {
            child = new Child(command, environment, errors);
        }

        private Answer order(Json.Obj order) throws IOException {
            child.say(order.text());
            var line = child.hear();
            if (line == null) {
                return new Answer("", "", "the driver's program ended", "", "");
            }
            var said = (Json.Obj) Json.parse(line);
            return new Answer(
                    said.text("value").orElse(""),
                    said.text("state").orElse(""),
                    said.text("message").orElse(""),
                    said.text("detail").orElse(""),
                    said.text("hint").orElse(""));
        }

        @Override
        public Answer run(String sql) throws IOException {
            var arguments = sql.contains("$1") ? List.of(1) : List.<Integer>of();
            return order(
                    Json.object()
                            .put("do", "run")
                            .put("sql", sql)
                            .put("arguments", Json.list(arguments, one -> Json.of((long) one)))
                            .build());
        }

        @Override
        public void cancel() throws IOException {
            child.say(Json.object().put("do", "cancel").build().text());
        }

        @Override
        public Answer begin() throws IOException {
            return order(Json.object().put("do", "begin").build());
        }

        @Override
        public Answer rollback() throws IOException {
            return order(Json.object().put("do", "rollback").build());
        }

        @Override
        public void close() throws IOException {
            child.close();
        }
    }

    /// psql on a terminal, typed at and read as by a person (an interrupt would end a script).
    final class Psql implements HeldDriver {
        private static final String PSQL =
                "psql -n -X -q -A -t -P pager=off -v VERBOSITY=verbose -v PROMPT1= -v PROMPT2=";
        private static final String INTERRUPT = "\003";
        private static final String DONE = "--done--";

        private final Child child;

        Psql(Map<String, String> environment) throws IOException {
            child =
                    new Child(
                            List.of("script", "-q", "-E", "never", "-c", PSQL, "/dev/null"),
                            environment,
                            null);
        }

        @Override
        public Answer run(String sql) throws IOException {
            child.say(sql.replace("$1", "1") + ";\n\\warn " + DONE);
            var value = "";
            var state = "";
            var message = "";
            var detail = "";
            var hint = "";
            while (true) {
                var line = child.hear();
                if (line == null) {
                    return new Answer("", "", "psql ended", "", "");
                }
                if (line.equals(DONE)) {
                    return new Answer(value, state, message, detail, hint);
                }
                var words = line.split(": +", 3);
                switch (words[0]) {
                    case "ERROR", "FATAL" -> {
                        state = words[1];
                        message = words[2];
                    }
                    case "DETAIL" -> detail = line.substring("DETAIL:  ".length());
                    case "HINT" -> hint = line.substring("HINT:  ".length());
                    case "NOTICE",
                            "LOCATION",
                            "^CCancel request sent",
                            "Cancel request sent",
                            "" -> {}
                    default -> value = line;
                }
            }
        }

        @Override
        public void cancel() throws IOException {
            child.type(INTERRUPT); // which takes back what was typed behind the statement
            child.say("\\warn " + DONE);
        }

        @Override
        public Answer begin() throws IOException {
            return run("BEGIN");
        }

        @Override
        public Answer rollback() throws IOException {
            return run("ROLLBACK");
        }

        @Override
        public void close() throws IOException {
            child.close();
        }
    }

    /// A process that is talked to line by line.
    final class Child implements AutoCloseable {
        final Process process;
        private final java.io.BufferedReader out;

        /// @param errors where its standard error goes; null for the same way as its output
        Child(List<String> command, Map<String, String> environment, @Nullable Path errors)
                throws IOException {
            var builder = new ProcessBuilder(new ArrayList<>(command));
            builder.environment().putAll(environment);
            if (errors == null) {
                builder.redirectErrorStream(true);
            } else {
                builder.redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()));
            }
            process = builder.start();
            out = process.inputReader(StandardCharsets.UTF_8);
        }

        void say(String line) throws IOException {
            type(line + "\n");
        }

        void type(String keys) throws IOException {
            var in = process.getOutputStream();
            in.write(keys.getBytes(StandardCharsets.UTF_8));
            in.flush();
        }

        @Nullable String hear() throws IOException {
            return out.readLine();
        }

        @Override
        public void close() throws IOException {
            process.getOutputStream().close();
            process.destroy();
        }
    }
}
