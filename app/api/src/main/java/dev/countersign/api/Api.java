package dev.countersign.api;

import dev.countersign.evidence.EvidenceFailure;
import dev.countersign.model.Evidence;
import dev.countersign.model.EvidenceLog;
import dev.countersign.model.Json;
import dev.countersign.model.Reviewer;
import dev.countersign.model.Session;
import dev.countersign.reviews.Bell;
import io.helidon.common.configurable.Resource;
import io.helidon.common.pki.Keys;
import io.helidon.common.tls.Tls;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The control API: an HTTP server on virtual threads, on loopback or with TLS.
///
/// Every request but those for the contract and the sign-in brings a person's access token of the
/// reviewers' own audience; nothing is taken from cookies, so no page of somebody else's can act in
/// a person's name. What a person reads is written down before they see it; what they decide,
/// before it counts.
public final class Api implements AutoCloseable {
    /// Bytes of a request's body.
    static final int MAX_BODY = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(Api.class);

    private final People people;
    private final EvidenceLog evidence;
    private final BiConsumer<Session.Source, String> failed;
    private final WebServer server;
    private final boolean tls;

    /// @param people who proves who they are, and how
    /// @param failed told of each sign-in that proved nothing, with its code
    public record Parts(
            People people,
            EvidenceLog evidence,
            Routes routes,
            BiConsumer<Session.Source, String> failed) {}

    /// PEM files.
    ///
    /// @param chain the server's certificate first
    public record Certificate(Path chain, Path key) {
        Tls tls() {
            var keys =
                    Keys.builder()
                            .pem(pem ->
                                    pem.key(Resource.create(key)).certChain(Resource.create(chain)))
                            .build();
            return Tls.builder().privateKey(keys).privateKeyCertChain(keys).build();
        }
    }

    /// What a part of the API answers.
    public interface Routes {
        void add(HttpRouting.Builder routing, Api api);
    }

    /// What is done for a person who is known.
    interface Handler {
        void handle(ServerRequest request, ServerResponse response, Person person)
                throws IOException, InterruptedException;
    }

    /// @param proof header and payload of their access token
    /// @param from the connection
    record Person(Reviewer reviewer, String proof, Session.Source from) {}

    private Api(InetSocketAddress at, Optional<Certificate> tls, Parts parts) {
        this.people = parts.people();
        this.evidence = parts.evidence();
        this.failed = parts.failed();
        this.tls = tls.isPresent();
        var builder =
                WebServer.builder()
                        .address(at.getAddress())
                        .port(at.getPort())
                        .maxPayloadSize(MAX_BODY)
                        .shutdownGracePeriod(Duration.ofSeconds(1))
                        .shutdownHook(false)
                        .routing(routing -> {
                            routing.get("/openapi.yaml", (_, response) -> contract(response));
                            routing.get("/v1/sign-in", (_, response) -> signIns(response));
                            parts.routes().add(routing, this);
                            routing.error(Problem.class, (_, response, why) -> send(response, why));
                        });
        tls.map(Certificate::tls).ifPresent(builder::tls);
        this.server = builder.build();
    }

    /// @param tls empty on loopback only
    /// @throws IllegalArgumentException if it would be reachable from elsewhere in clear
    /// @throws IllegalStateException if the address cannot be had
    public static Api start(InetSocketAddress at, Optional<Certificate> tls, Parts parts) {
        if (tls.isEmpty() && !at.getAddress().isLoopbackAddress()) {
            throw new IllegalArgumentException(
                    "`listen.api` needs `tls:` unless it listens on loopback: " + at);
        }
        var api = new Api(at, tls, parts);
        api.server.start();
        return api;
    }

    /// The port it listens on.
    public int port() {
        return server.port();
    }

    // ---- what every route goes through

    /// A handler for those who proved who they are.
    io.helidon.webserver.http.Handler known(Handler handler) {
        return (request, response) -> {
            try {
                handler.handle(request, response, person(request));
            } catch (Problem problem) {
                send(response, problem);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                send(response, new Problem(503, "stopping", "the gateway is stopping"));
            } catch (EvidenceFailure e) {
                LOG.atError()
                        .addKeyValue("path", request.path().path())
                        .setCause(e)
                        .log("the evidence log cannot be read");
                send(
                        response,
                        new Problem(
                                503,
                                "log-unreadable",
                                "the evidence log cannot be read; see the gateway's own log"));
            } catch (RuntimeException e) {
                LOG.atError()
                        .addKeyValue("path", request.path().path())
                        .setCause(e)
                        .log("a request failed");
                send(response, new Problem(500, "internal", "the gateway failed; see its log"));
            }
        };
    }

