package dev.countersign.postgres;

import dev.countersign.gate.Asked;
import dev.countersign.gate.Frame;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Request;
import dev.countersign.model.Work;
import dev.countersign.sql.Text;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;

/// Reads the client's messages into [Item]s, with everything in the session that decides what they
/// mean, until a batch of them is asked.
///
/// A comment that tracing libraries put behind a statement is taken off here, before anybody reads,
/// judges or forwards it ([Traced]); what it says goes with the request as a claim.
///
/// Names are resolved here, at the moment and in the order in which the client used them: what a
/// Bind runs is the text that its name stood for when the Bind came ([Names]). A name inside a text
/// (`EXECUTE s`, `FETCH c`) means what it stands for when the text runs. So such a text waits until
/// its names are certain, and a portal whose names changed since its Bind is judged anew, by what
/// they stood for and by what they stand for.
final class Gathering {
    /// Actions of one batch.
    static final int MAX_BATCH = 1_024;

    /// Bytes of one batch, after which no further message joins it.
    static final int MAX_BATCH_BYTES = 1 << 20;

    private final SqlTexts texts;
    private final Replies replies;
    private final List<Item> gathered = new ArrayList<>();
    private final List<Comment> comments = new ArrayList<>();
    private int bytes;

    /// Counts the groups of messages, each up to its Sync; a Query is a group of its own.
    private long group;

    /// Something of this group asks for an effect: the target counts that as a transaction.
    private boolean groupAsks;

    /// Something of this group is there: of a FunctionCall among it servers lose count.
    private boolean groupBegan;

    /// The last of them may let the client send rows: what comes next is no message to be judged.
    private boolean copies;

    /// A Sync is among them: what stands behind it is no longer passed over.
    private boolean synced;

    /// Nothing behind is judged before the target has answered all it owes.
    private boolean barrier;

    Gathering(SqlTexts texts, Replies replies) {
        this.texts = texts;
        this.replies = replies;
    }

    boolean isEmpty() {
        return gathered.isEmpty();
    }

    boolean full() {
        return copies || gathered.size() >= MAX_BATCH || bytes >= MAX_BATCH_BYTES;
    }

    /// Whether a Sync was gathered that is not forwarded yet.
    boolean synced() {
        return synced;
    }

    /// Whether the last of what was gathered may let the client send rows.
    boolean copies() {
        return copies;
    }

    /// What clients say in comments that no statement reaches the target with.
    ///
    /// @param action that it stood behind
    record Comment(ActionId action, String text) {}

    /// Those that were gathered; none is afterwards.
    List<Comment> comments() {
        var taken = List.copyOf(comments);
        comments.clear();
        return taken;
    }

    /// What was gathered; nothing is afterwards.
    List<Item> take() {
        copies = false;
        synced = false;
        var taken = List.copyOf(gathered);
        gathered.clear();
        bytes = 0;
        return taken;
    }

    /// The target owes nothing and nothing is under way: names mean what it confirmed, and no
    /// barrier is left.
    void certain() {
        barrier = false;
        replies.certain();
    }

    /// Whether it can only be judged once the target has answered all it owes.
    boolean mustWait(Frame frame) throws MalformedFrame {
        if (barrier) {
            return true;
        }
        var in = new Body(frame);
        return switch (frame.tag()) {
            case 'Q' -> namesWhatChanges(in.cstring());
            case 'P' -> {
                in.cstring();
                yield namesWhatChanges(in.cstring());
            }
            case 'B' -> {
                in.cstring();
                var name = in.cstring();
                var statement = replies.state.statements.get(name);
                yield replies.state.statements.inDoubt(name, group)
                        || (statement != null && namesWhatChanges(statement.text()));
            }
            case 'E' -> {
                var name = in.cstring();
                var portal = replies.state.portals.get(name);
                yield replies.state.portals.inDoubt(name, group)
                        || (portal != null && namesWhatChanges(text(portal)));
            }
            default -> false;
        };
    }

    /// Whether a text may mean a name whose change the target has not confirmed yet.
    private boolean namesWhatChanges(String sql) {
        var changing = replies.state.statements.changing();
        return !changing.isEmpty() && !texts.namesIn(sql, changing).isEmpty();
    }

