package dev.countersign.system;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Speaks the extended protocol message by message, as no driver lets one. Messages gather until
/// [#sync].
final class WireClient implements AutoCloseable {
    private static final int SSL_REQUEST = 80877103;
    private static final int VERSION = 3 << 16;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final ByteArrayOutputStream gathered = new ByteArrayOutputStream();

    WireClient(House house) throws IOException, GeneralSecurityException {
        this(house, trusting(house), "eve", house.token());
    }

    /// @param tls of [#trusting], which many clients may share
    WireClient(House house, SSLContext tls, String agent, String token) throws IOException {
        var plain = new Socket(InetAddress.getLoopbackAddress(), house.port);
        plain.setSoTimeout(20_000);
        plain.getOutputStream().write(ByteBuffer.allocate(8).putInt(8).putInt(SSL_REQUEST).array());
        if (plain.getInputStream().read() != 'S') {
            throw new IOException("no TLS");
        }
        socket = tls.getSocketFactory().createSocket(plain, "127.0.0.1", house.port, true);
        in = new DataInputStream(socket.getInputStream());
        out = socket.getOutputStream();
        var startup = ("user\0" + agent + "\0database\0shop\0\0").getBytes(StandardCharsets.UTF_8);
        out.write(
                ByteBuffer.allocate(8 + startup.length)
                        .putInt(8 + startup.length)
                        .putInt(VERSION)
                        .put(startup)
                        .array());
        message('p', token + "\0");
        send();
        answer();
    }

    static SSLContext trusting(House house) throws IOException, GeneralSecurityException {
        var store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var pem = Files.newInputStream(house.certificates.ca)) {
            store.setCertificateEntry(
                    "ca", CertificateFactory.getInstance("X.509").generateCertificate(pem));
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        var context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    /// One byte for each character.
    private WireClient message(char tag, String body) {
        var bytes = body.getBytes(StandardCharsets.ISO_8859_1);
        gathered.write(tag);
        gathered.writeBytes(ByteBuffer.allocate(4).putInt(4 + bytes.length).array());
        gathered.writeBytes(bytes);
        return this;
    }

    WireClient parse(String name, String sql) {
        return message('P', name + "\0" + sql + "\0\0\0");
    }

    WireClient bind(String portal, String statement) {
        return message('B', portal + "\0" + statement + "\0\0\0\0\0\0\0");
    }

    WireClient execute(String portal) {
        return message('E', portal + "\0\0\0\0\0");
    }

    /// Sends what was gathered and a Sync.
    ///
    /// @return all bytes of the answer, up to its ReadyForQuery
    String sync() throws IOException {
        message('S', "");
        send();
        return answer();
    }

    String query(String sql) throws IOException {
        message('Q', sql + "\0");
        send();
        return answer();
    }

    /// The answer's messages up to ReadyForQuery or the end: the tag of each, and of an error its
    /// SQLSTATE too; the last is `half` where the connection ended inside of one.
    List<String> messages(String sql) throws IOException {
        message('Q', sql + "\0");
        send();
        var all = new ArrayList<String>();
        for (int tag = in.read(); tag >= 0; tag = in.read()) {
            try {
                var body = new byte[in.readInt() - 4];
                in.readFully(body);
                var text = new String(body, StandardCharsets.ISO_8859_1);
                int state = text.indexOf("\0C");
                all.add((char) tag + (tag == 'E' ? text.substring(state + 2, state + 7) : ""));
            } catch (EOFException e) {
                all.add("half");
                return all;
            }
            if (tag == 'Z') {
                return all;
            }
        }
        return all;
    }

    /// Reads the answer and forgets it, and rests after each megabyte.
    ///
    /// @return how many rows came; less than none where the answer had no end
    long drain(String sql, long restMillis) throws IOException, InterruptedException {
        message('Q', sql + "\0");
        send();
        long rows = 0;
        long bytes = 0;
        for (int tag = in.read(); tag >= 0; tag = in.read()) {
            int length = in.readInt() - 4;
            in.skipNBytes(length);
            rows += tag == 'D' ? 1 : 0;
            if (tag == 'Z') {
                return rows;
            }
            if (bytes >> 20 != (bytes + length) >> 20) {
                Thread.sleep(restMillis);
            }
            bytes += length;
        }
        return -1;
    }

    /// A FunctionCall with one argument in text.
    String call(int function, String argument) throws IOException {
        var number = ByteBuffer.allocate(4).putInt(function).array();
        var length = ByteBuffer.allocate(4).putInt(argument.length()).array();
        message(
                'F',
                new String(number, StandardCharsets.ISO_8859_1)
                        + "\0\0\0\1"
                        + new String(length, StandardCharsets.ISO_8859_1)
                        + argument
                        + "\0\0");
        send();
        return answer();
    }

    private void send() throws IOException {
        out.write(gathered.toByteArray());
        out.flush();
        gathered.reset();
    }

    /// What comes although nothing was asked, up to a ReadyForQuery or the end.
    String read() throws IOException {
        return answer();
    }

    private String answer() throws IOException {
        var all = new StringBuilder();
        while (true) {
            int tag = in.read();
            if (tag < 0) {
                return all + "\n(closed)";
            }
            var body = new byte[in.readInt() - 4];
            in.readFully(body);
            all.append((char) tag)
                    .append(new String(body, StandardCharsets.ISO_8859_1))
                    .append('\n');
            if (tag == 'Z') {
                return all.toString();
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
