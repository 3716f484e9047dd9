package dev.countersign.server;

import dev.countersign.gate.Analyst;
import dev.countersign.policy.PolicyDocument;
import dev.countersign.policy.RuleBook;
import dev.countersign.policy.Trace;
import dev.countersign.postgres.Postgres;
import dev.countersign.postgres.PostgresTarget;
import dev.countersign.settings.Binder;
import dev.countersign.settings.ConfigurationProblems;
import dev.countersign.settings.Document;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// Runs files of policy tests: each statement through the real analyst and the real rules, against
/// the tables that its target declares. Nothing is connected to.
public final class PolicyTestRun {
    private final List<Problem> problems = new ArrayList<>();
    private final List<Ran> results = new ArrayList<>();
    private final Map<String, Cover> coverage = new LinkedHashMap<>();
    private final Postgres postgres;
    private final Optional<Configuration> configuration;

    /// @param results of all cases, in the order of the files
    /// @param coverage of each rule that was loaded
    public record Report(List<Ran> results, List<Cover> coverage) {
        public Report {
            results = List.copyOf(results);
            coverage = List.copyOf(coverage);
        }

        public long failed() {
            return results.stream().filter(ran -> !ran.wrong().isEmpty()).count();
        }
    }

    /// One case that was run.
    ///
    /// @param at file, line and column of it
    /// @param wrong each expectation that was not met, a sentence each; none where it is as
    ///   expected
    public record Ran(Problem at, String name, PolicyVerdict verdict, List<String> wrong) {
        public Ran {
            wrong = List.copyOf(wrong);
        }
    }

    /// How often a rule was looked at.
    ///
    /// @param rule `policy/rule`
    /// @param always its condition is the word `true`: nothing can leave it unmatched
    /// @param matched cases that it matched
    /// @param unmatched cases of its kind that it did not
    public record Cover(String rule, boolean always, int matched, int unmatched) {
        Cover and(int alsoMatched, int alsoUnmatched) {
            return new Cover(rule, always, matched + alsoMatched, unmatched + alsoUnmatched);
        }
    }

    private PolicyTestRun(Postgres postgres, Optional<Configuration> configuration) {
        this.postgres = postgres;
        this.configuration = configuration;
    }

    /// Runs all files.
    ///
    /// @param config whose rules and targets are meant; otherwise the rules are those that each
    ///   file includes
    /// @throws ConfigurationProblems with all that is wrong in the files, at once; nothing was run
    public static Report run(List<Path> files, Optional<Path> config) {
        var clock = Clock.systemUTC();
        try (var postgres = new Postgres(clock)) {
            var run =
                    new PolicyTestRun(
                            postgres,
                            config.map(file ->
                                    Configuration.read(
                                            file, Map.of(postgres.id(), postgres), clock)));
            var todo = new ArrayList<Runnable>();
            for (var file : files) {
                run.file(file, todo);
            }
            if (!run.problems.isEmpty()) {
                throw new ConfigurationProblems(run.problems);
            }
            todo.forEach(Runnable::run);
            return new Report(run.results, List.copyOf(run.coverage.values()));
        }
    }

    private void file(Path file, List<Runnable> todo) {
        List<Document> documents;
        try {
            documents = Documents.read(file);
        } catch (ConfigurationProblems e) {
            problems.addAll(e.problems());
            return;
        }
        var tests = new ArrayList<Map.Entry<Document, PolicyTests>>();
        var policies = new ArrayList<RuleBook.Bound>();
        for (var document : documents) {
            var binder = new Binder(document, problems);
            switch (document.kind()) {
                case "PolicyTests" ->
                        binder.bind(PolicyTests.class)
                                .ifPresent(found -> tests.add(Map.entry(document, found)));
                case "Policy" ->
                        binder.bind(PolicyDocument.class)
                                .ifPresent(
                                        found -> policies.add(new RuleBook.Bound(found, document)));
                default ->
                        problems.add(
                                document.problem(
                                        "a file of tests has `kind: PolicyTests`, and includes"
                                                + " `kind: Policy`; the rest is for --config",
                                        "kind"));
            }
        }
        var rules = rules(file, policies, tests);
        if (tests.isEmpty() && problems.isEmpty()) {
            problems.add(
                    new Problem(file.toString(), 1, 1, "there is no `kind: PolicyTests` in it"));
        }
        for (var one : tests) {
            new Cases(one.getKey(), one.getValue(), rules).add(todo);
        }
    }

    private RuleBook rules(
            Path file,
            List<RuleBook.Bound> policies,
            List<Map.Entry<Document, PolicyTests>> tests) {
        if (configuration.isPresent()) {
            return covered(configuration.get().rules());
        }
        if (policies.isEmpty() && problems.isEmpty()) {
            problems.add(
                    new Problem(
                            file.toString(),
                            1,
                            1,
                            "there are no rules to test: `include` the file of a policy, or give"
                                    + " --config"));
        }
        var labels =
                tests.stream()
                        .flatMap(one -> targets(one.getValue()).stream())
                        .flatMap(target -> target.labels().keySet().stream())
                        .collect(Collectors.toSet());
        return covered(RuleBook.of(policies, labels, Clock.systemUTC(), problems));
    }

    private static List<PolicyTests.TargetGiven> targets(PolicyTests tests) {
        var out = new ArrayList<>(tests.targets());
        tests.target().ifPresent(out::add);
        tests.cases().forEach(one -> one.given().target().ifPresent(out::add));
        return out;
    }

