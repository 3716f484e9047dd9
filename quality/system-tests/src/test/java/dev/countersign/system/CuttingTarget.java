package dev.countersign.system;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/// Stands before a database as its address, without TLS, and is gone after so many bytes of the
/// answer to the first statement that has [#MARK] in it.
final class CuttingTarget implements AutoCloseable {
    static final String MARK = "here_it_ends";

    private static final long NEVER = Long.MAX_VALUE;
    private static final int PIECE = 1 << 13;

    private final ServerSocket server;
    private final int database;
    private volatile long after = NEVER;
    private volatile boolean reset;

    CuttingTarget(int database) throws IOException {
        this.database = database;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /// From now on, marked statements have an answer of so many bytes.
    ///
    /// @param reset whether the connection ends by a reset, and not by an orderly end
    void cutAfter(long bytes, boolean reset) {
        this.after = bytes;
        this.reset = reset;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket client) {
        var left = new AtomicLong(NEVER);
        try (client;
                var target = new Socket(InetAddress.getLoopbackAddress(), database)) {
            Thread.ofVirtual().start(() -> answers(target, client, left));
            var piece = new byte[PIECE];
            InputStream in = client.getInputStream();
            OutputStream out = target.getOutputStream();
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                if (new String(piece, 0, n, StandardCharsets.ISO_8859_1).contains(MARK)) {
                    left.set(after);
                }
                out.write(piece, 0, n);
                out.flush();
            }
        } catch (IOException e) {
            // one of the two is gone, and so is the other
        }
    }

    private void answers(Socket target, Socket client, AtomicLong left) {
        try (client;
                target) {
            var piece = new byte[PIECE];
            InputStream in = target.getInputStream();
            for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
                int most = (int) Math.min(n, left.get());
                client.getOutputStream().write(piece, 0, most);
                client.getOutputStream().flush();
                if (most < n || left.get() == 0) {
                    if (reset) {
                        client.setSoLinger(true, 0);
                    }
                    return;
                }
                if (left.get() != NEVER) {
                    left.addAndGet(-n);
                }
            }
        } catch (IOException e) {
            // as above
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
