package dev.countersign.identity;

import dev.cel.bundle.Cel;
import dev.cel.bundle.CelFactory;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.MapType;
import dev.cel.common.types.SimpleType;
import dev.cel.common.values.NullValue;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelRuntime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An issuer's test of a person: a CEL condition over `claims`, all members of a token by their
/// names. Immutable.
///
/// It is true, or there is no person: a condition that cannot be evaluated (a claim that is missing
/// or of another type) proves nobody. A claim that is null counts as missing, as everywhere here.
final class PeopleIf {
    /// The longest condition, in characters.
    static final int MAX_CONDITION = 4_096;

    /// Steps that the comprehensions of one condition may take.
    static final int MAX_ITERATIONS = 10_000;

    /// How deep a condition may be nested, and how deep the claims that are shown to it.
    static final int MAX_DEPTH = 64;

    private static final String CLAIMS = "claims";

    private static final Cel CEL =
            CelFactory.plannerCelBuilder()
                    .setOptions(
                            CelOptions.current()
                                    .enableHeterogeneousNumericComparisons(true)
                                    .comprehensionMaxIterations(MAX_ITERATIONS)
                                    .maxParseRecursionDepth(MAX_DEPTH)
                                    .maxExpressionCodePointSize(MAX_CONDITION)
                                    .build())
                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .setResultType(SimpleType.BOOL)
                    .addVar(CLAIMS, MapType.create(SimpleType.STRING, SimpleType.DYN))
                    .build();

    private final CelRuntime.Program program;

    private PeopleIf(CelRuntime.Program program) {
        this.program = program;
    }

    /// Why a condition cannot be used; empty if it can.
    static Optional<String> problem(String condition) {
        try {
            var _ = compiled(condition);
            return Optional.empty();
        } catch (CelValidationException | CelEvaluationException e) {
            return Optional.of(
                    "`people-if` is no condition over `claims`: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    /// @param condition one that has no [#problem(String)]: settings with another cannot be made
    static PeopleIf of(String condition) {
        try {
            return compiled(condition);
        } catch (CelValidationException | CelEvaluationException e) {
            throw new IllegalArgumentException("`people-if` was not checked", e);
        }
    }

    private static PeopleIf compiled(String condition)
            throws CelValidationException, CelEvaluationException {
        return new PeopleIf(CEL.createProgram(CEL.compile(condition).getAst()));
    }

    /// Whether it is true of these claims. Never throws.
    boolean holds(Claims token) {
        try {
            return Boolean.TRUE.equals(program.eval(Map.of(CLAIMS, members(token.all(), 0))));
        } catch (CelEvaluationException | RuntimeException e) {
            return false; // what cannot be asked is not true
        }
    }

    private static Map<String, Object> members(Map<?, ?> object, int depth) {
        var out = new LinkedHashMap<String, Object>();
        object.forEach((name, value) -> {
            if (value != null) {
                out.put(String.valueOf(name), shown(value, depth + 1));
            }
        });
        return out;
    }

    /// As CEL knows it: whole numbers of 64 bits are `int`, all others `double`.
    private static Object shown(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("claims are nested too deeply");
        }
        return switch (value) {
            case null -> NullValue.NULL_VALUE;
            case Map<?, ?> object -> members(object, depth);
            case List<?> list -> {
                var out = new ArrayList<Object>(list.size());
                list.forEach(item -> out.add(shown(item, depth + 1)));
                yield out;
            }
            case Integer whole -> whole.longValue();
            case Long whole -> whole;
            case Number number -> number.doubleValue();
            case Boolean truth -> truth;
            default -> value.toString();
        };
    }
}
