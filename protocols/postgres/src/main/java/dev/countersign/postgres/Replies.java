package dev.countersign.postgres;

import dev.countersign.gate.ActionPermit;
import dev.countersign.gate.Conversation.Effects;
import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.MalformedFrame;
import dev.countersign.model.Facts;
import dev.countersign.model.Outcome;
import dev.countersign.model.Refusal;
import dev.countersign.model.Seen;
import dev.countersign.model.Verb;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The target's half of a session: which reply belongs to what, what of it the client is sent, and
/// what came of each action.
///
/// The target owes its replies in order, so one queue, *owed*, is all that is needed. After an
/// error the target skips everything up to the next Sync, and so does the queue. An action's
/// outcome is written at the ReadyForQuery that ends its group, because only then it is certain (a
/// deferred constraint may still fail), and that ReadyForQuery waits for it (I2).
///
/// What the target says when nobody asked, or in a kind that nobody expects, ends the session: it
/// is never passed on.
///
/// Longer than 400 lines, because every kind of reply decides by the head of that one queue.
final class Replies {
    /// The longest row that is held whole in order to be masked, in bytes.
    static final int MAX_MASKED_ROW = 16 << 20;

    final SessionState state;

    private final RowMasks masks;
    private final SqlTexts texts;
    private final Terms terms;
    private final Words words;
    private final Notifications notifications;
    private final Framing framing;

    private final RowDigest digest = new RowDigest();
    private final Deque<Expected> owed = new ArrayDeque<>();
    private final Outcomes outcomes = new Outcomes();
    private int syncsOwed;
    private byte status = 'I';
    private boolean touched;

    /// Something that changes anything was forwarded in the transaction that may be open.
    private boolean wrote;

    /// Something that may keep locks was.
    private boolean locks;

    private boolean refusedForExpiry;
    private boolean insideRow;
    private boolean unmaskable;
    private boolean lost;
    private boolean unheard;
    private boolean swallowing;

    /// After an error whose Sync has not come yet: the target passes over everything.
    private boolean discarding;

    private RowMasks.@Nullable Plan plan;

    private final Copies copies = new Copies();

    /// A RowDescription came since the last ReadyForQuery.
    private boolean described;

    /// @param recordedRows rows of an answer that are kept in the recording
    /// @param recordedBytes bytes of them
    /// @param catalogueChanged told when something ran that may have changed the catalogue
    /// @param maskNotices the client is told how many cells were masked
    /// @param detecting looks at what the target says beside rows; empty where nobody wants that
    /// @param channels whose notifications may be passed on
    record Terms(
            int recordedRows,
            int recordedBytes,
            Runnable catalogueChanged,
            boolean maskNotices,
            Optional<Detecting> detecting,
            Notifications.Channels channels) {}

    Replies(RowMasks masks, SqlTexts texts, Terms terms, Map<String, String> reported) {
        this.masks = masks;
        this.texts = texts;
        this.state = new SessionState(texts);
        this.terms = terms;
        this.words = new Words(masks, terms.detecting(), reported);
        this.notifications = new Notifications(terms.channels(), texts, words);
        this.framing = new MaskingFraming(PostgresFraming.target());
    }

    /// How a setting that the target reported at login looks.
    String shown(String setting, String value) {
        return words.seen(setting, value, new HashMap<>());
    }

    Framing framing() {
        return framing;
    }

    // ---- what the client's half wants to know

    /// The target owes nothing.
    boolean atRest() {
        return owed.isEmpty();
    }

    /// No transaction is open.
    boolean idle() {
        return status == 'I';
    }

    /// A transaction is open, and has failed.
    boolean failedTransaction() {
        return status == 'E';
    }

    boolean running() {
        return !owed.isEmpty();
    }

    /// A ReadyForQuery will come without anybody asking for more.
    boolean readyIsComing() {
        return syncsOwed > 0;
    }

    boolean midFrame() {
        return insideRow;
    }

    boolean unmaskable() {
        return unmaskable;
    }

    boolean lost() {
        return lost;
    }

    /// A notification came that this session may not hear.
    boolean unheard() {
        return unheard;
    }

    boolean discarding() {
        return discarding;
    }

