package dev.countersign.postgres;

import dev.countersign.gate.Analyst;
import dev.countersign.gate.Asked;
import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Preview;
import dev.countersign.model.Refusal;
import dev.countersign.model.Request;
import dev.countersign.model.Resource;
import dev.countersign.model.Session;
import dev.countersign.sql.Affected;
import dev.countersign.sql.Statement;
import dev.countersign.sql.Statements;
import dev.countersign.sql.Text;
import dev.countersign.sql.UnreadableSql;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Says what a statement does on one target: the text's analysis ([Statements]) read against the
/// target's [Catalogue] ([Clearing]).
///
/// For a text whose shape is known, on a fresh catalogue, the answer is there at once, from a small
/// memory of what this very analysis came to: nothing in it depends on a literal, because analyses
/// that do are never shared between texts. Everything else takes the grammar's thread, or waits for
/// the catalogue.
///
/// Longer than 400 lines, because what a statement is, what is remembered of that, and what an
/// approval of it is bound to are read from one catalogue.
final class PostgresAnalyst implements Analyst {
    /// Verdicts kept, and nodes of the trees that they hold; then all are forgotten.
    static final int MAX_KEPT = 8_192;

    static final int MAX_KEPT_NODES = 200_000;

    /// Nodes of the largest tree that is followed at once, on whatever thread: it takes little time
    /// and a shallow stack.
    static final int MAX_NODES_HERE = 500;

    /// The longest text that is shown as a shape; of a longer one only its length is.
    static final int MAX_SHOWN = 16 << 10;

    /// Settings of a session that do not say which rows a condition finds.
    private static final Set<String> MEANINGLESS =
            Set.of("application_name", "client_min_messages", "extra_float_digits", "jit");

    private static final List<String> PUBLIC = List.of("public");

    private static final Refusal NO_CATALOGUE =
            new Refusal(
                    Refusal.Reason.UNMASKABLE,
                    "the target's catalogue cannot be read, so nobody can tell what is sensitive",
                    "Try again; if it stays, tell your operator.");

    private static final Refusal NOT_FOLLOWED =
            new Refusal(
                    Refusal.Reason.LIMIT,
                    "it is too much to be followed, or too many statements wait for that",
                    "Send something simpler, or try again.");

    private static final Refusal TOO_MANY =
            new Refusal(
                    Refusal.Reason.LIMIT,
                    "more values were compared with labelled columns than one principal may in a"
                            + " minute",
                    "Wait a minute, or ask your operator for more `comparisons-per-minute`.");

    private final Statements statements;
    private final Catalogues catalogues;
    private final Comparisons comparisons;
    private final FunctionCalls calls;
    private final boolean labelled;
    private final Served served;
    private final RowPreview rows;

    // guarded by itself
    private final IdentityHashMap<dev.countersign.sql.Analysis, Kept> kept =
            new IdentityHashMap<>();
    private long keptNodes;

    /// What one analysis came to under one catalogue.
    private record Kept(
            Catalogue catalogue, boolean readOnly, List<String> path, Verdict verdict) {}

    /// All of an action that does not depend on who asked, when, and with which values.
    private record Verdict(
            Set<Effect> effects,
            List<Resource> resources,
            Facts.Sql facts,
            String shape,
            long compared,
            List<Integer> comparedArrays,
            @Nullable Refusal never) {}

    /// @param comparisons counts what is asked of labelled columns
    /// @param calls judges FunctionCalls
    /// @param labelled whether the target labels anything
    /// @param served what the target's settings allow
    /// @param rows counts what a statement would change
    PostgresAnalyst(
            Statements statements,
            Catalogues catalogues,
            Comparisons comparisons,
            FunctionCalls calls,
            boolean labelled,
            Served served,
            RowPreview rows) {
        this.rows = rows;
        this.served = served;
        this.statements = statements;
        this.catalogues = catalogues;
        this.comparisons = comparisons;
        this.calls = calls;
        this.labelled = labelled;
    }

