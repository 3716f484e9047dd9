package dev.countersign.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// `policy replay`: what another policy would have said to what a real log tells of.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PolicyReplayTest {
    private static final String POLICY =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - {name: writes, on: [sql], when: "stmt.verb == 'write' && 'dev' in actor.groups", allow: true}
            - {name: bounded, on: [sql], when: "stmt.writes && !stmt.has_where", deny: Name the rows.}
            """;

    @TempDir static Path directory;

    private House house;

    @BeforeAll
    void a_day_at_work() throws Exception {
        house = new House(directory, POLICY);
        var out =
                house.psql(
                        house.token(),
                        """
                        SELECT count(*) FROM orders;
                        UPDATE orders SET note = 'secret-canary' WHERE id = 41;
                        UPDATE orders SET note = 'secret-canary';
                        DELETE FROM orders WHERE id = 42;
                        SELECT no_such_thing FROM nowhere;
                        """);
        assertThat(out).contains("UPDATE 1").contains("DELETE 1").contains("Name the rows");
        house.stop();
    }

    @AfterAll
    void close() throws Exception {
        house.close();
    }

    private record Ran(int code, String out) {}

    private Ran replay(String policy, String... more) throws IOException, InterruptedException {
        var text = Files.readString(house.config());
        var file = directory.resolve("new.yaml");
        Files.writeString(file, text.replace(POLICY.indent(2), policy.indent(2)));
        var arguments = new String[6 + more.length];
        arguments[0] = "policy";
        arguments[1] = "replay";
        arguments[2] = "--dir";
        arguments[3] = house.data().toString();
        arguments[4] = "--config";
        arguments[5] = file.toString();
        System.arraycopy(more, 0, arguments, 6, more.length);
        var process = new CommandLine(house, directory).start(arguments);
        try (var in = process.getInputStream()) {
            var out = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            return new Ran(process.exitValue(), out);
        }
    }

    @Test
    void the_same_policy_changes_nothing() throws Exception {
        var ran = replay(POLICY);

        assertThat(ran.out()).contains("4 actions judged anew, 4 the same");
        assertThat(ran.out())
                .contains("1 not judged anew: refused whatever a policy says: unmaskable");
        assertThat(ran.code()).isZero();
    }

    @Test
    void what_would_change_is_told_with_an_example_of_each_and_no_value() throws Exception {
        var ran =
                replay(
                        """
                        - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
                        - {name: capped, on: [sql], when: "stmt.verb == 'read'", limit: {rows-out: 10}}
                        - {name: writes, on: [sql], when: "stmt.verb == 'write' && 'dev' in actor.groups", allow: true}
                        - name: updates
                          on: [sql]
                          when: "'update' in stmt.effects && stmt.has_where"
                          require: {approval: {panel: dba}}
                        - {name: no-deletes, on: [sql], when: "'delete' in stmt.effects", deny: Nothing is deleted.}
                        """,
                        "--json");
        var told = (Json.Obj) Json.parse(ran.out());
        var changes = told.object("changes").orElseThrow();

        assertThat(ran.code()).isEqualTo(8);
        assertThat(changes.members().keySet())
                .containsExactlyInAnyOrder("allow→deny", "allow→require", "deny→allow", "limits");
        var denied = changes.object("allow→deny").orElseThrow();
        assertThat(denied.texts("before")).containsExactly("test/writes");
        assertThat(denied.texts("after")).containsExactly("test/no-deletes");
        assertThat(denied.text("shape").orElse("")).startsWith("delete from orders");
        assertThat(told.object("approvals").orElseThrow().members().values())
                .containsExactly(Json.object().put("dba", 1).build());
        assertThat(ran.out()).doesNotContain("secret-canary");
    }

    @Test
    void groups_are_read_from_the_tokens_of_then() throws Exception {
        var ran = replay(POLICY.replace("'dev' in", "'others' in"));

        assertThat(ran.code()).isEqualTo(8);
        assertThat(ran.out()).contains("2 allow→deny");
    }

    @Test
    void actions_of_before_the_time_are_left_out() throws Exception {
        var ran = replay(POLICY, "--since", "2999-01-01T00:00:00Z");

        assertThat(ran.out()).contains("0 actions judged anew");
        assertThat(replay(POLICY, "--since", "yesterday").code()).isEqualTo(2);
    }

    @Test
    void a_configuration_that_is_wrong_is_a_failure() throws Exception {
        var ran = replay(POLICY.replace("stmt.verb", "stmt.werb"));

        assertThat(ran.code()).isEqualTo(1);
        assertThat(ran.out()).contains("new.yaml:");
    }
}
