package dev.countersign.evidence;

import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Effect;
import dev.countersign.model.Evidence;
import dev.countersign.model.Facts;
import dev.countersign.model.JsonText;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Makes drafts of what is to be written: bodies as `docs/evidence-format.md` fixes them, payloads
/// sealed. One thread uses it: the writer's, while the event loops go on with other sessions.
///
/// Of what a caller wrote nothing stands inline but names that the catalogue knows and the shape of
/// a statement; everything else is in the payload.
///
/// Longer than 400 lines, because each kind of record has its few lines here, in one place.
final class Encoder {
    /// Of a body in which the writer fills in nothing.
    private static final int NO_SLOT = 0;

    /// Objects named inline; the payload has all.
    static final int MAX_OBJECTS = 64;

    /// Characters of a shape; a longer one is cut, the payload has all.
    static final int MAX_SHAPE = 8_192;

    private final PayloadKey payloadKey;
    private final RecordIds ids;
    private final SecureRandom random = new SecureRandom();
    private final Map<SessionId, Open> open = new HashMap<>();
    private final JsonText body = new JsonText(4_096);
    private String policy = "";

    /// A session that records are written of.
    private record Open(Scope scope, Draft.Fragments fragments) {}

    Encoder(PayloadKey payloadKey, RecordIds ids) {
        this.payloadKey = payloadKey;
        this.ids = ids;
    }

    List<Draft> drafts(List<? extends Evidence> records) {
        var drafts = new ArrayList<Draft>(records.size());
        for (var record : records) {
            drafts.add(draft(record));
        }
        return drafts;
    }

