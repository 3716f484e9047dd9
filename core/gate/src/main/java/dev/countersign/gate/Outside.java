package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Opinion;
import dev.countersign.model.Refusal;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// A second opinion as the gate hears it: what goes wrong on the way is none, and none is a denial.
final class Outside {
    private final SecondOpinion who;

    Outside(SecondOpinion who) {
        this.who = who;
    }

    /// A Parse runs nothing, so nobody is asked about it; its execution is.
    boolean wanted(Action action) {
        return !action.request().prepare() && who.wanted(action);
    }

    CompletionStage<Opinion> ask(Action action, Decision decision) {
        CompletionStage<Opinion> asked;
        try {
            asked = who.ask(action, decision);
        } catch (RuntimeException e) { // it broke its promise: closed
            return CompletableFuture.completedStage(Opinion.nothing("failed"));
        }
        return asked.exceptionally(_ -> Opinion.nothing("failed"));
    }

    /// Why an action does not run, after this was heard; null where it may.
    static @Nullable Refusal refusal(Opinion opinion) {
        return switch (opinion.said()) {
            case ALLOW -> null;
            case DENY ->
                    new Refusal(
                            Refusal.Reason.OUTSIDE_DENIED,
                            opinion.reason().isEmpty()
                                    ? "the decision service of this gateway denies this"
                                    : "the decision service of this gateway denies this: "
                                            + opinion.reason(),
                            "Do not look for another way; ask your operator.");
            case NOTHING ->
                    opinion.code().equals(Opinion.BUSY)
                            ? new Refusal(
                                    Refusal.Reason.OUTSIDE_BUSY,
                                    "too many statements wait for the decision service of this"
                                            + " gateway, so this one does not run",
                                    "Nothing of it was executed. Send it again in a moment.")
                            : new Refusal(
                                    Refusal.Reason.OUTSIDE_SILENT,
                                    "the decision service of this gateway gave no decision, so this"
                                            + " does not run",
                                    "code=" + opinion.code(),
                                    "Nothing of it was executed. Tell your operator.");
        };
    }
}
