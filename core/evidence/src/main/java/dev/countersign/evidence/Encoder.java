package dev.countersign.evidence;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Evidence;
import dev.countersign.model.Json;
import dev.countersign.model.Obligations;
import dev.countersign.model.Outcome;
import dev.countersign.model.Refusal;
import dev.countersign.model.Resource;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Work;
import java.security.SecureRandom;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Makes drafts of what is to be written: bodies as `docs/evidence-format.md` fixes them, payloads
/// sealed. Runs on the caller's thread, so that many sessions share the work.
///
/// Of what a caller wrote nothing stands inline but names that the catalogue knows and the shape of
/// a statement; everything else is in the payload.
final class Encoder {
    /// The body's slot that the writer fills in; it cannot stand in JSON.
    private static final String SLOT = "\u0000";

    /// Objects named inline; the payload has all.
    static final int MAX_OBJECTS = 64;

    /// Characters of a shape; a longer one is cut, the payload has all.
    static final int MAX_SHAPE = 8_192;

    private final PayloadKey payloadKey;
    private final RecordIds ids;
    private final SecureRandom random = new SecureRandom();
    private final Map<SessionId, Open> open = new ConcurrentHashMap<>();
    private volatile String policy = "";

    /// A session that records are written of.
    private record Open(Scope scope, Draft.Fragments fragments) {}

    Encoder(PayloadKey payloadKey, RecordIds ids) {
        this.payloadKey = payloadKey;
        this.ids = ids;
    }

    Draft draft(Evidence evidence) {
        return switch (evidence) {
            case Evidence.Configured(var digest, var bundle, var summary) -> {
                policy = bundle.toString();
                yield plain(
                        "config.change",
                        Json.object()
                                .put("digest", digest.toString())
                                .put("policy", bundle.toString())
                                .put("summary", summary)
                                .build(),
                        true);
            }
            case Evidence.IssuerKeys(var issuer, var jwks) ->
                    plain(
                            "idp.jwks",
                            Json.object().put("issuer", issuer).put("jwks", jwks).build(),
                            true);
            case Evidence.Alert(var code, var facts) -> alert(code, facts);
            case Evidence.LoginFailed(var from, var code, var times) ->
                    new Draft(
                            "auth.fail",
                            ids.next(),
                            null,
                            from.json().text(),
                            "",
                            Json.object().put("code", code).put("times", times).build().text(),
                            Draft.Late.NONE,
                            "",
                            null,
                            null,
                            false);
            case Evidence.LoggedIn(var session, var method, var token) ->
                    withPayload(
                            "auth.ok",
                            ids.next(),
                            session,
                            "",
                            Json.object().put("method", method),
                            Scope.TOKEN,
                            token.toArray(),
                            Draft.Late.WHERE,
                            true);
            case Evidence.SessionOpened(var session) ->
                    ofSession(
                            "session.open",
                            session,
                            Json.object()
                                    .put("read_only", session.readOnly())
                                    .put(
                                            "settings",
                                            Json.strings(
                                                    new TreeMap<>(session.startup()).keySet())),
                            Draft.Late.NONE,
                            true);
            case Evidence.SessionClosed(var session, var reason) -> closed(session, reason);
            case Evidence.Intent(var action, var decision, var refusal) ->
                    intent(action, decision, refusal);
            case Evidence.Settled(var session, var action, var outcome) ->
                    outcome(session, action, outcome);
            case Evidence.ByGateway(var session, var action, var why) ->
                    ofSession(
                            "gateway.statement",
                            session,
                            Json.object()
                                    .put("action", action.value())
                                    .put("by", "gateway")
                                    .put("why", why),
                            Draft.Late.NONE,
                            false);
            case Evidence.Recorded(var session, var chunk, var from, var lines) ->
                    withPayload(
                            "rec.chunk",
                            ids.next(),
                            session,
                            "",
                            Json.object().put("chunk", chunk).put("from_ms", from.toMillis()),
                            Scope.RECORDING,
                            lines.toArray(),
                            null,
                            false);
        };
    }