    private static String text(Portal portal) {
        return portal.request.command().text().orElse(SqlTexts.UNKNOWN);
    }

    /// A message that must be judged.
    void asks(Frame frame) throws MalformedFrame {
        var in = new Body(frame);
        var bytes = Bytes.owned(frame.copy());
        switch (frame.tag()) {
            case 'Q' -> {
                var traced = Traced.read(in.cstring());
                in.done();
                var sql = traced.sql();
                barrier = texts.barrier(sql);
                copies = texts.copiesIn(sql);
                replies.state.statements.forget("", group);
                var asked = asked(request(sql, List.of(), List.of(), false, traced.said()));
                keep(traced, asked);
                add(
                        new Item.Query(
                                traced.message(bytes, Messages::query),
                                group,
                                copies && texts.single(sql) ? asked.spooling() : asked,
                                sql,
                                barrier));
                group++;
                groupAsks = false;
                groupBegan = false;
                return;
            }
            case 'P' -> {
                var name = name(in.cstring());
                var traced = Traced.read(in.cstring());
                var sql = traced.sql();
                var types = new ArrayList<Long>();
                for (int left = in.int16(); left > 0; left--) {
                    types.add(in.unsigned32());
                }
                in.done();
                var statement = new Prepared(name, sql, types, traced.said());
                replies.state.statements.define(name, statement, group);
                refuseTooMany(replies.state.statements, "statements");
                var declared =
                        types.stream().map(type -> new Request.Parameter(type, 0, null)).toList();
                var asked = asked(request(sql, declared, List.of(), true, traced.said()));
                keep(traced, asked);
                add(
                        new Item.Parse(
                                traced.message(
                                        bytes, (to, text) -> Messages.parse(to, name, text, types)),
                                group,
                                asked,
                                statement));
            }
            case 'B' -> bind(in, bytes);
            case 'E' -> execute(in, bytes);
            default -> {
                call(in, bytes);
                return;
            }
        }
        groupAsks = true;
    }

    /// The server cuts longer ones, so that two names would be one; and what the gateway closes and
    /// makes anew around a client's message is no name for a client.
    private static String name(String name) throws MalformedFrame {
        if (name.equals(Bounded.NAME) || name.equals(PostgresConversation.POISON_NAME)) {
            throw new MalformedFrame("a statement or portal cannot be named " + name);
        }
        if (name.getBytes(StandardCharsets.UTF_8).length > Text.MAX_NAME) {
            throw new MalformedFrame(
                    "a statement's or portal's name has at most " + Text.MAX_NAME + " bytes");
        }
        return name;
    }

    private static void refuseTooMany(Names<?> names, String what) throws MalformedFrame {
        if (names.full()) {
            throw new MalformedFrame(
                    "a session holds at most "
                            + Names.MAX
                            + " "
                            + what
                            + ", of "
                            + Names.MAX_BYTES
                            + " bytes together");
        }
    }

    private void bind(Body in, Bytes bytes) throws MalformedFrame {
        var name = name(in.cstring());
        var statement = replies.state.statements.get(name(in.cstring()));
        var types = statement == null ? List.<Long>of() : statement.types();
        var parameters = Arguments.read(in, i -> i < types.size() ? types.get(i) : 0);
        var results = Arguments.formats(in);
        in.done();
        var sql =
                statement == null
                        ? SqlTexts.UNKNOWN
                        : statement.text(); // of an unknown name nobody knows the text: the analyst
        // refuses it
        var said = statement == null ? Work.NONE : statement.said();
        var asked = asked(request(sql, parameters, results, false, said));
        var portal = new Portal(name, asked.request(), asked.id(), texts.barrier(sql), group);
        replies.state.portals.define(name, portal, group);
        if (!name.isEmpty()) {
            replies.state.statements.forget(LexedTexts.cursor(name), group); // one namespace
        }
        refuseTooMany(replies.state.portals, "portals");
        add(new Item.Bind(bytes, group, asked, portal));
    }

