package dev.countersign.sql;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/// What statements do: the lexer before the grammar, the grammar on its own thread, and a cache by
/// token shape.
///
/// Agents send new literals every time, and the grammar costs a millisecond or more; so two texts
/// that differ only in literals share one verdict. No verdict that is kept so depends on what a
/// literal says: where one does (a condition of constants, `set_config`), the text is kept as it
/// is. Where lexer and grammar disagree, or either fails, it counts as gravest.
public final class Statements implements AutoCloseable {
    /// Verdicts kept; the one unused for longest goes first.
    static final int MAX_CACHED = 4_096;

    /// Texts that wait for the grammar; one more is not understood.
    static final int MAX_WAITING = 256;

    /// The longest text whose verdict is kept, in characters.
    static final int MAX_CACHED_LENGTH = 16 * 1024;

    /// Characters of all texts whose verdicts are kept, and nodes of their trees: some 32 MB.
    static final int MAX_CACHED_TOTAL = 4 << 20;

    static final int MAX_CACHED_NODES = 200_000;

    /// How long one text may take in the grammar and wait before it.
    public static final Duration LIMIT = Duration.ofSeconds(10);

    private static final long STACK = 64L << 20;

    /// @param nodes of its trees
    private record Known(Analysis analysis, int nodes) {}

