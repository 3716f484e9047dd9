package dev.countersign.cli;

import dev.countersign.server.MonitorAddress;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "health",
        mixinStandardHelpOptions = true,
        header = {
            "Says whether a gateway is ready for clients: exit 0, or 1 where it is not. For probes.",
            "",
            "Examples:",
            "  countersign health --config countersign.yaml",
            "  countersign health --url http://127.0.0.1:9464",
            ""
        })
final class HealthCommand implements Callable<Integer> {
    /// How long the gateway may take to answer.
    static final Duration LIMIT = Duration.ofSeconds(3);

    /// Bytes of its answer that are read.
    static final int MAX_ANSWER = 8 << 10;

    private static final Pattern LENGTH = Pattern.compile("(?i)\r\ncontent-length: *(\\d{1,4})\r");

    @ArgGroup private Place place = new Place();

    static final class Place {
        @Option(
                names = "--url",
                paramLabel = "URL",
                description =
                        "Where `listen.monitor` of the gateway is; else http://127.0.0.1:9464.")
        private @Nullable URI url;

        @Option(
                names = "--config",
                paramLabel = "FILE",
                description = "The gateway's configuration, which says where.")
        private @Nullable Path config;
    }

    @Override
    public Integer call() throws IOException {
        var at = at();
        String answer;
        try {
            answer = ask(at);
        } catch (IOException e) {
            System.err.println(
                    "health: nothing answers at "
                            + at.getHostString()
                            + ":"
                            + at.getPort()
                            + "; does the gateway run, and has it `listen.monitor`?");
            return Countersign.FAILURE;
        }
        int space = answer.indexOf(' ');
        boolean ready = space > 0 && answer.startsWith("200 ", space + 1);
        var body = answer.substring(Math.max(0, answer.indexOf("\r\n\r\n"))).strip();
        (ready ? System.out : System.err).println(ready ? "ready" : "not ready: " + body);
        return ready ? 0 : Countersign.FAILURE;
    }

    private InetSocketAddress at() throws IOException {
        var config = place.config;
        if (config != null) {
            return MonitorAddress.of(config)
                    .orElseThrow(() ->
                            new IOException(
                                    config
                                            + " has no `listen.monitor`; add one, such as monitor:"
                                            + " {at: \"127.0.0.1:9464\"}"));
        }
        var url = place.url == null ? URI.create("http://127.0.0.1:9464") : place.url;
        if (!"http".equals(url.getScheme()) || url.getHost() == null) {
            throw new IOException("--url is http://HOST:PORT, as in http://127.0.0.1:9464");
        }
        return new InetSocketAddress(
                url.getHost().replaceAll("[\\[\\]]", ""), url.getPort() < 0 ? 80 : url.getPort());
    }

    /// By a plain socket: an HTTP client takes longer to load than this takes.
    private static String ask(InetSocketAddress at) throws IOException {
        try (var socket = new Socket()) {
            socket.connect(at, (int) LIMIT.toMillis());
            socket.getOutputStream()
                    .write(
                            "GET /readyz HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                    .formatted(at.getHostString())
                                    .getBytes(StandardCharsets.US_ASCII));
            return read(socket, System.nanoTime() + LIMIT.toNanos());
        }
    }

    /// Up to the end of the body, which the answer tells the length of.
    private static String read(Socket socket, long end) throws IOException {
        var got = new StringBuilder();
        var piece = new byte[MAX_ANSWER];
        while (got.length() < MAX_ANSWER && !whole(got)) {
            socket.setSoTimeout((int) Math.max(1, (end - System.nanoTime()) / 1_000_000));
            int n = socket.getInputStream().read(piece);
            if (n < 0) {
                break;
            }
            got.append(new String(piece, 0, n, StandardCharsets.ISO_8859_1));
        }
        return got.toString();
    }

    private static boolean whole(CharSequence got) {
        var length = LENGTH.matcher(got);
        int body = got.toString().indexOf("\r\n\r\n");
        return body >= 0
                && length.find()
                && got.length() >= body + 4 + Integer.parseInt(length.group(1));
    }
}