    private void execute(Body in, Bytes bytes) throws MalformedFrame {
        var portal = replies.state.portals.get(name(in.cstring()));
        in.int32();
        in.done();
        copies = portal != null && texts.copiesIn(text(portal));
        var request =
                portal == null
                        ? request(SqlTexts.UNKNOWN, List.of(), List.of(), false, Work.NONE)
                        : withNames(portal.request, now(portal));
        if (portal != null
                && !portal.spent
                && portal.group == group
                && request.equals(portal.request)) {
            portal.spent = true;
            barrier = portal.barrier;
            add(new Item.Run(bytes, group, portal));
            return;
        }
        barrier = portal == null || portal.barrier;
        add(new Item.Execute(bytes, group, asked(request), portal));
    }

    /// A FunctionCall: a function by its number, and a group of its own as a Query is.
    private void call(Body in, Bytes bytes) throws MalformedFrame {
        if (groupBegan) {
            throw new MalformedFrame("a FunctionCall inside of a pipeline, before its Sync");
        }
        var text = SqlTexts.FUNCTION_CALL + in.unsigned32();
        var arguments = Arguments.read(in, _ -> 0);
        var result = List.of(in.int16());
        in.done();
        add(new Item.Call(bytes, group, asked(request(text, arguments, result, false, Work.NONE))));
        group++;
        groupAsks = false;
        groupBegan = false;
    }

    /// What the names in a portal's text stand for by now.
    private List<Request.Named> now(Portal portal) {
        return texts.namesIn(text(portal), replies.state.statements.confirmed());
    }

    private static Request withNames(Request bound, List<Request.Named> more) {
        var names = new LinkedHashSet<>(bound.names());
        return names.addAll(more)
                ? new Request(
                        bound.command(),
                        bound.parameters(),
                        bound.resultFormats(),
                        List.copyOf(names),
                        bound.settings(),
                        bound.temporaryObjects(),
                        bound.stream(),
                        bound.prepare(),
                        bound.inTransaction(),
                        false,
                        bound.said())
                : bound;
    }

    /// A message that causes nothing by itself.
    void pass(Frame frame) throws MalformedFrame {
        var in = new Body(frame);
        var kind = Item.Pass.Kind.FLUSH;
        var name = "";
        switch (frame.tag()) {
            case 'D' -> {
                kind =
                        subject(in)
                                ? Item.Pass.Kind.DESCRIBE_STATEMENT
                                : Item.Pass.Kind.DESCRIBE_PORTAL;
                name = name(in.cstring());
            }
            case 'C' -> {
                boolean statement = subject(in);
                kind = statement ? Item.Pass.Kind.CLOSE_STATEMENT : Item.Pass.Kind.CLOSE_PORTAL;
                name = name(in.cstring());
                (statement ? replies.state.statements : replies.state.portals).forget(name, group);
            }
            case 'S' -> kind = Item.Pass.Kind.SYNC;
            default -> {
                // a Flush
            }
        }
        in.done();
        var portal =
                kind == Item.Pass.Kind.DESCRIBE_PORTAL ? replies.state.portals.get(name) : null;
        add(new Item.Pass(Bytes.owned(frame.copy()), group, kind, name, portal));
        if (kind == Item.Pass.Kind.SYNC) {
            synced = true;
            group++;
            groupAsks = false;
            groupBegan = false;
        }
    }

    private static boolean subject(Body in) throws MalformedFrame {
        return switch (in.int8()) {
            case 'S' -> true;
            case 'P' -> false;
            default ->
                    throw new MalformedFrame(
                            "a Describe or Close is of neither a statement nor a portal");
        };
    }

    private void add(Item item) {
        gathered.add(item);
        groupBegan = true;
        bytes += item.bytes().length();
    }

    private void keep(Traced traced, Asked asked) {
        if (!traced.comment().isEmpty()) {
            comments.add(new Comment(asked.id(), traced.comment()));
        }
    }

    private static Asked asked(Request request) {
        return new Asked(ActionId.fresh(), request);
    }

    private Request request(
            String sql,
            List<Request.Parameter> parameters,
            List<Integer> resultFormats,
            boolean prepare,
            Work said) {
        return new Request(
                Bytes.utf8(sql),
                parameters,
                resultFormats,
                texts.namesIn(sql, replies.state.statements.confirmed()),
                replies.state.settings(),
                replies.state.temporaryObjects(),
                null,
                prepare,
                groupAsks || !replies.atRest() || !replies.idle(),
                false,
                said);
    }
}
