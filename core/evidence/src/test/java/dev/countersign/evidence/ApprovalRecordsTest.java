package dev.countersign.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.verifier.Verifier;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What people are asked and say, in a log on a real disk.
class ApprovalRecordsTest {
    private static final ReviewId REVIEW = new ReviewId("apr_aaaa");
    private static final Reviewer BOB =
            new Reviewer(
                    new Principal.Party("https://idp.example", "bob"),
                    List.of("bob"),
                    Set.of("dba"),
                    "cli",
                    Instant.EPOCH,
                    Instant.MAX);

    @TempDir Path folder;

    private static void append(FileEvidenceLog log, Evidence... records) {
        log.append(List.of(records)).toCompletableFuture().join();
    }

    private static Evidence.ApprovalConsumed used(Evidence.Intent intent) {
        return new Evidence.ApprovalConsumed(
                intent.action(), REVIEW, List.of(Hash.sha256(new byte[] {1})));
    }

    private static Evidence.ReviewRequested asked(Evidence.Intent intent) {
        var dba = new Decision.Requirement.Approval("dba", 1, Duration.ofMinutes(15), false);
        return new Evidence.ReviewRequested(
                intent.action(),
                REVIEW,
                List.of(dba),
                Instant.parse("2030-01-01T00:00:00Z"),
                OptionalLong.empty());
    }

    private void refused(FileEvidenceLog log, Evidence record) {
        assertThatThrownBy(() -> append(log, record))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOfSatisfying(
                        EvidenceFailure.class,
                        failure ->
                                assertThat(failure.code())
                                        .isEqualTo(EvidenceFailure.Code.NO_INTENT));
    }

    /// Its client may be gone by the time that people have decided.
    @Test
    void an_approval_of_an_action_that_is_over_is_refused_and_the_log_goes_on() throws Exception {
        var data = folder.resolve("data");
        try (var log = FileEvidenceLog.open(Samples.settings(data))) {
            var session = Samples.session();
            var intent = Samples.intent(session, "SELECT 1");
            log.append(Samples.opened(session)).toCompletableFuture().join();
            append(log, intent, Samples.settled(intent));
            refused(log, used(intent));
            refused(log, asked(intent));
            append(log, new Evidence.SessionClosed(session, "client"));
            refused(log, used(intent));

            assertThat(log.writable()).isTrue();
            other(log);
        }

        assertThat(CheckLog.whole(data))
                .extracting(record -> record.text("k").orElseThrow())
                .doesNotContain("approval.consume", "approval.request")
                .endsWith("intent", "outcome", "session.close", "log.stop");
        assertThat(Verifier.verify(data, Verifier.Options.DEFAULT).findings()).isEmpty();
    }

    private static void other(FileEvidenceLog log) {
        Session session = Samples.session();
        var intent = Samples.intent(session, "SELECT 2");
        log.append(Samples.opened(session)).toCompletableFuture().join();
        append(log, intent, Samples.settled(intent), new Evidence.SessionClosed(session, "client"));
    }

    @Test
    void what_a_person_said_opens_also_after_a_crash() throws Exception {
        var data = folder.resolve("data");
        var crashed = folder.resolve("crashed");
        try (var log = FileEvidenceLog.open(Samples.settings(data))) {
            append(
                    log,
                    new Evidence.Ruled(
                            REVIEW,
                            Hash.sha256(new byte[] {1}),
                            Ruling.REJECTED,
                            BOB,
                            Ruling.Assurance.SIGNED,
                            Json.object().put("ruling", "rejected").build(),
                            "not today",
                            "header.payload"));
            FileEvidenceLogTest.copy(data, crashed);
        }
        FileEvidenceLog.open(FileEvidenceLogTest.settingsWithoutGuard(crashed)).close();

        var ruling =
                CheckLog.whole(crashed).stream()
                        .filter(record -> record.text("k").orElseThrow().equals("approval.ruling"))
                        .findFirst()
                        .orElseThrow();
        assertThat(PayloadReader.open(crashed, crashed.resolve("keys/payload")).read(ruling))
                .isEqualTo(
                        Bytes.utf8("{\"id_token\":\"header.payload\",\"reason\":\"not today\"}"));
    }
}
