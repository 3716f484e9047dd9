package dev.countersign.system.oracle;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Speaks to a gateway or to a database in bytes, and keeps all that come back.
final class RawClient implements AutoCloseable {
    private static final int VERSION = 3 << 16;
    private static final int PATIENCE = 15_000;

    /// What is written into any COPY … FROM STDIN: one row of two columns that is in no fixture.
    private static final String COPIED =
            Frames.message('d', "901\tcopied in\n") + Frames.message('c', "");

    /// Where to knock, as whom.
    ///
    /// @param password the token; empty where nobody asks for one
    record Door(int port, String user, String database, String options, String password) {}

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;

    /// What came until the session was ready.
    private final Reply greeting;

    private String end = "";

    RawClient(Door door) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), door.port());
        socket.setSoTimeout(PATIENCE);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        out = socket.getOutputStream();
        var parameters = new ArrayList<>(List.of("user", door.user(), "database", door.database()));
        if (!door.options().isEmpty()) {
            parameters.addAll(List.of("options", door.options()));
        }
        send(Frames.startup(VERSION, parameters));
        if (!door.password().isEmpty()) {
            send(Frames.message('p', door.password() + "\0"));
        }
        greeting = read(1);
        if (!greeting.accepted()) {
            socket.close();
            throw new IOException("nobody let us in:\n" + greeting.shown());
        }
    }

    Reply greeting() {
        return greeting;
    }

    Reply ask(Ask ask) throws IOException {
        return pipeline(List.of(ask)).getFirst();
    }

    Reply query(String sql) throws IOException {
        return ask(Ask.query(sql));
    }

    /// Sends all of them without waiting.
    ///
    /// @return an answer each; once the session has ended, none has any bytes
    List<Reply> pipeline(List<Ask> asks) throws IOException {
        var frames = new StringBuilder();
        asks.forEach(ask -> frames.append(ask.frames()));
        if (end.isEmpty()) {
            send(frames.toString());
        }
        var replies = new ArrayList<Reply>();
        for (var ask : asks) {
            replies.add(read(ask.readies()));
        }
        return replies;
    }

    boolean ended() {
        return !end.isEmpty();
    }

    private void send(String bytes) throws IOException {
        try {
            out.write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
        } catch (java.net.SocketException _) {
            // closed by the other side: what it said before can still be read
        }
    }

    private Reply read(int readies) throws IOException {
        var all = new StringBuilder();
        try {
            for (int ready = 0; ready < readies && end.isEmpty(); ) {
                int tag = in.read();
                if (tag < 0) {
                    end = "closed";
                    break;
                }
                int length = in.readInt();
                var body = new byte[length - Integer.BYTES];
                in.readFully(body);
                all.append((char) tag)
                        .append(Frames.int4(length))
                        .append(new String(body, StandardCharsets.ISO_8859_1));
                ready += tag == 'Z' ? 1 : 0;
                if (tag == 'G') {
                    send(COPIED);
                }
            }
        } catch (SocketTimeoutException _) {
            end = "silent";
        } catch (java.io.EOFException | java.net.SocketException _) {
            end = "closed";
        }
        return new Reply(all.toString(), end);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