    /// A record that belongs to no session.
    Draft plain(String kind, Json.Obj body, boolean beginning) {
        return new Draft(
                kind,
                ids.next(),
                null,
                "",
                "",
                body.text(),
                Draft.Late.NONE,
                "",
                null,
                null,
                beginning);
    }

    private Draft alert(String code, Map<String, String> facts) {
        var told = new TreeMap<String, Json>();
        facts.forEach((name, value) -> told.put(name, Json.of(value)));
        return plain(
                "alert",
                Json.object().put("code", code).put("facts", new Json.Obj(told)).build(),
                false);
    }

    private Draft intent(Action action, Decision decision, @Nullable Refusal refusal) {
        var request = action.request();
        var body =
                Json.object()
                        .put("bytes", request.command().length())
                        .put("decision", decision(decision))
                        .put(
                                "effects",
                                Json.strings(
                                        action.effects().stream()
                                                .map(Effect::word)
                                                .sorted()
                                                .toList()))
                        .put("kind", action.facts().kind())
                        .put("parameters", request.parameters().size())
                        .put("prepare", request.prepare())
                        .put(
                                "shape",
                                action.shape().length() <= MAX_SHAPE
                                        ? action.shape()
                                        : cut(action.shape()))
                        .put("verb", action.verb().word());
        if (!action.resources().isEmpty()) {
            body.put(
                    "objects",
                    Json.list(
                            action.resources().stream().limit(MAX_OBJECTS).toList(),
                            Resource::json));
        }
        if (refusal != null) {
            body.put("refused", refusal.reason().word());
        }
        return withPayload(
                "intent",
                action.id().value(),
                action.session(),
                policy,
                body,
                Scope.ACTION,
                action.canonical().canonical(),
                Draft.Late.WHERE,
                true);
    }

    private static String cut(String shape) {
        int end = MAX_SHAPE;
        if (Character.isHighSurrogate(shape.charAt(end - 1))) {
            end--;
        }
        return shape.substring(0, end) + "…";
    }

    private static Json decision(Decision decision) {
        var out =
                Json.object()
                        .put(
                                "because",
                                Json.list(decision.because(), rule -> Json.of(rule.toString())));
        return switch (decision) {
            case Decision.Allow(_, var obligations) ->
                    obliged(out.put("verdict", "allow"), obligations).build();
            case Decision.Require(_, var requirements, var obligations) ->
                    obliged(out.put("verdict", "require"), obligations)
                            .put("requirements", Json.list(requirements, Encoder::requirement))
                            .build();
            case Decision.Deny(_, var words) ->
                    out.put("verdict", "deny").put("message", words).build();
        };
    }

    private static Json.Builder obliged(Json.Builder out, Obligations obligations) {
        if (obligations.maxRows() != Obligations.UNLIMITED) {
            out.put("max_rows", obligations.maxRows());
        }
        if (obligations.maxBytes() != Obligations.UNLIMITED) {
            out.put("max_bytes", obligations.maxBytes());
        }
        if (!obligations.masks().isEmpty()) {
            out.put(
                    "masks",
                    Json.list(
                            obligations.masks(),
                            mask ->
                                    Json.object()
                                            .put("labels", Json.strings(mask.labels()))
                                            .putIfAny("with", mask.with())
                                            .build()));
        }
        return out;
    }

    private static Json requirement(Decision.Requirement requirement) {
        return switch (requirement) {
            case Decision.Requirement.Approval(var panel, var count, var within) ->
                    Json.object()
                            .put("approval", panel)
                            .put("count", count)
                            .put("within_s", within.toSeconds())
                            .build();
            case Decision.Requirement.StepUp(var method, var maxAge) ->
                    Json.object()
                            .put("step_up", method)
                            .put("max_age_s", maxAge.toSeconds())
                            .build();
            case Decision.Requirement.Justification(var min) ->
                    Json.object().put("justification", min).build();
        };
    }

