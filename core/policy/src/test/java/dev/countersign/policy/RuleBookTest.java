package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts.Http;
import dev.countersign.model.Facts.Sql;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import dev.countersign.settings.Binder;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleBookTest {
    private static final Principal EVE =
            new Principal(
                    Principal.Kind.AGENT,
                    new Principal.Party("https://idp", "eve"),
                    new Principal.Party("https://idp", "ann"),
                    List.of(),
                    "cli",
                    Set.of("dev"),
                    Instant.MAX,
                    Set.of(),
                    List.of());
    private static final Target SHOP =
            new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of("env", "prod"));

    @TempDir Path folder;

    private final List<Problem> problems = new ArrayList<>();

    private RuleBook book(String rules) {
        var file = folder.resolve("policy.yaml");
        try {
            Files.writeString(file, "kind: Policy\nname: p\nrules:\n" + rules.indent(2));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var document = Documents.read(file).getFirst();
        var bound = new Binder(document, problems).bind(PolicyDocument.class);
        return RuleBook.of(
                bound.map(policy -> List.of(new RuleBook.Bound(policy, document)))
                        .orElse(List.of()),
                Set.of("env", "domain"),
                Clock.systemUTC(),
                problems);
    }

    private static Action action(boolean where, Effect... effects) {
        return new Action(
                ActionId.fresh(),
                new Session(
                        SessionId.fresh(),
                        EVE,
                        SHOP,
                        new Session.Source("127.0.0.1:1", "postgres 127.0.0.1:2", ""),
                        Work.NONE,
                        false,
                        Map.of()),
                Request.of(Bytes.utf8("x")),
                Set.of(effects),
                List.of(),
                new Sql(
                        false,
                        false,
                        List.of("public.orders"),
                        List.of(),
                        List.of(),
                        List.of(),
                        where,
                        false,
                        0,
                        false),
                "x");
    }

    private static final String BASE =
            """
            - {name: reads, on: [sql], when: "stmt.effects.all(e, e in ['read', 'session'])", allow: true}
            - {name: writes, on: [sql], when: "stmt.verb == 'write' && target.labels.env == 'prod'", allow: true, limit: {rows-out: 10}}
            - {name: bounded, on: [sql], when: "stmt.effects.exists(e, e in ['update', 'delete']) && !stmt.has_where", deny: UPDATE and DELETE must be restricted.}
            - {name: merges, on: [sql], when: "'merge' in stmt.effects", require: {approval: {panel: dba, within: 15m}}}
            - {name: few, on: [any], when: "target.labels.domain == ''", limit: {rows-out: 100, bytes-out: 1MiB}}
            """;

    @Test
    void the_lattice_is_deny_over_require_over_allow() {
        var book = book(BASE);
        assertThat(problems).isEmpty();

        assertThat(book.decide(action(true, Effect.READ))).isInstanceOf(Decision.Allow.class);
        assertThat(book.decide(action(true, Effect.UPDATE))).isInstanceOf(Decision.Allow.class);
        assertThat(book.decide(action(false, Effect.UPDATE)))
                .isInstanceOfSatisfying(
                        Decision.Deny.class,
                        deny ->
                                assertThat(deny.toTheAgent())
                                        .isEqualTo("UPDATE and DELETE must be restricted."));
        assertThat(book.decide(action(true, Effect.MERGE))).isInstanceOf(Decision.Require.class);
        assertThat(book.decide(action(true, Effect.DDL))).isInstanceOf(Decision.Deny.class);
        assertThat(book.decide(action(true, Effect.UNKNOWN))).isInstanceOf(Decision.Deny.class);
    }

    @Test
    void obligations_accumulate_by_the_stricter_value() {
        var allow = (Decision.Allow) book(BASE).decide(action(true, Effect.UPDATE));

        assertThat(allow.obligations().maxRows()).isEqualTo(10);
        assertThat(allow.obligations().maxBytes()).isEqualTo(1 << 20);
        assertThat(allow.because()).extracting(Object::toString).containsExactly("p/writes");
    }

    @Test
    void a_require_alone_admits_nothing() {
        var book =
                book(
                        """
                        - {name: ask, on: [sql], require: {approval: {panel: dba}}}
                        """);

        assertThat(book.decide(action(true, Effect.READ))).isInstanceOf(Decision.Deny.class);
    }

    @Test
    void a_condition_that_fails_restricts_and_never_allows() {
        assertThat(
                        book("- {name: a, on: [sql], when: \"1 / stmt.est_rows > 0\", allow: true}")
                                .decide(action(true, Effect.READ)))
                .isInstanceOf(Decision.Deny.class);
        assertThat(
                        book("""
                        - {name: a, on: [sql], allow: true}
                        - {name: d, on: [sql], when: "1 / stmt.est_rows > 0", deny: stop}
                        """)
                                .decide(action(true, Effect.READ)))
                .isInstanceOfSatisfying(
                        Decision.Deny.class,
                        deny -> assertThat(deny.toTheAgent()).isEqualTo("stop"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "stmt.verbs == 'read'",
                "http.method == 'GET'",
                "stmt.verb == 1",
                "stmt.verb",
                "stmt.verb = 'read'",
                "target.nme == 'x'",
                "((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((true))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))",
            })
    void a_condition_that_cannot_be_right_does_not_load(String condition) {
        var _ = book("- {name: r, on: [sql], when: \"" + condition + "\", allow: true}");

        assertThat(problems).hasSize(1);
        assertThat(problems.getFirst().message()).contains("rule `r`");
    }

    @Test
    void what_is_wrong_with_a_rule_is_told_at_the_rule() {
        var _ =
                book(
                        """
                        - {name: a, on: [sql], allow: true}
                        - name: a
                          on: [sql]
                          when: "stmt.verbs == 'read'"
                          allow: true
                        """);

        assertThat(problems)
                .extracting(problem -> problem.line() + ":" + problem.column())
                .containsExactly("5:11", "7:11");
    }

    @Test
    void a_rule_is_not_evaluated_for_another_kind() {
        var base = action(true, Effect.READ);
        var http =
                new Action(
                        base.id(),
                        base.session(),
                        base.request(),
                        Set.of(Effect.READ),
                        List.of(),
                        new Http("GET", "api", "", "/", Map.of(), Map.of(), "", ""),
                        "GET /");
        var book =
                book(
                        """
                        - {name: a, on: [sql], allow: true}
                        - {name: b, on: [http], when: "http.method == 'POST'", allow: true}
                        """);

        assertThat(book.decide(http)).isInstanceOf(Decision.Deny.class);
    }

    @Test
    void what_cannot_be_served_yet_denies_what_it_matches_and_is_said() {
        var book =
                book(
                        """
                        - {name: a, on: [sql], allow: true}
                        - {name: n, on: [sql], allow: true, notify: [ops]}
                        """);

        assertThat(problems).isEmpty();
        assertThat(book.decide(action(true, Effect.READ))).isInstanceOf(Decision.Deny.class);
        assertThat(book.notServed()).hasSize(1).first().asString().contains("notify");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "true | stmt.effects.all(e, e in ['read', 'session'])",
                "true | stmt.verb == 'read'",
                "true | stmt.verb in ['read']",
                "true | !(stmt.verb != 'read')",
                "true | stmt.verb == 'write' && target.labels.env == 'dev'",
                "true | stmt.verb == 'write' && 'ops' == actor.agent",
                "true | false",
                "false | true",
                "false | stmt.verb == 'write'",
                "false | stmt.verb != 'administer'",
                "false | 'read' in stmt.effects",
                "false | stmt.effects.exists(e, e == 'read')",
                "false | stmt.has_where",
                "false | stmt.tables.all(t, t == 'public.orders')",
                "false | stmt.verb == 'write' && target.labels.env == 'prod'",
                "false | stmt.verb == 'write' && actor.groups.exists(g, g == 'dba')",
                "false | stmt.effects.size() == 1",
                "false | stmt.verb == 'write' && now > timestamp('2020-01-01T00:00:00Z')",
                "false | stmt.verb.startsWith('re')",
            })
    void who_can_only_read_is_known_at_the_login(boolean only, String condition) {
        var book = book("- {name: r, on: [sql], when: \"" + condition + "\", allow: true}");

        assertThat(problems).isEmpty();
        assertThat(book.onlyReads(EVE, SHOP)).isEqualTo(only);
    }

    @Test
    void a_loop_over_loops_is_bounded() {
        var list = "[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17,18,19,20,21,22,23,24,25]";
        var book =
                book(
                        "- {name: r, on: [sql], when: \""
                                + list
                                + ".all(a, "
                                + list
                                + ".all(b, "
                                + list
                                + ".all(c, a + b + c > 0)))\", allow: true}");

        assertThat(book.decide(action(true, Effect.READ))).isInstanceOf(Decision.Deny.class);
    }
}
