package dev.countersign.postgres;

import dev.countersign.gate.Analyst;
import dev.countersign.gate.Conversation;
import dev.countersign.gate.Dialer;
import dev.countersign.gate.Framed;
import dev.countersign.gate.Greeting;
import dev.countersign.gate.Ready;
import dev.countersign.gate.TargetSettings;
import dev.countersign.masking.Detectors;
import dev.countersign.masking.MaskKeys;
import dev.countersign.model.Bytes;
import dev.countersign.model.Request;
import dev.countersign.sql.Statements;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/// The PostgreSQL protocol, version 3, between clients and targets.
public final class Postgres implements Framed, AutoCloseable {
    /// Bytes of an answer's rows that are kept in the recording.
    static final int RECORDED_BYTES = 256 << 10;

    private static final Duration CATALOGUE_LIMIT = Duration.ofSeconds(10);

    private final Clock clock;
    private final MaskKeys masks;
    private final Statements statements = new Statements();
    private final ScramKeys keys = new ScramKeys();
    private final Spools spools = new Spools();
    private final ExecutorService blocking = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Catalogues> catalogues = new ConcurrentHashMap<>();

    /// With masks whose pseudonyms nobody can tell after the process has ended.
    public Postgres(Clock clock) {
        this(clock, MaskKeys.fresh());
    }

    public Postgres(Clock clock, MaskKeys masks) {
        this.clock = clock;
        this.masks = masks;
        statements.warmUp();
    }

    @Override
    public String id() {
        return "postgres";
    }

    @Override
    public Class<? extends TargetSettings> settings() {
        return PostgresTarget.class;
    }

    @Override
    public Greeting greeter() {
        return new PostgresGreeting();
    }

    @Override
    public Analyst analyst(TargetSettings target, Supplier<char[]> secret) {
        var settings = (PostgresTarget) target;
        var loaded =
                new Catalogues(
                        settings,
                        new CatalogueReader(settings, () -> connect(settings, secret), statements),
                        blocking);
        catalogues.put(settings.name(), loaded);
        var _ = loaded.toJudgeBy();
        return new PostgresAnalyst(
                statements,
                loaded,
                new Comparisons(settings.comparisonsPerMinute(), System::nanoTime),
                new FunctionCalls(
                        settings.functionCalls(), () -> connect(settings, secret), blocking),
                !settings.columns().isEmpty(),
                settings.served(),
                new RowPreview(startup -> preview(settings, secret, startup), blocking));
    }

    /// What becomes of a text on a target. Loads the target's catalogue with the gateway's own
    /// credential, and asks nothing else there. Blocks.
    ///
    /// @throws IOException if the catalogue cannot be read, or the text not be followed
    public Explanation explain(TargetSettings target, Supplier<char[]> secret, String sql)
            throws IOException {
        var settings = (PostgresTarget) target;
        var catalogue = catalogue(settings, secret);
        try {
            return statements
                    .analyse(sql)
                    .thenCompose(analysis ->
                            statements.follow(() ->
                                    new Explaining(catalogue, settings.served())
                                            .explain(sql, analysis)))
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new IOException(
                    "the statement cannot be followed, or not within "
                            + Statements.LIMIT.toSeconds()
                            + " s",
                    e);
        }
    }

    /// What a target and its role are, as far as whoever sets them up should know. Logs in with the
    /// gateway's own credential and changes nothing. Blocks.
    ///
    /// @throws IOException if it cannot be reached, is not who it should be (then its cause is an
    ///   `SSLException`), does not let the gateway in, or does not answer as it should; in no case
    ///   in the target's words
    /// @throws RuntimeException if the secret is not to be had
    public TargetFacts examine(TargetSettings target, Supplier<char[]> secret) throws IOException {
        var settings = (PostgresTarget) target;
        try (var queries = connect(settings, secret)) {
            var missing =
                    new CatalogueReader(settings, () -> connect(settings, secret), statements)
                            .read()
                            .missing();
            return TargetFacts.read(queries, missing);
        } catch (UncheckedIOException e) {
            var why = e.getCause();
            throw why == null ? new IOException(e) : why;
        }
    }

    private Catalogue catalogue(PostgresTarget settings, Supplier<char[]> secret)
            throws IOException {
        try {
            return new CatalogueReader(settings, () -> connect(settings, secret), statements)
                    .read();
        } catch (UncheckedIOException e) {
            var why = e.getCause();
            throw unread(settings, why == null ? e : why);
        } catch (RuntimeException e) {
            throw unread(settings, e); // no secret, or an answer that is no catalogue
        }
    }

    /// What judges statements by the target's catalogue as it is now, and asks nothing else there.
    /// Blocks.
    ///
    /// @throws IOException if the catalogue cannot be read
    public Analyst analystOnce(TargetSettings target, Supplier<char[]> secret) throws IOException {
        var settings = (PostgresTarget) target;
        return offline(settings, catalogue(settings, secret));
    }

    /// What judges statements by tables that a file declares. Nothing is connected to.
    ///
    /// @param tables columns and their types, in their order, by `schema.table`
    /// @throws IllegalArgumentException with all that is wrong in them, a line each
    public Analyst analystOffline(TargetSettings target, Map<String, Map<String, String>> tables) {
        var settings = (PostgresTarget) target;
        try {
            return offline(
                    settings,
                    statements
                            .follow(() -> DeclaredTables.catalogue(settings, tables))
                            .toCompletableFuture()
                            .join());
        } catch (CompletionException e) {
            throw e.getCause() instanceof IllegalArgumentException wrong ? wrong : e;
        }
    }

