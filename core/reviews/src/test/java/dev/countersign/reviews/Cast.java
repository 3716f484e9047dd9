package dev.countersign.reviews;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import dev.countersign.model.Resource;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who asks and who decides in these tests.
final class Cast {
    private static final Session.Source HERE = new Session.Source("127.0.0.1:1", "test", "");

    private Cast() {}

    static Reviewer person(String name, String... groups) {
        return new Reviewer(
                new Principal.Party("https://idp", name),
                List.of(name),
                Set.of(groups),
                "cli",
                Instant.EPOCH,
                Instant.MAX);
    }

    static Said says(String name, boolean yes) {
        return new Said(
                person(name, "dba"),
                HERE,
                yes,
                "because",
                "nonce",
                Ruling.Assurance.SESSION,
                "",
                true);
    }

    /// An agent that acts for ann.
    static Session session(String agent) {
        var who =
                new Principal(
                        Principal.Kind.AGENT,
                        new Principal.Party("https://idp", agent),
                        new Principal.Party("https://idp", "ann"),
                        List.of(),
                        "agents",
                        Set.of(),
                        Instant.MAX,
                        Set.of(List.of("ann")),
                        List.of());
        return new Session(
                SessionId.fresh(),
                who,
                new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of()),
                HERE,
                Work.NONE,
                false,
                Map.of());
    }

    /// Its shape is all before the first `=`.
    static Action action(String agent, String sql) {
        return new Action(
                ActionId.fresh(),
                session(agent),
                Request.of(Bytes.utf8(sql)),
                Set.of(Effect.UPDATE),
                List.of(new Resource("table", "public.orders")),
                new Facts.Sql(
                        false, false, List.of(), List.of(), List.of(), List.of(), true, false, 0,
                        false),
                sql.split("=", 2)[0]);
    }
}