    private RuleBook covered(RuleBook rules) {
        for (var rule : rules.names()) {
            coverage.putIfAbsent(rule.toString(), new Cover(rule.toString(), false, 0, 0));
        }
        return rules;
    }

    /// Of one document.
    private final class Cases {
        private final Document document;
        private final PolicyTests tests;
        private final RuleBook rules;
        private final Map<PolicyTests.TargetGiven, Place> places = new HashMap<>();

        private record Place(PostgresTarget target, Analyst analyst) {}

        Cases(Document document, PolicyTests tests, RuleBook rules) {
            this.document = document;
            this.tests = tests;
            this.rules = rules;
        }

        void add(List<Runnable> todo) {
            for (int at = 0; at < tests.cases().size(); at++) {
                int number = at;
                var one = tests.cases().get(at);
                names(one.expect(), number);
                var actor = one.given().actor().or(tests::actor);
                if (actor.isEmpty()) {
                    wrong("nobody acts: give `actor` here, or for all cases", number);
                }
                var place = place(one.given(), number);
                if (actor.isPresent() && place.isPresent()) {
                    todo.add(() -> run(one, number, actor.get(), place.get()));
                }
            }
        }

        private void wrong(String message, int number, Object... path) {
            var all = new ArrayList<Object>(List.of("cases", number));
            all.addAll(List.of(path));
            problems.add(document.problem(message, all.toArray()));
        }

        private void names(PolicyTests.Expected expect, int number) {
            var known = new TreeSet<String>();
            for (var rule : rules.names()) {
                known.add(rule.rule());
                known.add(rule.toString());
            }
            for (var name : expect.rules().orElse(List.of())) {
                if (!known.contains(name)) {
                    wrong("there is no rule `" + name + "`", number, "expect", "rules");
                }
            }
        }

        private Optional<Place> place(PolicyTests.Given given, int number) {
            var meant = given.target().or(tests::target);
            if (meant.isEmpty()) {
                wrong("it is asked nowhere: give `target` here, or for all cases", number);
                return Optional.empty();
            }
            var target = meant.get();
            if (target.onlyNamed()) {
                var named =
                        tests.targets().stream()
                                .filter(one -> one.name().equals(target.name()))
                                .findFirst();
                if (named.isEmpty() && configured(target.name()).isEmpty()) {
                    wrong("there is no target `" + target.name() + "`", number, "given", "target");
                    return Optional.empty();
                }
                return made(named.orElse(target), number);
            }
            return made(target, number);
        }

        private Optional<PostgresTarget> configured(String name) {
            return configuration
                    .map(all -> all.targets().get(name))
                    .filter(PostgresTarget.class::isInstance)
                    .map(PostgresTarget.class::cast);
        }

        /// The configuration's own target of that name, where there is one, with the tables that
        /// are declared here.
        private Optional<Place> made(PolicyTests.TargetGiven given, int number) {
            var before = places.get(given);
            if (before != null) {
                return Optional.of(before);
            }
            var configured = configured(given.name());
            if (configured.isPresent()
                    && !(given.labels().isEmpty() && given.columns().isEmpty())) {
                wrong(
                        "target `"
                                + given.name()
                                + "` is the configuration's: its `labels` and `columns` stand"
                                + " there",
                        number);
                return Optional.empty();
            }
            try {
                var target = configured.orElseGet(() -> invented(given));
                var place = new Place(target, postgres.analystOffline(target, given.tables()));
                places.put(given, place);
                return Optional.of(place);
            } catch (IllegalArgumentException e) {
                String.valueOf(e.getMessage()).lines().forEach(line -> wrong(line, number));
                return Optional.empty();
            }
        }

        private void run(
                PolicyTests.Case one, int number, PolicyTests.ActorGiven actor, Place place) {
            var given = one.given();
            var verdict =
                    PolicyVerdict.of(
                            rules,
                            place.analyst(),
                            place.target().target(),
                            actor,
                            Postgres.request(given.sql(), given.parameters()),
                            given.work(),
                            given.now());
            for (var said : verdict.trace().rules()) {
                boolean matched = said.match() == Trace.Match.MATCHED;
                boolean not = said.match() == Trace.Match.NOT_MATCHED;
                coverage.compute(
                        said.rule().toString(),
                        (rule, cover) ->
                                (cover == null
                                                ? new Cover(rule, false, 0, 0)
                                                : new Cover(
                                                        rule,
                                                        said.when().equals("true"),
                                                        cover.matched(),
                                                        cover.unmatched()))
                                        .and(matched ? 1 : 0, not ? 1 : 0));
            }
            results.add(
                    new Ran(
                            document.problem(one.name(), "cases", number),
                            one.name(),
                            verdict,
                            PolicyDifferences.of(one.expect(), verdict)));
        }
    }

    static PostgresTarget invented(PolicyTests.TargetGiven given) {
        return new PostgresTarget(
                given.name(),
                "postgres",
                "nowhere.invalid:5432",
                given.name(),
                "nobody",
                Optional.empty(),
                "env:NOTHING",
                given.labels(),
                given.columns(),
                60,
                Optional.empty(),
                List.of(),
                List.of(),
                true,
                "hidden",
                Optional.empty(),
                "pinned");
    }
}
