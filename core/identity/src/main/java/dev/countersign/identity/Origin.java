package dev.countersign.identity;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/// Scheme, host and port (RFC 6454), of which only the trustworthy ones exist here: https, and http
/// where the host is written as loopback.
record Origin(String scheme, String host, int port) {

    /// Empty if `url` is none, names a user, or is neither https nor http on loopback.
    static Optional<Origin> of(String url) {
        try {
            var uri = new URI(url);
            if (uri.getScheme() == null || uri.getHost() == null || uri.getRawUserInfo() != null) {
                return Optional.empty();
            }
            var scheme = uri.getScheme().toLowerCase(Locale.ROOT);
            var host = uri.getHost().toLowerCase(Locale.ROOT);
            return switch (scheme) {
                case "https" -> Optional.of(new Origin(scheme, host, port(uri, 443)));
                case "http" ->
                        isLoopback(host)
                                ? Optional.of(new Origin(scheme, host, port(uri, 80)))
                                : Optional.empty();
                default -> Optional.empty();
            };
        } catch (URISyntaxException e) {
            return Optional.empty();
        }
    }

    private static int port(URI uri, int usual) {
        return uri.getPort() < 0 ? usual : uri.getPort();
    }

    /// By its spelling, so that no name server has a say.
    private static boolean isLoopback(String host) {
        return host.equals("localhost")
                || host.equals("[::1]")
                || host.matches("127(\\.(25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)){3}");
    }

    @Override
    public String toString() {
        return scheme + "://" + host + ":" + port;
    }
}
