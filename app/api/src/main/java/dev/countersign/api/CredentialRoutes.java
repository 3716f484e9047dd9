package dev.countersign.api;

import dev.countersign.identity.Credential;
import dev.countersign.identity.Credentials;
import dev.countersign.identity.Issuers;
import dev.countersign.model.CredentialId;
import dev.countersign.model.Evidence;
import dev.countersign.model.Json;
import dev.countersign.model.Session;
import dev.countersign.model.Work;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Minted credentials: agents exchange a token of the data plane for one (RFC 8693) and give it up
/// (RFC 7009); people see and revoke what acts for them.
///
/// Here alone an agent's token is taken, and a reviewer's is not: [Issuers#verify] refuses it.
public final class CredentialRoutes implements Api.Routes {
    static final String EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";

    /// Requests a minute from one address, good or bad.
    static final int PER_ADDRESS = 120;

    /// Credentials a minute for one principal.
    static final int PER_PRINCIPAL = 60;

    private static final Logger LOG = LoggerFactory.getLogger(CredentialRoutes.class);

    private final Credentials credentials;
    private final Issuers issuers;
    private final Function<String, Optional<Door>> doors;
    private final Oversight oversight;
    private final Clock clock;
    private final Rate ofAddress;
    private final Rate ofPrincipal;

    /// How clients reach a target.
    ///
    /// @param protocol as the configuration names it, and the token type: `postgres`
    /// @param tls whether the listener speaks TLS; without, it is on loopback
    public record Door(String protocol, int port, boolean tls) {}

    /// @param doors by target, as the configuration in force has them
    public CredentialRoutes(
            Credentials credentials,
            Issuers issuers,
            Function<String, Optional<Door>> doors,
            Oversight oversight,
            Clock clock) {
        this.credentials = credentials;
        this.issuers = issuers;
        this.doors = doors;
        this.oversight = oversight;
        this.clock = clock;
        this.ofAddress = new Rate(PER_ADDRESS, clock);
        this.ofPrincipal = new Rate(PER_PRINCIPAL, clock);
    }

    @Override
    public void add(HttpRouting.Builder routing, Api api) {
        routing.post("/oauth/token", agents(api, this::exchange));
        routing.post("/oauth/revoke", agents(api, this::giveUp));
        routing.get(
                "/v1/credentials",
                api.known((_, response, person) -> {
                    api.read(person, "credentials", "");
                    Api.send(
                            response,
                            Json.object()
                                    .put(
                                            "credentials",
                                            Json.list(
                                                    credentials.live().stream()
                                                            .filter(one ->
                                                                    oversight.of(
                                                                            person.reviewer(),
                                                                            one.who()))
                                                            .toList(),
                                                    CredentialRoutes::json))
                                    .build());
                }));
        routing.delete(
                "/v1/credentials/{id}",
                api.known((request, response, person) -> revoke(request, response, person)));
    }

    // ---- agents

    /// What is done for a client with a token of the data plane.
    private interface Agents {
        Json answer(Form form, ServerRequest request, Session.Source from, Api api)
                throws OAuthError;
    }

    private io.helidon.webserver.http.Handler agents(Api api, Agents what) {
        return (request, response) -> {
            try {
                var from = api.source(request);
                if (ofAddress.exceeded(request.remotePeer().host())) {
                    throw new OAuthError(
                            429,
                            "temporarily_unavailable",
                            "too-many-requests",
                            "more than " + PER_ADDRESS + " requests a minute from one address");
                }
                send(response, 200, what.answer(Form.of(request), request, from, api));
            } catch (OAuthError e) {
                send(response, e.status(), e.json());
            } catch (Problem e) {
                send(
                        response,
                        e.status(),
                        new OAuthError(
                                        e.status(),
                                        "invalid_request",
                                        e.code(),
                                        String.valueOf(e.getMessage()))
                                .json());
            } catch (RuntimeException e) {
                // its message may quote what was sent
                LOG.atError()
                        .addKeyValue("path", request.path().path())
                        .log("a request failed: {}", e.getClass().getName());
                send(
                        response,
                        500,
                        new OAuthError(500, "server_error", "the gateway failed; see its log")
                                .json());
            }
        };
    }

    private Json exchange(Form form, ServerRequest request, Session.Source from, Api api)
            throws OAuthError {
        if (!form.get("grant_type").equals(EXCHANGE)) {
            throw new OAuthError(400, "unsupported_grant_type", "the grant type is " + EXCHANGE);
        }
        if (!form.get("subject_token_type").equals(ACCESS_TOKEN)) {
            throw wrong("the subject_token_type is " + ACCESS_TOKEN);
        }
        if (!form.get("actor_token").isEmpty()) {
            throw wrong("an actor_token is not served: who acts, the subject_token says");
        }
        var target = form.get("audience");
        var door = doors.apply(target).orElse(null);
        var fixed = fixed(form.get("plan"), form.get("step"));
        var lifetime = lifetime(form.get("expires_in"));
        var by = verified(form.get("subject_token"), from, api);
        if (door == null) {
            throw new OAuthError(
                    400,
                    "invalid_target",
                    "no-such-target",
                    "the audience names the target, and there is none of that name here");
        }
        var requested = form.get("requested_token_type");
        if (!requested.isEmpty() && !requested.equals(type(door))) {
            throw wrong("the requested_token_type of this target is " + type(door));
        }
        if (ofPrincipal.exceeded(by.who().toString() + " " + by.who().actor().issuer())) {
            throw new OAuthError(
                    429,
                    "temporarily_unavailable",
                    "too-many-requests",
                    "more than " + PER_PRINCIPAL + " credentials a minute for one principal");
        }
        return switch (credentials.mint(by, target, fixed, lifetime, from)) {
            case Credentials.Minting.Minted(var what, var password) ->
                    Json.object()
                            .put("access_token", password.reveal())
                            .put("expires_at", time(what.expires()))
                            .put(
                                    "expires_in",
                                    Duration.between(clock.instant(), what.expires()).toSeconds())
                            .put("issued_token_type", type(door))
                            .put("port", door.port())
                            .put("target", target)
                            .put("tls", door.tls())
                            .put("token_type", "N_A")
                            .put("username", what.id().value())
                            .build();
            case Credentials.Minting.Refused why -> throw refused(why);
        };
    }