    /// The transaction that may be open keeps locks, or may: more than its BEGIN and what is only
    /// prepared was forwarded in it.
    boolean keepsLocks() {
        return locks;
    }

    /// What is asked now may see changes that no other session sees.
    boolean wrote() {
        return wrote;
    }

    /// It was admitted, and would be passed over by the target.
    void passedOver(ActionPermit permit, Effects out) {
        passedOver(tally(permit), out);
    }

    void passedOver(Tally tally, Effects out) {
        skipped(tally, out);
    }

    boolean refusedForExpiry() {
        return refusedForExpiry;
    }

    /// Whether rows may come that must be looked at, so that the gateway has to ask for their shape
    /// itself.
    boolean mustKnowShape(ActionPermit permit) {
        return (masks.labelled() && sensitive(permit)) || masks.detects();
    }

    Tally tally(ActionPermit permit) {
        var action = permit.action();
        if (!action.request().prepare()) {
            boolean writes = action.verb() != Verb.READ;
            var functions =
                    action.facts() instanceof Facts.Sql sql ? sql.functions() : List.<String>of();
            wrote |= writes;
            locks |= writes || !action.resources().isEmpty() || !functions.isEmpty();
            for (var function : functions) {
                if (function.endsWith(OnlyHere.SET_BY_FUNCTION)) {
                    state.settingsUnknown();
                }
            }
        }
        touched |= sensitive(permit) || permit.action().verb() != Verb.READ;
        return new Tally(permit, digest, terms.recordedRows(), terms.recordedBytes());
    }

    void owe(Expected reply) {
        owed.add(reply);
        if (reply instanceof Expected.Query(_, var tally, var sql, _)) {
            notifications.sent(tally, sql);
        } else if (reply instanceof Expected.Execute(var tally, var portal)) {
            notifications.sent(tally, portal.request.command().text().orElse(""));
        }
        discarding &= !(reply instanceof Expected.Sync);
        if (reply instanceof Expected.Sync
                || reply instanceof Expected.Query
                || reply instanceof Expected.Call
                || (reply instanceof Expected.Ours(var own, _) && own.query())
                || (reply instanceof Expected.Poison(_, var query, _) && query)) {
            syncsOwed++;
        }
    }

    /// Whether the target waits for rows of the client.
    boolean copyingIn() {
        return copies.in();
    }

    /// Rows of a copy that the client sends, or their end.
    void copyIn(Frame frame, Effects out) {
        var tally = running(owed.peek());
        if (tally == null) {
            throw new IllegalStateException("a copy that nobody asked for");
        }
        copies.fromClient(frame, tally, out);
    }

    /// Whether another copy may begin before the client is to be read.
    boolean mayCopyAgain() {
        return owed.peek() instanceof Expected.Query;
    }

    /// Nothing is under way: names mean what the target confirmed.
    void certain() {
        state.certain();
    }

    // ---- what the target says

    void from(Frame frame, Effects out) throws MalformedFrame {
        if (!frame.first()) {
            switch (frame.tag()) {
                case 'd' -> copyData(frame, out);
                case 'V' -> result(frame, out);
                default -> rowPiece(frame, out);
            }
            return;
        }
        if (owed.peek() instanceof Expected.Ours(var own, _) && "ENSAZ".indexOf(frame.tag()) < 0) {
            own.take(frame);
            if (own.done()) {
                owed.remove();
            }
            return;
        }
        switch (frame.tag()) {
            case 'D' -> row(frame, out);
            case 'd' -> copyData(frame, out);
            case 'V' -> result(frame, out);
            case 'G', 'H' -> copyBegins(frame, out);
            case 'c' -> copyEnds(frame, out);
            case 'C', 'I' -> complete(frame, out);
            case 'Z' -> ready(frame, out);
            case 'T', 'n' -> shape(frame, out);
            case 't' -> {
                head(Expected.DescribeStatement.class, frame);
                toClient(frame, out);
            }
            case '1' -> {
                var parse = pop(Expected.Parse.class, frame);
                state.statements.hold(parse.statement().name(), parse.statement());
                outcomes.answered(parse.tally(), out);
                toClient(frame, out);
            }
            case '2' -> {
                var bind = pop(Expected.Bind.class, frame);
                state.portals.hold(bind.portal().name, bind.portal());
                if (!bind.portal().name.isEmpty()) {
                    state.statements.drop(LexedTexts.cursor(bind.portal().name)); // one namespace
                }
                outcomes.answered(bind.tally(), out);
                toClient(frame, out);
            }
            case '3' -> {
                var close = pop(Expected.Close.class, frame);
                (close.statement() ? state.statements : state.portals).drop(close.name());
                toClient(frame, out);
            }
            case 's' -> {
                var execute = pop(Expected.Execute.class, frame);
                finish(execute.tally(), "PortalSuspended", out);
                outcomes.answered(execute.tally(), out);
                end(execute.tally(), frame, out);
            }
            case 'E' -> error(frame, out);
            case 'N' -> {
                if (!ofOurs(frame)) {
                    words.notice(frame, open(permitOf(owed.peek())), !swallowing, masked(), out);
                }
            }
            case 'S' -> parameter(frame, out);
            case 'A' -> notification(frame, out);
            default ->
                    throw new MalformedFrame(
                            "the target sent a message that nobody asked for: "
                                    + Integer.toHexString(frame.tag()));
        }
    }

