package dev.countersign.demo;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The device grant (RFC 8628): for a terminal that has no browser, a person signs in on another
/// machine and types a code.
final class IssuerDevices {
    /// How long a code waits for its person, and how many may wait.
    static final Duration LIFE = Duration.ofMinutes(10);

    static final int MAX_WAITING = 200;

    /// How often a device may ask, and by how much that grows when it asks too often (3.5).
    static final Duration INTERVAL = Duration.ofSeconds(2);

    static final Duration SLOWER = Duration.ofSeconds(5);

    private final String issuer;
    private final Clock clock;

    /// Kept for twice their life, so that who asks too late is told so.
    private final Expiring<Device> waiting;

    IssuerDevices(String issuer, Clock clock) {
        this.issuer = issuer;
        this.clock = clock;
        this.waiting = new Expiring<>(MAX_WAITING, LIFE.multipliedBy(2), clock);
    }

    /// One sign-in. Its state is guarded by itself.
    private static final class Device {
        private final String userCode = IssuerWords.userCode();
        private final Instant ends;
        private final boolean openid;
        private Duration interval = INTERVAL;
        private Instant askedLast = Instant.MIN;
        private boolean denied;
        private IssuerTokens.@Nullable SignIn who;

        private Device(Instant ends, boolean openid) {
            this.ends = ends;
            this.openid = openid;
        }

        private synchronized boolean open(Instant now) {
            return who == null && !denied && ends.isAfter(now);
        }

        /// Once, and in time.
        ///
        /// @param person null if it was not them
        private synchronized void decide(IssuerTokens.@Nullable SignIn person, Instant now)
                throws IssuerError {
            if (!open(now)) {
                throw IssuerError.of("invalid_request", "somebody else has just typed this code");
            }
            who = person;
            denied = person == null;
        }

        private synchronized IssuerTokens.SignIn answer(Instant now) throws IssuerError {
            if (denied) {
                throw IssuerError.of("access_denied", "the person said that it was not them");
            }
            if (!ends.isAfter(now)) {
                throw IssuerError.of("expired_token", "nobody typed the code in time; start again");
            }
            if (who != null) {
                return who;
            }
            boolean early = now.isBefore(askedLast.plus(interval));
            askedLast = now;
            if (early) {
                interval = interval.plus(SLOWER);
                throw IssuerError.of(
                        "slow_down", "ask every " + interval.toSeconds() + " seconds at most");
            }
            throw IssuerError.of("authorization_pending", "nobody has typed the code yet");
        }
    }

    /// Who signed in for a device, and whether it asked for an ID token.
    record Granted(IssuerTokens.SignIn who, boolean openid) {}

    /// Starts one (3.1, 3.2).
    IssuerReply start(IssuerForm request) throws IssuerError {
        if (!request.get("client_id").equals(IssuerPeople.CLI)) {
            throw IssuerError.of("invalid_client", "no such client signs people in here");
        }
        var device = new Device(clock.instant().plus(LIFE), IssuerAuthorize.openid(request));
        var code = IssuerWords.secret();
        waiting.put(code, device);
        var page = issuer + "/device";
        return new IssuerReply.Json(
                200,
                Map.of(
                        "device_code",
                        code,
                        "user_code",
                        device.userCode,
                        "verification_uri",
                        page,
                        "verification_uri_complete",
                        page + "?" + IssuerForm.encode(Map.of("user_code", device.userCode)),
                        "expires_in",
                        LIFE.toSeconds(),
                        "interval",
                        INTERVAL.toSeconds()));
    }

    /// The page on which a person types the code (3.3).
    IssuerReply ask(IssuerForm request) {
        return new IssuerReply.Page(200, IssuerPages.device(request.get("user_code")), "");
    }

    /// A person typed a code and said who they are, or that it was not them.
    IssuerReply answer(IssuerForm request) throws IssuerError {
        var typed = plain(request.get("user_code"));
        var now = clock.instant();
        var device =
                waiting.find(it -> it.open(now) && IssuerWords.same(plain(it.userCode), typed))
                        .orElseThrow(() ->
                                IssuerError.of(
                                        "invalid_request", "no device waits with this code"));
        if (request.has("deny")) {
            device.decide(null, now);
            return done("Refused", "The device gets nothing. You can close this page.");
        }
        if (!IssuerPeople.isPerson(request.get("person"))) {
            throw IssuerError.of("access_denied", "nobody of that name lives here");
        }
        device.decide(new IssuerTokens.SignIn(request.get("person"), now), now);
        return done("Signed in", "The device is signed in. You can close this page.");
    }

    /// What the device that waits is told. Once it has its answer, the code is used up.
    Granted redeem(IssuerForm request) throws IssuerError {
        var code = request.get("device_code");
        var device = waiting.get(code);
        if (device.isPresent()) {
            var who = device.get().answer(clock.instant());
            if (waiting.take(code).isPresent()) {
                return new Granted(who, device.get().openid);
            }
        }
        throw IssuerError.of("invalid_grant", "the device code is unknown or used");
    }

    private static IssuerReply done(String title, String sentence) {
        return new IssuerReply.Page(200, IssuerPages.told(title, sentence), "");
    }

    /// As a person may have typed it.
    private static String plain(String userCode) {
        return userCode.toUpperCase(Locale.ROOT).replaceAll("[^A-Z]", "");
    }
}
