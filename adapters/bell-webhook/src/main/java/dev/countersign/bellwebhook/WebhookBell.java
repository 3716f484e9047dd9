package dev.countersign.bellwebhook;

import dev.countersign.model.Json;
import dev.countersign.reviews.Bell;
import dev.countersign.reviews.ReviewView;
import dev.countersign.secrets.SecretSource;
import dev.countersign.secrets.SecretUnavailable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Rings one webhook. It only rings: a ruling comes by the control API alone. What it sends names
/// the review, who asks, and where people decide; no statement and no value leaves by it.
///
/// A delivery that fails is tried again after 5 s, 30 s, 2 min and 10 min, under the same id, so
/// that a receiver can tell. One thread of its own rings; whoever tells it never waits.
public final class WebhookBell implements Bell, AutoCloseable {
    /// Deliveries that wait; further ones are dropped, which is logged.
    static final int MAX_WAITING = 1_000;

    /// Deliveries that the log keeps.
    static final int MAX_LOGGED = 200;

    private static final List<Duration> AGAIN =
            List.of(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(2),
                    Duration.ofMinutes(10));
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(WebhookBell.class);

    private final Channel channel;
    private final SecretSource secret;
    private final String where;
    private final Clock clock;
    private final List<Duration> again;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();
    private final DelayQueue<Delivery> waiting = new DelayQueue<>();
    private final Thread thread;

    // guarded by itself
    private final Deque<Delivered> delivered = new ArrayDeque<>();

    /// What became of one attempt.
    ///
    /// @param status 0 where there was no answer
    public record Delivered(String id, String type, String review, int attempt, int status) {}

    private record Delivery(
            String id, String type, String review, String body, int attempt, long at)
            implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(at - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(
                    getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /// What it was made of.
    public Channel channel() {
        return channel;
    }

    /// @param where people decide
    public WebhookBell(Channel channel, SecretSource secret, String where, Clock clock) {
        this(channel, secret, where, clock, AGAIN);
    }

    WebhookBell(
            Channel channel, SecretSource secret, String where, Clock clock, List<Duration> again) {
        this.channel = channel;
        this.secret = secret;
        this.where = where;
        this.clock = clock;
        this.again = List.copyOf(again);
        this.thread = Thread.ofVirtual().name("bell-" + channel.name()).start(this::ringAll);
    }

    public String name() {
        return channel.name();
    }

    @Override
    public void ring(Ring what) {
        var type = "review." + what.happened();
        var review = what.review().id().value();
        if (waiting.size() >= MAX_WAITING) {
            LOG.atWarn().addKeyValue("channel", channel.name()).log("too many deliveries wait");
            return;
        }
        waiting.add(
                new Delivery(
                        "msg_" + UUID.randomUUID().toString().replace("-", ""),
                        type,
                        review,
                        body(type, what.review()),
                        1,
                        System.nanoTime()));
    }

    private String body(String type, ReviewView review) {
        var session = review.action().session();
        return Json.object()
                .put("type", type)
                .put("timestamp", clock.instant().truncatedTo(ChronoUnit.SECONDS).toString())
                .put(
                        "data",
                        Json.object()
                                .put("review", review.id().value())
                                .put("state", review.state().word())
                                .put("panels", review.panels())
                                .put("needed", review.needed())
                                .put("who", session.who().toString())
                                .put("target", session.where().name())
                                .put("verb", review.action().verb().word())
                                .put(
                                        "expires",
                                        review.expires().truncatedTo(ChronoUnit.SECONDS).toString())
                                .putIfAny("where", where)
                                .build())
                .build()
                .text();
    }

    private void ringAll() {
        try {
            while (true) {
                deliver(waiting.take());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it is closed
        }
    }

    private void deliver(Delivery delivery) throws InterruptedException {
        int status = 0;
        try {
            status = send(delivery);
        } catch (IOException | SecretUnavailable | IllegalArgumentException e) {
            LOG.atWarn()
                    .addKeyValue("channel", channel.name())
                    .addKeyValue("review", delivery.review())
                    .log("a webhook was not reached: {}", e.getClass().getSimpleName());
        }
        log(delivery, status);
        boolean good = status / 100 == 2;
        if (!good && delivery.attempt() <= again.size()) {
            waiting.add(
                    new Delivery(
                            delivery.id(),
                            delivery.type(),
                            delivery.review(),
                            delivery.body(),
                            delivery.attempt() + 1,
                            System.nanoTime() + again.get(delivery.attempt() - 1).toNanos()));
        } else if (!good) {
            LOG.atError()
                    .addKeyValue("channel", channel.name())
                    .addKeyValue("review", delivery.review())
                    .log("a webhook was not told after {} attempts", delivery.attempt());
        }
    }

    private int send(Delivery delivery) throws IOException, InterruptedException {
        long now = clock.instant().getEpochSecond();
        var read = secret.read();
        String signature;
        try {
            signature = Signature.of(new String(read), delivery.id(), now, delivery.body());
        } finally {
            Arrays.fill(read, '\0');
        }
        var request =
                HttpRequest.newBuilder(URI.create(channel.webhook().url()))
                        .timeout(LIMIT)
                        .header("Content-Type", "application/json")
                        .header("webhook-id", delivery.id())
                        .header("webhook-timestamp", Long.toString(now))
                        .header("webhook-signature", signature)
                        .POST(HttpRequest.BodyPublishers.ofString(delivery.body()))
                        .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    private void log(Delivery delivery, int status) {
        synchronized (delivered) {
            if (delivered.size() >= MAX_LOGGED) {
                delivered.removeFirst();
            }
            delivered.add(
                    new Delivered(
                            delivery.id(),
                            delivery.type(),
                            delivery.review(),
                            delivery.attempt(),
                            status));
        }
        LOG.atInfo()
                .addKeyValue("channel", channel.name())
                .addKeyValue("review", delivery.review())
                .addKeyValue("attempt", delivery.attempt())
                .log("{} delivered: status {}", delivery.type(), status);
    }

    /// The last attempts, the oldest first.
    public List<Delivered> delivered() {
        synchronized (delivered) {
            return List.copyOf(delivered);
        }
    }

    @Override
    public void close() {
        thread.interrupt();
        http.close();
    }
}
