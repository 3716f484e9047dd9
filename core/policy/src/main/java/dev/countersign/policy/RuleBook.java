package dev.countersign.policy;

import dev.cel.common.CelValidationException;
import dev.cel.runtime.CelEvaluationException;
import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Hash;
import dev.countersign.model.Obligations;
import dev.countersign.model.Principal;
import dev.countersign.model.Target;
import dev.countersign.settings.Document;
import dev.countersign.settings.Problem;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/// All rules of a configuration, and what they say together.
///
/// The order of rules means nothing: deny is over require is over allow; requirements of several
/// rules are all needed, and obligations accumulate by their stricter value. Where no rule allows,
/// it is denied. A rule whose condition cannot be evaluated counts as matched if it restricts, and
/// as not matched if it allows.
public final class RuleBook {
    /// Conditions of one configuration.
    static final int MAX_RULES = 5_000;

    private static final Decision.Deny NOTHING_ALLOWS =
            new Decision.Deny(List.of(), "no rule allows this");

    private final List<Rule> rules;
    private final Set<String> labelNames;
    private final Clock clock;
    private final Hash digest;
    private final Tracing tracing = new Tracing();

    /// A policy, and the document that it was read from.
    public record Bound(PolicyDocument policy, Document document) {}

    private RuleBook(List<Rule> rules, Set<String> labelNames, Clock clock, Hash digest) {
        this.rules = List.copyOf(rules);
        this.labelNames = Set.copyOf(labelNames);
        this.clock = clock;
        this.digest = digest;
    }

    /// Compiles the rules.
    ///
    /// @param labelNames every label name that a target of the configuration has
    /// @param problems takes what is wrong; the book is of no use then
    public static RuleBook of(
            List<Bound> policies, Set<String> labelNames, Clock clock, List<Problem> problems) {
        var rules = new ArrayList<Rule>();
        var names = new HashSet<String>();
        for (var bound : policies) {
            var policy = bound.policy();
            for (int at = 0; at < policy.rules().size(); at++) {
                var says = policy.rules().get(at);
                if (!names.add(policy.name() + "/" + says.name())) {
                    problems.add(
                            bound.document()
                                    .problem(
                                            "a second rule named `" + says.name() + "`",
                                            "rules",
                                            at,
                                            "name"));
                }
                try {
                    rules.add(Rule.compile(policy.name(), says));
                } catch (CelValidationException | CelEvaluationException | RuntimeException e) {
                    problems.add(
                            bound.document()
                                    .problem(
                                            "the condition of rule `"
                                                    + says.name()
                                                    + "` cannot be used: "
                                                    + String.valueOf(e.getMessage())
                                                            .replace('\n', ' '),
                                            "rules",
                                            at,
                                            "when"));
                }
            }
        }
        if (rules.size() > MAX_RULES) {
            problems.add(
                    policies.getLast()
                            .document()
                            .problem("a configuration has at most " + MAX_RULES + " rules"));
        }
        return new RuleBook(
                rules,
                labelNames,
                clock,
                Hash.sha256(
                        policies.stream()
                                .map(bound -> bound.document().canonical())
                                .collect(Collectors.joining())
                                .getBytes(StandardCharsets.UTF_8)));
    }

    /// What the rules say to an action. Never throws.
    public Decision decide(Action action) {
        return decide(action, Facts.of(action, labelNames, clock));
    }

    /// What the rules say to an action of before, as it was known at its moment. Never throws.
    ///
    /// @param at the moment, which conditions see as `now`
    /// @param unknown facts that nobody knows any more: `stmt.functions`
    public Redecided redecide(Action action, Instant at, Set<String> unknown) {
        var missed = new TreeSet<String>();
        var facts =
                Facts.of(action, labelNames, Clock.fixed(at, ZoneOffset.UTC))
                        .without(unknown, missed);
        return new Redecided(decide(action, facts), missed);
    }

    /// The same, with all that led to it: for tools. Never throws.
    ///
    /// @param now the time that rules see
    public Trace trace(Action action, Instant now) {
        var facts = Facts.of(action, labelNames, Clock.fixed(now, ZoneOffset.UTC));
        return new Trace(
                decide(action, facts),
                rules.stream()
                        .filter(rule -> rule.speaksOf(action.facts().kind()))
                        .map(rule -> tracing.of(rule, facts))
                        .toList(),
                facts.all());
    }

    /// The names of all rules, in the order of the files.
    public List<Decision.RuleRef> names() {
        return rules.stream().map(Rule::name).toList();
    }

    private Decision decide(Action action, Facts facts) {
        var kind = action.facts().kind();
        Decision all = null;
        var obligations = Obligations.NONE;
        boolean allowed = false;
        for (var rule : rules) {
            if (!rule.speaksOf(kind)) {
                continue;
            }
            var match = rule.matches(facts);
            if (match == Rule.Match.NO || (match == Rule.Match.FAILED && !rule.restricts())) {
                continue;
            }
            boolean counts = match == Rule.Match.YES;
            allowed |= counts && rule.allows();
            obligations = obligations.and(rule.obligations());
            for (var decision : (Iterable<Decision>) rule.decisions(counts)::iterator) {
                all = all == null ? decision : Decision.stricter(all, decision);
            }
        }
        if (all instanceof Decision.Deny) {
            return all;
        }
        if (all == null || !allowed) {
            return NOTHING_ALLOWS;
        }
        return switch (all) {
            case Decision.Allow(var because, var own) ->
                    new Decision.Allow(because, own.and(obligations));
            case Decision.Require(var because, var requirements, var own) ->
                    new Decision.Require(because, requirements, own.and(obligations));
            case Decision.Deny _ -> all;
        };
    }

    /// Whether nothing but reads can ever be allowed: for every effect but read and session, with
    /// it and its verb known, who and where known, and all other facts unknown, no rule that allows
    /// is true or unknown.
    public boolean onlyReads(Principal who, Target where) {
        var labels = Facts.labels(where, labelNames);
        for (var effect : Effect.values()) {
            if (effect == Effect.READ || effect == Effect.SESSION) {
                continue;
            }
            var possible = new Possible(who, where, labels, effect);
            for (var rule : rules) {
                if (rule.allows()
                        && rule.speaksOf("sql")
                        && possible.of(rule.condition) != Possible.Truth.FALSE) {
                    return false;
                }
            }
        }
        return true;
    }

    /// What this version cannot do of what the rules ask for, a sentence each.
    public List<String> notServed() {
        var out = new ArrayList<String>();
        for (var rule : rules) {
            rule.unserved()
                    .forEach(what ->
                            out.add(
                                    "rule "
                                            + rule.name()
                                            + " asks for `"
                                            + what
                                            + "`, which this version cannot do: it denies"
                                            + " what it matches"));
        }
        return out;
    }

    /// SHA-256 over all policy documents.
    public Hash digest() {
        return digest;
    }
}
