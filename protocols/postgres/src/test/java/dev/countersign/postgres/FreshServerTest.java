package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// To write the file anew: `-Dcountersign.write=true`.
class FreshServerTest {
    private static final Path FILE =
            Path.of("src/main/resources/dev/countersign/postgres/fresh-server.txt");

    private static final List<String> QUESTIONS =
            List.of(
                    """
                    SELECT 'type', oid, typname, typtype, CASE typcategory WHEN 'A' THEN 'A' ELSE 'N' END, typelem,
                      typbasetype, typrelid
                    FROM pg_catalog.pg_type WHERE oid < 16384
                    ORDER BY oid
                    """,
                    """
                    SELECT 'relation', c.oid, n.nspname, c.relname, c.relkind,
                      (SELECT string_agg(a.attname || ':' || a.atttypid, ',' ORDER BY a.attnum)
                       FROM pg_catalog.pg_attribute a WHERE a.attrelid = c.oid AND a.attnum > 0)
                    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
                    WHERE c.oid < 16384 AND c.relkind IN ('r', 'v')
                      AND n.nspname IN ('pg_catalog', 'information_schema')
                    ORDER BY c.oid
                    """,
                    """
                    SELECT DISTINCT 'rows', p.proname
                    FROM pg_catalog.pg_proc p JOIN pg_catalog.pg_type t ON t.oid = p.proargtypes[0]
                    WHERE p.oid < 16384 AND (t.typtype IN ('c', 'd') OR t.typname IN ('record', 'any',
                      'anyelement', 'anynonarray', 'anycompatible', 'anycompatiblenonarray'))
                    ORDER BY 2
                    """);

    @Test
    void the_file_says_what_a_real_server_has_of_its_own() throws Exception {
        var lines = new ArrayList<String>();
        for (var question : QUESTIONS) {
            lines.addAll(answers(question));
        }
        if (Boolean.getBoolean("countersign.write")) {
            Files.write(FILE, lines);
        }

        assertThat(Files.readAllLines(FILE)).isEqualTo(lines);
    }

    private static List<String> answers(String question) throws SQLException {
        try (var connection = RealPostgres.get().owner();
                var statement = connection.createStatement();
                var rows = statement.executeQuery(question)) {
            var out = new ArrayList<String>();
            while (rows.next()) {
                var row = new ArrayList<String>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    row.add(rows.getString(i));
                }
                out.add(String.join("\t", row));
            }
            return out;
        }
    }
}
