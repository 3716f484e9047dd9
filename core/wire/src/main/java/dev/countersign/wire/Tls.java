package dev.countersign.wire;

import dev.countersign.gate.Leg;
import io.netty.handler.ssl.OpenSsl;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLException;

/// TLS on both legs: version 1.2 or newer, BoringSSL where it is there. Towards a target the chain
/// and the name are always verified; there is no mode that does not.
final class Tls {
    private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

    private final Map<String, SslContext> byAuthority = new ConcurrentHashMap<>();

    private static SslProvider provider() {
        return OpenSsl.isAvailable() ? SslProvider.OPENSSL : SslProvider.JDK;
    }

    /// @throws IOException if the files are no certificate chain and its key
    static SslContext server(Path certificate, Path key) throws IOException {
        for (var file : new Path[] {certificate, key}) {
            if (!Files.isReadable(file)) {
                throw new IOException(file + " cannot be read; it must be a PEM file");
            }
        }
        try {
            return SslContextBuilder.forServer(certificate.toFile(), key.toFile())
                    .sslProvider(provider())
                    .protocols(VERSIONS)
                    .build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException(
                    certificate + " and " + key + " are no certificate chain and its key in PEM",
                    e);
        }
    }

    /// @throws IOException if the authorities cannot be read
    SslContext client(Leg leg) throws IOException {
        var known = byAuthority.get(leg.ca());
        if (known != null) {
            return known;
        }
        try {
            var builder =
                    SslContextBuilder.forClient()
                            .sslProvider(provider())
                            .protocols(VERSIONS)
                            .endpointIdentificationAlgorithm("HTTPS");
            if (!leg.ca().isEmpty()) {
                builder.trustManager(Path.of(leg.ca()).toFile());
            }
            var made = builder.build();
            byAuthority.put(leg.ca(), made);
            return made;
        } catch (SSLException | IllegalArgumentException e) {
            throw new IOException("the authorities in " + leg.ca() + " cannot be read", e);
        }
    }
}
