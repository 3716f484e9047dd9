package dev.countersign.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// A client of the framed toy over a blocking socket. No wait is longer than [#PATIENCE].
final class ToyClient implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /// How long nothing must come before we believe that nothing comes.
    static final Duration SILENCE = Duration.ofMillis(300);

    /// What is read where the connection has ended, in peace or not.
    static final String CLOSED = "(closed)";

    private final Socket raw;
    private Socket socket;
    private InputStream in;
    private String key = "";

    ToyClient(InetSocketAddress at) throws IOException {
        this(at, 0);
    }

    /// @param window bytes that the kernel takes for it while it does not read; 0 for the usual
    ToyClient(InetSocketAddress at, int window) throws IOException {
        raw = new Socket();
        raw.setTcpNoDelay(true);
        if (window > 0) {
            raw.setReceiveBufferSize(window);
        }
        raw.connect(at, (int) PATIENCE.toMillis());
        raw.setSoTimeout((int) PATIENCE.toMillis());
        socket = raw;
        in = new BufferedInputStream(raw.getInputStream());
    }

    /// Goes on in TLS.
    void secure(SSLContext context) throws IOException {
        send("tls");
        assertThat(read()).isEqualTo("go");
        handshake(context);
    }

    /// @param versions those it speaks; none for the usual
    void handshake(SSLContext context, String... versions) throws IOException {
        var layered =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(raw, "localhost", raw.getPort(), true);
        if (versions.length > 0) {
            layered.setEnabledProtocols(versions);
        }
        layered.startHandshake();
        socket = layered;
        in = new BufferedInputStream(layered.getInputStream());
    }

    /// Whether the connection has ended; looks for a moment.
    boolean ended() throws IOException {
        socket.setSoTimeout(20);
        try {
            return read().endsWith(CLOSED);
        } catch (SocketTimeoutException _) {
            return false;
        } finally {
            if (!socket.isClosed()) {
                socket.setSoTimeout((int) PATIENCE.toMillis());
            }
        }
    }

    /// Logs in, and has the key by which what it runs may be cancelled.
    ToyClient hello() throws IOException {
        send("hello " + Rig.TOKEN);
        key = read();
        assertThat(key).startsWith("welcome ");
        return this;
    }

    String cancelLine() {
        return key.replace("welcome", "cancel");
    }

    void send(String... lines) throws IOException {
        send((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /// In one segment.
    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    /// The next line, or [#CLOSED].
    String read() throws IOException {
        var line = new ByteArrayOutputStream();
        try {
            for (int next = in.read(); next >= 0; next = in.read()) {
                if (next == '\n') {
                    return line.toString(StandardCharsets.UTF_8);
                }
                line.write(next);
            }
        } catch (SocketTimeoutException late) {
            throw late;
        } catch (IOException reset) {
            return CLOSED;
        }
        return line.size() == 0 ? CLOSED : line.toString(StandardCharsets.UTF_8) + CLOSED;
    }

    String ask(String line) throws IOException {
        send(line);
        return read();
    }

    List<String> read(int lines) throws IOException {
        var all = new ArrayList<String>();
        for (int i = 0; i < lines; i++) {
            all.add(read());
        }
        return all;
    }

    void hearsNothing() throws IOException {
        socket.setSoTimeout((int) SILENCE.toMillis());
        try {
            int came = in.read();
            throw new AssertionError("there came " + came);
        } catch (SocketTimeoutException _) {
            socket.setSoTimeout((int) PATIENCE.toMillis());
        }
    }

    /// Past its own TLS.
    void sendInClear(String text) throws IOException {
        raw.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    /// Says in TLS that it sends nothing more; the connection below stays as it is.
    void endTls() throws IOException {
        socket.shutdownOutput();
    }

    /// Sends nothing more, but reads.
    void halfClose() throws IOException {
        raw.shutdownOutput();
    }

    /// Is gone with a reset.
    void vanish() throws IOException {
        raw.setSoLinger(true, 0);
        raw.close();
    }

    @Override
    public void close() throws IOException {
        raw.close();
    }
}
