package dev.countersign.api;

import dev.countersign.model.Hash;
import dev.countersign.model.Json;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Ruling;
import dev.countersign.reviews.ReviewView;
import dev.countersign.reviews.Reviews;
import dev.countersign.reviews.Said;
import io.helidon.http.sse.SseEvent;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.sse.SseSink;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/// Reviews: what waits, what exactly it is, and what people say to it.
public final class ReviewRoutes implements Api.Routes {
    /// Bytes of a nonce.
    private static final int NONCE = 16;

    /// How often somebody who watches hears something.
    private static final long STILL_THERE_SECONDS = 15;

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Reviews reviews;
    private final Watchers watchers;
    private final ReviewJson json;
    private final Clock clock;

    public ReviewRoutes(Reviews reviews, Api.Live live, Clock clock) {
        this.reviews = reviews;
        this.watchers = live.watchers;
        this.json = new ReviewJson(clock);
        this.clock = clock;
    }

    @Override
    public void add(HttpRouting.Builder routing, Api api) {
        routing.get("/v1/whoami", api.known((_, response, person) -> whoami(response, person)));
        routing.get(
                "/v1/reviews",
                api.known((request, response, person) -> {
                    api.read(person, "reviews", "");
                    list(request, response);
                }));
        routing.get(
                "/v1/reviews/{id}",
                api.known((request, response, person) -> {
                    var review = review(request);
                    api.read(person, "review", review.id().value());
                    Api.send(response, whole(review, person));
                }));
        routing.post(
                "/v1/reviews/{id}/exact",
                api.known((request, response, person) -> {
                    var review = review(request);
                    if (!reviews.mayDecide(review.id(), person.reviewer())) {
                        throw new Problem(
                                403,
                                "not-eligible",
                                "only those who may decide are shown the exact words");
                    }
                    api.read(person, "review.exact", review.id().value());
                    reviews.opened(review.id(), person.reviewer());
                    Api.send(response, ReviewJson.opened(review.action()));
                }));
        routing.post(
                "/v1/reviews/{id}/statement",
                api.known((request, response, _) -> statement(request, response)));
        routing.post(
                "/v1/reviews/{id}/rulings",
                api.known((request, response, person) -> rule(request, response, person, api)));
        routing.get(
                "/v1/events",
                api.known((_, response, person) -> {
                    api.read(person, "events", "");
                    watch(response, person.reviewer());
                }));
    }

    private static void whoami(ServerResponse response, Api.Person person) {
        var reviewer = person.reviewer();
        Api.send(
                response,
                Json.object()
                        .put("subject", reviewer.who().subject())
                        .put("issuer", reviewer.who().issuer())
                        .put("person", Json.strings(reviewer.person()))
                        .put("groups", Json.strings(reviewer.groups().stream().sorted().toList()))
                        .put("client", reviewer.client())
                        .put("signed_in", reviewer.signedIn().toString())
                        .put("expires", reviewer.expires().toString())
                        .build());
    }

    private void list(ServerRequest request, ServerResponse response) {
        boolean all = request.query().first("state").orElse("pending").equals("all");
        Api.send(
                response,
                Json.object()
                        .put(
                                "reviews",
                                Json.list(
                                        reviews.views().stream()
                                                .filter(view ->
                                                        all
                                                                || view.state()
                                                                        == ReviewView.State.PENDING)
                                                .toList(),
                                        json::line))
                        .build());
    }

    private Json.Obj whole(ReviewView review, Api.Person person) {
        return json.whole(
                review,
                reviews.earlier(review.id()),
                reviews.mayDecide(review.id(), person.reviewer()),
                reviews.hasOpened(review.id(), person.reviewer()));
    }

    private ReviewView review(ServerRequest request) {
        return reviews.view(id(request))
                .orElseThrow(() ->
                        new Problem(404, "no-such-review", "there is no review of that name"));
    }

    private static ReviewId id(ServerRequest request) {
        try {
            return new ReviewId(request.path().pathParameters().get("id"));
        } catch (IllegalArgumentException e) {
            throw new Problem(404, "no-such-review", "there is no review of that name");
        }
    }

