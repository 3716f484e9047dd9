package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.settings.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCheckTest {
    private static final String GATEWAY =
            """
            listen: {postgres: {at: "127.0.0.1:0", plaintext: true}}
            data-dir: data
            origin: example.com/countersign/test
            issuers:
              - {issuer: "https://idp.example", audience: countersign}
            include: [p.yaml]
            ---
            kind: Target
            name: shop
            protocol: postgres
            address: "db.internal:5432"
            database: shop
            role: agent
            secret: file:shop.secret
            labels: {env: prod}
            columns:
              public.customers.ssn: {label: pii.ssn, mask: redact}
            """;

    @TempDir Path folder;

    private Path file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }

    private List<String> told(List<Problem> problems) {
        return problems.stream()
                .map(problem -> problem.toString().replace(folder + "/", ""))
                .toList();
    }

    @Test
    void everything_that_is_wrong_is_told_at_once_with_its_place() throws IOException {
        var check =
                PolicyCheck.of(
                        Optional.empty(),
                        List.of(
                                file(
                                        "p.yaml",
                                        """
                                        kind: Policy
                                        name: p
                                        rules:
                                          - {name: a, on: [sql], when: stmt.nosuch == 1, allow: true}
                                          - {name: a, on: [sql], alow: true, deny: No.}
                                        """),
                                file(
                                        "q.yaml",
                                        """
                                        kind: Policy
                                        name: q
                                        rules:
                                          - {name: b, on: [sql], when: "stmt.", allow: true}
                                          - {name: b, on: [sql], deny: No.}
                                        """)));

        assertThat(told(check.problems()))
                .anyMatch(line -> line.startsWith("p.yaml:5:26: there is no key `alow` here"))
                .anyMatch(line -> line.startsWith("q.yaml:4:32: the condition of rule `b`"))
                .anyMatch(line -> line.startsWith("q.yaml:5:12: a second rule named `b`"));
        assertThat(check.warnings()).isEmpty();
    }

    @Test
    void what_is_hardly_meant_is_a_warning() throws IOException {
        file(
                "p.yaml",
                """
                kind: Policy
                name: p
                rules:
                  - {name: never, on: [sql], when: "stmt.writes && false", deny: No.}
                  - {name: pattern, on: [sql], when: "target.name.matches('shop.*')", allow: true}
                  - {name: masked, on: [sql], mask: {labels: ["pii.*", "pci.*"]}}
                """);

        var check = PolicyCheck.of(Optional.of(file("gateway.yaml", GATEWAY)), List.of());

        assertThat(check.problems()).isEmpty();
        assertThat(check.rules()).isEqualTo(3);
        assertThat(told(check.warnings()))
                .hasSize(3)
                .anyMatch(line -> line.startsWith("p.yaml:4:36: the condition of rule `never` is"))
                .anyMatch(line -> line.startsWith("p.yaml:5:38: the condition of rule `pattern`"))
                .anyMatch(line -> line.startsWith("p.yaml:6:37: rule `masked` masks `pci.*`"));
    }

    @Test
    void a_panel_that_nobody_declared_is_a_problem_of_a_configuration_and_a_warning_elsewhere()
            throws IOException {
        var policy =
                file(
                        "p.yaml",
                        """
                        kind: Policy
                        name: p
                        rules:
                          - {name: asked, on: [sql], require: {approval: {panel: dba}}}
                        """);

        assertThat(told(PolicyCheck.of(Optional.empty(), List.of(policy)).warnings()))
                .singleElement()
                .asString()
                .startsWith("p.yaml:4:39: rule `asked` asks panel `dba`");
        assertThat(
                        told(
                                PolicyCheck.of(
                                                Optional.of(file("gateway.yaml", GATEWAY)),
                                                List.of())
                                        .problems()))
                .singleElement()
                .asString()
                .startsWith("p.yaml:4:39: rule `asked` asks panel `dba`");
    }
}
