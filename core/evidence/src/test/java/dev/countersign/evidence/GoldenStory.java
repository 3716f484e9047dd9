package dev.countersign.evidence;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
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
import dev.countersign.model.Resource;
import dev.countersign.model.Seen;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Spooled;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// What the golden log tells: each thing that can be written at least once, with every member that
/// its record can have in one of them.
final class GoldenStory {
    private static final Principal.Party ANN = new Principal.Party("https://idp.example", "ann");
    private static final Target SHOP =
            new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of("env", "prod"));
    private static final Decision.RuleRef READS = new Decision.RuleRef("baseline", "reads");
    private static final Decision.RuleRef WRITES = new Decision.RuleRef("prod", "writes");

    private static final Session EVE =
            new Session(
                    new SessionId("019b76da-a800-7000-8000-00000000000a"),
                    new Principal(
                            Principal.Kind.AGENT,
                            new Principal.Party("https://idp.example", "eve"),
                            ANN,
                            List.of(new Principal.Party("https://idp.example", "planner")),
                            "cli",
                            Set.of("dev"),
                            Instant.MAX,
                            Set.of(),
                            List.of()),
                    SHOP,
                    new Session.Source("127.0.0.1:4711", "postgres 127.0.0.1:6432", "TLSv1.3"),
                    new Work("plan-7", "step-1", "", "", Work.Assurance.B1),
                    true,
                    Map.of("application_name", "psql", "DateStyle", "ISO"));

    /// With nothing that may be left out.
    private static final Session BARE =
            new Session(
                    new SessionId("019b76da-a800-7000-8000-00000000000b"),
                    new Principal(
                            Principal.Kind.HUMAN,
                            ANN,
                            null,
                            List.of(),
                            "",
                            Set.of(),
                            Instant.MAX,
                            Set.of(),
                            List.of()),
                    new Target("web", "http", "api:443", "", "", Map.of()),
                    new Session.Source("[::1]:4712", "http [::1]:8443", ""),
                    Work.NONE,
                    false,
                    Map.of());

    private GoldenStory() {}

    static List<Evidence> whole() {
        var out = new ArrayList<Evidence>();
        out.add(
                new Evidence.Configured(
                        Hash.sha256(new byte[] {1}),
                        Hash.sha256(new byte[] {2}),
                        Json.object()
                                .put("policies", Json.strings(List.of("baseline", "prod")))
                                .put("targets", Json.strings(List.of("shop", "web")))
                                .build()));
        out.add(
                new Evidence.IssuerKeys(
                        "https://idp.example",
                        Json.object().put("keys", Json.list(List.of("k1"), Json::of)).build()));
        out.add(new Evidence.LoginFailed(EVE.from(), "token-expired", 3));
        out.add(new Evidence.LoggedIn(EVE, "token", Bytes.utf8("header.payload")));
        out.add(new Evidence.SessionOpened(EVE));
        select(out);
        update(out);
        drop(out);
        out.add(new Evidence.LoggedIn(BARE, "token", Bytes.EMPTY));
        out.add(new Evidence.SessionOpened(BARE));
        exchange(out);
        out.add(recording());
        out.add(new Evidence.SessionClosed(EVE, "client"));
        out.add(new Evidence.SessionClosed(BARE, "expired"));
        out.add(
                new Evidence.Alert(
                        "masking-overrun", Map.of("target", "shop", "label", "pii.\u00E9\"\\\n")));
        return out;
    }

    private static ActionId id(int number) {
        return new ActionId("019b76da-a800-7000-8000-0000000001%02d".formatted(number));
    }

    private static Facts.Sql sql() {
        return new Facts.Sql(
                false, false, List.of(), List.of(), List.of(), List.of(), true, false, 0, false);
    }

    /// Allowed, with masks and limits; an answer.
    private static void select(List<Evidence> out) {
        var request =
                new Request(
                        Bytes.utf8("EXECUTE one(7, NULL)"),
                        List.of(
                                new Request.Parameter(23, 0, Bytes.utf8("7")),
                                new Request.Parameter(0, 1, null),
                                new Request.Parameter(17, 1, Bytes.of(new byte[] {0, -1}))),
                        List.of(0, 1),
                        List.of(
                                new Request.Named(
                                        "one",
                                        Bytes.utf8("SELECT ssn FROM people WHERE id = $1"),
                                        List.of(23L, 25L))),
                        Map.of("search_path", "public"),
                        true,
                        Spooled.known(Hash.sha256(new byte[] {3})),
                        true,
                        true,
                        false);
        var action =
                new Action(
                        id(1),
                        EVE,
                        request,
                        Set.of(Effect.READ, Effect.CALL),
                        List.of(
                                new Resource("table", "public.people", "16384"),
                                new Resource("function", "pg_catalog.lower")),
                        sql(),
                        "select ssn from people where id = ?");
        var obligations =
                new Obligations(
                        List.of(
                                new Obligations.Masking(List.of("pii.*"), "redact"),
                                new Obligations.Masking(List.of("card", "pan"), "")),
                        1_000,
                        1 << 20);
        out.add(
                new Evidence.Intent(
                        action, new Decision.Allow(List.of(READS, WRITES), obligations), null));
        out.add(
                new Evidence.Settled(
                        EVE,
                        id(1),
                        new Outcome(
                                Outcome.Status.OK,
                                "",
                                2,
                                120,
                                Hash.sha256(new byte[] {4}),
                                Map.of("pii.ssn", 2L, "card", 1L),
                                Duration.ofNanos(2_345_678))));
    }

    /// What must be reviewed, which nobody can give yet.
    private static void update(List<Evidence> out) {
        var action =
                new Action(
                        id(2),
                        EVE,
                        Request.of(Bytes.of(new byte[] {'U', (byte) 0xFF})),
                        Set.of(Effect.UPDATE),
                        List.of(),
                        sql(),
                        "update \u20AC \uD83D\uDE00 set ?");
        var refusal = new Refusal(Refusal.Reason.UNSERVED_REQUIREMENT, "it needs a review", "wait");
        out.add(
                new Evidence.Intent(
                        action,
                        new Decision.Require(
                                List.of(WRITES),
                                List.of(
                                        new Decision.Requirement.Approval(
                                                "dba", 2, Duration.ofMinutes(15), false),
                                        new Decision.Requirement.StepUp(
                                                "passkey", Duration.ofMinutes(5)),
                                        new Decision.Requirement.Justification(20)),
                                Obligations.NONE),
                        refusal));
        out.add(new Evidence.ByGateway(EVE, id(2), "poison"));
        out.add(new Evidence.Settled(EVE, id(2), Outcome.refused(refusal)));
    }

    /// Denied.
    private static void drop(List<Evidence> out) {
        var action =
                new Action(
                        id(3),
                        EVE,
                        Request.of(Bytes.utf8("DROP TABLE people")),
                        Set.of(),
                        List.of(),
                        sql(),
                        "");
        var refusal = new Refusal(Refusal.Reason.POLICY, "denied", "");
        out.add(
                new Evidence.Intent(
                        action, new Decision.Deny(List.of(), "no rule allows it"), refusal));
        out.add(new Evidence.Settled(EVE, id(3), Outcome.refused(refusal)));
    }

    /// Of a session that leaves out all it can; nobody knows what came of it.
    private static void exchange(List<Evidence> out) {
        var action =
                new Action(
                        id(4),
                        BARE,
                        Request.of(Bytes.utf8("POST /v1/refunds")),
                        Set.of(Effect.INSERT),
                        List.of(new Resource("path", "/v1/refunds")),
                        new Facts.Http(
                                "POST",
                                "api",
                                "/v1/refunds",
                                "/v1/refunds",
                                Map.of(),
                                Map.of(),
                                "application/json",
                                ""),
                        "POST /v1/refunds");
        out.add(
                new Evidence.Intent(
                        action, new Decision.Allow(List.of(READS), Obligations.NONE), null));
        out.add(new Evidence.Settled(BARE, id(4), Outcome.unknown("target-lost")));
    }

    /// All five neutral kinds.
    private static Evidence recording() {
        var cells =
                List.of(
                        new Seen.Cell(Bytes.utf8("***")),
                        new Seen.Cell(null),
                        new Seen.Cell(Bytes.of(new byte[] {0, -1})));
        var seen =
                List.of(
                        new Seen.Table(List.of("ssn", "a", "b"), List.of()),
                        new Seen.Table(List.of(), List.of(new Seen.Row(cells))),
                        new Seen.Text("notice", "2 rows"),
                        new Seen.Terminal("o", "\u001B[1mls\u001B[0m\r\n"),
                        new Seen.Exchange("POST /v1/refunds", Bytes.utf8("{}")),
                        new Seen.Exchange("200", Bytes.of(new byte[] {-1})),
                        new Seen.File("in", "/tmp/a.csv", 12, Hash.sha256(new byte[] {5})));
        var lines = new ByteArrayOutputStream();
        for (int i = 0; i < seen.size(); i++) {
            lines.writeBytes(seen.get(i).line(id(1), 10L + i));
            lines.write('\n');
        }
        return new Evidence.Recorded(
                EVE, 0, Duration.ofMillis(10), Bytes.owned(lines.toByteArray()));
    }
}
