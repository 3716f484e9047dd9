package dev.countersign.policy;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.SimpleType;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelVariableResolver;
import dev.countersign.model.Decision;
import dev.countersign.model.Obligations;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// One rule, its condition checked and compiled. Immutable.
final class Rule {
    /// Steps that the comprehensions of one condition may take.
    static final int MAX_ITERATIONS = 10_000;

    private static final int MAX_DEPTH = 64;

    private static final CelOptions OPTIONS =
            CelOptions.current()
                    .enableHeterogeneousNumericComparisons(true)
                    .comprehensionMaxIterations(MAX_ITERATIONS)
                    .maxParseRecursionDepth(MAX_DEPTH)
                    .maxExpressionCodePointSize(PolicyDocument.RuleSettings.MAX_CONDITION)
                    .build();

    private static final Map<List<String>, Cel> ENVIRONMENTS = new ConcurrentHashMap<>();

    final PolicyDocument.RuleSettings says;
    final CelAbstractSyntaxTree condition;

    private final Decision.RuleRef name;
    private final CelRuntime.Program program;

    private Rule(
            String policy,
            PolicyDocument.RuleSettings says,
            CelAbstractSyntaxTree condition,
            CelRuntime.Program program) {
        this.name = new Decision.RuleRef(policy, says.name());
        this.says = says;
        this.condition = condition;
        this.program = program;
    }

    /// @throws CelValidationException if the condition does not parse, names an unknown fact, or is
    ///   no truth value
    static Rule compile(String policy, PolicyDocument.RuleSettings says)
            throws CelValidationException, CelEvaluationException {
        var cel = environment(says.on());
        var checked = cel.compile(says.when()).getAst();
        return new Rule(policy, says, checked, cel.createProgram(checked));
    }

    static Cel environment(List<String> kinds) {
        return ENVIRONMENTS.computeIfAbsent(
                List.copyOf(kinds),
                on -> {
                    var builder =
                            CelFactory.plannerCelBuilder()
                                    .setOptions(OPTIONS)
                                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                                    .setResultType(SimpleType.BOOL);
                    Facts.of(on).forEach(builder::addVar);
                    return builder.build();
                });
    }

    boolean speaksOf(String kind) {
        return says.on().contains("any") || says.on().contains(kind);
    }

    /// Whether anything is denied, required, masked or limited by it, so that a condition that
    /// cannot be evaluated must count as true.
    boolean restricts() {
        return !says.allow() || !says.deny().isEmpty() || says.require().isPresent();
    }

    enum Match {
        YES,
        NO,
        /// the condition could not be evaluated
        FAILED
    }

    Match matches(Facts facts) {
        return with(facts::find);
    }

    /// What the condition comes to with no more facts than these: a fact that is not there makes it
    /// fail only where its value matters.
    Match with(CelVariableResolver facts) {
        try {
            return switch (program.eval(facts)) {
                case Boolean truth -> truth ? Match.YES : Match.NO;
                case null, default -> Match.FAILED;
            };
        } catch (CelEvaluationException | RuntimeException e) {
            return Match.FAILED; // a rule that restricts counts as matched, one that allows as not
        }
    }

    /// What it says to an action that it matches, apart from allowing it.
    ///
    /// @param allows whether its `allow` counts: not where its condition failed
    Stream<Decision> decisions(boolean allows) {
        var because = List.of(name);
        var out = new ArrayList<Decision>();
        if (!says.deny().isEmpty()) {
            out.add(new Decision.Deny(because, says.deny()));
        }
        if (!unserved().isEmpty()) {
            out.add(
                    new Decision.Deny(
                            because,
                            "rule "
                                    + name
                                    + " asks for what this version cannot do yet; ask your"
                                    + " operator"));
        }
        says.require()
                .ifPresent(require ->
                        out.add(
                                new Decision.Require(
                                        because, requirements(require), obligations())));
        if (allows && says.allow() && says.require().isEmpty()) {
            out.add(new Decision.Allow(because, obligations()));
        }
        return out.stream();
    }

    boolean allows() {
        return says.allow();
    }

    Decision.RuleRef name() {
        return name;
    }

    Obligations obligations() {
        var limit = says.limit();
        return new Obligations(
                says.mask()
                        .map(mask -> List.of(new Obligations.Masking(mask.labels(), mask.with())))
                        .orElse(List.of()),
                limit.map(PolicyDocument.LimitSettings::rowsOut)
                        .filter(rows -> rows > 0)
                        .orElse(Obligations.UNLIMITED),
                limit.map(PolicyDocument.LimitSettings::bytesOut)
                        .filter(bytes -> bytes > 0)
                        .orElse(Obligations.UNLIMITED));
    }

    private static List<Decision.Requirement> requirements(PolicyDocument.RequireSettings require) {
        var out = new ArrayList<Decision.Requirement>();
        require.approval()
                .ifPresent(approval -> {
                    var panels =
                            approval.panel().isEmpty()
                                    ? approval.panels()
                                    : List.of(approval.panel());
                    panels.forEach(panel ->
                            out.add(
                                    new Decision.Requirement.Approval(
                                            panel,
                                            approval.count(),
                                            approval.within(),
                                            approval.signed())));
                });
        require.stepUp()
                .ifPresent(
                        up -> out.add(new Decision.Requirement.StepUp(up.method(), up.maxAge())));
        require.justification()
                .ifPresent(why -> out.add(new Decision.Requirement.Justification(why.min())));
        return out;
    }

    /// What it asks for that this version cannot do: a rule with any of it denies what it matches.
    List<String> unserved() {
        var out = new ArrayList<String>();
        if (!says.told().isEmpty()) {
            out.add("notify");
        }
        if (says.reviewAfter().isPresent()) {
            out.add("review-after");
        }
        says.limit()
                .ifPresent(limit -> {
                    if (limit.rowsChanged() > 0) {
                        out.add("limit.rows-changed");
                    }
                    if (!limit.session().isZero()) {
                        out.add("limit.session");
                    }
                });
        says.require()
                .ifPresent(require -> {
                    if (require.stepUp().isPresent()) {
                        out.add("require.step-up");
                    }
                    if (require.justification().isPresent()) {
                        out.add("require.justification");
                    }
                    if (!require.ticket().isEmpty()) {
                        out.add("require.ticket");
                    }
                    require.approval()
                            .map(PolicyDocument.ApprovalSettings::unserved)
                            .ifPresent(out::addAll);
                });
        return out;
    }
}