    @Override
    public CompletionStage<Analysis> analyse(Session session, Asked asked) {
        var request = asked.request();
        var sql = request.command().text().orElse(SqlTexts.UNKNOWN);
        if (sql.startsWith(SqlTexts.FUNCTION_CALL)) {
            return calls.analyse(session, asked);
        }
        var catalogue = catalogues.fresh();
        var known = statements.known(sql);
        if (catalogue != null
                && known.isPresent()
                && request.names().isEmpty()
                && known.get().nodes() <= MAX_NODES_HERE) {
            return CompletableFuture.completedStage(
                    analysis(
                            session,
                            asked,
                            verdict(
                                    session,
                                    sql,
                                    new Read(known.get(), Map.of()),
                                    catalogue,
                                    request)));
        }
        CompletionStage<Map<Bytes, dev.countersign.sql.Analysis>> meant =
                CompletableFuture.completedStage(Map.of());
        for (var named : request.names()) {
            meant =
                    meant.thenCombine(
                            statements.analyse(named.text().text().orElse(SqlTexts.UNKNOWN)),
                            (map, inner) -> with(map, named.text(), inner));
        }
        return statements
                .analyse(sql)
                .thenCombine(meant, Read::new)
                .thenCombine(
                        catalogues
                                .toJudgeBy()
                                .handle((read, _) -> read == null ? Unread.YES : read),
                        (texts, read) -> judging(session, asked, sql, texts, read))
                .thenCompose(judged -> judged);
    }

    /// With a catalogue that was read after this was asked for.
    @Override
    public CompletionStage<Analysis> again(Session session, Asked asked) {
        return catalogues
                .readAgain()
                .handle((_, failed) -> failed == null)
                .thenCompose(read ->
                        analyse(session, asked)
                                .thenApply(found ->
                                        read || found.never() != null
                                                ? found
                                                : new Analysis(found.action(), NO_CATALOGUE)));
    }

    @Override
    public boolean onlyHere(Action action) {
        return OnlyHere.in(action);
    }

    /// A CopyInResponse, where rows of a COPY follow.
    @Override
    public Bytes invitation(Action action) {
        var sql = action.request().command().text().orElse("");
        boolean follows =
                new LexedTexts().copiesIn(sql)
                        || action.request().names().stream()
                                .anyMatch(named ->
                                        new LexedTexts().copiesIn(named.text().text().orElse("")));
        return follows ? CopyInvitation.of(sql, columns(action)) : Bytes.EMPTY;
    }

    /// Of the only relation that it names; 0 where there is none, or more.
    private int columns(Action action) {
        var tables =
                action.resources().stream()
                        .filter(resource ->
                                resource.kind().equals("table") && !resource.id().isEmpty())
                        .toList();
        return tables.size() == 1
                ? catalogues.known().columns(Long.parseLong(tables.getFirst().id()))
                : 0;
    }

    /// Its relations and the functions of users that it calls, each as its catalogue rows are now,
    /// and the settings that its client connected with, which say what its words mean; but not the
    /// client's name for itself.
    @Override
    public List<Resource> reached(Action action) {
        var stamps = catalogues.known().stamps();
        var out = new ArrayList<Resource>();
        for (var resource : action.resources()) {
            if (resource.kind().equals("table")) {
                out.add(
                        new Resource(
                                "table",
                                resource.name(),
                                resource.id().isEmpty()
                                        ? "unknown"
                                        : stamps.relation(Long.parseLong(resource.id()))));
            }
        }
        new TreeMap<>(action.session().startup())
                .forEach((setting, value) -> {
                    if (!setting.equals("application_name")) {
                        out.add(new Resource("startup", setting, value));
                    }
                });
        if (action.facts() instanceof Facts.Sql sql) {
            for (var function : sql.functions()) {
                var stamp = stamps.function(function.substring(function.lastIndexOf('.') + 1));
                if (!stamp.isEmpty()) {
                    out.add(new Resource("function", function, stamp));
                }
            }
        }
        return out;
    }

    @Override
    public CompletionStage<Preview> preview(Action action) {
        var sql = action.request().command().text().orElse(SqlTexts.UNKNOWN);
        var affected = Affected.of(sql);
        if (affected.isEmpty()) {
            return unknown("it is not one INSERT, UPDATE or DELETE by itself");
        }
        var listed = affected.get().listed();
        if (listed.isPresent()) {
            return CompletableFuture.completedStage(
                    Preview.of(listed.getAsLong(), OptionalLong.empty()));
        }
        var told = untold(action.request());
        return told.isEmpty() ? count(action, affected.get()) : unknown(told);
    }

    private static CompletionStage<Preview> unknown(String why) {
        return CompletableFuture.completedStage(Preview.unknown(why));
    }

    /// Why another session cannot see the rows that it would change; empty where one can.
    private static String untold(Request request) {
        return request.ownWrites()
                ? "it stands behind changes of its own transaction"
                : request.temporaryObjects()
                        ? "its session has temporary objects"
                        : MEANINGLESS.containsAll(request.settings().keySet())
                                ? ""
                                : "its session has changed settings";
    }

