package dev.countersign.evidence;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Decision.Requirement.Approval;
import dev.countersign.model.Effect;
import dev.countersign.model.Evidence;
import dev.countersign.model.Facts;
import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.Obligations;
import dev.countersign.model.Outcome;
import dev.countersign.model.Principal;
import dev.countersign.model.Refusal;
import dev.countersign.model.Request;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// What the second golden log tells: four reviews that end in four ways, somebody who may not rule,
/// and somebody who reads; every member of their records at least once.
final class GoldenApprovals {
    private static final String IDP = "https://idp.example";
    private static final Approval DBA = new Approval("dba", 1, Duration.ofMinutes(15), false);
    private static final Approval OWNERS = new Approval("owners", 1, Duration.ofMinutes(30), false);
    private static final Approval SOON = new Approval("dba", 1, Duration.ofSeconds(2), false);
    private static final Approval SIGNED = new Approval("dba", 1, Duration.ofMinutes(15), true);

    private static final Reviewer BOB = reviewer("bob", "cli");
    private static final Reviewer CLEO = reviewer("cleo", "");
    private static final Session.Source FROM =
            new Session.Source("192.0.2.7:40000", "api 127.0.0.1:8443", "TLSv1.3");
    private static final Session.Source NEAR =
            new Session.Source("127.0.0.1:40001", "api 127.0.0.1:8443", "");

