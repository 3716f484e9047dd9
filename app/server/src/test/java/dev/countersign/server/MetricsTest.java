package dev.countersign.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Session;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class MetricsTest {
    private final Metrics metrics = new Metrics(Clock.systemUTC());

    private static Evidence failed(String code, long times) {
        return new Evidence.LoginFailed(new Session.Source("10.0.0.1:5", "here", ""), code, times);
    }

    /// Made durable when the test says so.
    private static final class Waiting implements EvidenceLog {
        final CompletableFuture<List<Receipt>> done = new CompletableFuture<>();

        @Override
        public CompletionStage<List<Receipt>> append(
                List<? extends Evidence> records, Executor home) {
            return done;
        }

        @Override
        public void replay(Consumer<Entry> each) {
            throw new IllegalStateException("nobody asked for that");
        }

        @Override
        public boolean writable() {
            return true;
        }
    }

    @Test
    void what_is_written_counts_once_it_is_durable() {
        var log = new Waiting();

        var _ = new CountedLog(log, metrics, null).append(List.of(failed("token-expired", 3)));
        assertThat(metrics.text()).doesNotContain("token-expired");
        log.done.complete(List.of());

        assertThat(metrics.text())
                .contains(
                        "countersign_failed_logins_total{code=\"token-expired\"} 3",
                        "countersign_evidence_append_seconds_count 1");
    }

    @Test
    void what_could_not_be_written_counts_as_a_failure_and_as_nothing_else() {
        var log = new Waiting();

        var _ = new CountedLog(log, metrics, null).append(List.of(failed("token-expired", 3)));
        log.done.completeExceptionally(new IllegalStateException("no disk"));

        assertThat(metrics.text())
                .contains(
                        "countersign_evidence_failures_total 1",
                        "countersign_evidence_append_seconds_count 0")
                .doesNotContain("token-expired");
    }

    @Test
    void there_are_only_so_many_codes_whatever_comes() {
        for (int i = 0; i < 1_000; i++) {
            metrics.appended(List.of(failed("code-" + i, 1)), 1);
        }

        assertThat(metrics.text().lines().filter(line -> line.startsWith("countersign_failed")))
                .hasSize(Metrics.MAX_CODES + 1)
                .contains("countersign_failed_logins_total{code=\"other\"} 936.0");
    }

    @Test
    void a_target_of_the_configuration_begins_at_nothing() {
        metrics.target("shop");

        assertThat(metrics.text())
                .contains(
                        "countersign_actions_total{decision=\"deny\",target=\"shop\",verb=\"write\"} 0",
                        "countersign_outcomes_total{status=\"unknown\",target=\"shop\"} 0",
                        "countersign_sessions_opened_total{target=\"shop\"} 0");
    }
}
