package dev.countersign.gate;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Outcome;
import dev.countersign.model.Seen;
import dev.countersign.model.Session;
import dev.countersign.model.Work;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/// Proof that a session was opened in the log. Under it goes what causes nothing by itself (Sync,
/// Describe, Close, Terminate) and what the gateway says on its own account (the poison). It ends
/// with the session. Lives on its session's thread.
public final class SessionPermit implements Permit {
    /// For how long outcomes of proven reads may gather for one record.
    public static final Duration SHARED_OUTCOMES = Duration.ofMillis(50);

    private final Session session;
    private final Analyst analyst;
    private final EvidenceLog evidence;
    private final Recorder recorder;
    private final ReadOutcomes reads;
    private Executor home = Runnable::run;
    private boolean open = true;
    private volatile Work lastSaid = Work.NONE;

    SessionPermit(Session session, Analyst analyst, EvidenceLog evidence) {
        this.session = session;
        this.analyst = analyst;
        this.evidence = evidence;
        this.recorder = new Recorder(session, evidence);
        this.reads = new ReadOutcomes(session, evidence);
    }

    public Session session() {
        return session;
    }

    /// What its client said last that it is doing, with a request.
    void says(Work said) {
        if (!said.equals(Work.NONE)) {
            lastSaid = said;
        }
    }

    /// The session as it stands now, with what its client said last. From any thread.
    public Session now() {
        return session.doing(lastSaid);
    }

    /// Where this session lives: everything that completes for it from now on completes there.
    public void home(Executor thread) {
        home = thread;
    }

    Executor home() {
        return home;
    }

    Analyst analyst() {
        return analyst;
    }

    @Override
    public CompletionStage<?> written() {
        return CompletableFuture.completedStage(session);
    }

    @Override
    public boolean live() {
        return open;
    }

    /// Keeps what the client saw of an action.
    public void record(ActionId action, Seen seen) {
        recorder.add(action, seen);
    }

    /// Writes down that the gateway says something on its own account for an action, before it is
    /// said.
    ///
    /// @param why `poison`, `bound`
    public CompletionStage<?> byGateway(ActionId action, String why) {
        return evidence.append(List.of(new Evidence.ByGateway(session, action, why)), home);
    }

    /// Writes down something about this session that somebody should look at.
    ///
    /// @param code a stable one: `dead-permit`
    public CompletionStage<?> alert(String code) {
        return evidence.append(
                List.of(new Evidence.Alert(code, Map.of("session", session.id().value()))));
    }

    /// Hands the recording so far to the log; the driver calls it every [Recorder#MAX_AGE].
    public void flush() {
        recorder.flush();
    }

    /// Writes down what came of an action: at once, or with other proven reads.
    CompletionStage<?> settled(Action action, Outcome outcome) {
        if (action.provenRead() && open) {
            return reads.add(action.id(), outcome, home);
        }
        return evidence.append(List.of(new Evidence.Settled(session, action.id(), outcome)), home);
    }

    /// Whether outcomes of proven reads wait for [#settleReads()].
    public boolean hasReadsToSettle() {
        return !reads.isEmpty();
    }

    /// Hands the outcomes of proven reads so far to the log; the driver calls it [#SHARED_OUTCOMES]
    /// after the first of them.
    public void settleReads() {
        reads.flush(home);
    }

    /// Ends the session in the log; completes when that is durable. A second call changes nothing.
    public CompletionStage<?> close(String reason) {
        if (!open) {
            return CompletableFuture.completedStage(session);
        }
        open = false;
        reads.flush(home);
        recorder.flush();
        return evidence.append(List.of(new Evidence.SessionClosed(session, reason)), home);
    }
}
