package dev.countersign.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyCommandTest {
    private static final String TESTS =
            """
            kind: Policy
            name: p
            rules:
              - {name: reads, on: [sql], when: "stmt.verb == 'read'", allow: true}
              - {name: never, on: [sql], when: "plan.id == 'x'", deny: No.}
            ---
            kind: PolicyTests
            actor: eve
            target: {name: shop, tables: {public.orders: {id: int8}}}
            cases:
              - {name: a read, given: {sql: SELECT id FROM orders}, expect: {decision: allow}}
            """;

    private static final String WRONG =
            "  - {name: a write, given: {sql: DELETE FROM orders}, expect: {decision: allow}}\n";

    @TempDir Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private String file(String text) throws IOException {
        return Files.writeString(folder.resolve("tests.yaml"), text).toString();
    }

    private int run(String... args) {
        return Countersign.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(args);
    }

    @Test
    void tests_that_all_hold_end_with_0_and_say_what_they_do_not_look_at() throws IOException {
        assertThat(run("policy", "test", file(TESTS))).isZero();

        assertThat(out.toString()).isEqualTo("ok\tallow\treads\ta read\t\n");
        assertThat(err.toString())
                .contains("1 cases, 0 not as expected")
                .contains("no case matches rule p/never")
                .contains("no case leaves rule p/reads unmatched");
    }

    @Test
    void a_test_that_does_not_hold_ends_with_1_and_is_told_with_its_place() throws IOException {
        assertThat(run("policy", "test", file(TESTS + WRONG))).isEqualTo(1);

        assertThat(out.toString())
                .contains("FAIL\tdeny\t(no rule)\ta write\t")
                .contains("tests.yaml:12:5: decision: expected allow, is deny");
    }

    @Test
    void a_file_with_problems_ends_with_2_and_nothing_is_run() throws IOException {
        assertThat(run("policy", "test", file(TESTS.replace("given:", "gven:")))).isEqualTo(2);

        assertThat(out.toString()).isEmpty();
        assertThat(err.toString())
                .contains("tests.yaml:11:20: there is no key `gven` here; did you mean `given`?");
    }

    @Test
    void without_a_file_it_is_a_slip() {
        assertThat(run("policy", "test")).isEqualTo(2);
        assertThat(run("policy", "validate")).isEqualTo(2);
    }

    @Test
    void as_one_object_it_says_the_same() throws IOException {
        assertThat(run("policy", "test", "--json", file(TESTS + WRONG))).isEqualTo(1);

        var said = (Json.Obj) Json.parse(out.toString().strip());
        assertThat(said.integer("failed")).contains(1L);
        assertThat(said.texts("never_matched")).containsExactly("p/never");
        assertThat(said.get("cases").orElseThrow().text())
                .contains("\"name\":\"a write\"", "\"decision\":\"deny\"", "\"ok\":false");
    }

    @Test
    void validate_ends_with_1_where_there_is_a_problem() throws IOException {
        assertThat(run("policy", "validate", file(TESTS))).isZero();
        assertThat(run("policy", "validate", file(TESTS.replace("stmt.verb", "stmt.word"))))
                .isEqualTo(1);
        assertThat(err.toString()).contains("tests.yaml:4:36: the condition of rule `reads`");
    }

    @Test
    void a_tab_in_a_name_does_not_break_the_table() throws IOException {
        run("policy", "test", file(TESTS.replace("name: a read", "name: \"a\\tread\"")));

        assertThat(out.toString()).isEqualTo("ok\tallow\treads\ta\\u{9}read\t\n");
    }
}
