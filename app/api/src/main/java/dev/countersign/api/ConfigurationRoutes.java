package dev.countersign.api;

import dev.countersign.api.Configurations.NotApplied;
import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.model.Json;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.TreeMap;

/// The configuration, for administrators: what is in force, and putting the gateway's files in
/// force anew. No configuration comes in by the network: it is read from where the gateway read it
/// at its start.
public final class ConfigurationRoutes implements Api.Routes {
    private final Configurations configurations;
    private final Oversight oversight;

    public ConfigurationRoutes(Configurations configurations, Oversight oversight) {
        this.configurations = configurations;
        this.oversight = oversight;
    }

    @Override
    public void add(HttpRouting.Builder routing, Api api) {
        routing.get(
                "/v1/configuration",
                api.known((_, response, person) -> {
                    check(person);
                    api.read(person, "configuration", "");
                    Api.send(response, json(configurations.inForce()));
                }));
        routing.post("/v1/configuration", api.known(this::apply));
    }

    private void check(Api.Person person) {
        if (!oversight.ofAll(person.reviewer())) {
            throw new Problem(
                    403,
                    "not-administrator",
                    "the configuration is for members of the groups that its `administrators:`"
                            + " names");
        }
    }

    private void apply(ServerRequest request, ServerResponse response, Api.Person person) {
        check(person);
        var asked = Api.body(request);
        try {
            var applied =
                    configurations.apply(
                            asked.text("digest").orElse(""),
                            asked.get("end_sessions").equals(Optional.of(new Json.Bool(true))),
                            person.reviewer(),
                            person.from());
            Api.send(response, applied.json());
        } catch (NotApplied e) {
            throw problem(e);
        } catch (EvidenceFailure e) {
            throw new Problem(
                    503,
                    "no-evidence",
                    "the change could not be written into the evidence log, so nothing changed");
        }
    }

    private static Problem problem(NotApplied why) {
        return switch (why.why()) {
            case OTHER_FILES ->
                    new Problem(
                            409,
                            "other-files",
                            "the gateway's files are not the ones that you have seen; nothing"
                                    + " changed. Look at the difference again",
                            why.problems());
            case PROBLEMS ->
                    new Problem(
                            422,
                            "configuration-problems",
                            "the gateway's files are wrong, so nothing changed",
                            why.problems());
            case RESTART ->
                    new Problem(
                            409,
                            "restart-needed",
                            "some of it counts only from the start of a gateway, so nothing changed;"
                                    + " start it anew with these files",
                            why.problems());
        };
    }

    private static Json.Obj json(Configurations.InForce now) {
        return Json.object()
                .put("digest", now.digest())
                .put("policy", now.policy())
                .put("since", now.since().truncatedTo(ChronoUnit.SECONDS).toString())
                .putIfAny("by", now.by())
                .put("documents", Json.list(now.parts(), ConfigurationRoutes::json))
                .build();
    }

    private static Json.Obj json(Configurations.Part part) {
        var values = Json.object();
        new TreeMap<>(part.values()).forEach(values::put);
        return Json.object()
                .put("kind", part.kind())
                .put("name", part.name())
                .put("values", values.build())
                .build();
    }
}
