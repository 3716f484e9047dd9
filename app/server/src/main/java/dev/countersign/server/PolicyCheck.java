package dev.countersign.server;

import dev.countersign.gate.TargetSettings;
import dev.countersign.policy.Doubts;
import dev.countersign.policy.PolicyDocument;
import dev.countersign.policy.RuleBook;
import dev.countersign.postgres.Postgres;
import dev.countersign.postgres.PostgresTarget;
import dev.countersign.reviews.Panel;
import dev.countersign.settings.Binder;
import dev.countersign.settings.ConfigurationProblems;
import dev.countersign.settings.Document;
import dev.countersign.settings.Documents;
import dev.countersign.settings.Problem;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// What is wrong with policies, and what is hardly meant, without running any.
///
/// @param rules that were read
/// @param problems because of which they would not load; all at once
/// @param warnings what loads, and is hardly meant; none where there are problems
public record PolicyCheck(int rules, List<Problem> problems, List<Problem> warnings) {
    public PolicyCheck {
        problems = List.copyOf(problems);
        warnings = List.copyOf(warnings);
    }

    /// Reads a configuration as a gateway would, or files of policies by themselves, or files as if
    /// the configuration included them as well.
    public static PolicyCheck of(Optional<Path> config, List<Path> files) {
        return new Reading().read(config, files);
    }

    private static final class Reading {
        private final Set<Problem> problems = new LinkedHashSet<>();
        private final List<Problem> warnings = new ArrayList<>();
        private final List<RuleBook.Bound> policies = new ArrayList<>();
        private final Set<String> panels = new HashSet<>();
        private final Set<Path> read = new HashSet<>();

        PolicyCheck read(Optional<Path> config, List<Path> files) {
            var clock = Clock.systemUTC();
            Collection<TargetSettings> targets = List.of();
            try (var postgres = new Postgres(clock)) {
                if (config.isPresent()) {
                    var all =
                            Configuration.read(
                                    config.get(), Map.of(postgres.id(), postgres), clock);
                    all.documents().forEach(this::document);
                    targets = all.targets().values();
                }
            } catch (ConfigurationProblems e) {
                problems.addAll(e.problems());
            }
            for (var file : files) {
                try {
                    var before = Set.copyOf(read);
                    Documents.read(file).stream()
                            .filter(one -> !before.contains(one.file()))
                            .forEach(this::document);
                } catch (ConfigurationProblems e) {
                    problems.addAll(e.problems());
                }
            }
            var labels =
                    targets.stream()
                            .flatMap(one -> one.target().labels().keySet().stream())
                            .collect(Collectors.toSet());
            var found = new ArrayList<Problem>();
            RuleBook.of(policies, labels, clock, found);
            problems.addAll(found);
            if (problems.isEmpty()) {
                warnings.addAll(Doubts.of(policies));
                policies.forEach(this::panelsOf);
                if (config.isPresent()) {
                    for (var policy : policies) {
                        masksOf(policy, targets);
                    }
                }
            }
            int rules = policies.stream().mapToInt(one -> one.policy().rules().size()).sum();
            return new PolicyCheck(rules, List.copyOf(problems), warnings);
        }

        private void document(Document document) {
            var found = new ArrayList<Problem>();
            var binder = new Binder(document, found);
            switch (document.kind()) {
                case "Policy" ->
                        binder.bind(PolicyDocument.class)
                                .ifPresent(one -> policies.add(new RuleBook.Bound(one, document)));
                case "Panel" -> binder.bind(Panel.class).ifPresent(one -> panels.add(one.name()));
                case "PolicyTests" -> {
                    var _ = binder.bind(PolicyTests.class);
                }
                default -> {
                    // not a policy's
                }
            }
            problems.addAll(found);
            read.add(document.file());
        }

        /// Of a whole configuration this is a problem, and told as one.
        private void panelsOf(RuleBook.Bound policy) {
            each(
                    policy,
                    (rule, at) ->
                            rule
                                    .require()
                                    .flatMap(PolicyDocument.RequireSettings::approval)
                                    .map(PolicyDocument.ApprovalSettings::all)
                                    .orElse(List.of())
                                    .stream()
                                    .filter(name -> !panels.contains(name))
                                    .forEach(name ->
                                            warnings.add(
                                                    policy.document()
                                                            .problem(
                                                                    "rule `"
                                                                            + rule.name()
                                                                            + "` asks panel `"
                                                                            + name
                                                                            + "`, and there is no `kind: Panel` of"
                                                                            + " that name in what was read",
                                                                    "rules",
                                                                    at,
                                                                    "require"))));
        }

        /// Detectors give labels of their own to what nothing labels.
        private void masksOf(RuleBook.Bound policy, Collection<TargetSettings> targets) {
            var known = new HashSet<String>();
            for (var target : targets) {
                if (target instanceof PostgresTarget postgres) {
                    if (postgres.detectors().isPresent()) {
                        return;
                    }
                    postgres.columns().values().forEach(column -> known.add(column.label()));
                }
            }
            each(
                    policy,
                    (rule, at) ->
                            rule
                                    .mask()
                                    .map(PolicyDocument.MaskSettings::labels)
                                    .orElse(List.of())
                                    .stream()
                                    .filter(pattern ->
                                            known.stream().noneMatch(label -> fits(pattern, label)))
                                    .forEach(pattern ->
                                            warnings.add(
                                                    policy.document()
                                                            .problem(
                                                                    "rule `"
                                                                            + rule.name()
                                                                            + "` masks `"
                                                                            + pattern
                                                                            + "`, and no column of any target has"
                                                                            + " such a label",
                                                                    "rules",
                                                                    at,
                                                                    "mask"))));
        }

        /// `*` stands for any run of characters.
        private static boolean fits(String pattern, String label) {
            var parts = pattern.split("\\*", -1);
            var regex = new StringBuilder();
            for (int i = 0; i < parts.length; i++) {
                regex.append(i == 0 ? "" : ".*").append(Pattern.quote(parts[i]));
            }
            return label.matches(regex.toString());
        }

        private interface Each {
            void look(PolicyDocument.RuleSettings rule, int at);
        }

        private static void each(RuleBook.Bound policy, Each each) {
            var rules = policy.policy().rules();
            for (int at = 0; at < rules.size(); at++) {
                each.look(rules.get(at), at);
            }
        }
    }
}
