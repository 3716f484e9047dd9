package dev.countersign.gate;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// The toys' target: echoes each line as `did LINE`. `late` answers after two seconds or when it is
/// cancelled, `die` closes the connection, `half` does so in the middle of an answer, `big N`
/// answers with N bytes, `twice` answers twice, and `garbage` with what is no line. After `tls` it
/// goes on in TLS, if it can.
public final class ToyTarget implements AutoCloseable {
    public static final String SECRET = "s3cret";

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    private final AtomicLong written = new AtomicLong();
    private final @Nullable SSLContext tls;
    private volatile boolean deaf;
    private volatile boolean drips;
    private volatile String behindGo = "";

    /// What was asked of it, logins and cancels aside.
    public final List<String> received = new CopyOnWriteArrayList<>();

    /// Every line that came.
    public final List<String> heard = new CopyOnWriteArrayList<>();

    public final List<String> sent = new CopyOnWriteArrayList<>();

    public ToyTarget() throws IOException {
        this(null);
    }

    /// @param tls null where it speaks in clear only
    public ToyTarget(@Nullable SSLContext tls) throws IOException {
        this.tls = tls;
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public Leg leg() {
        return new Leg("127.0.0.1", server.getLocalPort(), Leg.Tls.PLAIN, "", "localhost");
    }

    /// The way to it in TLS.
    public Leg leg(String ca, String serverName) {
        return new Leg("127.0.0.1", server.getLocalPort(), Leg.Tls.VERIFY_FULL, ca, serverName);
    }

    /// From now on it takes connections and says nothing.
    public void goDeaf() {
        deaf = true;
    }

    /// From now on each of its bytes travels alone.
    public void drip() {
        drips = true;
    }

    /// What it sends in clear behind its agreement to TLS.
    public void sayBehindGo(String text) {
        behindGo = text;
    }

    /// Bytes that it got rid of.
    public long written() {
        return written.get();
    }

    public boolean wasCancelled() {
        return cancelled.getCount() == 0;
    }

    /// Connections that the gateway has open to it.
    public int connections() {
        return open.size();
    }

    private void accept() {
        try {
            while (!server.isClosed()) {
                var socket = server.accept();
                open.add(socket);
                Thread.ofVirtual().start(() -> serve(socket));
            }
        } catch (IOException e) {
            if (!server.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            converse(socket);
        } catch (IOException | InterruptedException e) {
            // the connection ended, as the tests want it to at every moment
            received.add("(gone)");
        } finally {
            open.remove(socket);
        }
    }

    private void converse(Socket socket) throws IOException, InterruptedException {
        var in =
                new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            heard.add(line);
            if (deaf) {
                continue;
            }
            if (line.equals("tls") && tls != null) {
                converse(secured(socket, tls));
                return;
            }
            if (line.equals("login " + SECRET)) {
                say(socket, "ok");
            } else if (line.equals("cancel")) {
                cancelled.countDown();
                say(socket, "ok");
            } else if (line.startsWith("login")) {
                say(socket, "no");
            } else {
                received.add(line);
                answer(socket, line);
            }
        }
    }

    private Socket secured(Socket socket, SSLContext context) throws IOException {
        socket.getOutputStream().write(("go\n" + behindGo).getBytes(StandardCharsets.UTF_8));
        var layered = (SSLSocket) context.getSocketFactory().createSocket(socket, null, true);
        layered.startHandshake();
        return layered;
    }

    private void answer(Socket socket, String line) throws IOException, InterruptedException {
        if (line.startsWith("late")) {
            boolean early = cancelled.await(2, TimeUnit.SECONDS);
            say(socket, early ? "cancelled" : "did " + line);
        } else if (line.startsWith("die")) {
            socket.close();
        } else if (line.startsWith("half")) {
            write(socket, "did ");
            socket.close();
        } else if (line.startsWith("big")) {
            say(socket, "x".repeat(Integer.parseInt(line.substring(4))));
        } else if (line.startsWith("twice")) {
            write(socket, "did once\ndid twice\n");
        } else if (line.startsWith("garbage")) {
            say(socket, "\0");
        } else {
            say(socket, "did " + line);
        }
    }

    private void say(Socket socket, String line) throws IOException {
        sent.add(line.length() > 100 ? "(long)" : line);
        write(socket, line + "\n");
    }

    private void write(Socket socket, String text) throws IOException {
        var bytes = text.getBytes(StandardCharsets.UTF_8);
        int step = drips ? 1 : bytes.length;
        for (int at = 0; at < bytes.length; at += step) {
            socket.getOutputStream().write(bytes, at, step);
            written.addAndGet(step);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
