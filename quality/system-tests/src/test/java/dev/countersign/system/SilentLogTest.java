package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.util.JSONObjectUtils;
import dev.countersign.model.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A gateway's own log, at its most talkative and as JSON, after everything that a client can say:
/// no statement, value, token, secret or name of a client stands in it.
class SilentLogTest {
    /// Stands in everything that the clients here say.
    private static final String CANARY = "zanzibar4711";

    private static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - name: writes
              on: [sql]
              when: "stmt.verb == 'write'"
              allow: true
              require: {approval: {panel: dba, within: 15m}}
            """;

    @TempDir Path directory;

    private static void fails(Connection eve, String sql) {
        assertThatThrownBy(
                        () -> {
                            try (var statement = eve.createStatement()) {
                                statement.execute(sql);
                            }
                        })
                .as(sql)
                .isInstanceOf(SQLException.class);
    }

    private static void statements(House house) throws Exception {
        try (var eve = house.connect("ApplicationName", CANARY)) {
            SpineTest.column(eve, "SELECT '" + CANARY + "' AS " + CANARY);
            SpineTest.column(eve, "SELECT ssn, card FROM customers -- " + CANARY);
            fails(eve, "SELECT " + CANARY + " FROM " + CANARY);
            fails(eve, "SELECT '" + CANARY + "'::int");
            fails(eve, "DELETE FROM customers WHERE name = '" + CANARY);
            fails(eve, "GRANT ALL ON " + CANARY + " TO " + CANARY);
            fails(eve, "SET search_path = " + CANARY);
            fails(eve, "SELECT 1 / (name = '" + CANARY + "')::int FROM customers");
            try (var prepared = eve.prepareStatement("SELECT ?::int")) {
                prepared.setString(1, CANARY);
                assertThatThrownBy(prepared::executeQuery).isInstanceOf(SQLException.class);
            }
        }
    }

    private static void review(House house) throws Exception {
        try (var eve = house.connect()) {
            var told =
                    HeldStatementsTest.meanwhile(() -> {
                        try (var statement = eve.createStatement()) {
                            return statement.executeUpdate(
                                    "UPDATE orders SET note = '" + CANARY + "' WHERE id = 1");
                        }
                    });
            var dana = house.desk("dana", "dba");
            dana.reject(dana.waitsFor(CANARY), "because of " + CANARY);
            assertThatThrownBy(() -> told.get(30, TimeUnit.SECONDS))
                    .hasCauseInstanceOf(SQLException.class);
            dana.get("/v1/sessions?text=" + CANARY);
            dana.post("/v1/reviews/" + CANARY + "/rulings", Json.object().put(CANARY, 1).build());
        }
    }

    private static void doors(House house) throws IOException {
        for (var token :
                List.of(
                        CANARY,
                        CANARY + ".a.b",
                        house.token(CANARY, CANARY, Duration.ofMinutes(5)),
                        house.token(CANARY, House.AUDIENCE, Duration.ofMinutes(-5)))) {
            assertThatThrownBy(() -> house.connectAs(token)).isInstanceOf(SQLException.class);
        }
        assertThatThrownBy(() -> house.connectTo(CANARY, house.token()))
                .isInstanceOf(SQLException.class);
        for (int port : new int[] {house.port, house.apiPort}) {
            try (var rubbish = new Socket(InetAddress.getLoopbackAddress(), port)) {
                rubbish.setSoTimeout(5_000);
                rubbish.getOutputStream()
                        .write(
                                ("GET /"
                                                + CANARY
                                                + " HTTP/1.1\r\nHost: "
                                                + CANARY
                                                + "\r\nConnection: close\r\n\r\n")
                                        .getBytes(StandardCharsets.UTF_8));
                rubbish.shutdownOutput();
                rubbish.getInputStream().readAllBytes();
            }
        }
    }

    @Test
    @Timeout(value = 3, unit = TimeUnit.MINUTES)
    void the_log_is_json_and_holds_nothing_that_a_client_said() throws Exception {
        try (var house = new House(directory, POLICY)) {
            house.stop();
            var process =
                    Gateway.launch(
                            house,
                            "-XX:TieredStopAtLevel=1",
                            "-DCOUNTERSIGN_LOG=DEBUG",
                            "-DCOUNTERSIGN_LOG_FORMAT=json");
            try {
                await().atMost(Duration.ofSeconds(30))
                        .ignoreExceptions()
                        .until(() -> {
                            house.connect().close();
                            return true;
                        });
                statements(house);
                review(house);
                doors(house);
                // a target that does not let the gateway in
                var secret = directory.resolve("shop.secret");
                var right = Files.readString(secret);
                Files.writeString(secret, CANARY);
                assertThatThrownBy(house::connect).isInstanceOf(SQLException.class);
                Files.writeString(secret, right);
                process.destroy();
                assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
                says(house, right);
            } finally {
                process.destroyForcibly().waitFor();
            }
        }
    }

    private static void says(House house, String password) throws IOException {
        var log = Files.readString(Gateway.log(house));
        var lines =
                log.lines()
                        .filter(line -> !line.startsWith("WARNING: ")) // the JVM's own
                        .filter(line -> !line.startsWith("listening: "))
                        .toList();
        assertThat(lines).isNotEmpty();
        assertThat(lines)
                .allSatisfy(line -> {
                    assertThat(JSONObjectUtils.parse(line))
                            .containsKeys("timestamp", "level", "loggerName", "formattedMessage");
                });
        assertThat(log)
                .as("it does say that a target could not be had")
                .contains("a target could not be had");
        for (var hidden :
                Map.of(
                                "what clients said",
                                CANARY,
                                "the target's password",
                                password,
                                "a value",
                                House.CANARY_SSN,
                                "another value",
                                House.CANARY_CARD,
                                "a token",
                                "eyJ",
                                "a statement",
                                "SELECT ")
                        .entrySet()) {
            assertThat(log).as(hidden.getKey()).doesNotContain(hidden.getValue());
        }
    }
}
