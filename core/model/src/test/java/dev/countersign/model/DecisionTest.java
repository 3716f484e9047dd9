package dev.countersign.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// The lattice: deny over require over allow, whatever the order of the rules.
class DecisionTest {
    @Test
    void the_order_of_the_rules_does_not_matter() {
        var random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            var a = any(random);
            var b = any(random);
            var c = any(random);

            same(Decision.stricter(a, b), Decision.stricter(b, a));
            same(
                    Decision.stricter(a, Decision.stricter(b, c)),
                    Decision.stricter(Decision.stricter(a, b), c));
            same(Decision.stricter(a, a), a);
            assertThat(grade(Decision.stricter(a, b))).isEqualTo(Math.max(grade(a), grade(b)));
        }
    }

    private static void same(Decision a, Decision b) {
        assertThat(grade(a)).isEqualTo(grade(b));
        assertThat(new HashSet<>(a.because())).isEqualTo(new HashSet<>(b.because()));
        if (a instanceof Decision.Require x && b instanceof Decision.Require y) {
            assertThat(new HashSet<>(x.requirements())).isEqualTo(new HashSet<>(y.requirements()));
        }
        assertThat(limits(a)).isEqualTo(limits(b));
    }

    private static List<Long> limits(Decision decision) {
        return switch (decision) {
            case Decision.Allow(_, var o) -> List.of(o.maxRows(), o.maxBytes());
            case Decision.Require(_, _, var o) -> List.of(o.maxRows(), o.maxBytes());
            case Decision.Deny _ -> List.of();
        };
    }

    private static int grade(Decision decision) {
        return switch (decision) {
            case Decision.Allow _ -> 0;
            case Decision.Require _ -> 1;
            case Decision.Deny _ -> 2;
        };
    }

    private static Decision any(Random random) {
        var because = List.of(new Decision.RuleRef("p", "r" + random.nextInt(4)));
        var obligations = new Obligations(List.of(), 1 + random.nextInt(3), 1 + random.nextInt(3));
        return switch (random.nextInt(3)) {
            case 0 -> new Decision.Allow(because, obligations);
            case 1 ->
                    new Decision.Require(
                            because,
                            List.of(
                                    new Decision.Requirement.Approval(
                                            "panel" + random.nextInt(2),
                                            1,
                                            Duration.ofMinutes(15),
                                            false)),
                            obligations);
            default -> new Decision.Deny(because, "no");
        };
    }
}