    Draft draft(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Configured(var digest, var bundle, var summary, var by, var from) -> {
                policy = bundle.toString();
                var body = body().put("digest", digest).put("policy", bundle);
                Approvals.reviewer(body, by);
                body.key("summary").raw(summary.text());
                yield from == null
                        ? plain("config.change", body)
                        : outside("config.change", value(from::write), body);
            }
            case Evidence.IssuerKeys(var issuer, var jwks) ->
                    plain("idp.jwks", body().put("issuer", issuer).key("jwks").raw(jwks.text()));
            case Evidence.Alert(var code, var facts) -> alert(code, facts);
            case Evidence.LoginFailed(var from, var code, var times) ->
                    outside(
                            "auth.fail",
                            value(from::write),
                            body().put("code", code).put("times", times));
            case Evidence.LoggedIn(var session, var method, var token) ->
                    loggedIn(session, method, token);
            case Evidence.SessionOpened(var session) -> opened(session);
            case Evidence.SessionClosed(var session, var reason) -> closed(session, reason);
            case Evidence.Intent intent -> intent(intent);
            case Evidence.Settled(var session, var all) -> settled(session, all);
            case Evidence.ByGateway(var session, var action, var why) ->
                    ofSession(
                            "gateway.statement",
                            session,
                            body().put("action", action.value())
                                    .put("by", "gateway")
                                    .put("why", why),
                            NO_SLOT,
                            Draft.Late.NONE);
            case Evidence.Recorded(var session, var chunk, var from, var lines) ->
                    recorded(session, chunk, from.toMillis(), lines);
            case Evidence.ReviewRequested requested -> requested(requested);
            case Evidence.Ruled ruled -> ruled(ruled);
            case Evidence.ApprovalConsumed consumed -> consumed(consumed);
            case Evidence.RulingRefused(var review, var by, var from, var code) -> {
                var body = body().put("code", code).put("review", review.value());
                Approvals.reviewer(body, by);
                yield outside("approval.refused", value(from::write), body);
            }
            case Evidence.CredentialMinted minted ->
                    outside(
                            "credential.mint",
                            value(minted.from()::write),
                            Credentials.minted(body(), minted));
            case Evidence.CredentialRevoked revoked ->
                    outside(
                            "credential.revoke",
                            value(revoked.from()::write),
                            Credentials.revoked(body(), revoked));
            case Evidence.Read(var by, var from, var what, var of) -> {
                var body = body().putIfAny("of", of);
                Approvals.reviewer(body, by);
                yield outside("evidence.read", value(from::write), body.put("what", what));
            }
        };
    }

    /// The beginning of a body; whoever makes the draft closes it. One at a time, because all share
    /// their memory.
    JsonText body() {
        return body.again().open();
    }

    /// A value for itself, which a body under way does not notice.
    private static Bytes value(Consumer<JsonText> what) {
        var out = new JsonText();
        what.accept(out);
        return Bytes.owned(out.utf8());
    }

    /// A record that belongs to no session.
    Draft plain(String kind, JsonText body) {
        return outside(kind, Bytes.EMPTY, body);
    }

    private Draft outside(String kind, Bytes source, JsonText body) {
        return new Draft(
                kind,
                ids.next(),
                null,
                source,
                "",
                Bytes.owned(body.close().utf8()),
                NO_SLOT,
                Draft.Late.NONE,
                null,
                null);
    }

    private Draft alert(String code, Map<String, String> facts) {
        var body = body().put("code", code).key("facts").open();
        new TreeMap<>(facts).forEach(body::put);
        return plain("alert", body.close());
    }

    private Draft intent(Evidence.Intent intent) {
        var action = intent.action();
        var refusal = intent.refusal();
        var request = action.request();
        var session = action.session();
        var scope = open(session).scope();
        var id = action.id().value();
        var sealed = scope.seal(id, Scope.ACTION, action.canonical());
        var body = body().put("bytes", request.command().length());
        Verdicts.write(body.key("decision"), intent.decision());
        body.put(
                "effects",
                action.effects().stream().map(Effect::word).sorted().toList(),
                JsonText::text);
        if (intent.facts() && action.facts() instanceof Facts.Sql sql) {
            JudgedBy.write(body.key("facts"), sql, action.shape());
        }
        body.put("kind", action.facts().kind());
        if (!action.resources().isEmpty()) {
            body.put(
                    "objects",
                    action.resources().subList(0, Math.min(MAX_OBJECTS, action.resources().size())),
                    (to, resource) -> resource.write(to));
        }
        var opinion = intent.opinion();
        if (opinion != null) {
            opinion.write(body.key("opinion"));
        }
        body.put("parameters", request.parameters().size());
        int slot = payload(body.key("payload"), sealed, scope);
        body.put("prepare", request.prepare());
        if (refusal != null) {
            body.put("refused", refusal.reason().word());
        }
        body.put("shape", action.shape().length() <= MAX_SHAPE ? action.shape() : cut(action));
        body.put("verb", action.verb().word());
        return withPayload("intent", id, session, policy, body, slot, Draft.Late.WHERE, sealed);
    }

    private static String cut(Action action) {
        int end = MAX_SHAPE;
        if (Character.isHighSurrogate(action.shape().charAt(end - 1))) {
            end--;
        }
        return action.shape().substring(0, end) + "…";
    }

    private Draft settled(Session session, List<Evidence.Ended> all) {
        var actions = new ArrayList<Draft.Late.Ended>(all.size());
        var body = body();
        if (all.size() == 1) {
            actions.add(outcome(session, all.getFirst(), body));
        } else {
            body.put(
                    "of",
                    all,
                    (to, one) -> {
                        actions.add(outcome(session, one, to.open()));
                        to.close();
                    });
        }
        return ofSession("outcome", session, body, NO_SLOT, new Draft.Late.IntentsOf(actions));
    }

    private Draft.Late.Ended outcome(Session session, Evidence.Ended ended, JsonText body) {
        var outcome = ended.outcome();
        body.put("action", ended.action().value())
                .put("bytes", outcome.bytes())
                .putIfAny("code", outcome.code())
                .key("intent");
        int slot = body.slot();
        if (!outcome.masked().isEmpty()) {
            body.key("masked").open();
            new TreeMap<>(outcome.masked()).forEach(body::put);
            body.close();
        }
        var digest = outcome.response();
        if (digest != null) {
            body.put("response", open(session).scope().response(digest));
        }
        body.put("rows", outcome.rows()).put("status", outcome.status().word());
        var stream = outcome.stream();
        if (stream != null) {
            body.put("stream", open(session).scope().stream(stream));
        }
        body.put("took_us", outcome.took().toNanos() / 1_000);
        return new Draft.Late.Ended(ended.action(), slot);
    }

    private Draft loggedIn(Session session, String method, Bytes token) {
        var scope = open(session).scope();
        var id = ids.next();
        var sealed = scope.seal(id, Scope.TOKEN, token.toArray());
        var credential = session.credential();
        var body =
                body().putIfAny("credential", credential == null ? "" : credential.value())
                        .put("method", method);
        int slot = payload(body.key("payload"), sealed, scope);
        return withPayload("auth.ok", id, session, "", body, slot, Draft.Late.WHERE, sealed);
    }

    private Draft opened(Session session) {
        var body =
                body().put("read_only", session.readOnly())
                        .put("settings", new TreeSet<>(session.startup().keySet()), JsonText::text);
        return ofSession("session.open", session, body, NO_SLOT, Draft.Late.NONE);
    }

    private Draft closed(Session session, String reason) {
        var late = new Draft.Late.Sum(reason);
        var draft =
                draft("session.close", ids.next(), session, "", Bytes.EMPTY, NO_SLOT, late, null);
        open.remove(session.id());
        return draft;
    }

    private Draft recorded(Session session, long chunk, long from, Bytes lines) {
        var scope = open(session).scope();
        var id = ids.next();
        var sealed = scope.seal(id, Scope.RECORDING, lines.toArray());
        var body = body().put("chunk", chunk).put("from_ms", from);
        int slot = payload(body.key("payload"), sealed, scope);
        var late = new Draft.Late.Chunk(sealed.cm());
        return withPayload("rec.chunk", id, session, "", body, slot, late, sealed);
    }

    // ---- reviews

    private Draft requested(Evidence.ReviewRequested requested) {
        var body = body();
        int slot = Approvals.requested(body, requested);
        var late = new Draft.Late.IntentOf(requested.action().id(), slot);
        return ofSession("approval.request", requested.action().session(), body, NO_SLOT, late);
    }

    private Draft consumed(Evidence.ApprovalConsumed consumed) {
        var body = body();
        int slot = Approvals.consumed(body, consumed);
        var late = new Draft.Late.IntentOf(consumed.action().id(), slot);
        return ofSession("approval.consume", consumed.action().session(), body, NO_SLOT, late);
    }

    /// A ruling belongs to no session: its words are erased for themselves.
    private Draft ruled(Evidence.Ruled ruled) {
        var id = ids.next();
        var scope = scope(id);
        var sealed = scope.seal(id, Scope.RULING, Approvals.words(ruled));
        var body = body();
        Approvals.ruledBefore(body, ruled);
        int slot = payload(body.key("payload"), sealed, scope);
        Approvals.ruledBehind(body, ruled);
        return new Draft(
                "approval.ruling",
                id,
                null,
                Bytes.EMPTY,
                policy,
                Bytes.owned(body.close().utf8()),
                slot,
                Draft.Late.WHERE,
                sealed.object(),
                new Draft.Key(scope.name, Bytes.owned(scope.wrapped)));
    }

    /// @return where its place goes
    private static int payload(JsonText to, Scope.Sealed sealed, Scope scope) {
        to.open()
                .put("cm", sealed.cm())
                .put("ct", sealed.ct())
                .put("len", sealed.length())
                .put("media", sealed.media())
                .put("scope", scope.name)
                .key("where");
        int slot = to.slot();
        to.close();
        return slot;
    }

    private Draft ofSession(
            String kind, Session session, JsonText body, int slot, Draft.Late late) {
        var whole = Bytes.owned(body.close().utf8());
        return draft(kind, ids.next(), session, "", whole, slot, late, null);
    }

    private Draft withPayload(
            String kind,
            String id,
            Session session,
            String policy,
            JsonText body,
            int slot,
            Draft.Late late,
            Scope.Sealed sealed) {
        var whole = Bytes.owned(body.close().utf8());
        return draft(kind, id, session, policy, whole, slot, late, sealed);
    }

    private Draft draft(
            String kind,
            String id,
            Session session,
            String policy,
            Bytes body,
            int slot,
            Draft.Late late,
            Scope.@Nullable Sealed sealed) {
        var at = open(session);
        return new Draft(
                kind,
                id,
                at.fragments(),
                Bytes.EMPTY,
                policy,
                body,
                slot,
                late,
                sealed == null ? null : sealed.object(),
                kind.equals("auth.ok")
                        ? new Draft.Key(at.scope().name, Bytes.owned(at.scope().wrapped))
                        : null);
    }

    private Open open(Session session) {
        return open.computeIfAbsent(session.id(), _ -> begin(session));
    }

    private Scope scope(String name) {
        var dek = new byte[PayloadKey.BYTES];
        random.nextBytes(dek);
        return new Scope(name, dek, payloadKey.wrap(name, dek), new SecureRandom());
    }

    private Open begin(Session session) {
        var name = session.id().value();
        var who = session.who();
        var target = session.where();
        var work = session.work();
        return new Open(
                scope(name),
                new Draft.Fragments(
                        name,
                        who.actor().issuer() + "#" + who.actor().subject(),
                        value(who::write),
                        value(session.from()::write),
                        value(out -> named(target, out)),
                        work.assurance() == Work.Assurance.B0
                                ? Bytes.EMPTY
                                : value(out -> assured(work, out))));
    }

    private static void named(Target target, JsonText out) {
        out.open()
                .put("conn", target.name())
                .put("host", target.address())
                .putIfAny("ns", target.namespace())
                .put("type", target.protocol())
                .close();
    }

    private static void assured(Work work, JsonText out) {
        out.open().put("assurance", work.assurance().name()).close();
    }
}
