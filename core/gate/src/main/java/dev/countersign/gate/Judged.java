package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.Outcome;
import dev.countersign.model.Refusal;
import dev.countersign.reviews.Wait;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was found of one action of a batch.
///
/// @param refusal why it will not run; null where it will, or people are asked
/// @param client waits for them; null where nobody is asked
/// @param behind what is written behind its intent, in the same commit
/// @param at place of the intent in that commit
record Judged(
        Asked asked,
        Action action,
        Decision decision,
        @Nullable Refusal refusal,
        @Nullable Wait client,
        List<Evidence> behind,
        int at) {

    static Judged admitted(Asked asked, Action action, Decision decision, int at) {
        return new Judged(asked, action, decision, null, null, List.of(), at);
    }

    static Judged refused(Asked asked, Action action, Decision decision, Refusal why, int at) {
        return new Judged(asked, action, decision, why, null, List.of(ended(action, why)), at);
    }

    static Evidence ended(Action action, Refusal why) {
        return new Evidence.Settled(action.session(), action.id(), Outcome.refused(why));
    }

    /// Nothing behind it in its batch is reached.
    boolean stops() {
        return refusal != null || client != null;
    }
}