    private void row(Frame frame, Effects out) throws MalformedFrame {
        var tally = rows(frame);
        insideRow = !frame.last();
        if (tally.cut || tally.beyond(true)) {
            return;
        }
        if (Limits.cutsOff(tally, frame.length(), out)) {
            return;
        }
        var plan = this.plan;
        if (plan == null) {
            tally.row(frame);
            out.toClient(frame);
        } else {
            var masked = plan.apply(frame, out.allocator(), tally.masked);
            tally.row(masked, masked.readerIndex(), masked.writerIndex(), true, true);
            out.toClient(masked);
        }
    }

    private void rowPiece(Frame frame, Effects out) throws MalformedFrame {
        insideRow = !frame.last();
        var tally = rows(frame);
        if (!tally.cut && !tally.beyond(false)) {
            tally.row(frame);
            out.toClient(frame);
        }
    }

    /// What a FunctionCall gave, or a piece of it: there is one for each.
    private void result(Frame frame, Effects out) throws MalformedFrame {
        if (!(owed.peek() instanceof Expected.Call(_, var tally))
                || (frame.first() && (tally.rows() > 0 || tally.cut || !tally.ok()))) {
            throw unexpected(frame);
        }
        insideRow = !frame.last();
        if (frame.first() && Limits.exceeded(tally, frame.length())) {
            tally.cut = true; // it ran already: there is nothing to cancel
            tally.failed(Outcome.Status.ERROR, SqlState.LIMIT);
            Limits.error(tally, out);
        }
        if (!tally.cut) {
            tally.called(frame);
            toClient(frame, out);
        }
    }

    // ---- copies

    private static @Nullable Tally running(@Nullable Expected reply) {
        return switch (reply) {
            case Expected.Query query -> query.tally();
            case Expected.Execute execute -> execute.tally();
            case null, default -> null;
        };
    }

    /// A copy begins only where the text may be one.
    private void copyBegins(Frame frame, Effects out) throws MalformedFrame {
        var head = owed.peek();
        var sql =
                switch (head) {
                    case Expected.Query query -> query.sql();
                    case Expected.Execute(_, var portal) ->
                            portal.request.command().text().orElse("");
                    case null, default -> throw unexpected(frame);
                };
        var tally = running(head);
        boolean in = frame.tag() == 'G';
        if (tally == null
                || copies.running()
                || !(in ? texts.copiesIn(sql) : texts.copiesOut(sql))) {
            throw unexpected(frame);
        }
        var spooled = tally.permit.action().request().stream();
        if (in && spooled != null) {
            if (tally.hasStreamed()) {
                throw unexpected(frame); // it has them already
            }
            copies.beginIn();
            copies.spooled(spooled, tally, out); // the client sent it before
            return;
        }
        if (in) {
            copies.beginIn();
        } else {
            var mask = masks.copy(outputs(tally), tally.permit.obligations(), tally.masked);
            copies.beginOut(tally, mask, masks.lines());
        }
        toClient(frame, out);
    }

