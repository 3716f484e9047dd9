package dev.countersign.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.gate.Analyst;
import dev.countersign.gate.Asked;
import dev.countersign.gate.Toys;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Refusal;
import dev.countersign.model.Request;
import dev.countersign.model.Session;
import dev.countersign.model.Verb;
import dev.countersign.sql.Statements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What a text is said to do, with the real grammar and a real server's catalogue.
class PostgresAnalystTest {
    private static final RealPostgres REAL = RealPostgres.get();
    private static final Statements STATEMENTS = new Statements();
    private static final FunctionCalls NO_CALLS =
            new FunctionCalls(
                    List.of(),
                    () -> {
                        throw new IllegalStateException("nobody asks");
                    },
                    Runnable::run);

    private static final RowPreview ROWS =
            new RowPreview(
                    _ -> {
                        throw new IllegalStateException("nobody counts");
                    },
                    Runnable::run);

    private static final Analyst ANALYST = analyst(true, "a.people.ssn");

    @BeforeAll
    static void schema() throws SQLException {
        REAL.execute(
                "CREATE SCHEMA IF NOT EXISTS a",
                "CREATE TABLE IF NOT EXISTS a.people (id int, ssn text)",
                "CREATE TABLE IF NOT EXISTS a.things (id int, name text)");
    }

    @AfterAll
    static void close() {
        STATEMENTS.close();
    }

    private static Analyst analyst(boolean reachable, String... labelled) {
        var target = REAL.target(labelled);
        var catalogues =
                new Catalogues(
                        target,
                        new CatalogueReader(
                                target,
                                () -> {
                                    try {
                                        if (!reachable) {
                                            throw new IOException("it is down");
                                        }
                                        return RealPostgres.connect(target, RealPostgres.PASSWORD);
                                    } catch (IOException e) {
                                        throw new UncheckedIOException(e);
                                    }
                                },
                                STATEMENTS),
                        Runnable::run);
        return new PostgresAnalyst(
                STATEMENTS,
                catalogues,
                new Comparisons(60, () -> 1),
                NO_CALLS,
                labelled.length > 0,
                Served.PLAIN,
                ROWS);
    }

    private static Session session(String path) {
        var toy = Toys.session();
        return new Session(
                toy.id(),
                toy.who(),
                toy.where(),
                toy.from(),
                toy.work(),
                false,
                path.isEmpty() ? Map.of() : Map.of("search_path", path));
    }

    private static Analyst.Analysis analyse(Analyst analyst, String sql, String... namesAndTexts) {
        return analyse(analyst, session("\"a\", public"), sql, namesAndTexts);
    }

