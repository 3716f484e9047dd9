package dev.countersign.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
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
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TraceTest {
    private static final Instant NOW = Instant.parse("2026-11-02T09:30:00Z");

    private static final List<String> CONDITIONS =
            List.of(
                    "true",
                    "false",
                    "stmt.verb == 'read'",
                    "stmt.verb == 'write' && target.labels.env == 'prod'",
                    "stmt.effects.exists(e, e in ['update', 'delete']) && !stmt.has_where",
                    "'delete' in stmt.effects || 'merge' in stmt.effects && stmt.has_where",
                    "stmt.tables[1] == 'public.orders'", // fails: there is one table
                    "stmt.tables[1] == 'x' || stmt.has_where",
                    "stmt.tables[1] == 'x' && stmt.has_where",
                    "stmt.has_where ? stmt.verb == 'write' : stmt.verb == 'read'",
                    "actor.groups.exists(g, g == 'dev') && now.getHours('Europe/Paris') >= 8",
                    "target.labels.nosuch == 'x'");

    private static final List<String> SAYS =
            List.of(
                    "allow: true",
                    "deny: No.",
                    "deny: Not that.",
                    "require: {approval: {panel: dba}}",
                    "allow: true, require: {approval: {panel: owners, count: 2}}",
                    "mask: {labels: ['pii.*']}",
                    "allow: true, limit: {rows-out: 10}",
                    "limit: {rows-out: 5, bytes-out: 1KiB}",
                    "allow: true, notify: [security]");

    @TempDir Path folder;

    private RuleBook book(String rules) {
        var file = folder.resolve("policy.yaml");
        try {
            Files.writeString(file, "kind: Policy\nname: p\nrules:\n" + rules);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        var problems = new ArrayList<Problem>();
        var document = Documents.read(file).getFirst();
        var policy = new Binder(document, problems).bind(PolicyDocument.class).orElseThrow();
        var book =
                RuleBook.of(
                        List.of(new RuleBook.Bound(policy, document)),
                        Set.of("env"),
                        Clock.fixed(NOW, ZoneOffset.UTC),
                        problems);
        assertThat(problems).isEmpty();
        return book;
    }

    private static Action action(boolean where, String env, Set<Effect> effects) {
        var idp = "https://idp";
        return new Action(
                ActionId.fresh(),
                new Session(
                        SessionId.fresh(),
                        new Principal(
                                Principal.Kind.AGENT,
                                new Principal.Party(idp, "eve"),
                                new Principal.Party(idp, "ann"),
                                List.of(),
                                "cli",
                                Set.of("dev"),
                                Instant.MAX,
                                Set.of(),
                                List.of()),
                        new Target("shop", "postgres", "db:1", "shop", "a", Map.of("env", env)),
                        new Session.Source("127.0.0.1:1", "postgres 127.0.0.1:2", ""),
                        Work.NONE,
                        false,
                        Map.of()),
                Request.of(Bytes.utf8("x")),
                effects,
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

    @Test
    void a_trace_decides_as_the_gateway_does_whatever_the_rules() {
        var random = new Random(20_261_128);
        for (int round = 0; round < 40; round++) {
            var rules = new StringBuilder();
            for (int i = 0; i < 1 + random.nextInt(8); i++) {
                rules.append(
                        "  - {name: r%d, on: [sql], when: \"%s\", %s}%n"
                                .formatted(
                                        i,
                                        CONDITIONS.get(random.nextInt(CONDITIONS.size())),
                                        SAYS.get(random.nextInt(SAYS.size()))));
            }
            var book = book(rules.toString());
            for (int i = 0; i < 10; i++) {
                var effects = EnumSet.noneOf(Effect.class);
                for (var effect : Effect.values()) {
                    if (random.nextInt(4) == 0) {
                        effects.add(effect);
                    }
                }
                var action =
                        action(random.nextBoolean(), random.nextBoolean() ? "prod" : "", effects);

                var trace = book.trace(action, NOW);

                assertThat(trace.decision()).as(rules.toString()).isEqualTo(book.decide(action));
                assertThat(told(trace)).as(rules.toString()).isEqualTo(kind(trace.decision()));
                assertThat(trace.counted())
                        .as(rules.toString())
                        .containsAll(trace.decision().because());
            }
        }
    }

    private static String kind(Decision decision) {
        return switch (decision) {
            case Decision.Allow _ -> "allow";
            case Decision.Require _ -> "require";
            case Decision.Deny _ -> "deny";
        };
    }

    /// The lattice again, of nothing but what the trace tells of each rule.
    private static String told(Trace trace) {
        var counted = trace.rules().stream().filter(Trace.Said::counts).toList();
        boolean allowed =
                counted.stream()
                        .anyMatch(rule ->
                                rule.match() == Trace.Match.MATCHED
                                        && rule.says().contains("allow"));
        return counted.stream().anyMatch(rule -> rule.says().contains("deny")) || !allowed
                ? "deny"
                : counted.stream().anyMatch(rule -> rule.says().contains("require"))
                        ? "require"
                        : "allow";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '~',
            quoteCharacter = '`',
            value = {
                "stmt.verb == 'read' ~ stmt.verb == 'read'",
                "stmt.writes && target.labels.env == 'test' ~ target.labels.env == 'test'",
                "'ddl' in stmt.effects || stmt.writes && !stmt.has_where ~ 'ddl' in stmt.effects; !stmt.has_where",
                "(false || stmt.proven_read) && true ~ (false || stmt.proven_read)",
                "actor.agent == 'a && b' && true ~ actor.agent == 'a && b'",
                "actor.agent == r'\\d || e' && true ~ actor.agent == r'\\d || e'",
                "stmt.has_where ? stmt.verb == 'read' && true : true ~ stmt.has_where ? stmt.verb == 'read' && true : true",
                "stmt.effects.all(e, e == 'read' || e == 'session') && true ~ stmt.effects.all(e, e == 'read' || e == 'session')",
            })
    void the_first_false_operand_of_each_alternative_is_told(String condition, String told) {
        var book =
                book(
                        "  - name: r\n    on: [sql]\n    allow: true\n    when: |-\n      "
                                + condition);

        var said = book.trace(action(true, "prod", Set.of(Effect.UPDATE)), NOW).rules().getFirst();

        assertThat(said.match()).isEqualTo(Trace.Match.NOT_MATCHED);
        assertThat(said.because().stream().map(Trace.Part::text).collect(Collectors.joining("; ")))
                .isEqualTo(told);
        assertThat(said.because()).allMatch(part -> part.value().equals("false"));
    }

    @Test
    void the_facts_that_an_operand_names_stand_beside_it() {
        var book =
                book(
                        "  - {name: r, on: [sql], when: \"stmt.verb == 'read' && true\", allow: true}");

        var part =
                book.trace(action(true, "prod", Set.of(Effect.UPDATE)), NOW)
                        .rules()
                        .getFirst()
                        .because()
                        .getFirst();

        assertThat(part.facts()).hasToString("{stmt.verb=Str[value=write]}");
    }

    @Test
    void a_condition_that_fails_counts_where_its_rule_restricts_and_is_told_with_its_part() {
        var book =
                book(
                        """
                          - {name: all, on: [sql], allow: true}
                          - {name: bad, on: [sql], when: "stmt.has_where && stmt.tables[1] == 'x'", deny: No.}
                          - {name: worse, on: [sql], when: "stmt.tables[1] == 'x'", allow: true}
                        """);

        var trace = book.trace(action(true, "prod", Set.of(Effect.UPDATE)), NOW);

        assertThat(trace.decision()).isInstanceOf(Decision.Deny.class);
        assertThat(trace.rules())
                .extracting(Trace.Said::match)
                .containsExactly(Trace.Match.MATCHED, Trace.Match.FAILED, Trace.Match.FAILED);
        assertThat(trace.rules()).extracting(Trace.Said::counts).containsExactly(true, true, false);
        var part = trace.rules().get(1).because().getFirst();
        assertThat(part.text()).isEqualTo("stmt.tables[1] == 'x'");
        assertThat(part.value()).startsWith("failed: ");
    }

    @Test
    void every_fact_of_the_kind_is_told_with_its_value() {
        var facts =
                book("  - {name: all, on: [sql], allow: true}")
                        .trace(action(true, "prod", Set.of(Effect.UPDATE)), NOW)
                        .facts();

        assertThat(facts.keySet()).containsExactlyElementsOf(Facts.of(List.of("sql")).keySet());
        assertThat(facts.get("now")).hasToString("Str[value=2026-11-02T09:30:00Z]");
        assertThat(facts.get("stmt.tables")).hasToString("Arr[items=[Str[value=public.orders]]]");
    }
}