    private void copyData(Frame frame, Effects out) throws MalformedFrame {
        var tally = running(owed.peek());
        if (tally == null || !copies.out()) {
            throw unexpected(frame);
        }
        insideRow = !frame.last();
        if (!tally.cut && !(frame.first() && Limits.cutsOff(tally, frame.length(), out))) {
            copies.data(frame, tally, out);
        }
    }

    private void copyEnds(Frame frame, Effects out) throws MalformedFrame {
        var tally = running(owed.peek());
        if (tally == null || !copies.out()) {
            throw unexpected(frame);
        }
        copies.end(tally, out);
        if (!tally.cut) {
            toClient(frame, out);
        }
    }

    private Tally rows(Frame frame) throws MalformedFrame {
        return switch (owed.peek()) {
            case Expected.Query query -> {
                if (!described) {
                    throw new MalformedFrame("rows came before anybody knew their shape");
                }
                yield query.tally();
            }
            case Expected.Execute(var tally, var portal) -> {
                if (frame.first() && tally.rows() == 0) {
                    planFor(portal, tally);
                }
                yield tally;
            }
            case null, default -> throw unexpected(frame);
        };
    }

    /// Fails closed: rows of a sensitive statement whose shape nobody told are not passed on.
    private void planFor(Portal portal, Tally tally) throws MalformedFrame {
        var shape = portal.shape;
        if (shape == null && mustKnowShape(tally.permit)) {
            throw new MalformedFrame("rows came before anybody knew their shape");
        }
        plan = shape == null ? null : masks.plan(shape, tally.permit.obligations(), outputs(tally));
    }

    private void shape(Frame frame, Effects out) throws MalformedFrame {
        var shape = frame.tag() == 'n' ? Shape.NONE : Shape.read(frame);
        switch (owed.peek()) {
            case Expected.Query(_, var tally, _, _) when frame.tag() == 'T' -> {
                plan = masks.plan(shape, tally.permit.obligations(), outputs(tally));
                described = true;
                keepSeen(tally, out);
                tally.columns(shape);
                if (!cut(tally, out)) {
                    toClient(frame, out);
                }
            }
            case Expected.DescribeStatement _ -> {
                owed.remove();
                toClient(frame, out);
            }
            case Expected.DescribePortal(var portal, var ours) -> {
                owed.remove();
                if (portal != null) {
                    portal.shape = shape;
                    var tally = portal.tally;
                    if (tally != null) {
                        tally.columns(shape);
                    }
                }
                if (!ours) {
                    toClient(frame, out);
                }
            }
            case null, default -> throw unexpected(frame);
        }
    }

    private void complete(Frame frame, Effects out) throws MalformedFrame {
        copies.over();
        var tag = frame.tag() == 'C' ? new Body(frame).cstring() : "";
        switch (owed.peek()) {
            case Expected.Query(_, var tally, _, _) -> {
                if (swallowing) {
                    lose(out); // more of this Query ran behind the limit: the client cannot be
                    // told what
                    return;
                }
                finish(tally, tag, out);
                if (tally.cut) {
                    swallowing = true;
                }
                end(tally, frame, out);
            }
            case Expected.Execute(var tally, var portal) -> {
                owed.remove();
                portal.spent = true;
                finish(tally, tag, out);
                outcomes.answered(tally, out);
                state.ran(tally, portal.request.command().text().orElse(""));
                end(tally, frame, out);
            }
            case null, default -> throw unexpected(frame);
        }
    }

    private void finish(Tally tally, String tag, Effects out) {
        tally.complete(tag);
        var masked = tally.newlyMasked();
        if (terms.maskNotices() && !masked.isEmpty() && !tally.cut && !swallowing) {
            out.toClient(
                    Messages.notice(
                            out.allocator(),
                            "NOTICE",
                            SqlState.SUCCESSFUL,
                            "countersign masked cells by these rules: " + masked));
        }
        keepSeen(tally, out);
        if (!tag.isEmpty() && !tally.cut) {
            out.record(tally.permit.action().id(), new Seen.Text("tag", tag));
        }
        if (tally.cut && tally.ok()) {
            tally.failed(Outcome.Status.ERROR, SqlState.LIMIT);
        }
    }

