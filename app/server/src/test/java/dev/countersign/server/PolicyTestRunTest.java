package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.countersign.settings.ConfigurationProblems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyTestRunTest {
    private static final String POLICY =
            """
            kind: Policy
            name: p
            rules:
              - {name: reads, on: [sql], when: "stmt.verb == 'read'", allow: true, limit: {rows-out: 10}}
              - {name: asked, on: [sql], when: "stmt.verb == 'write'", allow: true, require: {approval: {panel: dba}}}
              - {name: never, on: [sql], when: "plan.id == 'no such plan'", deny: No.}
            ---
            """;

    private static final String HEAD =
            """
            kind: PolicyTests
            actor: {agent: eve, human: ann}
            target: {name: shop, tables: {public.orders: {id: int8, status: text}}}
            cases:
            """;

    @TempDir Path folder;

    private Path file(String name, String text) {
        try {
            return Files.writeString(folder.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PolicyTestRun.Report run(String cases) {
        return PolicyTestRun.run(
                List.of(file("tests.yaml", POLICY + HEAD + cases)), Optional.empty());
    }

    private List<String> problems(String text) {
        var file = file("tests.yaml", text);
        var thrown =
                catchThrowableOfType(
                        ConfigurationProblems.class,
                        () -> PolicyTestRun.run(List.of(file), Optional.empty()));
        return thrown.problems().stream()
                .map(problem -> problem.toString().replace(file.toString(), "F"))
                .toList();
    }

    @Test
    void what_is_not_as_expected_is_told_thing_by_thing() {
        var report =
                run(
                        """
                          - name: wrong in everything
                            given: {sql: "UPDATE orders SET status = 'x' WHERE id = 1"}
                            expect: {decision: deny, by: gateway, rules: [reads], panels: [owners], masks: [pii], limit: {rows-out: 10}, told: no}
                          - name: right
                            given: {sql: "UPDATE orders SET status = 'x' WHERE id = 1"}
                            expect: {decision: require, by: rules, rules: [p/asked], panels: [dba], masks: [], limit: {rows-out: 0}}
                        """);

        assertThat(report.failed()).isEqualTo(1);
        assertThat(report.results().getLast().wrong()).isEmpty();
        assertThat(report.results().getFirst().at().line()).isEqualTo(12);
        assertThat(report.results().getFirst().wrong())
                .containsExactly(
                        "decision: expected deny, is require",
                        "by: expected gateway, is rules",
                        "rules: expected [reads], is [p/asked]",
                        "panels: expected [owners], is [dba]",
                        "masks: expected [pii], is []",
                        "limit.rows-out: expected 10, is 0",
                        "told: expected no, is nothing");
    }

    @Test
    void coverage_counts_what_matched_each_rule_and_what_did_not() {
        var report =
                run(
                        """
                          - {name: a, given: {sql: SELECT 1}, expect: {decision: allow}}
                          - {name: b, given: {sql: SELECT id FROM orders}, expect: {decision: allow}}
                        """);

        assertThat(report.coverage())
                .containsExactly(
                        new PolicyTestRun.Cover("p/reads", false, 2, 0),
                        new PolicyTestRun.Cover("p/asked", false, 0, 2),
                        new PolicyTestRun.Cover("p/never", false, 0, 2));
    }

    @Test
    void everything_wrong_in_a_file_is_told_at_once_with_its_place_and_nothing_is_run() {
        assertThat(
                        problems(
                                POLICY
                                        + """
                                        kind: PolicyTests
                                        target: {name: shop, tables: {orders: {id: int8}, public.x: {a: money2}}}
                                        cases:
                                          - {name: a, given: {sql: SELECT 1}, expect: {decision: allow}}
                                          - {name: b, given: {actor: eve, target: other, sql: SELECT 1}, expect: {decision: allow, rules: [raeds]}}
                                        """))
                .containsExactly(
                        "F:11:5: nobody acts: give `actor` here, or for all cases",
                        "F:11:5: `tables` names each as schema.table, not `orders`",
                        "F:11:5: column `a`: PostgreSQL has no type `money2` of its own; write"
                                + " `other` for one that somebody made",
                        "F:12:99: there is no rule `raeds`",
                        "F:12:43: there is no target `other`");
    }

    @Test
    void misspelt_keys_are_told_with_what_was_meant() {
        assertThat(
                        problems(
                                POLICY
                                        + HEAD
                                        + "  - {name: a, given: {sq: SELECT 1}, expect: {decison:"
                                        + " allow}}\n"))
                .anyMatch(line -> line.endsWith("there is no key `sq` here; did you mean `sql`?"))
                .anyMatch(line ->
                        line.endsWith("there is no key `decison` here; did you mean `decision`?"))
                .allMatch(line -> line.startsWith("F:12:"));
    }

    @Test
    void a_file_without_rules_tests_nothing_and_says_so() {
        assertThat(problems(HEAD + "  - {name: a, given: {sql: x}, expect: {decision: deny}}\n"))
                .containsExactly(
                        "F:1:1: there are no rules to test: `include` the file of a policy, or give"
                                + " --config");
    }

    @Test
    void labels_that_no_target_of_the_file_has_fail_closed_as_in_a_configuration() {
        var report =
                PolicyTestRun.run(
                        List.of(
                                file(
                                        "tests.yaml",
                                        """
                                        kind: Policy
                                        name: p
                                        rules:
                                          - {name: all, on: [sql], allow: true}
                                          - {name: prod, on: [sql], when: "target.labels.env == 'prod'", deny: No.}
                                        ---
                                        """
                                                + HEAD
                                                + "  - {name: a, given: {sql: SELECT 1}, expect: {decision:"
                                                + " deny, rules: [prod]}}\n")),
                        Optional.empty());

        assertThat(report.failed()).isZero();
    }
}
