package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.countersign.model.Json;
import dev.countersign.verifier.Verifier;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The target is gone in the middle of its answer: the client hears of it and takes no part for the
/// whole, and the outcome says what is known.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TargetGoneTest {
    private static final String ROWS =
            "SELECT n, repeat('x', 50000) AS "
                    + CuttingTarget.MARK
                    + " FROM generate_series(1, 40) AS n";

    @TempDir static Path directory;

    private House house;
    private CuttingTarget target;

    @BeforeAll
    void start() throws Exception {
        house = new House(directory, SpineTest.POLICY);
        target = new CuttingTarget(house.database.getPort());
        house.plainBehind(target.port());
        house.restart();
    }

    @AfterAll
    void stop() throws Exception {
        house.close();
        target.close();
        var report = Verifier.verify(house.data(), Verifier.Options.DEFAULT);
        assertThat(report.exitCode()).as(report.findings().toString()).isZero();
    }

    /// The outcome that comes behind so many.
    private Json.Obj outcome(int before) throws IOException {
        await().atMost(Duration.ofSeconds(20))
                .until(() -> Records.outcomes(house.data()).size() > before);
        return Records.outcomes(house.data()).getLast();
    }

    @ParameterizedTest(name = "after {0} bytes, reset: {1}")
    @CsvSource({
        "0, false",
        "3, true", // in the head of a message
        "40, false", // in the description of the rows
        "500, true", // in a row
        "50100, false", // between the first row and the second
        "1000000, false",
        "1000000, true"
    })
    void half_of_an_answer_is_never_taken_for_the_whole(long bytes, boolean reset)
            throws Exception {
        int before = Records.outcomes(house.data()).size();
        target.cutAfter(bytes, reset);
        try (var eve = new WireClient(house)) {
            var said = eve.messages(ROWS);

            assertThat(said).as("no end of a result").doesNotContain("C", "Z");
            assertThat(said.getLast()).as("whole messages, and then why").isEqualTo("E08006");
            long rows = said.stream().filter("D"::equals).count();
            assertThat(rows).isLessThanOrEqualTo(bytes / 50_000);
            var outcome = outcome(before);
            assertThat(outcome.text("status")).hasValue("unknown");
            assertThat(outcome.text("code")).hasValue("target-lost");
            assertThat(Long.parseLong(outcome.get("rows").map(Json::text).orElseThrow()))
                    .as("no row more than came whole")
                    .isLessThanOrEqualTo(rows);
        }
    }

    @Test
    void a_write_whose_answer_never_came_is_told_as_lost_and_written_down_as_unknown()
            throws Exception {
        int before = Records.outcomes(house.data()).size();
        target.cutAfter(2, false);
        try (var eve = house.connect();
                var statement = eve.createStatement()) {
            var told =
                    org.assertj.core.api.Assertions.catchThrowableOfType(
                            SQLException.class,
                            () ->
                                    statement.executeUpdate(
                                            "UPDATE orders SET note = '"
                                                    + CuttingTarget.MARK
                                                    + "' WHERE id = 7"));

            assertThat(told.getSQLState()).isEqualTo("08006");
            assertThat(told.getMessage()).contains("the target");
        }
        assertThat(outcome(before).text("status")).hasValue("unknown");
    }

    @Test
    void a_killed_server_process_ends_its_session_with_a_reason_and_no_other() throws Exception {
        try (var eve = house.connect();
                var bystander = house.connect();
                var owner = house.direct()) {
            target.cutAfter(Long.MAX_VALUE, false);
            var mine = SpineTest.column(eve, "SELECT pg_backend_pid()");
            SpineTest.column(
                    owner,
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'agent'"
                            + " AND pid = "
                            + mine.getFirst());
            var told =
                    org.assertj.core.api.Assertions.catchThrowableOfType(
                            SQLException.class, () -> SpineTest.column(eve, "SELECT 1"));

            assertThat(told.getSQLState()).isIn("57P01", "08006");
            assertThat(SpineTest.column(bystander, "SELECT 2")).isEqualTo(List.of("2"));
        }
    }
}
