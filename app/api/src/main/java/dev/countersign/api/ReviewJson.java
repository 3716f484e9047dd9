package dev.countersign.api;

import dev.countersign.masking.DetectorSettings;
import dev.countersign.masking.Detectors;
import dev.countersign.model.Action;
import dev.countersign.model.Bytes;
import dev.countersign.model.Effect;
import dev.countersign.model.Json;
import dev.countersign.model.Preview;
import dev.countersign.model.Ruling;
import dev.countersign.reviews.ReviewView;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/// A review as a reviewer is shown it: who acts for whom, what exactly, what it touches, who must
/// agree, and how long there is. Statements and values went through the detectors; `whole` says
/// whether anything of them is masked, and then it cannot be approved before it was opened.
final class ReviewJson {
    private static final Detectors DETECTORS = Detectors.of(DetectorSettings.STANDARD);

    /// Characters of a statement in a list.
    static final int MAX_LINE = 2_000;

    private final Clock clock;

    ReviewJson(Clock clock) {
        this.clock = clock;
    }

    /// One line of a list.
    Json.Obj line(ReviewView review) {
        var whole = head(review).build();
        var statement = whole.text("statement").orElse("");
        return statement.length() <= MAX_LINE
                ? whole
                : whole.with("statement", Json.of(statement.substring(0, MAX_LINE) + "…"));
    }

    /// All of it.
    ///
    /// @param earlier reviews of the same kind by the same principal, the latest first
    Json.Obj whole(ReviewView review, List<ReviewView> earlier, boolean mayDecide, boolean opened) {
        var action = review.action();
        var exact = exact(action);
        var shown = shown(exact);
        var sent = action.request().stream();
        var head = head(review);
        if (sent != null) {
            head.put("sends", Json.bytes(sends(sent.content())));
        }
        return head.put("action", action(action))
                .put("asked", Json.parse(shown))
                .put("whole", whole(action))
                .put("opened_exact", opened)
                .put("may_decide", mayDecide)
                .put("signed", review.signed())
                .put("votes", Json.list(review.votes(), ReviewJson::vote))
                .put("earlier", Json.list(earlier, this::line))
                .put(
                        "evidence",
                        Json.object()
                                .put("intent", review.intent().toString())
                                .put("request", review.request().toString())
                                .build())
                .build();
    }

    /// Whether a reviewer is shown every byte of it.
    static boolean whole(Action action) {
        var exact = exact(action);
        var sent = action.request().stream();
        return shown(exact).equals(exact)
                && (sent == null || sends(sent.content()).equals(sent.content()));
    }

    /// What the client sends behind it, after the detectors.
    private static Bytes sends(Bytes content) {
        return Bytes.owned(new ShownSql(DETECTORS.scanner()).value(content.toArray()));
    }

    /// All of it, unmasked.
    static Json.Obj opened(Action action) {
        var out = Json.object().put("asked", Json.parse(exact(action)));
        var sent = action.request().stream();
        if (sent != null) {
            out.put("sends", Json.bytes(sent.content()));
        }
        return out.build();
    }

    /// The canonical action.
    private static String exact(Action action) {
        return new String(action.canonical(), StandardCharsets.UTF_8);
    }

    private static String shown(String exact) {
        return new ShownAction(DETECTORS).of(exact);
    }

    private static String estimate(Preview preview) {
        return preview.estimate().isPresent() ? Long.toString(preview.estimate().getAsLong()) : "";
    }

    private Json.Builder head(ReviewView review) {
        var now = clock.instant();
        var action = review.action();
        var session = action.session();
        var who = session.who();
        var target = session.where();
        return Json.object()
                .put("id", review.id().value())
                .put("state", review.state().word())
                .put("opened", time(review.opened()))
                .put("expires", time(review.expires()))
                .put(
                        "seconds_left",
                        Math.max(0, Duration.between(now, review.expires()).toSeconds()))
                .put("panels", review.panels())
                .put("needed", review.needed())
                .put("approvals", approvals(review))
                .put("because", Json.list(review.because(), rule -> Json.of(rule.toString())))
                .put(
                        "rows",
                        review.rows().isPresent()
                                ? Long.toString(review.rows().getAsLong())
                                : "unknown")
                .putIfAny("rows_unknown_because", review.preview().unknown())
                .putIfAny("estimate", estimate(review.preview()))
                .put("waiting", review.waiting())
                .putIfAny("requester_gone", review.goneSince().map(ReviewJson::time).orElse(""))
                .put(
                        "who",
                        Json.object()
                                .put("actor", who.actor().subject())
                                .putIfAny(
                                        "on_behalf_of",
                                        who.onBehalfOf().map(p -> p.subject()).orElse(""))
                                .put("issuer", who.actor().issuer())
                                .put("kind", who.kind().word())
                                .putIfAny("operator", String.join(" ", who.operator()))
                                .build())
                .put(
                        "claims",
                        Json.object()
                                .putIfAny("plan", action.work().plan())
                                .putIfAny("step", action.work().step())
                                .putIfAny("trace", action.work().trace())
                                .putIfAny("reason", action.work().reason())
                                .put("assurance", action.work().assurance().name())
                                .build())
                .put("session", session.id().value())
                .put(
                        "target",
                        Json.object()
                                .put("name", target.name())
                                .put("protocol", target.protocol())
                                .put("address", target.address())
                                .putIfAny("namespace", target.namespace())
                                .build())
                .put("verb", action.verb().word())
                .put("statement", statement(action));
    }

    private static long approvals(ReviewView review) {
        return review.votes().stream().filter(vote -> vote.ruling() == Ruling.APPROVED).count();
    }

    /// Its text after the detectors.
    private static String statement(Action action) {
        var sql = new ShownSql(DETECTORS.scanner());
        return action.request()
                .command()
                .text()
                .map(text -> action.facts().kind().equals("sql") ? sql.of(text) : sql.value(text))
                .orElse("(not text: " + action.request().command().length() + " bytes)");
    }

    private static Json.Obj action(Action action) {
        return Json.object()
                .put("kind", action.facts().kind())
                .put(
                        "effects",
                        Json.strings(action.effects().stream().map(Effect::word).sorted().toList()))
                .put(
                        "objects",
                        Json.list(
                                action.resources(),
                                resource ->
                                        Json.object()
                                                .put("kind", resource.kind())
                                                .put("name", resource.name())
                                                .build()))
                .put("shape", action.shape())
                .put("in_transaction", action.request().inTransaction())
                .build();
    }

    private static Json vote(ReviewView.Vote vote) {
        return Json.object()
                .put("by", vote.by().who().subject())
                .put("issuer", vote.by().who().issuer())
                .put("ruling", vote.ruling().word())
                .put("assurance", vote.assurance().word())
                .putIfAny("reason", vote.reason())
                .put("at", time(vote.at()))
                .build();
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
