package dev.countersign.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/// Where the gateway listens: addresses, ports, certificates, and whether people can decide.
final class ListenCheck {
    /// A certificate that ends sooner is told.
    static final Duration SOON = Duration.ofDays(14);

    /// Kinds of names in a certificate (RFC 5280, 4.2.1.6).
    private static final int DNS = 2;

    private static final int IP = 7;

    private ListenCheck() {}

    static void check(Configuration configuration, Clock clock, Consumer<Finding> found) {
        var server = configuration.server();
        boolean runs = PlaceCheck.runs(server.dataDir());
        server.listen()
                .forEach((name, at) -> {
                    var about = "listen." + name;
                    address(about, at, runs, found);
                    plain(name, about, at, found);
                    at.tls()
                            .ifPresent(tls ->
                                    certificate(
                                            about,
                                            at.host(),
                                            Server.file(configuration, tls.certificate()),
                                            Server.file(configuration, tls.key()),
                                            clock.instant(),
                                            found));
                });
        people(configuration, found);
    }

    private static void address(
            String about, ServerSettings.ListenSettings at, boolean runs, Consumer<Finding> found) {
        InetAddress address;
        try {
            address = InetAddress.getByName(at.host());
            if (!address.isAnyLocalAddress()
                    && !address.isLoopbackAddress()
                    && NetworkInterface.getByInetAddress(address) == null) {
                found.accept(
                        Finding.wrong(
                                "listen-address",
                                about,
                                at.host() + " is no address of this machine",
                                "name one of its own, or 0.0.0.0 for all of them"));
                return;
            }
        } catch (UnknownHostException e) {
            found.accept(
                    Finding.wrong(
                            "listen-address",
                            about,
                            "there is no address of the name " + at.host(),
                            "write an address, such as 127.0.0.1 or 0.0.0.0"));
            return;
        } catch (IOException e) {
            return; // nobody can tell whose address it is; binding does
        }
        if (runs || at.port() == 0) {
            return;
        }
        try (var probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(address, at.port()));
        } catch (IOException e) {
            found.accept(
                    Finding.wrong(
                            "port-taken",
                            about,
                            at.at()
                                    + " cannot be had: another program has it, or this user may not",
                            "stop the other (ss -ltnp shows it), or take another port"));
        }
    }

    private static void plain(
            String name, String about, ServerSettings.ListenSettings at, Consumer<Finding> found) {
        if (at.tls().isPresent() || name.equals(ServerSettings.MONITOR) || loopback(at.host())) {
            return;
        }
        found.accept(
                Finding.wrong(
                        "listen-plain",
                        about,
                        "tokens would go in clear to "
                                + at.host()
                                + "; the gateway does not start so",
                        "give it tls: {certificate: …, key: …}, or listen on 127.0.0.1"));
    }

    private static boolean loopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    static void certificate(
            String about, String host, Path file, Path key, Instant now, Consumer<Finding> found) {
        X509Certificate shown;
        try {
            shown = CertificateEnds.first(file);
            if (!Files.readString(key).contains("PRIVATE KEY-----")) {
                throw new IOException("there is no private key in PEM in " + key);
            }
        } catch (IOException e) {
            found.accept(
                    Finding.wrong(
                            "certificate",
                            about,
                            "its certificate or key cannot be read: " + told(e),
                            "name PEM files that the gateway's user may read"));
            return;
        }
        var end = shown.getNotAfter().toInstant();
        if (end.isBefore(now.plus(SOON))) {
            boolean over = end.isBefore(now);
            found.accept(
                    new Finding(
                            over ? Finding.Severity.WRONG : Finding.Severity.WARNING,
                            "certificate-ends",
                            about,
                            "its certificate " + (over ? "ended" : "ends") + " at " + end,
                            "put a new one in its place and restart"));
        }
        if (!anyAddress(host) && !names(shown, host)) {
            found.accept(
                    Finding.warning(
                            "certificate-name",
                            about,
                            "its certificate does not bear the name " + host,
                            "let clients connect by a name that it bears, or have one made for "
                                    + host));
        }
    }

    private static String told(IOException e) {
        return e instanceof NoSuchFileException gone
                ? gone.getFile() + " does not exist"
                : String.valueOf(e.getMessage());
    }

    private static boolean anyAddress(String host) {
        try {
            return InetAddress.getByName(host).isAnyLocalAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static boolean names(X509Certificate shown, String host) {
        try {
            var names = shown.getSubjectAlternativeNames();
            return names != null
                    && names.stream()
                            .filter(name -> List.of(DNS, IP).contains(name.get(0)))
                            .anyMatch(name -> same(String.valueOf(name.get(1)), host));
        } catch (CertificateParsingException e) {
            return false;
        }
    }

    private static boolean same(String name, String host) {
        var lower = host.toLowerCase(Locale.ROOT);
        return name.equalsIgnoreCase(host)
                || (name.startsWith("*.")
                        && lower.indexOf('.') > 0
                        && lower.substring(lower.indexOf('.'))
                                .equals(name.substring(1).toLowerCase(Locale.ROOT)));
    }

    private static void people(Configuration configuration, Consumer<Finding> found) {
        if (configuration.panels().isEmpty()) {
            return;
        }
        if (!configuration.server().listen().containsKey(ServerSettings.API)) {
            found.accept(
                    Finding.wrong(
                            "reviews-nowhere",
                            "",
                            "panels are asked, and there is no listen.api where people could answer",
                            "add listen: api: {at: \"127.0.0.1:8443\"}"));
        }
        if (configuration.server().issuers().stream()
                .allMatch(issuer -> issuer.reviewAudience().isEmpty())) {
            found.accept(
                    Finding.wrong(
                            "reviews-nobody",
                            "",
                            "panels are asked, and no issuer has a review-audience: nobody's token"
                                    + " decides anything",
                            "give an issuer review-audience and review-client"
                                    + " (docs/connecting-an-issuer.md)"));
        }
    }
}
