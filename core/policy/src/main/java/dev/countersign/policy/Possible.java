package dev.countersign.policy;

import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.ast.CelConstant;
import dev.cel.common.ast.CelExpr;
import dev.countersign.model.Effect;
import dev.countersign.model.Principal;
import dev.countersign.model.Target;
import dev.countersign.model.Verb;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/// What a condition can come to when only a part of the facts is known: who acts, where, and *one*
/// effect that the statement has, perhaps among others.
///
/// A reading of the checked expression in three values (Kleene's). It understands little: truth
/// values, `==`, `!=`, `in`, `all` and `exists` over the statement's effects. Everything else is
/// unknown, which is the safe answer: whoever is not proven to only read is not held read-only by
/// the target, but still judged statement by statement.
///
/// The effects are *at least* the known one: `all` over them can only be disproved by it, `exists`
/// only be proved. The verb is the known effect's, or a worse one.
final class Possible {
    enum Truth {
        TRUE,
        FALSE,
        UNKNOWN;

        static Truth of(boolean truth) {
            return truth ? TRUE : FALSE;
        }

        Truth not() {
            return switch (this) {
                case TRUE -> FALSE;
                case FALSE -> TRUE;
                case UNKNOWN -> UNKNOWN;
            };
        }
    }

    private final Principal who;
    private final Target where;
    private final Map<String, String> labels;
    private final Effect effect;
    private final Set<String> verbs;

    Possible(Principal who, Target where, Map<String, String> labels, Effect effect) {
        this.who = who;
        this.where = where;
        this.labels = labels;
        this.effect = effect;
        this.verbs =
                Arrays.stream(Verb.values())
                        .filter(verb -> verb.compareTo(effect.verb()) >= 0)
                        .map(Verb::word)
                        .collect(Collectors.toSet());
    }

    Truth of(CelAbstractSyntaxTree condition) {
        return truth(condition.getExpr(), Map.of());
    }

    /// @param bound what the variables of comprehensions stand for
    private Truth truth(CelExpr expression, Map<String, String> bound) {
        return switch (expression.getKind()) {
            case CONSTANT ->
                    expression.constant().getKind() == CelConstant.Kind.BOOLEAN_VALUE
                            ? Truth.of(expression.constant().booleanValue())
                            : Truth.UNKNOWN;
            case CALL -> call(expression.call(), bound);
            case COMPREHENSION -> comprehension(expression.comprehension(), bound);
            case IDENT, SELECT ->
                    values(expression, bound)
                            .filter(values -> values.size() == 1)
                            .map(values -> values.iterator().next())
                            .map(Possible::boolWord)
                            .orElse(Truth.UNKNOWN);
            case LIST, STRUCT, MAP, NOT_SET -> Truth.UNKNOWN;
        };
    }

    private static Truth boolWord(String word) {
        return switch (word) {
            case "true" -> Truth.TRUE;
            case "false" -> Truth.FALSE;
            default -> Truth.UNKNOWN;
        };
    }

    private Truth call(CelExpr.CelCall call, Map<String, String> bound) {
        var args = call.args();
        return switch (call.function()) {
            case "_&&_" -> {
                var a = truth(args.get(0), bound);
                var b = truth(args.get(1), bound);
                yield a == Truth.FALSE || b == Truth.FALSE
                        ? Truth.FALSE
                        : a == Truth.TRUE && b == Truth.TRUE ? Truth.TRUE : Truth.UNKNOWN;
            }
            case "_||_" -> {
                var a = truth(args.get(0), bound);
                var b = truth(args.get(1), bound);
                yield a == Truth.TRUE || b == Truth.TRUE
                        ? Truth.TRUE
                        : a == Truth.FALSE && b == Truth.FALSE ? Truth.FALSE : Truth.UNKNOWN;
            }
            case "!_" -> truth(args.getFirst(), bound).not();
            case "_==_" -> equal(args, bound);
            case "_!=_" -> equal(args, bound).not();
            case "@in", "_in_" -> in(args.get(0), args.get(1), bound);
            default -> Truth.UNKNOWN;
        };
    }

    private Truth equal(List<CelExpr> args, Map<String, String> bound) {
        var a = values(args.get(0), bound);
        var b = values(args.get(1), bound);
        return a.isPresent() && b.isPresent() ? among(a.get(), b.get()) : Truth.UNKNOWN;
    }