    private static Analyst.Analysis analyse(
            Analyst analyst, Session session, String sql, String... namesAndTexts) {
        var names = new java.util.ArrayList<Request.Named>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            names.add(
                    new Request.Named(
                            namesAndTexts[i], Bytes.utf8(namesAndTexts[i + 1]), List.of()));
        }
        var request =
                new Request(
                        Bytes.utf8(sql),
                        List.of(),
                        List.of(),
                        names,
                        Map.of(),
                        false,
                        null,
                        false,
                        false,
                        false);
        return analyst.analyse(session, new Asked(ActionId.fresh(), request))
                .toCompletableFuture()
                .join();
    }

    private static Refusal never(Analyst.Analysis analysis) {
        return Objects.requireNonNull(analysis.never());
    }

    private static Facts.Sql facts(Analyst.Analysis analysis) {
        return (Facts.Sql) analysis.action().facts();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "SELECT id FROM things | READ",
                "INSERT INTO things VALUES (1, 'x') | WRITE",
                "UPDATE things SET name = 'x' WHERE id = 1 | WRITE",
                "WITH d AS (DELETE FROM things RETURNING id) SELECT id FROM d | WRITE",
                "CREATE TABLE things2 (id int) | DEFINE",
                "GRANT SELECT ON things TO public | ADMINISTER",
                "SELECT 1; DROP TABLE things | DEFINE",
                "EXPLAIN ANALYZE DELETE FROM things | WRITE",
                "no sql | UNKNOWN",
                "DO 'x' | WRITE"
            })
    void the_gravest_verb_of_a_text_counts(String sql, Verb verb) {
        assertThat(analyse(ANALYST, sql).action().verb()).isEqualTo(verb);
    }

    @Test
    void an_empty_text_reads_nothing() {
        var analysis = analyse(ANALYST, "  -- nothing\n");

        assertThat(analysis.never()).isNull();
        assertThat(analysis.action().effects()).containsExactly(Effect.READ);
    }

    @Test
    void the_second_answer_to_a_shape_is_the_first_one_again() {
        for (int i = 0; i < 3; i++) {
            var analysis = analyse(ANALYST, "SELECT ssn FROM people WHERE id = " + i);

            assertThat(analysis.never()).isNull();
            assertThat(facts(analysis).sensitive()).isTrue();
            assertThat(facts(analysis).columnsByValue()).containsExactly("a.people.ssn");
        }
    }

    @Test
    void names_mean_what_the_sessions_path_says() {
        assertThat(never(analyse(ANALYST, session("b"), "SELECT id FROM things")).message())
                .contains("a relation it names is not known");
        assertThat(facts(analyse(ANALYST, "SELECT id FROM things")).tables())
                .containsExactly("a.things");
    }

    @Test
    void what_a_name_stands_for_is_part_of_what_a_text_does() {
        var harmless = analyse(ANALYST, "EXECUTE s", "s", "SELECT id FROM things");
        var sensitive = analyse(ANALYST, "EXECUTE s", "s", "SELECT ssn FROM people");
        var grave = analyse(ANALYST, "EXECUTE s", "s", "DROP TABLE things");
        var both =
                analyse(
                        ANALYST,
                        "EXECUTE s",
                        "s",
                        "SELECT id FROM things",
                        "s",
                        "DELETE FROM things");

        assertThat(harmless.action().verb()).isEqualTo(Verb.READ);
        assertThat(facts(harmless).sensitive()).isFalse();
        assertThat(facts(sensitive).sensitive()).isTrue();
        assertThat(grave.action().verb()).isEqualTo(Verb.DEFINE);
        assertThat(both.action().verb()).as("by all it may mean").isEqualTo(Verb.WRITE);
    }

    @Test
    void a_name_that_stands_for_nothing_never_runs() {
        for (var sql : List.of("EXECUTE s", "FETCH ALL FROM c", SqlTexts.UNKNOWN)) {
            assertThat(never(analyse(ANALYST, sql)).reason()).isEqualTo(Refusal.Reason.NEVER);
        }
        assertThat(never(analyse(ANALYST, SqlTexts.FUNCTION_CALL)).reason())
                .isEqualTo(Refusal.Reason.NOT_SERVED);
    }

    @Test
    void without_a_catalogue_a_labelled_target_reads_nothing_and_an_unlabelled_one_goes_on() {
        var down = analyst(false, "a.people.ssn");

        assertThat(never(analyse(down, "SELECT id FROM things")).message())
                .contains("catalogue cannot be read");
        assertThat(analyse(down, "SELECT 1").never()).isNull();
        assertThat(analyse(down, "BEGIN").never()).isNull();
        assertThat(analyse(analyst(false), "SELECT id FROM things").never()).isNull();
    }

    @Test
    void what_is_shown_of_a_text_has_no_value_in_it() {
        for (var sql :
                Arrays.asList(
                        "SELECT id FROM things WHERE name = 'canary'",
                        "SELECT canary FROM things",
                        "SELECT id FROM things WHERE name = $$canary$$ AND id = 4711",
                        "SELECT id /* canary */ FROM things -- canary",
                        "SELECT id FROM things WHERE \"canary 4711\" = 1",
                        "SELECT 'canary",
                        "SELECT E'canary\\' 4711'")) {
            assertThat(analyse(ANALYST, sql).action().shape())
                    .as(sql)
                    .doesNotContain("canary")
                    .doesNotContain("4711");
        }
        var huge = "SELECT 'a', 'b', 'c', '" + "canary".repeat(5_000) + "'";
        assertThat(analyse(ANALYST, huge).action().shape())
                .isEqualTo("(a text of " + huge.length() + " characters)");
    }

    @Test
    void a_large_statement_that_nobody_has_the_time_to_follow_does_not_run() {
        var statements = new Statements();
        var target = REAL.target("a.people.ssn");
        var catalogues =
                new Catalogues(target, RealPostgres.reader(target, statements), Runnable::run);
        var analyst =
                new PostgresAnalyst(
                        statements,
                        catalogues,
                        new Comparisons(60, () -> 1),
                        NO_CALLS,
                        true,
                        Served.PLAIN,
                        ROWS);
        var large = "SELECT id FROM a.things WHERE id IN (" + "1, ".repeat(600) + "2)";
        assertThat(analyse(analyst, large).never()).isNull();

        statements.close();

        assertThat(never(analyse(analyst, large)).reason()).isEqualTo(Refusal.Reason.LIMIT);
    }

    // ---- FunctionCalls

    private static Analyst.Analysis call(FunctionCalls calls, String number, int arguments) {
        var request =
                new Request(
                        Bytes.utf8(SqlTexts.FUNCTION_CALL + number),
                        java.util.Collections.nCopies(
                                arguments, new Request.Parameter(0, 1, Bytes.utf8("x"))),
                        List.of(1),
                        List.of(),
                        Map.of(),
                        false,
                        null,
                        false,
                        true,
                        false);
        return calls.analyse(session(""), new Asked(ActionId.fresh(), request))
                .toCompletableFuture()
                .join();
    }

    private static FunctionCalls calls(String... listed) {
        return new FunctionCalls(
                List.of(listed),
                () -> {
                    try {
                        return RealPostgres.connect(REAL.target(), RealPostgres.PASSWORD);
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                },
                Runnable::run);
    }

    @Test
    void a_listed_function_is_a_call_by_the_name_that_the_target_has_for_its_number() {
        var analysis = call(calls("loread", "lo_open"), "952", 2);

        assertThat(analysis.never()).isNull();
        assertThat(analysis.action().shape()).isEqualTo("lo_open(?, ?)");
        assertThat(analysis.action().effects()).containsExactly(Effect.CALL);
        assertThat(analysis.action().provenRead()).isFalse();
        assertThat(analysis.action().resources().toString())
                .isEqualTo("[function:pg_catalog.lo_open]");
        assertThat(facts(analysis).functions()).containsExactly("lo_open");
        assertThat(facts(analysis).sensitive()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"954", "764", "765", "0", "4294967295", "999999"})
    void any_other_number_is_not_served(String number) {
        var analysis = call(calls("lo_open"), number, 1);

        assertThat(never(analysis).reason()).isEqualTo(Refusal.Reason.NOT_SERVED);
        assertThat(never(analysis).message()).contains("`function-calls`");
        assertThat(analysis.action().effects()).containsExactly(Effect.UNKNOWN);
    }

    @Test
    void where_none_is_listed_the_target_is_not_asked() {
        var analysis = call(NO_CALLS, "952", 2);

        assertThat(never(analysis).reason()).isEqualTo(Refusal.Reason.NOT_SERVED);
        assertThat(never(analysis).message()).contains("FunctionCall", "`function-calls`");
    }

    @Test
    void where_the_target_does_not_tell_the_numbers_nothing_is_called() {
        var down =
                new FunctionCalls(
                        List.of("lo_open"),
                        () -> {
                            throw new UncheckedIOException(new IOException("it is down"));
                        },
                        Runnable::run);

        assertThat(never(call(down, "952", 2)).reason()).isEqualTo(Refusal.Reason.NOT_SERVED);
    }
}
