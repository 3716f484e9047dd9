package dev.countersign.api;

import dev.countersign.evidence.LogCopy;
import dev.countersign.evidence.PublishedLog;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The evidence log itself, for administrators: its last checkpoint, and a copy that verifies
/// elsewhere.
public final class EvidenceRoutes implements Api.Routes {
    /// Copies that are made at once.
    static final int MAX = 2;

    /// How long one may take, whoever takes it.
    static final Duration LIMIT = Duration.ofHours(1);

    private static final Logger LOG = LoggerFactory.getLogger(EvidenceRoutes.class);

    private final Path directory;
    private final LogCopy.Opener payloads;
    private final Oversight oversight;
    private final Duration limit;
    private final Seats seats = new Seats("too-many", "copy the log", MAX, 1);

    /// @param directory the data directory
    /// @param payloads opens proofs of rulings for those who ask for them
    public EvidenceRoutes(Path directory, LogCopy.Opener payloads, Oversight oversight) {
        this(directory, payloads, oversight, LIMIT);
    }

    EvidenceRoutes(Path directory, LogCopy.Opener payloads, Oversight oversight, Duration limit) {
        this.directory = directory;
        this.payloads = payloads;
        this.oversight = oversight;
        this.limit = limit;
    }

    @Override
    public void add(HttpRouting.Builder routing, Api api) {
        routing.get(
                "/v1/evidence/checkpoint",
                api.known((_, response, person) -> {
                    check(person);
                    api.read(person, "evidence.checkpoint", "");
                    Api.headers(response)
                            .header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                            .send(
                                    PublishedLog.of(directory)
                                            .checkpoint()
                                            .getBytes(StandardCharsets.UTF_8));
                }));
        routing.get(
                "/v1/evidence/log",
                api.known((request, response, person) -> {
                    check(person);
                    boolean opened =
                            request.query().first("rulings").orElse("closed").equals("opened");
                    try (var _ = seats.take(person.reviewer().person())) {
                        var copy = LogCopy.of(directory);
                        api.read(person, "evidence.log", Long.toString(copy.size()));
                        if (opened) {
                            api.read(person, "evidence.rulings", Long.toString(copy.size()));
                        }
                        send(response, copy, opened ? Optional.of(payloads) : Optional.empty());
                    }
                }));
    }

    private void check(Api.Person person) {
        if (!oversight.ofAll(person.reviewer())) {
            throw new Problem(
                    403,
                    "not-administrator",
                    "the whole log is for members of the groups that `administrators:` of the"
                            + " configuration names");
        }
    }

    private void send(ServerResponse response, LogCopy copy, Optional<LogCopy.Opener> rulings) {
        Api.headers(response).header(HeaderNames.CONTENT_TYPE, "application/zip");
        var done = new CountDownLatch(1);
        interruptedUnless(done, Thread.currentThread());
        try (var out = response.outputStream()) {
            copy.write(out, rulings);
        } catch (IOException | UncheckedIOException | ServerConnectionException e) {
            LOG.atWarn().setCause(e).log("a copy of the evidence log broke off");
        } finally {
            done.countDown();
        }
    }

    /// Somebody who takes nothing would keep the copy for ever: a virtual thread that is
    /// interrupted in the middle of a write closes its connection.
    private void interruptedUnless(CountDownLatch done, Thread writer) {
        Thread.ofVirtual()
                .name("evidence-copy-limit")
                .start(() -> {
                    try {
                        if (!done.await(limit.toSeconds(), TimeUnit.SECONDS)) {
                            writer.interrupt();
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
    }
}
