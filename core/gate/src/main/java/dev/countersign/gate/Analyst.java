package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Preview;
import dev.countersign.model.Refusal;
import dev.countersign.model.Resource;
import dev.countersign.model.Session;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Understands what was asked: makes an [Action] of it, at once where it knows the shape, on its
/// own threads where not.
public interface Analyst {

    /// Never completes exceptionally, and always within a deadline: what cannot be understood is an
    /// action of unknown effect.
    CompletionStage<Analysis> analyse(Session session, Asked asked);

    /// The same with everything read anew that may have changed since: what was approved must still
    /// be what would run.
    default CompletionStage<Analysis> again(Session session, Asked asked) {
        return analyse(session, asked);
    }

    /// What an action's meaning hangs on beside what it names: what it reaches on the target, each
    /// with an id that changes when it does, and what its client chose when it connected. An
    /// approval is bound to that too.
    default List<Resource> reached(Action action) {
        return List.of();
    }

    /// Whether what an action means hangs on the very session that asks for it (a cursor's place, a
    /// sequence's last value), so that an approval of it is worth nothing elsewhere or later.
    default boolean onlyHere(Action action) {
        return false;
    }

    /// What tells a client to send more that is part of what it does, in the protocol's own form;
    /// empty where nothing follows.
    default Bytes invitation(Action action) {
        return Bytes.EMPTY;
    }

    /// What an action would change, found out without doing it. Asked before people are. Never
    /// completes exceptionally, and always within a deadline: where nobody can tell, it says so.
    default CompletionStage<Preview> preview(Action action) {
        return CompletableFuture.completedStage(Preview.unknown("nobody counts that here"));
    }

    /// @param never why this must not run, whatever policy says; null where policy decides
    record Analysis(Action action, @Nullable Refusal never) {}
}
