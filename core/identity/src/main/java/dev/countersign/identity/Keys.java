package dev.countersign.identity;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.JSONObjectUtils;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The signing keys of one issuer, by its discovery document (OpenID Connect Discovery 1.0): fetched
/// once for all who wait, kept, fetched again when they grow old or when a token names a key that is
/// not among them, though not more than once a minute. While the issuer cannot be reached, keys serve
/// on until their hard limit.
final class Keys {
    /// Bytes of a discovery document or a key set.
    static final int MAX_BYTES = 256 << 10;

    /// Keys of one set that are looked at.
    static final int MAX_KEYS = 100;

    /// How old keys grow before they are fetched again.
    static final Duration FRESH = Duration.ofMinutes(15);

    /// How old keys may be at all.
    static final Duration LIMIT = Duration.ofHours(24);

    /// The least time between two fetches.
    static final Duration PAUSE = Duration.ofMinutes(1);

    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private static final int MIN_RSA_BITS = 2_048;

    private static final Logger LOG = LoggerFactory.getLogger(Keys.class);

    private final String issuer;
    private final HttpClient http;
    private final Clock clock;
    private final Consumer<JWKSet> fetched;

    // guarded by fetching
    private final ReentrantLock fetching = new ReentrantLock();
    private @Nullable Instant tried;

    private volatile @Nullable Known known;

    private record Known(JWKSet keys, Instant at) {}

    /// @param fetched told of each set that differs from the one before, before it is used
    Keys(String issuer, HttpClient http, Clock clock, Consumer<JWKSet> fetched) {
        this.issuer = issuer;
        this.http = http;
        this.clock = clock;
        this.fetched = fetched;
    }

    /// The public key that a token's header names, fit for its algorithm.
    JWK find(String id, JWSAlgorithm algorithm) throws Rejection {
        var now = known;
        var key = now == null ? null : among(now.keys(), id, algorithm);
        if (now == null || key == null || old(now, FRESH)) {
            now = refreshed(now);
            key = now == null ? null : among(now.keys(), id, algorithm);
        }
        if (now == null || old(now, LIMIT)) {
            throw new Rejection(
                    "issuer-unreachable", "the issuer's keys cannot be had; try again later");
        }
        if (key == null) {
            throw new Rejection(
                    "token-signature", "no key of the issuer fits this token's signature");
        }
        return key;
    }

    private boolean old(Known keys, Duration limit) {
        return clock.instant().isAfter(keys.at().plus(limit));
    }

    /// One fetches, all who come meanwhile wait for that.
    private @Nullable Known refreshed(@Nullable Known seen) {
        fetching.lock();
        try {
            var now = known;
            if (!Objects.equals(now, seen)) {
                return now; // somebody else just did
            }
            var last = tried;
            if (last != null && clock.instant().isBefore(last.plus(PAUSE))) {
                return now;
            }
            tried = clock.instant();
            var keys = fetch();
            if (now == null || !now.keys().toString(true).equals(keys.toString(true))) {
                fetched.accept(keys);
            }
            known = new Known(keys, clock.instant());
            return known;
        } catch (IOException e) {
            LOG.atWarn()
                    .addKeyValue("issuer", issuer)
                    .log("the issuer's keys cannot be fetched: {}", e.getMessage());
            return known;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return known;
        } finally {
            fetching.unlock();
        }
    }

    private JWKSet fetch() throws IOException, InterruptedException {
        var base = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
        var document = get(URI.create(base + "/.well-known/openid-configuration"));
        if (!issuer.equals(document.get("issuer"))) {
            throw new IOException("its discovery document is of another issuer");
        }
        if (!(document.get("jwks_uri") instanceof String uri)) {
            throw new IOException("its discovery document names no keys");
        }
        var keys = URI.create(uri);
        if (!origin(keys).equals(origin(URI.create(issuer)))) {
            throw new IOException("its keys lie at another origin than the issuer");
        }
        try {
            var set = JWKSet.parse(get(keys));
            if (set.getKeys().size() > MAX_KEYS) {
                throw new IOException("it has more than " + MAX_KEYS + " keys");
            }
            return set.toPublicJWKSet();
        } catch (ParseException e) {
            throw new IOException("its keys cannot be read", e);
        }
    }

    private static String origin(URI uri) {
        int port =
                uri.getPort() >= 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? 443 : 80;
        return uri.getScheme() + "://" + uri.getHost() + ":" + port;
    }

    private Map<String, Object> get(URI uri) throws IOException, InterruptedException {
        var request =
                HttpRequest.newBuilder(uri)
                        .timeout(TIMEOUT)
                        .header("Accept", "application/json")
                        .build();
        var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = response.body()) {
            if (response.statusCode() != 200) {
                throw new IOException("it answers with status " + response.statusCode());
            }
            var bytes = in.readNBytes(MAX_BYTES + 1);
            if (bytes.length > MAX_BYTES) {
                throw new IOException("it answers with more than " + MAX_BYTES + " bytes");
            }
            return JSONObjectUtils.parse(
                    new String(bytes, java.nio.charset.StandardCharsets.UTF_8));
        } catch (ParseException e) {
            throw new IOException("its answer is no JSON", e);
        }
    }

    /// A key is taken for one algorithm only if its type, and what it says of itself, fit.
    private static @Nullable JWK among(JWKSet keys, String id, JWSAlgorithm algorithm) {
        for (var key : keys.getKeys()) {
            if (id.equals(key.getKeyID() == null ? "" : key.getKeyID()) && fits(key, algorithm)) {
                return key;
            }
        }
        return null;
    }

    private static boolean fits(JWK key, JWSAlgorithm algorithm) {
        if (key.getKeyUse() != null && !KeyUse.SIGNATURE.equals(key.getKeyUse())) {
            return false;
        }
        if (key.getAlgorithm() != null && !key.getAlgorithm().equals(algorithm)) {
            return false;
        }
        try {
            return switch (key.getKeyType().getValue()) {
                case "RSA" ->
                        JWSAlgorithm.Family.RSA.contains(algorithm)
                                && ((RSAKey) key).toRSAPublicKey().getModulus().bitLength()
                                        >= MIN_RSA_BITS;
                case "EC" -> List.of(curveAlgorithm(key)).contains(algorithm);
                default -> false;
            };
        } catch (JOSEException e) {
            return false; // a key that cannot be read fits nothing
        }
    }

    private static JWSAlgorithm curveAlgorithm(JWK key) {
        return switch (key.toECKey().getCurve().getName()) {
            case "P-256" -> JWSAlgorithm.ES256;
            case "P-384" -> JWSAlgorithm.ES384;
            case "P-521" -> JWSAlgorithm.ES512;
            default -> JWSAlgorithm.parse("none");
        };
    }
}