    /// The end of one result: the target's own, or our error where the answer was cut.
    private void end(Tally tally, Frame frame, Effects out) {
        if (!tally.cut) {
            if (tally.heldBack()) {
                tally.holdBack(frame);
            } else {
                toClient(frame, out);
            }
            return;
        }
        Limits.error(tally, out);
        if (!(owed.peek() instanceof Expected.Query)) {
            // The cancel came too late, and the target goes on with what stands behind. Only where
            // that is nothing is our
            // error the truth.
            for (var next : owed) {
                if (next instanceof Expected.Sync) {
                    break;
                }
                if (!(next instanceof Expected.Close)) {
                    lose(out);
                    return;
                }
            }
            swallowing = true;
        }
    }

    private boolean cut(Tally tally, Effects out) {
        if (tally.cut) {
            lose(out);
        }
        return tally.cut;
    }

    private void lose(Effects out) {
        lost = true;
        Limits.end(out);
    }

    private void ready(Frame frame, Effects out) throws MalformedFrame {
        var in = new Body(frame);
        byte now = (byte) in.int8();
        in.done();
        if (now != 'I' && now != 'T' && now != 'E') {
            throw new MalformedFrame("a transaction status that does not exist");
        }
        boolean heldBack = false;
        long group =
                switch (owed.poll()) {
                    case Expected.Query(var of, var tally, var sql, _) -> {
                        state.statements.drop("");
                        outcomes.answered(tally, out);
                        state.ran(tally, sql);
                        heldBack = tally.heldBack();
                        yield of;
                    }
                    case Expected.Call(var of, var tally) -> {
                        if (tally.ok() && tally.rows() == 0) {
                            throw unexpected(frame); // it gave nothing, not even an error
                        }
                        keepSeen(tally, out);
                        outcomes.answered(tally, out);
                        yield of;
                    }
                    case Expected.Sync(var of) -> of;
                    case Expected.Ours(var own, _) when own.query() -> {
                        state.statements.drop("");
                        own.ready();
                        heldBack = true;
                        yield -1L;
                    }
                    case Expected.Poison(_, var query, var of) when query -> {
                        state.statements.drop("");
                        yield of;
                    }
                    case null, default -> throw unexpected(frame);
                };
        syncsOwed--;
        swallowing = false;
        status = now;
        plan = null;
        described = false;
        if (!heldBack) {
            rest(group, out);
            out.toClientSettled(frame);
        }
    }

    /// What was held back of an action's end is told.
    void release(Tally tally, Effects out) {
        var told = tally.release();
        if (told != null) {
            out.toClient(Unpooled.wrappedBuffer(told));
        }
    }

    /// The ReadyForQuery of a Query that was held back, as things stand now.
    void finish(long group, Effects out) {
        rest(group, out);
        var ready = Messages.readyForQuery(out.allocator(), (char) status);
        out.toClientSettled(Frame.whole('Z', ready));
        ready.release();
    }

    /// The target has answered a whole group.
    private void rest(long group, Effects out) {
        if (status == 'I') {
            state.portals.dropIf(portal -> portal.group <= group);
            touched = !owed.isEmpty() && touched;
            wrote = !owed.isEmpty() && wrote;
            locks = !owed.isEmpty() && locks;
            if (state.catalogueMayHaveChanged()) {
                terms.catalogueChanged().run();
            }
        }
        outcomes.settle(out);
    }

    // ---- errors, notices, parameters

