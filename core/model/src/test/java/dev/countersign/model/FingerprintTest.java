package dev.countersign.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/// What an approval is bound to: everything that decides what runs, and nothing that does not.
class FingerprintTest {
    private static final Principal EVE =
            new Principal(
                    Principal.Kind.AGENT,
                    new Principal.Party("https://idp", "eve"),
                    new Principal.Party("https://idp", "ann"),
                    List.of(),
                    "cli",
                    Set.of("dev"),
                    Instant.EPOCH,
                    Set.of(),
                    List.of());
    private static final Target SHOP =
            new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of("env", "prod"));
    private static final Facts.Sql FACTS =
            new Facts.Sql(
                    false,
                    false,
                    List.of("public.t"),
                    List.of(),
                    List.of(),
                    List.of(),
                    true,
                    false,
                    0,
                    false);
    private static final Request REQUEST =
            new Request(
                    Bytes.utf8("UPDATE t SET a = $1"),
                    List.of(new Request.Parameter(25, 0, Bytes.utf8("x"))),
                    List.of(0),
                    List.of(new Request.Named("p", Bytes.utf8("SELECT 1"), List.of(23L))),
                    Map.of("timezone", "UTC"),
                    false,
                    null,
                    false,
                    false,
                    false);

    private static Session session(Principal who, Target where, Work work) {
        return new Session(
                SessionId.fresh(),
                who,
                where,
                new Session.Source("127.0.0.1:4", "postgres 127.0.0.1:1", ""),
                work,
                false,
                Map.of());
    }

    private static Action action(Session session, Request request, List<Resource> on) {
        return new Action(
                ActionId.fresh(), session, request, Set.of(Effect.UPDATE), on, FACTS, "UPDATE _");
    }

    private static Action action() {
        return action(
                session(EVE, SHOP, new Work("plan", "step", "", "", Work.Assurance.B1)),
                REQUEST,
                List.of(new Resource("table", "public.t", "16384")));
    }

    private static Action with(UnaryOperator<Request> change) {
        var base = action();
        return action(base.session(), change.apply(base.request()), base.resources());
    }

    @Test
    void two_attempts_at_the_same_have_one_fingerprint() {
        assertThat(action().fingerprint()).isEqualTo(action().fingerprint());
    }

    @Test
    void the_canonical_action_is_canonical_json() {
        var text = new String(action().canonical(), StandardCharsets.UTF_8);

        assertThat(Json.parse(text).text()).isEqualTo(text);
    }

    @Test
    void every_member_that_decides_what_runs_changes_it() {
        var base = action();
        var others = new HashMap<String, Action>();
        others.put("command", with(r -> copy(r, Bytes.utf8("UPDATE t SET a = $1 "))));
        others.put(
                "value", with(r -> parameters(r, new Request.Parameter(25, 0, Bytes.utf8("y")))));
        others.put("NULL", with(r -> parameters(r, new Request.Parameter(25, 0, null))));
        others.put("empty", with(r -> parameters(r, new Request.Parameter(25, 0, Bytes.EMPTY))));
        others.put("type", with(r -> parameters(r, new Request.Parameter(0, 0, Bytes.utf8("x")))));
        others.put(
                "format", with(r -> parameters(r, new Request.Parameter(25, 1, Bytes.utf8("x")))));
        others.put(
                "results",
                with(r ->
                        new Request(
                                r.command(),
                                r.parameters(),
                                List.of(1),
                                r.names(),
                                r.settings(),
                                false,
                                null,
                                false,
                                false,
                                false)));
        others.put(
                "name",
                with(r ->
                        new Request(
                                r.command(),
                                r.parameters(),
                                r.resultFormats(),
                                List.of(
                                        new Request.Named(
                                                "p", Bytes.utf8("SELECT 2"), List.of(23L))),
                                r.settings(),
                                false,
                                null,
                                false,
                                false,
                                false)));
        others.put("setting", with(r -> flags(r, Map.of("timezone", "CET"), false, null, false)));
        others.put("temporary", with(r -> flags(r, r.settings(), true, null, false)));
        others.put(
                "stream", with(r -> flags(r, r.settings(), false, Spooled.of(new byte[1]), false)));
        others.put("prepare", with(r -> flags(r, r.settings(), false, null, true)));
        others.put(
                "plan",
                action(
                        session(EVE, SHOP, new Work("other", "step", "", "", Work.Assurance.B1)),
                        REQUEST,
                        base.resources()));
        others.put(
                "step",
                action(
                        session(EVE, SHOP, new Work("plan", "other", "", "", Work.Assurance.B1)),
                        REQUEST,
                        base.resources()));
        others.put(
                "target",
                action(
                        session(
                                EVE,
                                new Target(
                                        "shop", "postgres", "db:5433", "shop", "agent", Map.of()),
                                base.session().work()),
                        REQUEST,
                        base.resources()));
        others.put(
                "role",
                action(
                        session(
                                EVE,
                                new Target(
                                        "shop", "postgres", "db:5432", "shop", "owner", Map.of()),
                                base.session().work()),
                        REQUEST,
                        base.resources()));
        others.put(
                "human",
                action(
                        session(
                                new Principal(
                                        EVE.kind(),
                                        EVE.actor(),
                                        new Principal.Party("https://idp", "bob"),
                                        List.of(),
                                        EVE.client(),
                                        EVE.groups(),
                                        EVE.expires(),
                                        Set.of(),
                                        List.of()),
                                SHOP,
                                base.session().work()),
                        REQUEST,
                        base.resources()));
        others.put(
                "oid",
                action(
                        base.session(),
                        REQUEST,
                        List.of(new Resource("table", "public.t", "16385"))));

        others.forEach((what, other) ->
                assertThat(other.fingerprint()).as(what).isNotEqualTo(base.fingerprint()));
        assertThat(others.values().stream().map(Action::fingerprint).distinct())
                .hasSize(others.size());
    }

    @Test
    void where_it_came_from_and_when_does_not_change_it() {
        var base = action();
        var elsewhere =
                new Session(
                        SessionId.fresh(),
                        new Principal(
                                EVE.kind(),
                                EVE.actor(),
                                EVE.human(),
                                EVE.chain(),
                                EVE.client(),
                                Set.of(),
                                Instant.MAX,
                                Set.of(),
                                List.of()),
                        SHOP,
                        new Session.Source("10.0.0.1:9", "postgres 127.0.0.1:1", "TLSv1.3"),
                        base.session().work(),
                        true,
                        Map.of("application_name", "other"));

        assertThat(action(elsewhere, REQUEST, base.resources()).fingerprint())
                .isEqualTo(base.fingerprint());
    }

    private static Request copy(Request r, Bytes command) {
        return new Request(
                command,
                r.parameters(),
                r.resultFormats(),
                r.names(),
                r.settings(),
                false,
                null,
                false,
                false,
                false);
    }

    private static Request parameters(Request r, Request.Parameter parameter) {
        return new Request(
                r.command(),
                List.of(parameter),
                r.resultFormats(),
                r.names(),
                r.settings(),
                false,
                null,
                false,
                false,
                false);
    }

    private static Request flags(
            Request r,
            Map<String, String> settings,
            boolean temporary,
            @org.jspecify.annotations.Nullable Spooled stream,
            boolean prepare) {
        return new Request(
                r.command(),
                r.parameters(),
                r.resultFormats(),
                r.names(),
                settings,
                temporary,
                stream,
                prepare,
                false,
                false);
    }
}
