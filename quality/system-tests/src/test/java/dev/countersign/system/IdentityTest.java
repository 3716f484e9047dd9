package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// Who gets in, and what happens when a token ends.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IdentityTest {
    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void start() throws Exception {
        house = new House(directory, SpineTest.POLICY);
    }

    @AfterAll
    void stop() throws Exception {
        house.close();
    }

    private static String none(String token) {
        var body = token.split("\\.", -1)[1];
        var head =
                Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString("{\"alg\":\"none\"}".getBytes(StandardCharsets.UTF_8));
        return head + "." + body + ".";
    }

    @Test
    void a_token_that_is_not_right_is_turned_away() {
        var good = house.token();
        for (var token :
                new String[] {
                    "",
                    "nonsense",
                    good.substring(0, good.length() - 8) + "AAAAAAAA",
                    none(good),
                    house.token("eve", "another-audience", Duration.ofMinutes(5)),
                    house.token("eve", House.AUDIENCE, Duration.ofMinutes(-10)),
                    house.issuer.issueToken("another-issuer", "ann", House.AUDIENCE).serialize(),
                }) {
            var refused =
                    catchThrowableOfType(
                            SQLException.class,
                            () -> house.connectAs(token.isEmpty() ? "x" : token));

            assertThat(refused.getSQLState()).startsWith("28");
            if (token.length() > 20) {
                assertThat(refused.getMessage()).doesNotContain(token);
            }
        }
    }

    @Test
    void a_target_that_does_not_exist_is_said_to() throws Exception {
        var out =
                House.run(
                        java.util.List.of(
                                "psql",
                                "-X",
                                "host=127.0.0.1 port="
                                        + house.port
                                        + " dbname=nowhere user=eve"
                                        + " sslmode=require",
                                "-c",
                                "SELECT 1"),
                        java.util.Map.of("PGPASSWORD", house.token()),
                        "");

        assertThat(out).contains("no target of that name");
    }

    @Test
    void a_token_is_never_taken_without_tls() throws Exception {
        assertThatThrownBy(() -> house.connect("sslmode", "disable"))
                .isInstanceOf(SQLException.class)
                .extracting(e -> ((SQLException) e).getSQLState())
                .isEqualTo("28000");
    }

    @Test
    void when_the_token_ends_nothing_new_is_admitted() throws Exception {
        var ends = Instant.now().plusSeconds(4);
        try (var eve = house.connectAs(house.token("eve", House.AUDIENCE, Duration.ofSeconds(4)))) {
            assertThat(SpineTest.column(eve, "SELECT 1")).containsExactly("1");
            SpineTest.await(() -> Instant.now().isAfter(ends.plusSeconds(1)));

            var ended =
                    catchThrowableOfType(
                            SQLException.class, () -> SpineTest.column(eve, "SELECT 2"));

            assertThat(ended.getSQLState()).isEqualTo("57P01");
        }
    }

    @Test
    void an_open_transaction_may_still_commit() throws Exception {
        var ends = Instant.now().plusSeconds(4);
        try (var eve = house.connectAs(house.token("eve", House.AUDIENCE, Duration.ofSeconds(4)));
                var statement = eve.createStatement()) {
            eve.setAutoCommit(false);
            statement.executeUpdate("UPDATE orders SET note = 'late' WHERE id = 31");
            SpineTest.await(() -> Instant.now().isAfter(ends.plusSeconds(1)));
            statement.executeUpdate("UPDATE orders SET note = 'later' WHERE id = 31");
            eve.commit();

            assertThatThrownBy(() -> SpineTest.column(eve, "SELECT 2"))
                    .extracting(e -> ((SQLException) e).getSQLState())
                    .isEqualTo("57P01");
        }
        try (var owner = house.direct()) {
            assertThat(SpineTest.column(owner, "SELECT note FROM orders WHERE id = 31"))
                    .containsExactly("later");
        }
    }
}