    private Truth in(CelExpr item, CelExpr list, Map<String, String> bound) {
        var items = values(item, bound);
        if (items.isEmpty()) {
            return Truth.UNKNOWN;
        }
        if (name(list).filter("stmt.effects"::equals).isPresent()) {
            return items.get().equals(Set.of(effect.word())) ? Truth.TRUE : Truth.UNKNOWN;
        }
        if (list.getKind() != CelExpr.ExprKind.Kind.LIST) {
            return Truth.UNKNOWN;
        }
        boolean possible = false;
        boolean all = true;
        var known = new java.util.HashSet<String>();
        for (var element : list.list().elements()) {
            var values = values(element, bound);
            if (values.isEmpty() || values.get().size() != 1) {
                return Truth.UNKNOWN;
            }
            known.addAll(values.get());
        }
        for (var value : items.get()) {
            possible |= known.contains(value);
            all &= known.contains(value);
        }
        return all ? Truth.TRUE : possible ? Truth.UNKNOWN : Truth.FALSE;
    }

    private static Truth among(Set<String> a, Set<String> b) {
        if (a.size() == 1 && b.size() == 1) {
            return Truth.of(a.equals(b));
        }
        return a.stream().anyMatch(b::contains) ? Truth.UNKNOWN : Truth.FALSE;
    }

    /// Everything that a plain value can be; empty where nobody can tell.
    private Optional<Set<String>> values(CelExpr expression, Map<String, String> bound) {
        if (expression.getKind() == CelExpr.ExprKind.Kind.CONSTANT) {
            return switch (expression.constant().getKind()) {
                case STRING_VALUE -> Optional.of(Set.of(expression.constant().stringValue()));
                case BOOLEAN_VALUE ->
                        Optional.of(Set.of(Boolean.toString(expression.constant().booleanValue())));
                default -> Optional.empty();
            };
        }
        return name(expression).flatMap(name -> value(name, bound));
    }

    private Optional<Set<String>> value(String name, Map<String, String> bound) {
        var variable = bound.get(name);
        if (variable != null) {
            return Optional.of(Set.of(variable));
        }
        if (name.equals("stmt.verb") || name.equals("action.verb")) {
            return Optional.of(verbs);
        }
        if (name.startsWith("target.labels.")) {
            return Optional.ofNullable(labels.get(name.substring("target.labels.".length())))
                    .map(Set::of);
        }
        return switch (Facts.known(name, who, where)) {
            case String text -> Optional.of(Set.of(text));
            case Boolean truth -> Optional.of(Set.of(truth.toString()));
            case null, default -> Optional.empty();
        };
    }

    /// `a.b.c`, or a map's literal key in brackets.
    private static Optional<String> name(CelExpr expression) {
        return switch (expression.getKind()) {
            case IDENT -> Optional.of(expression.ident().name());
            case SELECT ->
                    expression.select().testOnly()
                            ? Optional.empty()
                            : name(expression.select().operand())
                                    .map(of -> of + "." + expression.select().field());
            case CONSTANT, CALL, LIST, STRUCT, MAP, COMPREHENSION, NOT_SET -> Optional.empty();
        };
    }

    /// `all` and `exists` as their macros expand; over anything but the effects nothing is known.
    private Truth comprehension(CelExpr.CelComprehension loop, Map<String, String> bound) {
        var step = loop.loopStep();
        if (name(loop.iterRange()).filter("stmt.effects"::equals).isEmpty()
                || loop.accuInit().getKind() != CelExpr.ExprKind.Kind.CONSTANT
                || loop.accuInit().constant().getKind() != CelConstant.Kind.BOOLEAN_VALUE
                || step.getKind() != CelExpr.ExprKind.Kind.CALL
                || step.call().args().size() != 2
                || name(loop.result()).filter(loop.accuVar()::equals).isEmpty()) {
            return Truth.UNKNOWN;
        }
        boolean all =
                loop.accuInit().constant().booleanValue() && step.call().function().equals("_&&_");
        boolean exists =
                !loop.accuInit().constant().booleanValue() && step.call().function().equals("_||_");
        var inner = new HashMap<>(bound);
        inner.put(loop.iterVar(), effect.word());
        var ofKnown = truth(step.call().args().get(1), inner);
        return all && ofKnown == Truth.FALSE
                ? Truth.FALSE
                : exists && ofKnown == Truth.TRUE ? Truth.TRUE : Truth.UNKNOWN;
    }
}
