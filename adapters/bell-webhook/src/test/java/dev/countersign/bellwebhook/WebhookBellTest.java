package dev.countersign.bellwebhook;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.countersign.model.Action;
import dev.countersign.model.ActionId;
import dev.countersign.model.Bytes;
import dev.countersign.model.Effect;
import dev.countersign.model.Facts;
import dev.countersign.model.Hash;
import dev.countersign.model.Preview;
import dev.countersign.model.Principal;
import dev.countersign.model.Request;
import dev.countersign.model.ReviewId;
import dev.countersign.model.Session;
import dev.countersign.model.SessionId;
import dev.countersign.model.Target;
import dev.countersign.model.Work;
import dev.countersign.reviews.Bell;
import dev.countersign.reviews.ReviewView;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class WebhookBellTest {
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private final List<Got> got = new CopyOnWriteArrayList<>();
    private volatile int answer = 204;
    private HttpServer server;
    private WebhookBell bell;

    private record Got(String id, String timestamp, String signature, String body) {}

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        var headers = exchange.getRequestHeaders();
                        got.add(
                                new Got(
                                        headers.getFirst("webhook-id"),
                                        headers.getFirst("webhook-timestamp"),
                                        headers.getFirst("webhook-signature"),
                                        new String(
                                                exchange.getRequestBody().readAllBytes(),
                                                StandardCharsets.UTF_8)));
                        exchange.sendResponseHeaders(answer, -1);
                    }
                });
        server.start();
        var url = "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
        bell =
                new WebhookBell(
                        new Channel("ops", new Channel.Webhook(url, "env:HOOK")),
                        SECRET::toCharArray,
                        "https://gw.example:8443",
                        Clock.systemUTC(),
                        List.of(Duration.ofMillis(50), Duration.ofMillis(50)));
    }

    @AfterEach
    void close() {
        bell.close();
        server.stop(0);
    }

    private static Bell.Ring ring() {
        var who =
                new Principal(
                        Principal.Kind.AGENT,
                        new Principal.Party("https://idp", "eve"),
                        new Principal.Party("https://idp", "ann"),
                        List.of(),
                        "",
                        Set.of(),
                        Instant.MAX,
                        Set.of(),
                        List.of());
        var session =
                new Session(
                        SessionId.fresh(),
                        who,
                        new Target("shop", "postgres", "db:5432", "shop", "agent", Map.of()),
                        new Session.Source("127.0.0.1:1", "test", ""),
                        Work.NONE,
                        false,
                        Map.of());
        var action =
                new Action(
                        ActionId.fresh(),
                        session,
                        Request.of(Bytes.utf8("UPDATE t SET iban = 'DE89370400440532013000'")),
                        Set.of(Effect.UPDATE),
                        List.of(),
                        new Facts.Sql(
                                false, false, List.of(), List.of(), List.of(), List.of(), true,
                                false, 0, false),
                        "update t set iban = ?");
        var hash = new Hash(0, 0, 0, 1);
        return new Bell.Ring(
                "opened",
                new ReviewView(
                        new ReviewId("apr_abcd"),
                        action,
                        List.of(),
                        "dba",
                        1,
                        false,
                        ReviewView.State.PENDING,
                        Instant.EPOCH,
                        Instant.EPOCH.plusSeconds(900),
                        List.of(),
                        1,
                        Optional.empty(),
                        Preview.unknown(""),
                        hash,
                        hash,
                        List.of("ops")));
    }

    /// A vector of the specification.
    @Test
    void it_signs_as_standard_webhooks_describes() {
        assertThat(
                        Signature.of(
                                SECRET,
                                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                                1614265330,
                                "{\"test\": 2432232314}"))
                .isEqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    @Test
    void a_ring_is_signed_and_holds_no_statement() {
        bell.ring(ring());

        await().until(() -> !got.isEmpty());
        var one = got.getFirst();
        assertThat(one.body())
                .contains("review.opened", "apr_abcd", "eve for ann", "gw.example")
                .doesNotContain("UPDATE", "DE89", "iban");
        assertThat(one.signature())
                .isEqualTo(
                        Signature.of(
                                SECRET, one.id(), Long.parseLong(one.timestamp()), one.body()));
    }

    @Test
    void what_is_not_taken_is_tried_again_under_the_same_id() {
        answer = 500;

        bell.ring(ring());

        await().until(() -> bell.delivered().size() == 3);
        assertThat(got).extracting(Got::id).containsOnly(got.getFirst().id());
        assertThat(bell.delivered())
                .extracting(WebhookBell.Delivered::attempt)
                .containsExactly(1, 2, 3);
        assertThat(bell.delivered()).allMatch(one -> one.status() == 500);
    }

    @Test
    void it_rings_over_https_or_on_loopback() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Channel.Webhook("http://hooks.example/x", "env:HOOK"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Channel.Webhook("https://me:pw@hooks.example/x", "env:HOOK"));
    }
}