    private CompletionStage<Preview> count(Action action, Affected affected) {
        var bound = action.request().parameters();
        if (affected.parameters().stream()
                .anyMatch(number -> number < 1 || number > bound.size())) {
            return unknown("it has parameters without values");
        }
        var parameters =
                affected.parameters().stream().map(number -> bound.get(number - 1)).toList();
        var session = action.session();
        return statements
                .analyse(affected.select())
                .thenCompose(read -> {
                    var clearing =
                            new Clearing(
                                    catalogues.known(), path(session), session.readOnly(), served);
                    boolean here = read.nodes() <= MAX_NODES_HERE;
                    if (here) {
                        clearing.read(read);
                    }
                    return here && clearing.proven() && ProvenReads.plainParameters(parameters)
                            ? rows.count(affected.select(), parameters, session.startup())
                            : unknown("finding its rows might do something, or nobody can tell");
                });
    }

    /// Where trees are large, on the grammar's thread.
    private CompletionStage<Analysis> judging(
            Session session, Asked asked, String sql, Read texts, Object read) {
        int nodes =
                texts.own().nodes()
                        + texts.meant().values().stream()
                                .mapToInt(dev.countersign.sql.Analysis::nodes)
                                .sum();
        return nodes <= MAX_NODES_HERE
                ? CompletableFuture.completedStage(judged(session, asked, sql, texts, read))
                : statements
                        .follow(() -> judged(session, asked, sql, texts, read))
                        .exceptionally(_ -> unfollowed(session, asked, sql, texts));
    }

    /// Nobody had the time to follow it: it does not run.
    private Analysis unfollowed(Session session, Asked asked, String sql, Read texts) {
        var bare = judged(session, asked, sql, texts, Unread.YES);
        return new Analysis(bare.action(), NOT_FOLLOWED);
    }

    /// A text, and the texts of what the names in it stand for.
    private record Read(
            dev.countersign.sql.Analysis own, Map<Bytes, dev.countersign.sql.Analysis> meant) {}

    private static Map<Bytes, dev.countersign.sql.Analysis> with(
            Map<Bytes, dev.countersign.sql.Analysis> map,
            Bytes text,
            dev.countersign.sql.Analysis analysis) {
        var out = new HashMap<>(map);
        out.put(text, analysis);
        return out;
    }

    /// In the place of a catalogue that could not be read.
    private enum Unread {
        YES
    }

    private Analysis judged(Session session, Asked asked, String sql, Read texts, Object read) {
        if (read instanceof Catalogue catalogue) {
            return analysis(
                    session, asked, verdict(session, sql, texts, catalogue, asked.request()));
        }
        var bare = verdict(session, sql, texts, Catalogue.EMPTY, asked.request());
        var analysis = analysis(session, asked, bare);
        boolean needsNothing =
                bare.facts().tables().isEmpty() && bare.facts().functions().isEmpty();
        return labelled && !needsNothing && analysis.never() == null
                ? new Analysis(analysis.action(), NO_CATALOGUE)
                : analysis;
    }

    private Analysis analysis(Session session, Asked asked, Verdict verdict) {
        var request = asked.request();
        var facts = verdict.facts();
        return new Analysis(
                new Action(
                        asked.id(),
                        session,
                        request,
                        verdict.effects(),
                        verdict.resources(),
                        asked(facts, request),
                        verdict.shape()),
                verdict.never() == null ? tooMany(session, request, verdict) : verdict.never());
    }

    /// What depends on how it is asked: a text that is only prepared, and parameters of types that
    /// somebody made.
    private static Facts.Sql asked(Facts.Sql facts, Request request) {
        boolean proven = facts.provenRead() && ProvenReads.plainParameters(request.parameters());
        return request.prepare() == facts.prepare() && proven == facts.provenRead()
                ? facts
                : new Facts.Sql(
                        proven,
                        request.prepare(),
                        facts.tables(),
                        facts.columnsByValue(),
                        facts.columnsByControl(),
                        facts.functions(),
                        facts.hasWhere(),
                        facts.whereIsTautology(),
                        facts.estimatedRows(),
                        facts.sensitive(),
                        facts.outputs());
    }

    private @Nullable Refusal tooMany(Session session, Request request, Verdict verdict) {
        long values = verdict.compared() + Comparisons.in(verdict.comparedArrays(), request);
        boolean runs = !request.prepare() && values > 0;
        return runs && !comparisons.allow(session.who(), values) ? TOO_MANY : null;
    }

