package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog.Receipt;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.Obligations;
import dev.countersign.model.Principal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.verifier.Verifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a log that is opened again tells of the reviews that it left open.
class OpenReviewsTest {
    private static final Decision.Requirement.Approval DBA =
            new Decision.Requirement.Approval("dba", 2, Duration.ofMinutes(15), false);
    private static final Decision.RuleRef RULE = new Decision.RuleRef("prod", "writes");
    private static final Reviewer BOB =
            new Reviewer(
                    new Principal.Party("https://idp.example", "bob"),
                    List.of("bob"),
                    Set.of("dba"),
                    "cli",
                    Instant.EPOCH,
                    Instant.MAX);

    @TempDir Path folder;

    private final Instant soon = Instant.now().plusSeconds(600).truncatedTo(ChronoUnit.SECONDS);

    /// A review that people are asked for.
    private record Asked(ReviewId id, Action action, Receipt intent, Receipt request) {}

    private Path data() {
        return folder.resolve("data");
    }

    private static List<Receipt> append(FileEvidenceLog log, Evidence... records) {
        return log.append(List.of(records)).toCompletableFuture().join();
    }

    private Asked asked(FileEvidenceLog log, boolean goesOn, Instant expires) {
        var session = Samples.session();
        log.append(Samples.opened(session)).toCompletableFuture().join();
        return asked(log, session, goesOn, expires);
    }

    private static Asked asked(
            FileEvidenceLog log, Session session, boolean goesOn, Instant expires) {
        var action = Samples.intent(session, "UPDATE orders SET n = 1").action();
        var id = ReviewId.fresh();
        var receipts =
                append(
                        log,
                        new Evidence.Intent(
                                action,
                                new Decision.Require(List.of(RULE), List.of(DBA), Obligations.NONE),
                                null),
                        new Evidence.ReviewRequested(
                                action,
                                id,
                                List.of(DBA),
                                expires,
                                OptionalLong.of(3),
                                goesOn,
                                goesOn ? 2 : 0));
        return new Asked(id, action, receipts.getFirst(), receipts.getLast());
    }

    private static Hash says(FileEvidenceLog log, Asked asked, Ruling ruling) {
        return append(
                        log,
                        new Evidence.Ruled(
                                asked.id(),
                                asked.request().leaf(),
                                ruling,
                                BOB,
                                Ruling.Assurance.SESSION,
                                Json.object().put("ruling", ruling.word()).build(),
                                "as agreed",
                                "header.payload"))
                .getFirst()
                .leaf();
    }

    private FileEvidenceLog open() {
        return FileEvidenceLog.open(Samples.settings(data()));
    }

    private List<OpenReview> left() {
        try (var log = open()) {
            return log.openReviews();
        }
    }

    private static List<String> ends(Path data) throws Exception {
        return CheckLog.whole(data).stream()
                .filter(record -> record.text("k").orElseThrow().equals("approval.ruling"))
                .map(record -> record.object("x").orElseThrow().text("ruling").orElseThrow())
                .toList();
    }

    @Test
    void an_open_review_is_told_with_all_that_it_takes_to_go_on() throws Exception {
        Asked asked;
        Hash ruling;
        try (var log = open()) {
            asked = asked(log, true, soon);
            ruling = says(log, asked, Ruling.APPROVED);
        }

        var review = left().getFirst();

        assertThat(review.id()).isEqualTo(asked.id());
        assertThat(review.request()).isEqualTo(asked.request().leaf());
        assertThat(review.expires()).isEqualTo(soon);
        assertThat(review.rejected()).isFalse();
        var told = review.told().orElseThrow();
        var action = asked.action();
        assertThat(told.intent()).isEqualTo(asked.intent().leaf());
        assertThat(told.action()).isEqualTo(action.id());
        assertThat(told.session()).isEqualTo(action.session().id());
        assertThat(told.from()).isEqualTo(action.session().from());
        assertThat(told.work()).isEqualTo(action.session().work().assurance());
        assertThat(told.token()).isEqualTo(Bytes.utf8("header.payload"));
        assertThat(told.canonical()).isEqualTo(Bytes.of(action.canonical()));
        assertThat(told.effects()).isEqualTo(action.effects());
        assertThat(told.shape()).isEqualTo(action.shape());
        assertThat(told.because()).containsExactly(RULE);
        assertThat(told.needs()).containsExactly(DBA);
        assertThat(told.people()).isEqualTo(2);
        assertThat(told.rows()).hasValue(3);
        assertThat(told.rulings())
                .singleElement()
                .satisfies(said -> {
                    assertThat(said.leaf()).isEqualTo(ruling);
                    assertThat(said.by()).isEqualTo(BOB.who());
                    assertThat(said.ruling()).isEqualTo(Ruling.APPROVED);
                    assertThat(said.reason()).isEqualTo("as agreed");
                    assertThat(said.proof()).isEqualTo("header.payload");
                });
        assertThat(left()).as("and again at the start behind it").hasSize(1);
        assertThat(ends(data())).containsExactly("approved");
    }