    private void error(Frame frame, Effects out) throws MalformedFrame {
        copies.over();
        var texts = ErrorTexts.read(frame);
        switch (owed.peek()) {
            case null ->
                    words.error(
                            texts, frame, false, masked(),
                            out); // unasked: the target says good-bye
            case Expected.Poison(var refusal, var query, _) -> {
                out.toClient(Messages.refusal(out.allocator(), refusal));
                refusedForExpiry |= refusal.reason() == Refusal.Reason.EXPIRED;
                if (!query) {
                    skip(out);
                }
            }
            case Expected.Query(_, var tally, _, _) -> {
                if (!tally.heldBack() || tally.ok()) {
                    failed(tally, texts, frame, out);
                } // otherwise its transaction had failed before, and that is told
            }
            case Expected.Ours(var own, var tally) -> oursFailed(own, tally, texts, frame, out);
            case Expected.Call(_, var tally) -> failed(tally, texts, frame, out);
            case Expected.Sync _ -> {
                outcomes.failed(open(null) ? texts.code() : texts.told());
                words.error(texts, frame, open(null), masked(), out);
            }
            case Expected.Parse(var tally, var statement) -> {
                if (statement.name().isEmpty()) {
                    state.statements.drop(""); // a failing Parse takes the unnamed statement away
                }
                failed(tally, texts, frame, out);
            }
            case Expected.Bind(var tally, _) -> failed(tally, texts, frame, out);
            case Expected.Execute(var tally, _) -> failed(tally, texts, frame, out);
            case Expected.DescribePortal(var portal, _)
                    when portal != null && portal.tally != null ->
                    failed(portal.tally, texts, frame, out);
            case Expected.DescribePortal _, Expected.DescribeStatement _, Expected.Close _ -> {
                words.error(texts, frame, open(null), masked(), out);
                skip(out);
            }
        }
    }

    private void failed(Tally tally, ErrorTexts texts, Frame frame, Effects out)
            throws MalformedFrame {
        boolean open = open(tally.permit);
        var code = open ? texts.code() : texts.told();
        if (tally.ok()) {
            tally.failed(Outcome.Status.ERROR, tally.cut ? SqlState.LIMIT : code);
        }
        keepSeen(tally, out);
        var id = tally.permit.action().id();
        if (swallowing) {
            tally.cut = true; // our error went out already
        } else if (tally.cut) {
            Limits.error(tally, out);
        } else {
            var told = words.error(texts, frame, open, tally.masked, out);
            out.record(id, new Seen.Text("error", code + " " + told));
        }
        if (!(owed.peek() instanceof Expected.Query
                || owed.peek() instanceof Expected.Call
                || (owed.peek() instanceof Expected.Ours(var own, _) && own.query()))) {
            skip(out);
        }
    }

    /// What goes wrong with a statement of the gateway's own goes wrong with the action that it
    /// stands around: its client is told once.
    private void oursFailed(
            OwnStatement own, Tally tally, ErrorTexts texts, Frame frame, Effects out)
            throws MalformedFrame {
        own.failed();
        if (tally.ok()) {
            outcomes.answered(tally, out);
            failed(tally, texts, frame, out);
        } else if (!own.query()) {
            skip(out);
        }
    }

    /// After an error the target discards all up to the next Sync: what was forwarded of that did
    /// not run.
    private void skip(Effects out) {
        while (owed.peek() != null && !(owed.peek() instanceof Expected.Sync)) {
            switch (owed.remove()) {
                case Expected.Query(_, var tally, _, _) -> {
                    syncsOwed--;
                    skipped(tally, out);
                }
                case Expected.Call(_, var tally) -> {
                    syncsOwed--;
                    skipped(tally, out);
                }
                case Expected.Parse(var tally, _) -> skipped(tally, out);
                case Expected.Bind(var tally, _) -> skipped(tally, out);
                case Expected.Execute(var tally, _) -> skipped(tally, out);
                case Expected.Ours(var own, var tally) -> {
                    syncsOwed -= own.query() ? 1 : 0;
                    skipped(tally, out);
                }
                case Expected.Poison(_, var query, _) -> syncsOwed -= query ? 1 : 0;
                case Expected.DescribePortal _, Expected.DescribeStatement _, Expected.Close _ -> {
                    // causes nothing
                }
                case Expected.Sync _ -> throw new IllegalStateException("looked at and not there");
            }
        }
        discarding = owed.isEmpty();
    }

    private void skipped(Tally tally, Effects out) {
        if (tally.ok()) {
            tally.failed(Outcome.Status.ERROR, "skipped");
        }
        outcomes.answered(tally, out);
    }

    private void notification(Frame frame, Effects out) throws MalformedFrame {
        if (!notifications.pass(frame, out)) {
            unheard = true;
            throw new MalformedFrame(
                    "the target notified a channel that this session may not hear");
        }
    }

    /// A warning about a statement of the gateway's own: older servers want SET CONSTRAINTS inside
    /// of BEGIN and COMMIT, and do it all the same. What triggers say meanwhile is the client's.
    private boolean ofOurs(Frame frame) throws MalformedFrame {
        return owed.peek() instanceof Expected.Ours
                && ErrorTexts.read(frame).code().equals("25P01");
    }