    private Verdict verdict(
            Session session, String sql, Read texts, Catalogue catalogue, Request request) {
        var analysed = texts.own();
        var path = path(session);
        boolean plain = request.names().isEmpty() && !sql.startsWith(SqlTexts.UNKNOWN);
        if (plain) {
            synchronized (kept) {
                var before = kept.get(analysed);
                if (before != null
                        && same(before.catalogue(), catalogue)
                        && before.readOnly() == session.readOnly()
                        && before.path().equals(path)) {
                    return before.verdict();
                }
            }
        }
        var verdict = judge(session, sql, texts, catalogue, path, request);
        if (plain) {
            synchronized (kept) {
                if (kept.size() >= MAX_KEPT || keptNodes > MAX_KEPT_NODES) {
                    kept.clear();
                    keptNodes = 0;
                }
                kept.put(analysed, new Kept(catalogue, session.readOnly(), path, verdict));
                keptNodes += analysed.nodes();
            }
        }
        return verdict;
    }

    @SuppressWarnings("ReferenceEquality") // the very same snapshot is meant
    private static boolean same(Catalogue a, Catalogue b) {
        return a == b;
    }

    private Verdict judge(
            Session session,
            String sql,
            Read texts,
            Catalogue catalogue,
            List<String> path,
            Request request) {
        var analysed = texts.own();
        var clearing = new Clearing(catalogue, path, session.readOnly(), served);
        if (sql.startsWith(SqlTexts.UNKNOWN)) {
            clearing.unknownName();
            return verdict(
                    Set.of(Effect.UNKNOWN), false, clearing, "(unknown)", List.of(), List.of());
        }
        var outputs = new ArrayList<>(clearing.read(analysed));
        var all = new ArrayList<>(analysed.statements());
        for (int i = 0; i < analysed.statements().size(); i++) {
            var statement = analysed.statements().get(i);
            var meantOutputs = new ArrayList<Facts.Outputs>();
            for (var name : statement.uses()) {
                var meant =
                        request.names().stream()
                                .filter(named -> named.name().equals(name))
                                .toList();
                if (meant.isEmpty()) {
                    clearing.unknownName();
                }
                for (var named : meant) {
                    var inner = texts.meant().getOrDefault(named.text(), analysed);
                    int before = clearing.comparedArrays().size();
                    meantOutputs.addAll(clearing.read(inner));
                    if (clearing.comparedArrays().size() > before) {
                        clearing.uncounted();
                    }
                    all.addAll(inner.statements());
                }
            }
            if (statement.executes()) {
                outputs.set(
                        i,
                        meantOutputs.size() == 1 ? meantOutputs.getFirst() : Facts.Outputs.UNKNOWN);
            }
        }
        var effects = EnumSet.noneOf(Effect.class);
        all.forEach(statement -> effects.addAll(statement.effects()));
        if (clearing.calling()) {
            effects.add(Effect.CALL);
        }
        if (effects.isEmpty()) {
            effects.add(Effect.READ);
        }
        return verdict(
                effects,
                analysed.problem().isEmpty(),
                clearing,
                shown(sql, catalogue),
                all,
                clearing.sensitive() ? outputs : List.of());
    }

    private static Verdict verdict(
            Set<Effect> effects,
            boolean understood,
            Clearing clearing,
            String shape,
            List<Statement> statements,
            List<Facts.Outputs> outputs) {
        return new Verdict(
                Set.copyOf(effects),
                clearing.resources(),
                new Facts.Sql(
                        clearing.proven(),
                        false,
                        clearing.tables(),
                        clearing.byValue(),
                        clearing.byControl(),
                        clearing.functions(),
                        understood && statements.stream().allMatch(Statement::restricted),
                        !understood || statements.stream().anyMatch(Statement::tautology),
                        0,
                        clearing.sensitive(),
                        outputs),
                shape,
                clearing.compared(),
                clearing.comparedArrays(),
                clearing.never());
    }

    private static List<String> path(Session session) {
        var asked = session.startup().get("search_path");
        return asked == null
                ? PUBLIC
                : Arrays.stream(asked.split(",", -1))
                        .map(schema -> schema.strip().replace("\"", ""))
                        .toList();
    }

    private static String shown(String sql, Catalogue catalogue) {
        if (sql.length() > MAX_SHOWN) {
            return "(a text of " + sql.length() + " characters)";
        }
        try {
            return Text.read(sql).shown(catalogue::knows);
        } catch (UnreadableSql e) {
            return "(unreadable)";
        }
    }
}
