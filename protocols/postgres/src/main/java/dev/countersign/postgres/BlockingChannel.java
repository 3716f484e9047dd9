package dev.countersign.postgres;

import dev.countersign.gate.Frame;
import dev.countersign.gate.Framing;
import dev.countersign.gate.Leg;
import dev.countersign.gate.MalformedFrame;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/// One blocking connection to a target, for a virtual thread. It cuts what comes by the same
/// [Framing] that the event loop uses, and verifies the target's certificate by the same rules.
///
/// Every step has a time limit: when it is over the socket is closed under the step, whatever it is
/// blocked in, and the connection is gone.
final class BlockingChannel implements AutoCloseable {
    /// Bytes asked of the socket at once.
    private static final int READ = 16 << 10;

    private final Leg leg;
    private final Socket raw = new Socket();
    private final ByteBuf received = Unpooled.buffer(READ);
    private Socket socket = raw;
    private int handled;

    BlockingChannel(Leg leg) {
        this.leg = leg;
    }

    void connect(Duration limit) throws IOException {
        raw.setTcpNoDelay(true);
        raw.setKeepAlive(true);
        raw.connect(
                new InetSocketAddress(leg.host(), leg.port()),
                Math.clamp(limit.toMillis(), 1, Integer.MAX_VALUE));
    }

    /// What is done over this connection.
    interface Step<T> {
        T run() throws IOException, MalformedFrame, QueryFailed;
    }

    /// Runs `step`, and closes the connection if it is not through in time or fails in any way that
    /// is not a [QueryFailed].
    <T> T within(Duration limit, Step<T> step) throws IOException, QueryFailed {
        var done = new CountDownLatch(1);
        var late = new CountDownLatch(1);
        var watchdog =
                Thread.ofVirtual()
                        .name("limit of a step at " + leg.host())
                        .start(() -> closeAfter(limit, done, late));
        boolean through = false;
        try {
            var result = step.run();
            through = true;
            return result;
        } catch (QueryFailed e) {
            through = true;
            throw e;
        } catch (MalformedFrame e) {
            throw new IOException(at("the target breaks the protocol: " + e.getMessage()), e);
        } catch (IOException e) {
            if (late.getCount() == 0) {
                throw new IOException(at("the target took longer than " + limit), e);
            }
            throw e;
        } finally {
            done.countDown();
            watchdog.interrupt();
            if (!through) {
                close();
            }
        }
    }

    private void closeAfter(Duration limit, CountDownLatch done, CountDownLatch late) {
        try {
            if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                late.countDown();
                close();
            }
        } catch (InterruptedException e) {
            // the step is through: nothing is left to watch
            Thread.currentThread().interrupt();
        }
    }

    void write(ByteBuf bytes) throws IOException {
        try {
            OutputStream out = socket.getOutputStream();
            bytes.readBytes(out, bytes.readableBytes());
            out.flush();
        } finally {
            bytes.release();
        }
    }

    /// The next whole frame; the view is good until the next call.
    ///
    /// @throws EOFException if the target closes the connection
    Frame read(Framing framing) throws IOException, MalformedFrame {
        received.readerIndex(received.readerIndex() + handled).discardSomeReadBytes();
        handled = 0;
        while (true) {
            long header = framing.peek(received, received.readerIndex(), received.readableBytes());
            if (header != Framing.INCOMPLETE
                    && Framing.length(header) <= received.readableBytes()) {
                handled = Framing.length(header);
                int start = received.readerIndex();
                return new Frame(received)
                        .at(
                                received,
                                Framing.tag(header),
                                start,
                                start + handled,
                                handled,
                                true,
                                true);
            }
            fill();
        }
    }

    private void fill() throws IOException {
        InputStream in = socket.getInputStream();
        if (received.writeBytes(in, READ) < 0) {
            throw new EOFException(at("the target closed the connection"));
        }
    }

    /// Goes on in TLS. The certificate's chain and name are verified before this returns.
    ///
    /// @throws MalformedFrame if something stands behind the frame that was read last: it was not
    ///   protected
    void startTls() throws IOException, MalformedFrame {
        if (received.readableBytes() > handled) {
            throw new MalformedFrame("bytes in clear behind the answer to SSLRequest");
        }
        SSLSocket tls;
        try {
            tls =
                    (SSLSocket)
                            context()
                                    .getSocketFactory()
                                    .createSocket(raw, leg.serverName(), leg.port(), true);
        } catch (GeneralSecurityException e) {
            throw new IOException("the authorities in " + leg.ca() + " cannot be read", e);
        }
        var parameters = tls.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        tls.setSSLParameters(parameters);
        try {
            tls.startHandshake();
        } catch (IOException e) {
            throw new IOException(at("no TLS with the target, or its certificate is not good"), e);
        }
        socket = tls;
    }

    private SSLContext context() throws GeneralSecurityException, IOException {
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(authorities());
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /// Null stands for the machine's own list.
    private @Nullable KeyStore authorities() throws GeneralSecurityException, IOException {
        if (leg.ca().isEmpty()) {
            return null;
        }
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(Path.of(leg.ca()))) {
            int n = 0;
            for (var certificate :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("ca" + n++, certificate);
            }
            if (n == 0) {
                throw new IOException("there is no certificate in " + leg.ca());
            }
        }
        return store;
    }

    String at(String what) {
        return leg.host() + ":" + leg.port() + ": " + what;
    }

    /// Closes the socket itself, not TLS in good order: that could block.
    @Override
    public void close() {
        try {
            raw.close();
        } catch (IOException e) {
            // nothing is left that could be closed
            return;
        }
    }
}
