package dev.countersign.evidence;

import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Decision;
import dev.countersign.model.Effect;
import dev.countersign.model.Evidence;
import dev.countersign.model.Facts;
import dev.countersign.model.Hash;
import dev.countersign.model.Obligations;
import dev.countersign.model.Outcome;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import dev.countersign.model.Resource;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// A session of eve's, and what can be written of it.
final class Samples {
    static final Principal EVE =
            new Principal(
                    Principal.Kind.AGENT,
                    new Principal.Party("https://idp.example", "eve"),
                    new Principal.Party("https://idp.example", "ann"),
                    List.of(),
                    "cli",
                    Set.of("dev"),
                    Instant.MAX,
                    Set.of(),
                    List.of());
    static final Target SHOP =
            new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of("env", "prod"));

    private Samples() {}

    static EvidenceSettings settings(Path directory) {
        return new EvidenceSettings(
                directory,
                "example.com/countersign/test",
                directory.resolve("keys/log"),
                directory.resolve("keys/payload"),
                Optional.of(directory.resolveSibling(directory.getFileName() + "-guard")),
                Clock.systemUTC(),
                1 << 20,
                EvidenceSettings.WAITING);
    }

    static Session session() {
        return new Session(
                SessionId.fresh(),
                EVE,
                SHOP,
                new Session.Source("127.0.0.1:4711", "postgres 127.0.0.1:6432", "TLSv1.3"),
                new Work("plan-7", "step-1", "", "", Work.Assurance.B1),
                false,
                Map.of("application_name", "psql"));
    }

    static List<Evidence> opened(Session session) {
        return List.of(
                new Evidence.LoggedIn(session, "token", Bytes.utf8("header.payload")),
                new Evidence.SessionOpened(session));
    }

    static Evidence.Intent intent(Session session, String sql) {
        var action =
                new Action(
                        ActionId.fresh(),
                        session,
                        Request.of(Bytes.utf8(sql)),
                        Set.of(Effect.READ),
                        List.of(new Resource("table", "public.orders", "16384")),
                        new Facts.Sql(
                                false,
                                false,
                                List.of("public.orders"),
                                List.of(),
                                List.of(),
                                List.of(),
                                true,
                                false,
                                0,
                                false),
                        "select * from orders where id = ?");
        return new Evidence.Intent(
                action,
                new Decision.Allow(
                        List.of(new Decision.RuleRef("baseline", "reads")), Obligations.NONE),
                null);
    }

    static Evidence.Settled settled(Evidence.Intent intent) {
        return new Evidence.Settled(
                intent.action().session(),
                intent.action().id(),
                new Outcome(
                        Outcome.Status.OK,
                        "",
                        3,
                        120,
                        Hash.sha256(new byte[] {1}),
                        Map.of("pii.ssn", 3L),
                        Duration.ofMillis(2)));
    }
}
