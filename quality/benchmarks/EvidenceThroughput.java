import dev.countersign.evidence.EvidenceSettings;
import dev.countersign.evidence.FileEvidenceLog;
import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Evidence;
import dev.countersign.model.Facts;
import dev.countersign.model.Hash;
import dev.countersign.model.Obligations;
import dev.countersign.model.Outcome;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import dev.countersign.model.Resource;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import dev.countersign.verifier.Verifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import jdk.jfr.consumer.RecordingStream;

/// How fast the evidence log takes records: M sessions at once, each writing an intent and its outcome in
/// turn and waiting until each is durable. Nothing else of the gateway runs. `quality/benchmarks/evidence`
/// starts it; it judges nothing.
///
/// Flushes are counted by the JVM's own recorder (`jdk.FileForce`), so the log that is measured is the real one.
final class EvidenceThroughput {
    private static final Target SHOP =
            new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of());
    private static final Decision ALLOWED =
            new Decision.Allow(List.of(new Decision.RuleRef("bench", "reads")), Obligations.NONE);
    private static final Hash RESPONSE = Hash.sha256(new byte[] {1});

    private final FileEvidenceLog log;
    private final long[] took;
    private final AtomicInteger next = new AtomicInteger();

    private EvidenceThroughput(FileEvidenceLog log, int records) {
        this.log = log;
        this.took = new long[records];
    }

    public static void main(String[] arguments) throws Exception {
        if (arguments.length < 2) {
            System.err.println("usage: evidence DIR RECORDS [IN-FLIGHT...]; DIR must be new");
            System.exit(2);
        }
        var directory = Path.of(arguments[0]);
        int records = Integer.parseInt(arguments[1]);
        if (Files.exists(directory)) {
            System.err.println(directory + " is there already; this takes a directory of its own");
            System.exit(2);
        }
        var flights =
                arguments.length == 2
                        ? new int[] {1, 16, 64, 256}
                        : Arrays.stream(arguments, 2, arguments.length).mapToInt(Integer::parseInt).toArray();
        run(directory.resolve("warm-up"), Math.min(records, 40_000), 64);
        System.out.println("in flight   records/s   flushes (of the WAL)   records/flush   p50 ms   p99 ms   verified/s");
        for (int flight : flights) {
            System.out.println(run(directory.resolve("m" + flight), records, flight));
        }
    }

    private static String run(Path directory, int records, int flight) throws Exception {
        var all = new LongAdder();
        var wal = new LongAdder();
        EvidenceThroughput bench;
        long nanos;
        try (var flushes = new RecordingStream()) {
            flushes.enable("jdk.FileForce").withThreshold(Duration.ZERO).withoutStackTrace();
            flushes.onEvent(
                    "jdk.FileForce",
                    event -> {
                        all.increment();
                        var path = event.getString("path");
                        if (path != null && path.contains("/wal/")) {
                            wal.increment();
                        }
                    });
            try (var log = FileEvidenceLog.open(settings(directory))) {
                bench = new EvidenceThroughput(log, records);
                flushes.startAsync();
                long began = System.nanoTime();
                bench.fly(flight);
                nanos = System.nanoTime() - began;
                flushes.stop(); // after all events that happened before it
            }
        }
        Arrays.sort(bench.took);
        long began = System.nanoTime();
        var report = Verifier.verify(directory, Verifier.Options.DEFAULT);
        double verified = report.size() * 1e9 / (System.nanoTime() - began);
        if (report.exitCode() != 0) {
            throw new IllegalStateException("what was written does not verify: " + report.findings());
        }
        return "%9d   %9.0f   %7d %12s   %13.1f   %6.2f   %6.2f   %10.0f"
                .formatted(
                        flight,
                        records * 1e9 / nanos,
                        all.sum(),
                        "(" + wal.sum() + ")",
                        (double) records / Math.max(1, wal.sum()),
                        bench.took[records / 2] / 1e6,
                        bench.took[(int) (records * 0.99)] / 1e6,
                        verified);
    }

    private static EvidenceSettings settings(Path directory) {
        return EvidenceSettings.of(
                directory,
                "example.com/countersign/bench",
                directory.resolve("keys/log"),
                directory.resolve("keys/payload"),
                Optional.of(directory.resolve("guard")),
                Clock.systemUTC());
    }

    private void fly(int flight) throws Exception {
        try (var lanes = Executors.newVirtualThreadPerTaskExecutor()) {
            var done = new java.util.ArrayList<java.util.concurrent.Future<?>>();
            for (int i = 0; i < flight; i++) {
                done.add(lanes.submit(this::lane));
            }
            for (var lane : done) {
                lane.get(); // what went wrong in it is thrown here
            }
        }
    }

    /// One session: as many pairs as are left for it.
    private void lane() {
        var session = session();
        log.append(
                        List.of(
                                new Evidence.LoggedIn(session, "token", Bytes.utf8("header.payload")),
                                new Evidence.SessionOpened(session)))
                .toCompletableFuture()
                .join();
        for (int at = next.getAndAdd(2); at + 1 < took.length; at = next.getAndAdd(2)) {
            var action = action(session, at);
            write(at, new Evidence.Intent(action, ALLOWED, null));
            var outcome =
                    new Outcome(Outcome.Status.OK, "", 3, 120, RESPONSE, Map.of(), Duration.ofMillis(1));
            write(at + 1, new Evidence.Settled(session, action.id(), outcome));
        }
        log.append(List.of(new Evidence.SessionClosed(session, "client"))).toCompletableFuture().join();
    }

    private void write(int at, Evidence record) {
        long began = System.nanoTime();
        log.append(List.of(record)).toCompletableFuture().join();
        took[at] = System.nanoTime() - began;
    }

    private static Session session() {
        return new Session(
                SessionId.fresh(),
                new Principal(
                        Principal.Kind.AGENT,
                        new Principal.Party("https://idp.example", "eve"),
                        new Principal.Party("https://idp.example", "ann"),
                        List.of(),
                        "cli",
                        Set.of(),
                        Instant.MAX, Set.of(), List.of()),
                SHOP,
                new Session.Source("127.0.0.1:4711", "postgres 127.0.0.1:6432", "TLSv1.3"),
                Work.NONE,
                false,
                Map.of());
    }

    private static Action action(Session session, int number) {
        return new Action(
                ActionId.fresh(),
                session,
                Request.of(Bytes.utf8("SELECT * FROM orders WHERE id = " + number)),
                Set.of(Effect.READ),
                List.of(new Resource("table", "public.orders", "16384")),
                new Facts.Sql(
                        true,
                        false,
                        List.of("public.orders"),
                        List.of(),
                        List.of(),
                        List.of(),
                        true,
                        false,
                        0,
                        false),
                "select * from orders where id = ?");
    }
}
