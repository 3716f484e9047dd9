package dev.countersign.server;

import dev.countersign.identity.IssuerCheck;
import dev.countersign.identity.IssuerSettings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/// Whether issuers are there and what the configuration says they are, and whose clock is wrong.
final class IssuersCheck {
    /// A difference of clocks that is told.
    static final Duration SKEW = Duration.ofSeconds(5);

    /// One with which tokens are refused that are good.
    static final Duration TOO_MUCH = Duration.ofSeconds(60);

    private IssuersCheck() {}

    static void check(List<IssuerSettings> issuers, Clock clock, Consumer<Finding> found) {
        try (var check = new IssuerCheck(clock)) {
            for (var issuer : issuers) {
                check.of(issuer).ifPresent(wrong -> found.accept(finding(issuer.issuer(), wrong)));
                check.ahead(issuer).ifPresent(ahead -> skew(issuer.issuer(), ahead, found));
            }
        }
    }

    private static Finding finding(String issuer, IssuerCheck.Found wrong) {
        return switch (wrong.what()) {
            case UNREACHABLE ->
                    Finding.wrong(
                            "issuer-unreachable",
                            issuer,
                            wrong.told(),
                            "open the way from here to it, or correct `issuer`; a CA of your own"
                                    + " belongs into the JDK's trust store");
            case NAME ->
                    Finding.wrong(
                            "issuer-name",
                            issuer,
                            wrong.told(),
                            "copy `issuer` out of its discovery document, letter by letter");
            case KEYS_ORIGIN ->
                    Finding.wrong(
                            "issuer-keys-origin",
                            issuer,
                            wrong.told(),
                            "add jwks-origin: with the origin of its `jwks_uri`, if that is its own");
            case SUBJECTS ->
                    Finding.wrong(
                            "issuer-subjects",
                            issuer,
                            wrong.told(),
                            "say subjects: public if that is so, or name what people are known by in"
                                    + " person-claim");
            case DOCUMENT ->
                    Finding.wrong(
                            "issuer-document",
                            issuer,
                            wrong.told(),
                            "is it an OpenID Connect issuer? Its document stands at"
                                    + " /.well-known/openid-configuration");
        };
    }

    static void skew(String issuer, Duration ahead, Consumer<Finding> found) {
        var much = ahead.abs();
        if (much.compareTo(SKEW) < 0) {
            return;
        }
        found.accept(
                new Finding(
                        much.compareTo(TOO_MUCH) < 0
                                ? Finding.Severity.WARNING
                                : Finding.Severity.WRONG,
                        "clock-skew",
                        issuer,
                        "this machine's clock is "
                                + much.toSeconds()
                                + " s "
                                + (ahead.isNegative() ? "behind" : "ahead of")
                                + " the issuer's",
                        "set the clock by NTP (timedatectl), or good tokens are refused"));
    }
}
