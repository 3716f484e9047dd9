package dev.countersign.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/// When the certificates end that listeners show.
final class CertificateEnds {
    private CertificateEnds() {}

    /// By listener; those without TLS are left out.
    ///
    /// @throws IOException if one cannot be read: then nothing could listen with it
    static Map<String, Instant> of(Configuration configuration) throws IOException {
        var out = new TreeMap<String, Instant>();
        for (var entry : configuration.server().listen().entrySet()) {
            var tls = entry.getValue().tls();
            if (tls.isPresent()) {
                var file = Server.file(configuration, tls.get().certificate());
                out.put(entry.getKey(), first(file).getNotAfter().toInstant());
            }
        }
        return out;
    }

    /// The first of a PEM file, which is the server's own.
    static X509Certificate first(Path file) throws IOException {
        try (var in = Files.newInputStream(file)) {
            return (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (CertificateException e) {
            throw new IOException("there is no certificate in PEM in " + file, e);
        }
    }
}
