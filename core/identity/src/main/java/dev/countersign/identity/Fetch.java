package dev.countersign.identity;

import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Gets an issuer's keys by discovery (OpenID Connect Discovery 4). Whoever stands in between or
/// behind a redirect gets no say: the document must name the configured issuer, letter by letter,
/// and the keys must lie at the pinned origin. No cookie, no credential, no redirect, nothing
/// larger or slower than the limits here.
final class Fetch implements AutoCloseable {
    /// The largest discovery document or JWK Set, in bytes.
    static final int MAX_DOCUMENT = 256 * 1024;

    /// How long one of the two documents may take, from the first packet to the last byte.
    static final Duration DOCUMENT_DEADLINE = Duration.ofSeconds(3);

    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(DOCUMENT_DEADLINE)
                    .build();

    KeySet keys(IssuerSettings issuer) throws IssuerFailure {
        var discovered = json(get(issuer.discovery()));
        if (!issuer.issuer().equals(discovered.get("issuer"))) {
            throw untrusted(
                    IssuerCheck.What.NAME,
                    issuer.discovery()
                            + " names another issuer; `issuer` must stand in the configuration"
                            + " exactly as there, closing slash included");
        }
        checkSubjects(issuer, discovered.get("subject_types_supported"));
        if (!(discovered.get("jwks_uri") instanceof String keys)) {
            throw untrusted(issuer.discovery() + " has no `jwks_uri`");
        }
        var pinned = issuer.keysFrom();
        if (Origin.of(keys).filter(pinned::equals).isEmpty()) {
            throw untrusted(
                    IssuerCheck.What.KEYS_ORIGIN,
                    "its keys do not lie at "
                            + pinned
                            + "; where that is intended, say so with `jwks-origin`");
        }
        return KeySet.parse(get(URI.create(keys)));
    }

    /// One person, one value: where an issuer makes up a subject for each client, `sub` is nobody's
    /// name.
    private static void checkSubjects(IssuerSettings issuer, @Nullable Object offered)
            throws IssuerFailure {
        if (!issuer.peopleAreSubjects()) {
            return;
        }
        var types = offered instanceof List<?> list ? list : List.of();
        boolean onlyPairwise = types.contains("pairwise") && !types.contains("public");
        boolean onlyPublic = types.contains("public") && !types.contains("pairwise");
        if (onlyPairwise) {
            throw untrusted(
                    IssuerCheck.What.SUBJECTS,
                    "it gives each client another `sub`; name what people are known by in"
                            + " `person-claim`");
        }
        if (!onlyPublic && issuer.subjects() != IssuerSettings.Subjects.PUBLIC) {
            throw untrusted(
                    IssuerCheck.What.SUBJECTS,
                    "it may give each client another `sub`; say `subjects: public` if it does not"
                            + " for this gateway's clients, or name another `person-claim`");
        }
    }

    private Map<String, Object> json(String text) throws IssuerFailure {
        try {
            return JSONObjectUtils.parse(text);
        } catch (ParseException e) {
            throw untrusted("its discovery document is no JSON object");
        }
    }

    /// On a thread of its own, not by `sendAsync`: that hands each answer to the JVM's common pool,
    /// and where all of its threads wait for a login, none of them would get one.
    private String get(URI at) throws IssuerFailure {
        return answer(at).body();
    }

    /// What the issuer's own clock says, to the second; empty where it says nothing.
    Optional<Instant> date(IssuerSettings issuer) throws IssuerFailure {
        return answer(issuer.discovery()).headers().firstValue("Date").flatMap(Fetch::instant);
    }

    private static Optional<Instant> instant(String date) {
        try {
            return Optional.of(DateTimeFormatter.RFC_1123_DATE_TIME.parse(date, Instant::from));
        } catch (DateTimeParseException e) {
            return Optional.empty(); // no date, so nothing is told of its clock
        }
    }

    private HttpResponse<String> answer(URI at) throws IssuerFailure {
        var request =
                HttpRequest.newBuilder(at)
                        .header("Accept", "application/json")
                        .timeout(DOCUMENT_DEADLINE)
                        .GET()
                        .build();
        var body =
                HttpResponse.BodyHandlers.limiting(
                        HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8), MAX_DOCUMENT);
        var answer = new FutureTask<>(() -> http.send(request, body));
        Thread.ofVirtual().name("issuer-document").start(answer);
        try {
            var response = answer.get(DOCUMENT_DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw unreachable(at + " answers with status " + response.statusCode());
            }
            return response;
        } catch (TimeoutException e) {
            throw unreachable(
                    at + " has not answered within " + DOCUMENT_DEADLINE.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw unreachable(at + " cannot be read: " + kind(e.getCause()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(at + " was not waited for: the gateway stops");
        } finally {
            answer.cancel(true);
        }
    }

    /// The kind of the failure without its message, which may hold what the other side sent.
    private static String kind(@Nullable Throwable failure) {
        return switch (failure) {
            case null -> "no reason given";
            case IOException io ->
                    io.getClass().getSimpleName() + " (refused, broken off or too large)";
            default -> failure.getClass().getSimpleName();
        };
    }

    private static IssuerFailure untrusted(IssuerCheck.What what, String told) {
        return new IssuerFailure(IssuerFailure.UNTRUSTED, what, told);
    }

    private static IssuerFailure untrusted(String what) {
        return new IssuerFailure(IssuerFailure.UNTRUSTED, what);
    }

    private static IssuerFailure unreachable(String what) {
        return new IssuerFailure(IssuerFailure.UNREACHABLE, what);
    }

    @Override
    public void close() {
        http.shutdownNow();
        http.close();
    }
}
