package dev.countersign.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// What the log keeps of an action, read back.
class CanonicalActionTest {
    private static final Facts FACTS =
            new Facts.Sql(
                    false, false, List.of(), List.of(), List.of(), List.of(), true, false, 0,
                    false);

    private static Session session(String agent, String role) {
        return new Session(
                SessionId.fresh(),
                new Principal(
                        Principal.Kind.AGENT,
                        new Principal.Party("https://idp", agent),
                        new Principal.Party("https://idp", "ann"),
                        List.of(new Principal.Party("https://idp", "proxy")),
                        "cli",
                        Set.of(),
                        Instant.EPOCH,
                        Set.of(),
                        List.of()),
                new Target("shop", "postgres", "db:5432", "shop", role, Map.of("env", "prod")),
                new Session.Source("127.0.0.1:4", "postgres 127.0.0.1:1", ""),
                new Work("plan \"7\"", "step", "", "", Work.Assurance.B1),
                false,
                Map.of());
    }

    /// With every member there is.
    private static Action whole() {
        var request =
                new Request(
                        Bytes.of(new byte[] {'U', (byte) 0xFF, 0}),
                        List.of(
                                new Request.Parameter(25, 0, Bytes.utf8("x\u20AC\n")),
                                new Request.Parameter(17, 1, Bytes.of(new byte[] {(byte) 0x80})),
                                new Request.Parameter(0, 0, null)),
                        List.of(0, 1),
                        List.of(new Request.Named("p", Bytes.utf8("SELECT 1"), List.of(23L, 0L))),
                        Map.of("timezone", "UTC", "datestyle", "ISO"),
                        true,
                        Spooled.known(Hash.sha256(new byte[] {1})),
                        true,
                        true,
                        true);
        return new Action(
                ActionId.fresh(),
                session("eve", "agent"),
                request,
                Set.of(Effect.UPDATE),
                List.of(new Resource("table", "public.t", "16384"), new Resource("table", "u")),
                FACTS,
                List.of(new Resource("trigger", "public.t.x", "16390.7")),
                "UPDATE _");
    }

    private static Action again(Action action, Session session) {
        return CanonicalAction.read(Bytes.of(action.canonical()))
                .action(
                        action.id(),
                        session,
                        action.effects(),
                        FACTS,
                        action.shape(),
                        action.request().inTransaction());
    }

    @Test
    void every_member_is_read_back() {
        var action = whole();
        var canonical = CanonicalAction.read(Bytes.of(action.canonical()));

        assertThat(again(action, action.session())).isEqualTo(action);
        assertThat(canonical.is(action)).isTrue();
        assertThat(canonical.kind()).isEqualTo("sql");
        assertThat(canonical.target()).isEqualTo("shop");
        assertThat(canonical.work(Work.Assurance.B1)).isEqualTo(action.session().work());
    }

    @Test
    void a_plain_statement_too() {
        var whole = whole();
        var action =
                new Action(
                        whole.id(),
                        whole.session(),
                        Request.of(Bytes.utf8("DELETE FROM t")),
                        Set.of(Effect.DELETE),
                        List.of(),
                        FACTS,
                        "");

        assertThat(again(action, action.session())).isEqualTo(action);
    }

    @Test
    void put_together_for_somebody_else_or_another_target_it_is_another() {
        var action = whole();
        var canonical = CanonicalAction.read(Bytes.of(action.canonical()));

        assertThat(canonical.is(again(action, session("mallory", "agent")))).isFalse();
        assertThat(canonical.is(again(action, session("eve", "owner")))).isFalse();
    }

    @Test
    void what_is_none_is_refused() {
        for (var text : List.of("", "[]", "{}", "{\"v\":\"cs.action/2\"}")) {
            assertThatThrownBy(() -> CanonicalAction.read(Bytes.utf8(text)))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        var bare = CanonicalAction.read(Bytes.utf8("{\"v\":\"cs.action/1\"}"));
        assertThatThrownBy(bare::target).isInstanceOf(IllegalArgumentException.class);
    }
}
