package dev.countersign.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Evidence;
import dev.countersign.model.Outcome;
import dev.countersign.model.Principal;
import dev.countersign.model.Refusal;
import dev.countersign.model.Request;
import dev.countersign.model.Seen;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class GateTest {
    private final MemoryEvidence evidence = new MemoryEvidence();
    private final Gate gate = Toys.gate(evidence);
    private final SessionPermit session = Toys.open(gate, Toys.session());

    private static Asked asked(String text, boolean inTransaction) {
        return new Asked(
                ActionId.fresh(),
                new Request(
                        Bytes.utf8(text),
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        false,
                        null,
                        false,
                        inTransaction,
                        false));
    }

    private List<CompletionStage<Answer>> ask(String... texts) {
        return gate.ask(session, Arrays.stream(texts).map(text -> asked(text, false)).toList());
    }

    private static Answer now(CompletionStage<Answer> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    private static Refusal refusal(Answer answer) {
        return ((Answer.Refused) answer).refusal();
    }

    @Test
    void nothing_is_admitted_before_its_intent_is_durable() {
        evidence.hold(Evidence.Intent.class::isInstance);

        var answer = ask("write").getFirst();

        assertThat(answer.toCompletableFuture()).isNotDone();
        evidence.release();
        assertThat(now(answer)).isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void a_proven_read_is_admitted_at_once_and_its_answer_waits() {
        evidence.hold(Evidence.Intent.class::isInstance);

        var permit = ((Answer.Admitted) now(ask("read").getFirst())).permit();

        assertThat(permit.written().toCompletableFuture()).isNotDone();
        evidence.release();
        assertThat(permit.written().toCompletableFuture()).isDone();
    }

    @Test
    void a_batch_is_written_down_in_one_commit_and_stops_at_the_first_refusal() {
        var answers = ask("one", "two", "bad", "four", "five");

        assertThat(answers).hasSize(5);
        assertThat(now(answers.get(0))).isInstanceOf(Answer.Admitted.class);
        assertThat(now(answers.get(1))).isInstanceOf(Answer.Admitted.class);
        assertThat(refusal(now(answers.get(2))).reason()).isEqualTo(Refusal.Reason.POLICY);
        assertThat(now(answers.get(3))).isInstanceOf(Answer.NotReached.class);
        assertThat(now(answers.get(4))).isInstanceOf(Answer.NotReached.class);
        assertThat(evidence.written(Evidence.Intent.class)).hasSize(3);
        assertThat(evidence.written(Evidence.Settled.class)).hasSize(1);
    }

    @Test
    void what_the_analyst_forbids_never_runs() {
        assertThat(refusal(now(ask("broken").getFirst())).reason()).isEqualTo(Refusal.Reason.NEVER);
    }

    @Test
    void evidence_that_cannot_be_written_refuses_all() {
        evidence.fail(Evidence.Intent.class::isInstance);

        for (var answer : ask("one", "two")) {
            assertThat(refusal(now(answer)).reason()).isEqualTo(Refusal.Reason.NO_EVIDENCE);
        }
    }

    @Test
    void a_proven_read_that_cannot_be_written_down_is_refused_like_all() {
        evidence.fail(Evidence.Intent.class::isInstance);

        assertThat(refusal(now(ask("read").getFirst())).reason())
                .isEqualTo(Refusal.Reason.NO_EVIDENCE);
    }

    @Test
    void an_analyst_that_breaks_its_promise_refuses_all() {
        var broken =
                gate.open(
                                Toys.session(),
                                "token",
                                Bytes.EMPTY,
                                (_, _) ->
                                        CompletableFuture.failedStage(new IllegalStateException()))
                        .toCompletableFuture()
                        .join();

        var answer = now(gate.ask(broken, List.of(asked("x", false))).getFirst());

        assertThat(refusal(answer).reason()).isEqualTo(Refusal.Reason.NEVER);
    }

    private static Principal until(Instant expires) {
        return new Principal(
                Principal.Kind.AGENT,
                Toys.EVE.actor(),
                null,
                List.of(),
                "",
                Set.of(),
                expires,
                Set.of(),
                List.of());
    }

    @Test
    void an_expired_principal_may_only_finish_its_transaction() {
        var ended = until(Instant.now().minusSeconds(5));
        var own = Toys.open(gate, Toys.session(ended));

        var outside = now(gate.ask(own, List.of(asked("x", false))).getFirst());
        var inside = now(gate.ask(own, List.of(asked("x", true))).getFirst());
        var late =
                new Gate(
                        Toys.POLICY,
                        evidence,
                        Toys.reviews(evidence),
                        Clock.offset(Clock.systemUTC(), Gate.GRACE.plusSeconds(1)));
        var tooLate =
                now(
                        late.ask(Toys.open(late, Toys.session(ended)), List.of(asked("x", true)))
                                .getFirst());

        assertThat(refusal(outside).reason()).isEqualTo(Refusal.Reason.EXPIRED);
        assertThat(inside).isInstanceOf(Answer.Admitted.class);
        assertThat(refusal(tooLate).reason()).isEqualTo(Refusal.Reason.EXPIRED);
    }

    @Test
    void a_principal_that_never_expires_may_go_on_with_its_transaction() {
        var forever = until(Instant.MAX);
        var own = Toys.open(gate, Toys.session(forever));

        assertThat(now(gate.ask(own, List.of(asked("x", true))).getFirst()))
                .isInstanceOf(Answer.Admitted.class);
    }

    @Test
    void a_permit_is_settled_once_and_is_dead_then() {
        var permit = ((Answer.Admitted) now(ask("x").getFirst())).permit();
        assertThat(permit.live()).isTrue();

        permit.settle(Outcome.unknown("x")).toCompletableFuture().join();

        assertThat(permit.live()).isFalse();
        assertThatThrownBy(() -> permit.settle(Outcome.unknown("x")))
                .isInstanceOf(IllegalStateException.class);
        assertThat(evidence.written(Evidence.Settled.class)).hasSize(1);
    }

    private CompletionStage<?> read(String text, Map<String, Long> masked) {
        var permit = ((Answer.Admitted) now(ask("read " + text).getFirst())).permit();
        return permit.settle(new Outcome(Outcome.Status.OK, "", 1, 1, null, masked, Duration.ZERO));
    }

    @Test
    void outcomes_of_proven_reads_share_a_record() {
        var first = read("1", Map.of()).toCompletableFuture();
        var second = read("2", Map.of()).toCompletableFuture();
        assertThat(evidence.written(Evidence.Settled.class)).isEmpty();
        assertThat(first).isNotDone();
        assertThat(session.hasReadsToSettle()).isTrue();

        session.settleReads();

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(session.hasReadsToSettle()).isFalse();
        assertThat(evidence.written(Evidence.Settled.class))
                .singleElement()
                .satisfies(settled -> assertThat(settled.all()).hasSize(2));
    }

    @Test
    void a_record_of_outcomes_is_never_longer_than_a_record_can_be() {
        for (int i = 0; i < 1_000; i++) {
            read("x", Map.of("pii." + "x".repeat(i), 1L));
        }
        session.settleReads();

        var written = evidence.written(Evidence.Settled.class);
        assertThat(written.stream().mapToInt(settled -> settled.all().size()).sum())
                .isEqualTo(1_000);
        assertThat(written)
                .allSatisfy(settled ->
                        assertThat(
                                        settled.all().stream()
                                                .flatMap(one ->
                                                        one.outcome().masked().keySet().stream())
                                                .mapToInt(label -> label.length() * 6 + 500)
                                                .sum())
                                .isLessThan(ReadOutcomes.MAX_BYTES));
    }

    @Test
    void outcomes_of_proven_reads_are_written_down_before_their_session_ends() {
        read("1", Map.of());

        session.close("client").toCompletableFuture().join();

        assertThat(evidence.written())
                .satisfiesOnlyOnce(
                        record -> assertThat(record).isInstanceOf(Evidence.Settled.class));
        assertThat(evidence.written().getLast()).isInstanceOf(Evidence.SessionClosed.class);
    }

    @Test
    void who_waits_for_an_outcome_that_cannot_be_written_down_is_told() {
        var outcome = read("1", Map.of()).toCompletableFuture();
        evidence.fail(Evidence.Settled.class::isInstance);

        session.settleReads();

        assertThat(outcome).isCompletedExceptionally();
    }

    @Test
    void a_recording_is_cut_into_chunks_and_closed_with_the_session() {
        var action = ActionId.fresh();
        for (int i = 0; i < 100; i++) {
            session.record(action, new Seen.Text("out", "x".repeat(2_000)));
        }

        session.close("client").toCompletableFuture().join();
        session.close("again").toCompletableFuture().join();

        var chunks = evidence.written(Evidence.Recorded.class);
        assertThat(chunks.size()).isBetween(4, 8);
        assertThat(chunks).extracting(Evidence.Recorded::chunk).isSorted().doesNotHaveDuplicates();
        assertThat(chunks)
                .allSatisfy(chunk ->
                        assertThat(chunk.lines().length()).isLessThanOrEqualTo(Recorder.MAX_CHUNK));
        assertThat(evidence.written(Evidence.SessionClosed.class)).hasSize(1);
        assertThat(session.live()).isFalse();
        assertThat(Duration.ZERO).isLessThan(Recorder.MAX_AGE);
    }
}
