package dev.countersign.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.Obligations;
import dev.countersign.model.Opinion;
import dev.countersign.model.Principal;
import dev.countersign.model.Refusal;
import dev.countersign.model.Request;
import dev.countersign.model.Target;
import dev.countersign.model.Verb;
import dev.countersign.reviews.Reviews;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/// A second opinion forbids and never allows, is asked about nothing that does not run, and what it
/// said stands in the intent.
class SecondOpinionTest {
    private static final Opinion YES = new Opinion(Opinion.Said.ALLOW, "", "fine");
    private static final Opinion NO = new Opinion(Opinion.Said.DENY, "", "not on Fridays");

    private final MemoryEvidence evidence = new MemoryEvidence();
    private final Reviews reviews = Toys.reviews(evidence);
    private final List<String> asked = new ArrayList<>();
    private CompletionStage<Opinion> says = CompletableFuture.completedStage(YES);
    private boolean requires;
    private boolean denies;
    private final Gate gate =
            new Gate(new Policy(), new Second(), evidence, reviews, Clock.systemUTC());
    private final SessionPermit session = Toys.open(gate, Toys.session(eve()));

    private final class Second implements SecondOpinion {
        @Override
        public boolean wanted(Action action) {
            return action.verb() != Verb.READ;
        }

        @Override
        public CompletionStage<Opinion> ask(Action action, Decision decision) {
            asked.add(action.request().command().text().orElse(""));
            return says;
        }
    }

    private final class Policy implements Gate.Policy {
        @Override
        public Decision decide(Action action) {
            var because = List.of(new Decision.RuleRef("p", "r"));
            if (denies) {
                return new Decision.Deny(because, "not any more");
            }
            return requires
                    ? new Decision.Require(
                            because,
                            List.of(
                                    new Decision.Requirement.Approval(
                                            "panel", 1, Duration.ofMinutes(5), false)),
                            Obligations.NONE)
                    : Toys.POLICY.decide(action);
        }

