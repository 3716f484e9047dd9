package dev.countersign.wire;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// An authority and what it signs: PEM files for the gateway, contexts for the peers.
final class Certificates {
    private static final Duration DAY = Duration.ofDays(1);

    private final KeyPair authority = keys();
    private final Path directory;
    private final X509Certificate root;

    /// PEM of the authority's certificate.
    final Path ca;

    Certificates(Path directory) throws IOException {
        this.directory = directory;
        root = sign("", authority, true, DAY);
        ca = Files.createTempFile(directory, "ca", ".crt");
        pem(ca, "CERTIFICATE", encoded(root));
    }

    /// PEM files for a listener, in the name of `localhost`.
    ListenerSecurity.Tls listener() throws IOException {
        var keys = keys();
        var certificate = Files.createTempFile(directory, "listener", ".crt");
        var key = Files.createTempFile(directory, "listener", ".key");
        pem(certificate, "CERTIFICATE", encoded(sign("localhost", keys, false, DAY)));
        pem(key, "PRIVATE KEY", keys.getPrivate().getEncoded());
        return new ListenerSecurity.Tls(certificate, key);
    }

    /// What a target with a certificate of this name has.
    ///
    /// @param validFor negative: it has ended
    SSLContext target(String name, Duration validFor) {
        try {
            var keys = keys();
            var store = empty();
            store.setKeyEntry(
                    "own",
                    keys.getPrivate(),
                    new char[0],
                    new Certificate[] {sign(name, keys, false, validFor)});
            var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(store, new char[0]);
            var context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no context", e);
        }
    }

    SSLContext target() {
        return target("localhost", DAY);
    }

    /// What a client that believes this authority, and no other, has.
    SSLContext trust() {
        try {
            var store = empty();
            store.setCertificateEntry("root", root);
            var managers =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(store);
            var context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("no context", e);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    private X509Certificate sign(String name, KeyPair keys, boolean root, Duration validFor) {
        try {
            var now = Instant.now();
            var builder =
                    new JcaX509v3CertificateBuilder(
                            new X500Principal("CN=Test CA"),
                            new BigInteger(64, new SecureRandom()),
                            Date.from(now.minus(Duration.ofDays(2))),
                            Date.from(now.plus(validFor)),
                            new X500Principal(root ? "CN=Test CA" : "CN=" + name),
                            keys.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(root));
            if (!root) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(new GeneralName(GeneralName.dNSName, name)));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(authority.getPrivate())));
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
    }
}
