package dev.countersign.api;

import dev.countersign.evidence.PublishedLog;
import dev.countersign.model.Bytes;
import dev.countersign.model.Json;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.time.Clock;
import java.util.ArrayList;
import java.util.function.Function;
import java.util.function.Predicate;

/// What happened in sessions, and what happens in them now, as the evidence log tells it: for those
/// whom the records name, and for administrators.
public final class SessionHistory implements Api.Routes {
    /// Sessions of a page of the list, unless fewer are asked for.
    static final int MAX_LIST = 200;

    private static final int USUAL_LIST = 50;

    /// Sessions whose plan is opened for one page, where a plan is asked for.
    static final int MAX_PLANS = 500;

    private final SessionBook book;
    private final SessionRecords records;
    private final SessionWatch watch;
    private final Oversight oversight;

    /// @param payloads opens what a record refers to; throws an evidence failure where it cannot
    public SessionHistory(
            PublishedLog log,
            Function<Json.Obj, Bytes> payloads,
            Oversight oversight,
            Clock clock) {
        this.book = new SessionBook(log, clock);
        this.records = new SessionRecords(log, payloads, clock);
        this.watch = new SessionWatch(log, records, oversight, clock);
        this.oversight = oversight;
    }

    @Override
    public void add(HttpRouting.Builder routing, Api api) {
        routing.get(
                "/v1/sessions/events",
                api.known((_, response, person) -> watch.all(api, response, person)));
        routing.get(
                "/v1/sessions/{id}",
                api.known((request, response, person) ->
                        page(api, request, response, person, false)));
        routing.post(
                "/v1/sessions/{id}/exact",
                api.known(
                        (request, response, person) -> page(api, request, response, person, true)));
        routing.get(
                "/v1/sessions/{id}/recording",
                api.known((request, response, person) -> {
                    var session = session(request, person);
                    api.read(person, "session.recording", session.id());
                    Api.send(response, records.frames(session, from(request)).json("frames"));
                }));
        routing.get(
                "/v1/sessions/{id}/events",
                api.known((request, response, person) -> {
                    var session = session(request, person);
                    if (!session.ended().isEmpty()) {
                        throw new Problem(
                                409,
                                "session-ended",
                                "this session has ended, so nothing more happens in it; show or"
                                        + " play it");
                    }
                    watch.one(api, response, person, session.id());
                }));
    }

    private void page(
            Api api,
            ServerRequest request,
            ServerResponse response,
            Api.Person person,
            boolean exact) {
        var session = session(request, person);
        api.read(person, exact ? "session.exact" : "session", session.id());
        var page = records.records(session, from(request), exact).json("records");
        Api.send(response, page.with("session", line(session, records.claim(session))));
    }

    private SessionBook.Told session(ServerRequest request, Api.Person person) {
        return book.find(request.path().pathParameters().get("id"))
                .filter(session -> oversight.of(person.reviewer(), session.who()))
                .orElseThrow(() ->
                        new Problem(
                                404,
                                "no-such-session",
                                "the log tells of no session of that name, or it is not yours; of"
                                        + " very old ones only `--dir` tells"));
    }

    // ---- the list

    /// Those that a person may see, running or not, the latest first.
    void list(ServerRequest request, ServerResponse response, Api.Person person) {
        int limit = (int) number(request, "limit", USUAL_LIST);
        if (limit < 1 || limit > MAX_LIST) {
            throw new Problem(400, "bad-parameter", "`limit` is between 1 and " + MAX_LIST);
        }
        var before = request.query().first("before").orElse("");
        var plan = request.query().first("plan").orElse("");
        var wanted = wanted(request, person);
        var found = new ArrayList<Json>();
        var next = "";
        int plans = 0;
        boolean reached = before.isEmpty();
        var last = "";
        for (var session : book.latest()) {
            if (!reached) {
                reached = session.id().equals(before);
                continue;
            }
            if (!wanted.test(session)) {
                continue;
            }
            if (found.size() == limit || plans == MAX_PLANS) {
                next = last;
                break;
            }
            last = session.id();
            var claim = records.claim(session);
            plans += plan.isEmpty() ? 0 : 1;
            if (plan.isEmpty() || plan.equals(claim.plan())) {
                found.add(line(session, claim));
            }
        }
        if (!reached) {
            throw new Problem(
                    400, "bad-parameter", "`before` is the `next` of the page before this one");
        }
        Api.send(
                response,
                Json.object()
                        .put("sessions", Json.list(found, one -> one))
                        .putIfAny("next", next)
                        .build());
    }

    private Predicate<SessionBook.Told> wanted(ServerRequest request, Api.Person person) {
        var agent = request.query().first("agent").orElse("");
        var human = request.query().first("person").orElse("");
        var target = request.query().first("target").orElse("");
        boolean running = request.query().first("state").orElse("").equals("all");
        return session ->
                (running || !session.ended().isEmpty())
                        && (agent.isEmpty() || agent.equals(session.who().actor().subject()))
                        && (human.isEmpty()
                                || session.who()
                                        .onBehalfOf()
                                        .filter(one -> one.subject().equals(human))
                                        .isPresent())
                        && (target.isEmpty() || target.equals(session.target()))
                        && oversight.of(person.reviewer(), session.who());
    }

    private static Json.Obj line(SessionBook.Told session, SessionRecords.Claim claim) {
        return Json.object()
                .put("id", session.id())
                .put("who", SessionRoutes.who(session.who()))
                .put("target", session.target())
                .put("since", session.begun())
                .putIfAny("ended", session.ended())
                .putIfAny("reason", session.reason())
                .put("actions", session.actions())
                .put("refused", session.refused())
                .put("plan", claim.plan())
                .put("step", claim.step())
                .put("assurance", session.assurance())
                .put("peer", session.peer())
                .build();
    }

    private static long from(ServerRequest request) {
        return number(request, "from", 0);
    }

    private static long number(ServerRequest request, String name, long otherwise) {
        var text = request.query().first(name).orElse("");
        if (text.isEmpty()) {
            return otherwise;
        }
        if (!text.matches("\\d{1,15}")) {
            throw new Problem(400, "bad-parameter", "`" + name + "` is a number");
        }
        return Long.parseLong(text);
    }
}
