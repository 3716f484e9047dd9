package dev.countersign.evidence;

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
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/// What the third golden log tells: a review that a restart would not end, asked inside of a
/// transaction, of which one person has approved by the token they showed; and one that ended
/// because it could not be taken up.
final class GoldenRestart {
    private static final String IDP = "https://idp.example";
    private static final Approval DBA = new Approval("dba", 1, Duration.ofMinutes(15), false);
    private static final Instant EXPIRES = Instant.parse("2026-01-01T00:15:05Z");

    private static final Session EVE =
            new Session(
                    new SessionId("019b76da-a800-7000-8000-00000000000d"),
                    new Principal(
                            Principal.Kind.AGENT,
                            new Principal.Party(IDP, "eve"),
                            new Principal.Party(IDP, "ann"),
                            List.of(),
                            "cli",
                            Set.of("dev"),
                            Instant.MAX,
                            Set.of(List.of("ann")),
                            List.of()),
                    new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of()),
                    new Session.Source("127.0.0.1:4711", "postgres 127.0.0.1:6432", "TLSv1.3"),
                    Work.NONE,
                    false,
                    Map.of());

    private final GoldenWriter.Pen pen;

    private GoldenRestart(GoldenWriter.Pen pen) {
        this.pen = pen;
    }

    static void tell(GoldenWriter.Pen pen) {
        new GoldenRestart(pen).tell();
    }

    private void tell() {
        pen.write(
                new Evidence.Configured(
                        Hash.sha256(new byte[] {1}),
                        Hash.sha256(new byte[] {2}),
                        Json.object().put("targets", Json.strings(List.of("shop"))).build()));
        pen.write(new Evidence.LoggedIn(EVE, "token", Bytes.utf8("header.payload")));
        pen.write(new Evidence.SessionOpened(EVE));
        goesOn();
        ended();
        pen.write(new Evidence.SessionClosed(EVE, "client"));
    }

    private void goesOn() {
        var action = action(1, "UPDATE orders SET n = 1", true);
        var id = new ReviewId("apr_golden000005");
        var intent = intent(action);
        var request = asks(action, id);
        refused(action, Refusal.Reason.PENDING);
        var statement =
                Json.object()
                        .put("expires", EXPIRES.toString())
                        .put("intent", intent.toString())
                        .put("nonce", "nonce-of-bob")
                        .put("origin", GoldenWriter.ORIGIN)
                        .put("request", request.toString())
                        .put("review", id.value())
                        .put("rows", "unknown")
                        .put("ruling", Ruling.APPROVED.word())
                        .put("v", "cs.ruling/1")
                        .build();
        var bob =
                new Reviewer(
                        new Principal.Party(IDP, "bob"),
                        List.of("bob"),
                        Set.of("dba"),
                        "cli",
                        Instant.EPOCH,
                        Instant.MAX);
        pen.write(
                new Evidence.Ruled(
                        id,
                        request,
                        Ruling.APPROVED,
                        bob,
                        Ruling.Assurance.SESSION,
                        statement,
                        "as agreed",
                        "header.payload"));
    }

    private void ended() {
        var action = action(2, "DELETE FROM orders", false);
        var id = new ReviewId("apr_golden000006");
        var _ = intent(action);
        var request = asks(action, id);
        refused(action, Refusal.Reason.PENDING);
        pen.write(
                Evidence.Ruled.ended(
                        id,
                        request,
                        Ruling.WITHDRAWN,
                        "the gateway was started anew, and its target is not configured any more"));
    }

    private static Action action(int number, String command, boolean inTransaction) {
        return new Action(
                new ActionId("019b76da-a800-7000-8000-0000000003%02d".formatted(number)),
                EVE,
                new Request(
                        Bytes.utf8(command),
                        List.of(),
                        List.of(),
                        List.of(),
                        Map.of(),
                        false,
                        null,
                        false,
                        inTransaction,
                        false),
                Set.of(Effect.UPDATE),
                List.of(),
                new Facts.Sql(
                        false, false, List.of(), List.of(), List.of(), List.of(), false, false, 0,
                        false),
                command.toLowerCase(java.util.Locale.ROOT));
    }

    private Hash intent(Action action) {
        return pen.write(
                new Evidence.Intent(
                        action,
                        new Decision.Require(
                                List.of(new Decision.RuleRef("prod", "writes")),
                                List.of(DBA),
                                Obligations.NONE),
                        null));
    }

    private Hash asks(Action action, ReviewId id) {
        return pen.write(
                new Evidence.ReviewRequested(
                        action, id, List.of(DBA), EXPIRES, OptionalLong.empty(), true, 2));
    }

    private void refused(Action action, Refusal.Reason why) {
        pen.write(
                new Evidence.Settled(EVE, action.id(), Outcome.refused(new Refusal(why, "", ""))));
    }
}
