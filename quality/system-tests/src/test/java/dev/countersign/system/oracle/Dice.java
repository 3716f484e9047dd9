package dev.countersign.system.oracle;

import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/// Choices of a seeded generator.
final class Dice {
    private final Random random;

    Dice(long seed) {
        this.random = new Random(seed);
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    /// From one to `most`.
    int upTo(int most) {
        return 1 + random.nextInt(most);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    <T> T one(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    String word(String... choices) {
        return choices[random.nextInt(choices.length)];
    }

    /// Only the chosen one is made.
    @SafeVarargs
    final String of(Supplier<String>... choices) {
        return choices[random.nextInt(choices.length)].get();
    }
}