    private void parameter(Frame frame, Effects out) throws MalformedFrame {
        var running = owed.peek() instanceof Expected.Query query ? query.sql() : "";
        words.parameter(frame, state.settings(), running, !swallowing, masked(), out);
    }

    /// Whether the target's own words may be passed on.
    private boolean open(@Nullable ActionPermit permit) {
        if (!masks.labelled()) {
            return true;
        }
        return !touched
                && (permit == null || (!sensitive(permit) && permit.action().verb() == Verb.READ));
    }

    private static @Nullable ActionPermit permitOf(@Nullable Expected reply) {
        var tally = tallyOf(reply);
        return tally == null ? null : tally.permit;
    }

    private static @Nullable Tally tallyOf(@Nullable Expected reply) {
        return switch (reply) {
            case Expected.Query query -> query.tally();
            case Expected.Call call -> call.tally();
            case Expected.Parse parse -> parse.tally();
            case Expected.Bind bind -> bind.tally();
            case Expected.Execute execute -> execute.tally();
            case Expected.Ours ours -> ours.tally();
            case null, default -> null;
        };
    }

    /// Counts what is masked in words of the target: of what is being answered, or else of what
    /// waits for its outcome.
    private Map<String, Long> masked() {
        var tally = tallyOf(owed.peek());
        return tally == null ? outcomes.masked() : tally.masked;
    }

    /// Where the columns of the next result come from.
    private static Facts.Outputs outputs(Tally tally) {
        return tally.permit.action().facts() instanceof Facts.Sql sql
                ? sql.sensitive()
                        ? tally.results() < sql.outputs().size()
                                ? sql.outputs().get(tally.results())
                                : Facts.Outputs.UNKNOWN
                        : Facts.Outputs.HARMLESS
                : Facts.Outputs.UNKNOWN;
    }

    private static boolean sensitive(ActionPermit permit) {
        return !(permit.action().facts() instanceof Facts.Sql sql) || sql.sensitive();
    }

    // ---- outcomes

    private void keepSeen(Tally tally, Effects out) {
        var seen = tally.seen();
        if (seen != null) {
            out.record(tally.permit.action().id(), seen);
        }
    }

    // ---- the queue

    private void toClient(Frame frame, Effects out) {
        if (!swallowing) {
            out.toClient(frame);
        }
    }

    private <E extends Expected> E head(Class<E> kind, Frame frame) throws MalformedFrame {
        if (!kind.isInstance(owed.peek())) {
            throw unexpected(frame);
        }
        return kind.cast(owed.element());
    }

    private <E extends Expected> E pop(Class<E> kind, Frame frame) throws MalformedFrame {
        var head = head(kind, frame);
        owed.remove();
        return head;
    }

    private static MalformedFrame unexpected(Frame frame) {
        return new MalformedFrame(
                "the target sent '" + (char) frame.tag() + "' where nobody expects it");
    }

    /// A row that is to be masked must be whole, and so has a maximum; any other may be a gigabyte
    /// and comes in pieces.
    private final class MaskingFraming implements Framing {
        private final Framing plain;

        MaskingFraming(Framing plain) {
            this.plain = plain;
        }

        @Override
        public long peek(ByteBuf in, int at, int available) throws MalformedFrame {
            long header = plain.peek(in, at, available);
            if (header != INCOMPLETE
                    && Framing.tag(header) == 'D'
                    && masking()
                    && Framing.length(header) > MAX_MASKED_ROW) {
                unmaskable = true;
                throw new MalformedFrame(
                        "a row of more than " + MAX_MASKED_ROW + " bytes cannot be masked");
            }
            return header;
        }

        @Override
        public boolean pieces(int tag) {
            return plain.pieces(tag) && !(tag == 'D' && masking());
        }

        private boolean masking() {
            return (masks.labelled() || masks.detects())
                    && switch (owed.peek()) {
                        case Expected.Query _ -> plan != null;
                        case Expected.Execute(var tally, _) -> mustKnowShape(tally.permit);
                        case null, default -> false;
                    };
        }
    }
}