    /// What would be ruled, and the nonce by which a sign-in names it.
    private void statement(ServerRequest request, ServerResponse response) {
        var statement = reviews.statement(review(request), yes(Api.body(request)), freshNonce());
        Api.send(
                response,
                Json.object()
                        .put("statement", statement)
                        .put("oidc_nonce", digest(statement))
                        .build());
    }

    private static boolean yes(Json.Obj body) {
        return switch (body.text("ruling").orElse("")) {
            case "approved" -> true;
            case "rejected" -> false;
            default ->
                    throw new Problem(
                            400, "no-ruling", "`ruling` must be `approved` or `rejected`");
        };
    }

    private static String freshNonce() {
        var nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(nonce);
    }

    private static String digest(Json.Obj statement) {
        var hash = Hash.sha256(statement.text().getBytes(StandardCharsets.UTF_8));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash.bytes());
    }

    private void rule(ServerRequest request, ServerResponse response, Api.Person person, Api api) {
        var body = Api.body(request);
        boolean yes = yes(body);
        var review = reviews.view(id(request));
        var nonce = body.text("nonce").orElseGet(ReviewRoutes::freshNonce);
        if (!nonce.matches("[A-Za-z0-9_-]{16,128}")) {
            throw new Problem(400, "no-nonce", "`nonce` is the one of the statement");
        }
        var reviewer = person.reviewer();
        var assurance = Ruling.Assurance.SESSION;
        var proof = person.proof();
        var idToken = body.text("id_token").orElse("");
        if (!idToken.isEmpty() && review.isPresent()) {
            var named = digest(reviews.statement(review.get(), yes, nonce));
            switch (api.people().ruling(idToken, named)) {
                case People.Proof.Proved(var who, var token) -> {
                    if (!who.person().equals(reviewer.person())) {
                        reviews.attempt(
                                id(request), person.reviewer(), person.from(), "other-person");
                        throw new Problem(
                                403, "other-person", "the sign-in for this ruling is not yours");
                    }
                    reviewer = who;
                    assurance = Ruling.Assurance.SIGNED;
                    proof = token;
                }
                case People.Proof.Refused(var code, var message) -> {
                    reviews.attempt(id(request), person.reviewer(), person.from(), code);
                    throw new Problem(401, code, message);
                }
            }
        }
        boolean wholeShown =
                review.isPresent()
                        && (ReviewJson.whole(review.get().action())
                                || reviews.hasOpened(review.get().id(), person.reviewer()));
        var said =
                new Said(
                        reviewer,
                        person.from(),
                        yes,
                        body.text("reason").orElse(""),
                        nonce,
                        assurance,
                        proof,
                        wholeShown);
        switch (reviews.rule(id(request), said)) {
            case Said.Heard.Counted(var now) -> Api.send(response, whole(now, person));
            case Said.Heard.Refused(var code, var message) ->
                    throw new Problem(status(code), code, message);
        }
    }

    private static int status(String code) {
        return switch (code) {
            case "no-such-review" -> 404;
            case "over", "already-ruled", "busy" -> 409;
            case "no-evidence" -> 503;
            default -> 403;
        };
    }

    /// Server-sent events until the other side goes: each names what happened and has the review's
    /// line as its data.
    private void watch(ServerResponse response, Reviewer reviewer) throws InterruptedException {
        var watcher = watchers.join(reviewer.person());
        try (var sink = Api.headers(response).sink(SseSink.TYPE)) {
            sink.emit(SseEvent.builder().comment("watching").build());
            while (!watcher.lost && clock.instant().isBefore(reviewer.expires())) {
                var ring = watcher.rings.poll(STILL_THERE_SECONDS, TimeUnit.SECONDS);
                sink.emit(
                        ring == null
                                ? SseEvent.builder().comment("still there").build()
                                : SseEvent.builder()
                                        .name(ring.happened())
                                        .data(json.line(ring.review()).text())
                                        .build());
            }
        } catch (UncheckedIOException e) {
            // whoever watched has gone
        } finally {
            watchers.leave(watcher);
        }
    }
}