        @Override
        public boolean onlyReads(Principal who, Target where) {
            return false;
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

    private static Request prepare(String text) {
        return new Request(
                Bytes.utf8(text),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                false,
                null,
                true,
                false,
                false);
    }

    private List<CompletionStage<Answer>> ask(String... texts) {
        return gate.ask(
                session,
                Arrays.stream(texts)
                        .map(text -> new Asked(ActionId.fresh(), Request.of(Bytes.utf8(text))))
                        .toList());
    }

    private static Answer now(CompletionStage<Answer> stage) {
        assertThat(stage.toCompletableFuture()).isDone();
        return stage.toCompletableFuture().join();
    }

    private static Refusal.Reason refused(Answer answer) {
        return ((Answer.Refused) answer).refusal().reason();
    }

    private Evidence.Intent intent() {
        return evidence.written(Evidence.Intent.class).getLast();
    }

    @Test
    void a_yes_lets_run_what_the_policy_allows_and_stands_in_the_intent() {
        assertThat(now(ask("write").getFirst())).isInstanceOf(Answer.Admitted.class);

        assertThat(intent().opinion()).isEqualTo(YES);
    }

    @Test
    void a_no_is_a_refusal_of_its_own_and_stands_in_the_intent() {
        says = CompletableFuture.completedStage(NO);

        var answer = (Answer.Refused) now(ask("write").getFirst());

        assertThat(answer.refusal().reason()).isEqualTo(Refusal.Reason.OUTSIDE_DENIED);
        assertThat(answer.refusal().message()).endsWith(": not on Fridays");
        assertThat(intent().opinion()).isEqualTo(NO);
        assertThat(intent().decision()).isInstanceOf(Decision.Allow.class);
        assertThat(evidence.written().getLast()).isInstanceOf(Evidence.Settled.class);
    }

    @Test
    void none_is_a_no_whatever_went_wrong() {
        says = CompletableFuture.completedStage(Opinion.nothing("timeout"));
        assertThat(refused(now(ask("write").getFirst()))).isEqualTo(Refusal.Reason.OUTSIDE_SILENT);

        says = CompletableFuture.completedStage(Opinion.nothing(Opinion.BUSY));
        assertThat(refused(now(ask("write").getFirst()))).isEqualTo(Refusal.Reason.OUTSIDE_BUSY);

        says = CompletableFuture.failedStage(new IllegalStateException("broken"));
        assertThat(refused(now(ask("write").getFirst()))).isEqualTo(Refusal.Reason.OUTSIDE_SILENT);
        assertThat(intent().opinion()).isEqualTo(Opinion.nothing("failed"));
    }

    @Test
    void nobody_is_asked_about_reads_denials_and_what_is_only_prepared() {
        ask("read", "bad");
        var parse = gate.ask(session, List.of(new Asked(ActionId.fresh(), prepare("write"))));

        assertThat(now(parse.getFirst())).isInstanceOf(Answer.Admitted.class);
        assertThat(asked).isEmpty();
        assertThat(intent().opinion()).isNull();
    }

    @Test
    void nothing_is_written_or_admitted_before_the_answer_and_nobody_is_blocked() {
        var later = new CompletableFuture<Opinion>();
        says = later;

        var answers = ask("write 1", "read", "write 2");

        assertThat(asked).containsExactly("write 1");
        assertThat(evidence.written(Evidence.Intent.class)).isEmpty();
        assertThat(answers).noneMatch(one -> one.toCompletableFuture().isDone());
        later.complete(YES);
        assertThat(asked).containsExactly("write 1", "write 2");
        assertThat(answers)
                .allSatisfy(one -> assertThat(now(one)).isInstanceOf(Answer.Admitted.class));
    }

    @Test
    void what_stands_behind_a_no_is_not_asked_about() {
        says = CompletableFuture.completedStage(NO);

        var answers = ask("write 1", "write 2");

        assertThat(now(answers.getLast())).isInstanceOf(Answer.NotReached.class);
        assertThat(asked).containsExactly("write 1");
    }

    @Test
    void a_yes_does_not_help_where_the_policy_denies_by_then() {
        var later = new CompletableFuture<Opinion>();
        says = later;
        var answer = ask("write").getFirst();

        denies = true;
        later.complete(YES);

        assertThat(refused(now(answer))).isEqualTo(Refusal.Reason.POLICY);
    }

    @Test
    void nobody_is_held_for_what_it_forbids() {
        requires = true;
        says = CompletableFuture.completedStage(NO);

        assertThat(refused(now(ask("write").getFirst()))).isEqualTo(Refusal.Reason.OUTSIDE_DENIED);
        assertThat(reviews.views()).isEmpty();
        assertThat(asked).hasSize(1);
    }

    @Test
    void it_is_asked_again_when_an_approval_is_used() {
        requires = true;
        var hold = ((Answer.Held) now(ask("write").getFirst())).hold();
        assertThat(intent().opinion()).isEqualTo(YES);
        says = CompletableFuture.completedStage(NO);

        var _ = reviews.rule(reviews.views().getLast().id(), Toys.says("dana", true, ""));

        assertThat(refused(now(hold.then()))).isEqualTo(Refusal.Reason.OUTSIDE_DENIED);
        assertThat(asked).hasSize(2);
        assertThat(evidence.written(Evidence.ApprovalConsumed.class).getLast().opinion())
                .isEqualTo(NO);
    }

    @Test
    void an_approval_is_used_where_it_says_yes_to_it_again() {
        requires = true;
        var hold = ((Answer.Held) now(ask("write").getFirst())).hold();

        var _ = reviews.rule(reviews.views().getLast().id(), Toys.says("dana", true, ""));

        assertThat(now(hold.then())).isInstanceOf(Answer.Admitted.class);
        assertThat(asked).hasSize(2);
        assertThat(evidence.written(Evidence.ApprovalConsumed.class).getLast().opinion())
                .isEqualTo(YES);
    }
}