    private static final Session EVE =
            new Session(
                    new SessionId("019b76da-a800-7000-8000-00000000000c"),
                    new Principal(
                            Principal.Kind.AGENT,
                            new Principal.Party(IDP, "eve"),
                            new Principal.Party(IDP, "ann"),
                            List.of(),
                            "cli",
                            Set.of("dev"),
                            Instant.MAX,
                            Set.of(),
                            List.of()),
                    new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of()),
                    new Session.Source("127.0.0.1:4711", "postgres 127.0.0.1:6432", "TLSv1.3"),
                    Work.NONE,
                    false,
                    Map.of());

    private final GoldenWriter.Pen pen;

    private GoldenApprovals(GoldenWriter.Pen pen) {
        this.pen = pen;
    }

    static void tell(GoldenWriter.Pen pen) {
        new GoldenApprovals(pen).tell();
    }

    private static Reviewer reviewer(String name, String client) {
        return new Reviewer(
                new Principal.Party(IDP, name),
                List.of(name),
                Set.of("dba", "owners"),
                client,
                Instant.EPOCH,
                Instant.MAX);
    }

    /// A review that people were asked for.
    private record Asked(
            ReviewId id, Action action, Hash intent, Hash request, Instant expires, String rows) {}

    private void tell() {
        pen.write(
                new Evidence.Configured(
                        Hash.sha256(new byte[] {1}),
                        Hash.sha256(new byte[] {2}),
                        Json.object().put("targets", Json.strings(List.of("shop"))).build()));
        pen.write(new Evidence.LoggedIn(EVE, "token", Bytes.utf8("header.payload")));
        pen.write(new Evidence.SessionOpened(EVE));
        approved();
        rejected();
        expired();
        withdrawn();
        pen.write(new Evidence.SessionClosed(EVE, "client"));
    }

    /// Two people say yes, each to a panel of their own; it is used, and it runs.
    private void approved() {
        var asked = asked(1, "UPDATE orders SET", List.of(DBA, OWNERS), "00:15:05", 3);
        pen.write(new Evidence.Read(BOB, FROM, "reviews", ""));
        pen.write(new Evidence.Read(BOB, FROM, "review.exact", asked.id().value()));
        var first = says(asked, BOB, Ruling.APPROVED, Ruling.Assurance.SESSION, "as agreed");
        pen.write(new Evidence.RulingRefused(asked.id(), BOB, FROM, "already-ruled"));
        pen.write(new Evidence.RulingRefused(asked.id(), null, NEAR, "not-signed-in"));
        var second = says(asked, CLEO, Ruling.APPROVED, Ruling.Assurance.SIGNED, "");
        pen.write(
                new Evidence.ApprovalConsumed(asked.action(), asked.id(), List.of(first, second)));
        pen.write(
                new Evidence.Settled(
                        EVE,
                        asked.action().id(),
                        new Outcome(
                                Outcome.Status.OK,
                                "",
                                3,
                                12,
                                Hash.sha256(new byte[] {3}),
                                Map.of(),
                                Duration.ofMillis(4))));
    }

    private void rejected() {
        var asked = asked(2, "DELETE FROM orders", List.of(SIGNED), "00:15:15", -1);
        says(asked, CLEO, Ruling.REJECTED, Ruling.Assurance.SIGNED, "not \u00FCber \u20AC 100");
        refused(asked, Refusal.Reason.REJECTED);
    }

    private void expired() {
        ends(asked(3, "TRUNCATE orders", List.of(SOON), "00:00:21", -1), Ruling.EXPIRED);
    }

    private void withdrawn() {
        ends(asked(4, "DROP TABLE orders", List.of(DBA), "00:15:23", 0), Ruling.WITHDRAWN);
    }

    // ---- how

    /// @param end of the review, on the first of January
    /// @param rows less than 0 where nobody knows
    private Asked asked(int number, String command, List<Approval> needs, String end, long rows) {
        var action =
                new Action(
                        new ActionId("019b76da-a800-7000-8000-0000000002%02d".formatted(number)),
                        EVE,
                        number == 1
                                ? Request.of(Bytes.utf8(command)).behindWrites()
                                : Request.of(Bytes.utf8(command)),
                        Set.of(Effect.UPDATE),
                        List.of(),
                        new Facts.Sql(
                                false, false, List.of(), List.of(), List.of(), List.of(), false,
                                false, 0, false),
                        command.toLowerCase(java.util.Locale.ROOT) + " ?");
        var id = new ReviewId("apr_golden00000" + number);
        var intent =
                pen.write(
                        new Evidence.Intent(
                                action,
                                new Decision.Require(
                                        List.of(new Decision.RuleRef("prod", "writes")),
                                        new ArrayList<>(needs),
                                        Obligations.NONE),
                                null));
        var expires = Instant.parse("2026-01-01T" + end + "Z");
        var known = rows < 0 ? OptionalLong.empty() : OptionalLong.of(rows);
        var request = pen.write(new Evidence.ReviewRequested(action, id, needs, expires, known));
        return new Asked(
                id, action, intent, request, expires, rows < 0 ? "unknown" : Long.toString(rows));
    }

    private Hash says(
            Asked asked, Reviewer by, Ruling ruling, Ruling.Assurance assurance, String reason) {
        var statement =
                Json.object()
                        .put("expires", asked.expires().toString())
                        .put("intent", asked.intent().toString())
                        .put("nonce", "nonce-of-" + by)
                        .put("origin", GoldenWriter.ORIGIN)
                        .put("request", asked.request().toString())
                        .put("review", asked.id().value())
                        .put("rows", asked.rows())
                        .put("ruling", ruling.word())
                        .put("v", "cs.ruling/1")
                        .build();
        return pen.write(
                new Evidence.Ruled(
                        asked.id(),
                        asked.request(),
                        ruling,
                        by,
                        assurance,
                        statement,
                        reason,
                        assurance == Ruling.Assurance.SIGNED ? token(by, statement) : ""));
    }

    /// Header and payload of what an issuer gives for this one ruling.
    private static String token(Reviewer by, Json.Obj statement) {
        var base64 = Base64.getUrlEncoder().withoutPadding();
        var claims =
                Json.object()
                        .put("aud", "countersign-reviews")
                        .put("iss", by.who().issuer())
                        .put(
                                "nonce",
                                base64.encodeToString(Hash.sha256(statement.canonical()).bytes()))
                        .put("sub", by.who().subject())
                        .build();
        return base64.encodeToString("{\"alg\":\"EdDSA\",\"kid\":\"k1\"}".getBytes(US_ASCII))
                + "."
                + base64.encodeToString(claims.canonical());
    }

    private void ends(Asked asked, Ruling how) {
        pen.write(
                new Evidence.Ruled(
                        asked.id(),
                        asked.request(),
                        how,
                        null,
                        Ruling.Assurance.SESSION,
                        Json.object()
                                .put("review", asked.id().value())
                                .put("ruling", how.word())
                                .build(),
                        "",
                        ""));
        refused(
                asked,
                how == Ruling.EXPIRED ? Refusal.Reason.UNANSWERED : Refusal.Reason.WITHDRAWN);
    }

    private void refused(Asked asked, Refusal.Reason why) {
        pen.write(
                new Evidence.Settled(
                        EVE, asked.action().id(), Outcome.refused(new Refusal(why, "", ""))));
    }
}
