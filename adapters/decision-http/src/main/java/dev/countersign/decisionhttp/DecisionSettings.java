package dev.countersign.decisionhttp;

import dev.countersign.model.Verb;
import dev.countersign.settings.Default;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// A decision service that is asked before an action runs, where the policies do not deny it. It
/// can only forbid.
///
/// ```yaml
/// decisions: {url: "https://pdp.example/access/v1/evaluation", secret: file:pdp.secret}
/// ```
///
/// @param url its access evaluation endpoint: https, or http on loopback
/// @param timeout for everything about one question; then it is denied
/// @param secret a reference to the bearer token that it is shown; none where nothing stands here
/// @param on the verbs that it is asked about; all but `read` where nothing stands here
public record DecisionSettings(
        String url,
        @Default("500ms") Duration timeout,
        @Default("") String secret,
        List<String> on) {
    /// A client waits no longer for a decision.
    static final Duration LONGEST = Duration.ofSeconds(10);

    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "[::1]", "localhost");

    public DecisionSettings {
        var uri = URI.create(url);
        boolean loopback = uri.getHost() != null && LOOPBACK.contains(uri.getHost());
        if (uri.getHost() == null
                || (!"https".equals(uri.getScheme())
                        && !("http".equals(uri.getScheme()) && loopback))) {
            throw new IllegalArgumentException("`url` is https, or http on loopback");
        }
        if (uri.getUserInfo() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException(
                    "`url` holds no password and no fragment; a bearer token is `secret`");
        }
        if (!timeout.isPositive() || timeout.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("`timeout` is longer than 0s and at most 10s");
        }
        if (!words().containsAll(on)) {
            throw new IllegalArgumentException("`on` knows the verbs " + words());
        }
    }

    private static List<String> words() {
        return Arrays.stream(Verb.values()).map(Verb::word).toList();
    }

    /// The verbs that it is asked about.
    Set<Verb> verbs() {
        return Arrays.stream(Verb.values())
                .filter(verb -> on.isEmpty() ? verb != Verb.READ : on.contains(verb.word()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