    private static OAuthError refused(Credentials.Minting.Refused why) {
        return switch (why.code()) {
            case "lifetime" -> new OAuthError(400, "invalid_request", why.code(), why.message());
            case "no-evidence" ->
                    new OAuthError(503, "temporarily_unavailable", why.code(), why.message());
            default -> new OAuthError(429, "temporarily_unavailable", why.code(), why.message());
        };
    }

    private static String type(Door door) {
        return "urn:countersign:token-type:" + door.protocol() + "-password";
    }

    private Issuers.Verdict.Verified verified(String token, Session.Source from, Api api)
            throws OAuthError {
        if (token.isEmpty()) {
            throw wrong("there is no subject_token");
        }
        return switch (issuers.verify(token)) {
            case Issuers.Verdict.Verified verified -> verified;
            case Issuers.Verdict.Rejected(var code, var message) -> {
                api.failed(from, code);
                throw new OAuthError(400, "invalid_request", code, message);
            }
        };
    }

    private static Work fixed(String plan, String step) throws OAuthError {
        if (plan.isEmpty() && step.isEmpty()) {
            return Work.NONE;
        }
        if (plan.isEmpty()) {
            throw wrong("a step belongs to a plan");
        }
        for (var one : new String[] {plan, step}) {
            if (one.length() > Work.MAX_LENGTH || one.chars().anyMatch(Character::isISOControl)) {
                throw wrong(
                        "plan and step have at most "
                                + Work.MAX_LENGTH
                                + " characters each, and no control characters");
            }
        }
        return new Work(plan, step, "", "", Work.Assurance.B2);
    }

    private static Duration lifetime(String seconds) throws OAuthError {
        if (seconds.isEmpty()) {
            return Credentials.LONGEST;
        }
        if (!seconds.matches("[0-9]{1,9}")) {
            throw wrong("expires_in is a number of seconds");
        }
        return Duration.ofSeconds(Integer.parseInt(seconds));
    }

    private static OAuthError wrong(String description) {
        return new OAuthError(400, "invalid_request", description);
    }

    /// One that is over, that never was, or that is somebody else's is told alike (RFC 7009, 2.2).
    private Json giveUp(Form form, ServerRequest request, Session.Source from, Api api)
            throws OAuthError {
        var token = Api.bearer(request);
        if (token.isEmpty()) {
            throw new OAuthError(
                    401,
                    "invalid_client",
                    "no-token",
                    "send the access token of whoever minted it as a bearer token");
        }
        var by = verified(token, from, api).who();
        boolean gone =
                CredentialId.of(form.get("token"))
                        .flatMap(credentials::find)
                        .filter(one -> one.isOf(by))
                        .flatMap(one ->
                                credentials.revoke(one.id(), new Evidence.Revoker.Own(by), from))
                        .isPresent();
        return Json.object().put("revoked", gone).build();
    }

    private static void send(ServerResponse response, int status, Json answer) {
        if (status == 401) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        Api.headers(response)
                .status(Status.create(status))
                .header(HeaderNames.create("Pragma"), "no-cache")
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(answer.text().getBytes(StandardCharsets.UTF_8));
    }

    // ---- people

    private void revoke(ServerRequest request, ServerResponse response, Api.Person person) {
        var revoked =
                CredentialId.of(request.path().pathParameters().get("id"))
                        .flatMap(credentials::find)
                        .filter(one -> oversight.of(person.reviewer(), one.who()))
                        .flatMap(one ->
                                credentials.revoke(
                                        one.id(),
                                        new Evidence.Revoker.Person(person.reviewer()),
                                        person.from()))
                        .orElseThrow(() ->
                                new Problem(
                                        404,
                                        "no-such-credential",
                                        "no credential of that name lives, or it is not yours"));
        if (!revoked.written()) {
            throw new Problem(
                    503,
                    "no-evidence",
                    "the credential is revoked; that could not be written into the evidence log");
        }
        Api.send(response, json(revoked.what()));
    }

    private static Json.Obj json(Credential one) {
        return Json.object()
                .put("id", one.id().value())
                .put("who", SessionRoutes.who(one.who()))
                .put("target", one.target())
                .put("plan", one.fixed().plan())
                .put("step", one.fixed().step())
                .put("minted", time(one.minted()))
                .put("expires", time(one.expires()))
                .build();
    }

    private static String time(Instant at) {
        return at.truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
