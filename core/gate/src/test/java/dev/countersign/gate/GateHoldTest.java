package dev.countersign.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.Obligations;
import dev.countersign.model.Outcome;
import dev.countersign.model.Principal;
import dev.countersign.model.Refusal;
import dev.countersign.model.Request;
import dev.countersign.model.Resource;
import dev.countersign.model.Session;
import dev.countersign.model.Target;
import dev.countersign.reviews.ReviewSettings;
import dev.countersign.reviews.Reviews;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// What people are asked about: that it runs once, only as it was shown, and that whatever goes
/// wrong on the way leaves it refused, with an outcome in the log.
class GateHoldTest {
    private final MemoryEvidence evidence = new MemoryEvidence();
    private final Reviews reviews = Toys.reviews(evidence);
    private final Gate gate = new Gate(new Strict(), evidence, reviews, Clock.systemUTC());
    private final Town town = new Town();
    private final SessionPermit session =
            gate.open(Toys.session(eve()), "token", Bytes.EMPTY, town).toCompletableFuture().join();

    private boolean denies;

    /// Everything needs an approval of the panel.
    private final class Strict implements Gate.Policy {
        @Override
        public Decision decide(Action action) {
            var because = List.of(new Decision.RuleRef("p", "r"));
            return denies
                    ? new Decision.Deny(because, "not any more")
                    : new Decision.Require(
                            because,
                            List.of(
                                    new Decision.Requirement.Approval(
                                            "panel", 1, Duration.ofMinutes(5), false)),
                            Obligations.NONE);
        }

        @Override
        public boolean onlyReads(Principal who, Target where) {
            return false;
        }
    }

    /// What is reached, and whether the second look at it fails.
    private static final class Town implements Analyst {
        String stamp = "1";
        boolean broken;
        int looks;

        @Override
        public CompletionStage<Analysis> analyse(Session session, Asked asked) {
            return Toys.ANALYST.analyse(session, asked);
        }

        @Override
        public CompletionStage<Analysis> again(Session session, Asked asked) {
            looks++;
            return broken
                    ? CompletableFuture.failedStage(new IllegalStateException("broken"))
                    : analyse(session, asked);
        }

        @Override
        public List<Resource> reached(Action action) {
            return List.of(new Resource("table", "orders", stamp));
        }
    }

    private static Principal eve() {
        return new Principal(
                Principal.Kind.AGENT,
                Toys.EVE.actor(),
                new Principal.Party("https://idp", "ann"),
                List.of(),
                "",
                Set.of(),
                Instant.MAX,
                Set.of(List.of("ann")),
                List.of());
    }

    private Answer ask() {
        var asked = new Asked(ActionId.fresh(), Request.of(Bytes.utf8("write")));
        return now(gate.ask(session, List.of(asked)).getFirst());
    }