    private Person person(ServerRequest request) {
        var from = source(request);
        var token = bearer(request);
        if (token.isEmpty()) {
            throw new Problem(
                    401,
                    "no-token",
                    "send a reviewer's access token: `countersign login` gets one");
        }
        return switch (people.person(token)) {
            case People.Proof.Proved(var reviewer, var parts) -> new Person(reviewer, parts, from);
            case People.Proof.Refused(var code, var message) -> {
                failed.accept(from, code);
                throw new Problem(401, code, message);
            }
        };
    }

    Session.Source source(ServerRequest request) {
        var peer = request.remotePeer();
        var here = request.localPeer();
        return new Session.Source(
                peer.host() + ":" + peer.port(),
                "api " + here.host() + ":" + here.port(),
                tls ? "TLS" : "");
    }

    /// Writes down that a person reads something, before they do.
    void read(Person person, String what, String of) {
        write(new Evidence.Read(person.reviewer(), person.from(), what, of));
    }

    /// Writes down that a token proved nothing.
    ///
    /// @param code a stable one: `token-expired`
    void failed(Session.Source from, String code) {
        failed.accept(from, code);
    }

    /// The access token of a request; empty where it brings none.
    static String bearer(ServerRequest request) {
        var header = request.headers().first(HeaderNames.AUTHORIZATION).orElse("");
        return header.startsWith("Bearer ") ? header.substring("Bearer ".length()).strip() : "";
    }

    private void write(Evidence record) {
        try {
            evidence.append(List.of(record)).toCompletableFuture().join();
        } catch (CompletionException e) {
            throw new Problem(
                    503, "no-evidence", "the evidence log cannot be written, so nothing is shown");
        }
    }

    People people() {
        return people;
    }

    /// The bytes of a body, as text.
    static String text(ServerRequest request) {
        var bytes = request.content().as(byte[].class);
        if (bytes.length > MAX_BODY) {
            throw new Problem(413, "too-long", "a body has at most " + MAX_BODY + " bytes");
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    static Json.Obj body(ServerRequest request) {
        try {
            if (Json.parse(text(request)) instanceof Json.Obj object) {
                return object;
            }
        } catch (IllegalArgumentException e) {
            throw new Problem(400, "no-json", "the body is no JSON: " + e.getMessage());
        }
        throw new Problem(400, "no-json", "the body must be a JSON object");
    }

    static void send(ServerResponse response, Json answer) {
        headers(response)
                .header(HeaderValues.CONTENT_TYPE_JSON)
                .send(answer.text().getBytes(StandardCharsets.UTF_8));
    }

    private static void send(ServerResponse response, Problem problem) {
        if (problem.status() == 401) {
            response.header(HeaderNames.WWW_AUTHENTICATE, "Bearer");
        }
        headers(response)
                .status(Status.create(problem.status()))
                .header(HeaderNames.CONTENT_TYPE, "application/problem+json")
                .send(problem.json().getBytes(StandardCharsets.UTF_8));
    }

    static ServerResponse headers(ServerResponse response) {
        return response.header(HeaderNames.CACHE_CONTROL, "no-store")
                .header(HeaderNames.create("X-Content-Type-Options"), "nosniff");
    }

    // ---- what nobody must sign in for

    private void signIns(ServerResponse response) {
        send(
                response,
                Json.object()
                        .put(
                                "issuers",
                                Json.list(
                                        people.signIns(),
                                        one ->
                                                Json.object()
                                                        .put("issuer", one.issuer())
                                                        .put("client", one.client())
                                                        .put("audience", one.audience())
                                                        .build()))
                        .build());
    }

    private static void contract(ServerResponse response) throws IOException {
        try (var in = Api.class.getResourceAsStream("openapi.yaml")) {
            if (in == null) {
                throw new IOException("openapi.yaml is missing from this build");
            }
            headers(response)
                    .header(HeaderNames.CONTENT_TYPE, "application/yaml")
                    .send(in.readAllBytes());
        }
    }

    @Override
    public void close() {
        server.stop();
    }

    /// A bell that rings for those who watch over this API.
    public static final class Live implements Bell {
        final Watchers watchers = new Watchers();

        @Override
        public void ring(Ring what) {
            watchers.ring(what);
        }
    }
}
