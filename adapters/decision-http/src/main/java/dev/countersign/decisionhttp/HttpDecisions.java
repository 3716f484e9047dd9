package dev.countersign.decisionhttp;

import dev.countersign.gate.SecondOpinion;
import dev.countersign.model.Action;
import dev.countersign.model.Decision;
import dev.countersign.model.Opinion;
import dev.countersign.model.Verb;
import dev.countersign.secrets.SecretSource;
import dev.countersign.secrets.SecretUnavailable;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Asks one decision service. Whoever asks never waits; each question has a virtual thread of its
/// own and one deadline over everything: the secret, the connection, the whole answer.
///
/// By `send` and not by `sendAsync`, whose completions need the pool that the whole JVM shares.
public final class HttpDecisions implements SecondOpinion, AutoCloseable {
    /// Questions that are asked at once, of all sessions; a further one is denied.
    static final int MAX_ASKED = 64;

    /// Bytes of a question; what is longer cannot be told whole, so it is denied.
    static final int MAX_QUESTION = 256 << 10;

    /// Bytes of an answer.
    static final int MAX_ANSWER = 64 << 10;

    private static final Logger LOG = LoggerFactory.getLogger(HttpDecisions.class);

    private final DecisionSettings settings;
    private final URI at;
    private final Set<Verb> verbs;
    private final Optional<SecretSource> secret;
    private final HttpClient http;
    private final Semaphore room = new Semaphore(MAX_ASKED);
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("decision-", 0).factory());
    private final ScheduledThreadPoolExecutor timer =
            new ScheduledThreadPoolExecutor(
                    1, task -> Thread.ofPlatform().name("decision-timer").daemon().unstarted(task));

    /// @param secret the bearer token, read for each question; empty where none is shown
    public HttpDecisions(DecisionSettings settings, Optional<SecretSource> secret) {
        this.settings = settings;
        this.at = URI.create(settings.url());
        this.verbs = settings.verbs();
        this.secret = secret;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(settings.timeout())
                        .executor(threads)
                        .build();
        timer.setRemoveOnCancelPolicy(true);
    }

    @Override
    public boolean wanted(Action action) {
        return verbs.contains(action.verb());
    }

    @Override
    public CompletionStage<Opinion> ask(Action action, Decision decision) {
        if (!room.tryAcquire()) {
            return CompletableFuture.completedStage(Opinion.nothing(Opinion.BUSY));
        }
        var heard = new CompletableFuture<Opinion>();
        var asking =
                Thread.ofVirtual()
                        .name("decision")
                        .start(() -> {
                            try {
                                heard.complete(asked(action, decision));
                            } finally {
                                room.release();
                                heard.complete(Opinion.nothing("failed")); // unless it was heard
                            }
                        });
        deadline(heard, asking);
        return heard.whenComplete((opinion, _) -> log(action, opinion));
    }

    /// Holds whatever the question hangs on, a program that prints the secret too. What goes on
    /// with the answer does not run on the timer's thread.
    private void deadline(CompletableFuture<Opinion> heard, Thread asking) {
        Runnable over =
                () -> {
                    var _ =
                            Thread.ofVirtual()
                                    .name("decision-timeout")
                                    .start(() -> heard.complete(Opinion.nothing("timeout")));
                    asking.interrupt();
                };
        try {
            var alarm = timer.schedule(over, settings.timeout().toNanos(), TimeUnit.NANOSECONDS);
            var _ = heard.whenComplete((_, _) -> alarm.cancel(false));
        } catch (RejectedExecutionException e) { // it is closed
            heard.complete(Opinion.nothing("stopping"));
            asking.interrupt();
        }
    }

    private Opinion asked(Action action, Decision decision) {
        var question = Evaluation.of(action, decision).text().getBytes(StandardCharsets.UTF_8);
        if (question.length > MAX_QUESTION) {
            return Opinion.nothing("too-long");
        }
        try {
            var answer =
                    http.send(
                            request(question),
                            HttpResponse.BodyHandlers.limiting(
                                    HttpResponse.BodyHandlers.ofByteArray(), MAX_ANSWER));
            return Answered.read(answer.statusCode(), answer.body());
        } catch (SecretUnavailable | IllegalArgumentException e) {
            return Opinion.nothing("secret"); // the message of the second may quote it
        } catch (HttpTimeoutException e) {
            return Opinion.nothing("timeout");
        } catch (IOException e) {
            return Opinion.nothing("unreachable");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Opinion.nothing("timeout");
        }
    }

    /// @throws SecretUnavailable if there is none to be had
    /// @throws IllegalArgumentException if it cannot stand in a header
    private HttpRequest request(byte[] question) {
        var request =
                HttpRequest.newBuilder(at)
                        .timeout(settings.timeout())
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(question));
        if (secret.isPresent()) {
            var read = secret.get().read();
            try {
                request.header("Authorization", "Bearer " + new String(read));
            } finally {
                Arrays.fill(read, '\0');
            }
        }
        return request.build();
    }

    private static void log(Action action, Opinion opinion) {
        if (opinion.said() == Opinion.Said.NOTHING) {
            LOG.atWarn()
                    .addKeyValue("action", action.id().value())
                    .log("the decision service gave no decision: {}", opinion.code());
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        threads.shutdownNow();
        http.shutdownNow();
    }
}
