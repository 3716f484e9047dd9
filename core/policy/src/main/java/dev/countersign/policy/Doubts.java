package dev.countersign.policy;

import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.countersign.settings.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What loads, and is hardly meant: for whoever writes rules. Says nothing where it is not certain.
public final class Doubts {
    private Doubts() {}

    /// A warning each, at the place of the condition. Policies with problems are passed over:
    /// [RuleBook#of] tells those.
    public static List<Problem> of(List<RuleBook.Bound> policies) {
        var out = new ArrayList<Problem>();
        for (var bound : policies) {
            var rules = bound.policy().rules();
            for (int at = 0; at < rules.size(); at++) {
                for (var doubt : of(bound.policy().name(), rules.get(at))) {
                    out.add(bound.document().problem(doubt, "rules", at, "when"));
                }
            }
        }
        return out;
    }

    private static List<String> of(String policy, PolicyDocument.RuleSettings says) {
        Rule rule;
        try {
            rule = Rule.compile(policy, says);
        } catch (CelValidationException | CelEvaluationException | RuntimeException e) {
            return List.of(); // a problem, and told as one
        }
        var out = new ArrayList<String>();
        if (rule.with(_ -> Optional.empty()) == Rule.Match.NO) {
            out.add("the condition of rule `" + says.name() + "` is false whatever is asked");
        }
        boolean matches =
                CelNavigableAst.fromAst(rule.condition)
                        .getRoot()
                        .allNodes()
                        .map(CelNavigableExpr::expr)
                        .anyMatch(Doubts::matches);
        if (matches) {
            out.add(
                    "the condition of rule `"
                            + says.name()
                            + "` looks for a pattern with `matches`: facts such as `stmt.tables`,"
                            + " `stmt.effects` and `stmt.functions` say what a statement does,"
                            + " however it is written");
        }
        return out;
    }

    private static boolean matches(CelExpr expression) {
        return expression.getKind() == CelExpr.ExprKind.Kind.CALL
                && expression.call().function().equals("matches");
    }
}
