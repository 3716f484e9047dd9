package dev.countersign.server;

import dev.countersign.model.Decision;
import dev.countersign.model.Evidence;
import dev.countersign.model.Refusal;
import dev.countersign.model.Ruling;
import dev.countersign.reviews.Bell;
import dev.countersign.reviews.ReviewView;
import dev.countersign.server.TargetCounts.Judgement;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.datapoints.CounterDataPoint;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// What the gateway counts, as Prometheus reads it; `docs/monitoring.md` lists all of it.
///
/// Every label is bounded by construction: targets, rules and listeners out of the configuration,
/// and words that the code itself has. No principal, address, statement or value ever becomes one.
///
/// What is counted comes out of the records as they are written ([CountedLog]), of the bells of
/// reviews, and of looks at what there is when somebody asks ([Gauges]).
final class Metrics {
    /// The content type of [#text()].
    static final String TYPE = PrometheusTextFormatWriter.CONTENT_TYPE;

    /// Codes of failed logins that are told apart; all further ones count as one.
    static final int MAX_CODES = 64;

    private final PrometheusRegistry registry = new PrometheusRegistry();
    private final PrometheusTextFormatWriter writer = PrometheusTextFormatWriter.create();
    private final Clock clock;

    private final Counter actions =
            counter(
                    "countersign_actions_total",
                    "What clients asked for, as it was judged: allow, require (people are asked),"
                            + " deny.",
                    "target",
                    "verb",
                    "decision");
    private final Counter outcomes =
            counter("countersign_outcomes_total", "What came of actions.", "target", "status");
    private final Counter cells =
            counter(
                    "countersign_mask_cells_total",
                    "Cells that clients got masked, by label or detector.",
                    "target",
                    "rule");
    private final Counter opened =
            counter("countersign_sessions_opened_total", "Sessions that began.", "target");
    private final Counter failedLogins =
            counter(
                    "countersign_failed_logins_total",
                    "Logins and sign-ins that proved nothing; floods are counted every 10 s.",
                    "code");
    private final Counter notAppended =
            counter(
                    "countersign_evidence_failures_total",
                    "Appends to the evidence log that were refused or failed; nothing of them ran.");
    private final Counter alerts =
            counter(
                    "countersign_alerts_total",
                    "Alerts in the evidence log: what somebody should look at.");

    private final DistributionDataPoint appends =
            histogram(
                    "countersign_evidence_append_seconds",
                    "From handing records to the log until they are durable.",
                    0.0005,
                    0.001,
                    0.0025,
                    0.005,
                    0.01,
                    0.025,
                    0.05,
                    0.1,
                    0.25,
                    0.5,
                    1,
                    2.5,
                    5);
    private final DistributionDataPoint waits =
            histogram(
                    "countersign_review_wait_seconds",
                    "From asking people until the review ended, however it ended.",
                    1,
                    5,
                    15,
                    30,
                    60,
                    120,
                    300,
                    600,
                    1_800,
                    3_600);

    private final Map<Ruling, CounterDataPoint> rulings = new EnumMap<>(Ruling.class);
    private final Map<String, TargetCounts> targets = new ConcurrentHashMap<>();
    private final Map<String, CounterDataPoint> openedBy = new ConcurrentHashMap<>();
    private final Map<String, CounterDataPoint> codes = new ConcurrentHashMap<>();

    Metrics(Clock clock) {
        this.clock = clock;
        var ruled =
                counter(
                        "countersign_rulings_total",
                        "What people ruled, and reviews that ended without one.",
                        "ruling");
        for (var ruling : Ruling.values()) {
            rulings.put(ruling, ruled.labelValues(ruling.word()));
        }
        notAppended.inc(0);
        alerts.inc(0);
    }

    private Counter counter(String name, String help, String... labels) {
        return Counter.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .withoutExemplars()
                .register(registry);
    }

    private Histogram histogram(String name, String help, double... bounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(bounds)
                .withoutExemplars()
                .register(registry);
    }

    /// Where [Gauges] stand.
    PrometheusRegistry registry() {
        return registry;
    }

    /// A target of the configuration, so that its counters begin at 0.
    void target(String name) {
        var _ = counts(name);
        var _ = openedBy.computeIfAbsent(name, opened::labelValues);
    }

    private TargetCounts counts(String target) {
        var known = targets.get(target);
        return known != null
                ? known
                : targets.computeIfAbsent(
                        target, name -> new TargetCounts(name, actions, outcomes, cells));
    }

    // ---- what the log tells

    /// @param nanos that it took until they were durable
    void appended(List<? extends Evidence> records, long nanos) {
        appends.observe(nanos / (double) TimeUnit.SECONDS.toNanos(1));
        for (var record : records) {
            count(record);
        }
    }

    void notAppended() {
        notAppended.inc();
    }

    private void count(Evidence record) {
        switch (record) {
            case Evidence.Intent(var action, var decision, var refusal, _, _) ->
                    counts(action.session().where().name())
                            .judged(
                                    action.verb(),
                                    judgement(decision, refusal, action.request().prepare()));
            case Evidence.Settled(var session, var all) -> {
                var counts = counts(session.where().name());
                for (var ended : all) {
                    counts.ended(ended.outcome());
                }
            }
            case Evidence.SessionOpened(var session) ->
                    openedBy.computeIfAbsent(session.where().name(), opened::labelValues).inc();
            case Evidence.LoginFailed(_, var code, var times) -> code(code).inc(times);
            case Evidence.Ruled ruled -> {
                var counter = rulings.get(ruled.ruling());
                if (counter != null) {
                    counter.inc();
                }
            }
            case Evidence.Alert _ -> alerts.inc();
            case Evidence.Configured _,
                    Evidence.IssuerKeys _,
                    Evidence.LoggedIn _,
                    Evidence.SessionClosed _,
                    Evidence.ReviewRequested _,
                    Evidence.ApprovalConsumed _,
                    Evidence.RulingRefused _,
                    Evidence.Read _,
                    Evidence.CredentialMinted _,
                    Evidence.CredentialRevoked _,
                    Evidence.ByGateway _,
                    Evidence.Recorded _ -> {}
        }
    }

    private static Judgement judgement(
            Decision decision, @Nullable Refusal refusal, boolean prepare) {
        if (refusal != null) {
            return Judgement.DENY;
        }
        return switch (decision) {
            case Decision.Allow _ -> Judgement.ALLOW;
            case Decision.Require _ -> prepare ? Judgement.ALLOW : Judgement.REQUIRE;
            case Decision.Deny _ -> Judgement.DENY;
        };
    }

    private CounterDataPoint code(String code) {
        var known = codes.get(code);
        return known != null
                ? known
                : codes.computeIfAbsent(
                        codes.size() < MAX_CODES ? code : "other", failedLogins::labelValues);
    }

    // ---- what bells tell

    /// Something happened to a review.
    void ring(Bell.Ring what) {
        if (what.happened().equals("ended") && what.review().state() != ReviewView.State.PENDING) {
            var waited = Duration.between(what.review().opened(), clock.instant());
            waits.observe(Math.max(0, waited.toMillis()) / 1000.0);
        }
    }

    /// All of it in Prometheus' text format.
    String text() {
        var out = new ByteArrayOutputStream(16 << 10);
        try {
            writer.write(out, registry.scrape(), EscapingScheme.DEFAULT);
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written to", e);
        }
        return out.toString(StandardCharsets.UTF_8);
    }
}
