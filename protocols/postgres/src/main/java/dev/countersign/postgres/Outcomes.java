package dev.countersign.postgres;

import dev.countersign.gate.Conversation.Effects;
import dev.countersign.model.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Actions that were answered and wait for the ReadyForQuery that makes their outcome certain: a
/// deferred constraint may still fail.
final class Outcomes {
    /// How many may wait before they are written down without it.
    static final int MAX_WAITING = 1_024;

    private final List<Tally> answered = new ArrayList<>();

    void answered(Tally tally, Effects out) {
        if (!tally.answered) {
            tally.answered = true;
            answered.add(tally);
        }
        if (answered.size() > MAX_WAITING) {
            settle(out);
        }
    }

    /// Counts what is masked in words that answer them all; kept with the last.
    Map<String, Long> masked() {
        return answered.isEmpty() ? new HashMap<>() : answered.getLast().masked;
    }

    /// What ended well so far did not, after all.
    void failed(String code) {
        for (var tally : answered) {
            if (tally.ok()) {
                tally.failed(Outcome.Status.ERROR, code);
            }
        }
    }

    void settle(Effects out) {
        for (var tally : answered) {
            if (tally.permit.live()) {
                out.settle(tally.permit, tally.outcome());
            }
        }
        answered.clear();
    }
}