    private Draft outcome(Session session, ActionId action, Outcome outcome) {
        var body =
                Json.object()
                        .put("action", action.value())
                        .put("bytes", outcome.bytes())
                        .putIfAny("code", outcome.code())
                        .put("intent", SLOT)
                        .put("rows", outcome.rows())
                        .put("status", outcome.status().word())
                        .put("took_us", outcome.took().toNanos() / 1_000);
        var digest = outcome.response();
        if (digest != null) {
            body.put("response", open(session).scope().response(digest).toString());
        }
        if (!outcome.masked().isEmpty()) {
            var masked = new TreeMap<String, Json>();
            outcome.masked().forEach((label, cells) -> masked.put(label, Json.of(cells)));
            body.put("masked", new Json.Obj(masked));
        }
        return ofSession("outcome", session, body, new Draft.Late.IntentOf(action), false);
    }

    private Draft closed(Session session, String reason) {
        var draft =
                ofSession(
                        "session.close",
                        session,
                        Json.object().put("chunks", SLOT).put("reason", reason),
                        Draft.Late.SUM,
                        false);
        open.remove(session.id());
        return draft;
    }

    private Draft ofSession(
            String kind, Session session, Json.Builder body, Draft.Late late, boolean beginning) {
        var at = open(session);
        var text = body.build().text();
        int slot = late instanceof Draft.Late.None ? -1 : text.indexOf("\"\\u0000\"");
        return new Draft(
                kind,
                ids.next(),
                at.fragments(),
                "",
                "",
                slot < 0 ? text : text.substring(0, slot),
                late,
                slot < 0 ? "" : text.substring(slot + 8),
                null,
                null,
                beginning);
    }

    private Draft withPayload(
            String kind,
            String id,
            Session session,
            String policy,
            Json.Builder body,
            String media,
            byte[] content,
            Draft.@Nullable Late late,
            boolean beginning) {
        var at = open(session);
        var sealed = at.scope().seal(id, media, content);
        body.put(
                "payload",
                Json.object()
                        .put("cm", sealed.cm().toString())
                        .put("ct", sealed.ct().toString())
                        .put("len", sealed.length())
                        .put("media", media)
                        .put("scope", at.scope().name)
                        .put("where", SLOT)
                        .build());
        var text = body.build().text();
        int slot = text.indexOf("\"\\u0000\"");
        return new Draft(
                kind,
                id,
                at.fragments(),
                "",
                policy,
                text.substring(0, slot),
                late == null ? new Draft.Late.Chunk(sealed.cm()) : late,
                text.substring(slot + 8),
                sealed.object(),
                kind.equals("auth.ok") ? Bytes.owned(at.scope().wrapped) : null,
                beginning);
    }

    private Open open(Session session) {
        return open.computeIfAbsent(session.id(), _ -> begin(session));
    }

    private Open begin(Session session) {
        var dek = new byte[PayloadKey.BYTES];
        random.nextBytes(dek);
        var name = session.id().value();
        var who = session.who();
        var target = session.where();
        var work = session.work();
        return new Open(
                new Scope(name, dek, payloadKey.wrap(name, dek), new SecureRandom()),
                new Draft.Fragments(
                        name,
                        who.actor().issuer() + "#" + who.actor().subject(),
                        who.json().text(),
                        session.from().json().text(),
                        Json.object()
                                .put("conn", target.name())
                                .put("host", target.address())
                                .putIfAny("ns", target.namespace())
                                .put("type", target.protocol())
                                .build()
                                .text(),
                        work.assurance() == Work.Assurance.B0
                                ? ""
                                : Json.object()
                                        .put("assurance", work.assurance().name())
                                        .build()
                                        .text()));
    }

    /// Names of the sessions that are open, for a message.
    String sessions() {
        return open.keySet().stream().map(SessionId::value).collect(Collectors.joining(", "));
    }
}