    @Test
    void so_it_is_behind_a_crash_with_what_was_not_published_yet() throws Exception {
        var crashed = folder.resolve("crashed");
        Asked asked;
        try (var log = open()) {
            asked = asked(log, true, soon);
            FileEvidenceLogTest.copy(data(), crashed);
            Files.copy(folder.resolve("data-guard"), folder.resolve("crashed-guard"));
        }

        try (var log = FileEvidenceLog.open(Samples.settings(crashed))) {
            var told = log.openReviews().getFirst().told().orElseThrow();
            assertThat(told.canonical()).isEqualTo(Bytes.of(asked.action().canonical()));
        }
        assertThat(Verifier.verify(crashed, Verifier.Options.DEFAULT).findings()).isEmpty();
    }

    @Test
    void what_was_used_withdrawn_or_has_expired_is_not_open() {
        try (var log = open()) {
            var used = asked(log, true, soon);
            var ruling = says(log, used, Ruling.APPROVED);
            append(log, new Evidence.ApprovalConsumed(used.action(), used.id(), List.of(ruling)));
            for (var how : List.of(Ruling.WITHDRAWN, Ruling.EXPIRED)) {
                var over = asked(log, true, soon);
                append(log, Evidence.Ruled.ended(over.id(), over.request().leaf(), how, ""));
            }
        }

        assertThat(left()).isEmpty();
    }

    @Test
    void a_rejection_is_told_until_its_review_would_have_expired() {
        Asked asked;
        try (var log = open()) {
            asked = asked(log, true, soon);
            says(log, asked, Ruling.REJECTED);
            says(log, asked(log, true, Instant.now()), Ruling.REJECTED);
        }

        var left = left();

        assertThat(left).extracting(OpenReview::id).containsExactly(asked.id());
        assertThat(left.getFirst().rejected()).isTrue();
        assertThat(left.getFirst().told().orElseThrow().rulings())
                .extracting(OpenReview.Said::ruling)
                .containsExactly(Ruling.REJECTED);
    }

    @Test
    void one_of_which_the_log_does_not_say_that_it_goes_on_ends() throws Exception {
        try (var log = open()) {
            asked(log, false, soon);
        }

        assertThat(left()).isEmpty();
        assertThat(ends(data())).containsExactly("withdrawn");
    }

    @Test
    void without_a_guard_file_all_of_them_end() throws Exception {
        try (var log = open()) {
            asked(log, true, soon);
        }
        var without = FileEvidenceLogTest.settingsWithoutGuard(data());

        try (var log = FileEvidenceLog.open(without)) {
            assertThat(log.openReviews()).isEmpty();
        }

        assertThat(ends(data())).containsExactly("withdrawn");
        assertThat(left()).as("nor do they come back with one").isEmpty();
    }

    /// Nobody signed it: whoever can write to the directory could have added it by hand.
    @Test
    void what_people_said_behind_the_last_checkpoint_ends_the_review() throws Exception {
        Asked asked;
        try (var log = open()) {
            asked = asked(log, true, soon);
        }
        var inside = Publisher.checkpointFile(Samples.settings(data()).evidence());
        var guard = folder.resolve("data-guard");
        var before = Files.readString(guard);
        try (var log = open()) {
            says(log, asked, Ruling.APPROVED);
        }
        Files.writeString(guard, before);
        Files.writeString(inside, before);

        assertThat(left()).isEmpty();
        assertThat(ends(data())).containsExactly("approved", "withdrawn");
    }

    /// Approvals that were used meanwhile it does not know of.
    @Test
    void a_guard_file_that_a_start_in_between_did_not_write_vouches_for_nothing() throws Exception {
        open().close();
        var without = FileEvidenceLogTest.settingsWithoutGuard(data());
        try (var log = FileEvidenceLog.open(without)) {
            asked(log, true, soon);
        }

        assertThat(left()).isEmpty();
        assertThat(ends(data())).containsExactly("withdrawn");
    }

    @Test
    void nor_does_one_that_is_not_there() throws Exception {
        try (var log = open()) {
            asked(log, true, soon);
        }
        Files.delete(folder.resolve("data-guard"));

        assertThat(left()).isEmpty();
        assertThat(ends(data())).containsExactly("withdrawn");
    }

    @Test
    void one_whose_payload_does_not_open_is_told_without_it() throws Exception {
        try (var log = open()) {
            asked(log, true, soon);
        }
        Files.delete(data().resolve("keys/payload"));

        assertThat(left().getFirst().told()).isEqualTo(Optional.empty());
    }

    /// The intent and the request of one review need not stand side by side.
    @Test
    void each_of_several_of_one_session_is_told_with_its_own_intent() {
        Asked first;
        Asked second;
        try (var log = open()) {
            first = asked(log, true, soon);
            second = asked(log, first.action().session(), true, soon);
        }

        assertThat(left())
                .extracting(review -> review.told().orElseThrow().intent())
                .containsExactly(first.intent().leaf(), second.intent().leaf());
    }

    @Test
    void a_guarded_record_is_in_the_guard_file() throws Exception {
        try (var log = open()) {
            var receipt = asked(log, true, soon).request();

            log.guarded(receipt, Runnable::run).toCompletableFuture().join();

            var guard = Files.readString(folder.resolve("data-guard"));
            assertThat(Long.parseLong(guard.split("\n", -1)[1])).isGreaterThan(receipt.index());
        }
        var without = FileEvidenceLogTest.settingsWithoutGuard(data());
        try (var log = FileEvidenceLog.open(without)) {
            var receipt = asked(log, true, soon).request();
            assertThat(log.guarded(receipt, Runnable::run).toCompletableFuture()).isDone();
        }
    }
}
