package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Opinion;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// Somebody beside our own policy who is asked before an action runs, and can only forbid it.
public interface SecondOpinion {
    /// Nobody.
    SecondOpinion NONE =
            new SecondOpinion() {
                @Override
                public boolean wanted(Action action) {
                    return false;
                }

                @Override
                public CompletionStage<Opinion> ask(Action action, Decision decision) {
                    return CompletableFuture.completedStage(Opinion.nothing("nobody"));
                }
            };

    /// Whether it is asked about such an action. Fast enough for an event loop.
    boolean wanted(Action action);

    /// What it says. Returns at once, never completes exceptionally, and always within a deadline:
    /// where nothing is to be had, it says so, and the action does not run.
    ///
    /// @param decision our own, which is no denial
    CompletionStage<Opinion> ask(Action action, Decision decision);
}