    // guarded by `known`
    private final Map<String, Known> known =
            new LinkedHashMap<>(256, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Known> eldest) {
                    return false; // by `keep`, which knows how much they hold
                }
            };
    private long knownLength;
    private long knownNodes;
    private final ThreadPoolExecutor thread =
            new ThreadPoolExecutor(
                    1,
                    1,
                    0,
                    TimeUnit.SECONDS,
                    new ArrayBlockingQueue<>(MAX_WAITING),
                    work ->
                            Thread.ofPlatform()
                                    .name("grammar")
                                    .daemon(true)
                                    .stackSize(STACK)
                                    .unstarted(work));

    /// Only the grammar's thread uses it; empty until it is needed, and after a trap.
    private Optional<Grammar> grammar = Optional.empty();

    /// The verdict on a text whose shape is known; costs a few microseconds.
    public Optional<Analysis> known(String sql) {
        try {
            var text = Text.read(sql);
            if (text.parts().isEmpty()) {
                return Optional.of(new Analysis(List.of(), "", ""));
            }
            synchronized (known) {
                var byShape = known.get(text.shape(true));
                var found = byShape != null ? byShape : known.get(exact(sql));
                return Optional.ofNullable(found).map(Known::analysis);
            }
        } catch (UnreadableSql e) {
            return Optional.of(Analysis.unreadable(String.valueOf(e.getMessage())));
        }
    }

    /// The verdict on any text; never fails, and comes within [#LIMIT].
    public CompletionStage<Analysis> analyse(String sql) {
        var at = known(sql);
        if (at.isPresent()) {
            return CompletableFuture.completedStage(at.get());
        }
        try {
            return CompletableFuture.supplyAsync(() -> read(sql), thread)
                    .completeOnTimeout(
                            Analysis.unreadable(
                                    "reading it took longer than " + LIMIT.toSeconds() + " s"),
                            LIMIT.toMillis(),
                            TimeUnit.MILLISECONDS)
                    .exceptionally(failure -> Analysis.unreadable("reading it failed"));
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedStage(
                    Analysis.unreadable(
                            "more than " + MAX_WAITING + " statements wait to be read"));
        }
    }

    /// Does work that walks trees on the grammar's thread, whose stack is deep enough for it.
    /// Completes exceptionally where too much waits for that thread, or within [#LIMIT].
    public <T> CompletionStage<T> follow(Supplier<T> work) {
        try {
            return CompletableFuture.supplyAsync(work, thread)
                    .orTimeout(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Analysis read(String sql) {
        var again = known(sql);
        if (again.isPresent()) {
            return again.get();
        }
        try {
            var text = Text.read(sql);
            Weight.check(text);
            var used = grammar.orElseGet(Grammar::new);
            grammar = Optional.of(used);
            return switch (used.parse(sql)) {
                case Grammar.Result.SyntaxError(var message) ->
                        keep(exact(sql), Analysis.syntaxError(message), sql);
                case Grammar.Result.Parsed(var tree) -> judge(text, tree);
                case Grammar.Result.TooHeavy _ ->
                        throw new UnreadableSql(
                                "the statement is too much to read; send it in parts");
            };
        } catch (Grammar.Trapped e) {
            grammar = Optional.empty();
            return Analysis.unreadable("the grammar could not read it");
        } catch (UnreadableSql e) {
            return Analysis.unreadable(String.valueOf(e.getMessage()));
        }
    }

    private Analysis judge(Text text, Tree tree) {
        var roots = tree.list("stmts");
        if (roots.size() != text.parts().size()) {
            return keep(
                    exact(text.sql()),
                    Analysis.unreadable("lexer and grammar count different statements"),
                    text.sql());
        }
        var statements = new ArrayList<Statement>();
        boolean valueDependent = false;
        boolean shapeable = true;
        for (int i = 0; i < roots.size(); i++) {
            var wrapped = roots.get(i).node("stmt").orElse(roots.get(i));
            if (!begins(text, text.parts().get(i), wrapped.kind())) {
                return keep(
                        exact(text.sql()),
                        Analysis.unreadable("lexer and grammar see different statements"),
                        text.sql());
            }
            var walker = new Walker();
            var part = text.parts().get(i);
            if (NAMING.contains(wrapped.kind()) && oddlyNamed(text, part)) {
                walker.notServed =
                        "a prepared statement, cursor or channel with a name in U&\"…\", or of more than 63 bytes,";
            }
            statements.add(Walker.statement(wrapped, walker));
            valueDependent |= walker.valueDependent;
            shapeable &=
                    switch (wrapped.kind()) {
                        case "SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt" ->
                                true;
                        default -> false;
                    };
        }
        var key = shapeable && !valueDependent ? text.shape(true) : exact(text.sql());
        return keep(key, new Analysis(statements, "", ""), text.sql());
    }

    /// What names statements, cursors, and channels to listen to. The conversation reads these
    /// names by the lexer alone, so they must be such that nobody can read them differently.
    private static final Set<String> NAMING =
            Set.of(
                    "PrepareStmt",
                    "ExecuteStmt",
                    "DeallocateStmt",
                    "DeclareCursorStmt",
                    "FetchStmt",
                    "ClosePortalStmt",
                    "ListenStmt");

    private static boolean oddlyNamed(Text text, Text.Part part) {
        for (int i = part.from(); i < part.to(); i++) {
            var token = text.tokens().get(i);
            boolean name = token.kind() == Token.Kind.WORD || token.kind() == Token.Kind.QUOTED;
            if (name
                    && (text.name(i).isEmpty()
                            || text.name(i).getBytes(StandardCharsets.UTF_8).length
                                    > Text.MAX_NAME)) {
                return true;
            }
        }
        return false;
    }

    /// Whether what the lexer saw first can begin what the grammar saw.
    private static boolean begins(Text text, Text.Part part, String kind) {
        var first = text.word(part.from());
        return switch (kind) {
            case "SelectStmt" ->
                    first.equals("select")
                            || first.equals("with")
                            || first.equals("values")
                            || first.equals("table")
                            || text.is(part.from(), "(");
            case "InsertStmt" -> first.equals("insert") || first.equals("with");
            case "UpdateStmt" -> first.equals("update") || first.equals("with");
            case "DeleteStmt" -> first.equals("delete") || first.equals("with");
            case "MergeStmt" -> first.equals("merge") || first.equals("with");
            case "VariableShowStmt" -> first.equals("show");
            case "ExplainStmt" -> first.equals("explain");
            case "FetchStmt" -> first.equals("fetch") || first.equals("move");
            case "TransactionStmt" ->
                    switch (first) {
                        case "begin",
                                "start",
                                "commit",
                                "end",
                                "rollback",
                                "abort",
                                "savepoint",
                                "release",
                                "prepare" ->
                                true;
                        default -> false;
                    };
            default ->
                    switch (first) {
                        case "select",
                                "insert",
                                "update",
                                "delete",
                                "merge",
                                "values",
                                "table",
                                "with",
                                "show",
                                "fetch",
                                "begin" ->
                                false;
                        default -> !first.isEmpty();
                    };
        };
    }

    private Analysis keep(String key, Analysis analysis, String sql) {
        int nodes = analysis.nodes();
        if (sql.length() <= MAX_CACHED_LENGTH && nodes <= MAX_CACHED_NODES / 10) {
            synchronized (known) {
                var before = known.put(key, new Known(analysis, nodes));
                knownLength += before == null ? key.length() : 0;
                knownNodes += nodes - (before == null ? 0 : before.nodes());
                var eldest = known.entrySet().iterator();
                while (known.size() > MAX_CACHED
                        || knownLength > MAX_CACHED_TOTAL
                        || knownNodes > MAX_CACHED_NODES) {
                    var gone = eldest.next();
                    knownLength -= gone.getKey().length();
                    knownNodes -= gone.getValue().nodes();
                    eldest.remove();
                }
            }
        }
        return analysis;
    }

    /// No shape begins with a zero character.
    private static String exact(String sql) {
        return "\0" + sql;
    }

    /// Reads one statement in order that the first client need not wait for the grammar to be made.
    public void warmUp() {
        var _ = analyse("SELECT 1");
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
