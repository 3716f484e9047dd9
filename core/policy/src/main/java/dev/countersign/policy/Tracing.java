package dev.countersign.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelValidationException;
import dev.cel.common.ast.CelExpr;
import dev.cel.common.navigation.CelNavigableAst;
import dev.cel.common.navigation.CelNavigableExpr;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import dev.countersign.model.Json;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;

/// Finds out why the rules of one book did not match. Each part of a condition is compiled when it
/// is first asked for.
final class Tracing {
    private final Map<List<Object>, Optional<Part>> compiled = new ConcurrentHashMap<>();

    private record Part(CelAbstractSyntaxTree tree, CelRuntime.Program program) {}

    Trace.Said of(Rule rule, Facts facts) {
        var match = rule.matches(facts);
        return new Trace.Said(
                rule.name(),
                switch (match) {
                    case YES -> Trace.Match.MATCHED;
                    case NO -> Trace.Match.NOT_MATCHED;
                    case FAILED -> Trace.Match.FAILED;
                },
                match == Rule.Match.YES || (match == Rule.Match.FAILED && rule.restricts()),
                rule.says.when().strip(),
                says(rule),
                match == Rule.Match.YES ? List.of() : because(rule, match, facts));
    }

    private static List<String> says(Rule rule) {
        var out = new ArrayList<String>();
        if (rule.says.allow()) {
            out.add("allow");
        }
        if (!rule.says.deny().isEmpty() || !rule.unserved().isEmpty()) {
            out.add("deny");
        }
        rule.says.require().ifPresent(_ -> out.add("require"));
        rule.says.mask().ifPresent(_ -> out.add("mask"));
        rule.says.limit().ifPresent(_ -> out.add("limit"));
        return out;
    }

    /// Where the parts do not explain it, all of the condition is the only part.
    private List<Trace.Part> because(Rule rule, Rule.Match match, Facts facts) {
        var out = new ArrayList<Trace.Part>();
        for (var alternative : Operands.of(rule.says.when())) {
            var first =
                    alternative.stream()
                            .map(text -> part(rule, text, facts))
                            .flatMap(Optional::stream)
                            .filter(part ->
                                    match == Rule.Match.NO
                                            ? part.value().equals("false")
                                            : part.value().startsWith("failed"))
                            .findFirst();
            if (first.isEmpty() && match == Rule.Match.NO) {
                return part(rule, rule.says.when().strip(), facts).stream().toList();
            }
            first.ifPresent(out::add);
        }
        return out.isEmpty() ? part(rule, rule.says.when().strip(), facts).stream().toList() : out;
    }

    private Optional<Trace.Part> part(Rule rule, String text, Facts facts) {
        return compiled.computeIfAbsent(
                        List.of(rule.says.on(), text), _ -> compile(rule.says.on(), text))
                .map(part -> {
                    var named = new TreeMap<String, Json>();
                    CelNavigableAst.fromAst(part.tree())
                            .getRoot()
                            .allNodes()
                            .map(CelNavigableExpr::expr)
                            .flatMap(expression -> name(expression).stream())
                            .forEach(name ->
                                    facts.find(name)
                                            .ifPresent(found -> named.put(name, json(found))));
                    return new Trace.Part(text, value(part.program(), facts), named);
                });
    }

    /// Empty where the text is no condition by itself.
    private static Optional<Part> compile(List<String> on, String text) {
        try {
            var cel = Rule.environment(on);
            var tree = cel.compile(text).getAst();
            return Optional.of(new Part(tree, cel.createProgram(tree)));
        } catch (CelValidationException | CelEvaluationException e) {
            return Optional.empty();
        }
    }

    private static String value(CelRuntime.Program program, Facts facts) {
        try {
            return String.valueOf(program.eval(facts::find));
        } catch (CelEvaluationException | RuntimeException e) {
            return "failed: " + e.getMessage();
        }
    }

    /// `a.b`, however it stands in the tree: as one name or as a member of one.
    private static Optional<String> name(CelExpr expression) {
        return switch (expression.getKind()) {
            case IDENT -> Optional.of(expression.ident().name());
            case SELECT ->
                    name(expression.select().operand())
                            .map(of -> of + "." + expression.select().field());
            case CONSTANT, CALL, LIST, STRUCT, MAP, COMPREHENSION, NOT_SET -> Optional.empty();
        };
    }

    static Json json(Object value) {
        return switch (value) {
            case Boolean truth -> Json.of(truth);
            case Long number when Math.abs(number) <= Json.MAX_SAFE_INTEGER -> Json.of(number);
            case Instant time -> Json.of(time.toString());
            case Collection<?> items -> Json.strings(items.stream().map(String::valueOf).toList());
            case Map<?, ?> members -> {
                var out = Json.object();
                for (var key :
                        new TreeSet<>(members.keySet().stream().map(Object::toString).toList())) {
                    out.put(key, String.valueOf(members.get(key)));
                }
                yield out.build();
            }
            default -> Json.of(String.valueOf(value));
        };
    }
}
