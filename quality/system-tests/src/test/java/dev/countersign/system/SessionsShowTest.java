package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `countersign sessions show`, as somebody who holds the payload key runs it.
class SessionsShowTest {
    @TempDir Path directory;

    private String show(String session, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of("show", session));
        arguments.addAll(List.of(more));
        return sessions(arguments);
    }

    private String sessions(List<String> arguments) throws Exception {
        var command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                "--enable-native-access=ALL-UNNAMED",
                                "dev.countersign.cli.Countersign",
                                "sessions",
                                arguments.getFirst(),
                                "--dir",
                                directory.resolve("data").toString()));
        command.addAll(arguments.subList(1, arguments.size()));
        return House.run(command, Map.of(), "");
    }

    @Test
    void statements_and_parameters_are_shown_after_the_detectors_went_over_them() throws Exception {
        try (var house = new House(directory, SpineTest.POLICY);
                var eve = house.connect()) {
            SpineTest.column(
                    eve,
                    "SELECT name /* asked by ada@letters.org */ FROM customers WHERE name ="
                            + " 'card 4111 1111 1111 1111' OR name = '4111 1111' || '1111 1111'");
            try (var prepared = eve.prepareStatement("SELECT name FROM customers WHERE name = ?")) {
                prepared.setString(1, "of ben@letters.org");
                prepared.executeQuery().close();
            }
        }
        var session =
                Records.of(directory.resolve("data"), "session.open")
                        .getFirst()
                        .text("sess")
                        .orElseThrow();

        assertThat(show(session))
                .contains(
                        "/* asked by [EMAIL] */",
                        "'card [CREDIT_CARD]'",
                        "'4111 1111' || '1111 1111'")
                .doesNotContain("letters.org", "1111 1111 1111");
        assertThat(show(session, "--json"))
                .contains("asked by [EMAIL]", "card [CREDIT_CARD]", "of [EMAIL]")
                .doesNotContain("letters.org", "1111 1111 1111");
        assertThat(show(session, "--exact"))
                .contains("/* asked by ada@letters.org */", "'card 4111 1111 1111 1111'");
        assertThat(show(session, "--json", "--exact"))
                .contains("asked by ada@letters.org", "of ben@letters.org");
    }

    @Test
    void sessions_are_grouped_by_the_plan_and_step_that_the_agent_named() throws Exception {
        try (var house = new House(directory, SpineTest.POLICY)) {
            for (var options :
                    List.of("-c countersign.plan=refunds -c countersign.step=look-up", "")) {
                try (var eve = house.connect("options", options)) {
                    SpineTest.column(eve, "SELECT name FROM customers");
                }
            }
        }

        assertThat(sessions(List.of("list", "--plan")).lines())
                .anyMatch("(no plan)"::equals)
                .anyMatch("refunds / look-up (B1)"::equals)
                .hasSize(4);
        assertThat(sessions(List.of("list", "--plan", "--json")))
                .contains("\"plan\":\"refunds\"", "\"step\":\"look-up\"", "\"assurance\":\"B1\"");
    }
}
