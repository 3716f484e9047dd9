package dev.countersign.system;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Stands before a database as its address, without TLS, and writes down every message that reaches
/// it, byte for byte. What it hears goes on to the database unchanged.
final class Tap implements AutoCloseable {
    private final ServerSocket server;
    private final int database;
    private final List<Message> heard = new ArrayList<>();

    /// @param connection the number of its connection, in the order in which they were made
    /// @param tag a message's first byte; a blank for the one that begins a connection, which has
    ///   none
    /// @param body one character for each byte
    record Message(int connection, char tag, String body) {}

    Tap(int database) throws IOException {
        this.database = database;
        this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    int port() {
        return server.getLocalPort();
    }

    /// Everything so far.
    List<Message> heard() {
        synchronized (heard) {
            return List.copyOf(heard);
        }
    }

    private void accept() {
        int number = 0;
        while (!server.isClosed()) {
            try {
                var client = server.accept();
                int connection = number++;
                Thread.ofVirtual().start(() -> serve(connection, client));
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(int connection, Socket client) {
        try (client;
                var target = new Socket(InetAddress.getLoopbackAddress(), database)) {
            Thread.ofVirtual().start(() -> answers(target, client));
            var in = new DataInputStream(client.getInputStream());
            for (boolean first = true; ; first = false) {
                message(connection, in, target.getOutputStream(), first);
            }
        } catch (IOException e) {
            // one of the two is gone, and so is the other
        }
    }

    private void message(int connection, DataInputStream in, OutputStream target, boolean first)
            throws IOException {
        int tag = first ? ' ' : in.readUnsignedByte();
        int length = in.readInt();
        var body = new byte[length - 4];
        in.readFully(body);
        synchronized (heard) {
            heard.add(
                    new Message(
                            connection, (char) tag, new String(body, StandardCharsets.ISO_8859_1)));
        }
        var whole = ByteBuffer.allocate(length + (first ? 0 : 1));
        if (!first) {
            whole.put((byte) tag);
        }
        target.write(whole.putInt(length).put(body).array());
        target.flush();
    }

    private static void answers(Socket target, Socket client) {
        try (client;
                target) {
            target.getInputStream().transferTo(client.getOutputStream());
        } catch (IOException e) {
            // as above
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