    private static Answer now(CompletionStage<Answer> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    private Hold held() {
        return ((Answer.Held) ask()).hold();
    }

    private void approve() {
        var _ = reviews.rule(reviews.views().getLast().id(), Toys.says("dana", true, ""));
    }

    private Refusal.Reason refused(Hold hold) {
        var refusal = ((Answer.Refused) now(hold.then())).refusal();
        assertThat(evidence.written(Evidence.Settled.class).getLast().all())
                .singleElement()
                .satisfies(ended -> {
                    assertThat(ended.action()).isEqualTo(hold.action());
                    assertThat(ended.outcome().status()).isEqualTo(Outcome.Status.REFUSED);
                });
        return refusal.reason();
    }

    @Test
    void approved_it_is_admitted_once_and_its_use_is_written_before() {
        var hold = held();

        approve();

        assertThat(now(hold.then())).isInstanceOf(Answer.Admitted.class);
        assertThat(evidence.written().getLast()).isInstanceOf(Evidence.ApprovalConsumed.class);
        assertThat(ask()).isInstanceOf(Answer.Held.class);
    }

    @Test
    void what_is_not_any_more_what_was_shown_does_not_run_and_has_used_its_approval() {
        var hold = held();
        town.stamp = "2";

        approve();

        assertThat(refused(hold)).isEqualTo(Refusal.Reason.DRIFT);
        assertThat(evidence.written(Evidence.ApprovalConsumed.class)).hasSize(1);
        assertThat(ask()).isInstanceOf(Answer.Held.class);
    }

    @Test
    void the_policy_is_asked_again_and_the_stricter_answer_counts() {
        var hold = held();
        denies = true;

        approve();

        assertThat(refused(hold)).isEqualTo(Refusal.Reason.POLICY);
    }

    @Test
    void an_analyst_that_fails_when_an_approval_is_used_leaves_it_refused() {
        var hold = held();
        town.broken = true;

        approve();

        assertThat(refused(hold)).isEqualTo(Refusal.Reason.NEVER);
    }

    @Test
    void a_use_that_cannot_be_written_is_none() {
        var hold = held();
        evidence.fail(Evidence.ApprovalConsumed.class::isInstance);

        approve();

        assertThat(refused(hold)).isEqualTo(Refusal.Reason.NO_EVIDENCE);
    }

    /// Approved, and nobody waits for it any more.
    private void leaves() {
        held().over();
        approve();
    }

    @Test
    void nothing_runs_before_the_guard_file_covers_the_use_of_its_approval() {
        var hold = held();
        var covered = new CompletableFuture<String>();
        evidence.guards(of ->
                evidence.written().get((int) of.index()) instanceof Evidence.ApprovalConsumed
                        ? covered
                        : CompletableFuture.completedStage(of));

        approve();

        assertThat(hold.then().toCompletableFuture()).isNotDone();
        covered.complete("");
        assertThat(now(hold.then())).isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void nor_where_nobody_had_waited_for_it() {
        leaves();
        var covered = new CompletableFuture<String>();
        evidence.guards(_ -> covered);
        var asked = new Asked(ActionId.fresh(), Request.of(Bytes.utf8("write")));

        var answer = gate.ask(session, List.of(asked)).getFirst();

        assertThat(evidence.written().getLast()).isInstanceOf(Evidence.ApprovalConsumed.class);
        assertThat(answer.toCompletableFuture()).isNotDone();
        covered.complete("");
        assertThat(now(answer)).isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void a_ruling_counts_once_the_guard_file_covers_it() throws Exception {
        var hold = held();
        var asked = new CountDownLatch(1);
        var covered = new CompletableFuture<String>();
        evidence.guards(of -> {
            asked.countDown();
            return evidence.written().get((int) of.index()) instanceof Evidence.Ruled
                    ? covered
                    : CompletableFuture.completedStage(of);
        });

        var said = CompletableFuture.runAsync(this::approve);

        assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(hold.then().toCompletableFuture()).isNotDone();
        covered.complete("");
        said.get(20, TimeUnit.SECONDS);
        assertThat(now(hold.then())).isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void a_guard_file_that_does_not_come_refuses_what_was_approved_and_uses_it_up() {
        var hold = held();
        evidence.guards(_ -> CompletableFuture.failedStage(new IllegalStateException("full")));

        approve();

        assertThat(refused(hold)).isEqualTo(Refusal.Reason.NO_EVIDENCE);
        leaves();
        var second = (Answer.Refused) ask();
        assertThat(second.refusal().reason()).isEqualTo(Refusal.Reason.NO_EVIDENCE);
        assertThat(evidence.written(Evidence.Settled.class).getLast().all())
                .singleElement()
                .satisfies(ended -> {
                    assertThat(ended.action()).isEqualTo(second.action());
                    assertThat(ended.outcome().status()).isEqualTo(Outcome.Status.REFUSED);
                });
        assertThat(evidence.written(Evidence.ApprovalConsumed.class)).hasSize(2);
        assertThat(ask()).as("both are used up").isInstanceOf(Answer.Held.class);
    }

    @Test
    void a_use_of_an_earlier_approval_that_cannot_be_written_leaves_no_outcome_without_intent() {
        leaves();
        evidence.fail(Evidence.ApprovalConsumed.class::isInstance);
        int before = evidence.written().size();

        assertThat(((Answer.Refused) ask()).refusal().reason())
                .isEqualTo(Refusal.Reason.NO_EVIDENCE);
        assertThat(evidence.written()).hasSize(before);
    }

    @Test
    void a_request_that_cannot_be_written_asks_nobody() {
        evidence.fail(Evidence.ReviewRequested.class::isInstance);

        assertThat(((Answer.Refused) ask()).refusal().reason())
                .isEqualTo(Refusal.Reason.NO_EVIDENCE);
        assertThat(reviews.views()).isEmpty();
    }

    @Test
    void who_asks_too_much_is_refused_before_anything_is_read_anew() {
        for (int i = 0; i < ReviewSettings.MAX_OPEN_OF_ONE; i++) {
            town.stamp = "x" + i;
            var asked = new Asked(ActionId.fresh(), Request.of(Bytes.utf8("write " + i)));
            assertThat(now(gate.ask(session, List.of(asked)).getFirst()))
                    .isInstanceOf(Answer.Held.class);
        }
        int looks = town.looks;

        assertThat(((Answer.Refused) ask()).refusal().reason())
                .isEqualTo(Refusal.Reason.TOO_MANY_REVIEWS);
        assertThat(town.looks).isEqualTo(looks);
    }
}