    private Analyst offline(PostgresTarget settings, Catalogue catalogue) {
        var known = new Catalogues(settings, () -> catalogue, Runnable::run);
        var _ = known.toJudgeBy();
        return new PostgresAnalyst(
                statements,
                known,
                new Comparisons(settings.comparisonsPerMinute(), minutes()),
                new FunctionCalls(settings.functionCalls(), Postgres::nowhere, blocking),
                !settings.columns().isEmpty(),
                settings.served(),
                new RowPreview(_ -> nowhere(), blocking));
    }

    /// Each question comes a minute after the one before, so that none is refused for another.
    private static LongSupplier minutes() {
        var now = new AtomicLong();
        return () -> now.addAndGet(Duration.ofMinutes(1).toNanos());
    }

    /// What a client asks for with one Query, or with values for a Parse of that text, Bind and
    /// Execute: without the trailing comment of tracing libraries, which is what the client says.
    ///
    /// @param parameters values in text form, of types that are left to the server
    public static Request request(String sql, List<String> parameters) {
        var traced = Traced.read(sql);
        return new Request(
                Bytes.utf8(traced.sql()),
                parameters.stream()
                        .map(value -> new Request.Parameter(0, 0, Bytes.utf8(value)))
                        .toList(),
                List.of(),
                List.of(),
                Map.of(),
                false,
                null,
                false,
                false,
                false,
                traced.said());
    }

    private static PostgresQueries nowhere() {
        throw new UncheckedIOException(new IOException("there is no target to ask"));
    }

    private static IOException unread(PostgresTarget target, Exception why) {
        return new IOException(
                "the catalogue of target " + target.name() + " cannot be read: " + why.getMessage(),
                why);
    }

    private PostgresQueries connect(PostgresTarget target, Supplier<char[]> secret) {
        var terms = new Terms("countersign catalogue", true, Map.of());
        return connect(target, secret, terms, CATALOGUE_LIMIT);
    }

    private PostgresQueries connect(
            PostgresTarget target, Supplier<char[]> secret, Terms terms, Duration limit) {
        try {
            return PostgresQueries.connect(target.leg(), dialer(target, secret, terms), limit);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private PostgresQueries preview(
            PostgresTarget target, Supplier<char[]> secret, Map<String, String> startup) {
        var terms = new Terms("countersign preview", true, startup);
        return connect(target, secret, terms, RowPreview.STEP);
    }

    @Override
    public Dialer dialer(TargetSettings target, Supplier<char[]> secret, Terms terms) {
        return new PostgresDialer(
                target, secret, ordered(target, terms), keys, ScramClient.fresh());
    }

    /// With the settings that keep the order of rows from telling labelled values; a client cannot
    /// change them, for they are on no list.
    private Terms ordered(TargetSettings target, Terms terms) {
        var settings = (PostgresTarget) target;
        var known = catalogues.get(settings.name());
        if (known == null || !settings.hidesRowOrder() || settings.columns().isEmpty()) {
            return terms;
        }
        var all = new LinkedHashMap<>(terms.settings());
        switch (known.labels().order()) {
            case FREE -> {}
            case COVERED -> all.put("enable_indexonlyscan", "off");
            case TOLD -> {
                all.put("enable_indexonlyscan", "off");
                all.put("enable_indexscan", "off");
            }
        }
        return new Terms(terms.name(), terms.readOnly(), all);
    }

    @Override
    public Dialer canceller(TargetSettings target, Ready login) {
        return new PostgresCanceller(target.leg().tls(), login);
    }

    @Override
    public Conversation conversation(Opening opening) {
        var target = (PostgresTarget) opening.target();
        var known = catalogues.get(target.name());
        if (known == null) {
            throw new IllegalStateException("nobody made target " + target.name() + " ready");
        }
        var texts = new LexedTexts();
        var scope = opening.session().session().id().value();
        var detectors = target.detectors().map(Detectors::of).filter(Detectors::enabled);
        var replies =
                new Replies(
                        new ColumnMasks(
                                known::labels,
                                masks.scoped(target.name(), scope),
                                detectors.map(Detectors::scanner).orElse(null)),
                        texts,
                        new Replies.Terms(
                                target.recordedRows(),
                                RECORDED_BYTES,
                                known::changed,
                                target.maskNotices(),
                                // a scanner of its own: in that of the rows a copy may be under way
                                detectors.map(Detectors::scanner).map(Detecting::lines),
                                channels(target, opening)),
                        opening.ready().reported());
        return new PostgresConversation(
                opening.session(), texts, replies, spools, welcome(opening, replies));
    }

    private static Notifications.Channels channels(PostgresTarget target, Opening opening) {
        return new Notifications.Channels(
                target.served().channels(),
                Messages.process(opening.ready().cancelRequest()),
                opening.cancelKey().id());
    }

    private PostgresConversation.Greeted welcome(Opening opening, Replies replies) {
        return new PostgresConversation.Greeted() {
            @Override
            public void tell(Conversation.Effects out) {
                var to = out.allocator();
                out.toClient(Messages.authenticationOk(to));
                new TreeMap<>(opening.ready().reported())
                        .forEach((name, value) ->
                                out.toClient(
                                        Messages.parameterStatus(
                                                to,
                                                name,
                                                replies.shown(name, shown(opening, name, value)))));
                out.toClient(Messages.backendKeyData(to, opening.cancelKey()));
                out.toClient(Messages.readyForQuery(to, 'I'));
            }

            @Override
            public Duration validFor() {
                return Duration.between(
                        clock.instant(), opening.session().session().who().expires());
            }
        };
    }

    /// A client that named its application sees that name, and not the session's.
    private static String shown(Opening opening, String name, String value) {
        return name.equals("application_name")
                ? opening.wanted().settings().getOrDefault(name, "")
                : value;
    }

    @Override
    public void close() {
        blocking.shutdownNow();
        statements.close();
    }
}
