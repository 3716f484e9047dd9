package dev.countersign.server;

import static java.util.Objects.requireNonNull;

import dev.countersign.model.Outcome;
import dev.countersign.model.Verb;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// The counters of one target. Each is looked up by its labels once, and not on the data path.
final class TargetCounts {
    /// Rules and detectors of one target that are told apart; all further ones count as one.
    static final int MAX_RULES = 500;

    private final String target;
    private final Map<Verb, Map<Judgement, CounterDataPoint>> actions = new EnumMap<>(Verb.class);
    private final Map<Outcome.Status, CounterDataPoint> outcomes =
            new EnumMap<>(Outcome.Status.class);
    private final Map<String, CounterDataPoint> masked = new ConcurrentHashMap<>();
    private final Counter cells;

    /// What became of what a client asked.
    enum Judgement {
        ALLOW("allow"),
        REQUIRE("require"),
        DENY("deny");

        final String word;

        Judgement(String word) {
            this.word = word;
        }
    }

    /// @param target its name in the configuration
    TargetCounts(String target, Counter actions, Counter outcomes, Counter cells) {
        this.target = target;
        this.cells = cells;
        for (var verb : Verb.values()) {
            var ofVerb = new EnumMap<Judgement, CounterDataPoint>(Judgement.class);
            for (var judged : Judgement.values()) {
                ofVerb.put(judged, actions.labelValues(target, verb.word(), judged.word));
            }
            this.actions.put(verb, ofVerb);
        }
        for (var status : Outcome.Status.values()) {
            this.outcomes.put(status, outcomes.labelValues(target, status.word()));
        }
    }

    void judged(Verb verb, Judgement how) {
        requireNonNull(requireNonNull(actions.get(verb)).get(how)).inc(); // made for all of them
    }

    void ended(Outcome outcome) {
        requireNonNull(outcomes.get(outcome.status())).inc();
        if (!outcome.masked().isEmpty()) {
            outcome.masked().forEach(this::masked);
        }
    }

    private void masked(String rule, long cells) {
        @Nullable CounterDataPoint known = masked.get(rule);
        if (known == null) {
            var name = masked.size() < MAX_RULES ? rule : "other";
            known = masked.computeIfAbsent(name, one -> this.cells.labelValues(target, one));
        }
        known.inc(cells);
    }
}
