package dev.countersign.postgres;

import dev.countersign.gate.Bound;
import dev.countersign.gate.Conversation.Effects;
import dev.countersign.gate.SessionPermit;
import dev.countersign.model.ActionId;
import dev.countersign.model.Outcome;
import dev.countersign.model.Refusal;
import dev.countersign.model.Seen;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Runs a write that people approved for so many rows, so that it can still be undone when it turns
/// out to change more.
///
/// ```
///  a Query, no transaction open        a Query in the client's         in a pipeline
///
///    BEGIN                     ◀─ wait
///    how many changed so far?            how many?                       how many?
///    the client's Query                  the client's Query              the client's Execute
///    SET CONSTRAINTS ALL IMMEDIATE
///                                                                        (SET CONSTRAINTS …)
///    how many?                 ◀─ wait   how many?             ◀─ wait   how many?      ◀─ wait
///    COMMIT │ ROLLBACK         ◀─ wait   │ poison                        │ poison
/// ```
///
/// What the client is told of its end is held back until that is known; nothing behind it is
/// forwarded meanwhile. How many rows changed is the difference of the server's own counters of
/// this transaction (`pg_stat_xact_user_tables`), which count what common table expressions,
/// cascades and triggers change too, and not the command's tag alone. The tag counts where it says
/// more, for tables that are somewhere else. A deferred trigger counts where the transaction is the
/// gateway's, and where it is that of a pipeline, which ends at its Sync (a driver's autocommit):
/// it is fired before the count. In a transaction that the client began it fires at the client's
/// COMMIT, when nobody counts any more; firing it earlier would break what the client put off.
///
/// Those counters do not see the rows that a TRUNCATE or a DROP takes, nor large objects, which a
/// trigger may do beside it. All of that changes rows of the catalogue: where one did change,
/// nobody can tell the number, and it is undone.
///
/// Whatever goes wrong, the transaction fails: an error of any of the gateway's statements is the
/// action's own, and a connection that is lost is a rollback.
final class Bounded {
    private static final String COUNT =
            "SELECT pg_catalog.sum(n_tup_ins), pg_catalog.sum(n_tup_upd),"
                    + " pg_catalog.sum(n_tup_del), pg_catalog.current_setting('track_counts'),"
                    + " (SELECT pg_catalog.concat_ws(' ', pg_catalog.sum(n_tup_ins),"
                    + " pg_catalog.sum(n_tup_upd), pg_catalog.sum(n_tup_del))"
                    + " FROM pg_catalog.pg_stat_xact_sys_tables"
                    + " WHERE schemaname OPERATOR(pg_catalog.!~) '^pg_toast')"
                    + " FROM pg_catalog.pg_stat_xact_user_tables";

    private static final String FIRE_DEFERRED = "SET CONSTRAINTS ALL IMMEDIATE";

    /// Of the statement and the portal in a pipeline; no client can have them.
    static final String NAME = "countersign_count";

    static final Refusal IN_A_PIPELINE =
            new Refusal(
                    Refusal.Reason.NOT_SERVED,
                    "a Query inside of a pipeline cannot be undone by itself, so it is not run",
                    "Send a Sync before it.");

    private final SessionPermit own;
    private final Replies replies;
    private final Tally tally;
    private final Bound bound;
    private final Runnable client;

    /// The group of its Query; less than zero in a pipeline.
    private final long group;

    private State state = State.WAITS;
    private OwnStatement begin = new OwnStatement(true);
    private OwnStatement before = new OwnStatement(true);
    private OwnStatement after = new OwnStatement(true);
    private OwnStatement end = new OwnStatement(true);
    private boolean ownTransaction;
    private boolean commits;
    private boolean endedAgain;
    private @Nullable Refusal refusal;

    private enum State {
        /// for all that stands before it
        WAITS,
        BEGINS,
        RUNS,
        /// the COMMIT or ROLLBACK is under way
        ENDS
    }

    /// What becomes of the session next.
    enum Step {
        /// It waits for the target.
        WAIT,
        /// It goes on with what stands behind.
        GO_ON,
        /// It goes on with the poison, for [#refusal()].
        POISON,
        /// The target did what nobody can explain.
        LOST
    }

    /// @param group of its Query; less than zero for an Execute in a pipeline
    /// @param client forwards the client's own message
    Bounded(
            SessionPermit own,
            Replies replies,
            Tally tally,
            Bound bound,
            long group,
            Runnable client) {
        this.own = own;
        this.replies = replies;
        this.tally = tally;
        this.bound = bound;
        this.group = group;
        this.client = client;
    }

    boolean query() {
        return group >= 0;
    }

    long group() {
        return group;
    }

    ActionId action() {
        return tally.permit.action().id();
    }

    /// Why it was undone.
    Refusal refusal() {
        if (refusal == null) {
            throw new IllegalStateException("nothing was refused");
        }
        return refusal;
    }

    /// Does what can be done now. To be called at first, and after every message of the target.
    Step step(Effects out) {
        return query() ? ofQuery(out) : ofExecute(out);
    }

    // ---- in a pipeline

    private Step ofExecute(Effects out) {
        if (state == State.WAITS) {
            state = State.RUNS;
            var _ = own.byGateway(action(), "bound");
            tally.holdBack(bound.rows());
            before = askInPipeline(COUNT, out);
            client.run();
            if (replies.idle()) {
                var _ = askInPipeline(FIRE_DEFERRED, out);
            }
            after = askInPipeline(COUNT, out);
            out.toTarget(tally.permit, Messages.flush(out.allocator()));
            return Step.WAIT;
        }
        if (!tally.ok()) {
            return Step.GO_ON; // its error is told, and the target passes over all up to the Sync
        }
        if (!after.done()) {
            return Step.WAIT;
        }
        if (exceeded(out)) {
            return Step.POISON;
        }
        replies.release(tally, out);
        return Step.GO_ON;
    }

