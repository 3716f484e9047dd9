package dev.countersign.api;

import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Json;
import dev.countersign.model.Principal;
import dev.countersign.model.Session;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;

/// What runs right now, for people: they see their own, and can end it at once. What has run is
/// [SessionHistory]'s.
public final class SessionRoutes implements Api.Routes {
    private final Sessions sessions;
    private final SessionHistory history;
    private final Oversight oversight;
    private final EvidenceLog evidence;

    public SessionRoutes(
            Sessions sessions, SessionHistory history, Oversight oversight, EvidenceLog evidence) {
        this.sessions = sessions;
        this.history = history;
        this.oversight = oversight;
        this.evidence = evidence;
    }

    @Override
    public void add(HttpRouting.Builder routing, Api api) {
        routing.get(
                "/v1/sessions",
                api.known((request, response, person) -> {
                    api.read(person, "sessions", "");
                    switch (request.query().first("state").orElse("live")) {
                        case "live" -> live(response, person);
                        case "ended", "all" -> history.list(request, response, person);
                        default ->
                                throw new Problem(
                                        400, "bad-parameter", "`state` is live, ended or all");
                    }
                }));
        routing.delete(
                "/v1/sessions/{id}",
                api.known((request, response, person) -> kill(request, response, person)));
    }

    private void live(ServerResponse response, Api.Person person) {
        Api.send(
                response,
                Json.object()
                        .put("sessions", Json.list(seenBy(person), SessionRoutes::json))
                        .build());
    }

    private List<Session> seenBy(Api.Person person) {
        return sessions.live().stream()
                .filter(one -> oversight.of(person.reviewer(), one.who()))
                .toList();
    }

    /// It ends even where that cannot be written down; its own `session.close` says `killed`.
    private void kill(ServerRequest request, ServerResponse response, Api.Person person) {
        var id = request.path().pathParameters().get("id");
        var session =
                seenBy(person).stream()
                        .filter(one -> one.id().value().equals(id))
                        .findFirst()
                        .filter(one -> sessions.kill(one.id()))
                        .orElseThrow(() ->
                                new Problem(
                                        404,
                                        "no-such-session",
                                        "no session of that name runs, or it is not yours"));
        var by = person.reviewer().who();
        try {
            evidence.append(
                            List.of(
                                    new Evidence.Alert(
                                            "session-killed",
                                            Map.of(
                                                    "by",
                                                    by.subject(),
                                                    "by_iss",
                                                    by.issuer(),
                                                    "peer",
                                                    person.from().peer(),
                                                    "session",
                                                    id))))
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            throw new Problem(
                    503,
                    "no-evidence",
                    "the session ends; who ended it could not be written into the evidence log");
        }
        Api.send(response, json(session));
    }

    private static Json.Obj json(Session one) {
        var credential = one.credential();
        return Json.object()
                .put("id", one.id().value())
                .put("who", who(one.who()))
                .put("target", one.where().name())
                .put("since", one.id().made().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("expires", one.who().expires().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("plan", one.work().plan())
                .put("step", one.work().step())
                .put("assurance", one.work().assurance().name())
                .put("peer", one.from().peer())
                .putIfAny("credential", credential == null ? "" : credential.value())
                .build();
    }

    /// A principal for people's eyes.
    static Json.Obj who(Principal who) {
        return Json.object()
                .put("actor", who.actor().subject())
                .putIfAny("on_behalf_of", who.onBehalfOf().map(p -> p.subject()).orElse(""))
                .put("issuer", who.actor().issuer())
                .put("kind", who.kind().word())
                .build();
    }
}
