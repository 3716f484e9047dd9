package dev.countersign.postgres;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An authority and what it signs, as PEM files.
final class Certificates {
    private final KeyPair authority = keys();
    private final X509Certificate root;

    /// PEM of the authority's certificate.
    final Path ca;

    Certificates(Path directory, String name) throws IOException {
        root = sign("CN=Test CA", authority, "CN=Test CA", authority, true, Duration.ofDays(1));
        ca = directory.resolve(name + ".crt");
        pem(ca, "CERTIFICATE", encoded(root));
    }

    record Pair(Path certificate, Path key) {}

    /// A certificate for 127.0.0.1 and localhost.
    ///
    /// @param validFor negative: it has ended
    Pair issue(Path directory, String name, Duration validFor) throws IOException {
        var keys = keys();
        var certificate = sign("CN=" + name, keys, "CN=Test CA", authority, false, validFor);
        var pair = new Pair(directory.resolve(name + ".crt"), directory.resolve(name + ".key"));
        pem(pair.certificate(), "CERTIFICATE", encoded(certificate));
        pem(pair.key(), "PRIVATE KEY", keys.getPrivate().getEncoded());
        return pair;
    }

    private static X509Certificate sign(
            String subject,
            KeyPair keys,
            String issuer,
            KeyPair by,
            boolean authority,
            Duration validFor) {
        try {
            var now = Instant.now();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Principal(issuer),
                            new BigInteger(64, new SecureRandom()),
                            Date.from(now.minus(Duration.ofDays(2))),
                            Date.from(now.plus(validFor)),
                            new X500Principal(subject),
                            keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!authority) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                new GeneralName[] {
                                    new GeneralName(GeneralName.iPAddress, "127.0.0.1"),
                                    new GeneralName(GeneralName.dNSName, "localhost")
                                }));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(by.getPrivate())));
        } catch (OperatorCreationException | GeneralSecurityException | IOException e) {
            throw new IllegalStateException("a certificate could not be made", e);
        }
    }

    private static KeyPair keys() {
        try {
            var generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(256);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a key could not be made", e);
        }
    }

    private static byte[] encoded(X509Certificate certificate) {
        try {
            return certificate.getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a certificate could not be written", e);
        }
    }

    private static void pem(Path file, String kind, byte[] der) throws IOException {
        var body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        Files.writeString(
                file, "-----BEGIN " + kind + "-----\n" + body + "\n-----END " + kind + "-----\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