    private OwnStatement askInPipeline(String sql, Effects out) {
        var asked = new OwnStatement(false);
        replies.owe(new Expected.Ours(asked, tally));
        var to = out.allocator();
        out.toTarget(tally.permit, Messages.closeStatement(to, NAME));
        out.toTarget(tally.permit, Messages.closePortal(to, NAME));
        out.toTarget(tally.permit, Messages.parse(to, NAME, sql, List.of()));
        out.toTarget(tally.permit, Messages.bind(to, NAME, NAME, List.of()));
        out.toTarget(tally.permit, Messages.execute(to, NAME));
        return asked;
    }

    // ---- a Query

    private Step ofQuery(Effects out) {
        if (!replies.atRest()) {
            return Step.WAIT;
        }
        return switch (state) {
            case WAITS -> {
                if (replies.failedTransaction()) {
                    client.run(); // which fails
                    yield Step.GO_ON;
                }
                var _ = own.byGateway(action(), "bound");
                tally.holdBack(bound.rows());
                ownTransaction = replies.idle();
                if (ownTransaction) {
                    state = State.BEGINS;
                    begin = ask("BEGIN", out);
                } else {
                    run(out);
                }
                yield Step.WAIT;
            }
            case BEGINS -> {
                if (!begin.ok()) {
                    yield finish(out);
                }
                if (replies.idle() || replies.failedTransaction()) {
                    yield Step.LOST;
                }
                run(out);
                yield Step.WAIT;
            }
            case RUNS -> counted(out);
            case ENDS -> ended(out);
        };
    }

    private OwnStatement ask(String sql, Effects out) {
        var asked = new OwnStatement(true);
        replies.owe(new Expected.Ours(asked, tally));
        out.toTarget(tally.permit, Messages.query(out.allocator(), sql));
        return asked;
    }

    /// All at once: should one fail, so does all behind it.
    private void run(Effects out) {
        state = State.RUNS;
        before = ask(COUNT, out);
        client.run();
        if (ownTransaction) {
            var _ = ask(FIRE_DEFERRED, out);
        }
        after = ask(COUNT, out);
    }

    private Step counted(Effects out) {
        // an answer that was cut off is an error to its client, and none to the target
        boolean failed = !tally.ok() && (ownTransaction || replies.failedTransaction());
        boolean undone = failed || exceeded(out);
        if (ownTransaction) {
            state = State.ENDS;
            commits = !undone;
            end = ask(commits ? "COMMIT" : "ROLLBACK", out);
            return Step.WAIT;
        }
        return refusal == null ? finish(out) : Step.POISON;
    }

    private Step ended(Effects out) {
        if (replies.failedTransaction() && !end.ok() && !endedAgain) {
            endedAgain = true; // a cancel came late, and hit the COMMIT or ROLLBACK
            commits = false;
            end = ask("ROLLBACK", out);
            return Step.WAIT;
        }
        if (!replies.idle()) {
            return Step.LOST;
        }
        if (commits && end.ok() && !end.tag().equals("COMMIT")) {
            return Step.LOST;
        }
        if (refusal != null) {
            out.toClient(Messages.refusal(out.allocator(), refusal));
        }
        return finish(out);
    }

    private Step finish(Effects out) {
        if (tally.ok()) {
            replies.release(tally, out);
        }
        replies.finish(group, out);
        return Step.GO_ON;
    }

    // ---- counting

    private boolean exceeded(Effects out) {
        long changed = changed();
        boolean beside =
                changed >= 0 && !Objects.equals(before.row().getLast(), after.row().getLast());
        if (changed >= 0 && changed <= bound.rows() && !tally.more() && !beside) {
            return false;
        }
        var why =
                beside
                        ? bound.beside()
                        : changed > bound.rows()
                                ? bound.exceeded(changed)
                                : tally.more()
                                        ? bound.exceeded(bound.rows() + 1)
                                        : bound.uncounted();
        refusal = why;
        tally.failed(Outcome.Status.ERROR, SqlState.of(why.reason()));
        out.record(
                action(), new Seen.Text("error", SqlState.of(why.reason()) + " " + why.message()));
        return true;
    }

    /// Less than zero where nobody can tell: also where a counter went down, as by a TRUNCATE of
    /// what was filled before.
    private long changed() {
        var from = counters(before);
        var to = counters(after);
        if (from.isEmpty() || to.isEmpty()) {
            return -1;
        }
        long sum = 0;
        for (int i = 0; i < to.size(); i++) {
            long more = to.get(i) - from.get(i);
            if (more < 0) {
                return -1;
            }
            sum += more;
        }
        return Math.max(sum, tally.changed());
    }

    /// Rows inserted, updated and deleted; empty where nobody counts them.
    private static List<Long> counters(OwnStatement count) {
        var row = count.row();
        if (!count.ok() || row.size() != 5 || !"on".equals(row.get(3))) {
            return List.of();
        }
        var out = new ArrayList<Long>();
        for (var one : row.subList(0, 3)) {
            if (one != null && !one.matches("[0-9]{1,17}")) {
                return List.of();
            }
            out.add(one == null ? 0 : Long.parseLong(one)); // null where there is no table
        }
        return out;
    }
}
