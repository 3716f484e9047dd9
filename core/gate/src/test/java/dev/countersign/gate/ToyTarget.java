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

/// The toys' target: echoes each line as `did LINE`. `late` answers after two seconds or when it is
/// cancelled, `die` closes the connection, `big N` answers with N bytes.
public final class ToyTarget implements AutoCloseable {
    public static final String SECRET = "s3cret";

    private final ServerSocket server;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final CountDownLatch cancelled = new CountDownLatch(1);

    public final List<String> received = new CopyOnWriteArrayList<>();
    public final List<String> sent = new CopyOnWriteArrayList<>();

    public ToyTarget() throws IOException {
        server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    public Leg leg() {
        return new Leg("127.0.0.1", server.getLocalPort(), Leg.Tls.PLAIN, "", "localhost");
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
            var in =
                    new BufferedReader(
                            new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (var line = in.readLine(); line != null; line = in.readLine()) {
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
        } catch (IOException | InterruptedException e) {
            // the connection ended, as the tests want it to at every moment
            received.add("(gone)");
        } finally {
            open.remove(socket);
        }
    }

    private void answer(Socket socket, String line) throws IOException, InterruptedException {
        if (line.startsWith("late")) {
            boolean early = cancelled.await(2, TimeUnit.SECONDS);
            say(socket, early ? "cancelled" : "did " + line);
        } else if (line.startsWith("die")) {
            socket.close();
        } else if (line.startsWith("big")) {
            say(socket, "x".repeat(Integer.parseInt(line.substring(4))));
        } else {
            say(socket, "did " + line);
        }
    }

    private void say(Socket socket, String line) throws IOException {
        sent.add(line.length() > 100 ? "(long)" : line);
        socket.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (var socket : open) {
            socket.close();
        }
    }
}
